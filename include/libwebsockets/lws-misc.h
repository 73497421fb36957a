/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_MISC_H)
#define LWS_MISC_H

struct lws_dir_entry;
struct lws_dir_glob;
struct lws_humanize_unit;
struct lws_switches;

/**
 * What lws_dir() calls for each object of a directory. Nonzero ends the walk.
 */
typedef int lws_dir_callback_function(const char *dirpath, void *user,
				      struct lws_dir_entry *lde);

/** For lws_rx_flow_control(): the low bits of `enable` are reasons. */
#define LWS_RXFLOW_REASON_APPLIES (1 << 14)

/** For lws_rx_flow_control(), with LWS_RXFLOW_REASON_APPLIES: the reasons end. */
#define LWS_RXFLOW_REASON_APPLIES_ENABLE_BIT (1 << 13)

/** For lws_rx_flow_control(): the reasons in the low bits end. */
#define LWS_RXFLOW_REASON_APPLIES_ENABLE ((1 << 14) | (1 << 13))

/** For lws_rx_flow_control(): there are the reasons in the low bits. */
#define LWS_RXFLOW_REASON_APPLIES_DISABLE (1 << 14)

/** The reason of a plain lws_rx_flow_control() with 0 or 1. */
#define LWS_RXFLOW_REASON_USER_BOOL 1

/** A reason of HTTP's. */
#define LWS_RXFLOW_REASON_HTTP_RXBUFFER (1 << 6)

/** A reason of HTTP/2's. */
#define LWS_RXFLOW_REASON_H2_PPS_PENDING (1 << 7)

/** For lws_rx_flow_control(): what it says takes effect at once, which it does here anyway. */
#define LWS_RXFLOW_REASON_FLAG_PROCESS_NOW (1 << 12)

/** What an object in a directory is. */
enum lws_dir_obj_type_t {
	/** It cannot be told. */
	LDOT_UNKNOWN = 0,
	/** A file. */
	LDOT_FILE = 1,
	/** A directory. */
	LDOT_DIR = 2,
	/** A symbolic link, to whatever. */
	LDOT_LINK = 3,
	/** A named pipe. */
	LDOT_FIFO = 4,
	/** A unix socket. */
	LDOTT_SOCKET = 5,
	/** A character device. */
	LDOT_CHAR = 6,
	/** A block device. */
	LDOT_BLOCK = 7,
};

/** One unit of a schema for lws_humanize(). */
struct lws_humanize_unit {
	/** What is written behind the number. NULL ends the schema. */
	const char *name;
	/** What one of it is worth. */
	uint64_t factor;
};

/** One unit of a schema for lws_humanize(). */
typedef struct lws_humanize_unit lws_humanize_unit_t;

/** An option of a program, for lws_switches_print_help(). lws 4.3.5 does not have it. */
struct lws_switches {
	/** The option with its dashes. */
	const char *sw;
	/** What it does. */
	const char *doc;
};

/** One object in a directory. It is valid during the callback that it is passed to. */
struct lws_dir_entry {
	/** Its name, without the directory. */
	const char *name;
	/** What it is. */
	enum lws_dir_obj_type_t type;
};

/**
 * What lws_dir_glob_cb() calls with the path of each object that the filter lets pass. The result
 * is not looked at.
 */
typedef int (*lws_dir_glob_cb_t)(void *data, const char *path);

/** What lws_dir_glob_cb() is to do. */
struct lws_dir_glob {
	/** What names look like, such as "sai-*.deb": `*` is any text, `?` any one byte. */
	const char *filter;
	/** What to call for each that does. */
	lws_dir_glob_cb_t cb;
	/** The first argument of `cb`. */
	void *user;
};

/** What lws_dir_glob_cb() is to do. */
typedef struct lws_dir_glob lws_dir_glob_t;

/** Powers of 1024: "22.130Gi", "128". */
extern const lws_humanize_unit_t humanize_schema_si[7];

/** Powers of 1024 of bytes: "22.130GiB", "128B". */
extern const lws_humanize_unit_t humanize_schema_si_bytes[7];

/** Microseconds as times: "14.350min", "1.500d". */
extern const lws_humanize_unit_t humanize_schema_us[8];

typedef enum lws_dir_obj_type_t lws_dir_obj_type_t;

/**
 * The context that a connection belongs to; also what a protocol's callback is about when it is
 * not about a connection.
 *
 * # Returns
 *
 * The context; NULL when `wsi` is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or what a callback was called with, while it runs.
 */
LWS_VISIBLE LWS_EXTERN struct lws_context *lws_get_context(const struct lws *wsi);

/**
 * The program's memory for a connection: `user` of its callbacks.
 *
 * # Returns
 *
 * That pointer, may be NULL; NULL when `wsi` is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN void *lws_wsi_user(struct lws *wsi);

/**
 * The pointer that was set with lws_set_opaque_user_data() or when the connection was made.
 *
 * # Returns
 *
 * That pointer; NULL when `wsi` is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN void *lws_get_opaque_user_data(const struct lws *wsi);

/**
 * The pointer that was set with lws_set_opaque_parent_data().
 *
 * # Returns
 *
 * That pointer; NULL when `wsi` is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN void *lws_get_opaque_parent_data(const struct lws *wsi);

/**
 * The connection that carries another one; raw connections are carried by none but themselves.
 *
 * # Returns
 *
 * `wsi`; NULL when it is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN struct lws *lws_get_network_wsi(struct lws *wsi);

/**
 * Tells whether a connection is secured by TLS. Only for the thread that services the context.
 *
 * # Returns
 *
 * 1, or 0.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN int lws_is_ssl(struct lws *wsi);

#if defined(LWS_WITH_TLS)

/**
 * OpenSSL's `SSL *` of a connection, which lives as long. Only for the thread that services the
 * context. It is not to be read from or written to.
 *
 * # Returns
 *
 * It; NULL for a connection without TLS.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN struct ssl_st *lws_get_ssl(struct lws *wsi);

#endif /* LWS_WITH_TLS */

/**
 * Which service thread a connection belongs to; a context has one.
 *
 * # Returns
 *
 * 0.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN int lws_get_tsi(struct lws *wsi);

/**
 * Which service thread a connection belongs to, as lws_get_tsi().
 *
 * # Returns
 *
 * 0.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN int lws_wsi_tsi(struct lws *wsi);

/**
 * What is known of the peer of a UDP connection.
 *
 * # Returns
 *
 * The addresses, which the connection keeps; NULL when it is not a UDP connection or `wsi` is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN const struct lws_udp *lws_get_udp(const struct lws *wsi);

/**
 * The connection that this one is a child of.
 *
 * # Returns
 *
 * The parent; NULL when there is none or `wsi` is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN struct lws *lws_get_parent(const struct lws *wsi);

/**
 * The child of a connection that came last.
 *
 * # Returns
 *
 * The child; NULL when there is none or `wsi` is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN struct lws *lws_get_child(const struct lws *wsi);

/**
 * Whether a child waits to write through its parent. There is no such thing any more, neither in lws
 * 4.3.5 nor here: a child writes by itself.
 *
 * # Returns
 *
 * 0.
 *
 * # Safety
 *
 * `wsi` is NULL or a connection.
 */
LWS_VISIBLE LWS_EXTERN
int lws_get_child_pending_on_writable(const struct lws *wsi);

/**
 * Forgets that a child waits to write through its parent: see lws_get_child_pending_on_writable().
 *
 * # Safety
 *
 * `wsi` is NULL or a connection.
 */
LWS_VISIBLE LWS_EXTERN void lws_clear_child_pending_on_writable(struct lws *wsi);

/**
 * Whether a connection is the one of a CGI process, which this library does not start.
 *
 * # Returns
 *
 * 0.
 *
 * # Safety
 *
 * `wsi` is NULL or a connection.
 */
LWS_VISIBLE LWS_EXTERN int lws_is_cgi(struct lws *wsi);

/**
 * Replaces the program's memory for a connection, which stays the program's. Only for the thread that services the context.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN
void lws_set_wsi_user(struct lws *wsi,
		      void *user);

/**
 * Keeps a pointer for the program. Only for the thread that services the context.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN void lws_set_opaque_user_data(struct lws *wsi, void *data);

/**
 * Keeps another pointer for the program. Only for the thread that services the context.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN void lws_set_opaque_parent_data(struct lws *wsi, void *data);

/**
 * Stops or restarts receiving. With `enable` 0 nothing more is received until it is called with 1;
 * what the peer sends meanwhile waits in the kernel. With LWS_RXFLOW_REASON_APPLIES the low bits
 * are reasons: LWS_RXFLOW_REASON_APPLIES_ENABLE takes reasons away,
 * LWS_RXFLOW_REASON_APPLIES_DISABLE adds them, and what is left of them stops receiving. Only for
 * the thread that services the context.
 *
 * # Returns
 *
 * 0, or -1 when `wsi` is NULL or closed.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN int lws_rx_flow_control(struct lws *wsi, int enable);

#if defined(LWS_ROLE_WS)

/**
 * How many bytes of the frame that the RECEIVE callback has a piece of are still to come.
 *
 * # Returns
 *
 * Bytes; 0 when `wsi` is NULL or no websocket connection.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN size_t lws_remaining_packet_payload(struct lws *wsi);

#endif /* LWS_ROLE_WS */

/**
 * Restarts receiving on every connection with this protocol, whatever stopped it.
 *
 * # Safety
 *
 * `context` is NULL or a live context, `protocol` NULL or a protocol.
 */
LWS_VISIBLE LWS_EXTERN
void lws_rx_flow_allow_all_protocol(const struct lws_context *context,
				    const struct lws_protocols *protocol);

/**
 * Appends a copy of some bytes to a buffer list. The list is a pointer to struct lws_buflist that
 * is NULL at first; the copy is the list's until it is used up or destroyed.
 *
 * Zero bytes are nothing to append: the list stays as it is.
 *
 * # Returns
 *
 * 1 when the list was empty before, 0 when it was not or `len` is 0, -1 when there is no memory
 * or an argument is NULL.
 *
 * # Safety
 *
 * `head` is a list, `buf` points to `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
int lws_buflist_append_segment(struct lws_buflist **head,
			       const uint8_t *buf,
			       size_t len);

/**
 * Looks at the first segment of a buffer list.
 *
 * When `buf` is not NULL, `*buf` becomes the address of the segment's first unused byte, or NULL
 * when the list is empty. Before a segment's first byte there are 16 bytes that may be written to
 * (lws calls that LWS_PRE).
 *
 * # Returns
 *
 * How many bytes of the first segment are not used yet, 0 when the list is empty.
 *
 * # Safety
 *
 * `head` is a list.
 */
LWS_VISIBLE LWS_EXTERN
size_t lws_buflist_next_segment_len(struct lws_buflist **head,
				    uint8_t **buf);

/**
 * Marks bytes of the first segment of a buffer list as used. A segment that is used up is freed,
 * and the next one becomes the first.
 *
 * More bytes than the segment has left are an error that is logged, and use up the segment.
 *
 * # Returns
 *
 * How many bytes of what is the first segment now are not used yet, 0 when the list is empty.
 *
 * # Safety
 *
 * `head` is a list.
 */
LWS_VISIBLE LWS_EXTERN size_t lws_buflist_use_segment(struct lws_buflist **head, size_t len);

/**
 * Counts the unused bytes of a buffer list.
 *
 * # Returns
 *
 * How many bytes the segments of the list hold that are not used yet.
 *
 * # Safety
 *
 * `head` is a list.
 */
LWS_VISIBLE LWS_EXTERN size_t lws_buflist_total_len(struct lws_buflist **head);

/**
 * Copies unused bytes out of a buffer list, across segments, and leaves the list as it is. The
 * copy begins `ofs` bytes behind the first unused one.
 *
 * # Returns
 *
 * How many bytes were copied: `len`, or what there is from `ofs` on; -1 when an argument is NULL.
 *
 * # Safety
 *
 * `head` is a list, `buf` points to `len` bytes outside it.
 */
LWS_VISIBLE LWS_EXTERN
int lws_buflist_linear_copy(struct lws_buflist **head,
			    size_t ofs,
			    uint8_t *buf,
			    size_t len);

/**
 * Copies unused bytes out of a buffer list, across segments, and marks them as used.
 *
 * # Returns
 *
 * How many bytes were copied: `len`, or as many as there are; 0 when an argument is NULL.
 *
 * # Safety
 *
 * `head` is a list, `buf` points to `len` bytes outside it.
 */
LWS_VISIBLE LWS_EXTERN
int lws_buflist_linear_use(struct lws_buflist **head,
			   uint8_t *buf,
			   size_t len);

/**
 * Copies unused bytes out of the first segment of a buffer list, and marks them as used.
 *
 * `*frag_first` becomes 1 when the copy begins at the beginning of the segment, else 0;
 * `*frag_fin` becomes 1 when it reaches the segment's end, else 0. Either may be NULL. They stay
 * as they are when the list is empty.
 *
 * # Returns
 *
 * How many bytes were copied: `len`, or what is left of the segment; 0 when the list is empty or
 * an argument is NULL.
 *
 * # Safety
 *
 * `head` is a list, `buf` points to `len` bytes outside it.
 */
LWS_VISIBLE LWS_EXTERN
int lws_buflist_fragment_use(struct lws_buflist **head,
			     uint8_t *buf,
			     size_t len,
			     char *frag_first,
			     char *frag_fin);

/**
 * Frees all segments of a buffer list, and sets `*head` to NULL.
 *
 * # Safety
 *
 * `head` is a list.
 */
LWS_VISIBLE LWS_EXTERN void lws_buflist_destroy_all_segments(struct lws_buflist **head);

/**
 * Logs at level NOTICE what is in a buffer list: one line for each segment, headed by `id` and
 * `reason`.
 *
 * # Safety
 *
 * `head` is a list, `reason` a NUL-terminated text; `id` is only shown.
 */
LWS_VISIBLE LWS_EXTERN
void lws_buflist_describe(struct lws_buflist **head,
			  void *id,
			  const char *reason);

/**
 * snprintf() whose result never exceeds the buffer, so that it may be added to a position
 * that later text is written to.
 *
 * The text is cut when it does not fit, and always ends in a NUL, unless `size` is 0: then
 * nothing is written.
 *
 * # Returns
 *
 * The length of the text without the NUL when it fits, `size` when it was cut; 0 when
 * an argument is NULL or the text cannot be formatted, which also empties `str`.
 *
 * # Safety
 *
 * `str` points to `size` bytes; `format` and what follows are as for printf().
 */
LWS_VISIBLE LWS_EXTERN int lws_snprintf(char *str, size_t size, const char *format, ...) LWS_FORMAT(3);

/**
 * strncpy() that always ends the copy in a NUL. As with strncpy(), the rest of the buffer is
 * filled with NULs. Of `src` no more than `size` - 1 bytes are looked at.
 *
 * # Returns
 *
 * `dest`. When `size` is 0 nothing is written.
 *
 * # Safety
 *
 * `dest` points to `size` bytes outside `src`; `src` is NUL-terminated or has at least
 * `size` - 1 bytes.
 */
LWS_VISIBLE LWS_EXTERN char *lws_strncpy(char *dest, const char *src, size_t size);

/**
 * strstr() for texts that are given by their lengths.
 *
 * # Returns
 *
 * The first place in `buf` where `name` is, or NULL when it is nowhere or empty.
 *
 * # Safety
 *
 * `buf` points to `len` bytes, `name` to `nl`.
 */
LWS_VISIBLE LWS_EXTERN
const char *lws_nstrstr(const char *buf,
			size_t len,
			const char *name,
			size_t nl);

/**
 * Finds the value of one member in short JSON, without parsing it.
 *
 * `name` is looked for as it is, so it has the quotes and the colon: `"\"myname\":"`. The value of
 * a string is what is between its quotes, with its escapes; that of a number, `true`, `false` or
 * `null` is the text of it. For objects and arrays use a JSON parser.
 *
 * # Returns
 *
 * The value, whose length is then in `*alen`; NULL when there is no such name or nothing behind
 * it. The value does not end in a NUL.
 *
 * # Safety
 *
 * `buf` points to `len` bytes, `name` is NUL-terminated, `alen` is a place for the length.
 */
LWS_VISIBLE LWS_EXTERN
const char *lws_json_simple_find(const char *buf,
				 size_t len,
				 const char *name,
				 size_t *alen);

/**
 * Compares the value of one member in short JSON with a text; see lws_json_simple_find().
 *
 * # Returns
 *
 * 0 when they are equal, -1 when there is no such name, the lengths differ or an argument is
 * NULL, otherwise the difference of the first bytes that differ.
 *
 * # Safety
 *
 * `buf` points to `len` bytes, `name` and `comp` are NUL-terminated.
 */
LWS_VISIBLE LWS_EXTERN
int lws_json_simple_strcmp(const char *buf,
			   size_t len,
			   const char *name,
			   const char *comp);

/**
 * Converts pairs of hexadecimal digits, upper or lower case, to bytes.
 *
 * # Returns
 *
 * How many bytes are in `dest` now; -1 when another character is in `h`, the number of digits is
 * odd, they make more than `max` bytes, or an argument is NULL. Then `dest` may hold the bytes
 * before the error.
 *
 * # Safety
 *
 * `h` is NUL-terminated, `dest` points to `max` bytes.
 */
LWS_VISIBLE LWS_EXTERN int lws_hex_to_byte_array(const char *h, uint8_t *dest, int max);

/**
 * Converts bytes to lower case hexadecimal digits. The text is cut when it does not fit, and
 * always ends in a NUL, unless `len` is 0: then nothing is written.
 *
 * # Safety
 *
 * `src` points to `slen` bytes, `dest` to `len`.
 */
LWS_VISIBLE LWS_EXTERN
void lws_hex_from_byte_array(const uint8_t *src,
			     size_t slen,
			     char *dest,
			     size_t len);

/**
 * Makes a text of `len` - 1 random lower case hexadecimal digits and a NUL.
 *
 * `context` is not used and may be NULL.
 *
 * # Returns
 *
 * 0, or 1 when `dest` is NULL, `len` is 0 or the system gave no random bytes.
 *
 * # Safety
 *
 * `dest` points to `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN int lws_hex_random(struct lws_context *_context, char *dest, size_t len);

/**
 * memcmp() for secrets: it always looks at every byte, so that the time it takes does not tell
 * where they differ.
 *
 * # Returns
 *
 * 0 when all bytes are equal, otherwise nonzero; 1 when an argument is NULL.
 *
 * # Safety
 *
 * `a` and `b` point to `len` bytes each.
 */
LWS_VISIBLE LWS_EXTERN int lws_timingsafe_bcmp(const void *a, const void *b, uint32_t len);

/**
 * Fills a buffer with random bytes of the system, fit for keys.
 *
 * `context` is not used and may be NULL.
 *
 * # Returns
 *
 * How many bytes were filled; other than `len` means that the system gave no more. 0 when `buf`
 * is NULL.
 *
 * # Safety
 *
 * `buf` points to `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN size_t lws_get_random(struct lws_context *_context, void *buf, size_t len);

/**
 * Zeroes memory that held a secret, which the compiler will not leave out.
 *
 * # Safety
 *
 * `p` points to `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN void lws_explicit_bzero(void *p, size_t len);

/**
 * Writes a number of 16 bits, high byte first.
 *
 * # Safety
 *
 * `b` points to 2 bytes.
 */
LWS_VISIBLE LWS_EXTERN void lws_ser_wu16be(uint8_t *b, uint16_t u);

/**
 * Writes a number of 32 bits, high byte first.
 *
 * # Safety
 *
 * `b` points to 4 bytes.
 */
LWS_VISIBLE LWS_EXTERN void lws_ser_wu32be(uint8_t *b, uint32_t u32);

/**
 * Writes a number of 64 bits, high byte first.
 *
 * # Safety
 *
 * `b` points to 8 bytes.
 */
LWS_VISIBLE LWS_EXTERN void lws_ser_wu64be(uint8_t *b, uint64_t u64);

/**
 * Reads a number of 16 bits, high byte first.
 *
 * # Returns
 *
 * The number, 0 when `b` is NULL.
 *
 * # Safety
 *
 * `b` points to 2 bytes.
 */
LWS_VISIBLE LWS_EXTERN uint16_t lws_ser_ru16be(const uint8_t *b);

/**
 * Reads a number of 32 bits, high byte first.
 *
 * # Returns
 *
 * The number, 0 when `b` is NULL.
 *
 * # Safety
 *
 * `b` points to 4 bytes.
 */
LWS_VISIBLE LWS_EXTERN uint32_t lws_ser_ru32be(const uint8_t *b);

/**
 * Reads a number of 64 bits, high byte first.
 *
 * # Returns
 *
 * The number, 0 when `b` is NULL.
 *
 * # Safety
 *
 * `b` points to 8 bytes.
 */
LWS_VISIBLE LWS_EXTERN uint64_t lws_ser_ru64be(const uint8_t *b);

/**
 * Writes a number as a variable byte integer, as MQTT has them: 7 bits a byte, low ones first.
 *
 * # Returns
 *
 * How many bytes were written, 1 to 4; -1, with nothing written, when `value` has more than 28
 * bits or `buf` is NULL.
 *
 * # Safety
 *
 * `buf` points to 4 bytes, or as many as `value` needs.
 */
LWS_VISIBLE LWS_EXTERN int lws_vbi_encode(uint64_t value, void *buf);

/**
 * Reads a number that lws_vbi_encode() wrote.
 *
 * # Returns
 *
 * How many bytes it takes, 1 to 4, with the number in `*value`; 0, with `*value` as it was, when
 * it does not end within `len` bytes, is longer than 4, or an argument is NULL.
 *
 * # Safety
 *
 * `buf` points to `len` bytes, `value` is a place for the number.
 */
LWS_VISIBLE LWS_EXTERN int lws_vbi_decode(const void *buf, uint64_t *value, size_t len);

/**
 * Writes a number in the largest unit of a schema that it holds at least one of: whole in a unit
 * with the factor 1, with three decimals, cut off, in any other.
 *
 * The schema goes from the largest unit to the smallest and ends with a NULL name. There are
 * humanize_schema_si, humanize_schema_si_bytes and humanize_schema_us.
 *
 * The text is cut when it does not fit, and always ends in a NUL, unless `len` is 0: then nothing
 * is written.
 *
 * # Returns
 *
 * The length of the text without the NUL when it fits, `len` when it was cut; 0 when an argument
 * is NULL, or no unit is small enough, which is logged and makes the text "unknown value".
 *
 * # Safety
 *
 * `buf` points to `len` bytes, `schema` is as described.
 */
LWS_VISIBLE LWS_EXTERN
int lws_humanize(char *buf,
		 size_t len,
		 uint64_t value,
		 const lws_humanize_unit_t *schema);

/**
 * Cuts a URI into protocol, address, port and path. It is written to: the parts are places in it,
 * and each ends in a NUL that replaces the character behind it. The path is without its first
 * `/`.
 *
 * The address may be in brackets, as IPv6 addresses are, or begin with `+`: then it is a unix
 * socket, whose path ends in a `:` (`http://+/var/run/mysocket:/my/path`); `+@` is one in the
 * abstract namespace. Without a protocol `*prot` is "", without a path `*path` is "/". `*port` is
 * what the URI says, else 80 for http and ws, 443 for https and wss, else it stays as it was.
 *
 * # Returns
 *
 * 0, or 1 when an argument is NULL.
 *
 * # Safety
 *
 * `p` is a NUL-terminated text that may be written to, the others are places for the results.
 */
LWS_VISIBLE LWS_EXTERN
int lws_parse_uri(char *p,
		  const char **prot,
		  const char **ads,
		  int *port,
		  const char **path);

/**
 * Finds an option on the command line; the last one counts when there are several.
 *
 * `val` is the option with its dashes. An argument that begins with it has its value behind it,
 * with or without a `=` between; so "-d" is found in "-d15", and "--foo" in "--foo=1", but also in
 * "--foobar". `argv[0]` is not looked at.
 *
 * # Returns
 *
 * The value: the rest of the argument, or the next argument when there is no rest, or "" when
 * there is no next. NULL when there is no such option or an argument of the call is NULL.
 *
 * # Safety
 *
 * `argv` has `argc` NUL-terminated texts, `val` is NUL-terminated.
 */
LWS_VISIBLE LWS_EXTERN const char *lws_cmdline_option(int argc, const char **argv, const char *val);

/**
 * Does what the options say that all programs may have:
 *
 * - `-d <n>`: the log levels, the sum of their LLL_ bits. Without it they are ERR, WARN, NOTICE
 *   and USER (1031).
 * - `--ignore-sigterm`: SIGTERM has no effect.
 *
 * A value that is not a number is logged, and the levels stay as without `-d`.
 *
 * `info` is not changed and may be NULL.
 *
 * # Safety
 *
 * `argv` has `argc` NUL-terminated texts.
 */
LWS_VISIBLE LWS_EXTERN
void lws_cmdline_option_handle_builtin(int argc,
				       const char **argv,
				       struct lws_context_creation_info *_info);

/**
 * Logs the options of a program at LLL_USER: a line with its name, and one for each option.
 *
 * lws 4.3.5 does not have it. Any thread.
 *
 * # Safety
 *
 * `prog` is NUL-terminated; `switches` has `count` of them, whose texts are NULL or NUL-terminated.
 */
LWS_VISIBLE LWS_EXTERN
void lws_switches_print_help(const char *prog,
			     const struct lws_switches *switches,
			     size_t count);

/**
 * Calls `cb` for everything in a directory, in the order of the bytes of the names.
 *
 * `.` and `..` are left out, and so are names that end in `~`, which editors give to backups. The
 * directory is read before the first call, so `cb` may change it.
 *
 * # Returns
 *
 * 1 when `cb` was called for all, 0 when it ended the walk, -1 when the directory cannot be read
 * or an argument is NULL.
 *
 * # Safety
 *
 * `dirpath` is NUL-terminated, `cb` may be called with `user`.
 */
LWS_VISIBLE LWS_EXTERN int lws_dir(const char *dirpath, void *user, lws_dir_callback_function *cb);

/**
 * A callback for lws_dir() that deletes what it is called for, and with a directory all that is in
 * it. Symbolic links are deleted, not followed. It goes on past what cannot be deleted, and logs
 * that.
 *
 * The directory that lws_dir() walks stays, empty but for names that end in `~`, as lws_dir() does
 * not show those: use rmdir().
 *
 * # Returns
 *
 * 0, or 1 when an argument is NULL.
 *
 * # Safety
 *
 * As lws_dir() passes them; `user` is not used.
 */
LWS_VISIBLE LWS_EXTERN
int lws_dir_rm_rf_cb(const char *dirpath,
		     void *_user,
		     struct lws_dir_entry *lde);

/**
 * A callback for lws_dir() that passes on the paths of those objects whose names are as a filter
 * says, except directories.
 *
 * # Returns
 *
 * 0, or 1 when an argument or a member it needs is NULL.
 *
 * # Safety
 *
 * As lws_dir() passes them; `user` is an lws_dir_glob_t.
 */
LWS_VISIBLE LWS_EXTERN
int lws_dir_glob_cb(const char *dirpath,
		    void *user,
		    struct lws_dir_entry *lde);

/**
 * open() whose descriptor is closed when the process starts another program (FD_CLOEXEC).
 *
 * # Returns
 *
 * The descriptor, or -1 with the reason in `errno`.
 *
 * # Safety
 *
 * As for open().
 */
LWS_VISIBLE LWS_EXTERN int lws_open(const char *__file, int __oflag, ...);

/**
 * What version of lws this library stands for, and its own.
 *
 * # Returns
 *
 * "4.3.5-relws" and the version of relws. It is LWS_LIBRARY_VERSION of the headers that belong
 * to it, and lives as long as the program.
 */
LWS_VISIBLE LWS_EXTERN const char *lws_get_library_version(void);

/**
 * The time of day.
 *
 * # Returns
 *
 * Seconds since 1970-01-01 00:00 UTC.
 */
LWS_VISIBLE LWS_EXTERN unsigned long lws_now_secs(void);

/**
 * The time that timers and messages go by.
 *
 * # Returns
 *
 * Microseconds of CLOCK_MONOTONIC, which has no date.
 */
LWS_VISIBLE LWS_EXTERN lws_usec_t lws_now_usecs(void);

/**
 * Replaces the allocator of all memory that the library shares with programs: messages, buffer
 * lists, data about the system. Call it before anything else, as memory that is handed out already
 * will be freed by the new one.
 *
 * `realloc` is as the C library's, with a short text about what the memory is for; with `size` 0
 * it frees. It may be called from any thread. NULL is an error, and changes nothing.
 *
 * # Safety
 *
 * `realloc` returns memory aligned as that of malloc(), or NULL.
 */
LWS_VISIBLE LWS_EXTERN void lws_set_allocator(void *(*realloc)(void *ptr,
							       size_t size,
							       const char *reason));

/**
 * Whom the process runs as once the context has dropped its privileges: the user and group of the
 * creation info, or those it has now where none were given.
 *
 * `*uid` and `*gid` are set, each unless it is NULL. When `context` is NULL they are not.
 *
 * # Safety
 *
 * `context` is NULL or a live context; `uid` and `gid` are NULL or places for the results.
 */
LWS_VISIBLE LWS_EXTERN
void lws_get_effective_uid_gid(struct lws_context *context,
			       uid_t *uid,
			       gid_t *gid);

/**
 * Goes on in the background: in a new process, which leads a session of its own in /tmp with umask 0
 * and /dev/null for its standard descriptors, and which no terminal's signal stops. The process that
 * called ends with 0 once the new one is so far. What stdio has buffered is written before.
 *
 * `_lock_path` is NULL or the path of a lock file: it is made with mode 0640 and the number of the new
 * process as its text. When the process that the file names is still there, nothing is done. SIGTERM
 * takes the file away before it ends the process, unless the program handles that signal.
 *
 * The new process has only the thread that called. Contexts that were made before live on in it.
 *
 * # Returns
 *
 * 0 in the new process; 1 in the old one when it runs already or something failed, which a log line
 * tells.
 *
 * # Safety
 *
 * `_lock_path` is NULL or ends in NUL.
 */
LWS_VISIBLE LWS_EXTERN
int lws_daemonize(const char *_lock_path);

/**
 * How many service threads a context has.
 *
 * # Returns
 *
 * 1; 0 when `context` is NULL.
 *
 * # Safety
 *
 * `context` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN int lws_get_count_threads(struct lws_context *context);

/**
 * The port that a vhost listens on, also when it was created with port 0.
 *
 * # Returns
 *
 * The port, or what it was created with when it does not listen; -1 when `vhost` is NULL.
 *
 * # Safety
 *
 * `vhost` is NULL or a live vhost.
 */
LWS_VISIBLE LWS_EXTERN int lws_get_vhost_listen_port(struct lws_vhost *vhost);

#endif
