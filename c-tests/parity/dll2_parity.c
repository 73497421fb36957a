/*
 * Intrusive lists: what the lists look like after each call.
 */
#include "../context.h"

struct item {
	const char	*name;
	lws_dll2_t	list;
	int		key;
};

static lws_dll2_owner_t own;
static struct item item[] = {
	{ "zero", { NULL, NULL, NULL }, 5 },
	{ "one", { NULL, NULL, NULL }, 2 },
	{ "two", { NULL, NULL, NULL }, 9 },
	{ "three", { NULL, NULL, NULL }, 2 },
	{ "four", { NULL, NULL, NULL }, 7 },
};

static void show(const char *what)
{
	const lws_dll2_t *p;

	printf("%s: %u:", what, (unsigned int)own.count);
	for (p = own.head; p; p = p->next)
		printf(" %s", lws_container_of(p, struct item, list)->name);
	printf(" |");
	for (p = own.tail; p; p = p->prev)
		printf(" %s", lws_container_of(p, struct item, list)->name);
	printf("\n");
}

static int by_key(const lws_dll2_t *x, const lws_dll2_t *y)
{
	return lws_container_of(x, struct item, list)->key -
	       lws_container_of(y, struct item, list)->key;
}

static int visit(lws_dll2_t *p, void *user)
{
	printf("  %s\n", lws_container_of(p, struct item, list)->name);
	if (user)
		lws_dll2_remove(p);

	return 0;
}

int main(void)
{
	struct item *found;
	int n;

	show("empty");
	lws_dll2_add_head(&item[0].list, &own);
	show("head");
	lws_dll2_add_head(&item[1].list, &own);
	show("head");
	lws_dll2_add_tail(&item[2].list, &own);
	show("tail");
	lws_dll2_add_before(&item[3].list, &item[2].list);
	show("before");
	lws_dll2_add_before(&item[4].list, &item[1].list);
	show("before the first");

	found = lws_dll2_search_sz_pl(&own, "threepenny", 5, struct item, list,
				      name);
	printf("found: %s\n", found ? found->name : "-");
	found = lws_dll2_search_sz_pl(&own, "thre", 4, struct item, list, name);
	printf("found: %s\n", found ? found->name : "-");

	lws_dll2_remove(&item[0].list);
	show("removed from the middle");
	lws_dll2_remove(&item[4].list);
	show("removed the first");
	lws_dll2_remove(&item[2].list);
	show("removed the last");
	lws_dll2_remove(&item[2].list);
	show("removed twice");
	printf("detached: %d %d\n", lws_dll2_is_detached(&item[2].list) != 0,
	       lws_dll2_is_detached(&item[1].list) != 0);

	printf("visit: %d\n", lws_dll2_foreach_safe(&own, NULL, visit));
	printf("visit: %d\n", lws_dll2_foreach_safe(&own, &own, visit));
	show("all removed");

	for (n = 0; n < 5; n++) {
		lws_dll2_add_sorted(&item[n].list, &own, by_key);
		show("sorted");
	}
	lws_dll2_owner_clear(&own);
	lws_dll2_clear(&item[0].list);
	printf("detached: %d\n", lws_dll2_is_detached(&item[0].list) != 0);
	show("cleared");

	return 0;
}
