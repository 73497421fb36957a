/*
 * Signals all the time, whose handler interrupts system calls: nothing is lost,
 * and nothing closes.
 */
#include "../conn.h"

#include <sys/time.h>

#define CLIENTS 8
#define INTERVAL_US 300

/* What each client sends, and has to get back. */
struct stream {
	size_t	sent, got;
};

static volatile sig_atomic_t signals;
static size_t total;
static int connected, adopted, done, datagrams, failed;

static void on_signal(int sig)
{
	(void)sig;
	signals++;
}

static unsigned char pattern(size_t at)
{
	return (unsigned char)(at * 7 + (at >> 8) * 13);
}

static int server_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT:
		adopted++;
		break;
	case LWS_CALLBACK_RAW_RX:
		CHECK(write_text(wsi, in, len) == (int)len);
		break;
	case LWS_CALLBACK_RAW_CLOSE:
		failed++;
		break;
	}

	return 0;
}

static int client_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	static unsigned char buf[LWS_PRE + 20000];
	const unsigned char *bytes = in;
	struct stream *s = user;
	size_t n;

	switch ((int)reason) {
	case LWS_CALLBACK_RAW_CONNECTED:
		connected++;
		break;
	case LWS_CALLBACK_RAW_WRITEABLE:
		if (s->sent >= total)
			break;
		for (n = 0; n < sizeof(buf) - LWS_PRE; n++)
			buf[LWS_PRE + n] = pattern(s->sent + n);
		CHECK_EQ(lws_write(wsi, buf + LWS_PRE, n, LWS_WRITE_RAW), n);
		s->sent += n;
		lws_callback_on_writable(wsi);
		break;
	case LWS_CALLBACK_RAW_RX:
		for (n = 0; n < len; n++)
			CHECK_EQ(bytes[n], pattern(s->got + n));
		s->got += len;
		done += s->got >= total && s->got - len < total;
		break;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
	case LWS_CALLBACK_RAW_CLOSE:
		failed++;
		break;
	}

	return 0;
}

static int udp_cb(struct lws *wsi, enum lws_callback_reasons reason,
		  void *user, void *in, size_t len)
{
	(void)wsi;
	(void)user;
	if ((int)reason == LWS_CALLBACK_RAW_RX) {
		CHECK(len == 4 && !memcmp(in, "ping", 4));
		datagrams++;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "server", server_cb, 8, 0, 0, NULL, 0 },
	{ "client", client_cb, sizeof(struct stream), 0, 0, NULL, 0 },
	{ "udp", udp_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;

/* alarm() and UNTIL() would use the timer that interrupts. */
#define SERVE_UNTIL(condition) \
	do { \
		lws_usec_t end_ = lws_now_usecs() + 120 * LWS_US_PER_SEC; \
		while (!(condition)) { \
			CHECK(lws_service(cx, 0) >= 0); \
			CHECK(!failed); \
			CHECK(lws_now_usecs() < end_); \
		} \
	} while (0)

static int woken;

static void wake(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	woken = 1;
}

int main(void)
{
	struct itimerval often = { { 0, INTERVAL_US }, { 0, INTERVAL_US } };
	struct itimerval never = { { 0, 0 }, { 0, 0 } };
	struct lws_client_connect_info i;
	lws_sorted_usec_list_t sul;
	int port, udp_port, n, fd;
	struct lws_vhost *vh;
	struct sigaction sa;
	struct lws *udp;

	total = repeats(2 * 1024 * 1024, 200 * 1024);
	cx = context_bare();
	vh = vhost_server(cx, "vhost", protocols, "server");
	port = lws_get_vhost_listen_port(vh);
	pump(cx);
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_signal;
	CHECK(!sigaction(SIGALRM, &sa, NULL));
	CHECK(!setitimer(ITIMER_REAL, &often, NULL));

	info_connect(&i, cx, vh, "client", "127.0.0.1", port);
	for (n = 0; n < CLIENTS; n++)
		CHECK(lws_client_connect_via_info(&i) != NULL);
	SERVE_UNTIL(done == CLIENTS);
	CHECK_EQ(connected, CLIENTS);
	CHECK_EQ(adopted, CLIENTS);

	fd = plain_bound(SOCK_DGRAM, -1, &udp_port);
	close(fd);
	CHECK(lws_create_adopt_udp(vh, "127.0.0.1", udp_port, LWS_CAUDP_BIND,
				   "udp", NULL, NULL, NULL, NULL, NULL));
	udp = lws_create_adopt_udp(vh, "127.0.0.1", udp_port, 0, "udp", NULL,
				   NULL, NULL, NULL, NULL);
	CHECK(udp != NULL);
	for (n = 0; n < 100; n++) {
		CHECK(write_text(udp, "ping", 4) == 4);
		SERVE_UNTIL(datagrams > n);
	}

	/* a loop that sleeps */
	memset(&sul, 0, sizeof(sul));
	signals = 0;
	lws_sul_schedule(cx, 0, &sul, wake, 50000);
	SERVE_UNTIL(woken);
	CHECK(signals > 0);
	CHECK(!setitimer(ITIMER_REAL, &never, NULL));
	lws_context_destroy(cx);

	return 0;
}
