/*
 * No memory: the n-th allocation of the library fails, or all from the n-th
 * on, for each n until nothing fails any more. What was asked for is done or
 * refused with an error, nothing crashes, and when there is memory again all
 * works. See docs/memory.md.
 */
#include "../conn.h"
#include "../failing.h"


/* -- what programs do ----------------------------------------------------- */

#define BIG 300000

static int connected, errors, closed, delivered, rang;
static size_t got;

static int cb(struct lws *wsi, enum lws_callback_reasons reason, void *user,
	      void *in, size_t len)
{
	static unsigned char big[LWS_PRE + BIG];

	(void)user;
	(void)in;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_CONNECTED:
		connected++;
		lws_callback_on_writable(wsi);
		break;
	case LWS_CALLBACK_RAW_WRITEABLE:
		if (lws_get_opaque_user_data(wsi) != &got)
			break;
		lws_set_opaque_user_data(wsi, NULL);
		return lws_write(wsi, big + LWS_PRE, BIG, LWS_WRITE_RAW) < 0 ?
			-1 : 0;
	case LWS_CALLBACK_RAW_RX:
		got += len;
		break;
	case LWS_CALLBACK_RAW_CLOSE:
		closed++;
		break;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		errors++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "p", cb, 64, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static int hears(void *opaque, lws_smd_class_t _class, lws_usec_t timestamp,
		 void *buf, size_t len)
{
	(void)opaque;
	(void)_class;
	(void)timestamp;
	(void)buf;
	(void)len;
	delivered++;

	return 0;
}

static void ring(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	rang++;
}

static struct lws_context *cx;

static void makes(void)
{
	struct lws_context_creation_info info;

	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	info.vhost_name = "a name that is copied";
	cx = lws_create_context(&info);
	if (!failed)
		CHECK(cx != NULL);
}

static struct lws_vhost *first(void)
{
	struct lws_vhost *vh = lws_get_vhost_by_name(cx,
						     "a name that is copied");

	CHECK(vh != NULL);

	return vh;
}

/* Passes of the loop; it may end only because somebody destroys it. */
static void turn(int passes)
{
	while (passes--) {
		CHECK(lws_service(cx, -1) >= 0);
		usleep(50);
	}
}

static void vhost(void)
{
	struct lws_context_creation_info info;
	struct lws_vhost *vh;

	info_server(&info, "another", protocols, "p");
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL || failed);
	turn(5);
	if (vh)
		lws_vhost_destroy(vh);
	turn(2);
}

/* A server, a client, and what does not fit into the socket's buffers. */
static void echoes(void)
{
	struct lws_context_creation_info info;
	struct lws_client_connect_info i;
	struct lws_vhost *vh;
	struct lws *wsi = NULL;
	int n;

	info_server(&info, "server", protocols, "p");
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL || failed);
	if (!vh)
		return;
	got = 0;
	connected = errors = closed = 0;
	info_connect(&i, cx, first(), "p", "127.0.0.1",
		     lws_get_vhost_listen_port(vh));
	i.opaque_user_data = &got;
	wsi = lws_client_connect_via_info(&i);
	CHECK(wsi != NULL || failed);
	for (n = 0; n < 400 && got < BIG && !closed && !errors; n++)
		turn(1);
	if (!failed)
		CHECK_EQ(got, BIG);
	lws_vhost_destroy(vh);
	turn(3);
}

/* A name: on a thread, whose allocations fail as well. */
static void looks_up(void)
{
	struct lws_client_connect_info i;
	int n;

	errors = connected = 0;
	info_connect(&i, cx, first(), "p", "no such name", 80);
	if (lws_client_connect_via_info(&i))
		for (n = 0; n < 4000 && !errors && !connected; n++)
			turn(1);
	else
		CHECK(failed);
}

static void adopts(void)
{
	lws_sock_file_fd_type fd;
	int ends[2], pair[2];
	struct lws *wsi;

	CHECK(!pipe(ends));
	fd.filefd = ends[0];
	wsi = lws_adopt_descriptor_vhost(first(), LWS_ADOPT_RAW_FILE_DESC, fd,
					 "p", NULL);
	CHECK(wsi != NULL || failed);
	CHECK(!socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	fd.sockfd = pair[0];
	wsi = lws_adopt_descriptor_vhost(first(), LWS_ADOPT_SOCKET, fd, "p",
					 NULL);
	CHECK(wsi != NULL || failed);
	if (wsi) {
		lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, 100);
		plain_send(pair[1], "hello");
	}
	wsi = lws_create_adopt_udp(first(), "127.0.0.1", 0, LWS_CAUDP_BIND, "p",
				   NULL, NULL, NULL, NULL, NULL);
	CHECK(wsi != NULL || failed);
	if (wsi)
		lws_set_timer_usecs(wsi, 100);
	turn(10);
	close(ends[1]);
	close(pair[1]);
	turn(3);
}

static void messages(void)
{
	struct lws_smd_peer *peer = lws_smd_register(cx, NULL, 0, MINE, hears);
	int n, sent = 0;
	void *m;

	CHECK(peer != NULL || failed);
	delivered = 0;
	for (n = 0; peer && n < 10; n++) {
		sent += !lws_smd_msg_printf(cx, MINE, "hello %d", n);
		m = lws_smd_msg_alloc(cx, MINE, 100);
		if (!m)
			continue;
		memset(m, 'x', 100);
		if (lws_smd_msg_send(cx, m))
			lws_smd_msg_free(&m);
		else
			sent++;
	}
	turn(4);
	if (!failed)
		CHECK_EQ(sent, 20);
	/* one that was taken is delivered, whatever fails meanwhile */
	if (peer) {
		turn(4);
		CHECK_EQ(delivered, sent);
		lws_smd_unregister(peer);
	}
}

static void timers(void)
{
	static lws_sorted_usec_list_t suls[1000];
	int n, scheduled = 0;

	rang = 0;
	memset(suls, 0, sizeof(suls));
	for (n = 0; n < (int)LWS_ARRAY_SIZE(suls); n++) {
		lws_sul_schedule(cx, 0, &suls[n], ring, n);
		scheduled += !lws_dll2_is_detached(&suls[n].list);
	}
	CHECK(failed || scheduled == (int)LWS_ARRAY_SIZE(suls));
	usleep(1500);
	turn(5);
	CHECK_EQ(rang, scheduled);
}

/* The first passes: system state, the copy of the routes. */
static void begins(void)
{
	turn(60);
}

static void routes(void)
{
	CHECK(lws_route_resync(cx) >= -1);
	turn(40);
}

struct scenario {
	const char *name;
	void (*run)(void);
	/* passes before it */
	int settled;
};

static const struct scenario scenarios[] = {
	{ "context", makes, -1 },
	{ "first passes", begins, 0 },
	{ "vhost", vhost, 40 },
	{ "connect, accept, write", echoes, 40 },
	{ "name", looks_up, 40 },
	{ "adopt", adopts, 40 },
	{ "messages", messages, 40 },
	{ "timers", timers, 40 },
	{ "routes", routes, 40 },
};

/* One run in a process of its own: whether the n-th was reached. */
static int run(const struct scenario *s, long n)
{
	const struct rlimit none = { 0, 0 };
	pid_t child = fork();
	char what[64];
	int fds;

	CHECK(child >= 0);
	if (child) {
		snprintf(what, sizeof(what), "%s: allocation", s->name);
		return run_ended(child, what, n);
	}
	CHECK(!setrlimit(RLIMIT_CORE, &none));
	alarm(20);
	fds = descriptors();
	if (s->settled >= 0) {
		makes();
		turn(s->settled);
	}
	seen = failed = 0;
	nth = n;
	armed = 1;
	s->run();
	armed = 0;
	/* there is memory again: everything works */
	nth = failed;
	failed = 0;
	if (!cx)
		makes();
	turn(3);
	vhost();
	echoes();
	adopts();
	messages();
	timers();
	lws_context_destroy(cx);
	if (descriptors() != fds)
		exit(3);
	exit(nth ? REACHED : 0);
}

int main(void)
{
	int bad = 0, status;
	size_t at;
	long n;

	failing_begin();
	lws_set_log_level(0, NULL);
	for (sticky = 0; sticky < 2; sticky++)
		for (at = 0; at < LWS_ARRAY_SIZE(scenarios); at++) {
			n = 0;
			while ((status = run(&scenarios[at], n)) != 0) {
				bad += status != REACHED;
				n++;
				CHECK(n < 5000);
			}
			fprintf(stderr, "%s%s: %ld allocations\n",
				scenarios[at].name,
				sticky ? ", all after it" : "", n);
		}
	CHECK_EQ(bad, 0);

	return 0;
}
