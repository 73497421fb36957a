/*
 * Names: this library's resolver and c-ares, one after the other, with the same responder on
 * loopback in namespaces of their own. What is printed is for docs/benchmarks.md.
 *
 *     dns_names [NAMES [relws | c-ares]]
 *
 * With the name of one of them, only its uncached names are looked up, for a profiler.
 */
#include "../dns.h"

#include <ares.h>
#include <malloc.h>
#include <sys/resource.h>

#define UNDER_WAY 100

static int names = 20000, begun, done, good;
static struct lws_context *cx;
static ares_channel channel;

static double now_s(void)
{
	return (double)lws_now_usecs() / 1e6;
}

static double cpu_s(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);

	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
	       (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static double heap(void)
{
	return (double)mallinfo2().uordblks;
}

#define AT_ONCE 64

/* Many by one call, so that it is the resolver's speed that is measured. */
static void respond(int fd)
{
	static unsigned char in[AT_ONCE][512], out[AT_ONCE][512];
	static struct sockaddr_in from[AT_ONCE];
	static struct dns_reply r;
	struct mmsghdr m[AT_ONCE], w[AT_ONCE];
	struct iovec v[AT_ONCE], x[AT_ONCE];
	int i, n, k;

	alarm(600);
	for (;;) {
		memset(m, 0, sizeof(m));
		memset(w, 0, sizeof(w));
		for (i = 0; i < AT_ONCE; i++) {
			v[i].iov_base = in[i];
			v[i].iov_len = sizeof(in[i]);
			m[i].msg_hdr.msg_iov = &v[i];
			m[i].msg_hdr.msg_iovlen = 1;
			m[i].msg_hdr.msg_name = &from[i];
			m[i].msg_hdr.msg_namelen = sizeof(from[i]);
		}
		n = recvmmsg(fd, m, AT_ONCE, MSG_WAITFORONE, NULL);
		for (i = k = 0; i < n; i++) {
			if (m[i].msg_len < 13 || dns_answer(in[i], m[i].msg_len, 0, &r) < 0 ||
			    r.n > sizeof(out[k]))
				continue;
			memcpy(out[k], r.b, r.n);
			x[k].iov_base = out[k];
			x[k].iov_len = r.n;
			w[k].msg_hdr = m[i].msg_hdr;
			w[k].msg_hdr.msg_iov = &x[k];
			k++;
		}
		for (i = 0; i < k; i += n) {
			n = sendmmsg(fd, w + i, (unsigned int)(k - i), 0);
			if (n <= 0)
				break;
		}
	}
}

/* Answers each question at once, nothing else. */
static pid_t responder(int port)
{
	struct sockaddr_in a;
	int fd, room = 4 << 20;
	pid_t pid;

	memset(&a, 0, sizeof(a));
	a.sin_family = AF_INET;
	a.sin_port = htons((unsigned short)port);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK((fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) >= 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	CHECK(!bind(fd, (struct sockaddr *)&a, sizeof(a)));
	pid = fork();
	CHECK(pid >= 0);
	if (!pid)
		respond(fd);
	close(fd);

	return pid;
}

static void name_of(char *to, size_t room, const char *what, int n)
{
	snprintf(to, room, "%s%d.example.test", what, n);
}

static struct lws *heard(struct lws *wsi, const char *ads, const struct addrinfo *result, int n,
			 void *opaque)
{
	(void)ads;
	(void)n;
	(void)opaque;
	done++;
	if (result) {
		good++;
		lws_async_dns_freeaddrinfo(&result);
	}

	return wsi;
}

static void ours_begin(const char *what)
{
	char name[64];

	name_of(name, sizeof(name), what, begun++);
	lws_async_dns_query(cx, 0, name, LWS_ADNS_RECORD_A, heard, NULL, NULL);
}

static void theirs_heard(void *arg, int status, int timeouts, struct ares_addrinfo *result)
{
	(void)arg;
	(void)timeouts;
	done++;
	if (status == ARES_SUCCESS)
		good++;
	ares_freeaddrinfo(result);
}

static void theirs_begin(const char *what)
{
	struct ares_addrinfo_hints hints;
	char name[64];

	memset(&hints, 0, sizeof(hints));
	hints.ai_family = AF_UNSPEC;
	hints.ai_flags = ARES_AI_NOSORT;
	name_of(name, sizeof(name), what, begun++);
	ares_getaddrinfo(channel, name, NULL, &hints, theirs_heard, NULL);
}

static void theirs_service(void)
{
	ares_socket_t socks[ARES_GETSOCK_MAXNUM];
	struct pollfd p[ARES_GETSOCK_MAXNUM];
	unsigned int bits = (unsigned int)ares_getsock(channel, socks, ARES_GETSOCK_MAXNUM), i;
	int n = 0, at;
	struct timeval tv, *t;

	for (i = 0; i < ARES_GETSOCK_MAXNUM; i++)
		if (ARES_GETSOCK_READABLE(bits, i) || ARES_GETSOCK_WRITABLE(bits, i)) {
			p[n].fd = socks[i];
			p[n].events = (short)(ARES_GETSOCK_WRITABLE(bits, i) ? POLLIN | POLLOUT : POLLIN);
			n++;
		}
	t = ares_timeout(channel, NULL, &tv);
	poll(p, (nfds_t)n, t ? (int)(t->tv_sec * 1000 + t->tv_usec / 1000 + 1) : 100);
	for (at = 0; at < n; at++)
		if (p[at].revents)
			ares_process_fd(channel, p[at].fd,
					p[at].revents & POLLOUT ? p[at].fd : ARES_SOCKET_BAD);
	ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

/* All names with UNDER_WAY of them at a time. */
static void run(const char *who, void (*begin)(const char *), void (*service)(void), const char *what)
{
	double wall = now_s(), cpu = cpu_s();

	begun = done = good = 0;
	while (done < names) {
		while (begun < names && begun - done < UNDER_WAY)
			begin(what);
		if (done < names)
			service();
	}
	wall = now_s() - wall;
	cpu = cpu_s() - cpu;
	printf("%s, %d names, %d found: %.0f names/s, %.2f us of CPU a name\n", who, names, good,
	       names / wall, cpu * 1e6 / names);
	fflush(stdout);
}

static void ours_service(void)
{
	lws_service(cx, 0);
}

static double thread_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);

	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* The CPU time of the longest pass while 1,000 names wait for servers that are dead. */
static void dead(const char *what, const char *resolv)
{
	double most = 0, begin;
	double sum = 0;
	int i, passes = 0;

	CHECK(!dns_write("/etc/resolv.conf", resolv));
	usleep(5000);
	lws_dns_reload(cx);
	begun = done = good = 0;
	for (i = 0; i < 1000; i++)
		ours_begin("dead");
	while (done < 1000) {
		double us;

		begin = thread_us();
		lws_service(cx, 0);
		us = thread_us() - begin;
		sum += us;
		passes++;
		if (us > most)
			most = us;
	}
	printf("1,000 names, %s: longest pass %.0f us of CPU, %d passes, %.0f us on average\n", what, most,
	       passes, sum / passes);
	fflush(stdout);
}

static void known(lws_dns_stats_t *st)
{
	memset(st, 0, sizeof(*st));
	st->size = sizeof(*st);
	CHECK(!lws_dns_get_stats(cx, st));
}

int main(int argc, char **argv)
{
	struct lws_context_creation_info info;
	lws_dns_stats_t st;
	const char *only = argc > 2 ? argv[2] : NULL;
	double before;
	pid_t pid;
	int i;

	if (argc > 1)
		names = atoi(argv[1]);
	dns_space("nameserver 127.0.0.1:5300\n", "");
	pid = responder(5300);
	lws_set_log_level(LLL_ERR, NULL);

	memset(&info, 0, sizeof(info));
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
	CHECK((cx = lws_create_context(&info)) != NULL);
	for (i = 0; i < 20; i++)
		lws_service(cx, -1);
	if (only && !strcmp(only, "c-ares"))
		goto theirs;
	run("relws uncached", ours_begin, ours_service, "a");
	if (only)
		goto end;
	run("relws uncached", ours_begin, ours_service, "b");
	names = 1000;
	run("relws uncached, few", ours_begin, ours_service, "c");
	names = 1000000;
	{
		double cpu = cpu_s();

		done = good = 0;
		for (i = 0; i < names; i++) {
			begun = i % 1000;
			ours_begin("c");
		}
		printf("relws cached: %.3f us of CPU a name, %d found\n", (cpu_s() - cpu) * 1e6 / names,
		       good);
	}
	names = 10000;
	lws_dns_reload(cx);
	before = heap();
	run("relws uncached, for memory", ours_begin, ours_service, "m");
	known(&st);
	printf("relws: %.0f KiB of heap for %llu names, %llu forgotten\n", (heap() - before) / 1024,
	       (unsigned long long)st.names, (unsigned long long)st.evicted);

theirs:
	CHECK(!ares_library_init(ARES_LIB_INIT_ALL));
	{
		struct ares_options o;

		memset(&o, 0, sizeof(o));
		CHECK(!ares_init_options(&channel, &o, 0));
		CHECK(!ares_set_servers_ports_csv(channel, "127.0.0.1:5300"));
	}
	names = argc > 1 ? atoi(argv[1]) : 20000;
	printf("c-ares %s\n", ares_version(NULL));
	run("c-ares uncached", theirs_begin, theirs_service, "d");
	if (only)
		goto end;
	run("c-ares uncached", theirs_begin, theirs_service, "e");
	names = 1000;
	run("c-ares uncached, few", theirs_begin, theirs_service, "f");
	run("c-ares cached", theirs_begin, theirs_service, "f");
	ares_destroy(channel);
	{
		struct ares_options o;

		memset(&o, 0, sizeof(o));
		CHECK(!ares_init_options(&channel, &o, 0));
		CHECK(!ares_set_servers_ports_csv(channel, "127.0.0.1:5300"));
	}
	names = 10000;
	before = heap();
	run("c-ares uncached, for memory", theirs_begin, theirs_service, "n");
	printf("c-ares: %.0f KiB of heap for 10,000 names\n", (heap() - before) / 1024);
	ares_destroy(channel);
	ares_library_cleanup();

	dead("servers that are silent",
	     "nameserver 127.0.0.2:5301\nnameserver 127.0.0.1:5302\noptions timeout:1 attempts:1\n");
end:
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	lws_context_destroy(cx);

	return 0;
}
