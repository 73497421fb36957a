/*
 * The boot ladder waits below IFACE_COLDPLUG until the routes are known, also
 * where there are none; where netlink is refused there is nothing to wait for.
 */
#include "../routed.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

static int steps, passes, synced_at_coldplug, refused_at;

static int notify(lws_state_manager_t *mgr, lws_state_notify_link_t *link,
		  int current, int target)
{
	(void)link;
	if (current == target)
		return 0;
	if (target == LWS_SYSTATE_IFACE_COLDPLUG)
		refused_at++;
	/* it was gone up to, so nobody was against it */
	if (target == LWS_SYSTATE_IFACE_COLDPLUG + 1) {
		synced_at_coldplug = lws_route_synced(
				lws_system_context_from_system_mgr(mgr));
		steps++;
	}

	return 0;
}

static lws_state_notify_link_t notifier = {
	{ NULL, NULL, NULL }, notify, "test"
};
static lws_state_notify_link_t *notifiers[] = { &notifier, NULL };

static int state(void)
{
	return lws_system_get_state_manager(cx)->state;
}

static void climbs(const char *what, int synced)
{
	struct lws_context_creation_info info;

	descriptors_before = descriptors();
	steps = passes = synced_at_coldplug = refused_at = 0;
	info_init(&info);
	info.register_notifier_list = notifiers;
	cx = context_from(&info);
	CHECK_EQ(state(), LWS_SYSTATE_CONTEXT_CREATED);
	CHECK_EQ(lws_route_synced(cx), 0);
	while (state() < LWS_SYSTATE_OPERATIONAL) {
		CHECK(passes++ < 10000);
		CHECK(lws_service(cx, -1) >= 0);
		if (state() < LWS_SYSTATE_OPERATIONAL) {
			CHECK(synced);
			usleep(1000);
		}
	}
	printf("%s: %d passes, asked %d times\n", what, passes, refused_at);
	CHECK_EQ(steps, 1);
	CHECK_EQ(synced_at_coldplug, synced);
	/* it was held, and resumed, exactly then */
	CHECK(!synced || refused_at == 2);
	lws_context_destroy(cx);
	cx = NULL;
	CHECK_EQ(descriptors(), descriptors_before);
}

static int visit(const lws_route_entry_t *route, void *user)
{
	(void)route;
	++*(int *)user;

	return 0;
}

static char json[1024];

static int emit(const char *text, size_t len, void *user)
{
	size_t used = strlen(json);

	(void)user;
	CHECK(used + len < sizeof(json));
	memcpy(json + used, text, len);
	json[used + len] = '\0';

	return 0;
}

/* Sockets of netlink are refused to this process from now on. */
static int refuse(unsigned int error)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_socket, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = {
		(unsigned short)LWS_ARRAY_SIZE(filter), filter
	};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0);
}

/* A context without any knowledge of routes works as one always did. */
static void without(unsigned int error)
{
	lws_route_decision_t decision;
	lws_route_flow_t flow;
	lws_route_stats_t stats;
	int count = 0;

	net_up();
	here(FAR_ROUTES);
	if (refuse(error))
		ns_skip("seccomp");
	log_watch(LOG_USUAL);
	climbs("refused", 0);
	CHECK_EQ(log_lines("netlink"), 1);

	descriptors_before = descriptors();
	cx = context_bare();
	lws_set_log_level(0, NULL);
	pump(cx);
	CHECK_EQ(lws_route_synced(cx), 0);
	CHECK_EQ(lws_route_resync(cx), 1);
	vh_client = vhost_client(cx, "client", routed_protocols);
	ends_up(EVERYBODY);
	memset(&flow, 0, sizeof(flow));
	flow.size = sizeof(flow);
	CHECK(!lws_sa46_parse_numeric_address("10.7.0.1", &flow.dest));
	memset(&decision, 0, sizeof(decision));
	decision.size = sizeof(decision);
	CHECK_EQ(lws_route_decide(cx, &flow, &decision), -2);
	CHECK_EQ(lws_route_check(ends[0].wsi, &decision), -2);
	CHECK_EQ(lws_route_cull_reason(ends[0].wsi), LWS_ROUTE_CULL_NONE);
	CHECK_EQ(lws_route_foreach(cx, visit, &count), 0);
	CHECK_EQ(count, 0);
	CHECK_EQ(lws_route_dump_json(cx, emit, NULL), 0);
	CHECK(strstr(json, "\"synced\""));
	stats_get(&stats);
	CHECK_EQ(stats.synced, 0);
	CHECK_EQ(stats.routes4, 0);
	echo_all(EVERYBODY);
	routed_down();
}

/* What cannot be undone happens in a process of its own. */
static void child(unsigned int error)
{
	pid_t pid = fork();
	int status;

	CHECK(pid >= 0);
	if (!pid) {
		without(error);
		exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == CHECK_SKIPPED)
		exit(CHECK_SKIPPED);
	CHECK(WIFEXITED(status) && !WEXITSTATUS(status));
}

int main(void)
{
	netns_enter();
	/* nothing at all: the loopback is down */
	climbs("empty", 1);
	here("link set lo up\n");
	climbs("loopback", 1);
	net_up();
	here(FAR_ROUTES);
	climbs("routes", 1);

	fflush(stdout);
	child(EPERM);
	child(EAFNOSUPPORT);

	return 0;
}
