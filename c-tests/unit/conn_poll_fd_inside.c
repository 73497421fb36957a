/*
 * Inside the callbacks for a poll loop of the program's, which functions make
 * that are called from outside any callback, the connection, its vhost or the
 * context ends.
 */
#include "../conn.h"

enum call { WRITABLE, WRITABLE_ALL, FLOW, WRITE, KILL, ADOPT, CONNECT, CALLS };
enum end { CONNECTION, VHOST, CONTEXT, ENDS };

#define PLENTY (4u * 1024 * 1024)

static struct lws_context *cx;
static struct lws_vhost *vh;
static struct lws *wsi;
static unsigned char *plenty;
static int inside, acted, opened, destroyed, gone;
static enum end ends;

static int inside_cb(struct lws *w, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	(void)user;
	(void)in;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT:
		wsi = w;
		opened++;
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		destroyed++;
		if (w == wsi)
			wsi = NULL;
		break;
	case LWS_CALLBACK_PROTOCOL_DESTROY:
		gone++;
		break;
	}
	if ((int)reason == inside) {
		inside = -1;
		acted = 1;
		switch (ends) {
		case CONNECTION:
			if (wsi)
				lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK,
						LWS_TO_KILL_SYNC);
			break;
		case VHOST:
			lws_vhost_destroy(vh);
			break;
		default:
			lws_context_destroy(cx);
			break;
		}
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "inside", inside_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static int adopt(void)
{
	lws_sock_file_fd_type fd;
	int pair[2];

	CHECK(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
	fd.sockfd = pair[0];
	lws_adopt_descriptor_vhost(vh, LWS_ADOPT_SOCKET, fd, "inside", NULL);

	return pair[1];
}

static void call(enum call which, int port)
{
	struct lws_client_connect_info i;
	int fd;

	switch (which) {
	case WRITABLE:
		lws_callback_on_writable(wsi);
		break;
	case WRITABLE_ALL:
		lws_callback_on_writable_all_protocol(cx, &protocols[0]);
		break;
	case FLOW:
		lws_rx_flow_control(wsi, 0);
		break;
	case WRITE:
		lws_write(wsi, plenty + LWS_PRE, PLENTY, LWS_WRITE_RAW);
		break;
	case KILL:
		lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK,
				LWS_TO_KILL_SYNC);
		break;
	case ADOPT:
		fd = adopt();
		close(fd);
		break;
	default:
		info_connect(&i, cx, vh, "inside", "127.0.0.1", port);
		lws_client_connect_via_info(&i);
		break;
	}
}

/* Returns whether there was such a callback. */
static int one(enum call which, int reason, enum end how, int port)
{
	struct pollfd none = { -1, 0, 0 };
	int fd, n;

	opened = destroyed = gone = acted = 0;
	inside = -1;
	cx = context_bare();
	vh = vhost_client(cx, "inside", protocols);
	for (n = 0; n < 8; n++)
		CHECK(lws_service_fd(cx, &none) >= 0);
	fd = adopt();
	for (n = 0; n < 3; n++)
		CHECK(lws_service_fd(cx, &none) >= 0);
	CHECK(wsi != NULL);

	inside = reason;
	ends = how;
	call(which, port);
	inside = -1;
	if (acted && how == CONTEXT)
		/* the context is there until it is asked again */
		CHECK(lws_context_is_being_destroyed(cx));
	lws_context_destroy(cx);
	CHECK(!wsi);
	CHECK(opened >= 1 && destroyed >= opened);
	CHECK_EQ(gone, 1);
	close(fd);

	return acted;
}

int main(void)
{
	static const int reasons[] = {
		LWS_CALLBACK_ADD_POLL_FD, LWS_CALLBACK_DEL_POLL_FD,
		LWS_CALLBACK_CHANGE_MODE_POLL_FD, LWS_CALLBACK_LOCK_POLL,
		LWS_CALLBACK_UNLOCK_POLL
	};
	int before = descriptors(), listener, port, happened = 0;
	size_t r;
	int c, e;

	plenty = calloc(1, LWS_PRE + PLENTY);
	CHECK(plenty != NULL);
	listener = plain_bound(SOCK_STREAM, 64, &port);
	for (c = 0; c < CALLS; c++)
		for (r = 0; r < LWS_ARRAY_SIZE(reasons); r++)
			for (e = 0; e < ENDS; e++)
				happened += one((enum call)c, reasons[r],
						(enum end)e, port);
	/* each call makes one of the three, and the two around it */
	CHECK(happened >= CALLS * 3 * ENDS);
	close(listener);
	CHECK_EQ(descriptors(), before);
	free(plenty);

	return 0;
}
