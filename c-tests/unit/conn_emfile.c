/*
 * No descriptor left to accept with: the loop sleeps all the same, and goes on
 * accepting when there is room again. Valgrind accepts before it looks at the
 * limit, and then closes what it accepted; there the limit is made up.
 */
#include "../conn.h"

#include <sys/syscall.h>

#define WAITING 6

/* How many more may be accepted, when not the kernel says so; -1: any. */
static int room = -1;

int accept4(int fd, struct sockaddr *address, socklen_t *len, int flags)
{
	int got;

	if (!room) {
		errno = EMFILE;
		return -1;
	}
	got = (int)syscall(SYS_accept4, fd, address, len, flags);
	if (got >= 0 && room > 0)
		room--;

	return got;
}

static int opened, closed, echoed;

static int echo_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT:
		opened++;
		break;
	case LWS_CALLBACK_RAW_RX:
		CHECK(write_text(wsi, in, len) == (int)len);
		echoed++;
		break;
	case LWS_CALLBACK_RAW_CLOSE:
		closed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "echo", echo_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static int woken;

static void wake(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	woken = 1;
}

int main(void)
{
	struct lws_context *cx;
	struct rlimit limit, less;
	lws_sorted_usec_list_t sul;
	struct lws_vhost *vh;
	int fds[WAITING], n, passes = 0, port, next;

	cx = context_bare();
	vh = vhost_server(cx, "server", protocols, "echo");
	port = lws_get_vhost_listen_port(vh);
	pump(cx);

	for (n = 0; n < WAITING; n++) {
		fds[n] = plain_connect(port);
		plain_send(fds[n], "hello");
	}
	/* room for two more: descriptors are numbered from below */
	CHECK(!getrlimit(RLIMIT_NOFILE, &limit));
	less = limit;
	next = dup(0);
	CHECK(next >= 0);
	less.rlim_cur = (rlim_t)next + 2;
	close(next);
	if (check_slow())
		room = 2;
	else
		CHECK(!setrlimit(RLIMIT_NOFILE, &less));

	log_watch(LOG_USUAL);
	UNTIL(cx, opened == 2 && echoed == 2);
	memset(&sul, 0, sizeof(sul));
	lws_sul_schedule(cx, 0, &sul, wake, 300000);
	while (!woken) {
		CHECK(!lws_service(cx, 0));
		passes++;
	}
	/* four wait, and that is neither a reason to spin nor to flood the log */
	CHECK(passes < 60);
	CHECK_EQ(opened, 2);
	CHECK(log_lines("accept") >= 1);
	CHECK(log_lines("") < 20);

	/* one goes, and its descriptors are for those who wait */
	for (n = 0; n < WAITING; n++)
		plain_nonblocking(fds[n]);
	close(fds[0]);
	if (check_slow())
		room = 2;
	UNTIL(cx, closed == 1 && opened >= 3);
	room = -1;
	CHECK(!setrlimit(RLIMIT_NOFILE, &limit));
	UNTIL(cx, opened == WAITING && echoed == WAITING);
	for (n = 1; n < WAITING; n++) {
		plain_expect(cx, fds[n], "hello");
		close(fds[n]);
	}
	UNTIL(cx, closed == WAITING);
	lws_context_destroy(cx);

	return 0;
}
