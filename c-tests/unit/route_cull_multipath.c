/*
 * A route with two legs: the connections that one of them carried are closed
 * when it is removed, those on the other are not.
 */
#include "../routed.h"

#define CLIENTS (CLIENT4 | UDP4 | CLIENT6 | UDP6)

/* Is it v0 that the kernel sends a connection's packets by? */
static int by_v0(struct end *e)
{
	struct sockaddr_storage from, to;
	socklen_t len = sizeof(from);
	lws_route_decision_t decision;
	lws_route_hop_t hops[4];
	lws_route_flow_t flow;
	int fd = lws_get_socket_fd(e->wsi);

	CHECK(!getsockname(fd, (struct sockaddr *)&from, &len));
	len = sizeof(to);
	CHECK(!getpeername(fd, (struct sockaddr *)&to, &len));
	memset(&flow, 0, sizeof(flow));
	flow.size = sizeof(flow);
	memcpy(&flow.source, &from, sizeof(flow.source));
	memcpy(&flow.dest, &to, sizeof(flow.dest));
	flow.uid = LWS_ROUTE_UID_SELF;
	flow.protocol = strstr(e->name, "udp") ? IPPROTO_UDP : IPPROTO_TCP;
	flow.flags = LWS_ROUTE_ASK_KERNEL;
	memset(&decision, 0, sizeof(decision));
	decision.size = sizeof(decision);
	decision.hops = hops;
	decision.hops_max = LWS_ARRAY_SIZE(hops);
	CHECK(!lws_route_decide(cx, &flow, &decision));
	CHECK_EQ(decision.error, 0);
	CHECK_EQ(decision.source, LWS_ROUTE_FROM_KERNEL);
	CHECK_EQ(decision.hops_count, 1);

	return (unsigned int)hops[0].ifindex == if_nametoindex("v0");
}

int main(void)
{
	unsigned int who, on_v0;
	int keep_v0;
	size_t n;

	netns_enter();
	for (keep_v0 = 0; keep_v0 < 2; keep_v0++) {
		net_up();
		here("route add 10.7.0.0/24 nexthop via 10.9.0.2 "
		     "nexthop via 10.8.0.2\n"
		     "route add fd07::/64 nexthop via fd09::2 "
		     "nexthop via fd08::2\n");
		cx_up(0);
		ends_up(CLIENTS | OTHERS);
		on_v0 = 0;
		for (n = 0; n < LWS_ARRAY_SIZE(ends); n++)
			if ((CLIENTS & (1u << n)) && by_v0(&ends[n]))
				on_v0 |= 1u << n;
		who = keep_v0 ? CLIENTS & ~on_v0 : on_v0;
		/* IPv6 can delete one leg, IPv4 has to replace the route */
		change("route replace 10.7.0.0/24 via %s\n"
		       "route del fd07::/64 via %s\n",
		       keep_v0 ? "10.9.0.2" : "10.8.0.2",
		       keep_v0 ? "fd08::2" : "fd09::2");
		if (who)
			closes("leg removed", who,
			       LWS_ROUTE_CULL_ROUTE_CHANGED);
		else
			stays("leg removed that nobody used");
		routed_down();
	}

	return 0;
}
