/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_WRITEABLE_H)
#define LWS_WRITEABLE_H

/** For lws_wsi_tx_credit(): what we may send to the peer. */
#define LWSTXCR_US_TO_PEER 0

/** For lws_wsi_tx_credit(): what the peer may send to us. */
#define LWSTXCR_PEER_TO_US 1

/**
 * Asks for a WRITEABLE callback, once, when there is room to send: LWS_CALLBACK_RAW_WRITEABLE or
 * LWS_CALLBACK_RAW_WRITEABLE_FILE. Asking again before it comes changes nothing. Any thread may ask;
 * one that does not service the context has to know that the connection is not closed meanwhile.
 *
 * # Returns
 *
 * 1, or 0 when `wsi` is NULL or closed.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN
int lws_callback_on_writable(struct lws *wsi);

/**
 * As lws_callback_on_writable(), for every connection of the context with this protocol. Any thread
 * may ask.
 *
 * # Returns
 *
 * 0, or 1 when `context` is NULL.
 *
 * # Safety
 *
 * `context` is NULL or a live context, `protocol` NULL or a protocol.
 */
LWS_VISIBLE LWS_EXTERN
int lws_callback_on_writable_all_protocol(const struct lws_context *context,
					  const struct lws_protocols *protocol);

/**
 * As lws_callback_on_writable(), for every connection of the vhost with this protocol. Any thread
 * may ask.
 *
 * # Returns
 *
 * 0, or 1 when `vhost` is NULL.
 *
 * # Safety
 *
 * `vhost` is NULL or a live vhost, `protocol` NULL or a protocol.
 */
LWS_VISIBLE LWS_EXTERN
int lws_callback_on_writable_all_protocol_vhost(const struct lws_vhost *vhost,
						const struct lws_protocols *protocol);

/**
 * Calls the callback of every connection of the context with this protocol, for `reason`.
 *
 * # Returns
 *
 * 0, or 1 when `context` is NULL.
 *
 * # Safety
 *
 * `context` is NULL or a live context, `protocol` NULL or a protocol.
 */
LWS_VISIBLE LWS_EXTERN
int lws_callback_all_protocol(struct lws_context *context,
			      const struct lws_protocols *protocol,
			      int reason);

/**
 * Calls the callback of every connection of the vhost with this protocol, for `reason`.
 *
 * # Returns
 *
 * 0, or 1 when `vh` is NULL.
 *
 * # Safety
 *
 * `vh` is NULL or a live vhost, `protocol` NULL or a protocol.
 */
LWS_VISIBLE LWS_EXTERN
int lws_callback_all_protocol_vhost(struct lws_vhost *vh,
				    const struct lws_protocols *protocol,
				    int reason);

/**
 * As lws_callback_all_protocol_vhost(), with `in` and `len` for the callbacks.
 *
 * # Returns
 *
 * 0, or 1 when `vh` is NULL.
 *
 * # Safety
 *
 * `vh` is NULL or a live vhost, `protocol` NULL or a protocol; `argp` is what the callbacks make of
 * it.
 */
LWS_VISIBLE LWS_EXTERN
int lws_callback_all_protocol_vhost_args(struct lws_vhost *vh,
					 const struct lws_protocols *protocol,
					 int reason,
					 void *argp,
					 size_t len);

/**
 * Calls every protocol of a connection's vhost, for `reason`, with that connection.
 *
 * # Returns
 *
 * 0, or nonzero when a callback returned that or `wsi` is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection; `in` is what the callbacks make of it.
 */
LWS_VISIBLE LWS_EXTERN
int lws_callback_vhost_protocols(struct lws *wsi,
				 int reason,
				 void *in_,
				 size_t len);

/**
 * Calls every protocol of a vhost, for `reason`; there is no connection then.
 *
 * # Returns
 *
 * 0, or nonzero when a callback returned that or `vh` is NULL.
 *
 * # Safety
 *
 * `vh` is NULL or a live vhost; `in` is what the callbacks make of it.
 */
LWS_VISIBLE LWS_EXTERN
int lws_callback_vhost_protocols_vhost(struct lws_vhost *vh,
				       int reason,
				       void *in_,
				       size_t len);

/**
 * How much may be sent to the peer before it has to ask for more. Raw connections know no such
 * limit.
 *
 * # Returns
 *
 * -1.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN lws_fileofs_t lws_get_peer_write_allowance(struct lws *wsi);

/**
 * Changes how much either side may send, for protocols that count that. Raw connections do not.
 *
 * # Returns
 *
 * 0, or 1 when `wsi` is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN int lws_wsi_tx_credit(struct lws *wsi, char _peer_to_us, int _add);

/**
 * The descriptor of a connection. It stays the library's.
 *
 * # Returns
 *
 * The descriptor; -1 when there is none or `wsi` is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN lws_sockfd_type lws_get_socket_fd(struct lws *wsi);

/**
 * A callback for a protocol that does nothing of its own; programs put it first in the list of a
 * vhost, or call it for the reasons that they have no use for. HTTP requests get a page of status 404,
 * those with a body that nobody has answered yet one of 200, and a file that was sent completes its
 * transaction.
 *
 * # Returns
 *
 * 0, or -1 for the connection to close.
 *
 * # Safety
 *
 * `wsi` is NULL or what a callback was called with.
 */
LWS_VISIBLE LWS_EXTERN
int lws_callback_http_dummy(struct lws *wsi,
			    enum lws_callback_reasons reason,
			    void *_user,
			    void *_in,
			    size_t _len);

#endif
