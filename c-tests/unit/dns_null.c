/*
 * Arguments that are none.
 */
#include "../conn.h"

#include <netdb.h>

static struct lws *hear(struct lws *wsi, const char *ads, const struct addrinfo *result, int n,
			void *opaque)
{
	(void)ads;
	(void)result;
	(void)n;
	(void)opaque;
	CHECK(!"called");

	return wsi;
}

static void tell(const char *name, const lws_dns_answer_t *answer, void *opaque)
{
	(void)name;
	(void)answer;
	(void)opaque;
	CHECK(!"called");
}

static int emit(const char *text, size_t len, void *user)
{
	(void)text;
	(void)len;
	(void)user;

	return 7;
}

#define FAILS(word, expression) CHECK_FAILS(word, (int)(expression) == -1)

int main(void)
{
	struct lws_context *cx = context_bare();
	lws_dns_settings_t set;
	lws_dns_stats_t st;

	memset(&set, 0, sizeof(set));
	memset(&st, 0, sizeof(st));
	FAILS("context", lws_async_dns_query(NULL, 0, "a", LWS_ADNS_RECORD_A, hear, NULL, NULL));
	FAILS("name", lws_async_dns_query(cx, 0, NULL, LWS_ADNS_RECORD_A, hear, NULL, NULL));
	FAILS("cb", lws_async_dns_query(cx, 0, "a", LWS_ADNS_RECORD_A, NULL, NULL, NULL));
	FAILS("tsi", lws_async_dns_query(cx, 1, "a", LWS_ADNS_RECORD_A, hear, NULL, NULL));
	FAILS("qtype", lws_async_dns_query(cx, 0, "a", LWS_ADNS_RECORD_MX, hear, NULL, NULL));
	CHECK_LOGS("ai", lws_async_dns_freeaddrinfo(NULL));
	CHECK_FAILS("context", !lws_dns_query(NULL, "a", 0, tell, NULL));
	CHECK_FAILS("name", !lws_dns_query(cx, NULL, 0, tell, NULL));
	CHECK_FAILS("cb", !lws_dns_query(cx, "a", 0, NULL, NULL));
	CHECK_FAILS("flags", !lws_dns_query(cx, "a", 4, tell, NULL));
	CHECK_LOGS("context", lws_dns_cancel(NULL, 1));
	lws_dns_cancel(cx, 0);
	lws_dns_cancel(cx, 12345);
	FAILS("context", lws_dns_server_add(NULL, "1.2.3.4"));
	FAILS("server", lws_dns_server_add(cx, NULL));
	FAILS("server", lws_dns_server_add(cx, "a.b"));
	FAILS("server", lws_dns_server_remove(cx, "1.2.3.4:0"));
	CHECK_LOGS("context", lws_dns_reload(NULL));
	lws_dns_reload(cx);
	FAILS("settings", lws_dns_get_settings(cx, NULL));
	FAILS("settings", lws_dns_get_settings(cx, &set));
	FAILS("settings", lws_dns_set_settings(cx, &set));
	FAILS("context", lws_dns_set_settings(NULL, &set));
	FAILS("stats", lws_dns_get_stats(cx, NULL));
	FAILS("stats", lws_dns_get_stats(cx, &st));
	FAILS("emit", lws_dns_dump_json(cx, NULL, NULL));
	CHECK_EQ(lws_dns_dump_json(cx, emit, NULL), 7);
	lws_context_destroy(cx);

	return 0;
}
