/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_WRITE_H)
#define LWS_WRITE_H

/**
 * What the bytes given to lws_write() are. A raw connection sends them as they are, whichever kind
 * is named; LWS_WRITE_RAW is the one to name.
 */
enum lws_write_protocol {
	/** A websocket message of UTF-8. */
	LWS_WRITE_TEXT = 0,
	/** A websocket message of bytes. */
	LWS_WRITE_BINARY = 1,
	/** More of the websocket message begun before. */
	LWS_WRITE_CONTINUATION = 2,
	/** HTTP content; LWS_WRITE_RAW has the same value. */
	LWS_WRITE_HTTP = 3,
	/** A websocket PING. */
	LWS_WRITE_PING = 5,
	/** A websocket PONG. */
	LWS_WRITE_PONG = 6,
	/** The last of the HTTP content. */
	LWS_WRITE_HTTP_FINAL = 7,
	/** HTTP headers. */
	LWS_WRITE_HTTP_HEADERS = 8,
	/** More HTTP headers. */
	LWS_WRITE_HTTP_HEADERS_CONTINUATION = 9,
	/** Flag: keep the bytes and send them when there is room. */
	LWS_WRITE_BUFLIST = 32,
	/** Flag: the websocket message goes on after this. */
	LWS_WRITE_NO_FIN = 64,
	/** Flag: the HTTP/2 stream ends with this. */
	LWS_WRITE_H2_STREAM_END = 128,
};

/** Flag, for websocket clients: send the bytes without masking them. */
#define LWS_WRITE_CLIENT_IGNORE_XOR_MASK 128

/**
 * Sends `len` bytes to the peer. What the kernel does not take at once is kept and goes out later;
 * there is no LWS_CALLBACK_RAW_WRITEABLE before it has. To be called from that callback, which
 * lws_callback_on_writable() asks for, once for each. LWS_PRE bytes in front of `buf` may be
 * overwritten in lws; here they are left alone. Only for the thread that services the context.
 *
 * # Returns
 *
 * `len`; -1 when the connection is dead or closed or an argument is NULL: the callback then
 * returns -1.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection, `buf` points to `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
int lws_write(struct lws *wsi,
	      uint8_t *buf,
	      size_t len,
	      enum lws_write_protocol protocol);

/**
 * Tells that a transaction on a raw connection is over. What was written goes out, then the
 * connection closes.
 *
 * # Returns
 *
 * -1 when nothing is left to go out: the callback returns that, to close. 0 when the connection
 * will close by itself. -1 also when `wsi` is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN int lws_raw_transaction_completed(struct lws *wsi);

/**
 * The kind of a part of a websocket message for lws_write(): `initial`, like LWS_WRITE_TEXT,
 * for the first; LWS_WRITE_CONTINUATION for the others; with LWS_WRITE_NO_FIN for all but the
 * last.
 */
static LWS_INLINE int
lws_write_ws_flags(int initial, int is_start, int is_end)
{
	int kind = is_start ? initial : (int)LWS_WRITE_CONTINUATION;

	return is_end ? kind : kind | (int)LWS_WRITE_NO_FIN;
}

#endif
