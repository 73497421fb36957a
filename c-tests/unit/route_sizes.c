/*
 * Structs that begin with their size: a program with those of the first
 * version works for ever, and one with newer ones gets what the library knows
 * and zeroes for the rest.
 */
#include "../routed.h"

/* what the structs of version 1 take, on this machine */
#define FIRST(s, last) \
	(uint32_t)(offsetof(s, last) + sizeof(((s *)0)->last))

/* A struct of a program, and memory behind it that is not its own. */
#define THEIRS(s) \
	union { s it; unsigned char bytes[sizeof(s) + 64]; }

static void fill(void *bytes, size_t len, uint32_t size)
{
	memset(bytes, 0, len);
	memset((char *)bytes + size, 0xa5, len - size);
	memcpy(bytes, &size, sizeof(size));
}

static void untouched(const unsigned char *bytes, size_t len, uint32_t size)
{
	while (len-- > size)
		CHECK_EQ(bytes[len], 0xa5);
}

static void stats_of(uint32_t size, int fits)
{
	THEIRS(lws_route_stats_t) u;
	size_t n;

	fill(&u, sizeof(u), size);
	if (!fits) {
		CHECK_FAILS("lws_route_get_stats: bad argument: stats",
			    lws_route_get_stats(cx, &u.it) == -1);
		untouched(u.bytes, sizeof(u), size ? size : (uint32_t)sizeof(size));
		return;
	}
	CHECK(!lws_route_get_stats(cx, &u.it));
	CHECK_EQ(u.it.size, size);
	CHECK(u.it.routes4 > 0);
	for (n = sizeof(u.it); n < size; n++)
		CHECK_EQ(u.bytes[n], 0);
	untouched(u.bytes, sizeof(u), size);
}

static void settings_of(uint32_t size)
{
	THEIRS(lws_route_settings_t) u;
	lws_route_settings_t now;

	fill(&u, sizeof(u), size);
	CHECK(!lws_route_get_settings(cx, &u.it));
	CHECK_EQ(u.it.size, size);
	untouched(u.bytes, sizeof(u), size);
	u.it.settle_us = 12340 + (lws_usec_t)size;
	CHECK(!lws_route_set_settings(cx, &u.it));
	settings_get(&now);
	CHECK_EQ(now.settle_us, 12340 + (lws_usec_t)size);
}

static void decision_of(uint32_t flow_size, uint32_t size)
{
	THEIRS(lws_route_decision_t) d;
	THEIRS(lws_route_flow_t) f;
	lws_route_hop_t hop;

	fill(&f, sizeof(f), flow_size);
	fill(&d, sizeof(d), size);
	CHECK(!lws_sa46_parse_numeric_address("10.7.0.1", &f.it.dest));
	d.it.hops = &hop;
	d.it.hops_max = 1;
	CHECK(!lws_route_decide(cx, &f.it, &d.it));
	CHECK_EQ(d.it.size, size);
	CHECK_EQ(d.it.prefix_len, 24);
	CHECK_EQ(d.it.hops_count, 1);
	CHECK_EQ(hop.ifindex, if_nametoindex("v0"));
	untouched(d.bytes, sizeof(d), size);
	untouched(f.bytes, sizeof(f), flow_size);
}

int main(void)
{
	const uint32_t stats = FIRST(lws_route_stats_t, watched),
		       settings = FIRST(lws_route_settings_t, user),
		       flow = FIRST(lws_route_flow_t, flags),
		       decision = FIRST(lws_route_decision_t, hops_count);

	netns_enter();
	net_up();
	here("%s", FAR_ROUTES);
	cx_up(0);

	stats_of(stats - 1, 0);
	stats_of(0, 0);
	stats_of(stats, 1);
	stats_of(sizeof(lws_route_stats_t), 1);
	stats_of(sizeof(lws_route_stats_t) + 64, 1);

	settings_of(settings);
	settings_of(sizeof(lws_route_settings_t) + 32);

	decision_of(flow, decision);
	decision_of(flow + 16, decision + 16);
	decision_of(sizeof(lws_route_flow_t), sizeof(lws_route_decision_t));
	decision_of(sizeof(lws_route_flow_t) + 40,
		    sizeof(lws_route_decision_t) + 64);

	lws_context_destroy(cx);

	return 0;
}
