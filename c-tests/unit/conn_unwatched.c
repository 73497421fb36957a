/*
 * The kernel refuses to watch a descriptor, as it does when the user has too
 * many watched already: the connection closes and the log says why, instead of
 * staying for ever and hearing nothing. What the kernel says is made up here.
 */
#include "../conn.h"

#include <sys/epoll.h>
#include <sys/syscall.h>

static int refuses, refused, accepts_none;

int epoll_ctl(int set, int op, int fd, struct epoll_event *event)
{
	if (op == EPOLL_CTL_ADD && refuses) {
		refused++;
		errno = ENOSPC;
		return -1;
	}

	return (int)syscall(SYS_epoll_ctl, set, op, fd, event);
}

int accept4(int fd, struct sockaddr *address, socklen_t *len, int flags)
{
	if (accepts_none) {
		errno = EMFILE;
		return -1;
	}

	return (int)syscall(SYS_accept4, fd, address, len, flags);
}

static struct lws *server;
static int opened, connected, failed, closed, destroyed;

static int watch_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	(void)user;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT:
		server = wsi;
		opened++;
		break;
	case LWS_CALLBACK_RAW_CONNECTED:
		connected++;
		break;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		CHECK(strstr(in, "cannot watch") != NULL);
		failed++;
		break;
	case LWS_CALLBACK_RAW_CLOSE:
		closed++;
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		destroyed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "watch", watch_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;

/* The peer sees the end, and the log why it came. */
static void ends(int fd)
{
	char buf[8];

	UNTIL(cx, closed == 1);
	refuses = 0;
	CHECK(log_lines("No space left") == 1 && log_lines("") == 1);
	CHECK_EQ(plain_read(cx, fd, buf, sizeof(buf)), 0);
	close(fd);
	log_watch(LOG_USUAL);
	opened = closed = destroyed = 0;
}

int main(void)
{
	int before = descriptors(), port, fd, silent, silent_port;
	struct lws_context_creation_info info;
	struct lws_client_connect_info i;
	struct lws_vhost *vh, *client;
	struct lws *wsi;

	cx = context_bare();
	vh = vhost_server(cx, "server", protocols, "watch");
	client = vhost_client(cx, "client", protocols);
	port = lws_get_vhost_listen_port(vh);
	pump(cx);
	log_watch(LOG_USUAL);

	/* one that was accepted */
	fd = plain_connect(port);
	refuses = 1;
	ends(fd);
	CHECK(refused > 0);

	/* one that wants to hear again what it did not want to hear */
	fd = plain_connect(port);
	UNTIL(cx, opened);
	CHECK(!lws_rx_flow_control(server, 0));
	refuses = 1;
	CHECK(!lws_rx_flow_control(server, 1));
	CHECK_EQ(closed, 0);
	ends(fd);

	/* a client */
	silent = plain_bound(SOCK_STREAM, 0, &silent_port);
	fd = plain_connect(silent_port);
	refuses = 1;
	info_connect(&i, cx, client, "watch", "127.0.0.1", silent_port);
	wsi = lws_client_connect_via_info(&i);
	CHECK(wsi != NULL);
	CHECK_EQ(failed, 0);
	UNTIL(cx, destroyed == 1);
	CHECK(failed == 1 && !connected && !closed);
	CHECK(log_lines("No space left") == 1 && log_lines("") == 1);
	close(fd);
	close(silent);

	/* a listening socket: at its birth, and when it has paused */
	log_watch(LOG_USUAL);
	destroyed = 0;
	info_server(&info, "another", protocols, "watch");
	CHECK(!lws_create_vhost(cx, &info));
	CHECK(log_lines("No space left") == 1);
	refuses = 0;
	CHECK(lws_create_vhost(cx, &info) != NULL);
	log_watch(LOG_USUAL);
	accepts_none = 1;
	fd = plain_connect(port);
	UNTIL(cx, log_lines("cannot accept") == 1);
	accepts_none = 0;
	refuses = 1;
	UNTIL(cx, log_lines("No space left") >= 2);
	CHECK(log_lines("") < 10);
	CHECK_EQ(opened, 0);
	refuses = 0;
	UNTIL(cx, opened == 1);
	close(fd);
	UNTIL(cx, closed == 1);

	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), before);

	return 0;
}
