/*
 * Many names that are slow to look up: a few threads at a time, in the order
 * in which they were asked for; a name whose connection has closed is not
 * looked up any more, and a child process goes on after fork().
 */
#include "../conn.h"

#include <netdb.h>
#include <sys/wait.h>

#define NAMES 200
#define MOST 8

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int asking, most, asked, may_answer;
static char names[NAMES][16];

/* The library's calls of getaddrinfo() end up here. */
int getaddrinfo(const char *node, const char *service,
		const struct addrinfo *hints, struct addrinfo **res)
{
	(void)service;
	(void)hints;
	(void)res;
	pthread_mutex_lock(&lock);
	if (asked < NAMES)
		snprintf(names[asked], sizeof(names[0]), "%s", node);
	asked++;
	if (++asking > most)
		most = asking;
	pthread_cond_broadcast(&changed);
	while (!may_answer)
		pthread_cond_wait(&changed, &lock);
	asking--;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);

	return EAI_NONAME;
}

static void answer(int may)
{
	pthread_mutex_lock(&lock);
	may_answer = may;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

/* Until this many are being looked up. */
static void wait_asking(int count)
{
	pthread_mutex_lock(&lock);
	while (asking != count)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

static int failed;

static int cb(struct lws *wsi, enum lws_callback_reasons reason, void *user,
	      void *in, size_t len)
{
	(void)wsi;
	(void)user;
	(void)in;
	(void)len;
	if (reason == LWS_CALLBACK_CLIENT_CONNECTION_ERROR)
		failed++;

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "p", cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;
static struct lws_vhost *vh;

static struct lws *connects(int n)
{
	struct lws_client_connect_info i;
	char name[16];
	struct lws *wsi;

	snprintf(name, sizeof(name), "h%d.slow", n);
	info_connect(&i, cx, vh, "p", name, 80);
	wsi = lws_client_connect_via_info(&i);
	CHECK(wsi != NULL);

	return wsi;
}

static void begins(void)
{
	cx = context_bare();
	vh = vhost_client(cx, "names", protocols);
	pump(cx);
	asked = most = failed = 0;
	answer(0);
}

int main(void)
{
	struct lws *wsi[NAMES];
	char name[16];
	int n, status;
	pid_t child;

#if defined(LWS_WITH_SYS_ASYNC_DNS)
	fprintf(stderr, "skipped: names are looked up without threads\n");
	return CHECK_SKIPPED;
#endif
	/* every other one closes while it waits, except for the first ones */
	begins();
	for (n = 0; n < NAMES; n++) {
		wsi[n] = connects(n);
		if (n < MOST)
			wait_asking(n + 1);
	}
	for (n = MOST; n < NAMES; n += 2)
		lws_set_timeout(wsi[n], PENDING_TIMEOUT_USER_OK,
				LWS_TO_KILL_SYNC);
	CHECK_EQ(failed, (NAMES - MOST) / 2);
	pthread_mutex_lock(&lock);
	CHECK_EQ(asked, MOST);
	pthread_mutex_unlock(&lock);
	answer(1);
	UNTIL(cx, failed == NAMES);
	wait_asking(0);
	CHECK_EQ(most, MOST);
	CHECK_EQ(asked, MOST + (NAMES - MOST) / 2);
	/* a thread takes the oldest name; who asks first is another matter */
	snprintf(name, sizeof(name), "h%d.slow", NAMES - 1);
	for (n = 0; n < asked && strcmp(names[n], name); n++)
		;
	CHECK(n >= asked - MOST && n < asked);

	/* the threads are gone; the next name has one again */
	failed = 0;
	connects(0);
	UNTIL(cx, failed == 1);
	lws_context_destroy(cx);

	/* a context that ends: what is under way ends, the queue is dropped */
	begins();
	for (n = 0; n < NAMES; n++)
		connects(n);
	wait_asking(MOST);
	lws_context_destroy(cx);
	CHECK_EQ(failed, NAMES);
	answer(1);
	wait_asking(0);
	usleep(20000);
	CHECK_EQ(asked, MOST);

	/* the child of a process whose threads are all at work has none */
	if (check_slow())
		return 0;
	begins();
	for (n = 0; n < MOST; n++)
		connects(n);
	wait_asking(MOST);
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		/* its waiters are threads of the parent */
		pthread_cond_init(&changed, NULL);
		may_answer = 1;
		failed = 0;
		connects(MOST);
		UNTIL(cx, failed == 1);
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && !WEXITSTATUS(status));
	answer(1);
	UNTIL(cx, failed == MOST);
	lws_context_destroy(cx);

	return 0;
}
