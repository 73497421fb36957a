/*
 * The kernel announces that a route goes just before it takes it away, and
 * others hear of it, too: who asks the kernel meanwhile is told that the route
 * is there.
 */
#include "../routed.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <pthread.h>
#include <sys/resource.h>

/* So many are told after the context is, which takes the kernel some time. */
#define OTHERS_TOLD 3000
#define TIMES 40
/* For so long the library lets the kernel announce what it has not done yet. */
#define PATIENCE_US 200000

/* How often the kernel may have needed longer: the thread waited for a processor. */
static uint64_t late;

static void others_listen(void)
{
	struct rlimit limit = { OTHERS_TOLD + 500, OTHERS_TOLD + 500 };
	struct sockaddr_nl a;
	int n, fd;

	if (setrlimit(RLIMIT_NOFILE, &limit))
		ns_skip("so many descriptors are not to be had");
	memset(&a, 0, sizeof(a));
	a.nl_family = AF_NETLINK;
	a.nl_groups = RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
	for (n = 0; n < OTHERS_TOLD; n++) {
		fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
		CHECK(fd >= 0);
		CHECK(!bind(fd, (struct sockaddr *)&a, sizeof(a)));
	}
}

static void *take_away(void *arg)
{
	lws_usec_t start = lws_now_usecs();

	(void)arg;
	change("route del 10.7.0.0/24\nroute del fd07::/64\n");
	if (lws_now_usecs() - start >= PATIENCE_US)
		late++;

	return NULL;
}

int main(void)
{
	lws_route_stats_t stats;
	pthread_t thread;
	int n;

	netns_enter();
	net_up();
	others_listen();
	cx_up(0);
	settle_time(0);
	for (n = 0; n < TIMES; n++) {
		change(FAR_ROUTES);
		service_for(cx, 1000);
		ends_up(CLIENT4 | CLIENT6 | OTHER4);
		CHECK(!pthread_create(&thread, NULL, take_away, NULL));
		UNTIL(cx, !(ends_open() & (CLIENT4 | CLIENT6)));
		CHECK(!pthread_join(thread, NULL));
		closed_for("both", CLIENT4 | CLIENT6, LWS_ROUTE_CULL_NO_ROUTE);
		CHECK_EQ(ends_open(), OTHER4);
		echo_all(OTHER4);
		lws_vhost_destroy(vh_server);
		lws_vhost_destroy(vh_server4);
		lws_set_timeout(ends[7].wsi, PENDING_TIMEOUT_USER_OK,
				LWS_TO_KILL_ASYNC);
		UNTIL(cx, !ends_open());
		close(ends[0].fd);
		close(ends[4].fd);
		close(ends[7].fd);
		ends[0].fd = ends[4].fd = ends[7].fd = -1;
	}
	stats_get(&stats);
	CHECK_EQ(stats.refused, 0);
	CHECK(stats.audit_mismatches <= late);
	lws_context_destroy(cx);

	return 0;
}
