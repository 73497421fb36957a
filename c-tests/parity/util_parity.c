/*
 * The small helpers over a table of inputs. Left out is what differs on purpose: docs/differences.md
 * has the list.
 */
#include <libwebsockets.h>
#include <inttypes.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static uint8_t b[128];

/* what is in the buffer up to where it is untouched */
static void dump(const char *title, int result)
{
	size_t n = sizeof(b), i;

	while (n && b[n - 1] == 0xaa)
		n--;
	printf("%s = %d:", title, result);
	for (i = 0; i < n; i++)
		printf(" %02x", b[i]);
	printf("\n");
}

static char *fresh(void)
{
	memset(b, 0xaa, sizeof(b));

	return (char *)b;
}

static void text(void)
{
	static const char hay[] = "abcabcabd";
	static const struct {
		const char *name;
		size_t nl, len;
	} t[] = {
		{ "abd", 3, 9 }, { "abd", 3, 8 }, { "", 0, 9 }, { "a", 1, 0 },
		{ "abcabcabdx", 10, 9 }, { "a", 1, 1 }, { "c", 1, 9 },
		{ "abcabcabd", 9, 9 }, { "bd", 2, 9 }, { "ca", 2, 9 },
	};
	size_t n;

	for (n = 1; n < 9; n++) {
		lws_strncpy(fresh(), "hello", n);
		dump("strncpy", (int)n);
	}
	for (n = 0; n < 9; n++)
		dump("snprintf", lws_snprintf(fresh(), n, "%s%d", "hel", 10));
	dump("snprintf", lws_snprintf(fresh(), 100, "%5.2f|%-4s|%c|%08lx|%%",
				      3.14159, "ab", 'x', 0xbeeful));
	for (n = 0; n < COUNT(t); n++) {
		const char *p = lws_nstrstr(hay, t[n].len, t[n].name, t[n].nl);

		printf("nstrstr %s: %d\n", t[n].name, p ? (int)(p - hay) : -1);
	}
}

static void json(void)
{
	static const char *const t[] = {
		"{\"a\":\"b\"}", "{\"a\": \"bcd\", \"x\":1}", "{\"a\":true}",
		"{\"a\":12,\"b\":3}", "{\"a\" : 1}", "{\"a\":  null}", "{\"a\":\"\"}",
		"{\"a\":\"q\\\"r\"}", "{\"a\":\"unterminated", "{\"a\":", "{\"a\": ",
		"{\"a\":\"", "{\"b\":1}", "", "{\"a\":\t1}", "{\"a\":1]", "{\"a\":1",
		"{\"a\":-1.5e3}", "{\"a\":\"x\\\\\",\"b\":1}",
		"{\"a\":\"a\\\\\\\"b\",\"b\":1}", "{\"a\":,1}", "{\"a\":}",
		"{\"a\":\"b,c}d\"}", "{\"x\":2,\"a\":3,\"a\":4}",
	};
	static const char *const comp[] = {
		"bcd", "bc", "bcde", "", "zzz", "aaa", "BCD", "bcc",
	};
	static const char doc[] = "{\"a\":\"bcd\",\"n\":12}";
	size_t n;

	for (n = 0; n < COUNT(t); n++) {
		size_t len = 777;
		const char *p = lws_json_simple_find(t[n], strlen(t[n]), "\"a\":", &len);

		printf("find %s: at %d len %zu\n", t[n], p ? (int)(p - t[n]) : -1, len);
	}
	for (n = 0; n < COUNT(comp); n++)
		printf("strcmp %s: %d\n", comp[n],
		       lws_json_simple_strcmp(doc, sizeof(doc) - 1, "\"a\":", comp[n]));
	printf("strcmp: %d %d\n",
	       lws_json_simple_strcmp(doc, sizeof(doc) - 1, "\"q\":", ""),
	       lws_json_simple_strcmp(doc, sizeof(doc) - 1, "\"n\":", "12"));
}

static void hex(void)
{
	static const char *const t[] = {
		"", "0", "00", "abcd", "ABCD", "aBc", "zz", "0g", "0x12", "12 34",
		"1234567890", "-1",
	};
	size_t n;

	for (n = 0; n < COUNT(t); n++) {
		fresh();
		dump(t[n], lws_hex_to_byte_array(t[n], b, 6));
	}
	printf("bcmp %d %d %d %d\n", lws_timingsafe_bcmp("abc", "abc", 3),
	       lws_timingsafe_bcmp("abc", "abd", 3), lws_timingsafe_bcmp("xbc", "abc", 3),
	       lws_timingsafe_bcmp("a", "b", 0));
}

static void numbers(void)
{
	static const uint64_t t[] = {
		0, 1, 127, 128, 255, 16383, 16384, 2097151, 2097152, 268435455,
	};
	size_t n;

	for (n = 0; n < COUNT(t); n++) {
		fresh();
		dump("vbi", lws_vbi_encode(t[n], b));
	}
	fresh();
	lws_ser_wu16be(b, 0x1234);
	lws_ser_wu32be(b + 2, 0x56789abc);
	lws_ser_wu64be(b + 6, 0xdef0123456789abcull);
	dump("ser", 0);
	printf("%x %" PRIx32 " %" PRIx64 "\n", lws_ser_ru16be(b), lws_ser_ru32be(b + 2),
	       lws_ser_ru64be(b + 6));
	for (n = 0; n < 7; n++)
		printf("schemas %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
		       humanize_schema_si[n].factor, humanize_schema_si_bytes[n].factor,
		       humanize_schema_us[n].factor);
}

static void uri(void)
{
	static const char *const t[] = {
		"http://a.b/c", "https://a.b", "ws://h:81/p/q?x=y", "wss://h", "ftp://h/x",
		"h/x", "h", "/x", "http://h:0/x", "http://h:99999/x", "http://h:abc/x",
		"http://[::1]:80/p", "http://[::1]/p", "http://[::1", "http://[::1]",
		"http://+/var/run/s:/my/path", "http://+@abs:/p", "http://+/var/run/s",
		"http://u:p@h/x", "", "://", "http://", "http:///x", "http://h?x=1",
		"http://h:80", "http://h:80?x", "unix://x", "mqtt://h/x", "mqtts://h",
		"HTTPS://h/x", "https://h:443", "http://h/", "http://h//x", "http://h:",
		"http://h:/x", "http:/h", "a:b", "raw://h:1/", "http://h#frag",
		"http://h/p#f", "http://h:-1/x", "http://[fe80::1%eth0]:8080/p",
		"https://+/s:", "file:///etc/x", "h:81/x", "https:h", "http://[::1]x:80/p",
		"http://[::1]x", "http://[::1]:", "http://[::1:80/p", "http://[]/p",
		"http://[a/b]:8/p", "[::1]:80/p", "[::1]", "http://[::1]?x", "http://+/a/b:",
		"http://+", "http://+:", "http://+@", "+/a/b:/p", "+/a/b", "http://h: 80/p",
		"http://h:80:90/p", "http://h:+80/p", "://h/p", ":/x", ":80", "a://", "a:/b",
		"a//b", "http://h:80/p:/q", "http://h/p:90/q", "http://h?x:90/q",
		"http://h?x://y/q", "x:y://h/p", "http://a://b", "http://h:80x/p",
		"http://host/+/x:", "http://h/?a", "http://h?/a", "/", "//", "///a", "?",
		"http://h:/", "h/p://x", "http://h:80?a/b", "http://+/v/s:?x",
		"http://a:b@h:80/x",
	};
	size_t n;

	for (n = 0; n < COUNT(t); n++) {
		const char *prot = "unset", *ads = "unset", *path = "unset";
		int port = -77, r;

		strcpy(fresh(), t[n]);
		r = lws_parse_uri((char *)b, &prot, &ads, &port, &path);
		printf("%s: %d [%s] [%s] %d [%s]\n", t[n], r, prot, ads, port, path);
	}
}

static void cmdline(void)
{
	const char *argv[] = {
		"app", "-d15", "-p", "80", "--foo=bar", "--foobar", "-x", "--opt", "val",
		"-", "-d", "7", "--foo", "last", "-z",
	};
	static const char *const t[] = {
		"-d", "-p", "--foo", "--foobar", "-x", "--opt", "-z", "app", "val", "-q",
		"80", "-", "--foo=", "--op",
	};
	int argc;
	size_t n;

	for (argc = 0; argc <= (int)COUNT(argv); argc += 5)
		for (n = 0; n < COUNT(t); n++) {
			const char *p = lws_cmdline_option(argc, argv, t[n]);

			printf("%d %s: [%s]\n", argc, t[n], p ? p : "NULL");
		}
	lws_set_log_level(0, NULL);
	lws_cmdline_option_handle_builtin(1, argv, NULL);
	printf("levels %d %d %d\n", !!lwsl_visible(LLL_ERR), !!lwsl_visible(LLL_USER),
	       !!lwsl_visible(LLL_INFO));
	lws_cmdline_option_handle_builtin(15, argv, NULL);
	printf("levels %d %d %d\n", !!lwsl_visible(LLL_ERR), !!lwsl_visible(LLL_USER),
	       !!lwsl_visible(LLL_INFO));
}

static void purify(void)
{
	static const char *const names[] = {
		"abc", "../x", "a/b\\c", "a:b", "$(x)", "a%20", ".hidden", "a b", "...",
		"....", "a...b", "../../x", "./..", ".", "..", "a.b.c", "..a..", ".:.",
		"$..$", "!@#^&*()=+[]{};,<>|`'\"~", "",
	};
	static const char *const t[] = {
		"", "abc", "it's", "a\"b", "a\\b", "a/b", "\t\n\r\b\f", "\x01z\x1f\x7f", "<>&",
		"''''", "\"\"\"\"\"",
	};
	size_t n;
	int used;

	for (n = 0; n < COUNT(names); n++) {
		strcpy(fresh(), names[n]);
		lws_filename_purify_inplace((char *)b);
		printf("%s: %s\n", names[n], (char *)b);
	}
	for (n = 0; n < COUNT(t); n++) {
		/* room enough, for both count it differently */
		lws_sql_purify(fresh(), t[n], 100);
		dump("sql", 0);
		lws_json_purify(fresh(), t[n], 100, &used);
		dump("json", used);
	}
}

static void buflist(void)
{
	struct lws_buflist *bl = NULL;
	size_t ofs, len;
	uint8_t *p;
	int n;

	printf("empty %zu %zu\n", lws_buflist_next_segment_len(&bl, &p),
	       lws_buflist_total_len(&bl));
	printf("first %d\n", lws_buflist_append_segment(&bl, (const uint8_t *)"hello", 5));
	printf("next %d\n", lws_buflist_append_segment(&bl, (const uint8_t *)"world!", 6));
	printf("next %d\n", lws_buflist_append_segment(&bl, (const uint8_t *)"abc", 3));
	for (ofs = 0; ofs < 17; ofs++)
		for (len = 0; len < 17; len++) {
			fresh();
			n = lws_buflist_linear_copy(&bl, ofs, b, len);
			dump("copy", n);
		}
	printf("total %zu\n", lws_buflist_total_len(&bl));
	printf("use %zu\n", lws_buflist_use_segment(&bl, 2));
	len = lws_buflist_next_segment_len(&bl, &p);
	printf("left %zu %.*s\n", len, (int)len, (char *)p);
	printf("use %zu\n", lws_buflist_use_segment(&bl, 3));
	printf("total %zu\n", lws_buflist_total_len(&bl));
	printf("use %zu\n", lws_buflist_use_segment(&bl, 6));
	printf("use %zu\n", lws_buflist_use_segment(&bl, 3));
	printf("gone %d\n", bl == NULL);
	n = lws_buflist_append_segment(&bl, (const uint8_t *)"x", 1);
	lws_buflist_destroy_all_segments(&bl);
	printf("%d gone %d\n", n, bl == NULL);
}

static int entry(const char *dirpath, void *user, struct lws_dir_entry *lde)
{
	(void)dirpath;
	(void)user;
	printf("entry %s %d\n", lde->name, (int)lde->type);

	return 0;
}

static int match(void *data, const char *path)
{
	printf("match %s\n", path + (size_t)(uintptr_t)data);

	return 0;
}

static void files(void)
{
	static const char *const names[] = {
		"b.txt", "a.txt", "B.txt", ".dot.txt", "a10", "a2", "back~", "#q", "x/y.txt",
	};
	char dir[] = "/tmp/relws-parity-XXXXXX", path[100];
	lws_dir_glob_t g = { "*.txt", match, (void *)(uintptr_t)sizeof(dir) };
	char text[] = "hello";
	size_t n;

	if (!mkdtemp(dir))
		return;
	lws_snprintf(path, sizeof(path), "%s/x", dir);
	printf("mkdir %d\n", mkdir(path, 0700));
	for (n = 0; n < COUNT(names); n++) {
		lws_snprintf(path, sizeof(path), "%s/%s", dir, names[n]);
		printf("write %d\n", lws_plat_write_file(path, text, 5));
	}
	fresh();
	dump("read", lws_plat_read_file(path, b, 50));
	fresh();
	dump("read", lws_plat_read_file(path, b, 3));
	printf("read %d %d\n", lws_plat_read_file("/nowhere/f", b, 3),
	       lws_plat_read_file(dir, b, 3));
	printf("write %d\n", lws_plat_write_file("/nowhere/f", text, 5));
	{
		char path[] = "/tmp/relws-cert-XXXXXX", all[16] = "";
		int fd = mkstemp(path), full = open("/dev/full", O_WRONLY);

		if (fd < 0 || full < 0)
			return;
		printf("begin %d\n", (int)write(fd, "01234", 5));
		printf("cert %d", lws_plat_write_cert(NULL, 0, fd, text, 5));
		printf(" read %d", (int)pread(fd, all, sizeof(all) - 1, 0));
		printf(" '%s' %d", all, (int)lseek(fd, 0, SEEK_CUR));
		printf(" full %d", lws_plat_write_cert(NULL, 1, full, text, 5));
		printf(" none %d\n", lws_plat_write_cert(NULL, 1, -1, text, 5));
		close(full);
		close(fd);
		unlink(path);
	}
	printf("RSA %d\n", lws_plat_recommended_rsa_bits());
	printf("flags %d %d %d %d\n", lws_write_ws_flags(LWS_WRITE_TEXT, 1, 1),
	       lws_write_ws_flags(LWS_WRITE_TEXT, 1, 0), lws_write_ws_flags(LWS_WRITE_BINARY, 0, 0),
	       lws_write_ws_flags(LWS_WRITE_BINARY, 0, 1));
	lws_snprintf(path, sizeof(path), "%s/back~", dir);
	unlink(path);

	lws_dir(dir, NULL, entry);
	lws_dir(dir, &g, lws_dir_glob_cb);
	lws_dir(dir, NULL, lws_dir_rm_rf_cb);
	printf("rmdir %d\n", rmdir(dir));
}

int main(void)
{
	lws_set_log_level(0, NULL);
	text();
	json();
	hex();
	numbers();
	uri();
	cmdline();
	purify();
	buflist();
	files();

	return 0;
}
