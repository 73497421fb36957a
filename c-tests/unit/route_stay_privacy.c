/*
 * IPv6 addresses that come and go, as temporary ones do: only who uses one
 * ends with it.
 */
#include "../routed.h"

/* The address that the kernel would take now. */
static const char *source(void)
{
	static char address[64];
	struct sockaddr_storage ss;
	socklen_t len = address_of(&ss, "fd07::1", 9);
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	CHECK(fd >= 0);
	CHECK(!connect(fd, (struct sockaddr *)&ss, len));
	CHECK(!getsockname(fd, (struct sockaddr *)&ss, &len));
	CHECK(inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&ss)->sin6_addr,
			address, sizeof(address)));
	close(fd);

	return address;
}

int main(void)
{
	struct end *e = &ends[4];
	char address[64];
	struct sockaddr_in6 a;
	socklen_t len = sizeof(a);
	int n;

	netns_enter();
	net_up();
	ns_sysctl(ns_here, "ipv6/conf/v0/use_tempaddr", "2");
	here(FAR_ROUTES);
	cx_up(0);
	ends_up(EVERYBODY);

	/* the kernel makes a temporary one of it */
	change("addr add fd09::aaaa/64 dev v0 mngtmpaddr valid_lft 3600 "
	       "preferred_lft 1800\n");
	stays("addresses added");
	change("addr change fd09::aaaa/64 dev v0 mngtmpaddr valid_lft 3500 "
	       "preferred_lft 0\n");
	stays("addresses deprecated");
	change("addr del fd09::aaaa/64 dev v0\n");
	stays("addresses deleted");

	/* a new connection prefers the temporary one */
	CHECK(e->wsi != NULL);
	lws_set_timeout(e->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
	close(e->fd);
	change("addr add fd09::bbbb/64 dev v0 mngtmpaddr valid_lft 3600 "
	       "preferred_lft 1800\n");
	/* it may be made a moment later */
	for (n = 0; n < 1000 && (!strcmp(source(), "fd09::1") ||
				 !strcmp(source(), "fd09::bbbb")); n++)
		service_for(cx, 10000);
	e->trace[0] = '\0';
	open_client(e, "fd07::1");
	echo(e);
	CHECK(!getsockname(lws_get_socket_fd(e->wsi), (struct sockaddr *)&a,
			   &len));
	CHECK(inet_ntop(AF_INET6, &a.sin6_addr, address, sizeof(address)));
	printf("temporary: %s\n", address);
	CHECK(strcmp(address, "fd09::1") && strcmp(address, "fd09::bbbb"));
	stays("with a temporary address");
	change("addr del %s/64 dev v0\n", address);
	closes("its temporary address deleted", CLIENT6,
	       LWS_ROUTE_CULL_SOURCE_GONE);
	routed_down();

	return 0;
}
