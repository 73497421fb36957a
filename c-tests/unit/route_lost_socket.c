/*
 * The socket to the kernel's routing fails: everything is read again with
 * another one, and what has ended meanwhile is closed. Where the kernel cannot
 * be asked at all the ladder goes on without, and nothing wakes for ever.
 */
#include "../routed.h"

#include <sys/syscall.h>

/* how many reads are to fail, whether all questions do, and when they did */
static int reads_fail, sends_fail, attempts;
static lws_usec_t attempt_at[16];

static int is_netlink(int fd)
{
	int domain = 0;
	socklen_t len = sizeof(domain);

	return !getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) &&
	       domain == AF_NETLINK;
}

/*
 * In place of the C library's, also for the library under test. With names of
 * their own here, as each C library declares the addresses in its own way.
 */
ssize_t failing_recvfrom(int fd, void *buf, size_t len, int flags, void *from,
			 void *from_len) __asm__("recvfrom");
ssize_t failing_sendto(int fd, const void *buf, size_t len, int flags,
		       const void *to, socklen_t to_len) __asm__("sendto");

ssize_t failing_recvfrom(int fd, void *buf, size_t len, int flags, void *from,
			 void *from_len)
{
	if (reads_fail && is_netlink(fd)) {
		reads_fail--;
		errno = ENOMEM;
		return -1;
	}

	return syscall(SYS_recvfrom, fd, buf, len, flags, from, from_len);
}

ssize_t failing_sendto(int fd, const void *buf, size_t len, int flags,
		       const void *to, socklen_t to_len)
{
	if (sends_fail && is_netlink(fd)) {
		if (attempts < (int)LWS_ARRAY_SIZE(attempt_at))
			attempt_at[attempts++] = lws_now_usecs();
		errno = EACCES;
		return -1;
	}

	return syscall(SYS_sendto, fd, buf, len, flags, to, to_len);
}

/* Something is announced, and cannot be read. */
static void lose(const char *event)
{
	reads_fail = 1;
	change("%s", event);
	UNTIL(cx, !reads_fail);
	CHECK_EQ(lws_route_synced(cx), 0);
	CHECK_EQ(ends_open(), EVERYBODY);
}

static void back(const char *what)
{
	UNTIL(cx, lws_route_synced(cx));
	printf("%s: %lld us\n", what,
	       (long long)(lws_now_usecs() - changed_at));
}

static void lost(void)
{
	routed_up(FAR_ROUTES);
	lose("addr add 10.55.0.1/24 dev v1\n");
	back("another socket");
	stays("after that");
	change("route del 10.7.0.0/24\n");
	closes("route deleted after that", FAR4, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	routed_up(FAR_ROUTES);
	lose("route del 10.7.0.0/24\n");
	closes("the deletion was lost", FAR4, LWS_ROUTE_CULL_NO_ROUTE);
	CHECK_EQ(lws_route_synced(cx), 1);
	routed_down();

	routed_up(FAR_ROUTES);
	lose("addr add 10.55.0.1/24 dev v1\n");
	change("route del fd07::/64\n");
	closes("deleted while there was no socket", FAR6,
	       LWS_ROUTE_CULL_NO_ROUTE);
	CHECK_EQ(lws_route_synced(cx), 1);
	routed_down();
}

static void refused(void)
{
	int passes = 0;

	net_up();
	here(FAR_ROUTES);
	sends_fail = 1;
	cx = context_bare();
#if defined(LWS_WITH_SYS_STATE)
	UNTIL(cx, lws_system_get_state_manager(cx)->state ==
		  LWS_SYSTATE_OPERATIONAL);
#endif
	CHECK_EQ(lws_route_synced(cx), 0);
	UNTIL(cx, passes++ >= 0 && attempts >= 3);
	printf("refused: %d passes, attempts after %lld us and %lld us\n",
	       passes, (long long)(attempt_at[1] - attempt_at[0]),
	       (long long)(attempt_at[2] - attempt_at[1]));
	/* a pass for each timer, and the pauses grow */
	CHECK(passes < 50);
	CHECK(attempt_at[1] - attempt_at[0] > 1900000);
	CHECK(attempt_at[2] - attempt_at[1] > 3800000);
	/* and when it is allowed again, the next attempt works */
	sends_fail = 0;
	UNTIL(cx, lws_route_synced(cx));
	lws_context_destroy(cx);
	cx = NULL;
}

int main(void)
{
	netns_enter();
	lost();
	refused();

	return 0;
}
