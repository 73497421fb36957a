/*
 * Where a client comes from, and link-local peers: an interface that does not
 * do names itself, and gives the peer's address its scope.
 */
#include "../conn.h"
#include "../netns.h"

static char why[256];
static int connected, failed;

static int iface_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	(void)wsi;
	(void)user;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_CONNECTED:
		connected++;
		break;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		snprintf(why, sizeof(why), "%s", (const char *)in);
		failed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "iface", iface_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

int main(void)
{
	struct lws_client_connect_info i;
	struct lws_context *cx;
	struct lws_vhost *vh;
	char path[128];
	int fd, port;

	netns_enter();
	ns_pair("v0");
	there("link set lo up\nlink set v0 up\n"
	      "addr add fe80::77/64 dev v0 nodad\n");
	here("link set lo up\nlink set v0 up\n"
	     "addr add 2001:db8::1/64 dev v0 nodad\n"
	     "addr add fe80::66/64 dev v0 nodad\n");
	ns_running(ns_here, "v0");
	cx = context_bare();
	vh = vhost_client(cx, "iface", protocols);
	pump(cx);

	fd = there_bound("::", SOCK_STREAM, &port);
	info_connect(&i, cx, vh, "iface", "fe80::77", port);
	i.iface = "v0";
	CHECK(lws_client_connect_via_info(&i) != NULL);
	UNTIL(cx, connected);
	info_connect(&i, cx, vh, "iface", "fe80::77%v0", port);
	CHECK(lws_client_connect_via_info(&i) != NULL);
	UNTIL(cx, connected == 2);
	close(fd);

	/* numeric: at once; a name: later */
	info_connect(&i, cx, vh, "iface", "127.0.0.1", port);
	i.iface = "nosuch0";
	CHECK_FAILS("nosuch0", !lws_client_connect_via_info(&i));
	i.iface = "192.0.2.77";
	CHECK_FAILS("192.0.2.77", !lws_client_connect_via_info(&i));
	info_connect(&i, cx, vh, "iface", "localhost", port);
	i.iface = "nosuch0";
	CHECK(lws_client_connect_via_info(&i) != NULL);
	UNTIL(cx, failed);
	CHECK(strstr(why, "nosuch0") != NULL);

	/* the path of a unix socket that is too long is not a name */
	memset(path, 'p', sizeof(path) - 1);
	path[0] = '+';
	path[1] = '/';
	path[sizeof(path) - 1] = '\0';
	info_connect(&i, cx, vh, "iface", path, 0);
	CHECK_FAILS("address", !lws_client_connect_via_info(&i));
	CHECK_EQ(failed, 1);
	lws_context_destroy(cx);

	return 0;
}
