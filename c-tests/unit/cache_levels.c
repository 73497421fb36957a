/*
 * Caches in memory: what goes when there is no room or its time has come, who
 * is told, what lookups find, and arguments that are none.
 */

#include "context.h"

static struct lws_context *cx;
static struct lws_cache_ttl_lru *cache, *other;

static void
on_gone(void *item, size_t size)
{
	trace("-%.*s ", (int)size, (const char *)item);
}

/* one that uses the cache while it is told */
static void
on_gone_again(void *item, size_t size)
{
	const void *p;
	size_t len;

	trace("-%.*s ", (int)size, (const char *)item);
	if (cache && !lws_cache_item_get(cache, "stays", &p, &len))
		trace("stays ");
	if (cache && size == 3 && !memcmp(item, "one", 3))
		CHECK_EQ(lws_cache_write_through(cache, "again", (const uint8_t *)"two", 3, 0,
						 NULL), 0);
}

static struct lws_cache_creation_info
info_for(const char *name)
{
	struct lws_cache_creation_info info;

	memset(&info, 0, sizeof(info));
	info.cx = cx;
	info.name = name;
	info.cb = on_gone;
	info.ops = &lws_cache_ops_heap;

	return info;
}

static void
put(const char *key, const char *value, lws_usec_t ends)
{
	CHECK_EQ(lws_cache_write_through(cache, key, (const uint8_t *)value, strlen(value), ends,
					 NULL), 0);
}

static const char *
get(const char *key)
{
	static char text[64];
	const void *p = NULL;
	size_t len = 0;

	if (lws_cache_item_get(cache, key, &p, &len))
		return "none";
	CHECK(len < sizeof(text));
	memcpy(text, p, len);
	text[len] = '\0';

	return text;
}

/* what a lookup finds, as "key:length key:length" in any order of theirs */
static const char *
look_up(const char *wanted)
{
	static char text[256];
	lws_cache_results_t r;
	size_t used = 0;

	memset(&r, 0, sizeof(r));
	text[0] = '\0';
	if (lws_cache_lookup(cache, wanted, (const void **)&r.ptr, &r.size))
		return "none";
	while (!lws_cache_results_walk(&r)) {
		CHECK_EQ(r.tag_len, strlen((const char *)r.tag));
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s:%u",
					 used ? " " : "", (const char *)r.tag,
					 (unsigned int)r.payload_len);
	}
	CHECK_EQ(r.size, 0);

	return text;
}

static void
test_items(void)
{
	struct lws_cache_creation_info info = info_for("items");
	void *payload = NULL;

	info.ops = NULL;
	cache = lws_cache_create(&info);
	CHECK(cache);
	put("a", "one", 0);
	put("ab", "two", 0);
	put("", "empty", 0);
	CHECK_STR(get("a"), "one");
	CHECK_STR(get(""), "empty");
	CHECK_STR(get("x"), "none");
	CHECK_EQ(lws_cache_footprint(cache), 11);
	CHECK_TRACE("");
	put("a", "other", 0);
	CHECK_TRACE("-one ");
	CHECK_STR(get("a"), "other");
	CHECK_EQ(lws_cache_footprint(cache), 13);

	/* the payload is the program's to write */
	CHECK_EQ(lws_cache_write_through(cache, "w", NULL, 3, 0, &payload), 0);
	CHECK(payload && !memcmp(payload, "\0\0\0", 3));
	memcpy(payload, "xyz", 3);
	CHECK_STR(get("w"), "xyz");

	/* by key with stars; one that ends in a star means no more, too */
	CHECK_EQ(lws_cache_item_remove(cache, "a*"), 0);
	CHECK_STR(get("a"), "none");
	CHECK_STR(get("ab"), "none");
	CHECK_TRACE("-other -two ");
	CHECK_EQ(lws_cache_item_remove(cache, "nothing"), 0);
	CHECK_EQ(lws_cache_expunge(cache), 0);
	CHECK_TRACE("-empty -xyz ");
	CHECK_EQ(lws_cache_footprint(cache), 0);
	put("last", "last", 0);
	lws_cache_destroy(&cache);
	CHECK(!cache);
	CHECK_TRACE("-last ");
	lws_cache_destroy(&cache);
}

static void
test_lookups(void)
{
	struct lws_cache_creation_info info = info_for("lookups");
	const void *list, *again;
	size_t len;

	cache = lws_cache_create(&info);
	put("a", "1", 0);
	put("ab", "12", 0);
	put("b", "123", 0);
	CHECK_STR(look_up("a*"), "a:1 ab:2");
	CHECK_STR(look_up("*b"), "ab:2 b:3");
	CHECK_STR(look_up("*"), "a:1 ab:2 b:3");
	CHECK_STR(look_up("a"), "a:1");
	CHECK_STR(look_up("z*"), "none");
	/* the same list as long as nothing changes it */
	CHECK_EQ(lws_cache_lookup(cache, "*b", &list, &len), 0);
	put("c", "1", 0);
	CHECK_EQ(lws_cache_lookup(cache, "*b", &again, &len), 0);
	CHECK(list == again);
	put("xb", "1", 0);
	CHECK_STR(look_up("*b"), "ab:2 b:3 xb:1");
	CHECK_EQ(lws_cache_item_remove(cache, "ab"), 0);
	CHECK_STR(look_up("*b"), "b:3 xb:1");
	CHECK(lws_cache_footprint(cache) > 6);
	/* nobody is told of lists */
	trace_reset();
	lws_cache_destroy(&cache);
	CHECK_TRACE("-1 -123 -1 -1 ");
}

static void
test_limits(void)
{
	struct lws_cache_creation_info info = info_for("limits");

	info.max_items = 2;
	cache = lws_cache_create(&info);
	put("a", "one", 0);
	put("b", "two", 0);
	CHECK_STR(get("a"), "one");
	put("c", "three", 0);
	CHECK_TRACE("-two ");
	CHECK_STR(look_up("*"), "a:3 c:5");
	CHECK_STR(get("a"), "one");
	lws_cache_destroy(&cache);
	trace_reset();

	info.max_items = 0;
	info.max_footprint = 10;
	info.max_payload = 8;
	cache = lws_cache_create(&info);
	put("a", "12345", 0);
	put("b", "12345", 0);
	CHECK_TRACE("");
	put("c", "1", 0);
	CHECK_TRACE("-12345 ");
	CHECK_STR(get("a"), "none");
	CHECK_EQ(lws_cache_footprint(cache), 6);
	CHECK_FAILS("size", lws_cache_write_through(cache, "b", (const uint8_t *)"123456789", 9,
						    0, NULL) == 1);
	CHECK_STR(get("b"), "12345");
	lws_cache_destroy(&cache);
	trace_reset();
}

static void
test_time(void)
{
	struct lws_cache_creation_info info = info_for("time");
	lws_usec_t now = lws_now_usecs();
	int n;

	cache = lws_cache_create(&info);
	put("over", "over", now - 1);
	put("soon", "soon", now + 50000);
	put("never", "never", 0);
	/* what has ended is not found, and stays in its place until the loop goes on */
	CHECK_STR(get("over"), "none");
	CHECK_TRACE("");
	CHECK_STR(look_up("*n*"), "never:5 soon:4");
	for (n = 0; n < 500 && !strstr(trace_text, "soon"); n++) {
		CHECK(lws_service(cx, -1) >= 0);
		usleep(1000);
	}
	CHECK_TRACE("-over -soon ");
	CHECK(lws_now_usecs() >= now + 50000);
	CHECK_STR(look_up("*n*"), "never:5");
	lws_cache_destroy(&cache);
	trace_reset();
}

static void
test_levels(void)
{
	struct lws_cache_creation_info info = info_for("behind");
	const void *p;
	size_t len;

	other = lws_cache_create(&info);
	CHECK(other);
	info.name = "first";
	info.parent = other;
	info.max_items = 1;
	cache = lws_cache_create(&info);
	put("a", "one", 0);
	put("b", "two", 0);
	/* the first has room for one, the last has all */
	CHECK_TRACE("-one ");
	CHECK_EQ(lws_cache_footprint(cache), 3);
	CHECK_EQ(lws_cache_footprint(other), 6);
	CHECK_STR(look_up("*"), "a:3 b:3");
	CHECK_STR(get("a"), "one");
	CHECK_TRACE("-two ");
	CHECK_EQ(lws_cache_item_remove(cache, "a"), 0);
	CHECK_TRACE("-one -one ");
	CHECK(lws_cache_item_get(other, "a", &p, &len));
	CHECK_STR(look_up("*"), "b:3");
	/* the level behind is kept by the one in front */
	lws_cache_destroy(&other);
	CHECK_TRACE("-two ");
	put("c", "three", 0);
	CHECK_STR(get("c"), "three");
	CHECK_EQ(lws_cache_expunge(cache), 0);
	CHECK_STR(look_up("*"), "none");
	lws_cache_destroy(&cache);
	trace_reset();
}

static void
test_inside(void)
{
	struct lws_cache_creation_info info = info_for("inside");

	info.cb = on_gone_again;
	cache = lws_cache_create(&info);
	put("stays", "s", 0);
	put("a", "one", 0);
	CHECK_EQ(lws_cache_item_remove(cache, "a"), 0);
	CHECK_TRACE("-one stays ");
	CHECK_STR(get("again"), "two");
	other = cache;
	cache = NULL;
	lws_cache_destroy(&other);
	CHECK_TRACE("-two -s ");
}

static void
test_ops(void)
{
	struct lws_cache_creation_info info = info_for("ops");
	const struct lws_cache_ops *ops = &lws_cache_ops_heap;
	lws_dll2_owner_t owner;
	lws_cache_match_t *m;
	const void *p;
	size_t len;

	cache = ops->create(&info);
	CHECK(cache);
	CHECK_EQ(ops->write(cache, "ab", (const uint8_t *)"one", 3, 0, NULL), 0);
	CHECK_EQ(ops->write(cache, "ac", (const uint8_t *)"two", 3, 0, NULL), 0);
	CHECK_EQ(ops->tag_match(cache, "a*", "ab", 1), 0);
	CHECK_EQ(ops->tag_match(cache, "a*", "b", 0), 1);
	memset(&owner, 0, sizeof(owner));
	CHECK_EQ(ops->lookup(cache, "ab", &owner), 0);
	CHECK_EQ(ops->lookup(cache, "a*", &owner), 0);
	CHECK_EQ(owner.count, 2);
	while (owner.head) {
		m = lws_container_of(owner.head, lws_cache_match_t, list);
		CHECK_EQ(m->payload_size, 3);
		CHECK_EQ(m->tag_size, strlen((const char *)(m + 1)));
		lws_dll2_remove(&m->list);
		free(m);
	}
	CHECK_EQ(ops->invalidate(cache, "ab"), 0);
	CHECK(ops->get(cache, "ab", &p, &len));
	ops->debug_dump(cache);
	CHECK_EQ(ops->expunge(cache), 0);
	ops->destroy(&cache);
	CHECK(!cache);
	trace_reset();
}

static void
test_null(void)
{
	static const uint8_t broken[] = { 0, 0, 0, 1, 0, 0, 0, 9, 'a', 0 };
	struct lws_cache_creation_info info = info_for("null");
	struct lws_cache_ops mine = lws_cache_ops_heap;
	lws_cache_results_t r;
	const void *p;
	size_t len;

	cache = lws_cache_create(&info);
	CHECK_FAILS("lws_cache_create", !lws_cache_create(NULL));
	info.name = NULL;
	CHECK_FAILS("name", !lws_cache_create(&info));
	info = info_for("null");
	info.cx = NULL;
	CHECK_FAILS("context", !lws_cache_create(&info));
	info = info_for("null");
	info.ops = &mine;
	CHECK_FAILS("ops", !lws_cache_create(&info));
	info.ops = &lws_cache_ops_nscookiejar;
	CHECK_FAILS("filepath", !lws_cache_create(&info));
	CHECK_LOGS("lws_cache_destroy", lws_cache_destroy(NULL));
	CHECK_FAILS("lws_cache_expunge", lws_cache_expunge(NULL) == 1);
	CHECK_FAILS("cache", lws_cache_write_through(NULL, "a", broken, 1, 0, NULL) == 1);
	CHECK_FAILS("key", lws_cache_write_through(cache, NULL, broken, 1, 0, NULL) == 1);
	CHECK_FAILS("cache", lws_cache_lookup(NULL, "a", &p, &len) == 1);
	CHECK_FAILS("key", lws_cache_lookup(cache, NULL, &p, &len) == 1);
	CHECK_FAILS("cache", lws_cache_item_get(NULL, "a", &p, &len) == 1);
	CHECK_FAILS("key", lws_cache_item_get(cache, NULL, &p, &len) == 1);
	CHECK_FAILS("cache", lws_cache_item_remove(NULL, "a") == 1);
	CHECK_FAILS("key", lws_cache_item_remove(cache, NULL) == 1);
	CHECK_FAILS("lws_cache_footprint", lws_cache_footprint(NULL) == 0);
	CHECK_LOGS("lws_cache_debug_dump", lws_cache_debug_dump(NULL));
	CHECK_FAILS("walk_ctx", lws_cache_results_walk(NULL) == 1);
	memset(&r, 0, sizeof(r));
	CHECK_EQ(lws_cache_results_walk(&r), 1);
	/* a list that says more than it has */
	r.ptr = broken;
	r.size = sizeof(broken);
	CHECK_EQ(lws_cache_results_walk(&r), 1);
	r.size = 3;
	CHECK_EQ(lws_cache_results_walk(&r), 1);
	log_watch(LOG_USUAL);
	/* what is not wanted need not be said */
	put("a", "b", 0);
	CHECK_EQ(lws_cache_item_get(cache, "a", NULL, NULL), 0);
	CHECK_EQ(lws_cache_lookup(cache, "a", NULL, NULL), 0);
	CHECK_EQ(log_lines(""), 0);
	lws_cache_destroy(&cache);
}

int
main(void)
{
	cx = context_new();
	test_items();
	test_lookups();
	test_limits();
	test_time();
	test_levels();
	test_inside();
	test_ops();
	test_null();
	lws_context_destroy(cx);

	return 0;
}
