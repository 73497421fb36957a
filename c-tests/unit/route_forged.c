/*
 * Somebody repeats messages of the kernel's, which said that routes were gone:
 * they are counted, as they do not come from the kernel, and change nothing.
 */
#include "../routed.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#define MOST 8

static struct {
	char	bytes[512];
	size_t	len;
	int	group;
} heard[MOST];
static int count;

static int netlink(unsigned int groups)
{
	struct sockaddr_nl a;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	CHECK(fd >= 0);
	memset(&a, 0, sizeof(a));
	a.nl_family = AF_NETLINK;
	a.nl_groups = groups;
	CHECK(!bind(fd, (struct sockaddr *)&a, sizeof(a)));

	return fd;
}

/* Keep what the kernel says while these routes are deleted. */
static void record(void)
{
	int fd = netlink(RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE);
	struct nlmsghdr head;
	ssize_t n;

	here("route del 10.7.0.0/24\nroute del fd07::/64\n");
	while ((n = recv(fd, heard[count].bytes, sizeof(heard[count].bytes),
			 MSG_DONTWAIT)) > 0) {
		memcpy(&head, heard[count].bytes, sizeof(head));
		if (head.nlmsg_type != RTM_DELROUTE)
			continue;
		CHECK_EQ(head.nlmsg_len, n);
		heard[count].len = (size_t)n;
		heard[count].group = heard[count].bytes[NLMSG_HDRLEN] ==
				     AF_INET ? RTMGRP_IPV4_ROUTE :
					       RTMGRP_IPV6_ROUTE;
		CHECK(++count < MOST);
	}
	CHECK_EQ(count, 2);
	close(fd);
	here(FAR_ROUTES);
}

/* To all who listen, and to ourselves: else the kernel would obey it. */
static void repeat(int fd, int n)
{
	struct sockaddr_nl to;
	socklen_t len = sizeof(to);

	CHECK(!getsockname(fd, (struct sockaddr *)&to, &len));
	to.nl_groups = (unsigned int)heard[n].group;
	CHECK(sendto(fd, heard[n].bytes, heard[n].len, 0,
		     (struct sockaddr *)&to, sizeof(to)) ==
	      (ssize_t)heard[n].len);
}

int main(void)
{
	lws_route_stats_t before, after;
	int fd, n;

	netns_enter();
	net_up();
	here(FAR_ROUTES);
	record();
	cx_up(0);
	ends_up(EVERYBODY);
	settle_time(0);
	stats_get(&before);
	fd = netlink(0);
	for (n = 0; n < count; n++)
		repeat(fd, n);
	stays("forged");
	stats_get(&after);
	CHECK_EQ(after.ignored, before.ignored + 2);
	CHECK_EQ(after.routes4, before.routes4);
	CHECK_EQ(after.routes6, before.routes6);
	CHECK_EQ(after.candidates, before.candidates);
	close(fd);
	routed_down();

	return 0;
}
