/*
 * Tokens, names and wildcards, where lws loses something or writes past its
 * memory; arguments that are none.
 */

#include "context.h"

static void
test_tokens(void)
{
	static const struct { int e; const char *token; } want[] = {
		{ LWS_TOKZE_TOKEN, "a" }, { LWS_TOKZE_QUOTED_STRING, "b" },
		{ LWS_TOKZE_INTEGER, "5" }, { LWS_TOKZE_QUOTED_STRING, "c" },
		{ LWS_TOKZE_TOKEN_NAME_EQUALS, "d\xc3\xa9" }, { LWS_TOKZE_FLOAT, "1.5" },
		{ LWS_TOKZE_ENDED, NULL }, { LWS_TOKZE_ENDED, NULL },
	};
	char text[] = "a \"b\" 5\"c\" d\xc3\xa9=1.5", copy[4];
	lws_tokenize_t ts;
	size_t i;

	/* it ends at the NUL, as often as it is asked */
	lws_tokenize_init(&ts, text, 0);
	for (i = 0; i < LWS_ARRAY_SIZE(want); i++) {
		CHECK_EQ(lws_tokenize(&ts), want[i].e);
		if (!want[i].token) {
			CHECK(!ts.token && !ts.token_len);
			continue;
		}
		CHECK_EQ(lws_tokenize_cstr(&ts, copy, sizeof(copy)), 0);
		CHECK_STR(copy, want[i].token);
	}
	CHECK(ts.start == text + strlen(text));

	/* no byte behind the end is read */
	char *room = malloc(3);

	CHECK(room);
	memcpy(room, "abc", 3);
	lws_tokenize_init(&ts, room, LWS_TOKENIZE_F_RFC7230_DELIMS | LWS_TOKENIZE_F_EQUALS_NONTERM);
	ts.len = 3;
	CHECK_EQ(lws_tokenize(&ts), LWS_TOKZE_TOKEN);
	CHECK_EQ(ts.token_len, 3);
	CHECK_EQ(lws_tokenize_cstr(&ts, copy, 4), 0);
	CHECK_STR(copy, "abc");
	CHECK_EQ(lws_tokenize_cstr(&ts, copy, 3), 1);
	CHECK_EQ(lws_tokenize_cstr(&ts, copy, 0), 1);
	CHECK_EQ(lws_tokenize(&ts), LWS_TOKZE_ENDED);
	free(room);

	lws_tokenize_init(&ts, "a=b", LWS_TOKENIZE_F_RFC7230_DELIMS | LWS_TOKENIZE_F_EQUALS_NONTERM);
	CHECK_EQ(lws_tokenize(&ts), LWS_TOKZE_TOKEN);
	CHECK_EQ(ts.token_len, 3);
}

static int
expand(void *priv, const char *name, char *out, size_t *pos, size_t olen, size_t *exp_ofs)
{
	const char *text = priv;
	size_t n = strlen(text) - *exp_ofs;

	if (strcmp(name, "x"))
		return -7;
	if (n > olen - *pos)
		n = olen - *pos;
	if (out)
		memcpy(out + *pos, text + *exp_ofs, n);
	*pos += n;
	*exp_ofs += n;

	return text[*exp_ofs] ? LSTRX_FILLED_OUT : LSTRX_DONE;
}

/* all of a text, through memory of `room` bytes and no more */
static void
expanded(const char *text, size_t room, size_t chunk, const char *want)
{
	size_t at = 0, len = strlen(text), used, written, n;
	char *out = malloc(room), all[128];
	lws_strexp_t exp;
	int rc;

	CHECK(out);
	all[0] = '\0';
	lws_strexp_init(&exp, (void *)"hello", expand, out, room);
	do {
		n = len - at < chunk ? len - at : chunk;
		rc = lws_strexp_expand(&exp, text + at, n, &used, &written);
		CHECK(rc == LSTRX_DONE || rc == LSTRX_FILLED_OUT);
		CHECK(used <= n && written <= room);
		at += used;
		if (rc == LSTRX_FILLED_OUT)
			CHECK_EQ(written, room);
		else
			CHECK(!out[written]);
		if (rc == LSTRX_FILLED_OUT || at == len) {
			strncat(all, out, written);
			lws_strexp_reset_out(&exp, out, room);
		}
	} while (rc == LSTRX_FILLED_OUT || at < len);
	CHECK_STR(all, want);
	free(out);
}

static void
test_names(void)
{
	size_t room, chunk, used, written;
	lws_strexp_t exp;

	for (room = 1; room < 24; room++) {
		for (chunk = 1; chunk < 12; chunk++) {
			expanded("a${x}b", room, chunk, "ahellob");
			expanded("${x}", room, chunk, "hello");
			expanded("$$${x}$a$}${x}${x}", room, chunk, "$$hello$a$}hellohello");
		}
	}
	lws_strexp_init(&exp, (void *)"hello", expand, NULL, 100);
	CHECK_EQ(lws_strexp_expand(&exp, "a${x}b", 6, &used, &written), LSTRX_DONE);
	CHECK_EQ(used, 6);
	CHECK_EQ(written, 7);
	lws_strexp_init(&exp, (void *)"hello", expand, NULL, 100);
	CHECK_EQ(lws_strexp_expand(&exp, "a${y}b", 6, &used, &written), -7);
	CHECK_EQ(used, 4);
	CHECK_EQ(written, 1);
	lws_strexp_init(&exp, (void *)"hello", expand, NULL, 100);
	CHECK_EQ(lws_strexp_expand(&exp, "${12345678901234567890123456789012}", 35, &used, &written),
		 LSTRX_FATAL_NAME_TOO_LONG);
}

static void
test_wildcards(void)
{
	static const struct { const char *wildcard, *check; int differs; } rows[] = {
		{ "", "", 0 }, { "", "a", 1 }, { "*", "", 0 }, { "**", "", 0 }, { "a*", "a", 0 },
		{ "a*", "ab", 0 }, { "*a", "ba", 0 }, { "*a", "ab", 1 }, { "a*b", "ab", 0 },
		{ "a*b", "abab", 0 }, { "a*b*", "aXbYb", 0 }, { "*a*b*", "xaxbx", 0 },
		{ "a?", "ab", 1 }, { "a?", "a?", 0 }, { "a", "ab", 1 }, { "ab", "a", 1 },
	};
	size_t i;

	for (i = 0; i < LWS_ARRAY_SIZE(rows); i++)
		CHECK_EQ(lws_strcmp_wildcard(rows[i].wildcard, strlen(rows[i].wildcard),
					     rows[i].check, strlen(rows[i].check)), rows[i].differs);
	/* neither needs a NUL */
	CHECK_EQ(lws_strcmp_wildcard("a*bcd", 3, "axbcd", 3), 0);
}

static void
test_null(void)
{
	lws_tokenize_t ts;
	lws_strexp_t exp;
	size_t n;
	char c[4];

	CHECK_FAILS("lws_tokenize_init", (lws_tokenize_init(NULL, "a", 0), 1));
	CHECK_FAILS("lws_tokenize_init", (lws_tokenize_init(&ts, NULL, 0), 1));
	CHECK_EQ(lws_tokenize(&ts), LWS_TOKZE_ENDED);
	ts.len = 1;
	CHECK_FAILS("lws_tokenize", lws_tokenize(&ts) == LWS_TOKZE_ENDED);
	CHECK_FAILS("lws_tokenize", lws_tokenize(NULL) == LWS_TOKZE_ENDED);
	lws_tokenize_init(&ts, "a", 0);
	CHECK_EQ(lws_tokenize(&ts), LWS_TOKZE_TOKEN);
	CHECK_FAILS("lws_tokenize_cstr", lws_tokenize_cstr(NULL, c, 4) == 1);
	CHECK_FAILS("lws_tokenize_cstr", lws_tokenize_cstr(&ts, NULL, 4) == 1);

	CHECK_FAILS("lws_strexp_init", (lws_strexp_init(NULL, NULL, expand, c, 4), 1));
	CHECK_FAILS("lws_strexp_init", (lws_strexp_init(&exp, NULL, NULL, c, 4), 1));
	CHECK_FAILS("lws_strexp_expand", lws_strexp_expand(&exp, "a", 1, &n, &n) == -1);
	lws_strexp_init(&exp, NULL, expand, c, 4);
	CHECK_FAILS("lws_strexp_reset_out", (lws_strexp_reset_out(NULL, c, 4), 1));
	CHECK_FAILS("lws_strexp_expand", lws_strexp_expand(NULL, "a", 1, &n, &n) == -1);
	CHECK_FAILS("lws_strexp_expand", lws_strexp_expand(&exp, NULL, 1, &n, &n) == -1);
	CHECK_FAILS("lws_strexp_expand", lws_strexp_expand(&exp, "a", 1, NULL, &n) == -1);
	CHECK_FAILS("lws_strexp_expand", lws_strexp_expand(&exp, "a", 1, &n, NULL) == -1);

	CHECK_FAILS("lws_strcmp_wildcard", lws_strcmp_wildcard(NULL, 1, "a", 1) == 1);
	CHECK_FAILS("lws_strcmp_wildcard", lws_strcmp_wildcard("a", 1, NULL, 1) == 1);
}

int
main(void)
{
	test_tokens();
	test_names();
	test_wildcards();
	test_null();

	return 0;
}
