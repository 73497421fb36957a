/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_PROTOCOLS_PLUGINS_H)
#define LWS_PROTOCOLS_PLUGINS_H

struct lws_protocols;

/** One protocol that connections of a vhost can be bound to. */
struct lws_protocols {
	/** The protocol's name, as connections choose it; NULL ends an array of protocols. */
	const char *name;
	/**
	 * Called for everything that happens to the protocol's connections. Returns 0 to go on; for
	 * most reasons nonzero closes the connection.
	 */
	lws_callback_function *callback;
	/** Bytes of zeroed memory each connection gets: `user` in the callback. */
	size_t per_session_data_size;
	/** Bytes that may reach the callback in one piece; 0 for the size of the service buffer. */
	size_t rx_buffer_size;
	/** For the program's own use. */
	unsigned int id;
	/** For the program's own use. */
	void *user;
	/** Bytes written in one piece at most; 0 for `rx_buffer_size`. */
	size_t tx_packet_size;
};

/**
 * The protocol that a connection is bound to; also what a callback is about when it is not about a
 * connection.
 *
 * # Returns
 *
 * The program's own struct; NULL when `wsi` is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or what a callback was called with, while it runs.
 */
LWS_VISIBLE LWS_EXTERN const struct lws_protocols *lws_get_protocol(struct lws *wsi);

#endif
