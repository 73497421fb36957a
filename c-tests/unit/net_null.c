/*
 * Every export of lws-network-helper.h and lws-retry.h, and those for options, with NULL for each
 * pointer: its error value and one log line that names it.
 */
#include "../context.h"

static void test_addresses(struct lws_context *cx)
{
	lws_sockaddr46 sa;
	uint8_t bytes[16];
	char b[64];

	memset(&sa, 0, sizeof(sa));
	memset(bytes, 0, sizeof(bytes));
	CHECK_FAILS("lws_canonical_hostname", !lws_canonical_hostname(NULL));
	CHECK(lws_canonical_hostname(cx) != NULL);
	memset(b, 0x55, sizeof(b));
	CHECK_LOGS("lws_get_peer_addresses: bad argument: wsi",
		   lws_get_peer_addresses(NULL, 0, b, 32, b + 32, 32));
	CHECK(!b[0] && !b[32]);
	CHECK_LOGS("lws_get_peer_addresses: bad argument: name",
		   lws_get_peer_addresses(NULL, 0, NULL, 32, b, 32));
	CHECK_LOGS("lws_get_peer_addresses: bad argument: rip",
		   lws_get_peer_addresses(NULL, 0, b, 32, NULL, 32));
	CHECK_FAILS("lws_get_peer_simple: bad argument: wsi",
		    !lws_get_peer_simple(NULL, b, sizeof(b)));
	CHECK_FAILS("lws_get_peer_simple_fd", !lws_get_peer_simple_fd(0, NULL, sizeof(b)));
	CHECK_FAILS("lws_interface_to_sa: bad argument: ifname",
		    lws_interface_to_sa(0, NULL, &sa.sa4, sizeof(sa)) == LWS_ITOSA_NOT_EXIST);
	CHECK_FAILS("lws_interface_to_sa: bad argument: addr",
		    lws_interface_to_sa(0, "lo", NULL, sizeof(sa)) == LWS_ITOSA_NOT_EXIST);
	CHECK_FAILS("lws_sa46_compare_ads: bad argument: sa46a",
		    lws_sa46_compare_ads(NULL, &sa) == 1);
	CHECK_FAILS("lws_sa46_compare_ads: bad argument: sa46b",
		    lws_sa46_compare_ads(&sa, NULL) == 1);
	CHECK_FAILS("lws_sa46_on_net: bad argument: sa46a", lws_sa46_on_net(NULL, &sa, 0) == 1);
	CHECK_FAILS("lws_sa46_on_net: bad argument: sa46_net",
		    lws_sa46_on_net(&sa, NULL, 0) == 1);
	CHECK_FAILS("lws_parse_numeric_address: bad argument: ads",
		    lws_parse_numeric_address(NULL, bytes, sizeof(bytes)) == -1);
	CHECK_FAILS("lws_parse_numeric_address: bad argument: result",
		    lws_parse_numeric_address("::", NULL, 16) == -1);
	CHECK_FAILS("lws_sa46_parse_numeric_address: bad argument: ads",
		    lws_sa46_parse_numeric_address(NULL, &sa) == -1);
	CHECK_FAILS("lws_sa46_parse_numeric_address: bad argument: sa46",
		    lws_sa46_parse_numeric_address("::", NULL) == -1);
	memset(b, 0x55, sizeof(b));
	CHECK_FAILS("lws_write_numeric_address: bad argument: ads",
		    lws_write_numeric_address(NULL, 4, b, sizeof(b)) == -1);
	CHECK_STR(b, "");
	CHECK_FAILS("lws_write_numeric_address: bad argument: buf",
		    lws_write_numeric_address(bytes, 4, NULL, sizeof(b)) == -1);
	CHECK_FAILS("lws_write_numeric_address: bad argument: size",
		    lws_write_numeric_address(bytes, 5, b, sizeof(b)) == -1);
	CHECK_FAILS("lws_write_numeric_address: bad argument: size",
		    lws_write_numeric_address(bytes, -4, b, sizeof(b)) == -1);
	memset(b, 0x55, sizeof(b));
	CHECK_FAILS("lws_sa46_write_numeric_address: bad argument: sa46",
		    lws_sa46_write_numeric_address(NULL, b, sizeof(b)) == -1);
	CHECK_STR(b, "");
	CHECK_FAILS("lws_sa46_write_numeric_address: bad argument: buf",
		    lws_sa46_write_numeric_address(&sa, NULL, sizeof(b)) == -1);
}

static void cb(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	CHECK(0);
}

static void test_retry(struct lws_context *cx)
{
	static const uint32_t table[] = { 500 };
	const lws_retry_bo_t r = { table, 1, LWS_RETRY_CONCEAL_ALWAYS, 0, 0, 10 };
	lws_sorted_usec_list_t sul;
	unsigned int ms = 0;
	uint16_t ctry = 0;
	char conceal = 9;

	memset(&sul, 0, sizeof(sul));
	CHECK_LOGS("lws_retry_get_delay_ms: bad argument: ctry",
		   ms = lws_retry_get_delay_ms(cx, &r, NULL, &conceal));
	CHECK(ms >= 500 && ms <= 550 && conceal == 1);
	CHECK_FAILS("context", lws_retry_sul_schedule(NULL, 0, &sul, &r, cb, &ctry) == 1);
	CHECK_FAILS("tid", lws_retry_sul_schedule(cx, 1, &sul, &r, cb, &ctry) == 1);
	CHECK_FAILS("sul", lws_retry_sul_schedule(cx, 0, NULL, &r, cb, &ctry) == 1);
	CHECK_FAILS("cb", lws_retry_sul_schedule(cx, 0, &sul, &r, NULL, &ctry) == 1);
	CHECK_FAILS("ctry", lws_retry_sul_schedule(cx, 0, &sul, &r, cb, NULL) == 1);
	CHECK_FAILS("lws_retry_sul_schedule_retry_wsi: bad argument: wsi",
		    lws_retry_sul_schedule_retry_wsi(NULL, &sul, cb, &ctry) == 1);
	CHECK_EQ(ctry, 0);
	CHECK(lws_dll2_is_detached(&sul.list));
}

static void test_pvo(void)
{
	const struct lws_protocol_vhost_options o = { NULL, NULL, "a", "b" };
	const char *value = "as it was";

	CHECK_FAILS("lws_pvo_search", !lws_pvo_search(&o, NULL));
	CHECK_FAILS("lws_pvo_get_str: bad argument: name",
		    lws_pvo_get_str((void *)&o, NULL, &value) == 1);
	CHECK_FAILS("lws_pvo_get_str: bad argument: result",
		    lws_pvo_get_str((void *)&o, "a", NULL) == 1);
	CHECK_STR(value, "as it was");
}

int main(void)
{
	struct lws_context *cx = context_new();

	test_addresses(cx);
	test_retry(cx);
	test_pvo();
	lws_context_destroy(cx);

	return 0;
}
