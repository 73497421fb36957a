/*
 * Cookies in a file behind a cache in memory: what is written, what a request
 * gets, and files that somebody else wrote.
 */

#include "context.h"

#include <sys/stat.h>

#define HEAD "# Netscape HTTP Cookie File\n"

static struct lws_context *cx;
static struct lws_cache_ttl_lru *jar, *cache;
static char dir[] = "/tmp/relws-jar-XXXXXX", path[64];

static const char *
file_text(void)
{
	static char text[4096];
	FILE *f = fopen(path, "r");
	size_t n;

	if (!f)
		return "none";
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);

	return text;
}

static void
write_file(const char *text)
{
	FILE *f = fopen(path, "w");

	CHECK(f && fputs(text, f) >= 0 && !fclose(f));
}

static void
begin(void)
{
	struct lws_cache_creation_info info;

	memset(&info, 0, sizeof(info));
	info.cx = cx;
	info.name = "jar";
	info.ops = &lws_cache_ops_nscookiejar;
	info.u.nscookiejar.filepath = path;
	jar = lws_cache_create(&info);
	CHECK(jar);
	info.name = "first";
	info.ops = &lws_cache_ops_heap;
	info.parent = jar;
	cache = lws_cache_create(&info);
	CHECK(cache);
}

static void
end(void)
{
	lws_cache_destroy(&cache);
	lws_cache_destroy(&jar);
}

static int
put(const char *tag, const char *line)
{
	return lws_cache_write_through(cache, tag, (const uint8_t *)line, strlen(line),
				       lws_now_usecs() + LWS_US_PER_SEC, NULL);
}

static const char *
get_from(struct lws_cache_ttl_lru *level, const char *tag)
{
	static char text[256];
	const void *p;
	size_t len;

	if (lws_cache_item_get(level, tag, &p, &len))
		return "none";
	CHECK(len < sizeof(text));
	memcpy(text, p, len);
	text[len] = '\0';

	return text;
}

static const char *
look_up(const char *wanted)
{
	static char text[512];
	lws_cache_results_t r;

	memset(&r, 0, sizeof(r));
	text[0] = '\0';
	if (lws_cache_lookup(cache, wanted, (const void **)&r.ptr, &r.size))
		return "none";
	while (!lws_cache_results_walk(&r)) {
		strcat(text, text[0] ? " " : "");
		strcat(text, (const char *)r.tag);
	}

	return text;
}

static void
test_written(void)
{
	struct stat st;

	CHECK(unlink(path) < 0);
	begin();
	CHECK_STR(file_text(), HEAD);
	CHECK(!stat(path, &st) && (st.st_mode & 0777) == 0600);
	CHECK_EQ(put("h.com|/|a", "h.com\tFALSE\t/\tTRUE\t4000000000\ta\t1"), 0);
	CHECK_EQ(put("h.com|/x|b", "h.com\tFALSE\t/x\tTRUE\t0\tb\t2"), 0);
	CHECK_STR(file_text(), HEAD "h.com\tFALSE\t/x\tTRUE\t0\tb\t2\n"
			       "h.com\tFALSE\t/\tTRUE\t4000000000\ta\t1\n");
	CHECK_EQ(put("h.com|/|a", "h.com\tFALSE\t/\tTRUE\t4000000000\ta\tnew"), 0);
	CHECK_STR(file_text(), HEAD "h.com\tFALSE\t/\tTRUE\t4000000000\ta\tnew\n"
			       "h.com\tFALSE\t/x\tTRUE\t0\tb\t2\n");
	CHECK_STR(get_from(cache, "h.com|/|a"), "h.com\tFALSE\t/\tTRUE\t4000000000\ta\tnew");
	CHECK_STR(get_from(jar, "h.com|/x|b"), "h.com\tFALSE\t/x\tTRUE\t0\tb\t2");
	CHECK_EQ(lws_cache_footprint(jar), strlen("h.com\tFALSE\t/\tTRUE\t4000000000\ta\tnewh.com\tFALSE\t/x\tTRUE\t0\tb\t2"));

	/* what is no cookie, or another one than the key says, is in no level */
	CHECK_FAILS("no cookie", put("bad", "not a cookie") == 1);
	CHECK_FAILS("no cookie", put("h.com|/|a", "h.com\tFALSE\t/\tTRUE\t0\tother\t1") == 1);
	CHECK_FAILS("no cookie", put("h.com|/|n", "h.com\tFALSE\t/\tTRUE\t0\tn\t1\nevil.com\t") == 1);
	CHECK_STR(get_from(cache, "bad"), "none");

	/* those of the path and above; a list changes with what it would have */
	CHECK_STR(look_up("h.com|/x/y|*"), "h.com|/|a h.com|/x|b");
	CHECK_STR(look_up("h.com|/xy|*"), "h.com|/|a");
	CHECK_STR(look_up("h.com|/x|b"), "h.com|/x|b");
	CHECK_STR(look_up("other.com|/|*"), "none");
	CHECK_STR(look_up("*"), "none");
	CHECK_EQ(put("h.com|/x|c", "h.com\tFALSE\t/x\tTRUE\t0\tc\t3"), 0);
	CHECK_STR(look_up("h.com|/x/y|*"), "h.com|/x|c h.com|/|a h.com|/x|b");

	/* removal goes by the text of the key */
	CHECK_EQ(lws_cache_item_remove(cache, "h.com|/x|*"), 0);
	CHECK_STR(look_up("h.com|/x/y|*"), "h.com|/|a");
	CHECK_STR(file_text(), HEAD "h.com\tFALSE\t/\tTRUE\t4000000000\ta\tnew\n");
	end();
	CHECK_STR(file_text(), HEAD "h.com\tFALSE\t/\tTRUE\t4000000000\ta\tnew\n");
	begin();
	CHECK_STR(get_from(cache, "h.com|/|a"), "h.com\tFALSE\t/\tTRUE\t4000000000\ta\tnew");
	CHECK_EQ(lws_cache_expunge(cache), 0);
	CHECK_STR(file_text(), "none");
	CHECK_STR(get_from(cache, "h.com|/|a"), "none");
	end();
}

static void
test_foreign(void)
{
	write_file("# a comment\n\nshort\tline\nz.com\tFALSE\t/\tFALSE\t4000000000\tnm\tval ue\n"
		   "#HttpOnly_z.com\tFALSE\t/p\tFALSE\t4000000000\tho\tx\n"
		   "z.com\tFALSE\t/\tFALSE\t1\tover\tx\nz.com\tFALSE\t/\tFALSE\t0\tses\tx\r\n"
		   "z.com\tFALSE\t/\tFALSE\t4000000000\tlast\tno newline");
	begin();
	/* what has ended goes, what is no cookie stays */
	CHECK_STR(file_text(), HEAD "# a comment\nshort\tline\n"
		  "z.com\tFALSE\t/\tFALSE\t4000000000\tnm\tval ue\n"
		  "#HttpOnly_z.com\tFALSE\t/p\tFALSE\t4000000000\tho\tx\n"
		  "z.com\tFALSE\t/\tFALSE\t0\tses\tx\r\n"
		  "z.com\tFALSE\t/\tFALSE\t4000000000\tlast\tno newline\n");
	CHECK_STR(look_up("z.com|/p|*"), "z.com|/|nm z.com|/p|ho z.com|/|ses z.com|/|last");
	CHECK_STR(get_from(cache, "z.com|/p|ho"),
		  "#HttpOnly_z.com\tFALSE\t/p\tFALSE\t4000000000\tho\tx");
	/* another program's cookie is seen at once */
	write_file(HEAD "z.com\tFALSE\t/\tFALSE\t0\tnew\tx\n");
	CHECK_STR(get_from(cache, "z.com|/|new"), "z.com\tFALSE\t/\tFALSE\t0\tnew\tx");
	end();
	CHECK(!unlink(path));
}

static void
test_no_file(void)
{
	struct lws_cache_creation_info info;

	memset(&info, 0, sizeof(info));
	info.cx = cx;
	info.name = "jar";
	info.ops = &lws_cache_ops_nscookiejar;
	info.u.nscookiejar.filepath = "/nonexistent/jar";
	log_watch(LOG_USUAL);
	CHECK(!lws_cache_create(&info));
	CHECK_EQ(log_lines("lws_cache_create"), log_lines(""));
	CHECK(log_lines("") > 0);

	/* one that cannot be written any more */
	begin();
	CHECK(!unlink(path) && !mkdir(path, 0700));
	log_watch(LOG_USUAL);
	CHECK_EQ(put("h.com|/|a", "h.com\tFALSE\t/\tTRUE\t0\ta\t1"), 1);
	CHECK(log_lines("its file") > 0);
	CHECK_STR(get_from(cache, "h.com|/|a"), "none");
	log_watch(0);
	end();
	CHECK(!rmdir(path));
}

int
main(void)
{
	CHECK(mkdtemp(dir));
	CHECK((size_t)snprintf(path, sizeof(path), "%s/jar", dir) < sizeof(path));
	cx = context_new();
	test_written();
	test_foreign();
	test_no_file();
	lws_context_destroy(cx);
	CHECK(!rmdir(dir));

	return 0;
}
