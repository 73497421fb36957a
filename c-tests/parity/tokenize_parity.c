/*
 * Tokens of texts, and texts with names to fill in: both libraries find the
 * same in the same bytes.
 */

#include <libwebsockets.h>

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define COUNT(x) (sizeof(x) / sizeof((x)[0]))

static uint32_t seed = 1;

static uint32_t
dice(uint32_t sides)
{
	seed = seed * 1103515245u + 12345u;

	return (seed >> 16) % sides;
}

static void
tokens(const char *text, int flags)
{
	struct lws_tokenize ts;
	char copy[16];
	int n, e = 1;

	lws_tokenize_init(&ts, text, flags);
	/* lws goes on behind the NUL else */
	ts.len = strlen(text);
	printf("%x '%s':", (unsigned int)flags, text);
	for (n = 0; n < 20 && e > 0; n++) {
		e = (int)lws_tokenize(&ts);
		printf(" %d", e);
		if (e > 0)
			printf("[%.*s]", (int)ts.token_len, ts.token);
		printf("@%d+%d", (int)(ts.start - text), (int)ts.len);
		if (e > 0 && !lws_tokenize_cstr(&ts, copy, sizeof(copy)))
			printf("%s", copy);
	}
	printf("\n");
}

static int
expand(void *priv, const char *name, char *out, size_t *pos, size_t olen, size_t *exp_ofs)
{
	const char *text;
	size_t room, left;

	printf(" (%s %d %d %d)", name, (int)*pos, (int)olen, (int)*exp_ofs);
	if (!strcmp(name, "long"))
		text = priv;
	else if (!strcmp(name, "empty") || !name[0])
		text = "";
	else
		return LSTRX_FATAL_NAME_UNKNOWN;
	room = olen - *pos;
	left = strlen(text) - *exp_ofs;
	if (left < room)
		room = left;
	if (out)
		memcpy(out + *pos, text + *exp_ofs, room);
	*pos += room;
	*exp_ofs += room;

	return room == left ? LSTRX_DONE : LSTRX_FILLED_OUT;
}

static void
fill_in(const char *text, size_t room, size_t chunk, int measure)
{
	static char value[] = "what is long enough";
	char out[64];
	size_t at = 0, used, written, len = strlen(text), n;
	lws_strexp_t exp;
	int rc, rounds = 0;

	printf("'%s' %d %d %d:", text, (int)room, (int)chunk, measure);
	lws_strexp_init(&exp, value, expand, measure ? NULL : out, room);
	do {
		memset(out, '.', sizeof(out));
		n = len - at < chunk ? len - at : chunk;
		rc = lws_strexp_expand(&exp, text + at, n, &used, &written);
		printf(" %d", rc);
		if (rc < 0)
			break;
		printf(" %d", (int)used);
		at += used;
		if (rc == LSTRX_FILLED_OUT || at == len) {
			printf(" %d '%.*s'", (int)written, measure ? 0 : (int)written, out);
			lws_strexp_reset_out(&exp, measure ? NULL : out, room);
		}
	} while ((rc == LSTRX_FILLED_OUT || at < len) && ++rounds < 100);
	printf("\n");
}

int
main(void)
{
	static const char *const texts[] = {
		"", " ", "a b", "a = b", "a:b", "1 1.5 1.5.6", "-5.5", "1=2", "1e5 0x12 1a 1.a",
		"\"a b\"\"c\"", "\"a\\\"", "a=\"b\"", "a,b ,c", ",a", "a,,b", "a,", "a # b\r\nc", "\xc3",
		"a\vb\fc", "\xff", "\"\xc3\xa9\"", "a\x80", "\xed\xa0\x80", "a/b.c-d!e~f", "{a}(b);c@d",
	}, letters[] = "ab15.,-_=:/# \n!;\t";
	static const char *const names[] = {
		"", "abc", "a${long}b", "${long}${long}", "a${empty}b${}c", "${nope}x", "a $b c$", "}{",
		"${a234567890123456789012345678901}", "${a2345678901234567890123456789012}",
		"${${long}}", "a${long",
	};
	static const size_t rooms[] = { 60, 50, 7 };
	char text[12];
	size_t i, k, n;

	lws_set_log_level(0, NULL);
	for (i = 0; i < COUNT(texts); i++)
		for (k = 0; k <= 9; k++)
			tokens(texts[i], k == 9 ? 0 : 1 << k);
	for (i = 0; i < 4000; i++) {
		n = dice(sizeof(text) - 1);
		for (k = 0; k < n; k++)
			text[k] = letters[dice(sizeof(letters) - 1)];
		text[n] = '\0';
		tokens(text, (int)dice(0x200));
	}
	for (i = 0; i < COUNT(names); i++) {
		fill_in(names[i], 60, 1000, 1);
		for (k = 0; k < COUNT(rooms); k++) {
			fill_in(names[i], rooms[k], 1000, 0);
			fill_in(names[i], rooms[k], 1, 0);
		}
	}

	return 0;
}
