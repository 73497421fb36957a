/*
 * SMD, what every version of lws does: who hears what, in which order, and
 * what the functions return.
 */
#include "../context.h"

#define CLASS_A ((lws_smd_class_t)1 << 24)
#define CLASS_B ((lws_smd_class_t)1 << 25)

static struct lws_context *cx;
static int answers;

static int cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
	      size_t len)
{
	printf("  %s: class %08x, len %d, '%.*s'%s\n", (const char *)opaque,
	       (unsigned int)c, (int)len, (int)(len > 40 ? 40 : len),
	       (const char *)buf, ts > 0 && ts <= lws_now_usecs() ? "" : " ?");

	return 0;
}

static int answer(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
		  size_t len)
{
	cb(opaque, c, ts, buf, len);
	if (answers-- > 0)
		printf("  send inside: %d\n",
		       lws_smd_msg_printf(cx, CLASS_A, "answer %d", answers));

	return 0;
}

static void deliver(const char *what)
{
	printf("%s\n", what);
	pump(cx);
}

static void alloc_and_send(lws_smd_class_t c, const char *text, size_t len)
{
	void *m = lws_smd_msg_alloc(cx, c, len);

	CHECK(m);
	memcpy(m, text, len);
	printf("send: %d\n", lws_smd_msg_send(cx, m));
}

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_smd_peer *a, *b, *ab, *c;
	void *m;
	int n;

	info_init(&info);
	lws_set_log_level(0, NULL);
	info.early_smd_cb = cb;
	info.early_smd_opaque = (void *)(intptr_t)"early";
	info.early_smd_class_filter = LWSSMDCL_SYSTEM_STATE;
	printf("create\n");
	cx = context_from(&info);
	printf("created\n");
	context_settle(cx);

	/* nobody listens */
	printf("alloc, class 0: %d\n", lws_smd_msg_alloc(cx, 0, 4) != NULL);
	printf("alloc, unwanted: %d\n",
	       lws_smd_msg_alloc(cx, CLASS_A, 4) != NULL);
	printf("printf, unwanted: %d\n",
	       lws_smd_msg_printf(cx, CLASS_A, "%d", 1));

	a = lws_smd_register(cx, (void *)(intptr_t)"a", 0, CLASS_A, cb);
	b = lws_smd_register(cx, (void *)(intptr_t)"b", 0, CLASS_B, cb);
	ab = lws_smd_register(cx, (void *)(intptr_t)"ab", 0,
			      CLASS_A | CLASS_B, cb);
	CHECK(a && b && ab);
	for (n = 0; n < 3; n++)
		printf("printf: %d\n",
		       lws_smd_msg_printf(cx, CLASS_A, "A%d", n));
	for (n = 0; n < 2; n++)
		printf("printf: %d\n",
		       lws_smd_msg_printf(cx, CLASS_B, "B%d", n));
	printf("printf: %d\n",
	       lws_smd_msg_printf(cx, CLASS_A | CLASS_B, "both"));
	deliver("round robin");

	alloc_and_send(CLASS_A, "exactly", 7);
	printf("printf: %d\n", lws_smd_msg_printf(cx, CLASS_B, "%0200d", 5));
	printf("too long: %d\n", lws_smd_msg_printf(cx, CLASS_B, "%0385d", 5));
	m = lws_smd_msg_alloc(cx, CLASS_A, 10);
	CHECK(m);
	lws_smd_msg_free(&m);
	printf("freed: %d\n", m == NULL);
	deliver("lengths");

	/* comes too late for the first two */
	printf("printf: %d\n", lws_smd_msg_printf(cx, CLASS_A, "early 0"));
	printf("printf: %d\n", lws_smd_msg_printf(cx, CLASS_A, "early 1"));
	deliver("before c");
	c = lws_smd_register(cx, (void *)(intptr_t)"c", 0, CLASS_A, cb);
	CHECK(c);
	printf("printf: %d\n", lws_smd_msg_printf(cx, CLASS_A, "late"));
	deliver("after c");

	/* goes before it was its turn */
	printf("printf: %d\n", lws_smd_msg_printf(cx, CLASS_A, "gone 0"));
	printf("printf: %d\n", lws_smd_msg_printf(cx, CLASS_A, "gone 1"));
	lws_smd_unregister(c);
	deliver("without c");

	lws_smd_unregister(a);
	lws_smd_unregister(ab);
	a = lws_smd_register(cx, (void *)(intptr_t)"answers", 0, CLASS_A,
			     answer);
	CHECK(a);
	answers = 3;
	printf("printf: %d\n", lws_smd_msg_printf(cx, CLASS_A, "question"));
	deliver("answers");

	printf("printf: %d\n", lws_smd_msg_printf(cx, CLASS_A, "never heard"));
	printf("destroy\n");
	lws_context_destroy(cx);
	printf("destroyed\n");

	return 0;
}
