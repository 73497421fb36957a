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
#include "loop.h"

#include <errno.h>
#include <sys/epoll.h>

int main(int argc, char **argv)
{
	struct epoll_event event;
	int loop, failed = 0;

	if (start(argc, argv))
		return 1;

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
