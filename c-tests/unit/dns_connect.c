/*
 * Connections by name: they are resolved on the loop, and getaddrinfo() of the C library is reached
 * only when the settings say so.
 */
#include "../dns.h"

static int by_system, connected, failed;
static char why[128];

/* In place of the C library's: whoever calls it is counted. */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
		struct addrinfo **result)
{
	(void)name;
	(void)service;
	(void)hints;
	*result = NULL;
	__sync_fetch_and_add(&by_system, 1);

	return EAI_NONAME;
}

static int conn_cb(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	(void)wsi;
	(void)user;
	if (reason == LWS_CALLBACK_RAW_CONNECTED)
		connected++;
	if (reason == LWS_CALLBACK_CLIENT_CONNECTION_ERROR) {
		failed++;
		snprintf(why, sizeof(why), "%.*s", (int)len, in ? (const char *)in : "");
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "conn", conn_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void connects(struct lws_context *cx, struct lws_vhost *vh, const char *name, int port)
{
	struct lws_client_connect_info info;

	connected = failed = 0;
	info_connect(&info, cx, vh, "conn", name, port);
	CHECK(lws_client_connect_via_info(&info) != NULL);
	UNTIL(cx, connected || failed);
}

static int emitted;

static int emit(const char *text, size_t len, void *user)
{
	(void)user;
	emitted += (int)len;
	CHECK(text != NULL);

	return 0;
}

static unsigned long long known(struct lws_context *cx)
{
	lws_dns_stats_t st;

	memset(&st, 0, sizeof(st));
	st.size = sizeof(st);
	CHECK(!lws_dns_get_stats(cx, &st));

	return st.names;
}

int main(void)
{
	struct lws_context *cx;
	struct lws_vhost *vh;
	struct sockaddr_in sin;
	socklen_t len = sizeof(sin);
	lws_dns_settings_t set;
	int listener, i;

	dns_space("nameserver 127.0.0.1:5300\noptions timeout:1 attempts:1\n", "127.0.0.1 box.test\n");
	memset(&sin, 0, sizeof(sin));
	sin.sin_family = AF_INET;
	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK((listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) >= 0);
	CHECK(!bind(listener, (struct sockaddr *)&sin, sizeof(sin)));
	CHECK(!listen(listener, 10));
	CHECK(!getsockname(listener, (struct sockaddr *)&sin, &len));
	cx = context_bare();
	vh = vhost_client(cx, "names", protocols);

	connects(cx, vh, "localhost", ntohs(sin.sin_port));
	CHECK_EQ(connected, 1);
	connects(cx, vh, "box.test", ntohs(sin.sin_port));
	CHECK_EQ(connected, 1);
	connects(cx, vh, "a.invalid", 1);
	CHECK_EQ(failed, 1);
	CHECK_STR(why, "DNS NXDOMAIN");
	/* nobody serves there */
	connects(cx, vh, "www.test", 1);
	CHECK_EQ(failed, 1);
	CHECK_STR(why, "DNS: no name server answers");
	CHECK_EQ(by_system, 0);

	memset(&set, 0, sizeof(set));
	set.size = sizeof(set);
	CHECK(!lws_dns_get_settings(cx, &set));
	CHECK_EQ(set.by_system, 0);
	CHECK_EQ(set.cache_bytes, 4 << 20);
	set.by_system = 1;
	CHECK(!lws_dns_set_settings(cx, &set));
	connects(cx, vh, "www.test", 1);
	CHECK_EQ(failed, 1);
	CHECK_EQ(by_system, 1);

	CHECK(!lws_dns_dump_json(cx, emit, NULL));
	CHECK(emitted > 100);

	/* a server by message */
	for (i = 0; i < 2; i++) {
		emitted = 0;
		CHECK(!lws_smd_msg_printf(cx, LWSSMDCL_NETWORK, "{\"type\":\"dns\",\"%s\":\"127.0.0.9\"}",
					  i ? "remove" : "add"));
		pump(cx);
		CHECK_EQ(lws_dns_server_add(cx, "127.0.0.9"), !i);
	}
	/* what is known is forgotten by message, and when there is a new address */
	set.by_system = 0;
	CHECK(!lws_dns_set_settings(cx, &set));
	for (i = 0; i < 2; i++) {
		connects(cx, vh, "a.test", 1);
		CHECK(known(cx) > 0);
		CHECK(!lws_smd_msg_printf(cx, LWSSMDCL_NETWORK, i ? "{\"type\":\"ipacq\"}" :
					  "{\"type\":\"dns\",\"reload\":true}"));
		pump(cx);
		CHECK_EQ(known(cx), 0);
	}
	lws_context_destroy(cx);
	close(listener);

	return 0;
}
