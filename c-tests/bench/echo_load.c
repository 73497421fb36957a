/*
 * echo_load: compares echo servers, in turns, and prints Markdown.
 *
 *     echo_load <name> <program> [<name> <program> [<name> <program>]]
 *
 * Each program prints its port. On each connection one request is on its way
 * at a time; the next one is sent when its answer has come. The generator
 * uses nothing but the system, and is the same for each server. It has a
 * processor of its own, and so has the server.
 */
#include "bench.h"
#include "echo.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define MAX_SERVERS	3
#define MAX_ROUNDS	99

/* How many connections there are, and how many of them ask. */
static const struct {
	unsigned int	open;
	unsigned int	busy;
} loads[] = {
	{ 1, 1 },
	{ 100, 100 },
	{ 5000, 5000 },
	{ 5000, 2500 },
	{ 5000, 500 },
	{ 5000, 50 },
};
#define LOADS (sizeof(loads) / sizeof(loads[0]))
#define MOST 5000

struct connection {
	int		fd;
	unsigned int	got;	/* bytes of the answer */
};

struct server {
	const char	*name;
	const char	*program;
	pid_t		pid;
	int		port;
};

static struct connection *connections;
static cpu_set_t processors;
static double rates[MAX_SERVERS][LOADS][MAX_ROUNDS];
static double costs[MAX_SERVERS][LOADS][MAX_ROUNDS];
static double heaps[MAX_SERVERS][MAX_ROUNDS];

/* This process has one processor from now on: the first or the last one. */
static void one_processor(int last)
{
	size_t n, found = CPU_SETSIZE;
	cpu_set_t set;

	for (n = 0; n < CPU_SETSIZE; n++)
		if (CPU_ISSET(n, &processors) && (last || found == CPU_SETSIZE))
			found = n;
	CPU_ZERO(&set);
	CPU_SET(found, &set);
	MUST(!sched_setaffinity(0, sizeof(set), &set));
}

static void server_start(struct server *s)
{
	char line[16] = "";
	size_t got = 0;
	ssize_t n;
	int fds[2];

	MUST(!pipe(fds));
	one_processor(0);
	s->pid = fork();
	MUST(s->pid >= 0);
	if (!s->pid) {
		dup2(fds[1], 1);
		close(fds[0]);
		close(fds[1]);
		execl(s->program, s->program, (char *)NULL);
		_exit(127);
	}
	one_processor(1);
	close(fds[1]);
	while (got < sizeof(line) - 1 && !strchr(line, '\n')) {
		n = read(fds[0], line + got, sizeof(line) - 1 - got);
		MUST(n > 0);
		got += (size_t)n;
	}
	close(fds[0]);
	s->port = atoi(line);
	MUST(s->port > 0);
}

static void server_stop(struct server *s)
{
	kill(s->pid, SIGKILL);
	MUST(waitpid(s->pid, NULL, 0) == s->pid);
}

static int connected(const struct server *s)
{
	struct sockaddr_in a;
	int fd, on = 1;

	memset(&a, 0, sizeof(a));
	a.sin_family = AF_INET;
	a.sin_port = htons((uint16_t)s->port);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	MUST(fd >= 0);
	/* thousands are accepted one by one: the queue may be full */
	while (connect(fd, (struct sockaddr *)&a, sizeof(a)))
		MUST(errno == EAGAIN || errno == EINTR);
	MUST(!setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)));

	return fd;
}

/* One request and its answer, which is NUL-terminated. */
static void ask(int fd, const char *text, char *answer)
{
	char request[ECHO_LENGTH];
	size_t got = 0;
	ssize_t n;

	memset(request, '.', sizeof(request));
	memcpy(request, text, strlen(text));
	MUST(send(fd, request, sizeof(request), 0) == ECHO_LENGTH);
	while (got < ECHO_LENGTH) {
		n = recv(fd, answer + got, ECHO_LENGTH - got, 0);
		MUST(n > 0);
		got += (size_t)n;
	}
	answer[ECHO_LENGTH] = '\0';
}

static double heap(int fd)
{
	char answer[ECHO_LENGTH + 1];

	ask(fd, "?", answer);

	return strtod(answer, NULL);
}

/* Processor time of a server until now. */
static int64_t used_ns(const struct server *s)
{
	struct timespec ts;
	clockid_t clock;

	MUST(!clock_getcpuclockid(s->pid, &clock));
	MUST(!clock_gettime(clock, &ts));

	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/*
 * Answers a second of so many connections, and how many microseconds of its
 * processor the server took for each.
 */
static void measure_rate(const struct server *s, unsigned int count,
			 unsigned int ms, double *rate, double *cost)
{
	static const char request[ECHO_LENGTH] = "a request of 32 bytes, like any";
	struct epoll_event events[256], event;
	int64_t now, counting, end, used = 0;
	uint64_t answers = 0;
	struct connection *c;
	char buf[ECHO_LENGTH];
	unsigned int n;
	int poll, ready, i;
	ssize_t got;

	poll = epoll_create1(EPOLL_CLOEXEC);
	MUST(poll >= 0);
	for (n = 0; n < count; n++) {
		c = &connections[n];
		c->got = 0;
		event.events = EPOLLIN;
		event.data.ptr = c;
		MUST(!epoll_ctl(poll, EPOLL_CTL_ADD, c->fd, &event));
		MUST(send(c->fd, request, ECHO_LENGTH, 0) == ECHO_LENGTH);
	}

	/* some time to get going does not count */
	now = now_ns();
	counting = now + (int64_t)ms * 200000;
	end = now + (int64_t)ms * 1200000;
	do {
		ready = epoll_wait(poll, events, 256, 10000);
		MUST(ready > 0);
		now = now_ns();
		for (i = 0; i < ready; i++) {
			c = events[i].data.ptr;
			got = recv(c->fd, buf, ECHO_LENGTH - c->got,
				   MSG_DONTWAIT);
			MUST(got > 0);
			MUST(!memcmp(buf, request + c->got, (size_t)got));
			c->got += (unsigned int)got;
			if (c->got < ECHO_LENGTH)
				continue;
			c->got = 0;
			if (now >= counting && !answers++)
				used = used_ns(s);
			MUST(send(c->fd, request, ECHO_LENGTH, 0) ==
			     ECHO_LENGTH);
		}
	} while (now < end);
	close(poll);

	MUST(answers > 0);
	*rate = (double)answers * 1e9 / (double)(now - counting);
	*cost = (double)(used_ns(s) - used) / 1e3 / (double)answers;
}

static void measure(struct server *s, unsigned int index, unsigned int round,
		    unsigned int ms)
{
	char answer[ECHO_LENGTH + 1];
	unsigned int n, load, open;
	double before = 0;
	int control;

	for (load = 0; load < LOADS; load++) {
		server_start(s);
		control = connected(s);
		open = loads[load].open;
		if (open == MOST)
			before = heap(control);
		for (n = 0; n < open; n++) {
			connections[n].fd = connected(s);
			/* so it was accepted, and has been used */
			ask(connections[n].fd, "hello", answer);
		}
		if (open == MOST)
			heaps[index][round] = (heap(control) - before) / open;
		measure_rate(s, loads[load].busy, ms,
			     &rates[index][load][round],
			     &costs[index][load][round]);
		server_stop(s);
		for (n = 0; n < open; n++)
			close(connections[n].fd);
		close(control);
	}
}

static void row_begin(unsigned int load, const char *what)
{
	printf("| %u connection%s", loads[load].open,
	       loads[load].open == 1 ? "" : "s");
	if (loads[load].busy < loads[load].open)
		printf(", %u of them busy", loads[load].busy);
	printf(", %s |", what);
}

static void row_end(const double *values, unsigned int count, int decimals)
{
	unsigned int n;

	for (n = 0; n < count; n++)
		printf(" %.*f |", decimals, values[n]);
	if (count > 1)
		printf(" %.2f |", values[0] / values[1]);
	printf("\n");
}

int main(int argc, char **argv)
{
	unsigned int rounds = setting("BENCH_ROUNDS", 5);
	unsigned int ms = setting("BENCH_MS", 2000);
	struct server servers[MAX_SERVERS];
	unsigned int count = 0, n, load, round;
	struct rlimit limit;
	double values[MAX_SERVERS];

	while (count < MAX_SERVERS && (int)(2 * count + 2) < argc) {
		servers[count].name = argv[2 * count + 1];
		servers[count].program = argv[2 * count + 2];
		count++;
	}
	if (!count || !rounds || rounds > MAX_ROUNDS) {
		fprintf(stderr, "usage: echo_load <name> <program>...\n");
		return 1;
	}

	MUST(!sched_getaffinity(0, sizeof(processors), &processors));

	/* the servers inherit it; that of the system may be far more */
	MUST(!getrlimit(RLIMIT_NOFILE, &limit));
	limit.rlim_cur = 10000;
	if (setrlimit(RLIMIT_NOFILE, &limit)) {
		perror("echo_load: 10000 descriptors");
		return 1;
	}
	connections = calloc(MOST, sizeof(*connections));
	MUST(connections != NULL);

	for (round = 0; round < rounds; round++)
		for (n = 0; n < count; n++)
			measure(&servers[n], n, round, ms);

	printf("| echo, 32 bytes |");
	for (n = 0; n < count; n++)
		printf(" %s |", servers[n].name);
	printf("%s\n|---|", count > 1 ? " first : second |" : "");
	for (n = 0; n < count + (count > 1); n++)
		printf("---:|");
	printf("\n");
	for (load = 0; load < LOADS; load++) {
		row_begin(load, "requests a second");
		for (n = 0; n < count; n++)
			values[n] = quantile(rates[n][load], rounds, 0.5);
		row_end(values, count, 0);
	}
	for (load = 0; load < LOADS; load++) {
		row_begin(load, "processor time of a request, us");
		for (n = 0; n < count; n++)
			values[n] = quantile(costs[n][load], rounds, 0.5);
		row_end(values, count, 2);
	}
	printf("| heap of an idle connection, bytes |");
	for (n = 0; n < count; n++)
		values[n] = quantile(heaps[n], rounds, 0.5);
	row_end(values, count, 0);

	return 0;
}
