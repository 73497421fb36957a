/*
 * In which order files hear of things: one that is a child, of its end; a
 * regular one, which can always be read and written, of both.
 */
#include "../conn.h"

static struct lws_vhost *vh;
static int over, asks;

static int order_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	char buf[4];

	(void)user;
	(void)in;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT_FILE:
		if (asks == 0)
			lws_callback_on_writable(wsi);
		break;
	case LWS_CALLBACK_RAW_RX_FILE:
		if (read(lws_get_socket_fd(wsi), buf, sizeof(buf)) <= 0)
			return -1;
		lane_add("file", "receives");
		if (asks == 2)
			lws_callback_on_writable(wsi);
		break;
	case LWS_CALLBACK_RAW_WRITEABLE_FILE:
		lane_add("file", "may write");
		break;
	case LWS_CALLBACK_RAW_CLOSE_FILE:
		lane_add("file", "closes");
		over++;
		break;
	case LWS_CALLBACK_CHILD_CLOSING:
		lane_add("file", "a child closes");
		break;
	case LWS_CALLBACK_RAW_RX:
		return -1;
	case LWS_CALLBACK_RAW_CLOSE:
		lane_add("file", "a socket closes");
		over++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "order", order_cb, 8, 0, 1, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

int main(void)
{
	struct lws_context *cx = context_bare();
	char path[32];
	lws_sock_file_fd_type fd;
	int pipes[2], pair[2];
	struct lws *parent;

	lws_set_log_level(0, NULL);
	vh = vhost_client(cx, "vhost", protocols);
	pump(cx);

	/* it asks to write when it is adopted, right after, when it receives */
	for (asks = 0; asks < 3; asks++) {
		snprintf(path, sizeof(path), "/tmp/relws-order-XXXXXX");
		CHECK((fd.filefd = mkstemp(path)) >= 0);
		CHECK(!unlink(path));
		CHECK(write(fd.filefd, "12345678", 8) == 8);
		CHECK(!lseek(fd.filefd, 0, SEEK_SET));
		parent = lws_adopt_descriptor_vhost(
			vh, LWS_ADOPT_RAW_FILE_DESC, fd, "order", NULL);
		if (asks == 1)
			lws_callback_on_writable(parent);
		over = 0;
		UNTIL(cx, over == 1);
		lanes_print("a regular file");
	}

	CHECK(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
	fd.sockfd = pair[0];
	parent = lws_adopt_descriptor_vhost(vh, LWS_ADOPT_SOCKET, fd, "order",
					    NULL);
	CHECK(!pipe(pipes));
	fd.filefd = pipes[0];
	lws_adopt_descriptor_vhost(vh, LWS_ADOPT_RAW_FILE_DESC, fd, "order",
				   parent);
	pump(cx);
	memset(lanes, 0, sizeof(lanes));
	plain_send(pair[1], "x");
	UNTIL(cx, over == 3);
	lanes_print("the parent of a file closes");

	CHECK(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
	fd.sockfd = pair[0];
	parent = lws_adopt_descriptor_vhost(vh, LWS_ADOPT_SOCKET, fd, "order",
					    NULL);
	close(pipes[1]);
	CHECK(!pipe(pipes));
	fd.filefd = pipes[0];
	lws_adopt_descriptor_vhost(vh, LWS_ADOPT_RAW_FILE_DESC, fd, "order",
				   parent);
	pump(cx);
	memset(lanes, 0, sizeof(lanes));
	close(pipes[1]);
	UNTIL(cx, over == 4);
	lanes_print("a file that is a child closes");

	lws_context_destroy(cx);
	lanes_print("the context ends");

	return 0;
}
