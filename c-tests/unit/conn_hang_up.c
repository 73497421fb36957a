/*
 * The peer says something and goes while the program receives nothing: it
 * gets that, and the end, once it receives again, and may write meanwhile.
 * Sockets and files, in the library's loop and in one of the program's.
 */
#include "../conn.h"

static int received, writeables, closed, told;
static struct lws *conn;
static char got[64];

static int hang_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	const struct lws_pollargs *args = in;
	char buf[64];
	ssize_t n;

	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_ADD_POLL_FD:
	case LWS_CALLBACK_CHANGE_MODE_POLL_FD:
		if (conn && args->fd == lws_get_socket_fd(conn))
			told = args->events;
		break;
	case LWS_CALLBACK_DEL_POLL_FD:
		if (conn && args->fd == lws_get_socket_fd(conn))
			told = -1;
		break;
	case LWS_CALLBACK_RAW_RX:
		received++;
		CHECK(len < sizeof(got));
		memcpy(got, in, len);
		break;
	case LWS_CALLBACK_RAW_RX_FILE:
		received++;
		n = read(lws_get_socket_fd(wsi), buf, sizeof(buf));
		if (n <= 0)
			return -1;
		memcpy(got, buf, (size_t)n);
		break;
	case LWS_CALLBACK_RAW_WRITEABLE:
	case LWS_CALLBACK_RAW_WRITEABLE_FILE:
		/* once more from inside */
		if (++writeables == 1)
			lws_callback_on_writable(wsi);
		break;
	case LWS_CALLBACK_RAW_CLOSE:
	case LWS_CALLBACK_RAW_CLOSE_FILE:
		closed++;
		conn = NULL;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "hang", hang_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

/* One pass of a loop of the program's that has no other descriptor. */
static void serve_outside(struct lws_context *cx)
{
	struct pollfd p;

	if (!lws_service_adjust_timeout(cx, 1, 0))
		CHECK(lws_service_tsi(cx, -1, 0) >= 0);
	if (closed || told < 0)
		return;
	p.fd = lws_get_socket_fd(conn);
	p.events = (short)told;
	if (poll(&p, 1, 1) > 0)
		CHECK(lws_service_fd(cx, &p) >= 0);
}

/* Passes until nothing happens any more, which may not go on for ever. */
static void serve(struct lws_context *cx, int outside)
{
	int n;

	for (n = 0; n < 50; n++)
		if (outside)
			serve_outside(cx);
		else
			CHECK(lws_service(cx, -1) >= 0);
}

static int woken;

static void wake(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	woken = 1;
}

static void sleeps(struct lws_context *cx)
{
	lws_sorted_usec_list_t sul;
	int passes = 0;

	memset(&sul, 0, sizeof(sul));
	woken = 0;
	lws_sul_schedule(cx, 0, &sul, wake, 100000);
	for (; !woken; passes++)
		CHECK(lws_service(cx, 0) >= 0);
	CHECK(passes < 20);
}

static void one(int file, int outside)
{
	struct lws_context *cx = context_bare();
	struct lws_vhost *vh = vhost_client(cx, "vhost", protocols);
	lws_sock_file_fd_type fd;
	char block[4096];
	int pair[2];

	received = writeables = closed = 0;
	conn = NULL;
	memset(got, 0, sizeof(got));
	pump(cx);
	CHECK(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
	fd.sockfd = pair[0];
	conn = lws_adopt_descriptor_vhost(vh, file ? LWS_ADOPT_RAW_FILE_DESC :
					  LWS_ADOPT_SOCKET, fd, "hang", NULL);
	CHECK(conn != NULL);
	serve(cx, outside);

	/* no room to write, so that somebody has to wait for it */
	memset(block, 'x', sizeof(block));
	while (write(pair[0], block, sizeof(block)) > 0)
		;
	CHECK_EQ(errno, EAGAIN);
	CHECK(!lws_rx_flow_control(conn, 0));
	lws_callback_on_writable(conn);
	plain_send(pair[1], "late");
	serve(cx, outside);
	CHECK(!received && !closed);
	close(pair[1]);
	serve(cx, outside);
	CHECK_EQ(received, 0);
	CHECK_EQ(closed, 0);
	CHECK_EQ(writeables, 2);
	/* a loop of the program's does not look at it any more */
	CHECK(!outside || told == -1);
	if (!outside)
		sleeps(cx);
	lws_callback_on_writable(conn);
	serve(cx, outside);
	CHECK_EQ(writeables, 3);
	CHECK(!received && !closed);

	CHECK(!lws_rx_flow_control(conn, 1));
	serve(cx, outside);
	CHECK_STR(got, "late");
	CHECK_EQ(closed, 1);
	CHECK(received >= 1);
	lws_context_destroy(cx);
}

int main(void)
{
	int before = descriptors(), n;

	for (n = 0; n < 4; n++)
		one(n & 1, n & 2);
	CHECK_EQ(descriptors(), before);

	return 0;
}
