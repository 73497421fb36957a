/*
 * Sockets that are bound to an interface or marked, as the program does in
 * the CONNECTING callback: routing judges them as the kernel does.
 */
#include "../routed.h"

static const char *device;
static int mark;

static int bound_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	int fd = (int)(intptr_t)in;

	if (reason == LWS_CALLBACK_CONNECTING) {
		if (device)
			CHECK(!setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE,
					  device,
					  (socklen_t)strlen(device) + 1));
		if (mark)
			CHECK(!setsockopt(fd, SOL_SOCKET, SO_MARK, &mark,
					  sizeof(mark)));
	}

	return routed_cb(wsi, reason, user, in, len);
}

static const struct lws_protocols protocols[] = {
	{ "routed", bound_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static unsigned int leaves_by(struct end *e)
{
	lws_route_decision_t decision;
	lws_route_hop_t hop;

	memset(&decision, 0, sizeof(decision));
	decision.size = sizeof(decision);
	decision.hops = &hop;
	decision.hops_max = 1;
	CHECK_EQ(lws_route_check(e->wsi, &decision), 0);
	CHECK_EQ(decision.error, 0);
	CHECK_EQ(decision.hops_count, 1);

	return (unsigned int)hop.ifindex;
}

static void up(const char *before, const char *dev, int m)
{
	net_up();
	here("%s", before);
	descriptors_before = descriptors();
	cx_up(0);
	lws_vhost_destroy(vh_client);
	vh_client = vhost_client(cx, "bound", protocols);
	ends_up(OTHERS);
	ends[0].trace[0] = ends[4].trace[0] = '\0';
	device = dev;
	mark = m;
	open_client(&ends[0], "10.7.0.1");
	open_client(&ends[4], "fd07::1");
	echo_all(ends_open());
	device = NULL;
	mark = 0;
}

/* Either way leads there; v0 has the better route. */
#define BOTH \
	"route add 10.7.0.0/24 via 10.9.0.2 metric 10\n" \
	"route add 10.7.0.0/24 via 10.8.0.2 metric 20\n" \
	"route add fd07::/64 via fd09::2 metric 10\n" \
	"route add fd07::/64 via fd08::2 metric 20\n"

#define MARKED \
	"route add 10.7.0.0/24 via 10.8.0.2 table 100\n" \
	"route add fd07::/64 via fd08::2 table 100\n" \
	"rule add fwmark 7 to 10.0.0.0/8 lookup 100\n" \
	"-6 rule add fwmark 7 to fd00::/8 lookup 100\n"

int main(void)
{
	const unsigned int both = CLIENT4 | CLIENT6;

	netns_enter();
	/* bound to the worse one: the better one does not matter */
	up(BOTH, "v1", 0);
	CHECK_EQ(leaves_by(&ends[0]), if_nametoindex("v1"));
	CHECK_EQ(leaves_by(&ends[4]), if_nametoindex("v1"));
	change("route del 10.7.0.0/24 metric 10\n"
	       "route del fd07::/64 metric 10\n");
	stays("route of another interface deleted");
	change("link set v0 down\n");
	stays("another interface down");
	change("route add 10.7.0.0/24 via 10.8.0.3 metric 10\n"
	       "route del 10.7.0.0/24 metric 20\n"
	       "route replace fd07::/64 via fd08::3 metric 20\n");
	closes("another gateway", both, LWS_ROUTE_CULL_ROUTE_CHANGED);
	routed_down();

	/* without a route IPv4 takes everything for the link's own */
	up(BOTH, "v1", 0);
	change("route del fd07::/64 metric 20\n");
	closes("route of the interface deleted", CLIENT6,
	       LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();
	/* so that the first route there takes nothing away */
	up("route add fd07::/64 via fd09::2\n", "v0", 0);
	change("route add default via 10.9.0.2\n");
	stays("first route of the interface added");
	routed_down();

	up(BOTH, "v0", 0);
	change("link set v0 down\n");
	closes("its interface down", both, LWS_ROUTE_CULL_INTERFACE_GONE);
	routed_down();
	up(BOTH, "v0", 0);
	change("link del v0\n");
	closes("its interface deleted", both, LWS_ROUTE_CULL_INTERFACE_GONE);
	routed_down();

	/* a mark, and a rule about it */
	up(BOTH MARKED, NULL, 7);
	CHECK_EQ(leaves_by(&ends[0]), if_nametoindex("v1"));
	CHECK_EQ(leaves_by(&ends[4]), if_nametoindex("v1"));
	change("route del 10.7.0.0/24 metric 10\n"
	       "route del fd07::/64 metric 10\n");
	stays("route of those without the mark deleted");
	change("rule add fwmark 8 to 10.0.0.0/8 blackhole\n"
	       "-6 rule add fwmark 8 to fd00::/8 blackhole\n");
	stays("rule about another mark");
	change("rule add fwmark 7 to 10.7.0.0/24 prohibit\n"
	       "-6 rule add fwmark 7 to fd07::/64 prohibit\n");
	closes("rule about the mark", both, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();
	up(BOTH MARKED, NULL, 7);
	change("route replace unreachable 10.7.0.0/24 table 100\n"
	       "route replace unreachable fd07::/64 table 100\n");
	closes("route of the mark", both, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	return 0;
}
