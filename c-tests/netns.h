/*
 * Network namespaces for tests of routing: a test becomes root of a user
 * namespace of its own and has two networks in it, its own ("here") and the
 * peer's ("there"). Nothing of the machine's network is seen or changed.
 *
 * A socket stays in the network it was made in, so one process has both ends
 * of a connection. Only while a socket is made there, or `ip` runs there, is
 * the process in the peer's network.
 */
#ifndef RELWS_TEST_NETNS_H
#define RELWS_TEST_NETNS_H

#include "conn.h"

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

static int ns_here = -1, ns_there = -1;

static inline void ns_skip(const char *why)
{
	fprintf(stderr, "skipped: %s: %s\n", why, strerror(errno));
	exit(CHECK_SKIPPED);
}

/* Write a file of /proc: 0, or -1. */
static inline int ns_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), r;

	if (fd < 0)
		return -1;
	r = write(fd, text, strlen(text)) < 0 ? -1 : 0;
	close(fd);

	return r;
}

/* Be this user and group, without the rights of any other. */
static inline int ns_map(unsigned int inside, unsigned int uid,
			 unsigned int gid)
{
	char text[64];

	if (ns_write("/proc/self/setgroups", "deny"))
		return -1;
	snprintf(text, sizeof(text), "%u %u 1", inside, uid);
	if (ns_write("/proc/self/uid_map", text))
		return -1;
	snprintf(text, sizeof(text), "%u %u 1", inside, gid);

	return ns_write("/proc/self/gid_map", text);
}

static inline void ns_into(int ns)
{
	CHECK(!setns(ns, CLONE_NEWNET));
}

static inline void ns_sysctl(int ns, const char *name, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), "/proc/sys/net/%s", name);
	ns_into(ns);
	if (ns_write(path, value)) {
		/* as where /proc is that of a container */
		if (errno == EROFS)
			ns_skip(path);
		perror(path);
		exit(1);
	}
	ns_into(ns_here);
}

/* One `ip` for as many lines as are of one kind; returns where they end. */
static inline const char *ns_ip_some(const char *lines)
{
	int v6 = !strncmp(lines, "-6 ", 3);
	const char *end;
	FILE *ip = popen(v6 ? "ip -6 -batch -" : "ip -batch -", "w");

	CHECK(ip != NULL);
	while (*lines && v6 == !strncmp(lines, "-6 ", 3)) {
		lines += v6 ? 3 : 0;
		end = strchr(lines, '\n');
		CHECK(end != NULL);
		CHECK(fwrite(lines, (size_t)(end + 1 - lines), 1, ip) == 1);
		lines = end + 1;
	}

	return pclose(ip) ? NULL : lines;
}

static inline void ns_ip(int ns, const char *format, va_list ap)
{
	const char *lines;
	char text[4096];
	int n;

	n = vsnprintf(text, sizeof(text), format, ap);
	CHECK(n > 0 && (size_t)n < sizeof(text));
	ns_into(ns);
	for (lines = text; lines && *lines; )
		lines = ns_ip_some(lines);
	if (!lines)
		fprintf(stderr, "in: %s", text);
	CHECK(lines != NULL);
	ns_into(ns_here);
}

/*
 * Run `ip` with these lines as commands, here or there; each must succeed.
 * Where the addresses in one do not say the family, it begins with "-6 ".
 */
__attribute__((format(printf, 1, 2)))
static inline void here(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	ns_ip(ns_here, format, ap);
	va_end(ap);
}

__attribute__((format(printf, 1, 2)))
static inline void there(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	ns_ip(ns_there, format, ap);
	va_end(ap);
}

static inline int ns_make(void)
{
	int fd;

	CHECK(!unshare(CLONE_NEWNET));
	fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0);

	return fd;
}

/*
 * Two new networks, which know nobody, not even the loopback; what the old
 * ones had goes with its last socket.
 */
static inline void netns_fresh(void)
{
	static const char *const both[] = { "all", "default" };
	char name[64];
	int *ns;
	size_t n;

	if (ns_here >= 0)
		close(ns_here);
	if (ns_there >= 0)
		close(ns_there);
	ns_there = ns_make();
	ns_here = ns_make();
	for (ns = &ns_here; ns; ns = ns == &ns_here ? &ns_there : NULL)
		for (n = 0; n < LWS_ARRAY_SIZE(both); n++) {
			/* these start as the machine has them */
			snprintf(name, sizeof(name), "ipv4/conf/%s/rp_filter",
				 both[n]);
			ns_sysctl(*ns, name, "0");
			/* addresses are there at once */
			snprintf(name, sizeof(name), "ipv6/conf/%s/accept_dad",
				 both[n]);
			ns_sysctl(*ns, name, "0");
		}
}

/*
 * Leave the machine's network: what every test of routing begins with, as
 * the system lets only processes with one thread do it.
 */
static inline void netns_enter(void)
{
	unsigned int uid = geteuid(), gid = getegid();

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (system("ip -V >/dev/null 2>&1")) {
		errno = ENOENT;
		ns_skip("ip (iproute2)");
	}
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		ns_skip("unshare");
	if (ns_map(0, uid, gid))
		ns_skip("uid_map");
	netns_fresh();
}

/*
 * A pair of connected interfaces of one name, here and there; not up yet. With
 * equal numbers the kernel would take its time to tell of the carrier.
 */
static inline void ns_pair(const char *name)
{
	static unsigned int number = 10;

	here("link add %s index %u type veth peer name %s index %u "
	     "netns /proc/%d/fd/%d\n", name, number, name, number + 1000,
	     (int)getpid(), ns_there);
	number++;
}

/* Wait until an interface can send. */
static inline void ns_running(int ns, const char *name)
{
	struct ifreq request;
	int fd, n;

	memset(&request, 0, sizeof(request));
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	ns_into(ns);
	CHECK((fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) >= 0);
	ns_into(ns_here);
	for (n = 0; n < 10000; n++) {
		CHECK(!ioctl(fd, SIOCGIFFLAGS, &request));
		if (request.ifr_flags & IFF_RUNNING)
			break;
		usleep(1000);
	}
	CHECK(request.ifr_flags & IFF_RUNNING);
	close(fd);
}

/* A usual network: two interfaces with IPv4 addresses, and who is there. */
static inline void ns_two_pairs(void)
{
	netns_enter();
	ns_pair("v0");
	ns_pair("v1");
	there("link set lo up\nlink set v0 up\nlink set v1 up\n"
	      "addr add 10.9.0.2/24 dev v0\naddr add 10.8.0.2/24 dev v1\n");
	here("link set lo up\nlink set v0 up\nlink set v1 up\n"
	     "addr add 10.9.0.1/24 dev v0\naddr add 10.8.0.1/24 dev v1\n");
	ns_running(ns_here, "v0");
	ns_running(ns_here, "v1");
}

/* -- sockets of the peer's ------------------------------------------------- */

static inline socklen_t address_of(struct sockaddr_storage *ss,
				   const char *address, int port)
{
	struct sockaddr_in6 *a6 = (struct sockaddr_in6 *)ss;
	struct sockaddr_in *a4 = (struct sockaddr_in *)ss;

	memset(ss, 0, sizeof(*ss));
	if (strchr(address, ':')) {
		a6->sin6_family = AF_INET6;
		a6->sin6_port = htons((uint16_t)port);
		CHECK(inet_pton(AF_INET6, address, &a6->sin6_addr) == 1);
		return sizeof(*a6);
	}
	a4->sin_family = AF_INET;
	a4->sin_port = htons((uint16_t)port);
	CHECK(inet_pton(AF_INET, address, &a4->sin_addr) == 1);

	return sizeof(*a4);
}

/* Bound there to a port of the system's choice; TCP listens. */
static inline int there_bound(const char *address, int type, int *port)
{
	struct sockaddr_storage ss;
	socklen_t len = address_of(&ss, address, 0);
	int fd;

	ns_into(ns_there);
	fd = socket(ss.ss_family, type | SOCK_CLOEXEC, 0);
	ns_into(ns_here);
	CHECK(fd >= 0);
	CHECK(!bind(fd, (struct sockaddr *)&ss, len));
	CHECK(type != SOCK_STREAM || !listen(fd, 5));
	/* the port is at one place in both families */
	CHECK(!getsockname(fd, (struct sockaddr *)&ss, &len));
	*port = ntohs(((struct sockaddr_in *)&ss)->sin_port);

	return fd;
}

/* A connection from there, from one address to another. */
static inline int there_connect(const char *from, const char *to, int port)
{
	struct sockaddr_storage ss;
	socklen_t len = address_of(&ss, from, 0);
	int fd;

	ns_into(ns_there);
	fd = socket(ss.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ns_into(ns_here);
	CHECK(fd >= 0);
	CHECK(!bind(fd, (struct sockaddr *)&ss, len));
	len = address_of(&ss, to, port);
	CHECK(!connect(fd, (struct sockaddr *)&ss, len));

	return fd;
}

#endif
