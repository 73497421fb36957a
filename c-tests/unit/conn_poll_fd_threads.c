/*
 * The context as one descriptor: readable exactly when lws_service(cx, -1) has
 * something to do.
 */
#include "../conn.h"

static struct lws_context *cx;
static int poll_fd, received, opened, closed, writeables, cancelled, fired;

static int poll_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	(void)user;
	(void)in;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT:
		opened++;
		break;
	case LWS_CALLBACK_RAW_RX:
		received++;
		if (((char *)in)[0] == 'o')
			lws_rx_flow_control(wsi, 0);
		break;
	case LWS_CALLBACK_RAW_WRITEABLE:
		writeables++;
		break;
	case LWS_CALLBACK_RAW_CLOSE:
		closed++;
		break;
	case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
		cancelled++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "poll", poll_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void fire(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	fired++;
}

/* Is it readable within so many milliseconds? */
static int ready(int ms)
{
	struct pollfd p = { poll_fd, POLLIN, 0 };
	int n = poll(&p, 1, ms);

	CHECK(n >= 0);
	CHECK(!n || p.revents == POLLIN);

	return n;
}

/* The loop of a program: sleeps in poll(), never in lws_service(). */
#define LOOP(condition) \
	do { \
		lws_usec_t end_ = lws_now_usecs() + 60 * LWS_US_PER_SEC; \
		while (!(condition)) { \
			CHECK(ready(60000)); \
			CHECK(!lws_service(cx, -1)); \
			CHECK(lws_now_usecs() < end_); \
		} \
	} while (0)

/* Nothing more to do: it is not readable, however often one asks. */
static void quiet(void)
{
	int n = 0;

	while (ready(0)) {
		CHECK(n++ < 100);
		CHECK(!lws_service(cx, -1));
	}
	CHECK(!ready(20));
}

static void *cancel(void *arg)
{
	usleep(20000);
	lws_cancel_service(arg);

	return NULL;
}

int main(void)
{
	lws_sorted_usec_list_t sul, later;
	int fd, port, before, passes;
	struct lws_vhost *vh;
	struct lws *wsi;
	pthread_t thread;
	lws_usec_t start;

	CHECK_FAILS("lws_context_get_poll_fd",
		    lws_context_get_poll_fd(NULL) == -1);

	before = descriptors();
	cx = context_bare();
	lws_set_log_level(LOG_USUAL, NULL);
	poll_fd = lws_context_get_poll_fd(cx);
	CHECK(poll_fd >= 0);
	CHECK_EQ(lws_context_get_poll_fd(cx), poll_fd);
	/* not for programs that are started */
	CHECK(fcntl(poll_fd, F_GETFD) & FD_CLOEXEC);
	vh = vhost_server(cx, "server", protocols, "poll");
	port = lws_get_vhost_listen_port(vh);

	/* the start of the context is work already */
	CHECK(ready(0));
	quiet();

	/* timers: as they are due, moved, cancelled */
	memset(&sul, 0, sizeof(sul));
	memset(&later, 0, sizeof(later));
	start = lws_now_usecs();
	lws_sul_schedule(cx, 0, &sul, fire, 30000);
	CHECK(!ready(10));
	LOOP(fired == 1);
	CHECK(lws_now_usecs() - start >= 30000);
	quiet();
	lws_sul_schedule(cx, 0, &sul, fire, 3600 * LWS_US_PER_SEC);
	quiet();
	lws_sul_schedule(cx, 0, &later, fire, 1000);
	LOOP(fired == 2);
	lws_sul_schedule(cx, 0, &sul, fire, 1000);
	lws_sul_cancel(&sul);
	usleep(5000);
	quiet();
	CHECK_EQ(fired, 2);
	lws_sul_schedule(cx, 0, &sul, fire, 0);
	CHECK(ready(1000));
	LOOP(fired == 3);
	quiet();

	/* who is woken by another thread */
	cancelled = 0;
	CHECK(!pthread_create(&thread, NULL, cancel, cx));
	LOOP(cancelled);
	CHECK(!pthread_join(thread, NULL));
	quiet();

	/* connections */
	fd = plain_connect(port);
	LOOP(opened);
	quiet();
	plain_send(fd, "hello");
	LOOP(received == 1);
	quiet();
	/* asked for outside of the loop */
	lws_callback_on_writable_all_protocol(cx, &protocols[0]);
	LOOP(writeables == 1);
	quiet();
	/* what nobody wants to read does not wake */
	plain_send(fd, "off");
	LOOP(received == 2);
	plain_send(fd, "more");
	quiet();
	CHECK_EQ(received, 2);
	lws_rx_flow_allow_all_protocol(cx, &protocols[0]);
	LOOP(received == 3);
	quiet();
	close(fd);
	LOOP(closed);
	quiet();

	/* a timeout of a connection, with a client of our own */
	{
		struct lws_client_connect_info i;

		info_connect(&i, cx, vh, "poll", "127.0.0.1", port);
		closed = opened = 0;
		CHECK((wsi = lws_client_connect_via_info(&i)) != NULL);
		LOOP(opened);
		lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK,
				LWS_TO_KILL_ASYNC);
		LOOP(closed == 2);
		quiet();
	}

	/* it does not spin before a timer that is not a whole millisecond off */
	fired = 0;
	passes = 0;
	lws_sul_schedule(cx, 0, &sul, fire, 5500);
	while (!fired) {
		CHECK(ready(60000));
		CHECK(!lws_service(cx, -1));
		passes++;
	}
	CHECK(passes < 5);

	/* both ways of driving it go together */
	lws_sul_schedule(cx, 0, &sul, fire, 1000);
	UNTIL(cx, fired == 2);
	quiet();

	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), before);

	return 0;
}
