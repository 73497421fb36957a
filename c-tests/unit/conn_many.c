/*
 * Ten thousand connections are opened, used and closed, and nothing is left
 * of them: no descriptor, no session, no memory. Once they are closed politely
 * and once all at once with resets.
 */
#include "../conn.h"

#include <malloc.h>
#include <sys/wait.h>

static unsigned int count, open_now, opened, ended, echoed;

static int echo_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	unsigned int *echoes = user;

	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT:
		opened++;
		open_now++;
		CHECK(!*echoes);
		break;
	case LWS_CALLBACK_RAW_RX:
		(*echoes)++;
		echoed++;
		if (write_text(wsi, in, len) != (int)len)
			return -1;
		break;
	case LWS_CALLBACK_RAW_CLOSE:
		CHECK(*echoes == 1);
		open_now--;
		ended++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "echo", echo_cb, sizeof(unsigned int), 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void say(int fd, char what)
{
	CHECK(write(fd, &what, 1) == 1);
}

static char hear(int fd)
{
	char what;

	CHECK(read(fd, &what, 1) == 1);

	return what;
}

/*
 * The other process, which knows nothing of the library: for each port that it
 * is told, as many connections; it has no descriptor that is the server's.
 */
static void ask_all(int from, int to)
{
	int *fds = calloc(count, sizeof(*fds)), port;
	struct linger reset = { 1, 0 };
	char buf[8];
	unsigned int n, round;
	size_t got;
	ssize_t r;

	CHECK(fds != NULL);
	for (round = 0; round < 3; round++) {
		CHECK(read(from, &port, sizeof(port)) == sizeof(port));
		for (n = 0; n < count; n++) {
			fds[n] = plain_connect(port);
			plain_send(fds[n], "request.");
		}
		for (n = 0; n < count; n++) {
			for (got = 0; got < 8; got += (size_t)r) {
				r = read(fds[n], buf + got, 8 - got);
				CHECK(r > 0);
			}
			CHECK(!memcmp(buf, "request.", 8));
		}
		say(to, 'a'); /* all were answered */
		CHECK(hear(from) == 'c');
		for (n = 0; n < count; n++) {
			if (round % 2)
				CHECK(!setsockopt(fds[n], SOL_SOCKET, SO_LINGER,
						  &reset, sizeof(reset)));
			close(fds[n]);
		}
	}
	free(fds);
}

static int readable(int fd)
{
	struct pollfd p = { fd, POLLIN, 0 };

	return poll(&p, 1, 0) == 1;
}

int main(void)
{
	int to[2], from[2], before, idle = 0, port, status;
	struct mallinfo2 heap, after;
	struct lws_context *cx;
	struct lws_vhost *vh;
	unsigned int round;
	lws_usec_t end;
	pid_t pid;

	count = repeats(10000, 2000);
	if (descriptors_allow(count + 200) < count + 200) {
		count = descriptors_allow(count) - 200;
		fprintf(stderr, "descriptors for %u connections only\n", count);
	}
	CHECK(!pipe(to) && !pipe(from));
	pid = fork();
	CHECK(pid >= 0);
	if (!pid) {
		ask_all(to[0], from[1]);
		_exit(0);
	}
	close(to[0]);
	close(from[1]);

	before = descriptors();
	cx = context_bare();
	vh = vhost_server(cx, "server", protocols, "echo");
	pump(cx);
	port = lws_get_vhost_listen_port(vh);
	idle = descriptors();
	memset(&heap, 0, sizeof(heap));

	for (round = 0; round < 3; round++) {
		opened = ended = echoed = 0;
		CHECK(write(to[1], &port, sizeof(port)) == sizeof(port));
		UNTIL(cx, echoed == count);
		CHECK_EQ(opened, count);
		CHECK_EQ(open_now, count);
		CHECK_EQ(descriptors(), idle + (int)count);

		/* the last answers are on their way, it may take a while */
		end = lws_now_usecs() + 60 * LWS_US_PER_SEC;
		while (!readable(from[0]) && lws_now_usecs() < end)
			service_for(cx, 1000);
		CHECK(hear(from[0]) == 'a');
		say(to[1], 'c');
		UNTIL(cx, ended == count);
		pump(cx);
		CHECK_EQ(open_now, 0);
		CHECK_EQ(descriptors(), idle);

		/* the first round may have made tables bigger, for ever */
		after = mallinfo2();
		if (round)
			CHECK(after.uordblks + after.hblkhd <=
			      heap.uordblks + heap.hblkhd + 16384);
		heap = after;
	}
	CHECK(waitpid(pid, &status, 0) == pid && !status);
	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), before);

	return 0;
}
