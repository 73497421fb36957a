/*
 * Every export of lws-misc.h and lws-purify.h that takes pointers, with NULL for
 * each: its error value and one log line that names it.
 */
#include "../context.h"
#include <errno.h>

static int dir_cb(const char *dirpath, void *user, struct lws_dir_entry *lde)
{
	(void)dirpath;
	(void)user;
	(void)lde;
	CHECK(0);

	return 0;
}

static int glob_cb(void *data, const char *path)
{
	(void)data;
	(void)path;
	CHECK(0);

	return 0;
}

static void test_buflist(void)
{
	struct lws_buflist *bl = NULL;
	uint8_t b[8], *p = b;
	char first = 9, fin = 9;

	CHECK_FAILS("lws_buflist_append_segment",
		    lws_buflist_append_segment(NULL, b, 1) == -1);
	CHECK_FAILS("lws_buflist_append_segment",
		    lws_buflist_append_segment(&bl, NULL, 1) == -1);
	CHECK(!bl);
	CHECK(lws_buflist_append_segment(&bl, (const uint8_t *)"ab", 2) == 1);
	CHECK_FAILS("lws_buflist_next_segment_len",
		    !lws_buflist_next_segment_len(NULL, &p) && !p);
	CHECK_FAILS("lws_buflist_use_segment", !lws_buflist_use_segment(NULL, 1));
	CHECK_FAILS("lws_buflist_total_len", !lws_buflist_total_len(NULL));
	CHECK_FAILS("lws_buflist_linear_copy",
		    lws_buflist_linear_copy(NULL, 0, b, 1) == -1);
	CHECK_FAILS("lws_buflist_linear_copy",
		    lws_buflist_linear_copy(&bl, 0, NULL, 1) == -1);
	CHECK_FAILS("lws_buflist_linear_use", !lws_buflist_linear_use(NULL, b, 1));
	CHECK_FAILS("lws_buflist_linear_use", !lws_buflist_linear_use(&bl, NULL, 1));
	CHECK_FAILS("lws_buflist_fragment_use",
		    !lws_buflist_fragment_use(NULL, b, 1, &first, &fin));
	CHECK_FAILS("lws_buflist_fragment_use",
		    !lws_buflist_fragment_use(&bl, NULL, 1, &first, &fin));
	CHECK(first == 9 && fin == 9);
	CHECK_LOGS("lws_buflist_destroy_all_segments",
		   lws_buflist_destroy_all_segments(NULL));
	CHECK_LOGS("lws_buflist_describe", lws_buflist_describe(NULL, NULL, "x"));
	CHECK_LOGS("lws_buflist_describe", lws_buflist_describe(&bl, NULL, NULL));
	CHECK(lws_buflist_total_len(&bl) == 2);
	lws_buflist_destroy_all_segments(&bl);
}

static void test_text(void)
{
	const char *volatile none = NULL; /* the compiler shall not notice */
	const char *argv[] = { "app", "-x" };
	size_t len = 7;
	char b[8] = "x";

	CHECK_FAILS("lws_snprintf", !lws_snprintf((char *)none, 5, "a"));
	CHECK_FAILS("lws_snprintf", !lws_snprintf(b, 5, none, 1) && !b[0]);
	CHECK(!lws_snprintf((char *)none, 0, "a"));
	CHECK_FAILS("lws_strncpy", !lws_strncpy(NULL, "a", 5));
	b[0] = 'x';
	CHECK_FAILS("lws_strncpy", lws_strncpy(b, NULL, 5) == b && !b[0]);
	CHECK_FAILS("lws_nstrstr", !lws_nstrstr(NULL, 1, "a", 1));
	CHECK_FAILS("lws_nstrstr", !lws_nstrstr("a", 1, NULL, 1));
	CHECK_FAILS("lws_json_simple_find",
		    !lws_json_simple_find(NULL, 1, "\"a\":", &len));
	CHECK_FAILS("lws_json_simple_find",
		    !lws_json_simple_find("\"a\":1", 5, NULL, &len));
	CHECK_FAILS("lws_json_simple_find",
		    !lws_json_simple_find("\"a\":1", 5, "\"a\":", NULL));
	CHECK(len == 7);
	CHECK_FAILS("lws_json_simple_strcmp",
		    lws_json_simple_strcmp(NULL, 1, "\"a\":", "1") == -1);
	CHECK_FAILS("lws_json_simple_strcmp",
		    lws_json_simple_strcmp("\"a\":1", 5, NULL, "1") == -1);
	CHECK_FAILS("lws_json_simple_strcmp",
		    lws_json_simple_strcmp("\"a\":1", 5, "\"a\":", NULL) == -1);
	CHECK_FAILS("lws_cmdline_option", !lws_cmdline_option(2, NULL, "-x"));
	CHECK_FAILS("lws_cmdline_option", !lws_cmdline_option(2, argv, NULL));
	CHECK_LOGS("lws_cmdline_option_handle_builtin",
		   lws_cmdline_option_handle_builtin(2, NULL, NULL));
}

static void test_uri(void)
{
	const char *prot = "p", *ads = "a", *path = "x";
	char uri[] = "http://a/b";
	int port = 5;

	CHECK_FAILS("lws_parse_uri", lws_parse_uri(NULL, &prot, &ads, &port, &path) == 1);
	CHECK_FAILS("lws_parse_uri", lws_parse_uri(uri, NULL, &ads, &port, &path) == 1);
	CHECK_FAILS("lws_parse_uri", lws_parse_uri(uri, &prot, NULL, &port, &path) == 1);
	CHECK_FAILS("lws_parse_uri", lws_parse_uri(uri, &prot, &ads, NULL, &path) == 1);
	CHECK_FAILS("lws_parse_uri", lws_parse_uri(uri, &prot, &ads, &port, NULL) == 1);
	CHECK_STR(uri, "http://a/b");
	CHECK(port == 5 && !strcmp(prot, "p"));
}

static void test_bytes(void)
{
	static const lws_humanize_unit_t nothing[] = { { NULL, 0 } };
	uint8_t d[8];
	uint64_t v = 7;
	char b[8] = "x";

	CHECK_FAILS("lws_hex_to_byte_array", lws_hex_to_byte_array(NULL, d, 1) == -1);
	CHECK_FAILS("lws_hex_to_byte_array", lws_hex_to_byte_array("ab", NULL, 1) == -1);
	CHECK_FAILS("lws_hex_to_byte_array", lws_hex_to_byte_array("ab", d, -1) == -1);
	CHECK_LOGS("lws_hex_from_byte_array", lws_hex_from_byte_array(NULL, 1, b, 5));
	CHECK(!b[0]);
	CHECK_LOGS("lws_hex_from_byte_array", lws_hex_from_byte_array(d, 1, NULL, 5));
	CHECK_FAILS("lws_hex_random", lws_hex_random(NULL, NULL, 5) == 1);
	CHECK_FAILS("lws_hex_random", lws_hex_random(NULL, b, 0) == 1);
	CHECK_FAILS("lws_get_random", !lws_get_random(NULL, NULL, 5));
	CHECK_FAILS("lws_timingsafe_bcmp", lws_timingsafe_bcmp(NULL, b, 1) == 1);
	CHECK_FAILS("lws_timingsafe_bcmp", lws_timingsafe_bcmp(b, NULL, 1) == 1);
	CHECK_LOGS("lws_explicit_bzero", lws_explicit_bzero(NULL, 5));
	lws_explicit_bzero(NULL, 0);

	CHECK_LOGS("lws_ser_wu16be", lws_ser_wu16be(NULL, 1));
	CHECK_LOGS("lws_ser_wu32be", lws_ser_wu32be(NULL, 1));
	CHECK_LOGS("lws_ser_wu64be", lws_ser_wu64be(NULL, 1));
	CHECK_FAILS("lws_ser_ru16be", !lws_ser_ru16be(NULL));
	CHECK_FAILS("lws_ser_ru32be", !lws_ser_ru32be(NULL));
	CHECK_FAILS("lws_ser_ru64be", !lws_ser_ru64be(NULL));
	CHECK_FAILS("lws_vbi_encode", lws_vbi_encode(1, NULL) == -1);
	CHECK_FAILS("lws_vbi_decode", !lws_vbi_decode(NULL, &v, 1));
	CHECK_FAILS("lws_vbi_decode", !lws_vbi_decode(d, NULL, 1));
	CHECK(v == 7);

	CHECK_FAILS("lws_humanize", !lws_humanize(NULL, 5, 1, humanize_schema_si));
	b[0] = 'x';
	CHECK_FAILS("lws_humanize", !lws_humanize(b, 5, 1, NULL) && !b[0]);
	CHECK_FAILS("lws_humanize", !lws_humanize(b, 5, 1, nothing));
	CHECK_LOGS("lws_set_allocator", lws_set_allocator(NULL));
}

static void test_files(void)
{
	struct lws_dir_entry e = { "x", LDOT_FILE }, nameless = { NULL, LDOT_FILE };
	lws_dir_glob_t g = { "*", glob_cb, NULL };
	char b[8];

	CHECK_FAILS("lws_dir", lws_dir(NULL, NULL, dir_cb) == -1);
	CHECK_FAILS("lws_dir", lws_dir("/", NULL, NULL) == -1);
	CHECK_FAILS("lws_dir_rm_rf_cb", lws_dir_rm_rf_cb(NULL, NULL, &e) == 1);
	CHECK_FAILS("lws_dir_rm_rf_cb", lws_dir_rm_rf_cb("/nowhere", NULL, NULL) == 1);
	CHECK_FAILS("lws_dir_rm_rf_cb",
		    lws_dir_rm_rf_cb("/nowhere", NULL, &nameless) == 1);
	CHECK_FAILS("lws_dir_glob_cb", lws_dir_glob_cb(NULL, &g, &e) == 1);
	CHECK_FAILS("lws_dir_glob_cb", lws_dir_glob_cb("/", NULL, &e) == 1);
	CHECK_FAILS("lws_dir_glob_cb", lws_dir_glob_cb("/", &g, NULL) == 1);
	CHECK_FAILS("lws_dir_glob_cb", lws_dir_glob_cb("/", &g, &nameless) == 1);
	g.cb = NULL;
	CHECK_FAILS("lws_dir_glob_cb", lws_dir_glob_cb("/", &g, &e) == 1);
	g.cb = glob_cb;
	g.filter = NULL;
	CHECK_FAILS("lws_dir_glob_cb", lws_dir_glob_cb("/", &g, &e) == 1);

	errno = 0;
	CHECK_FAILS("lws_open", lws_open(NULL, 0) == -1);
	CHECK(errno);
	CHECK_FAILS("lws_plat_write_cert", lws_plat_write_cert(NULL, 0, 1, NULL, 1) == 1);
	CHECK_FAILS("lws_plat_write_cert", lws_plat_write_cert(NULL, 0, -1, b, 1) == 1);
	CHECK_EQ(lws_plat_write_cert(NULL, 0, 1, NULL, 0), 0);
	CHECK_FAILS("lws_plat_write_file", lws_plat_write_file(NULL, b, 1) == 1);
	CHECK_FAILS("lws_plat_write_file",
		    lws_plat_write_file("/nowhere/f", NULL, 1) == 1);
	CHECK_FAILS("lws_plat_read_file", lws_plat_read_file(NULL, b, 1) == -1);
	CHECK_FAILS("lws_plat_read_file",
		    lws_plat_read_file("/dev/null", NULL, 1) == -1);
}

static void test_purify(void)
{
	char b[8] = "x";
	int used = 9;

	CHECK_FAILS("lws_sql_purify", !lws_sql_purify(NULL, "a", 5));
	CHECK_FAILS("lws_sql_purify", lws_sql_purify(b, NULL, 5) == b && !b[0]);
	CHECK_FAILS("lws_sql_purify_len", !lws_sql_purify_len(NULL));
	CHECK_FAILS("lws_json_purify", !lws_json_purify(NULL, "a", 5, &used));
	CHECK(!used);
	/* no text is an empty text here, as in lws */
	log_watch(LOG_USUAL);
	b[0] = 'x';
	CHECK(lws_json_purify(b, NULL, 5, NULL) == b && !b[0]);
	CHECK(!lws_json_purify_len(NULL));
	CHECK(!log_lines(""));
	CHECK_LOGS("lws_filename_purify_inplace", lws_filename_purify_inplace(NULL));
}

int main(void)
{
	test_buflist();
	test_text();
	test_uri();
	test_bytes();
	test_files();
	test_purify();

	return 0;
}
