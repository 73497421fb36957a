/*
 * Routes and addresses change, and a connection begins before the context has
 * had time to hear of it: it is judged by what held when it began.
 */
#include "../routed.h"

#define BEGUN (UDP4 | UDP6)

static void begin(void)
{
	open_udp(&ends[3], "10.7.0.1");
	open_udp(&ends[6], "fd07::1");
}

/*
 * A socket of IPv6 may have its address before the kernel announces that.
 * That moment cannot be had at will, so the address comes later here.
 */
static void begin_before_its_address(struct end *e)
{
	struct sockaddr_storage ss;
	lws_sock_file_fd_type u;
	int port, one = 1;
	socklen_t len;

	e->fd = there_bound("fd07::1", SOCK_DGRAM, &port);
	u.sockfd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	CHECK(u.sockfd >= 0);
	CHECK(!setsockopt(u.sockfd, SOL_IP, IP_FREEBIND, &one, sizeof(one)));
	len = address_of(&ss, "fd05::1", 0);
	CHECK(!bind(u.sockfd, (struct sockaddr *)&ss, len));
	len = address_of(&ss, "fd07::1", port);
	CHECK(!connect(u.sockfd, (struct sockaddr *)&ss, len));
	accepting = e;
	CHECK(lws_adopt_descriptor_vhost(vh_client, LWS_ADOPT_SOCKET, u,
					 "routed", NULL) != NULL);
	UNTIL(cx, e->up);
	len = sizeof(ss);
	CHECK(!getsockname(u.sockfd, (struct sockaddr *)&ss, &len));
	CHECK(!connect(e->fd, (struct sockaddr *)&ss, len));
}

static void address_later(void)
{
	routed_up_for(FAR_ROUTES, OTHERS);
	there("route add fd05::1/128 via fd09::1\n");
	begin_before_its_address(&ends[6]);
	/* as long as nobody has the address it is not missing */
	change("route add fd07::1/128 via fd09::2\n");
	stays_but("begun with an address of nobody", UDP6);
	here("addr add fd05::1/128 dev v0 nodad\n");
	stays("its address came later");
	change("addr del fd05::1/128 dev v0\n");
	closes("its later address deleted", UDP6, LWS_ROUTE_CULL_SOURCE_GONE);
	routed_down();
}

int main(void)
{
	netns_enter();
	address_later();

	/* another gateway */
	routed_up_for(FAR_ROUTES, OTHERS);
	here("route replace 10.7.0.0/24 via 10.8.0.2\n"
	     "route replace fd07::/64 via fd08::2\n");
	begin();
	stays("begun after the gateway changed");
	change("route del 10.7.0.0/24\nroute del fd07::/64\n");
	closes("its route deleted", BEGUN, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	/* an address, which is theirs */
	routed_up_for(FAR_ROUTES, OTHERS);
	here("addr add 10.5.0.1/32 dev v0\naddr add fd05::1/128 dev v0 nodad\n"
	     "route replace 10.7.0.0/24 via 10.9.0.2 src 10.5.0.1\n"
	     "route replace fd07::/64 via fd09::2 src fd05::1\n");
	there("route add 10.5.0.1/32 via 10.9.0.1\n"
	      "route add fd05::1/128 via fd09::1\n");
	begin();
	stays("begun after the address came");
	/* whose routes would go with it */
	here("route replace 10.7.0.0/24 via 10.9.0.2\n"
	     "route replace fd07::/64 via fd09::2\n");
	change("addr del 10.5.0.1/32 dev v0\naddr del fd05::1/128 dev v0\n");
	closes("its address deleted", BEGUN, LWS_ROUTE_CULL_SOURCE_GONE);
	routed_down();

	/* a route at all */
	routed_up_for("", OTHERS);
	here(FAR_ROUTES);
	begin();
	stays("begun after the route came");
	change("route del 10.7.0.0/24\nroute del fd07::/64\n");
	closes("its only route deleted", BEGUN, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	return 0;
}
