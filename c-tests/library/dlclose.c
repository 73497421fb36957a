/*
 * A program that loads the library, and unloads it while a name is being
 * looked up: the thread that does that still runs the library's code.
 */
#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <unistd.h>

#include <libwebsockets.h>

#include "../check.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int asking, unloaded;

/* The library's calls of getaddrinfo() end up here. */
int getaddrinfo(const char *node, const char *service,
		const struct addrinfo *hints, struct addrinfo **res)
{
	(void)node;
	(void)service;
	(void)hints;
	(void)res;
	pthread_mutex_lock(&lock);
	asking = 1;
	pthread_cond_broadcast(&changed);
	while (!unloaded)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);

	return EAI_NONAME;
}

static int cb(struct lws *wsi, enum lws_callback_reasons reason, void *user,
	      void *in, size_t len)
{
	(void)wsi;
	(void)reason;
	(void)user;
	(void)in;
	(void)len;

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "p", cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

int main(int argc, char **argv)
{
	struct lws_context *(*create)(const struct lws_context_creation_info *);
	struct lws *(*begin)(const struct lws_client_connect_info *);
	void (*destroy)(struct lws_context *);
	struct lws_context_creation_info info;
	struct lws_client_connect_info i;
	struct lws_context *cx;
	void *library, *symbol;

#if defined(LWS_WITH_SYS_ASYNC_DNS)
	fprintf(stderr, "skipped: names are looked up without threads\n");
	return CHECK_SKIPPED;
#endif
	CHECK(argc == 2);
	library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
	CHECK(library != NULL);
	CHECK((symbol = dlsym(library, "lws_create_context")) != NULL);
	memcpy(&create, &symbol, sizeof(symbol));
	CHECK((symbol = dlsym(library, "lws_client_connect_via_info")) != NULL);
	memcpy(&begin, &symbol, sizeof(symbol));
	CHECK((symbol = dlsym(library, "lws_context_destroy")) != NULL);
	memcpy(&destroy, &symbol, sizeof(symbol));

	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	cx = create(&info);
	CHECK(cx != NULL);
	memset(&i, 0, sizeof(i));
	i.context = cx;
	i.address = "a.name";
	i.port = 80;
	i.method = "RAW";
	CHECK(begin(&i) != NULL);
	pthread_mutex_lock(&lock);
	while (!asking)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	destroy(cx);
	CHECK(!dlclose(library));

	pthread_mutex_lock(&lock);
	unloaded = 1;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	/* the thread returns to where the library was, and ends */
	usleep(200000);

	return 0;
}
