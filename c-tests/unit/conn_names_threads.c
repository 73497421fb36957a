/*
 * Names that have to be looked up: away from the loop, each address tried in
 * turn, and an error with a text when there is none.
 */
#include "../conn.h"

static int connected, failed, closed, in_connect;
static char why[256];
static struct lws *mine;

static int name_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_CONNECTED:
		CHECK(wsi == mine);
		connected++;
		break;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		/* it would not know the connection yet */
		CHECK(!in_connect);
		CHECK(wsi == mine);
		CHECK(in && len && strlen(in) == len);
		snprintf(why, sizeof(why), "%s", (const char *)in);
		failed++;
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		closed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "name", name_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;
static struct lws_vhost *vh;

static struct lws *connects(const char *address, int port)
{
	struct lws_client_connect_info i;
	struct lws *wsi;

	info_connect(&i, cx, vh, "name", address, port);
	i.pwsi = &mine;
	connected = failed = closed = 0;
	in_connect = 1;
	wsi = lws_client_connect_via_info(&i);
	in_connect = 0;

	return wsi;
}

int main(void)
{
	int listener, port, refusing, refused, before, n;
	struct lws *wsi;

	listener = plain_bound(SOCK_STREAM, 5, &port);
	refused = plain_refusing(&refusing);
	before = descriptors();
	cx = context_bare();
	vh = vhost_client(cx, "names", protocols);
	pump(cx);

	/* IPv6 comes first, and nobody listens there */
	wsi = connects("localhost", port);
	CHECK(wsi != NULL);
	CHECK(!connected);
	UNTIL(cx, connected || failed);
	CHECK_EQ(connected, 1);
	lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
	UNTIL(cx, closed);

	/* nobody listens at any of the addresses: one error */
	CHECK(connects("localhost", refusing) != NULL);
	UNTIL(cx, closed);
	CHECK_EQ(failed, 1);
	CHECK(!connected);
	CHECK(strstr(why, "111") != NULL);

	/* no name at all, so that nobody is asked for it */
	CHECK(connects("no such name", port) != NULL);
	UNTIL(cx, closed);
	CHECK_EQ(failed, 1);
	CHECK(!connected);

	/* a name that nobody can ask for */
	CHECK(connects("..", port) != NULL);
	UNTIL(cx, closed);
	CHECK_EQ(failed, 1);

	/* it is closed while it waits for the answer */
	for (n = 0; n < 20; n++) {
		wsi = connects("localhost", port);
		CHECK(wsi != NULL);
		lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, n & 1 ?
				LWS_TO_KILL_SYNC : LWS_TO_KILL_ASYNC);
		UNTIL(cx, closed);
	}
	service_for(cx, 20000);
	CHECK_EQ(closed, 1);

	/* and the context goes, twice while it waits */
	connects("localhost", port);
	lws_context_destroy(cx);
	CHECK_EQ(closed, 1);
	cx = context_bare();
	vh = vhost_client(cx, "names", protocols);
	connects("no such name", port);
	lws_context_destroy(cx);
	CHECK_EQ(closed, 1);

	/* the look-up may end after the context */
	for (n = 0; n < 600 && descriptors() != before; n++)
		usleep(100000);
	CHECK_EQ(descriptors(), before);
	close(listener);
	close(refused);

	return 0;
}
