/*
 * accept() fails again and again, as under a filter of system calls: the loop
 * sleeps, one line says why, and it goes on when accept() works again. An
 * error that is about one peer only does not hold up the next one.
 */
#include "../conn.h"

#include <sys/syscall.h>

/* What accept() says, and how often; -1: always. */
static int fails, times, calls;

int accept4(int fd, struct sockaddr *address, socklen_t *len, int flags)
{
	calls++;
	if (fails && times) {
		times -= times > 0;
		errno = fails;
		return -1;
	}

	return (int)syscall(SYS_accept4, fd, address, len, flags);
}

static int opened, closed;

static int cb(struct lws *wsi, enum lws_callback_reasons reason, void *user,
	      void *in, size_t len)
{
	(void)wsi;
	(void)user;
	(void)in;
	(void)len;
	opened += reason == LWS_CALLBACK_RAW_ADOPT;
	closed += reason == LWS_CALLBACK_RAW_CLOSE;

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "p", cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static int rang;

static void ring(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	rang = 1;
}

int main(void)
{
	static const int errors[] = { EPERM, ENOSYS, EINVAL, ENOMEM, EMFILE,
				      EIO, ECONNABORTED };
	lws_sorted_usec_list_t sul;
	struct lws_context *cx;
	struct lws_vhost *vh;
	int fd, passes;
	size_t n;

	cx = context_bare();
	vh = vhost_server(cx, "server", protocols, "p");
	pump(cx);
	memset(&sul, 0, sizeof(sul));
	for (n = 0; n < LWS_ARRAY_SIZE(errors); n++) {
		fails = errors[n];
		times = -1;
		opened = closed = rang = passes = calls = 0;
		log_watch(LOG_USUAL);
		fd = plain_connect(lws_get_vhost_listen_port(vh));
		lws_sul_schedule(cx, 0, &sul, ring, 550000);
		while (!rang) {
			CHECK(!lws_service(cx, 0));
			passes++;
		}
		CHECK(passes < 30);
		CHECK(calls >= 2 && calls < 400);
		CHECK_EQ(log_lines("accept"), 1);
		CHECK_EQ(log_lines(""), 1);
		fails = 0;
		UNTIL(cx, opened == 1);
		close(fd);
		UNTIL(cx, closed == 1);
	}

	/* one peer has gone, the next one has not */
	fails = ECONNABORTED;
	times = 3;
	opened = calls = 0;
	log_watch(LOG_USUAL);
	fd = plain_connect(lws_get_vhost_listen_port(vh));
	UNTIL(cx, opened == 1);
	CHECK(!log_lines(""));
	close(fd);
	UNTIL(cx, closed == 2);
	lws_context_destroy(cx);

	return 0;
}
