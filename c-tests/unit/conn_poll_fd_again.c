/*
 * A program that has its own poll loop asks for something of a connection
 * while it is told to forget its descriptor: no descriptor stays in its list
 * that the library has closed. Timers, as between two addresses of a name,
 * need no other calls than those before and after a wait.
 */
#include "../conn.h"

#define MOST 64

static struct pollfd listed[MOST];
static int count, connected, deleted, failed;

static int again_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	struct lws_pollargs *args = in;
	int n;

	(void)user;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_ADD_POLL_FD:
		for (n = 0; n < count; n++)
			CHECK(listed[n].fd != args->fd);
		CHECK(count < MOST);
		listed[count].fd = args->fd;
		listed[count++].events = (short)args->events;
		break;
	case LWS_CALLBACK_CHANGE_MODE_POLL_FD:
		for (n = 0; n < count && listed[n].fd != args->fd; n++)
			;
		CHECK(n < count);
		listed[n].events = (short)args->events;
		break;
	case LWS_CALLBACK_DEL_POLL_FD:
		for (n = 0; n < count && listed[n].fd != args->fd; n++)
			;
		CHECK(n < count);
		listed[n] = listed[--count];
		deleted++;
		if (lws_get_socket_fd(wsi) >= 0) {
			lws_callback_on_writable(wsi);
			lws_rx_flow_control(wsi, 0);
			lws_rx_flow_control(wsi, 1);
		}
		break;
	case LWS_CALLBACK_RAW_CONNECTED:
		connected++;
		break;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		failed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "again", again_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static int is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/* One turn of the loop. */
static void turn(struct lws_context *cx)
{
	struct pollfd fds[MOST];
	int n, had, timeout;

	/* does what is due, which may change the list */
	timeout = lws_service_adjust_timeout(cx, 1000, 0);
	had = count;
	for (n = 0; n < had; n++) {
		CHECK(is_open(listed[n].fd));
		fds[n] = listed[n];
		fds[n].revents = 0;
	}
	poll(fds, (nfds_t)had, timeout);
	for (n = 0; n < had; n++)
		if (fds[n].revents)
			CHECK(lws_service_fd(cx, &fds[n]) >= 0);
}

int main(void)
{
	struct lws_context *cx = context_bare();
	struct lws_client_connect_info i;
	int listener, port, n;
	struct lws_vhost *vh;

	vh = vhost_client(cx, "again", protocols);
	for (n = 0; n < 5; n++)
		turn(cx);

	/* a name with two addresses, of which ::1 refuses where there is IPv6 */
	listener = plain_bound(SOCK_STREAM, 1, &port);
	info_connect(&i, cx, vh, "again", "localhost", port);
	CHECK(lws_client_connect_via_info(&i) != NULL);
	for (n = 0; n < 1000 && !connected; n++)
		turn(cx);
	CHECK_EQ(connected, 1);
	close(listener);

	/* every address refuses */
	info_connect(&i, cx, vh, "again", "localhost", port);
	CHECK(lws_client_connect_via_info(&i) != NULL);
	for (n = 0; n < 1000 && !failed; n++)
		turn(cx);
	CHECK_EQ(failed, 1);
	CHECK(deleted >= 1);

	lws_context_destroy(cx);
	CHECK_EQ(count, 0);

	return 0;
}
