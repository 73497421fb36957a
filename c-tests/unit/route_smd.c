/*
 * What the bus hears of routing: lws's own texts, and so few of them that
 * everybody else's messages have room, whatever happens.
 */
#include "../routed.h"

#define ROUTES 5000

static int added, deleted, triggers, mine;

static int smd_cb(void *opaque, lws_smd_class_t class, lws_usec_t timestamp,
		  void *buf, size_t len)
{
	const char *text = buf;

	(void)opaque;
	(void)timestamp;
	if (class == MINE) {
		mine++;
		return 0;
	}
	CHECK_EQ(class, LWSSMDCL_NETWORK);
	CHECK_EQ(strlen(text), len);
	if (!strcmp(text, "{\"rt\":\"add\"}\n"))
		added++;
	else if (!strcmp(text, "{\"rt\":\"del\"}\n"))
		deleted++;
	else if (!strcmp(text, "{\"trigger\": \"cpdcheck\", "
			       "\"src\":\"gw-change\"}"))
		triggers++;
	else {
		fprintf(stderr, "unexpected: %s\n", text);
		exit(1);
	}

	return 0;
}

/* All that will be said has been. */
static void rest(void)
{
	int n;

	do {
		n = added + deleted + triggers;
		pump(cx);
		service_for(cx, 100000);
		/* where that was one slow pass */
		pump(cx);
	} while (n != added + deleted + triggers);
}

static void hears(const char *commands, int a, int d, int t)
{
	rest();
	added = deleted = triggers = 0;
	here("%s", commands);
	rest();
	if (added != a || deleted != d || triggers != t)
		fprintf(stderr, "after %s", commands);
	CHECK_EQ(added, a);
	CHECK_EQ(deleted, d);
	CHECK_EQ(triggers, t);
}

/* So many routes, while others use the bus as well. */
static void burst(const char *what, const char *verb)
{
	lws_usec_t start = lws_now_usecs(), us;
	lws_route_stats_t stats;
	int n, sent = 0;
	FILE *ip;

	rest();
	added = deleted = triggers = mine = 0;
	CHECK((ip = popen("ip -batch -", "w")) != NULL);
	for (n = 0; n < ROUTES; n++) {
		fprintf(ip, "route %s 11.%d.%d.0/24 via 10.9.0.2\n", verb,
			n >> 8, n & 255);
		if (n % 50)
			continue;
		fflush(ip);
		CHECK(lws_smd_msg_printf(cx, MINE, "mine %d", n) == 0);
		sent++;
		CHECK(lws_service(cx, -1) >= 0);
	}
	CHECK(!pclose(ip));
	rest();
	us = lws_now_usecs() - start;
	stats_get(&stats);
	printf("%s: %d routes in %lld ms: %d add, %d del, %d triggers\n", what,
	       ROUTES, (long long)us / 1000, added, deleted, triggers);
	CHECK_EQ(mine, sent);
	/* one in 20 ms of each kind at most */
	CHECK(added <= us / 20000 + 1);
	CHECK(deleted <= us / 20000 + 1);
	CHECK(triggers <= us / 20000 + 1);
}

int main(void)
{
	lws_route_stats_t stats;
	uint64_t before;

	netns_enter();
	net_up();
	cx_up(0);
	rest();
	CHECK(lws_smd_register(cx, NULL, 0, LWSSMDCL_NETWORK | MINE, smd_cb));
	pump(cx);

	hears("route add 10.55.0.0/24 dev v0\n", 1, 0, 0);
	hears("route del 10.55.0.0/24 dev v0\n", 0, 1, 0);
	hears("route add fd55::/64 dev v0\n", 1, 0, 0);
	hears("route del fd55::/64 dev v0\n", 0, 1, 0);
	hears("route add 10.7.0.0/24 via 10.9.0.2\n", 1, 0, 1);
	hears("route del 10.7.0.0/24\n", 0, 1, 1);
	hears("route add fd07::/64 via fd09::2\n", 1, 0, 1);
	hears("route del fd07::/64\n", 0, 1, 1);
	hears("addr add 10.5.0.1/32 dev v0\n", 1, 0, 0);
	/* the address was a route as well */
	hears("addr del 10.5.0.1/32 dev v0\n", 0, 1, 0);

	/* announced again: no news */
	hears("addr change 10.9.0.1/24 dev v0 valid_lft 3600 "
	      "preferred_lft 3000\n", 0, 0, 0);
	hears("addr replace fd09::1/64 dev v0 nodad\n", 0, 0, 0);
	hears("route replace 10.6.0.0/24 via 10.8.0.2\n", 0, 0, 0);
	hears("route replace fd06::/64 via fd08::2\n", 0, 0, 0);
	hears("link set v0 mtu 1400\n", 0, 0, 0);
	hears("neigh add 10.9.0.77 lladdr 02:00:00:00:00:77 dev v0\n",
	      0, 0, 0);
	/* reading everything again is none either */
	added = deleted = triggers = 0;
	CHECK(!lws_route_resync(cx));
	UNTIL(cx, lws_route_synced(cx));
	rest();
	CHECK_EQ(added + deleted + triggers, 0);

	stats_get(&stats);
	before = stats.routes4;
	burst("added", "add");
	stats_get(&stats);
	CHECK_EQ(stats.routes4, before + ROUTES);
	CHECK(added >= 1 && triggers >= 1);
	CHECK_EQ(deleted, 0);
	burst("replaced by themselves", "replace");
	CHECK_EQ(added + deleted + triggers, 0);
	burst("deleted", "del");
	CHECK(deleted >= 1 && triggers >= 1);
	CHECK_EQ(added, 0);
	stats_get(&stats);
	CHECK_EQ(stats.routes4, before);
	routed_down();

	return 0;
}
