/*
 * Sockets that the program made itself and hands over to a protocol by name,
 * alone and as children.
 */
#include "../conn.h"

static int closed, received;

static int adopt_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	lane_callback(wsi, (int)reason, user, in, len);
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_RX:
		received++;
		lane_add("vhost", "written %d",
			 write_text(wsi, in, len));
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		closed++;
		break;
	}

	return 0;
}

TRACE_FIRST(adopt_cb)

static const struct lws_protocols protocols[] = {
	{ "first", first_adopt_cb, 0, 0, 1, NULL, 0 },
	{ "adopts", adopt_cb, 16, 0, 2, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;
static struct lws_vhost *vh;

/* A pair of sockets, of which the first is handed over. */
static lws_sock_file_fd_type pair_make(int *ours)
{
	lws_sock_file_fd_type fd;
	int pair[2];

	CHECK(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
	fd.sockfd = pair[0];
	*ours = pair[1];

	return fd;
}

static void echo_and_close(int ours, const char *title)
{
	plain_send(ours, "hello");
	plain_expect(cx, ours, "hello");
	closed = 0;
	close(ours);
	UNTIL(cx, closed);
	lanes_print(title);
}

int main(void)
{
	struct lws_context_creation_info info;
	lws_sock_file_fd_type fd;
	struct lws *wsi, *child;
	int ours, second;

	cx = context_bare();
	lws_set_log_level(0, NULL);
	info_server(&info, "vhost", protocols, "adopts");
	info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);
	pump(cx);
	lanes_print("vhost");

	fd = pair_make(&ours);
	wsi = lws_adopt_descriptor_vhost(vh, LWS_ADOPT_SOCKET, fd, "adopts",
					 NULL);
	lane_add("vhost", "adopted %d, fd %d, vhost %d", wsi != NULL,
		 lws_get_socket_fd(wsi) == fd.sockfd,
		 lws_get_vhost(wsi) == vh);
	echo_and_close(ours, "by name");

	/* a child is closed with its parent */
	fd = pair_make(&ours);
	wsi = lws_adopt_descriptor_vhost(vh, LWS_ADOPT_SOCKET, fd, "adopts",
					 NULL);
	fd = pair_make(&second);
	child = lws_adopt_descriptor_vhost(vh, LWS_ADOPT_SOCKET, fd, "adopts",
					   wsi);
	lane_add("vhost", "child %d, parent %d",
		 child != NULL && lws_get_child(wsi) == child,
		 lws_get_parent(child) == wsi);
	pump(cx);
	closed = 0;
	close(ours);
	UNTIL(cx, closed == 2);
	lanes_print("parent closes");
	close(second);

	fd = pair_make(&ours);
	wsi = lws_adopt_descriptor_vhost(vh, LWS_ADOPT_SOCKET, fd, "adopts",
					 NULL);
	fd = pair_make(&second);
	child = lws_adopt_descriptor_vhost(vh, LWS_ADOPT_SOCKET, fd, "adopts",
					   wsi);
	CHECK(child != NULL);
	pump(cx);
	closed = 0;
	close(second);
	UNTIL(cx, closed);
	lane_add("vhost", "child left %d", lws_get_child(wsi) != NULL);
	lanes_print("child closes");

	lws_context_destroy(cx);
	close(ours);
	lanes_print("destroy");

	return 0;
}
