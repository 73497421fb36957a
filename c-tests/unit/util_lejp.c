/*
 * JSON, where lws fails or writes past its memory; parsers on top of each
 * other, callbacks that change the parser, arguments that are none.
 */

#include "context.h"

static const char *const paths[] = { "a", "b.*", "c[]" };
static char seen[1024];
static int started, ended;

static signed char
cb(struct lejp_ctx *ctx, char reason)
{
	size_t len = strlen(seen);

	started += reason == LEJPCB_START;
	ended += reason == LEJPCB_COMPLETE;
	if ((reason & LEJP_FLAG_CB_IS_VALUE) && reason != LEJPCB_VAL_STR_CHUNK)
		snprintf(seen + len, sizeof(seen) - len, "%s=%s@%u;", ctx->path, ctx->buf,
			 ctx->ipos ? ctx->i[0] : 99);

	return 0;
}

static int
parse(const char *json, size_t chunk)
{
	struct lejp_ctx ctx;
	size_t len = strlen(json), at, n;
	int rc = LEJP_CONTINUE;

	/* what was in the memory before is nothing to it */
	memset(&ctx, 0xa5, sizeof(ctx));
	seen[0] = '\0';
	started = ended = 0;
	lejp_construct(&ctx, cb, NULL, paths, LWS_ARRAY_SIZE(paths));
	for (at = 0; at < len && rc == LEJP_CONTINUE; at += n) {
		n = len - at < chunk ? len - at : chunk;
		rc = lejp_parse(&ctx, (const unsigned char *)json + at, (int)n);
	}
	lejp_destruct(&ctx);
	CHECK_EQ(started, at ? 1 : 0);
	CHECK_EQ(ended, rc >= 0);

	return rc;
}

static void
test_json(void)
{
	char text[600];
	size_t chunk, i;

	for (chunk = 1; chunk < 50; chunk++) {
		CHECK_EQ(parse("{}", chunk), 0);
		CHECK_EQ(parse("  {\"a\":[1],\"b\":[2],\"c\":[3,4],\"d\":[],\"e\":[],\"f\":[],\"g\":[],"
			       "\"h\":[],\"i\":[],\"j\":[5]}", chunk), 0);
		CHECK_STR(seen, "a[]=1@0;b[]=2@0;c[]=3@0;c[]=4@1;j[]=5@0;");
		CHECK_EQ(parse("{\"a\":\"\\ud83d\\ude00\"}", chunk), 0);
		CHECK_STR(seen, "a=\xf0\x9f\x98\x80@99;");
		CHECK_EQ(parse("{\"a\":0.1000000000000000055511151231257827}", chunk), 0);
		CHECK_STR(seen, "a=0.1000000000000000055511151231257827@99;");
		CHECK_EQ(parse("{\"a\":1e+}", chunk), LEJP_REJECT_MP_VAL_NUM_EXP_BAD_EXP);
		CHECK_EQ(parse("[1}", chunk), LEJP_REJECT_MP_ARRAY_END_MISSING);
	}
	for (i = 100; i < 400; i++) {
		memset(text, 'n', sizeof(text));
		memcpy(text, "{\"", 2);
		snprintf(text + 2 + i, sizeof(text) - i - 2, "\":1}");
		CHECK_EQ(parse(text, 1000), i < LEJP_MAX_PATH ? 0 : LEJP_REJECT_UNKNOWN);
		memset(text, '1', sizeof(text));
		memcpy(text, "{\"a\":", 5);
		snprintf(text + 5 + i, sizeof(text) - i - 5, "}");
		CHECK_EQ(parse(text, 1000),
			 i <= LEJP_STRING_CHUNK ? 0 : LEJP_REJECT_NUM_TOO_LONG);
	}
}

/* a callback that takes its parser away and puts others there */

static signed char
other(struct lejp_ctx *ctx, char reason)
{
	(void)ctx;
	started += 100 * (reason == LEJPCB_CONSTRUCTED || reason == LEJPCB_START);
	ended += 100 * (reason == LEJPCB_COMPLETE || reason == LEJPCB_DESTRUCTED);

	return 0;
}

static signed char
changing(struct lejp_ctx *ctx, char reason)
{
	if (reason == LEJPCB_DESTRUCTED)
		ended++;
	if (reason == LEJPCB_OBJECT_START)
		lejp_change_callback(ctx, other);

	return 0;
}

static signed char
refusing(struct lejp_ctx *ctx, char reason)
{
	ended += reason == LEJPCB_FAILED;

	return reason == *(const char *)ctx->user;
}

static void
test_callbacks(void)
{
	struct { int before; const char *path; int after; } spread[] = {
		{ 1, "no", 2 }, { 1, "a", 2 }, { 1, "b", 2 },
	};
	static const char refused[] = {
		LEJPCB_PAIR_NAME, LEJPCB_VAL_NUM_INT, LEJPCB_VAL_STR_START, LEJPCB_VAL_STR_END,
		LEJPCB_ARRAY_START, LEJPCB_ARRAY_END, LEJPCB_OBJECT_START, LEJPCB_OBJECT_END,
		LEJPCB_COMPLETE, 0,
	};
	struct lejp_ctx ctx;
	int i;

	started = ended = 0;
	lejp_construct(&ctx, changing, NULL, NULL, 0);
	CHECK_EQ(lejp_parse(&ctx, (const unsigned char *)"{\"a\":1}", 7), 0);
	lejp_destruct(&ctx);
	CHECK_EQ(started, 200);
	CHECK_EQ(ended, 201);

	for (i = 0; refused[i]; i++) {
		ended = 0;
		lejp_construct(&ctx, refusing, (void *)(refused + i), NULL, 0);
		CHECK_EQ(lejp_parse(&ctx, (const unsigned char *)"{\"a\":[1,\"x\"]}", 13),
			 LEJP_REJECT_CALLBACK);
		CHECK_EQ(ended, 1);
	}

	lejp_construct(&ctx, cb, NULL, NULL, 0);
	for (i = 1; i < LEJP_MAX_PARSING_STACK_DEPTH; i++)
		CHECK_EQ(lejp_parser_push(&ctx, &i, paths, 3, cb), 0);
	CHECK_EQ(lejp_parser_push(&ctx, &i, paths, 3, cb), -1);
	CHECK(ctx.pst[ctx.pst_sp].user == &i);
	for (i = 1; i < LEJP_MAX_PARSING_STACK_DEPTH; i++)
		CHECK_EQ(lejp_parser_pop(&ctx), 0);
	CHECK_EQ(lejp_parser_pop(&ctx), -1);

	/* paths that stand in structs */
	lejp_construct(&ctx, cb, NULL, &spread[0].path, 3);
	ctx.path_stride = sizeof(spread[0]);
	CHECK_EQ(lejp_parse(&ctx, (const unsigned char *)"{\"b\":", 5), LEJP_CONTINUE);
	CHECK_EQ(ctx.path_match, 3);
}

static void
test_null(void)
{
	struct lejp_ctx ctx;
	char text[4] = "xyz";

	CHECK_FAILS("lejp_construct", (lejp_construct(NULL, cb, NULL, paths, 3), 1));
	CHECK_FAILS("lejp_construct", (lejp_construct(&ctx, cb, NULL, NULL, 3), 1));
	CHECK_FAILS("lejp_construct", (lejp_construct(&ctx, NULL, NULL, paths, 3), 1));
	CHECK_FAILS("lejp_parse", lejp_parse(&ctx, (const unsigned char *)"{}", 2) < -1);
	lejp_destruct(&ctx);
	lejp_construct(&ctx, cb, NULL, paths, 3);
	CHECK_FAILS("lejp_destruct", (lejp_destruct(NULL), 1));
	CHECK_FAILS("lejp_parse", lejp_parse(NULL, (const unsigned char *)"{}", 2) < -1);
	CHECK_FAILS("lejp_parse", lejp_parse(&ctx, NULL, 2) < -1);
	CHECK_FAILS("lejp_parse", lejp_parse(&ctx, (const unsigned char *)"{}", -1) < -1);
	CHECK_EQ(lejp_parse(&ctx, NULL, 0), LEJP_CONTINUE);
	CHECK_FAILS("lejp_change_callback", (lejp_change_callback(NULL, cb), 1));
	CHECK_FAILS("lejp_change_callback", (lejp_change_callback(&ctx, NULL), 1));
	CHECK_FAILS("lejp_check_path_match", (lejp_check_path_match(NULL), 1));
	CHECK_FAILS("lejp_parser_push", lejp_parser_push(NULL, NULL, paths, 3, cb) == -1);
	CHECK_FAILS("lejp_parser_push", lejp_parser_push(&ctx, NULL, NULL, 3, cb) == -1);
	CHECK_FAILS("lejp_parser_push", lejp_parser_push(&ctx, NULL, paths, 3, NULL) == -1);
	CHECK_FAILS("lejp_parser_pop", lejp_parser_pop(NULL) == -1);
	CHECK_FAILS("lejp_get_wildcard", !lejp_get_wildcard(NULL, 0, text, 4));
	CHECK_FAILS("lejp_get_wildcard", !lejp_get_wildcard(&ctx, 0, NULL, 4));
	CHECK_FAILS("lejp_get_wildcard", !lejp_get_wildcard(&ctx, 0, text, -4));
	CHECK_EQ(lejp_get_wildcard(&ctx, -1, text, 4), 0);
	CHECK_EQ(lejp_get_wildcard(&ctx, 0, text, 4), 0);
	CHECK_STR(text, "xyz");
}

int
main(void)
{
	test_json();
	test_callbacks();
	test_null();

	return 0;
}
