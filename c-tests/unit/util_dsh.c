/*
 * Queues that share one amount of memory: the order of each kind, what fits,
 * what others lend, and arguments that are none.
 */

#include "context.h"

static char blob[4096];

static void
put(struct lws_dsh *dsh, int kind, const char *text)
{
	CHECK_EQ(lws_dsh_alloc_tail(dsh, kind, text, strlen(text), NULL, 0), 0);
}

/* the first object of a kind, which is taken out */
static const char *
take(struct lws_dsh *dsh, int kind)
{
	static char text[64];
	void *object = NULL;
	size_t len = 0;

	if (lws_dsh_get_head(dsh, kind, &object, &len))
		return "none";
	CHECK(len < sizeof(text));
	CHECK_EQ((uintptr_t)object % 8, 0);
	memcpy(text, object, len);
	text[len] = '\0';
	lws_dsh_free(&object);
	CHECK(!object);

	return text;
}

static void
test_order(void)
{
	struct lws_dsh *dsh = lws_dsh_create(NULL, 16384, 3);
	void *first, *again;
	size_t len;
	int n;

	CHECK(dsh);
	CHECK_STR(take(dsh, 0), "none");
	put(dsh, 0, "a");
	put(dsh, 2, "x");
	put(dsh, 0, "b");
	CHECK_EQ(lws_dsh_alloc_tail(dsh, 0, "hello ", 6, "world", 5), 0);
	CHECK_EQ(lws_dsh_alloc_tail(dsh, 0, NULL, 0, NULL, 7), 0);
	/* in lws, too, an object takes 56 bytes more, in steps of 8 */
	CHECK_EQ(lws_dsh_get_size(dsh, 0), 64 + 64 + 72 + 56);
	CHECK_EQ(lws_dsh_get_size(dsh, 1), 0);
	CHECK_EQ(lws_dsh_get_head(dsh, 0, &first, &len), 0);
	CHECK_EQ(lws_dsh_get_head(dsh, 0, &again, &len), 0);
	CHECK(first == again && len == 1);
	CHECK_STR(take(dsh, 2), "x");
	CHECK_STR(take(dsh, 0), "a");
	CHECK_STR(take(dsh, 0), "b");
	CHECK_STR(take(dsh, 0), "hello world");
	CHECK_STR(take(dsh, 0), "");
	CHECK_STR(take(dsh, 0), "none");
	CHECK_EQ(lws_dsh_get_size(dsh, 0), 0);

	/* one from the middle */
	put(dsh, 1, "1");
	CHECK_EQ(lws_dsh_get_head(dsh, 1, &first, &len), 0);
	for (n = 0; n < 3; n++)
		put(dsh, 1, "2");
	lws_dsh_free(&first);
	put(dsh, 1, "3");
	for (n = 0; n < 3; n++)
		CHECK_STR(take(dsh, 1), "2");
	CHECK_STR(take(dsh, 1), "3");
	put(dsh, 1, "stays");
	lws_dsh_destroy(&dsh);
	CHECK(!dsh);
	lws_dsh_destroy(&dsh);
}

static void
test_amount(void)
{
	struct lws_dsh *dsh = lws_dsh_create(NULL, 4096, 2);
	void *object;
	size_t len;
	int n;

	/* as large as in lws */
	CHECK_EQ(lws_dsh_alloc_tail(dsh, 0, blob, 4049, NULL, 0), 1);
	CHECK_EQ(lws_dsh_alloc_tail(dsh, 0, blob, 4048, NULL, 0), 0);
	CHECK_EQ(lws_dsh_alloc_tail(dsh, 1, blob, 1, NULL, 0), 1);
	lws_dsh_destroy(&dsh);
	dsh = lws_dsh_create(NULL, 4096, 2);
	/* what comes and goes leaves no pieces */
	for (n = 0; n < 4; n++) {
		CHECK_EQ(lws_dsh_alloc_tail(dsh, 0, blob, 900, NULL, 0), 0);
		put(dsh, 1, "x");
	}
	while (!lws_dsh_get_head(dsh, 0, &object, &len))
		lws_dsh_free(&object);
	CHECK_EQ(lws_dsh_alloc_tail(dsh, 0, blob, 3700, NULL, 0), 0);
	CHECK_EQ(lws_dsh_get_size(dsh, 1), 4 * 64);
	lws_dsh_destroy(&dsh);
}

static void
test_lent(void)
{
	struct lws_dsh *a, *b, *c;
	lws_dll2_owner_t owner;
	void *p = NULL;
	size_t len;

	memset(&owner, 0, sizeof(owner));
	a = lws_dsh_create(&owner, 1000, 1);
	b = lws_dsh_create(&owner, 1000, 1);
	c = lws_dsh_create(&owner, 1000, 1);
	CHECK_EQ(owner.count, 3);
	CHECK_EQ(lws_dsh_alloc_tail(a, 0, blob, 700, NULL, 0), 0);
	/* from b, then from c; of a's queue all the same */
	CHECK_EQ(lws_dsh_alloc_tail(a, 0, "b's", 3, blob, 600), 0);
	CHECK_EQ(lws_dsh_alloc_tail(b, 0, blob, 700, NULL, 0), 0);
	CHECK_EQ(lws_dsh_alloc_tail(c, 0, blob, 700, NULL, 0), 1);
	/* what b lent is c's then no more: nobody has so much but a, when that is free */
	CHECK_EQ(lws_dsh_get_head(a, 0, &p, &len), 0);
	CHECK_EQ(len, 700);
	lws_dsh_free(&p);
	lws_dsh_destroy(&b);
	CHECK_EQ(owner.count, 2);
	CHECK_EQ(lws_dsh_get_head(a, 0, &p, &len), 0);
	CHECK(len == 603 && !memcmp(p, "b's", 3));
	/* a holds it itself now, so that c lends the next, and goes with it */
	CHECK_EQ(lws_dsh_alloc_tail(a, 0, blob, 500, NULL, 0), 0);
	lws_dsh_destroy(&c);
	CHECK_EQ(lws_dsh_get_size(a, 0), 664);
	lws_dsh_free(&p);
	CHECK_EQ(lws_dsh_get_head(a, 0, &p, &len), 1);
	CHECK(!p);
	lws_dsh_destroy(&a);
	CHECK_EQ(owner.count, 0);
}

static void
test_null(void)
{
	struct lws_dsh *dsh = lws_dsh_create(NULL, 1000, 1);
	void *p = NULL;
	size_t len;

	CHECK_FAILS("count_kinds", !lws_dsh_create(NULL, 1000, 0));
	CHECK_FAILS("count_kinds", !lws_dsh_create(NULL, 1000, -1));
	CHECK_LOGS("lws_dsh_destroy", lws_dsh_destroy(NULL));
	CHECK_FAILS("dsh", lws_dsh_alloc_tail(NULL, 0, "a", 1, NULL, 0) == 1);
	CHECK_FAILS("src1", lws_dsh_alloc_tail(dsh, 0, NULL, 1, NULL, 0) == 1);
	CHECK_FAILS("kind", lws_dsh_alloc_tail(dsh, 1, "a", 1, NULL, 0) == 1);
	CHECK_FAILS("kind", lws_dsh_alloc_tail(dsh, -1, "a", 1, NULL, 0) == 1);
	CHECK_LOGS("lws_dsh_free", lws_dsh_free(NULL));
	CHECK_FAILS("dsh", lws_dsh_get_size(NULL, 0) == 0);
	CHECK_FAILS("kind", lws_dsh_get_size(dsh, 1) == 0);
	CHECK_FAILS("dsh", lws_dsh_get_head(NULL, 0, &p, &len) == 1);
	CHECK_FAILS("kind", lws_dsh_get_head(dsh, 1, &p, &len) == 1);
	CHECK_FAILS("obj", lws_dsh_get_head(dsh, 0, NULL, &len) == 1);
	CHECK_FAILS("size", lws_dsh_get_head(dsh, 0, &p, NULL) == 1);
	CHECK_LOGS("lws_dsh_describe", lws_dsh_describe(NULL, "x"));
	log_watch(LOG_USUAL | LLL_NOTICE);
	lws_dsh_free(&p);
	lws_dsh_describe(dsh, NULL);
	lws_dsh_describe(dsh, "what");
	CHECK_EQ(log_lines("what: 0 of 1000 bytes"), 1);
	lws_dsh_destroy(&dsh);
}

int
main(void)
{
	test_order();
	test_amount();
	test_lent();
	test_null();

	return 0;
}
