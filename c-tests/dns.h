/*
 * Tests of names: files in /etc of the test's own, and a name server whose answers are scripted by
 * the first label of the name that it is asked for. Nothing of the machine is changed.
 */
#ifndef RELWS_TEST_DNS_H
#define RELWS_TEST_DNS_H

#include "conn.h"

#include <net/if.h>
#include <netdb.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/* -- files ---------------------------------------------------------------- */

static inline int dns_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC), r;

	if (fd < 0)
		return -1;
	r = write(fd, text, strlen(text)) < 0 ? -1 : 0;
	close(fd);

	return r;
}

static inline void dns_own_file(const char *path, const char *text)
{
	char mine[] = "/tmp/relws-dns-XXXXXX";
	int fd = mkstemp(mine);

	CHECK(fd >= 0);
	CHECK(write(fd, text, strlen(text)) >= 0);
	close(fd);
	CHECK(!mount(mine, path, "none", MS_BIND, ""));
	unlink(mine);
}

/* A network with nothing but loopback, and what stands in the two files, which a test may change by
 * dns_write(). Call it once, first. */
static inline void dns_space(const char *resolv, const char *hosts)
{
	unsigned int uid = getuid(), gid = getgid();
	struct ifreq lo;
	char map[64];
	int fd;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS)) {
		perror("no namespaces of our own");
		exit(CHECK_SKIPPED);
	}
	CHECK(!dns_write("/proc/self/setgroups", "deny"));
	snprintf(map, sizeof(map), "0 %u 1", uid);
	CHECK(!dns_write("/proc/self/uid_map", map));
	snprintf(map, sizeof(map), "0 %u 1", gid);
	CHECK(!dns_write("/proc/self/gid_map", map));
	CHECK(!mount("none", "/", "none", MS_REC | MS_PRIVATE, ""));
	dns_own_file("/etc/resolv.conf", resolv);
	dns_own_file("/etc/hosts", hosts);

	memset(&lo, 0, sizeof(lo));
	strcpy(lo.ifr_name, "lo");
	CHECK((fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) >= 0);
	CHECK(!ioctl(fd, SIOCGIFFLAGS, &lo));
	lo.ifr_flags |= IFF_UP;
	CHECK(!ioctl(fd, SIOCSIFFLAGS, &lo));
	CHECK(!close(fd));
}

/* -- results -------------------------------------------------------------- */

/* The addresses with a blank behind each: those of IPv6 first, as their order depends on what the
 * network can reach. */
static inline void dns_list(const struct addrinfo *ai, char *out, size_t room)
{
	const struct addrinfo *at;
	size_t used = 0;
	char text[64];
	int v4;

	out[0] = '\0';
	for (v4 = 0; v4 < 2; v4++)
		for (at = ai; at; at = at->ai_next) {
			if ((at->ai_family == AF_INET) != v4)
				continue;
			CHECK(!getnameinfo(at->ai_addr, at->ai_addrlen, text, sizeof(text), NULL, 0,
					   NI_NUMERICHOST));
			used += (size_t)snprintf(out + used, room - used, "%s ", text);
			CHECK(used < room);
		}
}

/* -- the server ----------------------------------------------------------- */

/* What both processes see. */
struct dns_counts {
	volatile int udp, tcp, connections, resets;
};

struct dns_server {
	pid_t pid;
	struct dns_counts *counts;
};

#define DNS_MOST 65535

struct dns_reply {
	unsigned char b[DNS_MOST + 2];
	size_t n;
};

static inline void dns_put16(struct dns_reply *r, unsigned int v)
{
	r->b[r->n++] = (unsigned char)(v >> 8);
	r->b[r->n++] = (unsigned char)v;
}

static inline void dns_put(struct dns_reply *r, const void *p, size_t n)
{
	memcpy(r->b + r->n, p, n);
	r->n += n;
}

/* A record for the name at `owner` in the packet; counts in section 1 (answer) or 2. */
static inline void dns_record(struct dns_reply *r, int section, unsigned int owner, unsigned int type,
			      unsigned int ttl, const void *data, size_t len)
{
	unsigned int at = 4 + 2 * (unsigned int)section;
	unsigned int n = (unsigned int)(r->b[at] << 8 | r->b[at + 1]) + 1;

	r->b[at] = (unsigned char)(n >> 8);
	r->b[at + 1] = (unsigned char)n;
	dns_put16(r, 0xc000 | owner);
	dns_put16(r, type);
	dns_put16(r, 1);
	dns_put16(r, ttl >> 16);
	dns_put16(r, ttl & 0xffff);
	dns_put16(r, (unsigned int)len);
	dns_put(r, data, len);
}

static inline void dns_soa(struct dns_reply *r, unsigned int owner)
{
	static const unsigned char soa[] = {
		0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2 };

	dns_record(r, 2, owner, 6, 2, soa, sizeof(soa));
}

#define DNS_A 1
#define DNS_AAAA 28

/* Makes the answer to the question `q`. Returns how many milliseconds it is late, -1 for never. */
static inline int dns_answer(const unsigned char *q, size_t len, int tcp, struct dns_reply *r)
{
	static const unsigned char v4[] = { 192, 0, 2, 1 };
	static const unsigned char v6[] = { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 };
	char label[64];
	unsigned int i, type, edns;
	size_t end = 12;

	r->n = 0;
	if (len < 17)
		return -1;
	snprintf(label, sizeof(label), "%.*s", (int)q[12], (const char *)q + 13);
	for (i = 0; label[i]; i++)
		label[i] = (char)(label[i] | (label[i] >= 'A' && label[i] <= 'Z' ? 0x20 : 0));
	while (end + 5 <= len && q[end])
		end += 1u + q[end];
	if (end + 5 > len)
		return -1;
	end += 5;
	type = (unsigned int)(q[end - 4] << 8 | q[end - 3]);
	edns = q[11];
	dns_put(r, q, end);
	r->b[2] = 0x81;
	r->b[3] = 0x80;
	memset(r->b + 6, 0, 6);
#define IS(name) (!strncmp(label, name, strlen(name)))
	if (IS("silent") || (IS("half") && type == DNS_AAAA))
		return -1;
	if (IS("none")) {
		r->b[3] |= 3;
		dns_soa(r, 12u + 1u + q[12]);
		return 0;
	}
	if (IS("fail")) {
		r->b[3] |= 2;
		return 0;
	}
	if (IS("old") && edns) {
		r->n = 12;
		r->b[5] = 0;
		r->b[3] |= 1;
		return 0;
	}
	if ((IS("cut") || IS("reset") || IS("dribble")) && !tcp) {
		r->b[2] |= 2;
		return 0;
	}
	if ((IS("cut") || IS("reset") || IS("dribble")) && type == DNS_A) {
		/* as many as fit */
		for (i = 0; i < 4000; i++) {
			unsigned char many[] = { 10, 1, (unsigned char)(i >> 8), (unsigned char)i };

			dns_record(r, 1, 12, DNS_A, 60, many, 4);
		}
		return 0;
	}
	if (IS("chain")) {
		/* to a name below the same parent: a pointer to where that begins */
		unsigned char to[] = { 3, 'e', 'n', 'd', 0xc0, (unsigned char)(13 + q[12]) };
		unsigned int at = (unsigned int)r->n + 12;

		dns_record(r, 1, 12, 5, 60, to, sizeof(to));
		if (type == DNS_A)
			dns_record(r, 1, at, DNS_A, 60, v4, 4);
		return 0;
	}
	if (type == DNS_A)
		dns_record(r, 1, 12, DNS_A, IS("short") ? 1 : 60, v4, 4);
	else if (type == DNS_AAAA && !IS("four"))
		dns_record(r, 1, 12, DNS_AAAA, IS("short") ? 1 : 60, v6, 16);
	else
		dns_soa(r, 12u + 1u + q[12]);
	if (IS("case"))
		for (i = 13; i < end - 5; i++)
			if (r->b[i] >= 'A' && r->b[i] <= 'Z')
				r->b[i] |= 0x20;
	if (IS("late") && type == DNS_AAAA)
		return 200;
	if (IS("slow"))
		return 100;

	return 0;
}

static inline void dns_sleep(int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&t, NULL);
}

/* Packets that are no answer to `q`, all that others on the network may send. */
static inline void dns_forge(int fd, const unsigned char *q, const struct dns_reply *right,
			     const struct sockaddr *to, socklen_t len)
{
	struct dns_reply *bad = malloc(sizeof(*bad));
	struct sockaddr_in elsewhere;
	unsigned int i;
	int other;

	CHECK(bad != NULL);
	/* right in all but where it comes from: another port, another server */
	for (i = 0; i < 2; i++) {
		*bad = *right;
		memset(bad->b + bad->n - 4, 66, 4);
		memset(&elsewhere, 0, sizeof(elsewhere));
		elsewhere.sin_family = AF_INET;
		elsewhere.sin_addr.s_addr = htonl(INADDR_LOOPBACK + i);
		elsewhere.sin_port = htons(i ? 5300 : 0);
		other = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		CHECK(other >= 0 && !bind(other, (struct sockaddr *)&elsewhere, sizeof(elsewhere)));
		sendto(other, bad->b, bad->n, 0, to, len);
		close(other);
	}
	for (i = 0; i < 200; i++) {
		*bad = *right;
		/* what it would lead to */
		memset(bad->b + bad->n - 4, 66, 4);
		switch (i % 5) {
		case 0: /* the question itself */
			memcpy(bad->b, q, right->n < 40 ? right->n : 40);
			bad->b[2] = 1;
			break;
		case 1:
			bad->b[i / 100] ^= (unsigned char)(1 + i);
			break;
		case 2:
			bad->b[2] |= 0x20;
			break;
		case 3:
			bad->b[13 + i % 6] ^= 0x20;
			break;
		case 4:
			bad->b[5] = 2;
			break;
		}
		sendto(fd, bad->b, bad->n, 0, to, len);
	}
	free(bad);
}

static inline void dns_send_all(int fd, const unsigned char *p, size_t n, int dribble)
{
	while (n) {
		ssize_t sent = send(fd, p, dribble && n > 3 ? 3 : n, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		p += sent;
		n -= (size_t)sent;
		if (dribble && n < 300)
			dns_sleep(1);
	}
}

static inline void dns_tcp(int listener, struct dns_reply *r, struct dns_counts *counts)
{
	unsigned char in[4096];
	struct pollfd p;
	size_t n = 0, len;

	p.fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	p.events = POLLIN;
	counts->connections++;
	if (fork()) {
		close(p.fd);
		return;
	}
	while (poll(&p, 1, 20000) == 1) {
		ssize_t got = recv(p.fd, in + n, sizeof(in) - n, 0);

		if (got <= 0)
			break;
		n += (size_t)got;
		while (n >= 2 && n >= 2 + (len = (size_t)(in[0] << 8 | in[1]))) {
			unsigned char framed[2];
			int dribble = !strncasecmp((char *)in + 15, "dribble", 7);

			counts->tcp++;
			if (!dns_answer(in + 2, len, 1, r)) {
				framed[0] = (unsigned char)(r->n >> 8);
				framed[1] = (unsigned char)r->n;
				dns_send_all(p.fd, framed, 2, dribble);
				if (!strncasecmp((char *)in + 15, "reset", 5) && !counts->resets++) {
					struct linger now = { 1, 0 };

					dns_send_all(p.fd, r->b, r->n / 2, 0);
					dns_sleep(20);
					setsockopt(p.fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
					_exit(0);
				}
				dns_send_all(p.fd, r->b, r->n, dribble);
			}
			memmove(in, in + 2 + len, n - 2 - len);
			n -= 2 + len;
		}
	}
	_exit(0);
}

static inline void dns_udp(int fd, struct dns_reply *r, struct dns_counts *counts)
{
	struct sockaddr_storage from;
	socklen_t len = sizeof(from);
	unsigned char in[2048];
	ssize_t n = recvfrom(fd, in, sizeof(in), 0, (struct sockaddr *)&from, &len);
	int ms;

	if (n < 13)
		return;
	counts->udp++;
	ms = dns_answer(in, (size_t)n, 0, r);
	if (ms < 0)
		return;
	if (!strncasecmp((char *)in + 13, "forged", 6)) {
		dns_forge(fd, in, r, (struct sockaddr *)&from, len);
		ms = 20;
	}
	if (ms && fork())
		return;
	if (ms)
		dns_sleep(ms);
	sendto(fd, r->b, r->n, 0, (struct sockaddr *)&from, len);
	if (ms)
		_exit(0);
}

/* Starts a server in a process of its own, at the loopback address or, with `address`, at that. */
static inline void dns_serve(struct dns_server *s, const char *address, int port)
{
	struct addrinfo hints, *ai;
	char service[16];
	int one = 1, udp, tcp;

	memset(&hints, 0, sizeof(hints));
	hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
	hints.ai_socktype = SOCK_DGRAM;
	snprintf(service, sizeof(service), "%d", port);
	CHECK(!getaddrinfo(address, service, &hints, &ai));
	CHECK((udp = socket(ai->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0)) >= 0);
	CHECK((tcp = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0)) >= 0);
	CHECK(!setsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)));
	CHECK(!bind(udp, ai->ai_addr, ai->ai_addrlen));
	CHECK(!bind(tcp, ai->ai_addr, ai->ai_addrlen));
	CHECK(!listen(tcp, 50));
	freeaddrinfo(ai);
	s->counts = mmap(NULL, sizeof(*s->counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			 -1, 0);
	CHECK(s->counts != MAP_FAILED);
	memset((void *)s->counts, 0, sizeof(*s->counts));
	s->pid = fork();
	CHECK(s->pid >= 0);
	if (!s->pid) {
		static struct dns_reply reply, *r = &reply;
		struct pollfd p[2] = { { udp, POLLIN, 0 }, { tcp, POLLIN, 0 } };

		alarm(240);
		/* a test that fails does not leave it behind */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGCHLD, SIG_IGN);
		while (poll(p, 2, -1) >= 0) {
			if (p[0].revents)
				dns_udp(udp, r, s->counts);
			if (p[1].revents)
				dns_tcp(tcp, r, s->counts);
		}
		_exit(0);
	}
	close(udp);
	close(tcp);
}

static inline int dns_asked(struct dns_server *s)
{
	return s->counts->udp + s->counts->tcp;
}

static inline void dns_serve_end(struct dns_server *s)
{
	CHECK(!kill(s->pid, SIGKILL));
	CHECK_EQ(waitpid(s->pid, NULL, 0), s->pid);
	munmap((void *)s->counts, sizeof(*s->counts));
}

#endif
