/*
 * Another user without any right sees the routes as well, and what happens to
 * them; somebody else changes them.
 */
#include "../routed.h"

#include <linux/capability.h>
#include <sys/syscall.h>

static int ask[2], answer[2];

/* For who has the rights: run what comes, one byte back for each. */
static void privileged(pid_t child)
{
	char text[512];
	int status;
	ssize_t n;

	close(ask[1]);
	close(answer[0]);
	while ((n = read(ask[0], text, sizeof(text) - 1)) > 0) {
		text[n] = '\0';
		here("%s", text);
		CHECK(write(answer[1], "", 1) == 1);
	}
	CHECK(waitpid(child, &status, 0) == child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == CHECK_SKIPPED)
		exit(CHECK_SKIPPED);
	CHECK(WIFEXITED(status) && !WEXITSTATUS(status));
}

static void by_them(const char *text)
{
	char done;

	CHECK(write(ask[1], text, strlen(text)) == (ssize_t)strlen(text));
	CHECK(read(answer[0], &done, 1) == 1);
	changed_at = lws_now_usecs();
}

/* Another user, in a namespace that has no say in this network. */
static void drop(void)
{
	struct __user_cap_header_struct header = {
		_LINUX_CAPABILITY_VERSION_3, 0
	};
	struct __user_cap_data_struct none[2];

	if (unshare(CLONE_NEWUSER))
		ns_skip("unshare of another user namespace");
	if (ns_map(65534, 0, 0))
		ns_skip("uid_map");
	memset(none, 0, sizeof(none));
	CHECK(!syscall(SYS_capset, &header, none));
	CHECK_EQ(getuid(), 65534);
	CHECK_EQ(geteuid(), 65534);
	/* not even an address of the loopback */
	CHECK(system("ip addr add 127.0.0.9/32 dev lo 2>/dev/null") != 0);
}

static void unprivileged(void)
{
	lws_route_decision_t decision;
	lws_route_stats_t stats;
	lws_route_flow_t flow;
	struct end *e;
	int fd, port;

	close(ask[0]);
	close(answer[1]);
	/* what is there has to be opened by who may go there */
	fd = there_bound("10.7.0.1", SOCK_STREAM, &port);
	drop();
	cx_up(0);
	e = &ends[0];
	CHECK(routed_connect("10.7.0.1", port, e) != NULL);
	UNTIL(cx, e->up || !e->wsi);
	CHECK(e->up);
	e->fd = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	CHECK(e->fd >= 0);
	echo(e);
	CHECK(lws_route_synced(cx));
	stats_get(&stats);
	CHECK(stats.routes4 > 4 && stats.routes6 > 4);

	/* the copy and the kernel answer */
	memset(&flow, 0, sizeof(flow));
	flow.size = sizeof(flow);
	flow.uid = LWS_ROUTE_UID_SELF;
	CHECK(!lws_sa46_parse_numeric_address("10.7.0.1", &flow.dest));
	memset(&decision, 0, sizeof(decision));
	decision.size = sizeof(decision);
	CHECK_EQ(lws_route_decide(cx, &flow, &decision), 0);
	CHECK_EQ(decision.error, 0);
	CHECK_EQ(decision.source, LWS_ROUTE_FROM_COPY);
	flow.flags = LWS_ROUTE_ASK_KERNEL;
	CHECK_EQ(lws_route_decide(cx, &flow, &decision), 0);
	CHECK_EQ(decision.error, 0);
	CHECK_EQ(decision.source, LWS_ROUTE_FROM_KERNEL);

	by_them("route add 10.55.0.0/24 dev v0\n");
	stays("unrelated route");
	by_them("route del 10.7.0.0/24\n");
	closes("route deleted", CLIENT4, LWS_ROUTE_CULL_NO_ROUTE);
	flow.flags = 0;
	CHECK_EQ(lws_route_decide(cx, &flow, &decision), 0);
	CHECK_EQ(decision.error, ENETUNREACH);
	close(fd);
	descriptors_before--;
	routed_down();
}

int main(void)
{
	pid_t pid;

	netns_enter();
	net_up();
	here(FAR_ROUTES);
	CHECK(!pipe(ask) && !pipe(answer));
	pid = fork();
	CHECK(pid >= 0);
	if (pid)
		privileged(pid);
	else
		unprivileged();

	return 0;
}
