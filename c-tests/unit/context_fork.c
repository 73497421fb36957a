/*
 * A context in two processes after a fork(): either may end its copy or serve
 * it, and the other one serves on as if it were alone.
 */
#include "../conn.h"

#include <sys/wait.h>

static struct lws_context *cx;
static int accepted, received, fired, port;
static lws_sorted_usec_list_t tick;

static int proto_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	(void)wsi;
	(void)user;
	(void)in;
	if (reason == LWS_CALLBACK_RAW_ADOPT)
		accepted++;
	if (reason == LWS_CALLBACK_RAW_RX)
		received += (int)len;

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "p", proto_cb, 0, 0, 0, NULL, 0 },
	LWS_PROTOCOL_LIST_TERM
};

static void ticked(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	fired++;
}

static void make(void)
{
	accepted = received = fired = 0;
	cx = context_bare();
	port = lws_get_vhost_listen_port(vhost_server(cx, "v", protocols, "p"));
	service_for(cx, 20000);
}

/* Both directions of a new connection, and a timer, work in this process. */
static void serves(void)
{
	int before = accepted, bytes = received, ticks = fired;
	int fd = plain_connect(port);

	UNTIL(cx, accepted == before + 1);
	plain_send(fd, "abc");
	UNTIL(cx, received == bytes + 3);
	close(fd);
	lws_sul_schedule(cx, 0, &tick, ticked, 1000);
	UNTIL(cx, fired == ticks + 1);
	/* woken by another thread, here by itself */
	lws_cancel_service(cx);
	CHECK(!lws_service(cx, 0));
}

/*
 * How a child ends that has found nothing wrong. Not by _exit(), where
 * valgrind would count what it got from its parent and keeps.
 */
static void end_well(void)
{
	kill(getpid(), SIGKILL);
}

static void ended_well(pid_t child)
{
	int status = -1;

	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static pid_t fork_flushed(void)
{
	pid_t child;

	fflush(NULL);
	child = fork();
	CHECK(child >= 0);

	return child;
}

/* The child does something with its copy and ends; the parent serves on. */
static void parent_serves(void (*what)(void))
{
	int fd;
	char c;
	pid_t child;

	make();
	fd = plain_connect(port);
	UNTIL(cx, accepted == 1);
	child = fork_flushed();
	if (!child) {
		close(fd);
		what();
		end_well();
	}
	ended_well(child);
	/* the connection from before is there, and heard */
	plain_send(fd, "xy");
	UNTIL(cx, received == 2);
	CHECK(recv(fd, &c, 1, MSG_DONTWAIT) == -1 && errno == EAGAIN);
	serves();
	close(fd);
	lws_context_destroy(cx);
}

static void destroys(void)
{
	lws_context_destroy(cx);
}

static void services(void)
{
	int n;

	for (n = 0; n < 20; n++)
		CHECK(!lws_service(cx, -1));
}

static void services_and_destroys(void)
{
	services();
	lws_context_destroy(cx);
}

static void schedules(void)
{
	/* the alarm of the one descriptor is not the parent's */
	lws_sul_schedule(cx, 0, &tick, ticked, 3600 * LWS_USEC_PER_SEC);
	CHECK(lws_context_get_poll_fd(cx) >= 0);
}

/* The parent ends its copy, and the child, a daemon, serves on. */
static void child_serves(int parent_destroys)
{
	int fd, ready[2];
	pid_t child;
	char c;

	make();
	fd = plain_connect(port);
	UNTIL(cx, accepted == 1);
	CHECK(!pipe(ready));
	child = fork_flushed();
	if (!child) {
		CHECK(read(ready[0], &c, 1) == 1);
		plain_send(fd, "xyz");
		UNTIL(cx, received == 3);
		serves();
		lws_context_destroy(cx);
		end_well();
	}
	if (parent_destroys)
		lws_context_destroy(cx);
	CHECK(write(ready[1], "x", 1) == 1);
	close(ready[0]);
	close(ready[1]);
	close(fd);
	ended_well(child);
	if (!parent_destroys) {
		serves();
		lws_context_destroy(cx);
	}
}

/* A loop of the program's waits for the one descriptor in both. */
static void one_descriptor(void)
{
	struct pollfd pfd;
	pid_t child;

	make();
	pfd.fd = lws_context_get_poll_fd(cx);
	pfd.events = POLLIN;
	CHECK(pfd.fd >= 0);
	lws_sul_schedule(cx, 0, &tick, ticked, 300000);
	child = fork_flushed();
	if (!child) {
		schedules();
		end_well();
	}
	ended_well(child);
	while (!fired) {
		CHECK(poll(&pfd, 1, 20000) == 1);
		CHECK(!lws_service(cx, -1));
	}
	lws_context_destroy(cx);
}

int main(void)
{
	parent_serves(destroys);
	parent_serves(services);
	parent_serves(services_and_destroys);
	parent_serves(schedules);
	child_serves(1);
	child_serves(0);
	one_descriptor();

	return 0;
}
