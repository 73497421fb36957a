/*
 * Structs from JSON and back: every kind of member, limits, what does not fit,
 * what is not in the map, JSON and output in pieces, arguments that are none.
 *
 * No distribution builds this part of lws; what is in test_like_lws() was
 * compared with lws 4.3.5 built with LWS_WITH_STRUCT_JSON, by hand.
 */

#include "context.h"
#include <stddef.h>
#include <stdint.h>
#include <limits.h>

typedef struct kid {
	const char		*s;
	int			n;
	struct kid		*kid;
} kid_t;

typedef struct item {
	int			v;
	lws_dll2_t		list;
	const char		*name;
	kid_t			*kid;
	lws_dll2_owner_t	subs;
} item_t;

typedef struct top {
	char			before;
	char			arr[8];
	char			after;
	int8_t			i8;
	int16_t			i16;
	int32_t			i32;
	int64_t			i64;
	uint8_t			u8;
	uint16_t		u16;
	uint32_t		u32;
	uint64_t		u64;
	char			b8;
	long			b64;
	const char		*str;
	kid_t			*kid;
	lws_dll2_owner_t	items;
	int			deep;
	void			*blob;
} top_t;

typedef struct other {
	lws_dll2_t		list;
	int			x;
} other_t;

static const lws_struct_map_t map_kid[3] = {
	LSM_STRING_PTR	(kid_t, s,				"s"),
	LSM_SIGNED	(kid_t, n,				"n"),
	LSM_CHILD_PTR	(kid_t, kid, kid_t, NULL, map_kid,	"kid"),
};

static const lws_struct_map_t map_item[4] = {
	LSM_SIGNED	(item_t, v,				"v"),
	LSM_STRING_PTR	(item_t, name,				"name"),
	LSM_CHILD_PTR	(item_t, kid, kid_t, NULL, map_kid,	"kid"),
	LSM_LIST	(item_t, subs, item_t, list, NULL, map_item, "subs"),
};

static const lws_struct_map_t map_top[] = {
	LSM_CARRAY	(top_t, arr,				"arr"),
	LSM_SIGNED	(top_t, i8,				"i8"),
	LSM_SIGNED	(top_t, i16,				"i16"),
	LSM_SIGNED	(top_t, i32,				"i32"),
	LSM_SIGNED	(top_t, i64,				"i64"),
	LSM_UNSIGNED	(top_t, u8,				"u8"),
	LSM_UNSIGNED	(top_t, u16,				"u16"),
	LSM_UNSIGNED	(top_t, u32,				"u32"),
	LSM_UNSIGNED	(top_t, u64,				"u64"),
	LSM_BOOLEAN	(top_t, b8,				"b8"),
	LSM_BOOLEAN	(top_t, b64,				"b64"),
	LSM_STRING_PTR	(top_t, str,				"str"),
	LSM_CHILD_PTR	(top_t, kid, kid_t, NULL, map_kid,	"kid"),
	LSM_LIST	(top_t, items, item_t, list, NULL, map_item, "items"),
	LSM_SIGNED	(top_t, deep,				"a.deep"),
	LSM_BLOB_PTR	(top_t, blob,				"blob"),
};

static const lws_struct_map_t map_other[] = {
	LSM_SIGNED	(other_t, x,				"x"),
};

static const lws_struct_map_t schemas[] = {
	LSM_SCHEMA	(top_t, NULL, map_top,			"top"),
	LSM_SCHEMA_DLL2	(other_t, list, NULL, map_other,	"other"),
};

#define SCHEMA "{\"schema\":\"top\""
/* a top_t of which nothing is set, from its second member on */
#define NUMBERS "\"i8\":0,\"i16\":0,\"i32\":0,\"i64\":0,\"u8\":0,\"u16\":0,\"u32\":0,\"u64\":0," \
		"\"b8\":false,\"b64\":false"

static lws_struct_args_t args;
static size_t chunk;
static int values;

static int
count(void *obj, void *arg)
{
	CHECK(obj == args.dest);
	CHECK(arg == &values);
	values++;

	return 1;
}

static int
parse_text(const char *json, lejp_callback cb)
{
	size_t len = strlen(json);
	struct lejp_ctx ctx;
	size_t at, n;
	int rc = LEJP_CONTINUE;

	memset(&ctx, 0xa5, sizeof(ctx));
	values = 0;
	CHECK_EQ(lws_struct_json_init_parse(&ctx, cb, &args), 0);
	for (at = 0; at < len && rc == LEJP_CONTINUE; at += n) {
		n = len - at < chunk ? len - at : chunk;
		rc = lejp_parse(&ctx, (const unsigned char *)json + at, (int)n);
	}
	lejp_destruct(&ctx);

	return rc;
}

static int
parse(const char *json)
{
	lwsac_free(&args.ac);
	memset(&args, 0, sizeof(args));
	args.map_st[0] = schemas;
	args.map_entries_st[0] = LWS_ARRAY_SIZE(schemas);
	args.ac_block_size = 256;
	args.cb = count;
	args.cb_arg = &values;

	return parse_text(json, NULL);
}

/* what is parsed is a top_t */
static const top_t *
top(const char *json)
{
	int rc = parse(json);

	if (rc)
		fprintf(stderr, "%s\n", json);
	CHECK_EQ(rc, 0);
	CHECK_EQ(args.top_schema_index, 0);
	CHECK_EQ(args.dest_len, sizeof(top_t));
	CHECK(args.dest);

	return (const top_t *)args.dest;
}

/* it is refused, with one line in the log that says where */
static void
refused(const char *json, const char *word)
{
	int rc;

	log_watch(LLL_ERR | LLL_WARN | LLL_NOTICE);
	rc = parse(json);
	if (rc != LEJP_REJECT_CALLBACK || log_lines(word) != 1 || log_lines("") != 1)
		fprintf(stderr, "%s: %d, %s", json, rc, log_text);
	CHECK_EQ(rc, LEJP_REJECT_CALLBACK);
	CHECK_EQ(log_lines(word), 1);
	CHECK_EQ(log_lines(""), 1);
	log_watch(LOG_USUAL);
}

/* -- JSON of structs, in buffers of that length --------------------------- */

static char text[100000];

static const char *
json_of(const lws_struct_map_t *map, size_t entries, int flags, const void *obj, size_t len)
{
	lws_struct_serialize_t *js = lws_struct_json_serialize_create(map, entries, flags, obj);
	uint8_t *buf = malloc(len);
	size_t used = 0, n;
	unsigned int r;

	CHECK(js && buf);
	do {
		n = 77777;
		r = lws_struct_json_serialize(js, buf, len, &n);
		CHECK(r != LSJS_RESULT_ERROR);
		CHECK(n < len);
		CHECK(n || r == LSJS_RESULT_FINISH);
		CHECK_EQ(buf[n], 0);
		CHECK(used + n < sizeof(text));
		memcpy(text + used, buf, n);
		used += n;
	} while (r == LSJS_RESULT_CONTINUE);
	text[used] = '\0';
	/* there is no more */
	CHECK_EQ(lws_struct_json_serialize(js, buf, len, &n), LSJS_RESULT_FINISH);
	CHECK_EQ(n, 0);
	lws_struct_json_serialize_destroy(&js);
	CHECK(!js);
	free(buf);

	return text;
}

/* parsed and written again, that is */
static void
becomes(const char *json, const char *want)
{
	top(json);
	CHECK_STR(json_of(schemas, LWS_ARRAY_SIZE(schemas), 0, args.dest, 3000), want);
}

/* -- the tests ------------------------------------------------------------ */

static void
test_like_lws(void)
{
	const top_t *t;

	t = top(SCHEMA ",\"arr\":\"abc\",\"str\":\"hello\",\"i8\":-5,\"i16\":-300,\"i32\":70000,"
		"\"i64\":-9223372036854775808,\"u8\":255,\"u16\":65535,\"u32\":4294967295,"
		"\"b8\":true,\"b64\":true,\"items\":[{\"name\":\"x\",\"v\":1,"
		"\"kid\":{\"s\":\"q\",\"n\":2}},{\"name\":\"y\"}],\"kid\":{\"s\":\"k\",\"n\":-1}}");
	CHECK_STR(t->arr, "abc");
	CHECK_STR(t->str, "hello");
	CHECK_EQ(t->i8, -5);
	CHECK_EQ(t->i16, -300);
	CHECK_EQ(t->i32, 70000);
	CHECK(t->i64 == INT64_MIN);
	CHECK_EQ(t->u8, 255);
	CHECK_EQ(t->u16, 65535);
	CHECK_EQ(t->u32, 4294967295);
	CHECK_EQ(t->b8, 1);
	CHECK_EQ(t->b64, 1);
	CHECK_EQ(t->items.count, 2);
	CHECK_STR(t->kid->s, "k");
	CHECK_EQ(t->kid->n, -1);
	CHECK_STR(lws_container_of(t->items.head, item_t, list)->kid->s, "q");
	CHECK_STR(lws_container_of(t->items.tail, item_t, list)->name, "y");
	/* one call a value */
	CHECK_EQ(values, 18);

	/* what no member has is passed over, null leaves a member as it is */
	becomes(SCHEMA ",\"str\":null,\"kid\":null,\"items\":null,\"i8\":null,\"arr\":null}",
		SCHEMA ",\"arr\":\"\"," NUMBERS ",\"a.deep\":0}");
	becomes(SCHEMA ",\"kid\":{\"s\":\"k\",\"z\":{\"s\":\"zz\"}},\"i8\":3,\"u8\":\"13\"}",
		SCHEMA ",\"arr\":\"\",\"i8\":3,\"i16\":0,\"i32\":0,\"i64\":0,\"u8\":13,\"u16\":0,"
		"\"u32\":0,\"u64\":0,\"b8\":false,\"b64\":false,"
		"\"kid\":{\"s\":\"k\",\"n\":0},\"a.deep\":0}");
	/* a list twice goes on, anything else is what came last */
	t = top(SCHEMA ",\"items\":[{\"v\":1}],\"i8\":1,\"i8\":2,\"items\":[{\"v\":2}]}");
	CHECK_EQ(t->items.count, 2);
	CHECK_EQ(t->i8, 2);
	t = top(SCHEMA ",\"str\":12,\"arr\":true,\"kid\":5,\"items\":[1,\"a\",{\"v\":3},[4]]}");
	CHECK_STR(t->str, "12");
	CHECK_STR(t->arr, "1");
	CHECK(!t->kid);
	CHECK_EQ(t->items.count, 1);

	/* the schema: by its name, or by the first member */
	CHECK_EQ(parse("{\"schema\":\"other\",\"x\":3}"), 0);
	CHECK_EQ(args.top_schema_index, 1);
	CHECK_EQ(args.dest_len, sizeof(other_t));
	CHECK_EQ(((other_t *)args.dest)->x, 3);
	CHECK_EQ(parse("{\"x\":4}"), 0);
	CHECK_EQ(args.top_schema_index, 1);
	CHECK_EQ(((other_t *)args.dest)->x, 4);
	CHECK_EQ(top("{\"i8\":3,\"schema\":\"top\"}")->i8, 3);
	CHECK_EQ(top("{\"items\":[{\"v\":3}]}")->items.count, 1);
	CHECK_STR(top("{\"kid\":{\"s\":\"a\"}}")->kid->s, "a");
	top("{\"schema\":\"top\"}");
	CHECK_EQ(parse("[]"), 0);
	CHECK(!args.dest);

	/* what is behind the end is counted */
	if (chunk > 10)
		CHECK_EQ(parse("{\"x\":4}!!!"), 3);
}

static void
test_objects(void)
{
	const top_t *t;

	CHECK_EQ(parse("{}"), 0);
	CHECK(!args.dest);
	/* without members, it is there all the same */
	t = top(SCHEMA ",\"kid\":{},\"items\":[{},{}]}");
	CHECK(t->kid && !t->kid->s);
	CHECK_EQ(t->items.count, 2);
	/* in what is not known there is nothing that is */
	t = top(SCHEMA ",\"unknown\":{\"arr\":\"zz\",\"i8\":4,\"kid\":{\"n\":1},\"items\":[{\"v\":1}]},\"i16\":3}");
	CHECK(!t->arr[0] && !t->i8 && !t->kid && !t->items.count);
	CHECK_EQ(t->i16, 3);
	t = top(SCHEMA ",\"items\":[{\"unk\":[{\"v\":1}],\"v\":3,\"unk\":{\"v\":2}}],\"i8\":7}");
	CHECK_EQ(t->items.count, 1);
	CHECK_EQ(lws_container_of(t->items.head, item_t, list)->v, 3);
	CHECK_EQ(t->i8, 7);
	/* the rest goes to where it belongs */
	t = top(SCHEMA ",\"items\":[{\"subs\":[{\"name\":\"averyverylongname\",\"v\":1},{\"v\":2}],\"v\":5},"
		"{\"v\":6,\"kid\":{\"kid\":{\"n\":7},\"n\":8}}],\"i8\":9}");
	CHECK_EQ(t->items.count, 2);
	CHECK_EQ(lws_container_of(t->items.head, item_t, list)->v, 5);
	CHECK_EQ(lws_container_of(t->items.head, item_t, list)->subs.count, 2);
	CHECK_EQ(lws_container_of(t->items.tail, item_t, list)->kid->n, 8);
	CHECK_EQ(lws_container_of(t->items.tail, item_t, list)->kid->kid->n, 7);
	CHECK_EQ(t->i8, 9);
	t = top(SCHEMA ",\"items\":{\"v\":4},\"kid\":[{\"n\":1},{\"n\":2}],\"i16\":[1,2,3],\"str\":{\"x\":\"y\"}}");
	CHECK_EQ(t->items.count, 1);
	CHECK_EQ(lws_container_of(t->items.head, item_t, list)->v, 4);
	CHECK_EQ(t->kid->n, 2);
	CHECK_EQ(t->i16, 3);
	CHECK(!t->str);
	t = top(SCHEMA ",\"items\":[[{\"v\":1}],{\"v\":2},[]]}");
	CHECK_EQ(t->items.count, 1);
	CHECK_EQ(lws_container_of(t->items.head, item_t, list)->v, 2);
	/* a member may have a path */
	t = top(SCHEMA ",\"a\":{\"items\":[{\"v\":1}],\"deep\":5},\"i8\":1}");
	CHECK_EQ(t->deep, 5);
	CHECK_EQ(t->i8, 1);
	CHECK_EQ(t->items.count, 0);

	/* the first member implies the schema, and goes on */
	CHECK_EQ(top("{\"kid\":[{\"n\":1},{\"n\":2}],\"i8\":1}")->kid->n, 2);

	/* as deep as LEJP's parsers go */
	t = top(SCHEMA ",\"kid\":{\"kid\":{\"kid\":{\"n\":1},\"n\":2},\"n\":3},\"i8\":4}");
	CHECK_EQ(t->kid->kid->kid->n, 1);
	CHECK_EQ(t->kid->n, 3);
	CHECK_EQ(t->i8, 4);
	refused(SCHEMA ",\"kid\":{\"kid\":{\"kid\":{\"kid\":{\"n\":1}}}}}", "deep");
	refused(SCHEMA ",\"items\":[{\"subs\":[{\"subs\":[{\"subs\":[{\"v\":4}]}]}]}]}", "deep");

	refused("{\"schema\":\"nope\",\"x\":1}", "schema");
	refused("{\"nope\":1}", "nope");
	refused("{\"schema\":5}", "schema");
	refused("{\"schema\":{\"x\":1}}", "schema");
	refused("[{\"schema\":\"top\"}]", "schema");
	{
		char json[400];

		memset(json, 'x', sizeof(json));
		memcpy(json, "{\"schema\":\"", 11);
		memcpy(json + 11 + LEJP_STRING_CHUNK, "top\"}", 6);
		refused(json, "schema");
	}
}

static void
test_values(void)
{
	static const struct { const char *name, *least, *most, *below, *above; } limits[] = {
		{ "i8", "-128", "127", "-129", "128" },
		{ "i16", "-32768", "32767", "-32769", "32768" },
		{ "i32", "-2147483648", "2147483647", "-2147483649", "2147483648" },
		{ "i64", "-9223372036854775808", "9223372036854775807",
		  "-9223372036854775809", "9223372036854775808" },
		{ "u8", "0", "255", "-1", "256" },
		{ "u16", "0", "65535", "-1", "65536" },
		{ "u32", "0", "4294967295", "-1", "4294967296" },
		{ "u64", "0", "18446744073709551615", "-1", "18446744073709551616" },
	};
	static const char *const bad[] = {
		"\"i32\":1.5", "\"i32\":1e5", "\"i32\":\"12a\"", "\"i32\":\"\"", "\"u8\":\"-\"",
		"\"u64\":99999999999999999999999999999999999999999", "\"b8\":2", "\"b8\":\"yes\"",
	};
	char json[256], want[256];
	size_t i;

	for (i = 0; i < LWS_ARRAY_SIZE(limits); i++) {
		snprintf(json, sizeof(json), SCHEMA ",\"%s\":%s}", limits[i].name, limits[i].least);
		top(json);
		snprintf(want, sizeof(want), "\"%s\":%s,", limits[i].name, limits[i].least);
		CHECK(strstr(json_of(schemas, 1, 0, args.dest, 500), want));
		snprintf(json, sizeof(json), SCHEMA ",\"%s\":\"%s\"}", limits[i].name, limits[i].most);
		top(json);
		snprintf(want, sizeof(want), "\"%s\":%s,", limits[i].name, limits[i].most);
		CHECK(strstr(json_of(schemas, 1, 0, args.dest, 500), want));
		snprintf(json, sizeof(json), SCHEMA ",\"%s\":%s}", limits[i].name, limits[i].below);
		refused(json, limits[i].name);
		snprintf(json, sizeof(json), SCHEMA ",\"%s\":%s}", limits[i].name, limits[i].above);
		refused(json, limits[i].name);
	}
	for (i = 0; i < LWS_ARRAY_SIZE(bad); i++) {
		snprintf(json, sizeof(json), SCHEMA ",%s}", bad[i]);
		refused(json, "lws_struct_default_lejp_cb");
	}
	CHECK_EQ(top(SCHEMA ",\"b8\":1,\"b64\":\"true\"}")->b8, 1);
	CHECK_EQ(((const top_t *)args.dest)->b64, 1);
	CHECK_EQ(top(SCHEMA ",\"i8\":true,\"b8\":false}")->i8, 1);
}

static void
test_texts(void)
{
	static const size_t lens[] = { 0, 1, 7, 8, 253, 254, 255, 507, 508, 509, 5000 };
	static char json[20000], whole[6000];
	const char *rest;
	const top_t *t;
	size_t i, n;

	t = top(SCHEMA ",\"arr\":\"1234567\"}");
	CHECK_STR(t->arr, "1234567");
	t = top(SCHEMA ",\"arr\":\"123456789\"}");
	CHECK_STR(t->arr, "1234567");
	/* no character is cut */
	CHECK_STR(top(SCHEMA ",\"arr\":\"123456\xc3\xa9\"}")->arr, "123456");
	CHECK_STR(top(SCHEMA ",\"arr\":\"12345\xc3\xa9\"}")->arr, "12345\xc3\xa9");
	CHECK_STR(top(SCHEMA ",\"arr\":\"12345\xf0\x9f\x98\x80\"}")->arr, "12345");
	CHECK_STR(top(SCHEMA ",\"arr\":\"1234567\",\"arr\":\"x\"}")->arr, "x");
	for (i = 0; i < LWS_ARRAY_SIZE(lens); i++) {
		n = lens[i];
		memset(whole, 'a' + (char)i, n);
		whole[n] = '\0';
		if (n > 5)
			memcpy(whole, "\"\\\n\xc3\xa9", 5);
		/* the first bytes are escaped in the JSON */
		rest = whole + (n > 5 ? 5 : 0);
		snprintf(json, sizeof(json),
			 SCHEMA ",\"str\":\"%s%s\",\"arr\":\"%s\",\"kid\":{\"s\":\"%s\"}}",
			 n > 5 ? "\\\"\\\\\\n\\u00e9" : "", rest, rest, rest);
		t = top(json);
		CHECK_STR(t->str, whole);
		CHECK_STR(t->kid->s, rest);
		CHECK_EQ(strlen(t->arr), strlen(rest) < 7 ? strlen(rest) : 7);
		CHECK(!t->before && !t->after);
		/* what has come is the program's, whatever happens then */
		json[strlen(json) - 30] = '\0';
		parse(json);
	}
	/* a long one in the midst of others stays where it is */
	memset(whole, 'w', 1500);
	whole[1500] = '\0';
	snprintf(json, sizeof(json), SCHEMA ",\"items\":[{\"name\":\"%s\"},{\"name\":\"b\"},{\"name\":\"%s\"}]}",
		 whole, whole);
	t = top(json);
	CHECK_STR(lws_container_of(t->items.head, item_t, list)->name, whole);
	CHECK_STR(lws_container_of(t->items.tail, item_t, list)->name, whole);
	refused(SCHEMA ",\"i8\":\"1111111111111111111111111111111111111111111111111111111111111"
		"1111111111111111111111111111111111111111111111111111111111111111111111111111111"
		"1111111111111111111111111111111111111111111111111111111111111111111111111111111"
		"1111111111111111111111111111111111111111111111111111111111111111111111111111111\"}",
		"i8");
}

static void
test_write(void)
{
	static const char want[] = SCHEMA ",\"arr\":\"12345678\",\"i8\":-1,\"i16\":0,\"i32\":0,\"i64\":0,"
		"\"u8\":0,\"u16\":65535,\"u32\":0,\"u64\":18446744073709551615,\"b8\":true,\"b64\":false,"
		"\"str\":\"q\\u0022\\\\\\n\\u0001\xc3\xa9/\\u00FF\",\"kid\":{\"n\":-7},"
		"\"items\":[{\"v\":1},{\"v\":0,\"name\":\"n\",\"kid\":{\"s\":\"\",\"n\":0}}],\"a.deep\":0}";
	static const char pretty[] = "{\n  \"kid\": {\n    \"n\": -7\n  },\n  \"items\": [\n    {\n"
		"      \"v\": 1\n    },\n    {\n      \"v\": 0,\n      \"name\": \"n\",\n"
		"      \"kid\": {\n        \"s\": \"\",\n        \"n\": 0\n      }\n    }\n  ]\n}\n";
	static const lws_struct_map_t some[] = {
		LSM_CHILD_PTR(top_t, kid, kid_t, NULL, map_kid, "kid"),
		LSM_LIST(top_t, items, item_t, list, NULL, map_item, "items"),
	};
	static const lws_struct_map_t odd[] = {
		{ NULL, NULL, NULL, 0, 4, 0, 0, LSMT_SIGNED },
		{ "three", NULL, NULL, 0, 3, 0, 0, LSMT_SIGNED },
		{ "no", NULL, NULL, 0, 4, 0, 0, (lws_struct_map_type_eum)77 },
		LSM_SIGNED(top_t, i32, "q\"\\"),
	};
	lws_struct_serialize_t *js;
	item_t item[2];
	kid_t kid, empty, loop;
	uint8_t buf[500];
	size_t len, n;
	top_t t;

	memset(&t, 0, sizeof(t));
	memset(item, 0, sizeof(item));
	memset(&kid, 0, sizeof(kid));
	memset(&empty, 0, sizeof(empty));
	/* without a NUL */
	memcpy(t.arr, "12345678", 8);
	t.i8 = -1;
	t.u16 = 65535;
	t.u64 = UINT64_MAX;
	t.b8 = 2;
	t.str = "q\"\\\n\x01\xc3\xa9/\xff";
	t.blob = &t;
	t.kid = &kid;
	kid.n = -7;
	item[0].v = 1;
	item[1].name = "n";
	item[1].kid = &empty;
	empty.s = "";
	lws_dll2_add_tail(&item[0].list, &t.items);
	lws_dll2_add_tail(&item[1].list, &t.items);
	for (len = 2; len < sizeof(want) + 2; len++)
		CHECK_STR(json_of(schemas, 1, 0, &t, len), want);
	for (len = 2; len < sizeof(pretty) + 2; len++) {
		CHECK_STR(json_of(some, 2, LSSERJ_FLAG_PRETTY, &t, len), pretty);
		CHECK_STR(json_of(some, 2, LSSERJ_FLAG_OMIT_SCHEMA, &t, len),
			  "{\"kid\":{\"n\":-7},\"items\":[{\"v\":1},"
			  "{\"v\":0,\"name\":\"n\",\"kid\":{\"s\":\"\",\"n\":0}}]}");
	}
	CHECK_STR(json_of(schemas + 1, 1, LSSERJ_FLAG_PRETTY, &(other_t){ .x = 1 }, 100),
		  "{\n  \"schema\": \"other\",\n  \"x\": 1\n}\n");
	CHECK_STR(json_of(schemas + 1, 1, LSSERJ_FLAG_OMIT_SCHEMA, &(other_t){ .x = 1 }, 100), "{\"x\":1}");
	CHECK_STR(json_of(odd, 4, 0, &t, 100), "{\"q\\u0022\\\\\":0}");
	memset(&t, 0, sizeof(t));
	CHECK_STR(json_of(some, 2, 0, &t, 100), "{}");
	CHECK_STR(json_of(some, 2, LSSERJ_FLAG_PRETTY, &t, 100), "{}\n");

	/* deeper than can be read */
	memset(&loop, 0, sizeof(loop));
	loop.kid = &loop;
	t.kid = &loop;
	js = lws_struct_json_serialize_create(schemas, 1, 0, &t);
	CHECK_EQ(lws_struct_json_serialize(js, buf, sizeof(buf), &n), LSJS_RESULT_ERROR);
	CHECK_EQ(lws_struct_json_serialize(js, buf, sizeof(buf), &n), LSJS_RESULT_ERROR);
	lws_struct_json_serialize_destroy(&js);
}

/* -- callbacks and maps of the program's ---------------------------------- */

static int told, items_seen;

static signed char
own(struct lejp_ctx *ctx, char reason)
{
	const item_t *i = (const item_t *)ctx->pst[ctx->pst_sp].user;

	told++;
	if (reason == LEJPCB_OBJECT_END && i)
		items_seen = items_seen * 10 + i->v;
	if (reason == LEJPCB_VAL_NUM_INT && !strcmp(ctx->buf, "13"))
		return 1;

	return lws_struct_default_lejp_cb(ctx, reason);
}

/* takes bytes of the arena between those of a text */
static signed char
own_arena(struct lejp_ctx *ctx, char reason)
{
	static char *taken;
	signed char rc = lws_struct_default_lejp_cb(ctx, reason);

	/* they stay what they are */
	if (taken)
		CHECK(!memcmp(taken, "################", 16));
	taken = NULL;
	if (reason == LEJPCB_VAL_STR_CHUNK) {
		taken = lwsac_use(&args.ac, 16, 0);
		memset(taken, '#', 16);
	}

	return rc;
}

static signed char
own_first(struct lejp_ctx *ctx, char reason)
{
	told++;

	return lws_struct_schema_only_lejp_cb(ctx, reason);
}

static void
test_callbacks(void)
{
	static const lws_struct_map_t map_own[] = {
		LSM_LIST(top_t, items, item_t, list, own, map_item, "items"),
		LSM_CHILD_PTR(top_t, kid, kid_t, own, map_kid, "kid"),
		LSM_SIGNED(top_t, i8, "i8"),
	};
	static const lws_struct_map_t map_long[] = {
		LSM_SIGNED(kid_t, n, "averyverylongname"),
	};
	static const lws_struct_map_t map_paths[] = {
		LSM_CHILD_PTR(top_t, kid, kid_t, NULL, map_long, "k"),
		LSM_LIST(top_t, items, item_t, list, own_arena, map_item, "a.list"),
		LSM_SIGNED(top_t, deep, "a.deep"),
	};
	static const lws_struct_map_t schema_own[] = {
		LSM_SIGNED(top_t, i8, "own"),
		LSM_SCHEMA(top_t, NULL, map_own, "own"),
		LSM_SCHEMA(top_t, NULL, map_paths, "paths"),
	};
	char text_of_1000[1001], json_of_1000[1200];
	static const char json[] = "{\"schema\":\"own\",\"items\":[{\"v\":3},{\"v\":4}],\"i8\":1}";
	static lws_struct_map_t many[300];
	static const lws_struct_map_t bad[] = {
		{ "list", many, NULL, 0, 8, 0, 1, LSMT_LIST },
		{ "wide", NULL, NULL, 0, 3, 0, 0, LSMT_SIGNED },
		{ "many", many, NULL, 0, 8, 0, 300, LSMT_CHILD_PTR },
		{ "short", NULL, NULL, 0, 6, 0, 0, LSMT_STRING_PTR },
	};
	static const char *const uses[] = {
		"{\"list\":[{}]}", "{\"wide\":1}", "{\"many\":{}}", "{\"short\":\"x\"}",
	};
	const top_t *t;
	top_t mine;
	size_t i;

	lwsac_free(&args.ac);
	memset(&args, 0, sizeof(args));
	args.map_st[0] = schema_own;
	args.map_entries_st[0] = LWS_ARRAY_SIZE(schema_own);
	told = items_seen = 0;
	CHECK_EQ(parse_text(json, own_first), 0);
	t = (const top_t *)args.dest;
	CHECK_EQ(args.top_schema_index, 1);
	CHECK_EQ(t->items.count, 2);
	CHECK_EQ(t->i8, 1);
	CHECK_EQ(items_seen, 34);
	CHECK(told > 10);
	CHECK_EQ(parse_text("{\"kid\":{\"n\":13}}", NULL), LEJP_REJECT_CALLBACK);
	lwsac_free(&args.ac);

	/* a member is found again behind what is in it, whatever its parser's paths were */
	memset(text_of_1000, 't', 1000);
	text_of_1000[1000] = '\0';
	snprintf(json_of_1000, sizeof(json_of_1000),
		 "{\"schema\":\"paths\",\"a\":{\"list\":[{\"name\":\"%s\"},{\"v\":2}],\"deep\":5},"
		 "\"k\":[{\"averyverylongname\":1},{\"averyverylongname\":2}]}", text_of_1000);
	CHECK_EQ(parse_text(json_of_1000, NULL), 0);
	t = (const top_t *)args.dest;
	CHECK_EQ(t->items.count, 2);
	CHECK_STR(lws_container_of(t->items.head, item_t, list)->name, text_of_1000);
	CHECK_EQ(t->deep, 5);
	CHECK_EQ(t->kid->n, 2);
	lwsac_free(&args.ac);

	/* without a schema: into a struct of the program's, or one of that length */
	memset(&mine, 0, sizeof(mine));
	memset(&args, 0, sizeof(args));
	args.map_st[0] = map_top;
	args.map_entries_st[0] = LWS_ARRAY_SIZE(map_top);
	args.dest = &mine;
	CHECK_EQ(parse_text("{\"i8\":5,\"kid\":{\"n\":6},\"items\":[{\"v\":7}]}", lws_struct_default_lejp_cb), 0);
	CHECK_EQ(mine.i8, 5);
	CHECK_EQ(mine.kid->n, 6);
	CHECK_EQ(mine.items.count, 1);
	args.dest = NULL;
	args.dest_len = sizeof(top_t);
	CHECK_EQ(parse_text("{\"i8\":6}", lws_struct_default_lejp_cb), 0);
	CHECK_EQ(((const top_t *)args.dest)->i8, 6);
	lwsac_free(&args.ac);
	args.dest = NULL;
	args.dest_len = 0;
	CHECK_EQ(parse_text("{\"i8\":6}", lws_struct_default_lejp_cb), LEJP_REJECT_CALLBACK);
	CHECK_EQ(parse_text("{\"kid\":{}}", lws_struct_default_lejp_cb), LEJP_REJECT_CALLBACK);
	CHECK_EQ(parse_text("{\"items\":[{}]}", lws_struct_default_lejp_cb), LEJP_REJECT_CALLBACK);

	for (i = 0; i < LWS_ARRAY_SIZE(bad); i++) {
		memset(&mine, 0, sizeof(mine));
		args.map_st[0] = bad;
		args.map_entries_st[0] = LWS_ARRAY_SIZE(bad);
		args.dest = &mine;
		CHECK_EQ(parse_text(uses[i], lws_struct_default_lejp_cb), LEJP_REJECT_CALLBACK);
		lwsac_free(&args.ac);
	}
	memset(&args, 0, sizeof(args));
}

static void
test_null(void)
{
	lws_struct_serialize_t *js = NULL;
	struct lejp_ctx ctx;
	uint8_t buf[10];
	top_t t;
	size_t n = 5;

	memset(&t, 0, sizeof(t));
	CHECK_FAILS("lws_struct_json_init_parse", lws_struct_json_init_parse(NULL, NULL, &args) == -1);
	CHECK_FAILS("lws_struct_json_init_parse", lws_struct_json_init_parse(&ctx, NULL, NULL) == -1);
	CHECK_FAILS("lws_struct_schema_only_lejp_cb", lws_struct_schema_only_lejp_cb(NULL, LEJPCB_PAIR_NAME));
	CHECK_FAILS("lws_struct_default_lejp_cb", lws_struct_default_lejp_cb(NULL, LEJPCB_PAIR_NAME));
	lejp_construct(&ctx, lws_struct_default_lejp_cb, NULL, NULL, 0);
	CHECK_FAILS("lws_struct_default_lejp_cb", lws_struct_default_lejp_cb(&ctx, LEJPCB_PAIR_NAME));
	CHECK_FAILS("lws_struct_schema_only_lejp_cb", lws_struct_schema_only_lejp_cb(&ctx, LEJPCB_PAIR_NAME));
	CHECK_FAILS("lws_struct_json_serialize_create", !lws_struct_json_serialize_create(NULL, 1, 0, &t));
	CHECK_FAILS("lws_struct_json_serialize_create", !lws_struct_json_serialize_create(schemas, 0, 0, &t));
	CHECK_FAILS("lws_struct_json_serialize_create", !lws_struct_json_serialize_create(schemas, 1, 0, NULL));
	CHECK_FAILS("lws_struct_json_serialize", lws_struct_json_serialize(NULL, buf, 10, &n) == LSJS_RESULT_ERROR);
	CHECK_EQ(n, 0);
	CHECK_FAILS("lws_struct_json_serialize_destroy", (lws_struct_json_serialize_destroy(NULL), 1));
	lws_struct_json_serialize_destroy(&js);
	js = lws_struct_json_serialize_create(schemas, 1, 0, &t);
	CHECK_FAILS("lws_struct_json_serialize", lws_struct_json_serialize(js, NULL, 10, &n) == LSJS_RESULT_ERROR);
	CHECK_FAILS("lws_struct_json_serialize", lws_struct_json_serialize(js, buf, 0, &n) == LSJS_RESULT_ERROR);
	CHECK_FAILS("lws_struct_json_serialize", lws_struct_json_serialize(js, buf, 1, &n) == LSJS_RESULT_ERROR);
	CHECK_EQ(lws_struct_json_serialize(js, buf, 10, NULL), LSJS_RESULT_CONTINUE);
	CHECK_STR((char *)buf, "{\"schema\"");
	lws_struct_json_serialize_destroy(&js);
}

int
main(void)
{
	static const size_t chunks[] = { 100000, 1, 7 };
	size_t i;

	for (i = 0; i < LWS_ARRAY_SIZE(chunks); i++) {
		chunk = chunks[i];
		lws_set_log_level(LOG_USUAL, NULL);
		test_like_lws();
		test_objects();
		test_values();
		test_texts();
		lws_set_log_level(0, NULL);
		test_callbacks();
	}
	test_write();
	test_null();
	lwsac_free(&args.ac);

	return 0;
}
