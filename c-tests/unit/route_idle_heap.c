/*
 * A context that knows the routes and does nothing has no more than 17 KiB of
 * heap in use.
 */
#include "../netns.h"

#include <malloc.h>

/* with all switches of options.list */
#define MOST (17 * 1024)

/* A usual network: a loopback and two other interfaces, both families. */
static void net_usual(void)
{
	struct if_nameindex *all;
	int n = 0;

	ns_two_pairs();

	/* each interface takes its memory; some kernels add tunnels */
	CHECK((all = if_nameindex()) != NULL);
	while (all[n].if_index)
		n++;
	if_freenameindex(all);
	if (n != 3) {
		fprintf(stderr, "skipped: %d interfaces in a new network\n", n);
		exit(CHECK_SKIPPED);
	}
}

/*
 * malloc() tells apart what is in use and what it could give back. But it
 * counts as in use what it keeps by thread of what was freed, some 3 KiB here:
 * it is told to keep nothing, which it reads when a program begins.
 */
static void keep_nothing(void)
{
	char self[] = "route_idle_heap", *args[] = { self, NULL };

	if (getenv("GLIBC_TUNABLES") || check_slow())
		return;
	CHECK(!setenv("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0", 1));
	execv("/proc/self/exe", args);
	perror("execv");
	exit(1);
}

static size_t heap_in_use(void)
{
	struct mallinfo2 m;

	malloc_trim(0);
	m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;
	size_t before, used;

	keep_nothing();
	net_usual();
	info_init(&info);
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
	before = heap_in_use();
	cx = context_from(&info);
	UNTIL(cx, lws_route_synced(cx));
	pump(cx);
	used = heap_in_use() - before;
	fprintf(stderr, "%zu bytes of heap in use\n", used);
	CHECK(used <= MOST);
	lws_context_destroy(cx);

	return 0;
}
