/*
 * A route is too large for the kernel to tell of when it is asked for all: the
 * copy lacks it. What it cannot know then ends nobody, what is certain does.
 */
#include "../routed.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#define LEGS 3000

static char *put(char *at, const void *bytes, size_t len)
{
	memcpy(at, bytes, len);

	return at + len;
}

static char *put_attribute(char *at, int type, const void *bytes, size_t len)
{
	struct rtattr a;

	a.rta_type = (unsigned short)type;
	a.rta_len = (unsigned short)(sizeof(a) + len);

	return put(put(at, &a, sizeof(a)), bytes, len);
}

/* `ip` has no room for so many. */
static void add_large_route(void)
{
	static char request[4096 + LEGS * 16], legs[LEGS * 16];
	struct rtnexthop leg;
	struct nlmsghdr head;
	struct in_addr to, gateway;
	struct rtmsg route;
	struct nlmsgerr answer;
	int fd, n;
	char *at;

	CHECK(inet_pton(AF_INET, "10.1.0.0", &to) == 1);
	CHECK(inet_pton(AF_INET, "10.9.0.2", &gateway) == 1);
	memset(&leg, 0, sizeof(leg));
	leg.rtnh_len = sizeof(leg) + sizeof(struct rtattr) + sizeof(gateway);
	leg.rtnh_ifindex = (int)if_nametoindex("v0");
	for (n = 0, at = legs; n < LEGS; n++) {
		/* no two alike */
		leg.rtnh_hops = (unsigned char)(n % 200);
		at = put(at, &leg, sizeof(leg));
		at = put_attribute(at, RTA_GATEWAY, &gateway, sizeof(gateway));
	}
	memset(&route, 0, sizeof(route));
	route.rtm_family = AF_INET;
	route.rtm_dst_len = 16;
	route.rtm_table = RT_TABLE_MAIN;
	route.rtm_protocol = RTPROT_STATIC;
	route.rtm_type = RTN_UNICAST;
	at = put(request + NLMSG_HDRLEN, &route, sizeof(route));
	at = put_attribute(at, RTA_DST, &to, sizeof(to));
	at = put_attribute(at, RTA_MULTIPATH, legs, sizeof(legs));
	memset(&head, 0, sizeof(head));
	head.nlmsg_len = (unsigned int)(at - request);
	head.nlmsg_type = RTM_NEWROUTE;
	head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE |
			   NLM_F_EXCL;
	put(request, &head, sizeof(head));

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	CHECK(fd >= 0);
	CHECK(send(fd, request, head.nlmsg_len, 0) == (ssize_t)head.nlmsg_len);
	CHECK(recv(fd, request, sizeof(request), 0) >=
	      (ssize_t)(NLMSG_HDRLEN + sizeof(answer)));
	memcpy(&answer, request + NLMSG_HDRLEN, sizeof(answer));
	CHECK_EQ(answer.error, 0);
	close(fd);
}

/* A context that knows all but that. */
static void incomplete_up(const char *before, unsigned int who)
{
	struct lws_context_creation_info info;

	net_up();
	here("%s", before);
	add_large_route();
	descriptors_before = descriptors();
	info_init(&info);
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
	cx = context_from(&info);
	context_settle(cx);
	service_for(cx, 100000);
	CHECK_EQ(lws_route_synced(cx), 0);
	vh_client = vhost_client(cx, "client", routed_protocols);
	ends_up(who);
}

static void certain(const char *what, const char *event, unsigned int who,
		    int reason)
{
	change("%s", event);
	closes(what, who, reason);
	CHECK_EQ(lws_route_synced(cx), 0);
}

int main(void)
{
	netns_enter();
	incomplete_up(FAR_ROUTES, EVERYBODY);
	change("route add 10.7.0.1/32 via 10.8.0.2\n"
	       "route add fd07::1/128 via fd08::2\n");
	stays("better routes");
	CHECK_EQ(lws_route_synced(cx), 0);
	change("route del 10.7.0.1/32\nroute del fd07::1/128\n");
	stays("and deleted");
	routed_down();

	incomplete_up(FAR_ROUTES, EVERYBODY);
	certain("IPv4 route deleted", "route del 10.7.0.0/24\n", FAR4,
		LWS_ROUTE_CULL_NO_ROUTE);
	certain("IPv6 route deleted", "route del fd07::/64\n", FAR6,
		LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	incomplete_up(FAR_ROUTES "addr add fd09::5/64 dev v0 nodad\n",
		      ACCEPTED6 | OTHERS);
	certain("IPv6 address deleted", "addr del fd09::1/64 dev v0\n",
		ACCEPTED6, LWS_ROUTE_CULL_SOURCE_GONE);
	routed_down();

	/* the one that it lacks */
	incomplete_up(FAR_ROUTES, OTHERS);
	there("addr add 10.1.0.1/32 dev lo\n");
	open_client(&ends[0], "10.1.0.1");
	echo(&ends[0]);
	certain("the large route deleted", "route del 10.1.0.0/16\n", CLIENT4,
		LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	return 0;
}
