/*
 * Escaping: always a NUL, never beyond the buffer, never half an escape, and
 * the length functions tell just what is needed.
 */
#include "../context.h"

static char b[64];

static void fresh(void)
{
	memset(b, 0x55, sizeof(b));
}

/* Is the first part of `whole`, ends in a NUL, and nothing behind it changed? */
static void check_cut(const char *whole, size_t len)
{
	size_t n = strlen(b);

	CHECK(n < len);
	CHECK(!strncmp(b, whole, n));
	for (n++; n < sizeof(b); n++)
		CHECK(b[n] == 0x55);
}

static void test_sql(const char *from, const char *to)
{
	size_t len;

	CHECK_EQ(lws_sql_purify_len(from), strlen(to));
	for (len = 1; len < sizeof(b); len++) {
		fresh();
		CHECK(lws_sql_purify(b, from, len) == b);
		check_cut(to, len);
		/* all that fits but half a pair */
		CHECK(strlen(b) + 2 >= len || !strcmp(b, to));
		if (len > strlen(to))
			CHECK_STR(b, to);
	}
}

static void test_json(const char *from, const char *to)
{
	size_t len;
	int used;

	CHECK_EQ(lws_json_purify_len(from), strlen(to));
	for (len = 1; len < sizeof(b); len++) {
		fresh();
		used = -1;
		CHECK(lws_json_purify(b, from, (int)len, &used) == b);
		check_cut(to, len);
		CHECK(strlen(b) + 6 >= len || !strcmp(b, to));
		CHECK(used >= 0 && used <= (int)strlen(from));
		if (len > strlen(to)) {
			CHECK_STR(b, to);
			CHECK_EQ(used, strlen(from));
		} else {
			char head[32];

			/* what was used gives just what is there */
			lws_strnncpy(head, from, used, sizeof(head));
			CHECK_EQ(lws_json_purify_len(head), strlen(b));
		}
	}
}

int main(void)
{
	char name[] = "../a:b\\c$d%e...f/g";
	char c[2] = { 0, 0 };
	int n;

	lws_set_log_level(LOG_USUAL, NULL);

	test_sql("", "");
	test_sql("it's a 'b'", "it''s a ''b''");
	test_sql("''''", "''''''''");
	test_sql("\"\\%;--", "\"\\%;--");

	test_json("", "");
	test_json("abc", "abc");
	test_json("\"a\\b\"", "\\u0022a\\\\b\\u0022");
	test_json("\t\n\r\b\x1f/", "\\t\\n\\r\\u0008\\u001F/");
	test_json("n\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z",
		  "n\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z");
	test_json("a\xff\xc3z", "a\\u00FF\\u00C3z"); /* not UTF-8 */

	/* each byte for itself */
	for (n = 1; n < 256; n++) {
		c[0] = (char)n;
		fresh();
		lws_json_purify(b, c, sizeof(b), NULL);
		CHECK_EQ(lws_json_purify_len(c), strlen(b));
		if (n >= ' ' && n < 0x80 && n != '"' && n != '\\')
			CHECK_STR(b, c);
		else
			CHECK(b[0] == '\\' && (strlen(b) == 2 || strlen(b) == 6));
	}

	/* no room is no room */
	fresh();
	lws_sql_purify(b, "a", 0);
	n = 9;
	lws_json_purify(b, "a", 0, &n);
	CHECK(b[0] == 0x55 && n == 0);
	n = 9;
	CHECK_FAILS("lws_json_purify", lws_json_purify(b, "a", -1, &n) == b);
	CHECK(b[0] == 0x55 && n == 0);

	lws_filename_purify_inplace(name);
	CHECK_STR(name, "__/a_b_c_d_e__.f/g");

	return 0;
}
