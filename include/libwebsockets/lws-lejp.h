/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_LEJP_H)
#define LWS_LEJP_H

struct _lejp_parsing_stack;
struct _lejp_stack;
struct lejp_ctx;

/** In a state: blanks belong to what is read. */
#define LEJP_FLAG_WS_KEEP 64

/** In a state: a comment, up to the end of the line. */
#define LEJP_FLAG_WS_COMMENTLINE 32

/** In a reason of the callback: there is a value. */
#define LEJP_FLAG_CB_IS_VALUE 64

/** How many parsers there may be on top of each other, the first one included. */
#define LEJP_MAX_PARSING_STACK_DEPTH 5

/** How deep objects and arrays may be nested. */
#define LEJP_MAX_DEPTH 12

/** How many arrays a value may be in. */
#define LEJP_MAX_INDEX_DEPTH 8

/** Room for the path of a value, with its NUL. */
#define LEJP_MAX_PATH 128

/** How many bytes of a string the callback gets at once. */
#define LEJP_STRING_CHUNK 254

/** Why the callback is called. */
enum lejp_callbacks {
	/** The parser was made. */
	LEJPCB_CONSTRUCTED = 0,
	/** The parser ends. */
	LEJPCB_DESTRUCTED = 1,
	/** The first byte has come. */
	LEJPCB_START = 2,
	/** All of it was parsed. */
	LEJPCB_COMPLETE = 3,
	/** It cannot be parsed. */
	LEJPCB_FAILED = 4,
	/** A name; `path` ends with it. */
	LEJPCB_PAIR_NAME = 5,
	/** `true`; `buf` is "1". */
	LEJPCB_VAL_TRUE = 70,
	/** `false`; `buf` is "0". */
	LEJPCB_VAL_FALSE = 71,
	/** `null`; `buf` is empty. */
	LEJPCB_VAL_NULL = 72,
	/** A number with neither point nor exponent, whose text is in `buf`. */
	LEJPCB_VAL_NUM_INT = 73,
	/** Another number, whose text is in `buf`. */
	LEJPCB_VAL_NUM_FLOAT = 74,
	/** A string begins. */
	LEJPCB_VAL_STR_START = 11,
	/** LEJP_STRING_CHUNK bytes of a string are in `buf`; more follows. */
	LEJPCB_VAL_STR_CHUNK = 76,
	/** The rest of a string is in `buf`. */
	LEJPCB_VAL_STR_END = 77,
	/** An array begins. */
	LEJPCB_ARRAY_START = 14,
	/** An array ends. */
	LEJPCB_ARRAY_END = 15,
	/** An object begins. */
	LEJPCB_OBJECT_START = 16,
	/** An object ends. */
	LEJPCB_OBJECT_END = 17,
};

/** What lejp_parse() returns where it does not return how many bytes were left. */
enum lejp_reasons {
	/** There is more to come. */
	LEJP_CONTINUE = -1,
	/** It begins with neither `{` nor `[`. */
	LEJP_REJECT_IDLE_NO_BRACE = -2,
	/** Not used. */
	LEJP_REJECT_MEMBERS_NO_CLOSE = -3,
	/** There is no name where one has to be. */
	LEJP_REJECT_MP_NO_OPEN_QUOTE = -4,
	/** Not used. */
	LEJP_REJECT_MP_STRING_UNDERRUN = -5,
	/** A string has a control character. */
	LEJP_REJECT_MP_ILLEGAL_CTRL = -6,
	/** No such character behind a backslash. */
	LEJP_REJECT_MP_STRING_ESC_ILLEGAL_ESC = -7,
	/** No hexadecimal digit behind `\u`. */
	LEJP_REJECT_ILLEGAL_HEX = -8,
	/** A name has no colon behind it. */
	LEJP_REJECT_MP_DELIM_MISSING_COLON = -9,
	/** No value begins so. */
	LEJP_REJECT_MP_DELIM_BAD_VALUE_START = -10,
	/** A point without a digit behind it. */
	LEJP_REJECT_MP_VAL_NUM_INT_NO_FRAC = -11,
	/** No number is written so. */
	LEJP_REJECT_MP_VAL_NUM_FORMAT = -12,
	/** An exponent without a digit. */
	LEJP_REJECT_MP_VAL_NUM_EXP_BAD_EXP = -13,
	/** Something like `true`, `false` or `null`. */
	LEJP_REJECT_MP_VAL_TOK_UNKNOWN = -14,
	/** A `]` outside of all arrays. */
	LEJP_REJECT_MP_C_OR_E_UNDERF = -15,
	/** A `]` in an object. */
	LEJP_REJECT_MP_C_OR_E_NOTARRAY = -16,
	/** A `}` in an array. */
	LEJP_REJECT_MP_ARRAY_END_MISSING = -17,
	/** It is nested more than LEJP_MAX_DEPTH deep. */
	LEJP_REJECT_STACK_OVERFLOW = -18,
	/** There are more than LEJP_MAX_INDEX_DEPTH arrays in each other. */
	LEJP_REJECT_MP_DELIM_ISTACK = -19,
	/** A number has more than LEJP_STRING_CHUNK characters. */
	LEJP_REJECT_NUM_TOO_LONG = -20,
	/** No comma and no end behind a value. */
	LEJP_REJECT_MP_C_OR_E_NEITHER = -21,
	/** The path of a value has no room. */
	LEJP_REJECT_UNKNOWN = -22,
	/** The callback ended it. */
	LEJP_REJECT_CALLBACK = -23,
};

/** What the parser waits for. */
enum lejp_states {
	/** The first bracket. */
	LEJP_IDLE = 0,
	/** A name, or the end of the object. */
	LEJP_MEMBERS = 1,
	/** A name. */
	LEJP_M_P = 2,
	/** A character of a string. */
	LEJP_MP_STRING = 67,
	/** What follows a backslash. */
	LEJP_MP_STRING_ESC = 68,
	/** The first digit behind `\u`. */
	LEJP_MP_STRING_ESC_U1 = 69,
	/** The second one. */
	LEJP_MP_STRING_ESC_U2 = 70,
	/** The third one. */
	LEJP_MP_STRING_ESC_U3 = 71,
	/** The last one. */
	LEJP_MP_STRING_ESC_U4 = 72,
	/** The colon behind a name. */
	LEJP_MP_DELIM = 9,
	/** A value. */
	LEJP_MP_VALUE = 10,
	/** A character of a number. */
	LEJP_MP_VALUE_NUM_INT = 75,
	/** Not used. */
	LEJP_MP_VALUE_NUM_EXP = 76,
	/** A character of `true`, `false` or `null`. */
	LEJP_MP_VALUE_TOK = 77,
	/** A comma, or the end of an object or array. */
	LEJP_MP_COMMA_OR_END = 14,
	/** What is above in the stack is an array. */
	LEJP_MP_ARRAY_END = 15,
};

/** What was seen of a number, bits of `f`. */
enum num_flags {
	/** A sign. */
	LEJP_SEEN_MINUS = 1,
	/** A point. */
	LEJP_SEEN_POINT = 2,
	/** A digit behind the point. */
	LEJP_SEEN_POST_POINT = 4,
	/** An exponent. */
	LEJP_SEEN_EXP = 8,
};

/**
 * What a parser calls: `reason` is one of enum lejp_callbacks. Nonzero ends the parsing, but for
 * LEJPCB_CONSTRUCTED, _DESTRUCTED, _START and _FAILED, where it says nothing.
 *
 * `path` says where in the JSON it is: names with a `.` between, `[]` behind that of an array.
 * `path_match` is 0, or the number, from 1, of the first of the parser's paths that it matches;
 * `i[0]` to `i[ipos - 1]` are the indices in the arrays it is in, and `npos` is how many bytes `buf`
 * has, with a NUL behind them.
 */
typedef signed char (*lejp_callback)(struct lejp_ctx *ctx, char reason);

/** A parser, of several on top of each other. */
struct _lejp_parsing_stack {
	/** What lejp_parser_push() was given. */
	void *user;
	/** What is called. */
	lejp_callback callback;
	/** The paths of interest. */
	const char *const *paths;
	/** How many they are. */
	uint8_t count_paths;
	/** Length of the path. */
	uint8_t ppos;
	/** What `path_match` of the context was before the next parser. */
	uint8_t path_match;
};

/** A level of the JSON. */
struct _lejp_stack {
	/** One of enum lejp_states. */
	char s;
	/** Length of the path. */
	char p;
	/** How many arrays it is in. */
	char i;
	/** The program's. */
	char b;
};

/**
 * A parser of JSON, in memory of the program. No member is to be changed but those of which that is
 * said.
 */
struct lejp_ctx {
	/** What lejp_construct() was given. The program may change it. */
	void *user;
	/** The parsers, the present one at `pst_sp`. */
	struct _lejp_parsing_stack pst[LEJP_MAX_PARSING_STACK_DEPTH];
	/** The levels of the JSON, the present one at `sp`. */
	struct _lejp_stack st[LEJP_MAX_DEPTH];
	/** The indices in the arrays it is in. */
	uint16_t i[LEJP_MAX_INDEX_DEPTH];
	/** Where in `path` the asterisks of the path that matches are. */
	uint16_t wild[LEJP_MAX_INDEX_DEPTH];
	/** Where it is. */
	char path[LEJP_MAX_PATH];
	/** A number, or bytes of a string. */
	char buf[255];
	/**
	 * How many bytes a path is behind the one before, 0 for those of a pointer. The program may set
	 * it.
	 */
	size_t path_stride;
	/** The line, from 1. */
	uint32_t line;
	/** A code unit, or which token it is. */
	uint16_t uni;
	/** How many bytes `buf` has. */
	uint8_t npos;
	/** How many digits of a number or characters of a token there were. */
	uint8_t dcount;
	/** What was seen of a number. */
	uint8_t f;
	/** The level. */
	uint8_t sp;
	/** How many arrays it is in. */
	uint8_t ipos;
	/** Not used. */
	uint8_t count_paths;
	/** 0, or the number of the path that matches, from 1. The program may change it. */
	uint8_t path_match;
	/** Length of the path when it matched. */
	uint8_t path_match_len;
	/** How many asterisks the path that matches has. */
	uint8_t wildcount;
	/** The parser. */
	uint8_t pst_sp;
	/** Whether all of it is an array. */
	uint8_t outer_array;
};

#if defined(LWS_WITH_LEJP)

/**
 * Makes a parser: `callback` is called as lejp_parse() reads, and from here with LEJPCB_CONSTRUCTED.
 *
 * It looks for `paths`, `paths_count` many, which stay the program's: `ctx->path_match` is the number
 * of the first that is where it is. In a path, `a.b` is the member b of the object a, `[]` follows the
 * name of an array, a `*` stands for anything up to the next `.`, a last one for anything.
 *
 * # Safety
 *
 * `ctx` is NULL or has room for a parser; `callback` may be called; `paths` are so many texts, and
 * stay as long as the parser.
 */
LWS_VISIBLE LWS_EXTERN
void lejp_construct(struct lejp_ctx *ctx,
		    lejp_callback callback,
		    void *user,
		    const char *const *paths,
		    unsigned char paths_count);

/**
 * Ends a parser: its callback is called with LEJPCB_DESTRUCTED. Nothing is freed, as nothing was
 * allocated.
 *
 * # Safety
 *
 * `ctx` is NULL or a parser.
 */
LWS_VISIBLE LWS_EXTERN void lejp_destruct(struct lejp_ctx *ctx);

/**
 * Has the first parser call another function: the one before is called with LEJPCB_DESTRUCTED, the new
 * one with LEJPCB_CONSTRUCTED and LEJPCB_START.
 *
 * # Safety
 *
 * `ctx` is NULL or a parser; `callback` may be called.
 */
LWS_VISIBLE LWS_EXTERN
void lejp_change_callback(struct lejp_ctx *ctx,
			  lejp_callback callback);

/**
 * Parses more of the JSON, which may be cut anywhere. Strings of the callback are UTF-8 where the JSON
 * is. A `#` outside of strings makes the rest of the line a comment.
 *
 * # Returns
 *
 * LEJP_CONTINUE (-1): it is not all yet. 0 or more: it was all, and so many of the bytes were left.
 * Another negative number, one of enum lejp_reasons, which lejp_error_to_string() explains: it cannot
 * be parsed, or the callback did not return 0. The callback heard LEJPCB_FAILED.
 *
 * # Safety
 *
 * `ctx` is NULL or a parser; `json` has `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
int lejp_parse(struct lejp_ctx *ctx,
	       const unsigned char *json,
	       int len);

/**
 * Looks which of the parser's paths is `ctx->path`, unless `ctx->path_match` says it already, and sets
 * that. lejp_parse() does it by itself; a callback may after it has changed something.
 *
 * # Safety
 *
 * `ctx` is NULL or a parser.
 */
LWS_VISIBLE LWS_EXTERN
void lejp_check_path_match(struct lejp_ctx *ctx);

/**
 * What an asterisk of the path that matches stands for, up to the next `.`: `wildcard` is its number,
 * from 0. `dest` has room for `len` bytes, of which the last that is written is a NUL.
 *
 * # Returns
 *
 * How many bytes were written, with the NUL. 0 where there is no such asterisk, or `len` is 0.
 *
 * # Safety
 *
 * `ctx` is NULL or a parser; `dest` has room for `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
int lejp_get_wildcard(struct lejp_ctx *ctx,
		      int wildcard,
		      char *dest,
		      int len);

/**
 * Puts a parser on top, which goes on from here with its own paths, callback and `user`, the latter
 * in `ctx->pst[ctx->pst_sp].user`. For it `ctx->path` begins anew. A callback does that when an object
 * begins.
 *
 * # Returns
 *
 * 0; -1 when there are LEJP_MAX_PARSING_STACK_DEPTH already, or an argument is bad.
 *
 * # Safety
 *
 * As lejp_construct().
 */
LWS_VISIBLE LWS_EXTERN
int lejp_parser_push(struct lejp_ctx *ctx,
		     void *user,
		     const char *const *paths,
		     unsigned char paths_count,
		     lejp_callback lejp_cb);

/**
 * Takes the parser on top away, and goes on with the one below. A callback does that when the object
 * ends for which it put the parser there.
 *
 * # Returns
 *
 * 0; -1 where there is only one.
 *
 * # Safety
 *
 * `ctx` is NULL or a parser.
 */
LWS_VISIBLE LWS_EXTERN
int lejp_parser_pop(struct lejp_ctx *ctx);

/**
 * What a result of lejp_parse() means, in English.
 *
 * # Returns
 *
 * The text, never NULL; an empty one for 0 and more, and for LEJP_CONTINUE.
 */
LWS_VISIBLE LWS_EXTERN const char *lejp_error_to_string(int e);

#endif /* LWS_WITH_LEJP */

#endif
