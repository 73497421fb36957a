/*
 * Text, hexadecimal, random, numbers, URIs, the command line, the allocator.
 */
#include "../context.h"
#include <fcntl.h>
#include <signal.h>

/* A buffer whose bytes behind the result must stay as they are. */
static char b[64];

static char *fresh(void)
{
	memset(b, 0x55, sizeof(b));

	return b;
}

#define UNTOUCHED_FROM(n) \
	do { \
		size_t u_; \
		for (u_ = (n); u_ < sizeof(b); u_++) \
			CHECK(b[u_] == 0x55); \
	} while (0)

static void test_snprintf(void)
{
	CHECK_EQ(lws_snprintf(fresh(), 0, "%s", "hello"), 0);
	UNTOUCHED_FROM(0);
	CHECK_EQ(lws_snprintf(fresh(), 1, "%s", "hello"), 1);
	CHECK_STR(b, "");
	UNTOUCHED_FROM(1);
	CHECK_EQ(lws_snprintf(fresh(), 5, "%s", "hello"), 5);
	CHECK_STR(b, "hell");
	UNTOUCHED_FROM(5);
	CHECK_EQ(lws_snprintf(fresh(), 6, "%s", "hello"), 5);
	CHECK_STR(b, "hello");
	UNTOUCHED_FROM(6);
	CHECK_EQ(lws_snprintf(fresh(), sizeof(b), "%d %s %.2f %c %lu %d %d %d %d",
			      -1, "x", 1.5, 'c', 7ul, 1, 2, 3, 4), 21);
	CHECK_STR(b, "-1 x 1.50 c 7 1 2 3 4");
}

static void test_strncpy(void)
{
	static const char cut[3] = { 'a', 'b', 'c' }; /* no NUL */

	CHECK(lws_strncpy(fresh(), "hello", 0) == b);
	UNTOUCHED_FROM(0);
	CHECK(lws_strncpy(fresh(), "hello", 1) == b);
	CHECK_STR(b, "");
	UNTOUCHED_FROM(1);
	lws_strncpy(fresh(), "hello", 5);
	CHECK_STR(b, "hell");
	UNTOUCHED_FROM(5);
	lws_strncpy(fresh(), "hello", 8);
	CHECK(!memcmp(b, "hello\0\0", 8));
	UNTOUCHED_FROM(8);
	lws_strnncpy(fresh(), cut, sizeof(cut), sizeof(b));
	CHECK_STR(b, "abc");
}

static void test_find(void)
{
	static const char json[] = "{\"a\": \"x\\\"y\", \"b\":true , \"c\":12}";
	size_t len;
	const char *p;

	CHECK(lws_nstrstr(json, 5, "\"a\"", 3) == json + 1);
	CHECK(!lws_nstrstr(json, 3, "\"a\"", 3));
	CHECK(!lws_nstrstr(json, 5, "", 0));

	p = lws_json_simple_find(json, sizeof(json) - 1, "\"a\":", &len);
	CHECK(p && len == 4 && !memcmp(p, "x\\\"y", 4));
	p = lws_json_simple_find(json, sizeof(json) - 1, "\"b\":", &len);
	CHECK(p && len == 4 && !memcmp(p, "true", 4));
	len = 7;
	CHECK(!lws_json_simple_find(json, sizeof(json) - 1, "\"d\":", &len));
	CHECK(len == 7);
	/* the value may be cut off by the end of the buffer */
	p = lws_json_simple_find(json, sizeof(json) - 3, "\"c\":", &len);
	CHECK(p && len == 1 && *p == '1');
	CHECK(!lws_json_simple_find(json, sizeof(json) - 4, "\"c\":", &len));

	CHECK_EQ(lws_json_simple_strcmp(json, sizeof(json) - 1, "\"b\":", "true"), 0);
	CHECK_EQ(lws_json_simple_strcmp(json, sizeof(json) - 1, "\"b\":", "tru"), -1);
	CHECK_EQ(lws_json_simple_strcmp(json, sizeof(json) - 1, "\"c\":", "10"), 2);
	CHECK_EQ(lws_json_simple_strcmp(json, sizeof(json) - 1, "\"d\":", ""), -1);
}

static void test_hex(void)
{
	uint8_t d[4] = { 9, 9, 9, 9 };
	char one[65], two[65];
	size_t n;

	CHECK_EQ(lws_hex_to_byte_array("", d, 0), 0);
	/* as documented, max may be just half the digits */
	CHECK_EQ(lws_hex_to_byte_array("abCD", d, 2), 2);
	CHECK(d[0] == 0xab && d[1] == 0xcd && d[2] == 9);
	CHECK_EQ(lws_hex_to_byte_array("abcdef", d, 2), -1);
	CHECK(d[2] == 9);
	CHECK_EQ(lws_hex_to_byte_array("abc", d, 4), -1);
	CHECK_EQ(lws_hex_to_byte_array("0x", d, 4), -1);
	CHECK_EQ(lws_hex_to_byte_array("a b", d, 4), -1);

	lws_hex_from_byte_array((const uint8_t *)"\x01\xab", 2, fresh(), 5);
	CHECK_STR(b, "01ab");
	UNTOUCHED_FROM(5);
	lws_hex_from_byte_array((const uint8_t *)"\x01\xab", 2, fresh(), 4);
	CHECK_STR(b, "01a");
	UNTOUCHED_FROM(4);
	lws_hex_from_byte_array((const uint8_t *)"\x01\xab", 2, fresh(), 0);
	UNTOUCHED_FROM(0);

	for (n = 1; n < 9; n++) {
		CHECK_EQ(lws_hex_random(NULL, fresh(), n), 0);
		CHECK(strlen(b) == n - 1);
		CHECK(strspn(b, "0123456789abcdef") == n - 1);
		UNTOUCHED_FROM(n);
	}
	CHECK(!lws_hex_random(NULL, one, sizeof(one)));
	CHECK(!lws_hex_random(NULL, two, sizeof(two)));
	CHECK(strcmp(one, two));

	memset(one, 0, sizeof(one));
	CHECK(lws_get_random(NULL, one, 64) == 64);
	CHECK(!one[64]);
	CHECK(lws_get_random(NULL, two, 64) == 64);
	CHECK(memcmp(one, two, 64));
	CHECK(!lws_get_random(NULL, one, 0));

	lws_explicit_bzero(one, 63);
	CHECK(!one[0] && !one[62]);

	CHECK(!lws_timingsafe_bcmp("abc", "abc", 3));
	CHECK(!lws_timingsafe_bcmp("abc", "abd", 2));
	CHECK(lws_timingsafe_bcmp("abc", "abd", 3));
	CHECK(lws_timingsafe_bcmp("xbc", "abc", 3));
	CHECK(!lws_timingsafe_bcmp("a", "b", 0));
}

static void test_numbers(void)
{
	static const uint64_t values[] = {
		0, 1, 127, 128, 16383, 16384, 2097151, 2097152, 268435455
	};
	static const lws_humanize_unit_t thousands[] = {
		{ "K", 1000 }, { NULL, 0 }
	};
	uint8_t v[16];
	uint64_t out;
	size_t n;
	int len;

	lws_ser_wu16be(v, 0x0123);
	lws_ser_wu32be(v + 2, 0x456789ab);
	lws_ser_wu64be(v + 6, 0xcdef0123456789abull);
	CHECK(!memcmp(v, "\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab", 14));
	CHECK(lws_ser_ru16be(v) == 0x0123);
	CHECK(lws_ser_ru32be(v + 2) == 0x456789ab);
	CHECK(lws_ser_ru64be(v + 6) == 0xcdef0123456789abull);

	for (n = 0; n < LWS_ARRAY_SIZE(values); n++) {
		memset(v, 0x55, sizeof(v));
		len = lws_vbi_encode(values[n], v);
		CHECK(len >= 1 && len <= 4 && v[len] == 0x55);
		CHECK_EQ(lws_vbi_decode(v, &out, (size_t)len), len);
		CHECK(out == values[n]);
		out = 5;
		CHECK_EQ(lws_vbi_decode(v, &out, (size_t)len - 1), 0);
		CHECK(out == 5);
	}
	memset(v, 0xff, sizeof(v));
	CHECK_EQ(lws_vbi_decode(v, &out, sizeof(v)), 0);
	CHECK_FAILS("lws_vbi_encode", lws_vbi_encode(268435456, v) == -1);

	CHECK_EQ(lws_humanize(fresh(), sizeof(b), 2047, humanize_schema_si), 7);
	CHECK_STR(b, "1.999Ki");
	CHECK_EQ(lws_humanize(fresh(), sizeof(b), 0, humanize_schema_si), 1);
	CHECK_STR(b, "0");
	CHECK_EQ(lws_humanize(fresh(), sizeof(b), UINT64_MAX, humanize_schema_si_bytes), 12);
	CHECK_STR(b, "16383.999PiB");
	CHECK_EQ(lws_humanize(fresh(), sizeof(b), 1, humanize_schema_us), 4);
	CHECK_STR(b, "1\xce\xbcs");
	CHECK_EQ(lws_humanize(fresh(), sizeof(b), 129600000000, humanize_schema_us), 6);
	CHECK_STR(b, "1.500d");
	/* it never writes beyond len */
	for (n = 0; n < 9; n++) {
		CHECK_EQ(lws_humanize(fresh(), n, 22130000000, humanize_schema_si), n);
		UNTOUCHED_FROM(n);
		CHECK(!n || strlen(b) == n - 1);
	}
	CHECK_FAILS("lws_humanize", !lws_humanize(fresh(), 5, 999, thousands));
	CHECK_STR(b, "unkn");
	UNTOUCHED_FROM(5);
}

static void test_time(void)
{
	struct timespec ts;
	lws_usec_t us;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	us = (lws_usec_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
	CHECK(lws_now_usecs() >= us);
	CHECK(lws_now_usecs() < us + 60 * LWS_USEC_PER_SEC);
	clock_gettime(CLOCK_REALTIME, &ts);
	CHECK(lws_now_secs() - (unsigned long)ts.tv_sec < 60);
}

static void test_uri(void)
{
	static const struct {
		const char *uri, *prot, *ads;
		int port;
		const char *path;
	} t[] = {
		{ "https://example.com/a/b?c", "https", "example.com", 443, "a/b?c" },
		{ "http://[::1]:81", "http", "::1", 81, "/" },
		{ "http://+/var/run/mysocket:/my/path", "http",
		  "+/var/run/mysocket", 0, "my/path" },
		{ "mqtt://h/", "mqtt", "h", -5, "/" },
		{ "h:9/p", "", "h", 9, "p" },
		{ "", "", "", -5, "/" },
		{ "http://h:99999999999/", "http", "h", INT32_MAX, "/" },
	};
	const char *prot, *ads, *path;
	char buf[100];
	size_t n;
	int port;

	for (n = 0; n < LWS_ARRAY_SIZE(t); n++) {
		strcpy(buf, t[n].uri);
		port = -5;
		CHECK_EQ(lws_parse_uri(buf, &prot, &ads, &port, &path), 0);
		CHECK_STR(prot, t[n].prot);
		CHECK_STR(ads, t[n].ads);
		CHECK_EQ(port, t[n].port);
		CHECK_STR(path, t[n].path);
	}
}

static void test_cmdline(void)
{
	const char *argv[] = { "-d9", "-d1", "-d", "7", NULL, "--foo=bar", "-x" };
	const char *hush[] = { "app", "-dx" };
	const char *term[] = { "app", "--ignore-sigterm" };
	struct lws_context_creation_info info, before;

	CHECK_STR(lws_cmdline_option(7, argv, "-d"), "7"); /* the last */
	CHECK_STR(lws_cmdline_option(2, argv, "-d"), "1");
	CHECK_STR(lws_cmdline_option(3, argv, "-d"), "");
	CHECK(!lws_cmdline_option(1, argv, "-d"));
	CHECK(!lws_cmdline_option(-1, argv, "-d"));
	CHECK_STR(lws_cmdline_option(7, argv, "--foo"), "bar");
	CHECK_STR(lws_cmdline_option(7, argv, "-x"), "");
	CHECK_STR(lws_cmdline_option(5, argv, "7"), "");
	CHECK(!lws_cmdline_option(7, argv, "-y"));

	memset(&info, 0, sizeof(info));
	before = info;
	lws_set_log_level(0, NULL);
	lws_cmdline_option_handle_builtin(1, hush, &info);
	CHECK(lwsl_visible(LLL_ERR) && lwsl_visible(LLL_WARN));
	CHECK(lwsl_visible(LLL_NOTICE) && lwsl_visible(LLL_USER));
	CHECK(!lwsl_visible(LLL_INFO) && !lwsl_visible(LLL_DEBUG));
	lws_cmdline_option_handle_builtin(4, argv, &info);
	CHECK(lwsl_visible(LLL_ERR) && lwsl_visible(LLL_NOTICE));
	CHECK(!lwsl_visible(LLL_INFO) && !lwsl_visible(LLL_USER));
	/* no number: said, and the usual levels */
	log_watch(0);
	lws_cmdline_option_handle_builtin(2, hush, &info);
	CHECK(lwsl_visible(LLL_USER) && log_lines("-d wants a number") == 1);
	CHECK(!memcmp(&info, &before, sizeof(info)));

	signal(SIGTERM, SIG_DFL);
	lws_cmdline_option_handle_builtin(2, term, NULL);
	CHECK(!raise(SIGTERM)); /* and we are still here */
	lws_set_log_level(LOG_USUAL, NULL);
}

static void test_files(void)
{
	char dir[] = "/tmp/relws-misc-XXXXXX", name[64];
	int fd;

	CHECK(mkdtemp(dir));
	lws_snprintf(name, sizeof(name), "%s/f", dir);
	fd = lws_open(name, O_RDWR | O_CREAT, 0640);
	CHECK(fd >= 0);
	CHECK_EQ(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	CHECK_EQ(write(fd, "abc", 3), 3);
	close(fd);
	fd = lws_open(name, O_RDONLY);
	CHECK(fd >= 0);
	CHECK_EQ(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	CHECK_EQ(read(fd, b, sizeof(b)), 3);
	close(fd);
	CHECK(!unlink(name));
	CHECK_EQ(lws_open(name, O_RDONLY), -1);
	CHECK(!rmdir(dir));
}

static int allocs, frees;

static void *counting(void *ptr, size_t size, const char *reason)
{
	CHECK(reason && *reason);
	if (!size) {
		frees++;
		free(ptr);
		return NULL;
	}
	allocs++;

	return realloc(ptr, size);
}

static void test_allocator(void)
{
	struct lws_buflist *bl = NULL;

	lws_set_allocator(counting);
	CHECK_FAILS("lws_set_allocator", (lws_set_allocator(NULL), 1));
	CHECK_EQ(lws_buflist_append_segment(&bl, (const uint8_t *)"abc", 3), 1);
	CHECK(allocs == 1 && !frees);
	lws_buflist_destroy_all_segments(&bl);
	CHECK(allocs == 1 && frees == 1);
}

int main(void)
{
	lws_set_log_level(LOG_USUAL, NULL);
	CHECK(!strncmp(lws_get_library_version(), "4.3.5-", 6));
	test_snprintf();
	test_strncpy();
	test_find();
	test_hex();
	test_numbers();
	test_time();
	test_uri();
	test_cmdline();
	test_files();
	test_allocator();

	return 0;
}
