/*
 * UDP sockets that the program connects itself, to another peer, or to nobody
 * again, by their descriptors: nobody is told of that, and routing has to
 * know all the same whom they concern.
 */
#include "../routed.h"

#define BOTH (UDP4 | UDP6)
#define E4 (&ends[3])
#define E6 (&ends[6])

/* as the program has them from before the library had the sockets */
static int fd4, fd6;

static int adopted(struct end *e, int family)
{
	lws_sock_file_fd_type it;

	it.sockfd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			   0);
	CHECK(it.sockfd >= 0);
	accepting = e;
	CHECK(lws_adopt_descriptor_vhost(vh_client, LWS_ADOPT_RAW_SOCKET_UDP,
					 it, "routed", NULL) != NULL);
	UNTIL(cx, e->up);

	return it.sockfd;
}

static void connect_to(int fd, const char *address, int port)
{
	struct sockaddr_storage ss;
	socklen_t len = address_of(&ss, address, port);

	CHECK(!connect(fd, (struct sockaddr *)&ss, len));
}

/* The peer, which does not know of the socket yet. */
static int peer_of(struct end *e, const char *address)
{
	int port;

	if (e->fd >= 0)
		close(e->fd);
	e->fd = there_bound(address, SOCK_DGRAM, &port);

	return port;
}

/* The peer says the first word, so that the library knows whom to answer. */
static void hear(struct end *e, int fd)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	int n, before = e->got;

	CHECK(!getsockname(fd, (struct sockaddr *)&ss, &len));
	CHECK(!connect(e->fd, (struct sockaddr *)&ss, len));
	/* a datagram may be lost while a link comes up */
	for (n = 0; n < 100 && e->got == before && e->wsi; n++) {
		plain_send(e->fd, "hello");
		service_for(cx, n < 10 ? 5000 : 100000);
	}
	CHECK(e->got > before);
	CHECK(e->wsi != NULL);
}

static void meet(struct end *e, int fd, const char *address)
{
	connect_to(fd, address, peer_of(e, address));
	hear(e, fd);
}

static void meet_both(void)
{
	meet(E4, fd4, "10.7.0.1");
	meet(E6, fd6, "fd07::1");
}

static void nobody(int fd)
{
	struct sockaddr a;

	memset(&a, 0, sizeof(a));
	a.sa_family = AF_UNSPEC;
	CHECK(!connect(fd, &a, sizeof(a)));
}

static void up(const char *routes)
{
	routed_up_for(routes, OTHERS);
	fd4 = adopted(E4, AF_INET);
	fd6 = adopted(E6, AF_INET6);
}

/* Each way to lose the peer that can be seen afterwards. */
static void ended(void)
{
	up(FAR_ROUTES);
	change("route del 10.7.0.0/24\nroute del fd07::/64\n");
	service_for(cx, 100000);
	CHECK_EQ(ends_open(), BOTH | OTHERS);
	here(FAR_ROUTES);
	service_for(cx, 50000);
	meet_both();
	change("route del 10.7.0.0/24\nroute del fd07::/64\n");
	closes("connected, route deleted", BOTH, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	up(FAR_ROUTES);
	meet_both();
	change("link set v0 down\n");
	closes_two("connected, link down", UDP4, LWS_ROUTE_CULL_NO_ROUTE,
		   UDP6, LWS_ROUTE_CULL_SOURCE_GONE);
	routed_down();

	/* the address goes, and with it nearly everything else */
	up("addr add 10.5.0.1/32 dev v0\naddr add fd05::1/128 dev v0 nodad\n"
	   "route add 10.7.0.0/24 via 10.9.0.2 src 10.5.0.1\n"
	   "route add fd07::/64 via fd09::2 src fd05::1\n"
	   "route add default via 10.8.0.2\nroute add default via fd08::2\n");
	there("route add 10.5.0.1/32 via 10.9.0.1\n"
	      "route add fd05::1/128 via fd09::1\n");
	meet_both();
	here("route add 10.7.0.0/24 via 10.9.0.2 metric 5\n"
	     "addr del 10.5.0.1/32 dev v0\naddr del fd05::1/128 dev v0\n");
	change("route del default\nroute del default via fd08::2\n");
	closes("connected, address deleted", BOTH,
	       LWS_ROUTE_CULL_SOURCE_GONE);
	routed_down();

	/* made by the library, which then gives the descriptor away */
	routed_up_for(FAR_ROUTES, OTHERS);
	accepting = E4;
	CHECK(lws_create_adopt_udp(vh_client, NULL, 0, LWS_CAUDP_BIND, "routed",
				   NULL, NULL, NULL, NULL, NULL) != NULL);
	UNTIL(cx, E4->up);
	meet(E4, lws_get_socket_fd(E4->wsi), "10.7.0.1");
	change("route del 10.7.0.0/24\n");
	closes("bound by the library", UDP4, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();
}

/* Another way is taken: that ends those whose way was known before. */
static void another_way(void)
{
	lws_route_decision_t d;

	up(FAR_ROUTES);
	meet_both();
	change("route replace 10.7.0.0/24 via 10.9.0.3\n"
	       "route replace fd07::/64 via fd09::3\n");
	stays_but("a way that nobody knew", BOTH);
	/* from then on it is known */
	change("route replace 10.7.0.0/24 via 10.9.0.2\n"
	       "route replace fd07::/64 via fd09::2\n");
	closes("a way that is known", BOTH, LWS_ROUTE_CULL_ROUTE_CHANGED);
	routed_down();

	/* who asks for the descriptor may be about to connect */
	up(FAR_ROUTES);
	meet(E4, lws_get_socket_fd(E4->wsi), "10.7.0.1");
	meet(E6, lws_get_socket_fd(E6->wsi), "fd07::1");
	change("route replace 10.7.0.0/24 via 10.9.0.3\n"
	       "route replace fd07::/64 via fd09::3\n");
	closes("descriptor asked for", BOTH, LWS_ROUTE_CULL_ROUTE_CHANGED);
	routed_down();

	/* a question about a connection is an occasion to look at it */
	up(FAR_ROUTES);
	meet_both();
	memset(&d, 0, sizeof(d));
	d.size = sizeof(d);
	CHECK(!lws_route_check(E4->wsi, &d));
	CHECK(!lws_route_check(E6->wsi, &d));
	change("route replace 10.7.0.0/24 via 10.9.0.3\n"
	       "route replace fd07::/64 via fd09::3\n");
	closes("asked about", BOTH, LWS_ROUTE_CULL_ROUTE_CHANGED);
	routed_down();

	/* and so is any change */
	up(FAR_ROUTES);
	meet_both();
	here("route add 10.1.0.0/24 via 10.8.0.2\n");
	service_for(cx, 50000);
	change("route replace 10.7.0.0/24 via 10.9.0.3\n"
	       "route replace fd07::/64 via fd09::3\n");
	closes("after another change", BOTH, LWS_ROUTE_CULL_ROUTE_CHANGED);
	routed_down();
}

/* Whom it was connected to before is nobody's concern. */
static void another_peer(void)
{
	up(FAR_ROUTES);
	meet(E4, lws_get_socket_fd(E4->wsi), "10.7.0.1");
	meet(E6, lws_get_socket_fd(E6->wsi), "fd07::1");
	service_for(cx, 20000);
	connect_to(fd4, "10.6.0.1", peer_of(E4, "10.6.0.1"));
	connect_to(fd6, "fd06::1", peer_of(E6, "fd06::1"));
	change("route del 10.7.0.0/24\nroute del fd07::/64\n");
	/* its source is still that of the other way */
	service_for(cx, 100000);
	CHECK_EQ(ends_open(), BOTH | OTHERS);
	change("route del 10.6.0.0/24\nroute del fd06::/64\n");
	closes("the new peer", BOTH | OTHERS, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	up(FAR_ROUTES);
	meet(E4, lws_get_socket_fd(E4->wsi), "10.7.0.1");
	meet(E6, lws_get_socket_fd(E6->wsi), "fd07::1");
	service_for(cx, 20000);
	nobody(fd4);
	nobody(fd6);
	change("route del 10.7.0.0/24\nroute del fd07::/64\nlink set v0 down\n");
	stays_but("nobody any more", BOTH);
	change("link set v0 up\naddr replace fd09::1/64 dev v0 nodad\n"
	       FAR_ROUTES);
	ns_running(ns_here, "v0");
	stays_but("nobody, and all is back", BOTH);
	/* and now to somebody again */
	meet_both();
	change("route del 10.7.0.0/24\nroute del fd07::/64\n");
	closes("somebody again", BOTH, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();
}

static int passes;

static void count(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	passes = -1;
}

/* To be connected, or asked about, keeps nobody awake. */
static void idle(void)
{
	lws_sorted_usec_list_t sul;
	int n = 0;

	up(FAR_ROUTES);
	meet(E4, lws_get_socket_fd(E4->wsi), "10.7.0.1");
	meet_both();
	service_for(cx, 50000);
	for (n = 0; n < 1000; n++)
		CHECK(lws_get_socket_fd(E4->wsi) == fd4);
	pump(cx);
	memset(&sul, 0, sizeof(sul));
	lws_sul_schedule(cx, 0, &sul, count, 500000);
	for (n = 0; !passes; n++)
		CHECK(lws_service(cx, 0) >= 0);
	CHECK(n < 5);
	stays("idle");
	routed_down();
}

int main(void)
{
	netns_enter();
	ended();
	another_way();
	another_peer();
	idle();

	return 0;
}
