/*
 * The ends of races: what is said when all fail or time is over, every one of
 * many addresses having its turn, and clients that close at any stage. Nothing
 * is left of any of them.
 */
#include "../racing.h"

#define GOOD "192.0.2.1"

static void settings_fallout(unsigned int us)
{
	lws_cao_settings_t s;

	memset(&s, 0, sizeof(s));
	s.size = sizeof(s);
	CHECK_EQ(lws_cao_get_settings(cx, &s), 0);
	s.fallout_us = us;
	CHECK_EQ(lws_cao_set_settings(cx, &s), 0);
}

static unsigned int under_way(void)
{
	lws_cao_stats_t s;

	memset(&s, 0, sizeof(s));
	s.size = sizeof(s);
	CHECK_EQ(lws_cao_get_stats(cx, &s), 0);

	return s.under_way;
}

int main(void)
{
	int before, n, stages = check_slow() ? 8 : 40;
	char many[4096], one[32];
	size_t used = 0;
	struct run r;

	racing_enter();
	racing_listen(GOOD);
	racing_rule(GOOD, 1000);
	racing_rule("192.0.2.2", DROP);
	racing_rule("2001:db8:20:1::2", DROP);
	before = descriptors();

	/* all refuse: each is named */
	racing_name("2001:db8:20:1::9 192.0.2.9");
	racing_context(20);
	racing_run(&r);
	CHECK_EQ(r.failed, 1);
	CHECK(!strncmp(r.error, "conn fail: 111: ", 16));
	CHECK(strstr(r.error, "[2001:db8:20:1::9]:7000 refused") != NULL);
	CHECK(strstr(r.error, "192.0.2.9:7000 refused") != NULL);
	CHECK_EQ(r.connecting, 2);
	CHECK_EQ(under_way(), 0);
	racing_close(&r);

	/* time is over: who was silent is named, and nothing goes on */
	racing_name("2001:db8:20:1::2 192.0.2.2 192.0.2.9");
	lws_context_destroy(cx);
	racing_context(1);
	CHECK(racing_run(&r) >= 990000);
	CHECK_EQ(r.failed, 1);
	CHECK(!strncmp(r.error, "connect timed out: ", 19));
	CHECK(strstr(r.error, "192.0.2.9:7000 refused") != NULL);
	CHECK(strstr(r.error, "192.0.2.2:7000 no answer") != NULL);
	CHECK_EQ(under_way(), 0);
	racing_close(&r);
	lws_context_destroy(cx);

	/* the last of as many as the resolver gives has its turn */
	for (n = 0; n < 63; n++) {
		snprintf(one, sizeof(one), "192.0.2.%d", 100 + n);
		racing_rule(one, DROP);
		used += (size_t)snprintf(many + used, sizeof(many) - used,
					 "%s ", one);
	}
	snprintf(many + used, sizeof(many) - used, "%s", GOOD);
	racing_name(many);
	racing_context(check_slow() ? 20 : 4);
	racing_run(&r);
	CHECK_STR(r.peer, GOOD);
	CHECK(under_way() <= 8);
	racing_close(&r);
	lws_context_destroy(cx);

	/* closed at any stage: at look-up, within each attempt, when it stands */
	racing_name("2001:db8:20:1::2 192.0.2.2 " GOOD);
	for (n = 0; n < stages; n++) {
		racing_context(20);
		settings_fallout(n & 1 ? 2000000 : 0);
		CHECK(racing_start(&r) != NULL);
		service_for(cx, (lws_usec_t)n * 600000 / stages);
		racing_close(&r);
		CHECK(r.failed + r.connected <= 1);
		/* those who won leave losers, others nobody */
		CHECK(r.connected || !under_way());
		lws_context_destroy(cx);
		CHECK(descriptors_again(before));
	}

	return 0;
}
