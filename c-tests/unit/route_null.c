/*
 * What no question is, is said to be none: NULL, sizes that are too small,
 * addresses of no family, settings that do not exist.
 */
#include "../routed.h"

static int visit(const lws_route_entry_t *route, void *user)
{
	(void)route;
	(void)user;

	return 0;
}

static int emit(const char *text, size_t len, void *user)
{
	(void)text;
	(void)len;
	(void)user;

	return 0;
}

/* Structs of a later version. */
static union {
	lws_route_flow_t	known;
	char			room[1000];
} large_flow;
static union {
	lws_route_decision_t	known;
	char			room[1000];
} large_decision;

int main(void)
{
	lws_route_decision_t decision;
	lws_route_settings_t s;
	lws_route_stats_t stats;
	lws_route_flow_t flow;

	netns_enter();
	cx_up(0);
	memset(&flow, 0, sizeof(flow));
	memset(&decision, 0, sizeof(decision));
	memset(&s, 0, sizeof(s));
	memset(&stats, 0, sizeof(stats));
	flow.size = sizeof(flow);
	decision.size = sizeof(decision);
	s.size = sizeof(s);
	stats.size = sizeof(stats);
	CHECK(!lws_sa46_parse_numeric_address("10.7.0.1", &flow.dest));

	CHECK_FAILS("lws_route_decide: bad argument: context",
		    lws_route_decide(NULL, &flow, &decision) == -1);
	CHECK_FAILS("lws_route_decide: bad argument: flow",
		    lws_route_decide(cx, NULL, &decision) == -1);
	CHECK_FAILS("lws_route_decide: bad argument: decision",
		    lws_route_decide(cx, &flow, NULL) == -1);
	flow.size--;
	CHECK_FAILS("lws_route_decide: bad argument: flow",
		    lws_route_decide(cx, &flow, &decision) == -1);
	flow.size = sizeof(flow);
	decision.size = 0;
	CHECK_FAILS("lws_route_decide: bad argument: decision",
		    lws_route_decide(cx, &flow, &decision) == -1);
	decision.size = sizeof(decision);
	/* a destination of no family, a source of another one */
	flow.dest.sa4.sin_family = AF_UNSPEC;
	CHECK_FAILS("lws_route_decide: bad argument: flow",
		    lws_route_decide(cx, &flow, &decision) == -1);
	flow.dest.sa4.sin_family = AF_UNIX;
	CHECK_FAILS("lws_route_decide: bad argument: flow",
		    lws_route_decide(cx, &flow, &decision) == -1);
	flow.dest.sa4.sin_family = AF_INET;
	CHECK(!lws_sa46_parse_numeric_address("fd09::1", &flow.source));
	CHECK_FAILS("lws_route_decide: bad argument: flow",
		    lws_route_decide(cx, &flow, &decision) == -1);
	memset(&flow.source, 0, sizeof(flow.source));
	flow.ifindex = -1;
	CHECK_FAILS("lws_route_decide: bad argument: flow",
		    lws_route_decide(cx, &flow, &decision) == -1);
	flow.ifindex = 0;
	/* programs of later versions know larger ones */
	large_flow.known = flow;
	large_flow.known.size = sizeof(large_flow);
	large_decision.known.size = sizeof(large_decision);
	log_watch(LOG_USUAL);
	CHECK_EQ(lws_route_decide(cx, &large_flow.known, &large_decision.known),
		 0);
	CHECK_EQ(large_decision.known.error, ENETUNREACH);
	CHECK_EQ(log_lines(""), 0);

	CHECK_FAILS("lws_route_check: bad argument: wsi",
		    lws_route_check(NULL, &decision) == -1);
	CHECK_FAILS("lws_route_foreach: bad argument: context",
		    lws_route_foreach(NULL, visit, NULL) == -1);
	CHECK_FAILS("lws_route_foreach: bad argument: cb",
		    lws_route_foreach(cx, NULL, NULL) == -1);
	CHECK_FAILS("lws_route_dump_json: bad argument: context",
		    lws_route_dump_json(NULL, emit, NULL) == -1);
	CHECK_FAILS("lws_route_dump_json: bad argument: emit",
		    lws_route_dump_json(cx, NULL, NULL) == -1);

	CHECK_FAILS("lws_route_get_stats: bad argument: context",
		    lws_route_get_stats(NULL, &stats) == -1);
	CHECK_FAILS("lws_route_get_stats: bad argument: stats",
		    lws_route_get_stats(cx, NULL) == -1);
	stats.size = 8;
	stats.messages = 4711;
	CHECK_FAILS("lws_route_get_stats: bad argument: stats",
		    lws_route_get_stats(cx, &stats) == -1);
	CHECK_EQ(stats.messages, 4711);

	CHECK_FAILS("lws_route_get_settings: bad argument: context",
		    lws_route_get_settings(NULL, &s) == -1);
	CHECK_FAILS("lws_route_get_settings: bad argument: settings",
		    lws_route_get_settings(cx, NULL) == -1);
	s.size = sizeof(s) - 1;
	CHECK_FAILS("lws_route_get_settings: bad argument: settings",
		    lws_route_get_settings(cx, &s) == -1);
	settings_get(&s);
	CHECK_FAILS("lws_route_set_settings: bad argument: context",
		    lws_route_set_settings(NULL, &s) == -1);
	CHECK_FAILS("lws_route_set_settings: bad argument: settings",
		    lws_route_set_settings(cx, NULL) == -1);
	s.size = 0;
	CHECK_FAILS("lws_route_set_settings: bad argument: settings",
		    lws_route_set_settings(cx, &s) == -1);
	s.size = sizeof(s);
	s.settle_us = -1;
	CHECK_FAILS("lws_route_set_settings: bad argument: settle_us",
		    lws_route_set_settings(cx, &s) == -1);
	s.settle_us = 12345;
	s.cull = 3;
	CHECK_FAILS("lws_route_set_settings: bad argument: cull",
		    lws_route_set_settings(cx, &s) == -1);
	s.cull = -1;
	CHECK_FAILS("lws_route_set_settings: bad argument: cull",
		    lws_route_set_settings(cx, &s) == -1);
	/* nothing of what was refused was taken */
	settings_get(&s);
	CHECK_EQ(s.cull, LWS_ROUTE_CULL_CLOSE);
	CHECK_EQ(s.settle_us, 20000);

	CHECK_FAILS("lws_route_cull_reason: bad argument: wsi",
		    lws_route_cull_reason(NULL) == LWS_ROUTE_CULL_NONE);
	CHECK_FAILS("lws_route_synced: bad argument: context", !lws_route_synced(NULL));
	CHECK_FAILS("lws_route_resync: bad argument: context", lws_route_resync(NULL) == 1);
	routed_down();

	return 0;
}
