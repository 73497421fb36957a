/*
 * What the tests of routing and connections share: a network with two ways
 * out, connections of each kind through it, and what became of them.
 *
 *	here				there
 *	v0 10.9.0.1 fd09::1 ----------- v0 10.9.0.2 fd09::2
 *	v1 10.8.0.1 fd08::1 ----------- v1 10.8.0.2 fd08::2
 *					lo 10.7.0.1 fd07::1, reached by v0,
 *					   10.6.0.1 fd06::1, reached by v1
 */
#ifndef RELWS_TEST_ROUTED_H
#define RELWS_TEST_ROUTED_H

#include "netns.h"

/* The connections, as bits. Those to and from 10.7.0.1 and fd07::1 are far,
 * the others have nothing to do with v0. */
enum {
	CLIENT4 = 1, ACCEPTED4 = 2, MAPPED4 = 4, UDP4 = 8,
	CLIENT6 = 16, ACCEPTED6 = 32, UDP6 = 64,
	OTHER4 = 128, OTHER6 = 256,
	FAR4 = CLIENT4 | ACCEPTED4 | MAPPED4 | UDP4,
	FAR6 = CLIENT6 | ACCEPTED6 | UDP6,
	OTHERS = OTHER4 | OTHER6,
	EVERYBODY = FAR4 | FAR6 | OTHERS
};

struct end {
	const char	*name;
	struct lws	*wsi;
	int		fd;		/* the peer's */
	int		up, got, reason;
	char		trace[64];	/* what it heard at its end */
};

static struct end ends[] = {
	{ "client4", NULL, -1, 0, 0, 0, "" },
	{ "accepted4", NULL, -1, 0, 0, 0, "" },
	{ "mapped4", NULL, -1, 0, 0, 0, "" },
	{ "udp4", NULL, -1, 0, 0, 0, "" },
	{ "client6", NULL, -1, 0, 0, 0, "" },
	{ "accepted6", NULL, -1, 0, 0, 0, "" },
	{ "udp6", NULL, -1, 0, 0, 0, "" },
	{ "other4", NULL, -1, 0, 0, 0, "" },
	{ "other6", NULL, -1, 0, 0, 0, "" },
};

static struct lws_context *cx;
static struct lws_vhost *vh_client, *vh_server, *vh_server4;
/* who is accepted next, and who was told of by the notify callback */
static struct end *accepting;
static void (*on_close)(struct end *e);
static lws_usec_t changed_at;
static int descriptors_before;

static inline struct end *end_of(struct lws *wsi)
{
	size_t n;

	for (n = 0; n < LWS_ARRAY_SIZE(ends); n++)
		if (ends[n].wsi == wsi)
			return &ends[n];

	return NULL;
}

static inline void end_notes(struct end *e, int reason)
{
	size_t used = strlen(e->trace);

	snprintf(e->trace + used, sizeof(e->trace) - used, "%s%d",
		 used ? " " : "", reason);
}

static inline int routed_cb(struct lws *wsi, enum lws_callback_reasons reason,
			    void *user, void *in, size_t len)
{
	struct end *e = end_of(wsi);

	(void)user;
	(void)in;
	if (!e && reason == LWS_CALLBACK_RAW_ADOPT && accepting) {
		accepting->wsi = wsi;
		e = accepting;
		accepting = NULL;
	}
	if (!e)
		return 0;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT:
	case LWS_CALLBACK_RAW_CONNECTED:
		e->up = 1;
		break;
	case LWS_CALLBACK_RAW_RX:
		e->got += (int)len;
		break;
	case LWS_CALLBACK_RAW_CLOSE:
		end_notes(e, (int)reason);
		e->reason = (int)lws_route_cull_reason(wsi);
		if (on_close)
			on_close(e);
		break;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		end_notes(e, (int)reason);
		e->reason = (int)lws_route_cull_reason(wsi);
		break;
	case LWS_CALLBACK_RAW_SKT_DROP_PROTOCOL:
		end_notes(e, (int)reason);
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		end_notes(e, (int)reason);
		e->wsi = NULL;
		e->up = 0;
		break;
	}

	return 0;
}

static const struct lws_protocols routed_protocols[] = {
	{ "routed", routed_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

/* -- the network ------------------------------------------------------------ */

static inline void net_up(void)
{
	netns_fresh();
	ns_pair("v0");
	ns_pair("v1");
	there("link set lo up\nlink set v0 up\nlink set v1 up\n"
	      "addr add 10.9.0.2/24 dev v0\naddr add fd09::2/64 dev v0 nodad\n"
	      "addr add 10.8.0.2/24 dev v1\naddr add fd08::2/64 dev v1 nodad\n"
	      "addr add 10.7.0.1/32 dev lo\naddr add fd07::1/128 dev lo nodad\n"
	      "addr add 10.6.0.1/32 dev lo\naddr add fd06::1/128 dev lo nodad\n");
	here("link set lo up\nlink set v0 up\nlink set v1 up\n"
	     "addr add 10.9.0.1/24 dev v0\naddr add fd09::1/64 dev v0 nodad\n"
	     "addr add 10.8.0.1/24 dev v1\naddr add fd08::1/64 dev v1 nodad\n"
	     "route add 10.6.0.0/24 via 10.8.0.2\n"
	     "route add fd06::/64 via fd08::2\n");
	ns_running(ns_here, "v0");
	ns_running(ns_there, "v0");
	ns_running(ns_here, "v1");
	ns_running(ns_there, "v1");
}

/* The usual routes to the far end. */
#define FAR_ROUTES \
	"route add 10.7.0.0/24 via 10.9.0.2\nroute add fd07::/64 via fd09::2\n"

/* -- the connections ------------------------------------------------------- */

static inline struct lws *routed_connect(const char *address, int port,
					 struct end *e)
{
	struct lws_client_connect_info i;

	info_connect(&i, cx, vh_client, "routed", address, port);
	i.pwsi = &e->wsi;

	return lws_client_connect_via_info(&i);
}

static inline void open_client(struct end *e, const char *address)
{
	int port, listener = there_bound(address, SOCK_STREAM, &port);

	CHECK(routed_connect(address, port, e) != NULL);
	UNTIL(cx, e->up || !e->wsi);
	CHECK(e->up);
	e->fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	CHECK(e->fd >= 0);
	close(listener);
}

static inline void open_accepted(struct end *e, struct lws_vhost *vh,
				 const char *from, const char *to)
{
	accepting = e;
	e->fd = there_connect(from, to, lws_get_vhost_listen_port(vh));
	UNTIL(cx, e->up);
}

static inline void open_udp(struct end *e, const char *address)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	int port;

	e->fd = there_bound(address, SOCK_DGRAM, &port);
	accepting = e;
	CHECK(lws_create_adopt_udp(vh_client, address, port, 0, "routed", NULL,
				   NULL, NULL, NULL, NULL) != NULL);
	UNTIL(cx, e->up);
	CHECK(!getsockname(lws_get_socket_fd(e->wsi), (struct sockaddr *)&ss,
			   &len));
	CHECK(!connect(e->fd, (struct sockaddr *)&ss, len));
}

/* Bytes go from one end to the other and back. */
static inline void echo(struct end *e)
{
	int before = e->got;

	CHECK(write_text(e->wsi, "ping", 4) == 4);
	plain_expect(cx, e->fd, "ping");
	plain_send(e->fd, "pong");
	UNTIL(cx, e->got >= before + 4 || !e->wsi);
	if (!e->wsi)
		fprintf(stderr, "%s was closed\n", e->name);
	CHECK(e->wsi != NULL);
}

static inline void echo_all(unsigned int who)
{
	size_t n;

	for (n = 0; n < LWS_ARRAY_SIZE(ends); n++)
		if (who & (1u << n))
			echo(&ends[n]);
}

static inline void stats_get(lws_route_stats_t *stats)
{
	memset(stats, 0, sizeof(*stats));
	stats->size = sizeof(*stats);
	CHECK(!lws_route_get_stats(cx, stats));
}

static inline void settings_get(lws_route_settings_t *settings)
{
	memset(settings, 0, sizeof(*settings));
	settings->size = sizeof(*settings);
	CHECK(!lws_route_get_settings(cx, settings));
}

static inline void settle_time(lws_usec_t us)
{
	lws_route_settings_t s;

	settings_get(&s);
	s.settle_us = us;
	CHECK(!lws_route_set_settings(cx, &s));
}

/* A context that knows the routes. */
static inline void cx_up(uint64_t options)
{
	struct lws_context_creation_info info;

	descriptors_before = descriptors();
	info_init(&info);
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | options;
	cx = context_from(&info);
	UNTIL(cx, lws_route_synced(cx));
	pump(cx);
	vh_client = vhost_client(cx, "client", routed_protocols);
}

static inline void ends_up(unsigned int who)
{
	struct lws_context_creation_info info;
	struct end *e = ends;

	info_server(&info, "server", routed_protocols, "routed");
	info.iface = NULL;
	vh_server = lws_create_vhost(cx, &info);
	info.vhost_name = "server4";
	info.iface = "10.9.0.1";
	vh_server4 = lws_create_vhost(cx, &info);
	CHECK(vh_server && vh_server4);
	for (e = ends; e < ends + LWS_ARRAY_SIZE(ends); e++) {
		e->reason = e->got = e->up = 0;
		e->trace[0] = '\0';
	}
	e = ends;
	if (who & CLIENT4)
		open_client(&e[0], "10.7.0.1");
	if (who & ACCEPTED4)
		open_accepted(&e[1], vh_server4, "10.7.0.1", "10.9.0.1");
	if (who & MAPPED4)
		open_accepted(&e[2], vh_server, "10.7.0.1", "10.9.0.1");
	if (who & UDP4)
		open_udp(&e[3], "10.7.0.1");
	if (who & CLIENT6)
		open_client(&e[4], "fd07::1");
	if (who & ACCEPTED6)
		open_accepted(&e[5], vh_server, "fd07::1", "fd09::1");
	if (who & UDP6)
		open_udp(&e[6], "fd07::1");
	if (who & OTHER4)
		open_client(&e[7], "10.6.0.1");
	if (who & OTHER6)
		open_client(&e[8], "fd06::1");
	echo_all(who);
}

/* All of it, with these commands before the context is created. */
static inline void routed_up_for(const char *before, unsigned int who)
{
	net_up();
	if (*before)
		here("%s", before);
	cx_up(0);
	ends_up(who);
}

static inline void routed_up(const char *before)
{
	routed_up_for(before, EVERYBODY);
}

static inline void routed_down(void)
{
	size_t n;

	on_close = NULL;
	if (cx)
		lws_context_destroy(cx);
	cx = NULL;
	for (n = 0; n < LWS_ARRAY_SIZE(ends); n++) {
		CHECK(!ends[n].wsi);
		if (ends[n].fd >= 0)
			close(ends[n].fd);
		ends[n].fd = -1;
	}
	CHECK_EQ(descriptors(), descriptors_before);
}

/* -- what happens ----------------------------------------------------------- */

/* Change something, here; the time runs from when that is done. */
__attribute__((format(printf, 1, 2)))
static inline void change(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	ns_ip(ns_here, format, ap);
	va_end(ap);
	changed_at = lws_now_usecs();
}

static inline unsigned int ends_open(void)
{
	unsigned int who = 0;
	size_t n;

	for (n = 0; n < LWS_ARRAY_SIZE(ends); n++)
		if (ends[n].wsi)
			who |= 1u << n;

	return who;
}

/* These were closed for this reason, as connections are that were open. */
static inline void closed_for(const char *what, unsigned int who, int reason)
{
	size_t n;

	for (n = 0; n < LWS_ARRAY_SIZE(ends); n++) {
		if (!(who & (1u << n)))
			continue;
		if (ends[n].reason != reason)
			fprintf(stderr, "%s: %s\n", what, ends[n].name);
		CHECK_EQ(ends[n].reason, reason);
		CHECK_STR(ends[n].trace, "82 60 30");
	}
}

/*
 * Exactly these are closed, for one or another reason; who else was open
 * still works.
 */
static inline void closes_two(const char *what, unsigned int who, int reason,
			      unsigned int who2, int reason2)
{
	unsigned int all = who | who2, stay = ends_open() & ~all;
	lws_route_stats_t stats;

	CHECK((ends_open() & all) == all);
	UNTIL(cx, !(ends_open() & all));
	printf("%s: %lld us\n", what,
	       (long long)(lws_now_usecs() - changed_at));
	closed_for(what, who, reason);
	closed_for(what, who2, reason2);
	service_for(cx, 50000);
	echo_all(stay);
	CHECK_EQ(ends_open(), stay);
	stats_get(&stats);
	CHECK_EQ(stats.audit_mismatches, 0);
}

static inline void closes(const char *what, unsigned int who, int reason)
{
	closes_two(what, who, reason, 0, 0);
}

/* Nobody is closed, and everybody but these works. */
static inline void stays_but(const char *what, unsigned int mute)
{
	unsigned int all = ends_open();
	lws_route_stats_t stats;
	lws_route_settings_t s;

	/* what has happened is known to the context, and time goes by */
	settings_get(&s);
	pump(cx);
	service_for(cx, s.settle_us + 100000);
	if (ends_open() != all)
		fprintf(stderr, "%s: of %x only %x are open\n", what, all,
			ends_open());
	CHECK_EQ(ends_open(), all);
	echo_all(all & ~mute);
	CHECK_EQ(ends_open(), all);
	stats_get(&stats);
	CHECK_EQ(stats.culls, 0);
	CHECK_EQ(stats.audit_mismatches, 0);
	printf("%s: stays\n", what);
}

static inline void stays(const char *what)
{
	stays_but(what, 0);
}

#endif
