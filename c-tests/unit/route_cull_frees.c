/*
 * Nothing that a connection without a way has written can arrive: its
 * descriptor is closed with it, and does not wait for the peer.
 */
#include "../routed.h"

static void frees(const char *what, const char *event, unsigned int who,
		  int count)
{
	int before = descriptors();
	size_t n;

	change("%s", event);
	for (n = 0; n < LWS_ARRAY_SIZE(ends); n++)
		if (who & (1u << n))
			CHECK(write_text(ends[n].wsi, "lost", 4) == 4);
	UNTIL(cx, !(ends_open() & who));
	CHECK_EQ(descriptors(), before - count);
	closes(what, 0, 0);
	closed_for(what, who, LWS_ROUTE_CULL_NO_ROUTE);
}

int main(void)
{
	netns_enter();
	routed_up_for(FAR_ROUTES, CLIENT4 | ACCEPTED4 | CLIENT6 | ACCEPTED6);
	frees("IPv4", "route del 10.7.0.0/24\n", CLIENT4 | ACCEPTED4, 2);
	frees("IPv6", "route del fd07::/64\n", CLIENT6 | ACCEPTED6, 2);
	routed_down();

	return 0;
}
