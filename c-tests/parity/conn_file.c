/*
 * A descriptor that is no socket: the protocol reads and writes it itself.
 */
#include "../conn.h"

static struct lws_vhost *vh;
static int ends[2][2];
static int received, closed, quit, wrote;

static int file_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	char buf[64];
	ssize_t n;

	lane_callback(wsi, (int)reason, user, in, len);
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_RX_FILE:
		n = read(lws_get_socket_fd(wsi), buf, sizeof(buf));
		lane_add("vhost", "read %d %.*s", (int)n, n < 0 ? 0 : (int)n,
			 buf);
		received++;
		if (quit || n <= 0)
			return -1;
		break;
	case LWS_CALLBACK_RAW_WRITEABLE_FILE:
		lane_add("vhost", "write %d",
			 (int)write(lws_get_socket_fd(wsi), "out", 3));
		wrote++;
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		closed++;
		break;
	}

	return 0;
}

TRACE_FIRST(file_cb)

static const struct lws_protocols protocols[] = {
	{ "first", first_file_cb, 0, 0, 1, NULL, 0 },
	{ "file", file_cb, 16, 0, 2, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

/* Hand over one end of a new pipe. */
static struct lws *hand_over(int index, int end)
{
	lws_sock_file_fd_type fd;
	struct lws *wsi;

	CHECK(!pipe(ends[index]));
	fd.filefd = ends[index][end];
	wsi = lws_adopt_descriptor_vhost(vh, LWS_ADOPT_RAW_FILE_DESC, fd,
					 "file", NULL);
	CHECK(wsi != NULL);
	lane_add("vhost", "fd %d", lws_get_socket_fd(wsi) == fd.filefd);

	return wsi;
}

int main(void)
{
	struct lws_context *cx = context_bare();
	struct lws *wsi;
	char buf[8];

	lws_set_log_level(0, NULL);
	vh = vhost_client(cx, "vhost", protocols);
	pump(cx);
	lanes_print("vhost");

	hand_over(0, 0);
	CHECK(write(ends[0][1], "one", 3) == 3);
	UNTIL(cx, received == 1);
	CHECK(write(ends[0][1], "two", 3) == 3);
	UNTIL(cx, received == 2);
	lanes_print("reads");

	/* until it is read, it stays readable */
	quit = 1;
	CHECK(write(ends[0][1], "three", 5) == 5);
	UNTIL(cx, closed == 1);
	lanes_print("receive callback closes");
	CHECK(write(ends[0][1], "x", 1) == -1 && errno == EPIPE);
	close(ends[0][1]);

	wsi = hand_over(1, 1);
	lws_callback_on_writable(wsi);
	UNTIL(cx, wrote == 1);
	CHECK(read(ends[1][0], buf, sizeof(buf)) == 3);
	lanes_print("writes");

	lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
	CHECK(closed == 2);
	CHECK(!read(ends[1][0], buf, sizeof(buf)));
	close(ends[1][0]);
	lanes_print("closed from outside");

	quit = 0;
	hand_over(0, 0);
	pump(cx);
	lws_context_destroy(cx);
	close(ends[0][1]);
	lanes_print("destroy");

	return 0;
}
