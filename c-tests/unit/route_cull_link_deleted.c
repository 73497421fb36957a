/*
 * An interface is deleted, or moved to another network: its addresses go with
 * it.
 */
#include "../routed.h"

int main(void)
{
	netns_enter();
	routed_up(FAR_ROUTES);
	change("link del v0\n");
	closes("link deleted", FAR4 | FAR6, LWS_ROUTE_CULL_SOURCE_GONE);
	routed_down();

	routed_up(FAR_ROUTES);
	change("link set v0 netns /proc/%d/fd/%d name moved\n", (int)getpid(),
	       ns_there);
	closes("link moved", FAR4 | FAR6, LWS_ROUTE_CULL_SOURCE_GONE);
	routed_down();

	return 0;
}
