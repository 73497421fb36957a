/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_WS_CLOSE_H)
#define LWS_WS_CLOSE_H

/** Status codes of RFC 6455, section 7.4.1. */
enum lws_close_status {
	/** Nothing is sent. */
	LWS_CLOSE_STATUS_NOSTATUS = 0,
	/** The purpose is fulfilled. */
	LWS_CLOSE_STATUS_NORMAL = 1000,
	/** The server goes down, or the browser leaves the page. */
	LWS_CLOSE_STATUS_GOINGAWAY = 1001,
	/** The peer has broken the protocol. */
	LWS_CLOSE_STATUS_PROTOCOL_ERR = 1002,
	/** The peer has sent a kind of data that is not taken. */
	LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE = 1003,
	/** Reserved. */
	LWS_CLOSE_STATUS_RESERVED = 1004,
	/** A close frame without a code. */
	LWS_CLOSE_STATUS_NO_STATUS = 1005,
	/** The end without a close frame; never sent. */
	LWS_CLOSE_STATUS_ABNORMAL_CLOSE = 1006,
	/** The data of a message does not fit its kind: text that is not UTF-8. */
	LWS_CLOSE_STATUS_INVALID_PAYLOAD = 1007,
	/** A message breaks the receiver's rules. */
	LWS_CLOSE_STATUS_POLICY_VIOLATION = 1008,
	/** A message is too large. */
	LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE = 1009,
	/** The server lacks an extension that the client needs. */
	LWS_CLOSE_STATUS_EXTENSION_REQUIRED = 1010,
	/** Something went wrong in the server. */
	LWS_CLOSE_STATUS_UNEXPECTED_CONDITION = 1011,
	/** TLS failed; never sent. */
	LWS_CLOSE_STATUS_TLS_FAILURE = 1015,
	/** A client's transaction is done. */
	LWS_CLOSE_STATUS_CLIENT_TRANSACTION_DONE = 2000,
	/** The context is being destroyed; never sent. */
	LWS_CLOSE_STATUS_NOSTATUS_CONTEXT_DESTROY = 9999,
};

#if defined(LWS_ROLE_WS)

/**
 * Keeps what the peer is to be told when a callback of a websocket connection returns nonzero: a
 * close frame with this code and reason, of which up to 123 bytes are sent. Nothing is sent before
 * that. LWS_CLOSE_STATUS_NO_STATUS sends a frame without a code; LWS_CLOSE_STATUS_NOSTATUS and
 * LWS_CLOSE_STATUS_ABNORMAL_CLOSE send none; other codes below 1000 are ignored. After the frame
 * the peer has 5 s to answer; the protocol hears nothing meanwhile. Only for the thread that
 * services the context.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection, `buf` NULL or `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
void lws_close_reason(struct lws *wsi,
		      enum lws_close_status status,
		      uint8_t *buf,
		      size_t len);

#endif /* LWS_ROLE_WS */

#endif
