/*
 * Maps: keys of any kind, functions of the program's own, arenas, arguments
 * that are none.
 */

#include "context.h"

typedef struct lws_map_item item_t;

static int calls_hash, calls_compare, live, again_result;
static lws_map_t *the_map;

static lws_map_hash_t
one_list(const lws_map_key_t key, size_t len)
{
	(void)key;
	(void)len;
	calls_hash++;

	return 3;
}

static int
by_first(const lws_map_key_t a, size_t a_len, const lws_map_value_t b, size_t b_len)
{
	calls_compare++;
	CHECK(a_len && b_len);

	return *(const char *)a != *(const char *)b;
}

static void *
take(struct lws_map *map, size_t size)
{
	CHECK(map == the_map || !the_map);
	live++;

	return malloc(size);
}

static void
give(void *item)
{
	live--;
	free(item);
}

static void *
take_none(struct lws_map *map, size_t size)
{
	(void)map;
	(void)size;

	return NULL;
}

/* a function of the map's that tries to change it */
static int
change(const lws_map_key_t a, size_t a_len, const lws_map_value_t b, size_t b_len)
{
	lws_map_t *map = the_map;

	again_result = lws_map_item_create(map, a, a_len, NULL, 0) == NULL;
	lws_map_destroy(&map);
	CHECK(map == the_map);

	return a_len != b_len || memcmp(a, b, a_len);
}

static void
test_many(void)
{
	lws_map_info_t info;
	lws_map_t *map;
	item_t *item;
	char key[16];
	int n, sum = 0;

	memset(&info, 0, sizeof(info));
	info.modulo = 64;
	map = lws_map_create(&info);
	CHECK(map);
	for (n = 0; n < 500; n++) {
		snprintf(key, sizeof(key), "key %d", n);
		item = lws_map_item_create_ks(map, key, &n, sizeof(n));
		CHECK(item);
		CHECK_EQ(lws_map_item_key_len(item), strlen(key));
		CHECK(!memcmp(lws_map_item_key(item), key, strlen(key)));
		/* a value lies where any type may lie */
		CHECK_EQ((uintptr_t)lws_map_item_value(item) % sizeof(void *), 0);
	}
	for (n = 0; n < 500; n += 2) {
		snprintf(key, sizeof(key), "key %d", n);
		lws_map_item_destroy(lws_map_item_lookup_ks(map, key));
	}
	for (n = 0; n < 500; n++) {
		snprintf(key, sizeof(key), "key %d", n);
		item = lws_map_item_lookup_ks(map, key);
		CHECK_EQ(!item, !(n & 1));
		if (item) {
			CHECK_EQ(lws_map_item_value_len(item), sizeof(n));
			sum += *(const int *)lws_map_item_value(item);
		}
	}
	CHECK_EQ(sum, 62500);
	/* a beginning, and more than the whole, is another key */
	CHECK(!lws_map_item_lookup(map, "key 1", 4));
	CHECK(!lws_map_item_lookup(map, "key 1 ", 6));
	lws_map_destroy(&map);
	CHECK(!map);
	lws_map_destroy(&map);
}

static void
test_own_functions(void)
{
	lws_map_info_t info;
	item_t *item, *other;

	memset(&info, 0, sizeof(info));
	info._hash = one_list;
	info._compare = by_first;
	info._alloc = take;
	info._free = give;
	info.modulo = 2;
	the_map = lws_map_create(&info);
	CHECK(the_map);
	item = lws_map_item_create_ks(the_map, "abc", "def", 3);
	other = lws_map_item_create_ks(the_map, "xyz", "uvw", 3);
	CHECK(item && other);
	CHECK(lws_map_item_lookup_ks(the_map, "a") == item);
	CHECK(lws_map_item_lookup_ks(the_map, "xx") == other);
	CHECK(!lws_map_item_lookup_ks(the_map, "b"));
	CHECK(calls_hash && calls_compare);
	/* equal is what the program says; the old item has gone, from which the new one is made */
	item = lws_map_item_create(the_map, (lws_map_key_t)(lws_intptr_t)lws_map_item_key(item), 1,
				   (lws_map_value_t)(lws_intptr_t)lws_map_item_value(item), 3);
	CHECK(item);
	CHECK_EQ(live, 2);
	CHECK_EQ(lws_map_item_key_len(item), 1);
	CHECK(!memcmp(lws_map_item_value(item), "def", 3));
	lws_map_item_destroy(other);
	CHECK_EQ(live, 1);
	lws_map_destroy(&the_map);
	CHECK_EQ(live, 0);
}

static void
test_no_memory(void)
{
	lws_map_info_t info;
	lws_map_t *map;

	memset(&info, 0, sizeof(info));
	info.modulo = SIZE_MAX / 2;
	CHECK_FAILS("lws_map_create: bad argument: info: no memory", !lws_map_create(&info));
	info.modulo = 0;
	info._alloc = take_none;
	map = lws_map_create(&info);
	CHECK(map);
	CHECK_FAILS("no memory", !lws_map_item_create_ks(map, "a", "b", 1));
	CHECK(!lws_map_item_lookup_ks(map, "a"));
	lws_map_destroy(&map);
	memset(&info, 0, sizeof(info));
	map = lws_map_create(&info);
	CHECK(lws_map_item_create_ks(map, "a", "b", 1));
	CHECK_FAILS("no memory", !lws_map_item_create(map, (lws_map_key_t)(lws_intptr_t)"a", 1, NULL, SIZE_MAX - 8));
	/* what was there stays */
	CHECK(lws_map_item_lookup_ks(map, "a"));
	lws_map_destroy(&map);
}

static void
test_change_inside(void)
{
	lws_map_info_t info;
	item_t *item;

	memset(&info, 0, sizeof(info));
	info._compare = change;
	info.modulo = 1;
	the_map = lws_map_create(&info);
	CHECK(the_map);
	CHECK(lws_map_item_create_ks(the_map, "a", "b", 1));
	log_watch(LOG_USUAL);
	item = lws_map_item_lookup_ks(the_map, "a");
	CHECK(item && again_result);
	CHECK_EQ(log_lines("called by a function of its own"), 2);
	log_watch(0);
	lws_map_destroy(&the_map);
}

static void
test_arena(void)
{
	struct lwsac *arena = NULL;
	lws_map_info_t info;
	lws_map_t *map;
	item_t *item;
	int n;

	memset(&info, 0, sizeof(info));
	info._alloc = lws_map_alloc_lwsac;
	info._free = lws_map_free_lwsac;
	info.opaque = &arena;
	info.aux = (void *)(lws_intptr_t)512;
	map = lws_map_create(&info);
	CHECK(map);
	for (n = 0; n < 100; n++) {
		item = lws_map_item_create(map, (lws_map_key_t)&n, sizeof(n), NULL, 5);
		CHECK(item && !memcmp(lws_map_item_value(item), "\0\0\0\0\0", 5));
	}
	n = 50;
	item = lws_map_item_lookup(map, (lws_map_key_t)&n, sizeof(n));
	CHECK(item && lws_map_item_value_len(item) == 5);
	CHECK(lwsac_total_alloc(arena) > 5000 && lwsac_get_next(arena));
	lws_map_destroy(&map);
	lwsac_free(&arena);
}

static void
test_null(void)
{
	lws_map_info_t info;
	lws_map_t *map;
	char key = 'a';

	memset(&info, 0, sizeof(info));
	map = lws_map_create(&info);
	CHECK_FAILS("lws_map_create", !lws_map_create(NULL));
	CHECK_LOGS("lws_map_destroy", lws_map_destroy(NULL));
	CHECK_FAILS("lws_map_alloc_lwsac", !lws_map_alloc_lwsac(NULL, 1));
	CHECK_FAILS("lwsac_use", !lws_map_alloc_lwsac(map, 1));
	CHECK_FAILS("map", !lws_map_item_create(NULL, &key, 1, &key, 1));
	CHECK_FAILS("key", !lws_map_item_create(map, NULL, 1, &key, 1));
	CHECK_FAILS("map", !lws_map_item_lookup(NULL, &key, 1));
	CHECK_FAILS("key", !lws_map_item_lookup(map, NULL, 1));
	CHECK_LOGS("lws_map_item_destroy", lws_map_item_destroy(NULL));
	CHECK_FAILS("lws_map_item_key:", !lws_map_item_key(NULL));
	CHECK_FAILS("lws_map_item_value:", !lws_map_item_value(NULL));
	CHECK_FAILS("lws_map_item_key_len", !lws_map_item_key_len(NULL));
	CHECK_FAILS("lws_map_item_value_len", !lws_map_item_value_len(NULL));
	log_watch(LOG_USUAL);
	lws_map_free_lwsac(NULL);
	/* the empty key is one */
	CHECK(lws_map_item_create(map, NULL, 0, NULL, 0));
	CHECK(lws_map_item_lookup(map, &key, 0));
	CHECK_EQ(log_lines(""), 0);
	lws_map_destroy(&map);
}

int
main(void)
{
	test_many();
	test_own_functions();
	test_no_memory();
	test_change_inside();
	test_arena();
	test_null();

	return 0;
}
