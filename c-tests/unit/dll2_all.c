/*
 * The intrusive list that users put into their own structs.
 */
#include "../context.h"

struct item {
	const char	*name;
	lws_dll2_t	list;
	int		key;
};

static struct item a = { .name = "a", .key = 1 },
		   b = { .name = "bb", .key = 2 },
		   c = { .name = "ccc", .key = 3 },
		   d = { .name = "bb", .key = 2 };
static lws_dll2_owner_t own, other;

/* The list forwards and backwards, as the links really are. */
static void show(const lws_dll2_owner_t *o)
{
	const lws_dll2_t *p;
	uint32_t n = 0;

	for (p = o->head; p; p = p->next, n++) {
		CHECK(lws_dll2_owner(p) == o);
		CHECK(p->next || o->tail == p);
		CHECK(!p->next || p->next->prev == p);
		trace("%s ", lws_container_of(p, struct item, list)->name);
	}
	CHECK(n == o->count);
	CHECK(!o->head == !o->tail);
	CHECK(!o->head || !o->head->prev);
}

static void clear_all(void)
{
	lws_dll2_owner_clear(&own);
	lws_dll2_owner_clear(&other);
	lws_dll2_clear(&a.list);
	lws_dll2_clear(&b.list);
	lws_dll2_clear(&c.list);
	lws_dll2_clear(&d.list);
	trace_reset();
}

static void add_and_remove(void)
{
	clear_all();
	CHECK(lws_dll2_is_detached(&a.list));
	lws_dll2_add_head(&b.list, &own);
	lws_dll2_add_head(&a.list, &own);
	lws_dll2_add_tail(&c.list, &own);
	show(&own);
	CHECK_TRACE("a bb ccc ");
	CHECK(!lws_dll2_is_detached(&a.list));
	CHECK(lws_dll2_get_head(&own) == &a.list);
	CHECK(lws_dll2_get_tail(&own) == &c.list);

	lws_dll2_remove(&b.list);
	CHECK(lws_dll2_is_detached(&b.list) && !b.list.prev && !b.list.next);
	lws_dll2_remove(&b.list); /* not on a list: nothing */
	show(&own);
	CHECK_TRACE("a ccc ");
	lws_dll2_add_before(&b.list, &c.list);
	show(&own);
	CHECK_TRACE("a bb ccc ");
	lws_dll2_add_before(&d.list, &a.list);
	CHECK(lws_dll2_get_head(&own) == &d.list);
	show(&own);
	CHECK_TRACE("bb a bb ccc ");

	lws_dll2_remove(&d.list);
	lws_dll2_remove(&c.list);
	lws_dll2_remove(&a.list);
	show(&own);
	CHECK_TRACE("bb ");
	lws_dll2_remove(&b.list);
	show(&own);
	CHECK_TRACE("");
	CHECK(!own.count && !lws_dll2_get_head(&own) && !lws_dll2_get_tail(&own));
}

static int by_key(const lws_dll2_t *x, const lws_dll2_t *y)
{
	return lws_container_of(x, struct item, list)->key -
	       lws_container_of(y, struct item, list)->key;
}

static int by_key_times(void *priv, const lws_dll2_t *x, const lws_dll2_t *y)
{
	return *(int *)priv * by_key(x, y);
}

static void sorted(void)
{
	int down = -1;

	clear_all();
	lws_dll2_add_sorted(&b.list, &own, by_key);
	lws_dll2_add_sorted(&c.list, &own, by_key);
	lws_dll2_add_sorted(&a.list, &own, by_key);
	show(&own);
	CHECK_TRACE("a bb ccc ");
	/* an equal one comes before those that were there */
	lws_dll2_add_sorted(&d.list, &own, by_key);
	CHECK(a.list.next == &d.list && d.list.next == &b.list);
	show(&own);
	CHECK_TRACE("a bb bb ccc ");

	clear_all();
	lws_dll2_add_sorted_priv(&b.list, &own, &down, by_key_times);
	lws_dll2_add_sorted_priv(&a.list, &own, &down, by_key_times);
	lws_dll2_add_sorted_priv(&c.list, &own, &down, by_key_times);
	show(&own);
	CHECK_TRACE("ccc bb a ");
}

static int stop_at;

static int visit(lws_dll2_t *p, void *user)
{
	struct item *i = lws_container_of(p, struct item, list);

	CHECK(user == &stop_at);
	trace("%s ", i->name);
	lws_dll2_remove(p); /* safe against this */

	return i->key == stop_at ? 5 : 0;
}

static void foreach(void)
{
	clear_all();
	CHECK(!lws_dll2_foreach_safe(&own, &stop_at, visit));
	lws_dll2_add_tail(&a.list, &own);
	lws_dll2_add_tail(&b.list, &own);
	lws_dll2_add_tail(&c.list, &own);
	stop_at = 2;
	CHECK(lws_dll2_foreach_safe(&own, &stop_at, visit) == 5 ||
	      own.count == 1);
	CHECK_TRACE("a bb ");
	show(&own);
	CHECK_TRACE("ccc ");
	stop_at = 0;
	CHECK(!lws_dll2_foreach_safe(&own, &stop_at, visit));
	CHECK(!own.count);
	CHECK_TRACE("ccc ");

	/* the macros */
	lws_dll2_add_tail(&a.list, &own);
	lws_dll2_add_tail(&b.list, &own);
	lws_start_foreach_dll(lws_dll2_t *, p, lws_dll2_get_head(&own)) {
		trace("%s ", lws_container_of(p, struct item, list)->name);
	} lws_end_foreach_dll(p);
	CHECK_TRACE("a bb ");
	lws_start_foreach_dll_safe(lws_dll2_t *, p, p1,
				   lws_dll2_get_head(&own)) {
		lws_dll2_remove(p);
	} lws_end_foreach_dll_safe(p, p1);
	CHECK(!own.count);
}

static void search(void)
{
	clear_all();
	lws_dll2_add_tail(&a.list, &own);
	lws_dll2_add_tail(&b.list, &own);
	lws_dll2_add_tail(&d.list, &own);
	CHECK(lws_dll2_search_sz_pl(&own, "a", 1, struct item, list, name) ==
	      &a);
	/* the first; and the length counts, not a terminator */
	CHECK(lws_dll2_search_sz_pl(&own, "bbx", 2, struct item, list, name) ==
	      &b);
	CHECK(!lws_dll2_search_sz_pl(&own, "b", 1, struct item, list, name));
	CHECK(!lws_dll2_search_sz_pl(&own, "bbx", 3, struct item, list, name));
	CHECK(!lws_dll2_search_sz_pl(&other, "a", 1, struct item, list, name));
}

int main(void)
{
	add_and_remove();
	sorted();
	foreach();
	search();

	return 0;
}
