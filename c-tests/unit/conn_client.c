/*
 * What a client connection can be told: where it comes from, whose pointer to
 * set, whose session memory to use, which object it belongs to.
 */
#include "../conn.h"

static struct lws *mine, *seen_first;
static int connected, closed, failed, reasons, children;
static char session[32];
static void *user_seen;

static int client_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	(void)len;
	if (reason == LWS_CALLBACK_PROTOCOL_INIT ||
	    reason == LWS_CALLBACK_PROTOCOL_DESTROY ||
	    (trace_skips((int)reason) && reason != LWS_CALLBACK_CONNECTING))
		return 0;
	/* when there is a connection, its pointer is where it was wanted */
	if (reason != LWS_CALLBACK_RAW_SKT_BIND_PROTOCOL && !reasons++)
		seen_first = mine;
	CHECK(lws_get_opaque_user_data(wsi) == &connected ||
	      lws_get_opaque_user_data(wsi) == NULL);
	switch ((int)reason) {
	case LWS_CALLBACK_CONNECTING:
		CHECK(lws_get_socket_fd(wsi) == (int)(intptr_t)in);
		break;
	case LWS_CALLBACK_RAW_CONNECTED:
		user_seen = user;
		connected++;
		break;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		failed++;
		break;
	case LWS_CALLBACK_CHILD_CLOSING:
		children++;
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		closed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "first", client_cb, 0, 0, 0, NULL, 0 },
	{ "client", client_cb, 16, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;
static struct lws_vhost *vh;
static int listener;

static struct lws *connects(struct lws_client_connect_info *i,
			    struct sockaddr_in *from, int *fd)
{
	socklen_t len = sizeof(*from);
	struct lws *wsi;

	mine = seen_first = NULL;
	connected = closed = failed = reasons = 0;
	wsi = lws_client_connect_via_info(i);
	CHECK(wsi != NULL);
	UNTIL(cx, connected || failed);
	CHECK_EQ(connected, 1);
	*fd = accept(listener, (struct sockaddr *)from, &len);
	CHECK(*fd >= 0);

	return wsi;
}

static void ends(struct lws *wsi, int fd)
{
	closed = 0;
	lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
	CHECK_EQ(closed, 1);
	close(fd);
}

int main(void)
{
	struct lws_client_connect_info i;
	struct sockaddr_in from;
	struct lws *wsi, *child;
	int fd, second, port, before = descriptors();
	char name[64];

	listener = plain_bound(SOCK_STREAM, 5, &port);
	cx = context_bare();
	vh = vhost_client(cx, "client", protocols);
	pump(cx);

	/* the pointer is set before anything is heard of the connection */
	info_connect(&i, cx, vh, "client", "127.0.0.1", port);
	i.pwsi = &mine;
	i.opaque_user_data = &connected;
	wsi = connects(&i, &from, &fd);
	CHECK(mine == wsi);
	CHECK(seen_first == wsi);
	CHECK(lws_get_opaque_user_data(wsi) == &connected);
	lws_set_opaque_user_data(wsi, NULL);
	CHECK(!lws_get_opaque_user_data(wsi));
	CHECK(lws_get_context(wsi) == cx);
	CHECK(lws_get_vhost(wsi) == vh);
	CHECK_STR(lws_get_protocol(wsi)->name, "client");
	CHECK(lws_get_network_wsi(wsi) == wsi);
	CHECK(!lws_is_ssl(wsi));
	CHECK(!lws_get_udp(wsi));
	CHECK(!lws_get_parent(wsi) && !lws_get_child(wsi));
	CHECK_EQ(lws_get_tsi(wsi), 0);
	CHECK_EQ(lws_wsi_tsi(wsi), 0);
	CHECK(user_seen && lws_wsi_user(wsi) == user_seen);
	CHECK(lws_wsi_tag(wsi) != NULL);
	CHECK_STR(lws_get_peer_simple(wsi, name, sizeof(name)), "127.0.0.1");
	CHECK_STR(lws_get_peer_simple_fd(fd, name, sizeof(name)),
		  "127.0.0.1");
	/* addresses that do not fit are cut, not written past the end */
	memset(name, 'x', sizeof(name));
	lws_get_peer_simple(wsi, name, 4);
	CHECK(name[3] == '\0' || name[3] == 'x');
	CHECK(name[4] == 'x');
	ends(wsi, fd);

	/* session memory that is the program's: not zeroed, not freed */
	session[0] = 'm';
	i.userdata = session;
	wsi = connects(&i, &from, &fd);
	CHECK(user_seen == session && session[0] == 'm');
	/* another one later */
	lws_set_wsi_user(wsi, name);
	CHECK(lws_wsi_user(wsi) == name);
	lws_set_wsi_user(wsi, session);
	ends(wsi, fd);
	i.userdata = NULL;

	/* from an address of our choice, or from an interface */
	i.iface = "127.0.0.3";
	wsi = connects(&i, &from, &fd);
	CHECK_EQ(ntohl(from.sin_addr.s_addr), 0x7f000003);
	ends(wsi, fd);
	i.iface = "lo";
	wsi = connects(&i, &from, &fd);
	CHECK_EQ(ntohl(from.sin_addr.s_addr), INADDR_LOOPBACK);
	ends(wsi, fd);
	/* one that is not ours, or nobody's: never from another one */
	i.iface = "192.0.2.77";
	failed = closed = 0;
	wsi = lws_client_connect_via_info(&i);
	if (wsi) {
		UNTIL(cx, closed);
		CHECK_EQ(failed, 1);
	}
	i.iface = "no-such-interface";
	failed = closed = 0;
	wsi = lws_client_connect_via_info(&i);
	if (wsi) {
		UNTIL(cx, closed);
		CHECK_EQ(failed, 1);
	}
	i.iface = NULL;

	/* a child ends with its parent */
	wsi = connects(&i, &from, &fd);
	i.parent_wsi = wsi;
	child = connects(&i, &from, &second);
	CHECK(lws_get_parent(child) == wsi);
	CHECK(lws_get_child(wsi) == child);
	lws_set_opaque_parent_data(child, name);
	CHECK(lws_get_opaque_parent_data(child) == name);
	CHECK(!lws_get_opaque_parent_data(wsi));
	closed = 0;
	lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
	CHECK_EQ(closed, 2);
	CHECK_EQ(children, 1);
	close(fd);
	close(second);

	/* without a protocol's name it is the vhost's first, or default one */
	i.parent_wsi = NULL;
	i.local_protocol_name = NULL;
	wsi = connects(&i, &from, &fd);
	CHECK_STR(lws_get_protocol(wsi)->name, "first");
	ends(wsi, fd);

	close(listener);
	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), before);

	return 0;
}
