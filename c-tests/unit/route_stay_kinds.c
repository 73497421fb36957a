/*
 * What routing does not concern, whatever happens to it: the loopback, unix
 * sockets, files, sockets that listen and UDP without a peer.
 */
#include "../routed.h"

static int files_got, files_closed;
static char path[64];

static int file_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	char buf[64];
	ssize_t n;

	(void)user;
	(void)in;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_RX_FILE:
		n = read(lws_get_socket_fd(wsi), buf, sizeof(buf));
		if (n <= 0)
			return -1;
		files_got += (int)n;
		break;
	case LWS_CALLBACK_RAW_CLOSE_FILE:
		files_closed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "routed", routed_cb, 8, 0, 0, NULL, 0 },
	{ "file", file_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

/* A listener here that the library connects to. */
static int plain_unix(void)
{
	struct sockaddr_un a;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memset(&a, 0, sizeof(a));
	a.sun_family = AF_UNIX;
	snprintf(path, sizeof(path), "/tmp/relws-route-%d", (int)getpid());
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	unlink(path);
	CHECK(fd >= 0);
	CHECK(!bind(fd, (struct sockaddr *)&a, sizeof(a)));
	CHECK(!listen(fd, 5));

	return fd;
}

static void connect_to(struct end *e, const char *address, int port,
		       int listener)
{
	CHECK(routed_connect(address, port, e) != NULL);
	UNTIL(cx, e->up || !e->wsi);
	CHECK(e->up);
	e->fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	CHECK(e->fd >= 0);
	close(listener);
}

/* Somebody sends a datagram to the socket without a peer. */
static void datagram(struct end *e, int port)
{
	struct sockaddr_storage ss;
	socklen_t len;
	int fd, from, before = e->got;

	fd = there_bound("10.9.0.2", SOCK_DGRAM, &from);
	len = address_of(&ss, "10.9.0.1", port);
	CHECK(sendto(fd, "x", 1, 0, (struct sockaddr *)&ss, len) == 1);
	UNTIL(cx, e->got > before || !e->wsi);
	CHECK(e->wsi != NULL);
	close(fd);
}

#define TO_LO	(&ends[0])
#define TO_LO6	(&ends[4])
#define TO_UNIX	(&ends[2])
#define BOUND	(&ends[3])
#define TO_SELF	(&ends[1])

int main(void)
{
	int listener, port, udp_port, pair[2], fd;
	struct sockaddr_in6 a6;
	struct sockaddr_in a4;
	socklen_t len = sizeof(a6);
	lws_sock_file_fd_type file;

	netns_enter();
	net_up();
	here(FAR_ROUTES);
	cx_up(0);
	lws_vhost_destroy(vh_client);
	vh_client = vhost_client(cx, "kinds", protocols);
	/* the servers, and their sockets that listen */
	ends_up(0);

	listener = plain_bound(SOCK_STREAM, 5, &port);
	connect_to(TO_LO, "127.0.0.1", port, listener);
	memset(&a6, 0, sizeof(a6));
	a6.sin6_family = AF_INET6;
	a6.sin6_addr = in6addr_loopback;
	CHECK((listener = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)) >= 0);
	CHECK(!bind(listener, (struct sockaddr *)&a6, sizeof(a6)));
	CHECK(!listen(listener, 5));
	CHECK(!getsockname(listener, (struct sockaddr *)&a6, &len));
	connect_to(TO_LO6, "::1", ntohs(a6.sin6_port), listener);
	listener = plain_unix();
	CHECK(path[0]);
	{
		char address[80];

		snprintf(address, sizeof(address), "+%s", path);
		connect_to(TO_UNIX, address, 0, listener);
	}
	CHECK(!pipe(pair));
	file.filefd = pair[0];
	CHECK(lws_adopt_descriptor_vhost(vh_client, LWS_ADOPT_RAW_FILE_DESC,
					 file, "file", NULL));
	fd = there_bound("10.9.0.2", SOCK_DGRAM, &udp_port);
	close(fd);
	accepting = BOUND;
	CHECK(lws_create_adopt_udp(vh_client, NULL, udp_port, LWS_CAUDP_BIND,
				   "routed", NULL, NULL, NULL, NULL, NULL));
	UNTIL(cx, BOUND->up);
	datagram(BOUND, udp_port);

	/* an address of this host is reached without any interface */
	CHECK((listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) >= 0);
	memset(&a4, 0, sizeof(a4));
	a4.sin_family = AF_INET;
	CHECK(inet_pton(AF_INET, "10.8.0.1", &a4.sin_addr) == 1);
	CHECK(!bind(listener, (struct sockaddr *)&a4, sizeof(a4)));
	CHECK(!listen(listener, 5));
	connect_to(TO_SELF, "10.8.0.1", socket_port(listener), listener);

	change("route flush 10.7.0.0/24\nroute del fd07::/64\n"
	       "addr flush dev v0\nlink set v0 down\n"
	       "rule add to 127.0.0.0/8 blackhole\n"
	       "link set lo down\n");
	stays_but("everything", FAR4 | FAR6 | OTHERS);
	CHECK_EQ(files_closed, 0);
	echo(TO_UNIX);
	CHECK(write(pair[1], "x", 1) == 1);
	UNTIL(cx, files_got == 1);

	change("link set lo up\nrule del to 127.0.0.0/8 blackhole\n"
	       "link set v0 up\n"
	       "addr add 10.9.0.1/24 dev v0\naddr add fd09::1/64 dev v0 nodad\n"
	       FAR_ROUTES);
	stays_but("everything is back", UDP4);
	datagram(BOUND, udp_port);
	/* who listened still does */
	open_accepted(&ends[5], vh_server, "fd07::1", "fd09::1");
	open_accepted(&ends[6], vh_server4, "10.7.0.1", "10.9.0.1");
	stays_but("new connections", UDP4);

	close(pair[1]);
	UNTIL(cx, files_closed);
	unlink(path);
	routed_down();

	return 0;
}
