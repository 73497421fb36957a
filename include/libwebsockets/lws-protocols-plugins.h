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

/**
 * Finds an option by its name in a list of options, as the callback gets it with
 * LWS_CALLBACK_PROTOCOL_INIT. Any thread may look, while nobody changes the list.
 *
 * # Returns
 *
 * The first option of that name; NULL when there is none, `pvo` is NULL, which is an empty list, or
 * `name` is NULL.
 *
 * # Safety
 *
 * `pvo` is NULL or a valid list; `name` is NUL-terminated.
 */
LWS_VISIBLE LWS_EXTERN
const struct lws_protocol_vhost_options *lws_pvo_search(const struct lws_protocol_vhost_options *pvo,
							const char *name);

/**
 * Finds the value of an option by its name in a list of options, as the callback gets it with
 * LWS_CALLBACK_PROTOCOL_INIT. Any thread may look, while nobody changes the list.
 *
 * # Returns
 *
 * 0 and in `*result` the value, which may be NULL and stays the list's; or 1, with `*result` as it
 * was, when there is no such option, `in` is NULL, which is an empty list, or another argument is
 * NULL.
 *
 * # Safety
 *
 * `in` is NULL or a valid list of `struct lws_protocol_vhost_options`; `name` is NUL-terminated;
 * `result` is valid.
 */
LWS_VISIBLE LWS_EXTERN int lws_pvo_get_str(void *in_, const char *name, const char **result);

/**
 * The protocol of a connection, as lws_get_protocol().
 *
 * # Returns
 *
 * The program's own struct; NULL when `wsi` is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or what a callback was called with, while it runs.
 */
LWS_VISIBLE LWS_EXTERN const struct lws_protocols *lws_protocol_get(struct lws *wsi);

/**
 * Finds a protocol of a vhost by its name.
 *
 * # Returns
 *
 * The program's own struct; NULL when there is none of that name or an argument is NULL.
 *
 * # Safety
 *
 * `vh` is NULL or a live vhost, `name` NULL or NUL-terminated.
 */
LWS_VISIBLE LWS_EXTERN
const struct lws_protocols *lws_vhost_name_to_protocol(struct lws_vhost *vh,
						       const char *name);

/**
 * Allocates zeroed memory that a vhost keeps for one of its protocols, usually at
 * LWS_CALLBACK_PROTOCOL_INIT. It is freed with the vhost.
 *
 * # Returns
 *
 * The memory; NULL when there is none, `prot` is not the vhost's, or an argument is NULL.
 *
 * # Safety
 *
 * `vhost` is NULL or a live vhost.
 */
LWS_VISIBLE LWS_EXTERN
void *lws_protocol_vh_priv_zalloc(struct lws_vhost *vhost,
				  const struct lws_protocols *prot,
				  int size);

/**
 * The memory of lws_protocol_vh_priv_zalloc().
 *
 * # Returns
 *
 * The memory; NULL when none was allocated, `prot` is not the vhost's, or an argument is NULL.
 *
 * # Safety
 *
 * `vhost` is NULL or a live vhost.
 */
LWS_VISIBLE LWS_EXTERN
void *lws_protocol_vh_priv_get(struct lws_vhost *vhost,
			       const struct lws_protocols *prot);

/**
 * Finds what a protocol of some vhost keeps, by an option of that vhost: the first vhost of the
 * context whose options for the protocol `protname` have `pvo_name` with the value `pvo_value`.
 *
 * # Returns
 *
 * The memory of lws_protocol_vh_priv_zalloc() there; NULL when there is none or an argument is
 * NULL.
 *
 * # Safety
 *
 * `cx` is NULL or a live context; the texts are NULL or NUL-terminated.
 */
LWS_VISIBLE LWS_EXTERN
void *lws_vhd_find_by_pvo(struct lws_context *cx,
			  const char *protname,
			  const char *pvo_name,
			  const char *pvo_value);

/**
 * Gives the program's memory for a connection another size. What it held is lost; the new memory
 * is zeroed.
 *
 * # Returns
 *
 * The memory; NULL when there is none, or `wsi` is NULL or closed.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN void *lws_adjust_protocol_psds(struct lws *wsi, size_t new_size);

/**
 * Initialises the protocols of all vhosts that are not yet, which lws_service() does otherwise.
 *
 * # Returns
 *
 * 0, or 1 when the privileges could not be dropped or `context` is NULL.
 *
 * # Safety
 *
 * `context` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN int lws_protocol_init(struct lws_context *context);

/**
 * Ends the start: drops the privileges that the vhosts were made with, which lws_service() does
 * otherwise.
 *
 * # Returns
 *
 * 0, or 1 when they could not be dropped or `context` is NULL.
 *
 * # Safety
 *
 * `context` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN int lws_finalize_startup(struct lws_context *context);

#endif
