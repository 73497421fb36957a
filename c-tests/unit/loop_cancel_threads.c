/*
 * lws_cancel_service from another thread ends the wait, whether it comes
 * before it or while it lasts, and tells the protocols. What they return then
 * is no matter.
 */
#include "../context.h"

static struct lws_context *cx;
static int told;
static struct shared turn = SHARED_INIT;

static int proto_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	(void)len;
	if (reason == LWS_CALLBACK_EVENT_WAIT_CANCELLED) {
		CHECK(lws_get_context(wsi) == cx);
		CHECK(!user && !in);
		told++;
		return told & 1 ? -1 : 1;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "p", proto_cb, 0, 0, 0, NULL, 0 },
	LWS_PROTOCOL_LIST_TERM
};

static void *cancel(void *arg)
{
	usleep(*(useconds_t *)arg);
	lws_cancel_service(cx);

	return NULL;
}

static void *cancel_a_lot(void *arg)
{
	unsigned int n, rounds = repeats(20000, 500);

	(void)arg;
	for (n = 0; n < rounds; n++)
		lws_cancel_service(cx);
	shared_add(&turn, 1);
	lws_cancel_service(cx);

	return NULL;
}

int main(void)
{
	static const useconds_t delays[] = { 0, 100, 100000 };
	struct lws_context_creation_info info;
	pthread_t thread[4];
	useconds_t delay;
	size_t n;
	int before;

	info_init(&info);
	info.protocols = protocols;
	cx = context_from(&info);
	context_settle(cx);

	for (n = 0; n < LWS_ARRAY_SIZE(delays); n++) {
		before = told;
		delay = delays[n];
		CHECK(!pthread_create(&thread[0], NULL, cancel, &delay));
		if (!n) /* long before */
			CHECK(!pthread_join(thread[0], NULL));
		while (told == before)
			CHECK(!lws_service(cx, 0));
		if (n)
			CHECK(!pthread_join(thread[0], NULL));
		/* one signal, one callback */
		pump(cx);
		CHECK(told == before + 1);
	}

	for (n = 0; n < 4; n++)
		CHECK(!pthread_create(&thread[n], NULL, cancel_a_lot, NULL));
	while (shared_get(&turn) < 4)
		CHECK(!lws_service(cx, 0));
	for (n = 0; n < 4; n++)
		CHECK(!pthread_join(thread[n], NULL));
	pump(cx);
	/* many signals may become one callback, none become none */
	CHECK(told > before + 1);
	lws_context_destroy(cx);

	return 0;
}
