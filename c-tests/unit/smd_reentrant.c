/*
 * A callback may call anything: unregister itself and others, register, send,
 * destroy the context. Nothing is delivered from inside a send, and sending
 * for ever does not starve the rest of the loop.
 */
#include "../context.h"

struct who {
	struct lws_context	*cx;
	struct lws_smd_peer	*peer;
	const char		*name;
	/* what to do at the first message: */
	struct who		*kill[4]; /* unregister these */
	struct who		*born;    /* register this one */
	int			replies;  /* send so many messages */
	int			inside;
	int			destroy;
};

static int cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
	      size_t len)
{
	struct who *w = opaque;
	size_t n;

	(void)c;
	(void)ts;
	CHECK(!w->inside);
	w->inside = 1;
	trace("%s%.*s ", w->name, (int)len, (const char *)buf);

	for (n = 0; n < LWS_ARRAY_SIZE(w->kill); n++)
		if (w->kill[n] && w->kill[n]->peer) {
			lws_smd_unregister(w->kill[n]->peer);
			w->kill[n]->peer = NULL;
		}
	if (w->born) {
		w->born->peer = lws_smd_register(w->cx, w->born, 0, MINE, cb);
		CHECK(w->born->peer);
		w->born = NULL;
	}
	while (w->replies) {
		CHECK(!lws_smd_msg_printf(w->cx, MINE, "r%d", w->replies));
		w->replies--;
	}
	if (w->destroy)
		lws_context_destroy(w->cx);
	w->inside = 0;

	return 0;
}

static struct who a, b, c, d;

/* A, B and C are registered in this order, D is not; two messages queued. */
static void start(struct lws_context *cx)
{
	struct who *all[] = { &a, &b, &c, &d };
	const char *names[] = { "A", "B", "C", "D" };
	size_t n;

	for (n = 0; n < LWS_ARRAY_SIZE(all); n++) {
		memset(all[n], 0, sizeof(*all[n]));
		all[n]->cx = cx;
		all[n]->name = names[n];
		if (all[n] == &d)
			break;
		all[n]->peer = lws_smd_register(cx, all[n], 0, MINE, cb);
		CHECK(all[n]->peer);
	}
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 0));
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 1));
}

static void stop(void)
{
	struct who *all[] = { &a, &b, &c, &d };
	size_t n;

	for (n = 0; n < LWS_ARRAY_SIZE(all); n++)
		if (all[n]->peer)
			lws_smd_unregister(all[n]->peer);
}

static void unregister(struct lws_context *cx)
{
	/* itself */
	start(cx);
	b.kill[0] = &b;
	pump(cx);
	CHECK_TRACE("A0 B0 C0 A1 C1 ");
	stop();

	/* the next */
	start(cx);
	a.kill[0] = &b;
	pump(cx);
	CHECK_TRACE("A0 C0 A1 C1 ");
	stop();

	/* the one before */
	start(cx);
	b.kill[0] = &a;
	pump(cx);
	CHECK_TRACE("A0 B0 C0 B1 C1 ");
	stop();

	/* itself and the next */
	start(cx);
	a.kill[0] = &a;
	a.kill[1] = &b;
	pump(cx);
	CHECK_TRACE("A0 C0 C1 ");
	stop();

	/* all, by the first, the middle and the last */
	start(cx);
	a.kill[0] = &a;
	a.kill[1] = &b;
	a.kill[2] = &c;
	pump(cx);
	CHECK_TRACE("A0 ");
	stop();

	start(cx);
	b.kill[0] = &c;
	b.kill[1] = &b;
	b.kill[2] = &a;
	pump(cx);
	CHECK_TRACE("A0 B0 ");
	stop();

	start(cx);
	c.kill[0] = &a;
	c.kill[1] = &b;
	c.kill[2] = &c;
	pump(cx);
	CHECK_TRACE("A0 B0 C0 ");
	stop();
}

static void registers(struct lws_context *cx)
{
	/* the new one does not hear what was sent before it came */
	start(cx);
	a.born = &d;
	pump(cx);
	CHECK_TRACE("A0 B0 C0 A1 B1 C1 ");
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 2));
	pump(cx);
	CHECK_TRACE("A2 B2 C2 D2 ");
	stop();

	/* but the answer that is sent after it came */
	start(cx);
	b.kill[0] = &b;
	b.born = &d;
	b.replies = 1;
	pump(cx);
	CHECK_TRACE("A0 B0 C0 A1 C1 Ar1 Cr1 Dr1 ");
	stop();
}

static void sends(struct lws_context *cx)
{
	start(cx);
	a.replies = 2;
	pump(cx);
	CHECK_TRACE("A0 B0 C0 A1 B1 C1 Ar2 Br2 Cr2 Ar1 Br1 Cr1 ");
	stop();
}

/* -- a participant that answers itself for ever --------------------------- */

static int answers, fired;

static int echo(void *opaque, lws_smd_class_t cl, lws_usec_t ts, void *buf,
		size_t len)
{
	(void)cl;
	(void)ts;
	(void)buf;
	(void)len;
	answers++;
	CHECK(!lws_smd_msg_printf(opaque, MINE, "%d", answers));

	return 0;
}

static void fire(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	fired = 1;
}

static void endless(struct lws_context *cx)
{
	struct lws_smd_peer *p = lws_smd_register(cx, cx, 0, MINE, echo);
	lws_sorted_usec_list_t sul;

	CHECK(p);
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 0));
	memset(&sul, 0, sizeof(sul));
	lws_sul_schedule(cx, 0, &sul, fire, 20 * LWS_USEC_PER_SEC / 1000);
	while (!fired)
		CHECK(!lws_service(cx, 0));
	CHECK(answers > 1);
	lws_smd_unregister(p);
}

static void destroys(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;
	int n = 0;

	info_init(&info);
	info.pcontext = &cx;
	cx = context_from(&info);
	start(cx);
	a.destroy = 1;
	while (!n)
		n = lws_service(cx, -1);
	CHECK(n == -1);
	CHECK(!cx);
	CHECK(!strncmp(trace_text, "A0 ", 3));
	trace_reset();
}

int main(void)
{
	struct lws_context *cx = context_new();

	context_settle(cx);
	unregister(cx);
	registers(cx);
	sends(cx);
	endless(cx);
	lws_context_destroy(cx);
	destroys();

	return 0;
}
