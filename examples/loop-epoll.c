/*
 * loop-epoll: the library in a program's own epoll loop.
 *
 *     loop-epoll 7000
 *
 * sends each line of its standard input to all who are connected to the port,
 * until the input ends. Standard input belongs to the program's own loop, the
 * connections to the library, which has one descriptor for all of them and
 * for its timers: lws_context_get_poll_fd().
 */
#include <libwebsockets.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static struct lws_context *context;

/* What was read last, and what it is the number of. */
static unsigned char said[LWS_PRE + 1024];
static size_t length;
static unsigned int number;

struct listener {
	unsigned int	heard;
};

static int on_event(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	struct listener *l = user;

	(void)in;
	(void)len;

	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT:
		l->heard = number;
		break;

	case LWS_CALLBACK_RAW_WRITEABLE:
		if (l->heard == number)
			break;
		l->heard = number;
		if (lws_write(wsi, said + LWS_PRE, length,
			      LWS_WRITE_RAW) < 0)
			return -1;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "listener", on_event, sizeof(struct listener), 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

/* Standard input has something: 0, or 1 when that is its end. */
static int say(void)
{
	ssize_t n = read(0, said + LWS_PRE, sizeof(said) - LWS_PRE);

	if (n <= 0)
		return 1;
	length = (size_t)n;
	number++;
	lws_callback_on_writable_all_protocol(context, &protocols[0]);

	return 0;
}

int main(int argc, char **argv)
{
	struct lws_context_creation_info info;
	struct epoll_event event;
	int loop, failed = 0;

	memset(&info, 0, sizeof(info));
	info.port = argc > 1 ? atoi(argv[1]) : 7000;
	info.protocols = protocols;
	info.options = LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG;
	info.listen_accept_role = "raw-skt";
	info.listen_accept_protocol = "listener";
	context = lws_create_context(&info);
	if (!context) {
		fprintf(stderr, "loop-epoll: cannot listen\n");
		return 1;
	}

	loop = epoll_create1(EPOLL_CLOEXEC);
	memset(&event, 0, sizeof(event));
	event.events = EPOLLIN;
	event.data.fd = 0;
	failed |= epoll_ctl(loop, EPOLL_CTL_ADD, 0, &event);
	event.data.fd = lws_context_get_poll_fd(context);
	failed |= epoll_ctl(loop, EPOLL_CTL_ADD, event.data.fd, &event);

	while (!failed) {
		if (epoll_wait(loop, &event, 1, -1) < 0) {
			failed = errno != EINTR;
			continue;
		}
		if (event.data.fd == 0) {
			if (say())
				break;
		} else if (lws_service(context, -1)) {
			/* below 0 it does what there is, and never sleeps */
			failed = 1;
		}
	}
	if (failed)
		perror("loop-epoll");
	close(loop);
	lws_context_destroy(context);

	return failed;
}
