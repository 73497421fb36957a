/*
 * The default routes go: all of many connections by them are closed, of either
 * family, and those that have a route left work.
 */
#include "../routed.h"

#define MANY 60

static int closed, others;

static int many_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	(void)user;
	(void)in;
	(void)len;
	if (reason == LWS_CALLBACK_RAW_CLOSE) {
		if (lws_get_opaque_user_data(wsi))
			others++;
		else
			closed++;
		CHECK_EQ((int)lws_route_cull_reason(wsi),
			 LWS_ROUTE_CULL_NO_ROUTE);
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "many", many_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void open_one(struct lws_vhost *vh, const char *format, int n, int stays)
{
	char address[64];

	snprintf(address, sizeof(address), format, n);
	CHECK(lws_create_adopt_udp(vh, address, 9, 0, "many", NULL, NULL,
				   stays ? &closed : NULL, NULL, NULL));
}

static void lost(int settle)
{
	lws_route_stats_t before, after;
	struct lws_vhost *vh;
	int n;

	closed = others = 0;
	net_up();
	here("route add default via 10.9.0.2\nroute add default via fd09::2\n"
	     "route add 10.7.0.0/24 via 10.9.0.2\n"
	     "route add fd07::/64 via fd09::2\n");
	cx_up(0);
	settle_time(settle);
	vh = vhost_client(cx, "many", protocols);
	for (n = 1; n <= MANY; n++) {
		open_one(vh, "10.99.0.%d", n, 0);
		open_one(vh, "fd99::%d", n, 0);
		open_one(vh, "10.7.0.%d", n, 1);
		open_one(vh, "fd07::%d", n, 1);
	}
	pump(cx);
	stats_get(&before);
	change("route del default\nroute del default via fd09::2\n");
	UNTIL(cx, closed == 2 * MANY);
	service_for(cx, 50000);
	CHECK_EQ(closed, 2 * MANY);
	CHECK_EQ(others, 0);
	stats_get(&after);
	CHECK_EQ(after.culls - before.culls, 2 * MANY);
	CHECK_EQ(after.refused, 0);
	/* the kernel was asked about each */
	CHECK(after.asked - before.asked >= 2 * MANY);
	change("route del 10.7.0.0/24\nroute del fd07::/64\n");
	UNTIL(cx, others == 2 * MANY);
	routed_down();
}

int main(void)
{
	netns_enter();
	lost(0);
	lost(20000);

	return 0;
}
