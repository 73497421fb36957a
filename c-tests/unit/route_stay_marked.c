/*
 * What a program does to its socket in the first callback or later, or before
 * it gives it away: the connection is judged by the way its packets take with
 * that.
 */
#include "../routed.h"

#define MARK 7
#define MARKED (CLIENT4 | ACCEPTED4 | UDP4 | CLIENT6 | ACCEPTED6 | UDP6)

/* or else when all are open */
static int in_callback;

static void mark_it(struct lws *wsi)
{
	int mark = MARK;

	CHECK(!setsockopt(lws_get_socket_fd(wsi), SOL_SOCKET, SO_MARK, &mark,
			  sizeof(mark)));
}

static int marking_cb(struct lws *wsi, enum lws_callback_reasons reason,
		      void *user, void *in, size_t len)
{
	if (in_callback && (reason == LWS_CALLBACK_RAW_ADOPT ||
			    reason == LWS_CALLBACK_RAW_CONNECTED))
		mark_it(wsi);

	return routed_cb(wsi, reason, user, in, len);
}

static const struct lws_protocols marking_protocols[] = {
	{ "routed", marking_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void marked_up(int when)
{
	struct lws_context_creation_info info;
	struct lws_vhost *vh;
	size_t n;

	in_callback = when;

	net_up();
	here(FAR_ROUTES "rule add fwmark 7 lookup 100\n"
	     "-6 rule add fwmark 7 lookup 100\n"
	     "route add 10.7.0.0/24 via 10.8.0.2 table 100\n"
	     "route add fd07::/64 via fd08::2 table 100\n");
	cx_up(0);
	ends_up(OTHERS);
	vh_client = vhost_client(cx, "marking", marking_protocols);
	info_server(&info, "marking server", marking_protocols, "routed");
	info.iface = NULL;
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);
	open_client(&ends[0], "10.7.0.1");
	open_accepted(&ends[1], vh, "10.7.0.1", "10.9.0.1");
	open_udp(&ends[3], "10.7.0.1");
	open_client(&ends[4], "fd07::1");
	open_accepted(&ends[5], vh, "fd07::1", "fd09::1");
	open_udp(&ends[6], "fd07::1");
	for (n = 0; !in_callback && n < LWS_ARRAY_SIZE(ends); n++)
		if (MARKED & (1u << n))
			mark_it(ends[n].wsi);
	echo_all(MARKED);
}

#define UNMARKED_GONE "route del 10.7.0.0/24\nroute del fd07::/64\n"
#define MARKED_GONE \
	"route del 10.7.0.0/24 table 100\nroute del fd07::/64 table 100\n"

static void marked(void)
{
	marked_up(1);
	change(UNMARKED_GONE);
	stays("the route of those without a mark deleted");
	change(MARKED_GONE);
	closes("the route of their mark deleted", MARKED,
	       LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	marked_up(1);
	change(MARKED_GONE);
	closes("the route of their mark deleted, the other is left", MARKED,
	       LWS_ROUTE_CULL_ROUTE_CHANGED);
	routed_down();

	marked_up(0);
	change(UNMARKED_GONE);
	stays("marked later, the route of those without a mark deleted");
	change(MARKED_GONE);
	closes("marked later, the route of their mark deleted", MARKED,
	       LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();
}

static int plain_socket(int flags)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);

	CHECK(fd >= 0);

	return fd;
}

static void give(struct end *e, int fd)
{
	lws_sock_file_fd_type u;

	accepting = e;
	u.sockfd = fd;
	CHECK(lws_adopt_descriptor_vhost(vh_client, LWS_ADOPT_SOCKET, u,
					 "routed", NULL) != NULL);
	UNTIL(cx, e->up);
}

/* The source is nobody's address, and a rule brings the answers in. */
static void transparent(void)
{
	int port, listener, fd, one = 1;
	struct sockaddr_storage ss;
	socklen_t len;

	net_up();
	here(FAR_ROUTES "rule add to 10.5.0.0/24 pref 5 lookup 100\n"
	     "route add local default dev lo table 100\n");
	there("route add 10.5.0.0/24 via 10.9.0.1\n");
	cx_up(0);
	ends_up(OTHERS);
	listener = there_bound("10.7.0.1", SOCK_STREAM, &port);
	fd = plain_socket(0);
	CHECK(!setsockopt(fd, SOL_IP, IP_TRANSPARENT, &one, sizeof(one)));
	len = address_of(&ss, "10.5.0.9", 0);
	CHECK(!bind(fd, (struct sockaddr *)&ss, len));
	len = address_of(&ss, "10.7.0.1", port);
	CHECK(!connect(fd, (struct sockaddr *)&ss, len));
	give(&ends[0], fd);
	ends[0].fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	CHECK(ends[0].fd >= 0);
	close(listener);
	change("route add 10.77.0.0/24 via 10.8.0.2\n"
	       "route add 10.7.0.0/25 via 10.9.0.2\n");
	stays("transparent, and a route that changes nothing for it");
	change("route add 10.7.0.1/32 via 10.8.0.2\n");
	stays("transparent, and a better route");
	change("route del 10.7.0.1/32\nroute del 10.7.0.0/25\n"
	       "route del 10.7.0.0/24\n");
	closes("transparent, and no route", CLIENT4, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();
}

/* Given away before the peer has answered. */
static void connecting(void)
{
	struct sockaddr_storage ss;
	int port, listener, fd;
	socklen_t len;

	net_up();
	here(FAR_ROUTES);
	cx_up(0);
	ends_up(OTHERS);
	listener = there_bound("10.7.0.1", SOCK_STREAM, &port);
	there("addr del 10.7.0.1/32 dev lo\n");
	fd = plain_socket(SOCK_NONBLOCK);
	len = address_of(&ss, "10.7.0.1", port);
	CHECK(connect(fd, (struct sockaddr *)&ss, len) && errno == EINPROGRESS);
	give(&ends[0], fd);
	/* its next attempt gets through */
	there("addr add 10.7.0.1/32 dev lo\n");
	ends[0].fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	CHECK(ends[0].fd >= 0);
	close(listener);
	echo(&ends[0]);
	change("route del 10.7.0.0/24\n");
	closes("adopted while it connected", CLIENT4, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();
}

int main(void)
{
	netns_enter();
	marked();
	transparent();
	connecting();

	return 0;
}
