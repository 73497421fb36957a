/*
 * A vhost for both families that leaves the port to the system: where the one
 * chosen for IPv4 is taken for IPv6, it gets another. What is taken is made up
 * here.
 */
#include "../conn.h"

#include <sys/syscall.h>

static int taken, tries, ports[32];

int bind(int fd, const struct sockaddr *address, socklen_t len)
{
	const struct sockaddr_in6 *a = (const void *)address;
	int n, port;

	if (address->sa_family == AF_INET6) {
		port = ntohs(a->sin6_port);
		CHECK(port != 0);
		CHECK(tries < (int)LWS_ARRAY_SIZE(ports));
		/* none comes twice */
		for (n = 0; n < tries; n++)
			CHECK(ports[n] != port);
		ports[tries++] = port;
		if (taken) {
			taken--;
			errno = EADDRINUSE;
			return -1;
		}
	}

	return (int)syscall(SYS_bind, fd, address, len);
}

static const struct lws_protocols protocols[] = {
	{ "port", lws_callback_http_dummy, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;

static struct lws_vhost *listens(int port)
{
	struct lws_context_creation_info info;

	tries = 0;
	info_server(&info, "port", protocols, "port");
	info.iface = NULL;
	info.port = port;

	return lws_create_vhost(cx, &info);
}

int main(void)
{
	int before = descriptors(), port, fd;
	struct lws_vhost *vh;

	fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		fprintf(stderr, "there is no IPv6 here\n");
		return 0;
	}
	close(fd);
	cx = context_bare();
	log_watch(LOG_USUAL);

	taken = 3;
	CHECK((vh = listens(0)) != NULL);
	CHECK_EQ(tries, 4);
	port = lws_get_vhost_listen_port(vh);
	CHECK_EQ(port, ports[3]);
	close(plain_connect(port));
	CHECK(!log_lines(""));
	lws_vhost_destroy(vh);
	lws_service(cx, -1);

	/* not for ever, and not when the program says which port */
	taken = 1000;
	CHECK_LOGS("port", vh = listens(0));
	CHECK(!vh);
	CHECK(tries > 1);
	CHECK_LOGS("port", vh = listens(port));
	CHECK(!vh);
	CHECK_EQ(tries, 1);

	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), before);

	return 0;
}
