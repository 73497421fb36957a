/*
 * Contexts come and go a thousand times; no descriptor and no memory stays.
 */
#include "../context.h"
#include <dirent.h>
#include <malloc.h>

static int smd_cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
		  size_t len)
{
	(void)opaque;
	(void)c;
	(void)ts;
	(void)buf;
	(void)len;

	return 0;
}

static int descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	CHECK(d);
	while (readdir(d))
		n++;
	closedir(d);

	return n;
}

static void cycle(unsigned int n)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;

	info_init(&info);
	info.vhost_name = "cycle";
	info.early_smd_cb = smd_cb;
	info.early_smd_class_filter = ~(lws_smd_class_t)0;
	cx = context_from(&info);
	/* every third one never runs, every third has work left */
	if (n % 3)
		context_settle(cx);
	if (n % 3 == 1) {
		CHECK(lws_smd_register(cx, NULL, 0, MINE, smd_cb));
		CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 1));
	}
	lws_context_destroy(cx);
}

int main(void)
{
	unsigned int n, rounds = repeats(1000, 50);
	size_t heap;
	int fds;

	/* as many first: what malloc() keeps in its caches counts as in use */
	for (n = 0; n < rounds; n++)
		cycle(n);
	fds = descriptors();
	heap = mallinfo2().uordblks;
	for (n = 0; n < rounds; n++)
		cycle(n);
	CHECK(descriptors() == fds);
	/* less than 10 bytes a cycle is nothing that a cycle leaves behind */
	CHECK(mallinfo2().uordblks < heap + 10 * rounds);

	return 0;
}
