/*
 * Where the connection is stored while lws_client_connect_via_info() runs is
 * left alone afterwards: it may be on the stack of who called it.
 */
#include "../conn.h"

static struct lws **place, *seen;
static int failed, inside;

static int pwsi_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	(void)user;
	(void)in;
	(void)len;
	if (reason == LWS_CALLBACK_RAW_SKT_BIND_PROTOCOL && inside) {
		CHECK(*place == wsi);
		seen = wsi;
		return inside == 2;
	}
	if (reason == LWS_CALLBACK_CLIENT_CONNECTION_ERROR) {
		CHECK(wsi == seen);
		failed++;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "pwsi", pwsi_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

int main(void)
{
	struct lws_context *cx = context_bare();
	struct lws_client_connect_info i;
	struct lws_vhost *vh;
	int fd, port;

	vh = vhost_client(cx, "pwsi", protocols);
	pump(cx);
	fd = plain_refusing(&port);
	CHECK((place = malloc(sizeof(*place))) != NULL);
	info_connect(&i, cx, vh, "pwsi", "127.0.0.1", port);
	i.pwsi = place;

	/* it fails later */
	inside = 1;
	CHECK(lws_client_connect_via_info(&i) == seen && seen);
	CHECK(*place == seen);
	free(place);
	UNTIL(cx, failed);

	/* it fails at once */
	CHECK((place = malloc(sizeof(*place))) != NULL);
	i.pwsi = place;
	inside = 2;
	CHECK(!lws_client_connect_via_info(&i));
	CHECK(!*place);
	free(place);
	CHECK_EQ(failed, 1);

	close(fd);
	lws_context_destroy(cx);

	return 0;
}
