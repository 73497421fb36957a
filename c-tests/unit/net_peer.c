/*
 * Who is at the other end of a connection, and timers by the retry policy that it goes by: that of
 * its vhost, or its own.
 */
#include "../conn.h"

static const uint32_t slow[] = { 20000 }, slower[] = { 60000 };
static const lws_retry_bo_t vhost_policy = { slow, 1, 1, 0, 0, 10 };
static const lws_retry_bo_t own_policy = { slower, 1, LWS_RETRY_CONCEAL_ALWAYS, 0, 0, 10 };

static int adopted, connected;

static void fired(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	CHECK(0);
}

static void peer_is_localhost(struct lws *wsi)
{
	char simple[64], name[256], rip[64];

	log_watch(LOG_USUAL);
	CHECK(lws_get_peer_simple(wsi, simple, sizeof(simple)) == simple);
	CHECK_STR(simple, "127.0.0.1");
	lws_get_peer_addresses(wsi, lws_get_socket_fd(wsi), name, sizeof(name), rip, sizeof(rip));
	CHECK_STR(rip, "127.0.0.1");
	CHECK(name[0] != '\0');
	CHECK_EQ(log_lines(""), 0);
	memset(simple, 0x55, sizeof(simple));
	CHECK_LOGS("lws_get_peer_simple: bad argument: namelen",
		   lws_get_peer_simple(wsi, simple, 9));
	CHECK_STR(simple, "");
}

/* The first try waits by this policy, the second one too or is reported. */
static void policy_is(struct lws *wsi, const lws_retry_bo_t *policy)
{
	lws_usec_t us = (lws_usec_t)policy->retry_ms_table[0] * 1000, before = lws_now_usecs();
	int concealed = policy->conceal_count == LWS_RETRY_CONCEAL_ALWAYS;
	lws_sorted_usec_list_t sul;
	uint16_t ctry = 0;

	memset(&sul, 0, sizeof(sul));
	CHECK_EQ(lws_retry_sul_schedule_retry_wsi(wsi, &sul, fired, &ctry), 0);
	CHECK_EQ(ctry, 1);
	CHECK(sul.us >= before + us && sul.us <= lws_now_usecs() + us + us / 10);
	lws_sul_cancel(&sul);
	CHECK_EQ(lws_retry_sul_schedule_retry_wsi(wsi, &sul, fired, &ctry), !concealed);
	CHECK_EQ(ctry, 2);
	CHECK_EQ(!lws_dll2_is_detached(&sul.list), concealed);
	lws_sul_cancel(&sul);
}

static int served(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
		  size_t len)
{
	(void)user;
	(void)in;
	(void)len;
	if (reason == LWS_CALLBACK_RAW_ADOPT) {
		adopted++;
		peer_is_localhost(wsi);
		policy_is(wsi, &vhost_policy);
	}

	return 0;
}

static int asking(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
		  size_t len)
{
	(void)user;
	(void)in;
	(void)len;
	CHECK(reason != LWS_CALLBACK_CLIENT_CONNECTION_ERROR);
	if (reason == LWS_CALLBACK_RAW_CONNECTED) {
		connected++;
		peer_is_localhost(wsi);
		policy_is(wsi, &own_policy);
	}

	return 0;
}

static const struct lws_protocols server_protocols[] = {
	{ "served", served, 0, 0, 0, NULL, 0 },
	LWS_PROTOCOL_LIST_TERM
}, client_protocols[] = {
	{ "asking", asking, 0, 0, 0, NULL, 0 },
	LWS_PROTOCOL_LIST_TERM
};

int main(void)
{
	struct lws_context *cx = context_bare();
	struct lws_context_creation_info info;
	struct lws_client_connect_info i;
	struct lws_vhost *server, *client;

	info_server(&info, "server", server_protocols, "served");
	info.retry_and_idle_policy = &vhost_policy;
	server = lws_create_vhost(cx, &info);
	CHECK(server != NULL);
	client = vhost_client(cx, "client", client_protocols);
	info_connect(&i, cx, client, "asking", "127.0.0.1", lws_get_vhost_listen_port(server));
	i.retry_and_idle_policy = &own_policy;
	CHECK(lws_client_connect_via_info(&i) != NULL);
	UNTIL(cx, adopted && connected);
	CHECK(adopted == 1 && connected == 1);
	lws_context_destroy(cx);

	return 0;
}
