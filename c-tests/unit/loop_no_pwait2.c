/*
 * Without epoll_pwait2(), which old kernels and some sandboxes do not have,
 * the loop sleeps for milliseconds: never too short, and without spinning.
 */
#include "../context.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#if !defined(SYS_epoll_pwait2)
#define SYS_epoll_pwait2 441
#endif

#define SLEEP_US (20 * 1000 + 300)

static struct lws_context *cx;
static lws_usec_t fired;

static void ticked(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	fired = lws_now_usecs();
}

/* From now on the call fails with `error`. 0: it does; 1: not possible here. */
static int forbid(unsigned int error)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_epoll_pwait2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { LWS_ARRAY_SIZE(code), code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog);
}

static void sleeps(unsigned int error)
{
	lws_sorted_usec_list_t sul;
	int passes = 0, n;
	lws_usec_t start;

	cx = context_new();
	pump(cx);
	if (forbid(error)) {
		/* as under valgrind, which has no such call either */
		fprintf(stderr, "no seccomp: %s\n", strerror(errno));
	} else {
		CHECK(syscall(SYS_epoll_pwait2, -1, NULL, 0, NULL, NULL, 0) == -1);
		CHECK(errno == (int)error || check_slow());
	}
	memset(&sul, 0, sizeof(sul));
	for (n = 0; n < 5; n++) {
		fired = 0;
		start = lws_now_usecs();
		lws_sul_schedule(cx, 0, &sul, ticked, SLEEP_US);
		while (!fired) {
			CHECK(!lws_service(cx, 0));
			passes++;
		}
		CHECK(fired - start >= SLEEP_US);
		CHECK(check_slow() || fired - start < 20 * SLEEP_US);
	}
	/* one that sleeps and one that fires, each */
	CHECK(passes <= 2 * 5 + 2);
	lws_context_destroy(cx);
}

int main(void)
{
	const unsigned int errors[] = { ENOSYS, EPERM };
	size_t n;

	for (n = 0; n < LWS_ARRAY_SIZE(errors); n++) {
		int status = -1;
		pid_t child;

		fflush(NULL);
		child = fork();
		CHECK(child >= 0);
		if (!child) {
			sleeps(errors[n]);
			exit(0);
		}
		CHECK(waitpid(child, &status, 0) == child);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}

	return 0;
}
