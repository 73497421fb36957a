/*
 * What the tests of connections share: vhosts of raw protocols, plain sockets
 * to talk to them, and waiting.
 */
#ifndef RELWS_TEST_CONN_H
#define RELWS_TEST_CONN_H

#include "trace.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>

/* -- waiting -------------------------------------------------------------- */

static const char *volatile waits_for = "nothing";

static inline void waited_too_long(int sig)
{
	size_t len = strlen(waits_for);
	ssize_t n;

	(void)sig;
	n = write(2, "no end of waiting for: ", 23);
	n += write(2, waits_for, len);
	n += write(2, "\n", 1);
	_exit(n == 0 ? 2 : 1);
}

#define PLACE_TEXT(x) #x
#define PLACE(line) PLACE_TEXT(line)

/* Service the context, which sleeps in between, until the condition holds. */
#define UNTIL(cx, condition) \
	do { \
		waits_for = __FILE__ ":" PLACE(__LINE__) ": " #condition; \
		signal(SIGALRM, waited_too_long); \
		alarm(check_slow() ? 240 : 60); \
		while (!(condition)) \
			CHECK(lws_service(cx, 0) >= 0); \
		alarm(0); \
	} while (0)

/* Service the context for this long, however often it wakes. */
static inline void service_for(struct lws_context *cx, lws_usec_t us)
{
	lws_usec_t end = lws_now_usecs() + us;

	do {
		CHECK(lws_service(cx, -1) >= 0);
		usleep(200);
	} while (lws_now_usecs() < end);
}

/* -- contexts and vhosts -------------------------------------------------- */

/* A context without a vhost. */
static inline struct lws_context *context_bare(void)
{
	struct lws_context_creation_info info;

	info_init(&info);
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;

	return context_from(&info);
}

/* A vhost that serves `accepts` on a port of the system's choice. */
static inline void info_server(struct lws_context_creation_info *info,
			       const char *name,
			       const struct lws_protocols *protocols,
			       const char *accepts)
{
	memset(info, 0, sizeof(*info));
	info->vhost_name = name;
	info->iface = "127.0.0.1";
	info->protocols = protocols;
	info->listen_accept_role = "raw-skt";
	info->listen_accept_protocol = accepts;
	info->options = LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG;
}

static inline struct lws_vhost *
vhost_server(struct lws_context *cx, const char *name,
	     const struct lws_protocols *protocols, const char *accepts)
{
	struct lws_context_creation_info info;
	struct lws_vhost *vh;

	info_server(&info, name, protocols, accepts);
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);
	CHECK(lws_get_vhost_listen_port(vh) > 0);

	return vh;
}

/* A vhost that does not listen. */
static inline struct lws_vhost *
vhost_client(struct lws_context *cx, const char *name,
	     const struct lws_protocols *protocols)
{
	struct lws_context_creation_info info;
	struct lws_vhost *vh;

	memset(&info, 0, sizeof(info));
	info.vhost_name = name;
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);

	return vh;
}

/* What every client connection starts from. */
static inline void info_connect(struct lws_client_connect_info *i,
				struct lws_context *cx, struct lws_vhost *vh,
				const char *protocol, const char *address,
				int port)
{
	memset(i, 0, sizeof(*i));
	i->context = cx;
	i->vhost = vh;
	i->address = address;
	i->host = address;
	i->port = port;
	i->method = "RAW";
	i->local_protocol_name = protocol;
}

/* -- plain sockets -------------------------------------------------------- */

static inline struct sockaddr_in loopback(int port)
{
	struct sockaddr_in a;

	memset(&a, 0, sizeof(a));
	a.sin_family = AF_INET;
	a.sin_port = htons((uint16_t)port);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

	return a;
}

static inline int socket_port(int fd)
{
	struct sockaddr_in a;
	socklen_t len = sizeof(a);

	CHECK(!getsockname(fd, (struct sockaddr *)&a, &len));

	return ntohs(a.sin_port);
}

/* Bound to a port of the system's choice, not listening if backlog is < 0. */
static inline int plain_bound(int type, int backlog, int *port)
{
	struct sockaddr_in a = loopback(0);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	CHECK(fd >= 0);
	CHECK(!bind(fd, (struct sockaddr *)&a, sizeof(a)));
	CHECK(backlog < 0 || !listen(fd, backlog));
	*port = socket_port(fd);

	return fd;
}

/* A port that nobody listens on: bound, so nobody else gets it. */
static inline int plain_refusing(int *port)
{
	return plain_bound(SOCK_STREAM, -1, port);
}

static inline int plain_connect(int port)
{
	struct sockaddr_in a = loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	CHECK(fd >= 0);
	CHECK(!connect(fd, (struct sockaddr *)&a, sizeof(a)));

	return fd;
}

static inline void plain_nonblocking(int fd)
{
	CHECK(!fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK));
}

/* Closing it resets the connection. */
static inline void plain_reset(int fd)
{
	struct linger l = { 1, 0 };

	CHECK(!setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l)));
	CHECK(!close(fd));
}

static inline void plain_send(int fd, const char *text)
{
	size_t len = strlen(text);

	CHECK(send(fd, text, len, MSG_NOSIGNAL) == (ssize_t)len);
}

/*
 * Serve the context until something comes from the descriptor, and read it:
 * bytes read, 0 for its end, -1 for an error.
 */
static inline ssize_t plain_read(struct lws_context *cx, int fd, void *buf,
				 size_t len)
{
	struct pollfd p = { fd, POLLIN, 0 };
	lws_usec_t end = lws_now_usecs() + 60 * LWS_US_PER_SEC;

	while (poll(&p, 1, 0) == 0) {
		CHECK(lws_service(cx, -1) >= 0);
		usleep(100);
		CHECK(lws_now_usecs() < end);
	}

	return read(fd, buf, len);
}

/* The text comes, in one piece or several. */
static inline void plain_expect(struct lws_context *cx, int fd,
				const char *text)
{
	size_t got = 0, len = strlen(text);
	char buf[4096];
	ssize_t n;

	CHECK(len <= sizeof(buf));
	while (got < len) {
		n = plain_read(cx, fd, buf + got, len - got);
		CHECK(n > 0);
		got += (size_t)n;
	}
	CHECK(!memcmp(buf, text, len));
}

/* How many descriptors does the process have? */
static inline int descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	int count = 0;

	CHECK(d != NULL);
	while (readdir(d))
		count++;
	closedir(d);

	return count;
}

/*
 * Has the process this many descriptors again? Without the resolver a thread
 * that looks a name up may outlive the context: it has /etc/hosts or a socket
 * open until the C library returns.
 */
static inline int descriptors_again(int before)
{
	int n;

	for (n = 0; n < 1000 && descriptors() != before; n++)
		usleep(10000);

	return descriptors() == before;
}

/* Room for this many descriptors, or less if that is not allowed. */
static inline unsigned int descriptors_allow(unsigned int wanted)
{
	struct rlimit r;

	CHECK(!getrlimit(RLIMIT_NOFILE, &r));
	r.rlim_cur = wanted < r.rlim_max ? wanted : r.rlim_max;
	CHECK(!setrlimit(RLIMIT_NOFILE, &r));

	return (unsigned int)r.rlim_cur;
}

/* -- writing -------------------------------------------------------------- */

/* Write a text of less than a page. */
static inline int write_text(struct lws *wsi, const char *text, size_t len)
{
	unsigned char buf[LWS_PRE + 4096];

	CHECK(len <= 4096);
	memcpy(buf + LWS_PRE, text, len);

	return lws_write(wsi, buf + LWS_PRE, len, LWS_WRITE_RAW);
}

#endif
