/*
 * A program that keeps the list of descriptors itself: it is told which and
 * what for, waits for them, and says what happened with lws_service_fd().
 */
#include "../conn.h"

#define MOST 64
#define PLENTY 1000000

static unsigned char plenty[LWS_PRE + PLENTY];

static struct pollfd fds[MOST];
static int count, locks, opened, closed, received, writeables, added, deleted;
static int connected, leaves;
static struct lws *last;

static struct pollfd *find(int fd)
{
	int n;

	for (n = 0; n < count; n++)
		if (fds[n].fd == fd)
			return &fds[n];

	return NULL;
}

static int poll_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	struct lws_pollargs *args = in;
	struct pollfd *p;

	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_LOCK_POLL:
		locks++;
		break;
	case LWS_CALLBACK_UNLOCK_POLL:
		locks--;
		break;
	case LWS_CALLBACK_ADD_POLL_FD:
		CHECK(count < MOST);
		CHECK(!find(args->fd));
		fds[count].fd = args->fd;
		fds[count++].events = (short)args->events;
		added++;
		break;
	case LWS_CALLBACK_DEL_POLL_FD:
		CHECK((p = find(args->fd)) != NULL);
		*p = fds[--count];
		deleted++;
		break;
	case LWS_CALLBACK_CHANGE_MODE_POLL_FD:
		CHECK((p = find(args->fd)) != NULL);
		CHECK_EQ(p->events, args->prev_events);
		CHECK(args->events != args->prev_events);
		p->events = (short)args->events;
		break;
	case LWS_CALLBACK_RAW_ADOPT:
		last = wsi;
		opened++;
		break;
	case LWS_CALLBACK_RAW_CONNECTED:
		connected++;
		break;
	case LWS_CALLBACK_RAW_RX:
		if (leaves) {
			CHECK(lws_write(wsi, plenty + LWS_PRE, PLENTY,
					LWS_WRITE_RAW) == PLENTY);
			return -1;
		}
		received++;
		lws_callback_on_writable(wsi);
		break;
	case LWS_CALLBACK_RAW_WRITEABLE:
		writeables++;
		CHECK(write_text(wsi, "hello", 5) == 5);
		break;
	case LWS_CALLBACK_RAW_CLOSE:
		closed++;
		break;
	}
	(void)len;

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "poll", poll_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void fire(lws_sorted_usec_list_t *sul)
{
	*(int *)((char *)sul + sizeof(*sul)) = 1;
}

/* One round of a loop that belongs to the program. */
static void loop_once(struct lws_context *cx)
{
	struct pollfd now[MOST], p;
	int n, ready, timeout, had;

	/* timers, and whatever else is not a descriptor, come first */
	while (!(timeout = lws_service_adjust_timeout(cx, 100, 0)))
		CHECK(!lws_service_tsi(cx, -1, 0));
	CHECK(timeout > 0 && timeout <= 100);
	had = count;
	memcpy(now, fds, sizeof(now));
	ready = poll(now, (nfds_t)had, timeout);
	CHECK(ready >= 0);
	for (n = 0; n < had; n++) {
		p = now[n];
		/* it may have gone in the meantime */
		if (!p.revents || !find(p.fd))
			continue;
		CHECK(lws_service_fd(cx, &p) >= 0);
		/* it says that it was for the library */
		CHECK(!p.revents);
	}
}

#define LOOP(condition) \
	do { \
		lws_usec_t end_ = lws_now_usecs() + 60 * LWS_US_PER_SEC; \
		while (!(condition)) { \
			loop_once(cx); \
			CHECK(lws_now_usecs() < end_); \
		} \
	} while (0)

/*
 * Descriptors that come back as another connection's, as one of a client that
 * tries several addresses, and as the program's own.
 */
static void reuse(struct lws_context *cx, struct lws_vhost *vh, int port)
{
	int fd, other, round, number, again = 0, pair[2], was = -1, before;
	struct lws_client_connect_info i;
	struct pollfd foreign;
	struct lws *stays;
	char buf[16];

	opened = closed = writeables = 0;
	other = plain_connect(port);
	LOOP(opened == 1);
	stays = last;
	for (round = 1; round <= 5; round++) {
		fd = plain_connect(port);
		LOOP(opened == 1 + round);
		number = lws_get_socket_fd(last);
		again += number == was;
		was = number;
		CHECK(find(number) != NULL && last != stays);
		/* each is served by its own descriptor */
		before = writeables;
		plain_send(fd, "x");
		plain_send(other, "x");
		LOOP(writeables == before + 2);
		CHECK_EQ(recv(fd, buf, sizeof(buf), 0), 5);
		CHECK_EQ(recv(other, buf, sizeof(buf), 0), 5);
		close(fd);
		LOOP(closed == round);
		CHECK(!find(number));
	}
	CHECK(again > 0);

	/* now it is nobody's, or the program's: not the library's to serve */
	foreign.fd = was;
	foreign.events = foreign.revents = POLLIN;
	CHECK(lws_service_fd(cx, &foreign) >= 0);
	CHECK_EQ(foreign.revents, POLLIN);
	CHECK(!pipe(pair));
	CHECK(dup2(pair[0], was) == was);
	/* while another connection has the place of the one before */
	fd = plain_connect(port);
	LOOP(opened == 7);
	CHECK(lws_get_socket_fd(last) != was);
	CHECK(lws_service_fd(cx, &foreign) >= 0);
	CHECK_EQ(foreign.revents, POLLIN);
	if (pair[0] != was)
		close(pair[0]);
	close(was);
	close(pair[1]);

	/* each address that localhost has is tried with a new descriptor */
	closed = connected = 0;
	info_connect(&i, cx, vh, "poll", "localhost", port);
	CHECK(lws_client_connect_via_info(&i) != NULL);
	LOOP(connected && opened == 8);
	LOOP(writeables > before + 2);
	close(other);
	close(fd);
	LOOP(closed == 2);
	lws_set_timeout(last, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
	LOOP(closed == 4);
}

/*
 * A connection that closes while its peer sends: its socket is in the program's
 * list until the peer has everything.
 */
static void last_words(struct lws_context *cx, int port)
{
	int fd = plain_connect(port), had = count, n;
	static char buf[65536];
	size_t got = 0;

	closed = 0;
	leaves = 1;
	plain_send(fd, "x");
	LOOP(closed == 1);
	CHECK_EQ(count, had + 1);
	leaves = 0;
	plain_nonblocking(fd);
	while ((n = (int)recv(fd, buf, sizeof(buf), 0))) {
		CHECK(n > 0 || errno == EAGAIN);
		got += n > 0 ? (size_t)n : 0;
		send(fd, "more", 4, MSG_NOSIGNAL);
		loop_once(cx);
	}
	CHECK_EQ(got, PLENTY);
	close(fd);
	LOOP(count == had);
}

int main(void)
{
	struct {
		lws_sorted_usec_list_t	sul;
		int			fired;
	} timer;
	struct pollfd foreign = { 0, POLLIN, POLLIN };
	struct lws_context_creation_info info;
	struct lws_context *cx;
	struct lws_vhost *vh;
	int fd, port, pair[2];

	info_server(&info, "poll", protocols, "poll");
	lws_set_log_level(LOG_USUAL, NULL);
	cx = context_from(&info);
	CHECK((vh = lws_get_vhost_by_name(cx, "poll")) != NULL);
	port = lws_get_vhost_listen_port(vh);
	loop_once(cx);
	/* at least the listening socket */
	CHECK(count >= 1);

	fd = plain_connect(port);
	LOOP(opened == 1);
	CHECK(find(lws_get_socket_fd(last)) != NULL);
	CHECK_EQ(find(lws_get_socket_fd(last))->events, POLLIN);
	plain_send(fd, "x");
	LOOP(writeables == 1);
	CHECK_EQ(find(lws_get_socket_fd(last))->events, POLLIN);
	/* flow control is said as well */
	lws_rx_flow_control(last, 0);
	loop_once(cx);
	CHECK_EQ(find(lws_get_socket_fd(last))->events & POLLIN, 0);
	lws_rx_flow_control(last, 1);
	loop_once(cx);
	CHECK_EQ(find(lws_get_socket_fd(last))->events, POLLIN);

	memset(&timer, 0, sizeof(timer));
	lws_sul_schedule(cx, 0, &timer.sul, fire, 20000);
	CHECK(lws_service_adjust_timeout(cx, 1000, 0) <= 20);
	LOOP(timer.fired);

	/* a descriptor that is not the library's stays as it is */
	CHECK(!pipe(pair));
	foreign.fd = pair[0];
	CHECK(lws_service_fd(cx, &foreign) >= 0);
	CHECK_EQ(foreign.revents, POLLIN);
	close(pair[0]);
	close(pair[1]);

	close(fd);
	LOOP(closed == 1);
	CHECK_EQ(received, 1);
	CHECK_EQ(locks, 0);
	reuse(cx, vh, port);
	last_words(cx, port);
	lws_context_destroy(cx);
	CHECK_EQ(locks, 0);
	CHECK_EQ(added, deleted);
	CHECK_EQ(count, 0);

	return 0;
}
