/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_LOGS_H)
#define LWS_LOGS_H

struct lws_log_cx;
union lws_log_cx_u;

/** Something failed. */
#define LLL_ERR (1 << 0)

/** Something is not as it should be. */
#define LLL_WARN (1 << 1)

/** Something an operator wants to know. */
#define LLL_NOTICE (1 << 2)

/** What goes on, in more detail. */
#define LLL_INFO (1 << 3)

/** What a programmer wants to know. */
#define LLL_DEBUG (1 << 4)

/** Parsers. */
#define LLL_PARSER (1 << 5)

/** Protocol headers. */
#define LLL_HEADER (1 << 6)

/** Extensions. */
#define LLL_EXT (1 << 7)

/** Client connections. */
#define LLL_CLIENT (1 << 8)

/** Time spent. */
#define LLL_LATENCY (1 << 9)

/** The program's own lines. */
#define LLL_USER (1 << 10)

/** Threads. */
#define LLL_THREAD (1 << 11)

/** How many levels there are. */
#define LLL_COUNT 12

/** Beside a level: the line tells something about a person. */
#define LLLF_SECRECY_PII (1 << 16)

/** Beside a level: who reads the line can pass for somebody else. */
#define LLLF_SECRECY_BEARER (1 << 17)

/** In a log context: lines start with a timestamp. They always do in this library. */
#define LLLF_LOG_TIMESTAMP (1 << 18)

/** In a log context: its emit function is `u.emit_cx`, not `u.emit`. */
#define LLLF_LOG_CONTEXT_AWARE (1 << 30)

/**
 * What a log context hands its lines to: a level and a line that ends in one newline.
 *
 * It may be called by several threads at once, and may call any function of the library; what it
 * logs comes back to it.
 */
typedef void (*lws_log_emit_t)(int level, const char *line);

/**
 * As `lws_log_emit_t`, for a log context with LLLF_LOG_CONTEXT_AWARE. `len` is the length of
 * `line` without its NUL.
 */
typedef void (*lws_log_emit_cx_t)(struct lws_log_cx *cx, int level, const char *line, size_t len);

/** The emit function of a log context. */
union lws_log_cx_u {
	/** Without LLLF_LOG_CONTEXT_AWARE. */
	lws_log_emit_t emit;
	/** With LLLF_LOG_CONTEXT_AWARE. */
	lws_log_emit_cx_t emit_cx;
};

/** Called after `refcount` of a log context changed: up if `_new` is above 0, else down. */
typedef void (*lws_log_use_cx_t)(struct lws_log_cx *cx, int _new);

/**
 * Writes a prefix at `*p`, no farther than `e`, and moves `*p` behind it. `obj` is what the line
 * is about, or NULL.
 */
typedef void (*lws_log_prepend_cx_t)(struct lws_log_cx *cx, void *obj, char **p, char *e);

/**
 * A log context: which lines are written, how they start and where they go.
 *
 * The program owns it, sets it up before its first use, and keeps it for as long as anything
 * uses it. `lll_flags` may be changed at any time.
 */
struct lws_log_cx {
	/** Where lines go. NULL: to standard error. */
	union lws_log_cx_u u;
	/** NULL, or called after each change of `refcount`. */
	lws_log_use_cx_t refcount_cb;
	/**
	 * NULL, or writes a prefix for the lines of the children. A log context without a parent
	 * has it for its own lines too.
	 */
	lws_log_prepend_cx_t prepend;
	/** NULL, or the log context whose prefix comes before this one's. */
	struct lws_log_cx *parent;
	/** The program's. For lws_log_use_cx_file(): the path of the file. */
	void *opaque;
	/** The emit function's. For lws_log_use_cx_file(): the open file. */
	void *stg;
	/** The levels that are written (LLL_), and flags (LLLF_). */
	uint32_t lll_flags;
	/** How many objects use the log context. */
	int32_t refcount;
};

/** A log context. */
typedef struct lws_log_cx lws_log_cx_t;

/**
 * An emit function: writes the line to standard error, coloured if that is a terminal.
 *
 * # Safety
 *
 * `line` is NULL or a string.
 */
LWS_VISIBLE LWS_EXTERN void lwsl_emit_stderr(int level, const char *line);

/**
 * An emit function: as lwsl_emit_stderr(), without the timestamp and the letter of the level.
 *
 * # Safety
 *
 * `line` is NULL or a string.
 */
LWS_VISIBLE LWS_EXTERN void lwsl_emit_stderr_notimestamp(int level, const char *line);

/**
 * An emit function: hands the line to syslog(), LLL_ERR as LOG_ERR and so on, all below LLL_INFO
 * as LOG_DEBUG. openlog() is for the program to call.
 *
 * # Safety
 *
 * `line` is NULL or a string.
 */
LWS_VISIBLE LWS_EXTERN void lwsl_emit_syslog(int level, const char *line);

/**
 * An emit function for a log context with lws_log_use_cx_file() as its `refcount_cb`: writes the
 * line to the file.
 *
 * A line that cannot be written to the file goes to standard error; the first time an error is
 * logged to the process-wide log context.
 *
 * # Safety
 *
 * `cx` is NULL or valid, `line` is NULL or has `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
void lws_log_emit_cx_file(struct lws_log_cx *cx,
			  int level,
			  const char *line,
			  size_t len);

/**
 * A `refcount_cb` for a log context: opens the file whose path is in `opaque` for the first object
 * that uses the log context, closes it after the last.
 *
 * The file is created for its owner only, or emptied. If it cannot be opened, an error is logged
 * to the process-wide log context, and lines go to standard error.
 *
 * # Safety
 *
 * `cx` is NULL or valid, its `opaque` NULL or a path.
 */
LWS_VISIBLE LWS_EXTERN void lws_log_use_cx_file(struct lws_log_cx *cx, int _new);

/**
 * Counts one object that uses a log context: one more if `_new` is above 0, else one less. Then
 * its `refcount_cb` is called.
 *
 * The library counts contexts, vhosts and connections itself. Taking away more than was counted
 * is refused with an error in the log.
 *
 * # Safety
 *
 * `cx` is NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN void lwsl_refcount_cx(lws_log_cx_t *cx, int _new);

/**
 * The log context of a context: its `log_cx`, or the process-wide one.
 *
 * # Returns
 *
 * The log context, which lives at least as long as the context. NULL when `cx` is NULL.
 *
 * # Safety
 *
 * `cx` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN struct lws_log_cx *lwsl_context_get_cx(struct lws_context *cx);

/**
 * The log context of a vhost: that of its context.
 *
 * # Returns
 *
 * The log context, which lives at least as long as the vhost. NULL when `vh` is NULL.
 *
 * # Safety
 *
 * `vh` is NULL or a live vhost.
 */
LWS_VISIBLE LWS_EXTERN struct lws_log_cx *lwsl_vhost_get_cx(struct lws_vhost *vh);

/**
 * The log context of a connection: that of its context.
 *
 * # Returns
 *
 * The log context, which lives at least as long as the connection. NULL when `wsi` is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN struct lws_log_cx *lwsl_wsi_get_cx(struct lws *wsi);

/**
 * A prefix function: appends the name of the context `obj` and `: `; nothing when it has no name
 * or `obj` is NULL.
 *
 * # Safety
 *
 * `obj` is NULL or a live context, `*p` up to `e` may be written to.
 */
LWS_VISIBLE LWS_EXTERN
void lws_log_prepend_context(struct lws_log_cx *cx,
			     void *obj,
			     char **p,
			     char *e);

/**
 * A prefix function: appends what the vhost `obj` is called in brackets and `: `; nothing when
 * `obj` is NULL.
 *
 * # Safety
 *
 * `obj` is NULL or a live vhost, `*p` up to `e` may be written to.
 */
LWS_VISIBLE LWS_EXTERN
void lws_log_prepend_vhost(struct lws_log_cx *cx,
			   void *obj,
			   char **p,
			   char *e);

/**
 * A prefix function: appends what the connection `obj` is called in brackets and `: `; nothing
 * when `obj` is NULL.
 *
 * # Safety
 *
 * `obj` is NULL or a live connection, `*p` up to `e` may be written to.
 */
LWS_VISIBLE LWS_EXTERN
void lws_log_prepend_wsi(struct lws_log_cx *cx,
			 void *obj,
			 char **p,
			 char *e);

/**
 * Logs a line to the process-wide log context. Programs use lwsl_err() and the like, which
 * pass it on.
 *
 * The line is a timestamp, the letter of the level, the text, and one newline, whether the
 * text ends in one, several or none. More than 253 bytes are cut, and end in `...`.
 *
 * `filter` is the level (LLL_); while that is off, nothing is formatted. `errno` is what it
 * was before, and `%m` may be used.
 *
 * # Safety
 *
 * `format` and what follows are as for printf().
 */
LWS_VISIBLE LWS_EXTERN void _lws_log(int filter, const char *format, ...) LWS_FORMAT(2);

/**
 * As _lws_log(), with the arguments in a list.
 *
 * # Safety
 *
 * `format` and `vl` are as for vprintf().
 */
LWS_VISIBLE LWS_EXTERN void _lws_logv(int filter, const char *format, va_list vl);

/**
 * Logs a line to a log context. Programs use lwsl_cx_err(), lwsl_wsi_err() and the like,
 * which pass it on.
 *
 * As _lws_log(), and between the letter and the text come the prefixes of the log context's
 * parents, the root's first, then what `prep` writes about `obj`, then the name of the
 * function.
 *
 * `cx` NULL is the process-wide log context. `prep` and `_fun` may be NULL.
 *
 * # Safety
 *
 * `cx` is NULL or valid, `prep` may be called with `obj`, `_fun` is NULL or a string, `format`
 * and what follows are as for printf().
 */
LWS_VISIBLE LWS_EXTERN
void _lws_log_cx(lws_log_cx_t *cx,
		 lws_log_prepend_cx_t prep,
		 void *obj,
		 int filter,
		 const char *_fun,
		 const char *format,
		 ...) LWS_FORMAT(6);

/**
 * Sets the levels that are logged in the whole process, and where lines go.
 *
 * `level` is the LLL_ bits of all levels that shall be logged, and LLLF_ flags: it replaces what
 * was set. Until this is called, errors, warnings and notices go to standard error.
 * `log_emit_function` NULL leaves the lines where they went before. Objects with a log context of
 * their own (`log_cx` of `struct lws_context_creation_info`) are not affected.
 *
 * # Safety
 *
 * `log_emit_function` is NULL or stays valid until another one is set.
 */
LWS_VISIBLE LWS_EXTERN void lws_set_log_level(int level, lws_log_emit_t log_emit_function);

/**
 * Tells whether the process-wide log context writes lines of `level`.
 *
 * A program asks before it does work only to log it.
 *
 * # Returns
 *
 * 1 if it does, else 0. For several levels: 1 if it writes any of them.
 */
LWS_VISIBLE LWS_EXTERN int lwsl_visible(int level);

/**
 * Writes the start of a log line to `p`: `[YYYY/MM/DD HH:MM:SS:tttt] L: `, local time in
 * ten-thousandths of a second and the letter of `level`.
 *
 * At most `len` bytes with the terminating NUL are written; 31 are enough.
 *
 * # Returns
 *
 * The length of the text in `p`. 0, with an empty text, when `level` is not exactly one level; 0
 * when `p` is NULL or `len` is 0.
 *
 * # Safety
 *
 * `p` is NULL or has room for `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN int lwsl_timestamp(int level, char *p, size_t len);

/**
 * Logs memory as hexadecimal numbers and characters, 16 bytes a line, between two empty lines.
 *
 * Each line goes to the process-wide log context with `level`. `len` 0 logs
 * `(hexdump: zero length)`, `vbuf` NULL with another length logs `(hexdump: NULL ptr)`.
 *
 * # Safety
 *
 * `vbuf` is NULL or has `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN void lwsl_hexdump_level(int level, const void *vbuf, size_t len);

/**
 * As lwsl_hexdump_level(), with LLL_DEBUG.
 *
 * # Safety
 *
 * `buf` is NULL or has `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN void lwsl_hexdump(const void *buf, size_t len);

/**
 * As lwsl_hexdump_level(), to a log context, with the prefixes of _lws_log_cx().
 *
 * `cx` NULL is the process-wide log context. `prep` may be NULL.
 *
 * # Safety
 *
 * `cx` is NULL or valid, `prep` may be called with `obj`, `vbuf` is NULL or has `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
void lwsl_hexdump_level_cx(lws_log_cx_t *cx,
			   lws_log_prepend_cx_t prep,
			   void *obj,
			   int hexdump_level,
			   const void *vbuf,
			   size_t len);

/**
 * Tells the byte order of the machine.
 *
 * # Returns
 *
 * 1 if it is big-endian, else 0.
 */
LWS_VISIBLE LWS_EXTERN int lws_is_be(void);

/**
 * A short name of a connection for logs.
 *
 * # Returns
 *
 * The name of its protocol; NULL when it has none or `wsi` is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN const char *lws_wsi_tag(struct lws *wsi);

#endif
