/*
 * There is no descriptor left for routing when the context is made: routing
 * begins by itself when there is, and knows the connections that came before.
 */
#include "../routed.h"

#include <sys/resource.h>

static void descriptors_max(rlim_t max)
{
	struct rlimit limit;

	CHECK(!getrlimit(RLIMIT_NOFILE, &limit));
	limit.rlim_cur = max;
	CHECK(!setrlimit(RLIMIT_NOFILE, &limit));
}

/* With the fewest descriptors that a context can be made with. */
static void poor_context(rlim_t usual)
{
	struct lws_context_creation_info info;
	rlim_t max = 3;

	for (cx = NULL; !cx; max++) {
		CHECK(max < usual);
		info_init(&info);
		info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
		descriptors_max(max);
		cx = lws_create_context(&info);
	}
}

int main(void)
{
	struct rlimit limit;
	lws_usec_t since, made;

	netns_enter();
	net_up();
	here("%s", FAR_ROUTES);
	CHECK(!getrlimit(RLIMIT_NOFILE, &limit));
	made = lws_now_usecs();
	poor_context(limit.rlim_cur);
	descriptors_max(limit.rlim_cur);
	CHECK(!lws_route_synced(cx));

	/* nobody waits for it; it is tried again after a second */
	vh_client = vhost_client(cx, "client", routed_protocols);
	ends_up(FAR4 | FAR6);
	CHECK(!lws_route_synced(cx) ||
	      lws_now_usecs() - made > LWS_US_PER_SEC);

	since = lws_now_usecs();
	UNTIL(cx, lws_route_synced(cx));
	printf("routing began after %lld ms\n",
	       (long long)(lws_now_usecs() - since) / 1000);
	stays("routing begins");
	change("route del 10.7.0.0/24\nroute del fd07::/64\n");
	closes("routes deleted", FAR4 | FAR6, LWS_ROUTE_CULL_NO_ROUTE);
	lws_context_destroy(cx);

	return 0;
}
