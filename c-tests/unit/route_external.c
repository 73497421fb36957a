/*
 * A program with a loop of its own: the descriptor of routing is among those
 * it is told of, or behind the one that stands for the context.
 */
#include "../routed.h"

#define MOST 64

static struct pollfd fds[MOST];
static int count;

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

	switch ((int)reason) {
	case LWS_CALLBACK_ADD_POLL_FD:
		CHECK(count < MOST && !find(args->fd));
		fds[count].fd = args->fd;
		fds[count++].events = (short)args->events;
		return 0;
	case LWS_CALLBACK_DEL_POLL_FD:
		CHECK((p = find(args->fd)) != NULL);
		*p = fds[--count];
		return 0;
	case LWS_CALLBACK_CHANGE_MODE_POLL_FD:
		CHECK((p = find(args->fd)) != NULL);
		p->events = (short)args->events;
		return 0;
	}

	return routed_cb(wsi, reason, user, in, len);
}

static const struct lws_protocols protocols[] = {
	{ "routed", poll_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static int heard;

static int smd_cb(void *opaque, lws_smd_class_t class, lws_usec_t timestamp,
		  void *buf, size_t len)
{
	(void)opaque;
	(void)class;
	(void)timestamp;
	(void)len;
	heard += !!strstr(buf, "\"rt\":\"del\"");

	return 0;
}

/* Nobody sleeps that long, unless something is wrong. */
#define LONG 50000

/* One round of a loop that belongs to the program, and sleeps in poll(). */
static void loop_once(void)
{
	struct pollfd now[MOST], p;
	int n, timeout, had;

	timeout = lws_service_adjust_timeout(cx, LONG, 0);
	if (!timeout) {
		CHECK(!lws_service_tsi(cx, -1, 0));
		return;
	}
	had = count;
	memcpy(now, fds, sizeof(now));
	CHECK(poll(now, (nfds_t)had, timeout) > 0 || timeout < LONG);
	for (n = 0; n < had; n++) {
		p = now[n];
		if (!p.revents || !find(p.fd))
			continue;
		CHECK(lws_service_fd(cx, &p) >= 0);
		CHECK(!p.revents);
	}
}

/* The same, with one descriptor for all. */
static void wait_once(void)
{
	struct pollfd p = { lws_context_get_poll_fd(cx), POLLIN, 0 };

	CHECK(poll(&p, 1, LONG) == 1);
	CHECK(!lws_service(cx, -1));
}

static void turns(void (*once)(void), const char *what)
{
	struct lws_client_connect_info i;
	int listener, port, before = descriptors();
	lws_usec_t end = lws_now_usecs() + 60 * LWS_US_PER_SEC;
	struct lws_context_creation_info info;
	struct end *e = &ends[0];

#define TURN(condition) \
	while (!(condition)) { \
		once(); \
		CHECK(lws_now_usecs() < end); \
	}

	net_up();
	here(FAR_ROUTES);
	before = descriptors();
	listener = there_bound("10.7.0.1", SOCK_STREAM, &port);
	info_init(&info);
	info.protocols = protocols;
	info.vhost_name = "client";
	cx = context_from(&info);
	CHECK((vh_client = lws_get_vhost_by_name(cx, "client")) != NULL);
	CHECK(lws_smd_register(cx, NULL, 0, LWSSMDCL_NETWORK, smd_cb));
	TURN(lws_route_synced(cx));
	TURN(lws_system_get_state_manager(cx)->state ==
	     LWS_SYSTATE_OPERATIONAL);
	info_connect(&i, cx, vh_client, "routed", "10.7.0.1", port);
	i.pwsi = &e->wsi;
	e->up = 0;
	e->trace[0] = '\0';
	CHECK(lws_client_connect_via_info(&i) != NULL);
	TURN(e->up || !e->wsi);
	CHECK(e->up);

	heard = 0;
	changed_at = lws_now_usecs();
	here("route add 10.55.0.0/24 dev v0\nroute del 10.55.0.0/24\n");
	TURN(heard);
	CHECK(e->wsi != NULL);
	here("route del 10.7.0.0/24\n");
	changed_at = lws_now_usecs();
	TURN(!e->wsi);
	printf("%s: %lld us\n", what,
	       (long long)(lws_now_usecs() - changed_at));
	CHECK_STR(e->trace, "82 60 30");
	CHECK_EQ(e->reason, LWS_ROUTE_CULL_NO_ROUTE);
	close(listener);
	lws_context_destroy(cx);
	CHECK_EQ(count, 0);
	CHECK_EQ(descriptors(), before);
}

int main(void)
{
	netns_enter();
	turns(loop_once, "descriptors one by one");
	turns(wait_once, "one for all");

	return 0;
}
