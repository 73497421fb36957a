/*
 * JSON: both libraries tell a program the same of the same bytes, wherever
 * those are cut.
 */

#include <libwebsockets.h>

#include <stdio.h>
#include <string.h>

#define COUNT(x) (sizeof(x) / sizeof((x)[0]))

static const char *const inner[] = { "x", "y", "*.b", "z[].k" };
static int refuse, calls;

static void
show(const char *who, struct lejp_ctx *ctx, char reason)
{
	int i, n;
	char wild[16];

	printf(" %s%d '%s' %u", who, reason, ctx->path, ctx->path_match);
	/* lws forgets too late that an outermost array has ended */
	if (ctx->sp && ctx->ipos)
		printf(" [%u]", ctx->i[ctx->ipos - 1]);
	if (reason == LEJPCB_VAL_TRUE || reason == LEJPCB_VAL_FALSE || reason == LEJPCB_VAL_NULL) {
		printf(" %s", ctx->buf);
	} else if (reason & LEJP_FLAG_CB_IS_VALUE) {
		printf(" %u:", ctx->npos);
		for (i = 0; i <= ctx->npos; i++)
			printf("%02x", (unsigned char)ctx->buf[i]);
	}
	for (i = 0; reason == LEJPCB_PAIR_NAME && ctx->path_match && i < ctx->wildcount; i++) {
		n = lejp_get_wildcard(ctx, i, wild, i ? 4 : 16);
		printf(" *%d:%s", n, wild);
	}
	if (reason != LEJPCB_FAILED && reason != LEJPCB_DESTRUCTED)
		printf(" sp %u pst %u", ctx->sp, ctx->pst_sp);
	printf("\n");
}

static signed char
inner_cb(struct lejp_ctx *ctx, char reason)
{
	show("inner ", ctx, reason);
	if (reason == LEJPCB_OBJECT_END && ctx->pst[ctx->pst_sp].user == (void *)(ctx->path + ctx->sp))
		printf(" pop %d\n", lejp_parser_pop(ctx));

	return 0;
}

static signed char
cb(struct lejp_ctx *ctx, char reason)
{
	/* lws says it before each piece until it has begun */
	if (reason == LEJPCB_START)
		return 0;
	show("", ctx, reason);
	if (++calls == refuse)
		return 1;
	if (reason == LEJPCB_OBJECT_START && ctx->path_match == 1)
		printf(" push %d\n", lejp_parser_push(ctx, ctx->path + ctx->sp, inner, COUNT(inner),
						      inner_cb));

	return 0;
}

static void
parse(const char *json, size_t len, size_t chunk)
{
	static const char *const paths[] = {
		"push", "a", "a[].b", "*.b", "c.*.d", "e.*", "[].a", "[]", "l[]",
	};
	struct lejp_ctx ctx;
	size_t at, n;
	int rc = LEJP_CONTINUE;

	memset(&ctx, 0, sizeof(ctx));
	calls = 0;
	printf("%d bytes by %d: %s\n", (int)len, (int)chunk, json);
	lejp_construct(&ctx, cb, &ctx, paths, COUNT(paths));
	for (at = 0; at < len && rc == LEJP_CONTINUE; at += n) {
		n = len - at < chunk ? len - at : chunk;
		rc = lejp_parse(&ctx, (const unsigned char *)json + at, (int)n);
	}
	printf("%d %s\n", rc, lejp_error_to_string(rc));
	lejp_destruct(&ctx);
}

int
main(void)
{
	static const char *const texts[] = {
		" {\"a\":1,\"b\":-2.5e+3}", "[]", "[1,[2,{\"a\":[]}],\"x\"]  y",
		"{\"a\":[{\"b\":\"x\"},{\"b\":true,\"c\":false},[null],[[]]]}",
		"{\"x\":{\"b\":{\"b\":1},\"c\":2},\"c\":{\"q\":{\"d\":3},\"r\":{\"e\":{}}}}",
		"{\"e\":{\"f\":{\"g\":\"h\"}},\"l\":[1,2,\"three\",4.5]}",
		"{ # comment\n \"a\" : # another\n 1 #\n , \"b\":\"# none\" }#x\n",
		"{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20ac\\u0000\xc3\xa9\x7f\"}",
		"{\"\\u0061\\u002eb\":1,\"\":2,\"a.b\":3}",
		"{\"push\":{\"x\":1,\"y\":{\"b\":[1,{\"b\":2}]},\"z\":[{\"k\":1}]},\"a\":2}",
		"{\"push\":{},\"a\":{\"b\":{}}}",
		"[[[[[1]]]]]",
		"{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}}}",
		"{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}}}}",
		"{\"a\":12345678901234567890,\"b\":00,\"c\":[1.5e5,1.0E-5,-0,0.5]}",
		/* not JSON */
		"x", "\"a\"", "1", "{a:1}", "{,}", "{\"a\":1,}", "{\"a\":\"\n\"}", "{\"a\":\"\\x\"}",
		"{\"a\":\"\\u12g4\"}", "{\"a\" 1}", "{\"a\":x}", "{\"a\":+1}", "{\"a\":.5}", "[,]",
		"{\"a\":1.}", "{\"a\":1.e5}", "{\"a\":-}", "{\"a\":--1}", "{\"a\":1.5.6}",
		"{\"a\":1e5e5}", "{\"a\":1e}", "{\"a\":1-}", "{\"a\":1a}", "{\"a\":trux}",
		"{\"a\":truex}", "{\"a\":n ull}", "{\"a\":nul}", "{\"a\":]}", "{\"a\":1]",
		"{\"a\":{\"b\":1]}", "{\"a\":1 2}", "{\"a\":[1 2]}", "[\"a\":1]", "{\"a\"::1}",
		"{\"a\":1}}", "[]]", "[1,]", "{\"a\":[1,]}", "{\"a\":\"b", "", "{", "[", "{\"", "#",
	};
	static const size_t chunks[] = { 1, 2, 7, 1000 };
	char text[700], *p;
	size_t i, k;

	lws_set_log_level(0, NULL);
	for (i = 0; i < COUNT(texts); i++)
		for (k = 0; k < COUNT(chunks); k++)
			parse(texts[i], strlen(texts[i]), chunks[k]);
	/* long strings and long names */
	for (i = 250; i < 520; i += i == 257 ? 250 : 1) {
		for (k = 0; k < 3; k++) {
			p = text + snprintf(text, sizeof(text), "{\"a\":\"");
			memset(p, 'x', i);
			snprintf(p + i, sizeof(text) - i - 6, "%s\"}",
				 k ? k == 1 ? "\\u20ac" : "\\n\xc3\xa9" : "");
			parse(text, strlen(text), 100 + k);
		}
	}
	for (i = 115; i < 123; i++) {
		p = text + snprintf(text, sizeof(text), "{\"");
		memset(p, 'n', i);
		snprintf(p + i, sizeof(text) - i - 2, "\":[{\"a\":1}]}");
		parse(text, strlen(text), 1000);
		snprintf(p + i, sizeof(text) - i - 2, "\":1}");
		parse(text, strlen(text), 1000);
	}
	/* the callback refuses */
	for (refuse = 1; refuse < 14; refuse++)
		if (refuse != 7) /* lws does not mind at the end of a string */
			parse("{\"a\":1,\"b\":\"x\",\"c\":{\"d\":[true,null]}}", 38, 1000);
	for (i = 0; i < 40; i++)
		printf("%s\n", lejp_error_to_string(5 - (int)i));

	return 0;
}
