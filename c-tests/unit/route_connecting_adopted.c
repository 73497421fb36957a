/*
 * TCP sockets that are adopted while they connect, and say nothing
 * afterwards: they are watched all the same.
 */
#include "../routed.h"

#define BOTH (CLIENT4 | CLIENT6)

/* The gateways have this hardware address, so that nobody has to be asked;
 * as long as it is a wrong one, nothing comes through. */
static void gateways(const char *hardware)
{
	here("neigh replace 10.9.0.2 lladdr %s dev v0 nud permanent\n"
	     "neigh replace fd09::2 lladdr %s dev v0 nud permanent\n",
	     hardware, hardware);
}

static int adopt(struct end *e, const char *address, int *listener)
{
	struct sockaddr_storage ss;
	lws_sock_file_fd_type it;
	socklen_t len;
	int port;

	*listener = there_bound(address, SOCK_STREAM, &port);
	len = address_of(&ss, address, port);
	it.sockfd = socket(ss.ss_family,
			   SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	CHECK(it.sockfd >= 0);
	CHECK(connect(it.sockfd, (struct sockaddr *)&ss, len) &&
	      errno == EINPROGRESS);
	accepting = e;
	CHECK(lws_adopt_descriptor_vhost(vh_client, LWS_ADOPT_SOCKET, it,
					 "routed", NULL) != NULL);
	UNTIL(cx, e->up);

	return it.sockfd;
}

static void accept_at(struct end *e, int listener)
{
	CHECK((e->fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0);
	close(listener);
}

/* With `seen`, the context has time to hear that they are connected. */
static void up(int seen)
{
	int l4, l6, fd4, fd6;
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);

	routed_up_for(FAR_ROUTES, OTHERS);
	there("link set v0 address 02:00:00:00:00:01\n");
	gateways("02:00:00:00:00:99");
	fd4 = adopt(&ends[0], "10.7.0.1", &l4);
	fd6 = adopt(&ends[4], "fd07::1", &l6);
	CHECK(getpeername(fd4, (struct sockaddr *)&ss, &len));
	CHECK(getpeername(fd6, (struct sockaddr *)&ss, &len));
	gateways("02:00:00:00:00:01");
	if (seen)
		pump(cx);
	accept_at(&ends[0], l4);
	accept_at(&ends[4], l6);
	if (seen)
		service_for(cx, 50000);
	CHECK_EQ(ends_open(), BOTH | OTHERS);
}

int main(void)
{
	netns_enter();

	up(1);
	change("route del 10.7.0.0/24\nroute del fd07::/64\n");
	closes("route deleted", BOTH, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	up(1);
	change("route replace 10.7.0.0/24 via 10.9.0.3\n"
	       "route replace fd07::/64 via fd09::3\n");
	closes("another gateway", BOTH, LWS_ROUTE_CULL_ROUTE_CHANGED);
	routed_down();

	/* the change is heard of first */
	up(0);
	change("route del 10.7.0.0/24\nroute del fd07::/64\n");
	closes("route deleted at once", BOTH, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	return 0;
}
