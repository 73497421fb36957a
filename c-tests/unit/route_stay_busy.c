/*
 * While the loop is busy a route comes back before the settle time is over,
 * with a better one beside it: the loop, late, hears of that before it decides.
 */
#include "../routed.h"

static void busy(const char *what, const char *gone, const char *back)
{
	lws_route_stats_t stats;

	/* there is another way all the time */
	routed_up(FAR_ROUTES "route add default via 10.8.0.2\n"
		  "route add default via fd08::2\n");
	settle_time(500000);
	change("%s", gone);
	pump(cx);
	stats_get(&stats);
	CHECK(stats.candidates >= 1);
	CHECK_EQ(ends_open(), EVERYBODY);
	change("%s", back);
	usleep(600000);
	stays(what);
	routed_down();
}

int main(void)
{
	netns_enter();
	busy("IPv4", "route del 10.7.0.0/24\n",
	     "route add 10.7.0.0/24 via 10.9.0.2\n"
	     "route add 10.7.0.1/32 via 10.8.0.2\n");
	busy("IPv6", "route del fd07::/64\n",
	     "route add fd07::/64 via fd09::2\n"
	     "route add fd07::1/128 via fd08::2\n");

	return 0;
}
