/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_TOKENIZE_H)
#define LWS_TOKENIZE_H

struct lws_strexp;
struct lws_tokenize;

/** What lws_tokenize() finds. Two have the same number. */
typedef enum lws_tokenize_elem {
	/** How many errors there are. */
	LWS_TOKZE_ERRS = 5,
	/** What is no UTF-8. */
	LWS_TOKZE_ERR_BROKEN_UTF8 = -5,
	/** A quote without an end. */
	LWS_TOKZE_ERR_UNTERM_STRING = -4,
	/** A float with two points. */
	LWS_TOKZE_ERR_MALFORMED_FLOAT = -3,
	/** A number in front of a `=`. */
	LWS_TOKZE_ERR_NUM_ON_LHS = -2,
	/** A comma is missing in a list, or one too many. */
	LWS_TOKZE_ERR_COMMA_LIST = -1,
	/** Nothing; the text is at its end. */
	LWS_TOKZE_ENDED = 0,
	/** One byte that belongs to no token. */
	LWS_TOKZE_DELIMITER = 1,
	/** A token. */
	LWS_TOKZE_TOKEN = 2,
	/** Digits. */
	LWS_TOKZE_INTEGER = 3,
	/** Digits and a point. */
	LWS_TOKZE_FLOAT = 4,
	/** A token with a `=` behind it. */
	LWS_TOKZE_TOKEN_NAME_EQUALS = 5,
	/** A token with a `:` behind it. */
	LWS_TOKZE_TOKEN_NAME_COLON = 6,
	/** What is between quotes. */
	LWS_TOKZE_QUOTED_STRING = 7,
} lws_tokenize_elem;

/** What lws_strexp_expand() returns. */
enum {
	/** All is written. */
	LSTRX_DONE = 0,
	/** There is no more room. */
	LSTRX_FILLED_OUT = 1,
	/** A name has more than 31 bytes. */
	LSTRX_FATAL_NAME_TOO_LONG = -1,
	/** For the callback: it does not know the name. */
	LSTRX_FATAL_NAME_UNKNOWN = -2,
};

/** A flag: `-` belongs to tokens. */
#define LWS_TOKENIZE_F_MINUS_NONTERM (1 << 0)

/** A flag: a token with a `:` behind it is LWS_TOKZE_TOKEN_NAME_COLON. */
#define LWS_TOKENIZE_F_AGG_COLON (1 << 1)

/** A flag: the text has to be tokens with a `,` between. */
#define LWS_TOKENIZE_F_COMMA_SEP_LIST (1 << 2)

/**
 * A flag: the delimiters are those of RFC 7230, with `-`, `.` and `*` as far as other flags do not say
 * otherwise; all else belongs to tokens.
 */
#define LWS_TOKENIZE_F_RFC7230_DELIMS (1 << 3)

/** A flag: `.` belongs to tokens. */
#define LWS_TOKENIZE_F_DOT_NONTERM (1 << 4)

/** A flag: there are no floats. */
#define LWS_TOKENIZE_F_NO_FLOATS (1 << 5)

/** A flag: integers are tokens, and there are no floats. */
#define LWS_TOKENIZE_F_NO_INTEGERS (1 << 6)

/** A flag: `#` begins a comment, up to the end of the line. */
#define LWS_TOKENIZE_F_HASH_COMMENT (1 << 7)

/** A flag: `/` belongs to tokens. */
#define LWS_TOKENIZE_F_SLASH_NONTERM (1 << 8)

/** A flag: `*` belongs to tokens. */
#define LWS_TOKENIZE_F_ASTERISK_NONTERM (1 << 9)

/** A flag: `=` belongs to tokens. */
#define LWS_TOKENIZE_F_EQUALS_NONTERM (1 << 10)

/** What a list with commas wants next. */
enum lws_tokenize_delimiter_tracking {
	/** A token, or the end. */
	LWSTZ_DT_NEED_FIRST_CONTENT = 0,
	/** A comma, or the end. */
	LWSTZ_DT_NEED_DELIM = 1,
	/** A token. */
	LWSTZ_DT_NEED_NEXT_CONTENT = 2,
};

/** Where lws_tokenize() is in a text. */
struct lws_tokenize {
	/** What is left of the text. */
	const char *start;
	/** What was found; NULL where that was nothing. */
	const char *token;
	/** How many bytes are left at most; a NUL ends the text before. */
	size_t len;
	/** How many bytes were found. */
	size_t token_len;
	/** LWS_TOKENIZE_F_... flags. */
	uint16_t flags;
	/** One of enum lws_tokenize_delimiter_tracking. */
	uint8_t delim;
	/** For the program, which may keep a result here. */
	int8_t e;
};

/**
 * Writes what `name` stands for to `out`, from `*pos` and before `olen`, and moves `*pos`; where
 * `out` is NULL it only moves that. `*exp_ofs` is 0 at first, and the callback's to know how much it
 * wrote before.
 *
 * It returns LSTRX_DONE; LSTRX_FILLED_OUT when there was no room for all, to be called again with more;
 * or a negative number, such as LSTRX_FATAL_NAME_UNKNOWN.
 */
typedef int (*lws_strexp_expand_cb)(void *priv,
				    const char *name,
				    char *out,
				    size_t *pos,
				    size_t olen,
				    size_t *exp_ofs);

/** Where lws_strexp_expand() is. Its members are the library's. */
struct lws_strexp {
	/** The name, or as much of it as there was. */
	char name[32];
	/** What knows names. */
	lws_strexp_expand_cb cb;
	/** For that. */
	void *priv;
	/** Where the text goes to; NULL: nowhere. */
	char *out;
	/** Room there. */
	size_t olen;
	/** How much was written there. */
	size_t pos;
	/** For the callback. */
	size_t exp_ofs;
	/** Length of the name. */
	uint8_t name_pos;
	/** 0 in text, 1 behind a `$`, 2 in a name, 3 behind it. */
	char state;
};

/**
 * Begins with a NUL-terminated text, of which no more than 2 GiB are read. For one without a NUL the
 * program sets `ts->len` afterwards.
 *
 * `flags` are LWS_TOKENIZE_F_... flags.
 *
 * # Safety
 *
 * `ts` is NULL or valid; `start` stays as long as it is used.
 */
LWS_VISIBLE LWS_EXTERN
void lws_tokenize_init(struct lws_tokenize *ts,
		       const char *start,
		       int flags);

/**
 * Finds the next token of a text, or what else there is: `ts->token` and `ts->token_len` say where, of a
 * string what is between its quotes. Nothing is copied, `\` means nothing. Blanks, line ends and form
 * feeds are between tokens. A token consists of letters, digits, `_` and UTF-8, and of what the flags
 * say.
 *
 * # Returns
 *
 * One of enum lws_tokenize_elem: LWS_TOKZE_ENDED (0) at the end; a positive one; LWS_TOKZE_ERR_..., a
 * negative one, where the text is bad.
 *
 * # Safety
 *
 * `ts` is NULL, or its `start` has `len` bytes, or as many as there are up to a NUL.
 */
LWS_VISIBLE LWS_EXTERN
enum lws_tokenize_elem lws_tokenize(struct lws_tokenize *ts);

/**
 * Copies what lws_tokenize() found, with a NUL.
 *
 * # Returns
 *
 * 0; 1, and nothing is written, when that does not fit into `max` bytes, or an argument is NULL.
 *
 * # Safety
 *
 * `ts` is NULL or as lws_tokenize() left it; `str` has room for `max` bytes.
 */
LWS_VISIBLE LWS_EXTERN int lws_tokenize_cstr(struct lws_tokenize *ts, char *str, size_t max);

/**
 * Begins a text with names: `cb` knows what they stand for, `priv` is for it. The text goes to `out`,
 * which has `olen` bytes; where that is NULL it is only measured, and `olen` is the most it may have.
 *
 * # Safety
 *
 * `exp` is NULL or valid; `cb` may be called; `out` stays as long as it is used.
 */
LWS_VISIBLE LWS_EXTERN
void lws_strexp_init(struct lws_strexp *exp,
		     void *priv,
		     lws_strexp_expand_cb cb,
		     char *out,
		     size_t olen);

/**
 * Goes on writing at `out`, with room for `olen` bytes, after lws_strexp_expand() has filled the one
 * before. It may be the same.
 *
 * # Safety
 *
 * `exp` is NULL or was begun; `out` stays as long as it is used.
 */
LWS_VISIBLE LWS_EXTERN
void lws_strexp_reset_out(struct lws_strexp *exp,
			  char *out,
			  size_t olen);

/**
 * Copies `len` bytes of a text, of which this may be a piece that is cut anywhere, but for each
 * `${name}`, for which it writes what the callback says. A `$` without a `{` is itself.
 *
 * `*pused_in` becomes how many bytes of `in` are done with, `*pused_out` how many are at `out`. Behind
 * them is a NUL, unless `out` is full.
 *
 * # Returns
 *
 * LSTRX_DONE: `in` is done with. LSTRX_FILLED_OUT: `out` is full; the program takes what is there, calls
 * lws_strexp_reset_out(), and comes again with the rest of `in`, which may be none.
 * LSTRX_FATAL_NAME_TOO_LONG: a name has more than 31 bytes, or an argument is bad. Another negative
 * number is the callback's.
 *
 * # Safety
 *
 * `exp` is NULL or was begun; `in` has `len` bytes; the others are NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN
int lws_strexp_expand(struct lws_strexp *exp,
		      const char *in,
		      size_t len,
		      size_t *pused_in,
		      size_t *pused_out);

/**
 * Whether `check`, of `clen` bytes, is as `wildcard`, of `wlen` bytes, says, in which each `*` stands for
 * anything, also for nothing.
 *
 * # Returns
 *
 * 0 if it is; 1 if it is not, or an argument is NULL.
 *
 * # Safety
 *
 * The texts have so many bytes.
 */
LWS_VISIBLE LWS_EXTERN
int lws_strcmp_wildcard(const char *wildcard,
			size_t wlen,
			const char *check,
			size_t clen);

typedef struct lws_tokenize lws_tokenize_t;
typedef struct lws_strexp lws_strexp_t;

#endif
