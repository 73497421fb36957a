/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_WS_STATE_H)
#define LWS_WS_STATE_H

#if defined(LWS_ROLE_WS)

/**
 * Whether more should not be written now: what was written before waits for the peer to take it, so
 * that lws_write() would have to keep more. lws_callback_on_writable() tells when it is gone.
 *
 * # Returns
 *
 * 1 or 0; 1 when `wsi` is NULL or closed.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN int lws_send_pipe_choked(struct lws *wsi);

/**
 * Whether bytes that were written wait for the peer to take them.
 *
 * # Returns
 *
 * 1 or 0; 0 when `wsi` is NULL or closed.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN int lws_partial_buffered(struct lws *wsi);

/**
 * Whether the message ends with the piece that the RECEIVE callback has.
 *
 * # Returns
 *
 * 1 or 0; 0 when `wsi` is NULL or no websocket connection.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN int lws_is_final_fragment(struct lws *wsi);

/**
 * Whether the message begins with the piece that the RECEIVE callback has.
 *
 * # Returns
 *
 * 1 or 0; 0 when `wsi` is NULL or no websocket connection.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN int lws_is_first_fragment(struct lws *wsi);

/**
 * The bits RSV1, RSV2 and RSV3 of the frame of the piece that the RECEIVE callback has: RSV1 is
 * 0x40.
 *
 * # Returns
 *
 * The bits; 0 when `wsi` is NULL or no websocket connection.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN unsigned char lws_get_reserved_bits(struct lws *wsi);

/**
 * Whether the message that the RECEIVE callback has a piece of is binary, and not text.
 *
 * # Returns
 *
 * 1 or 0; 0 when `wsi` is NULL or no websocket connection.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN int lws_frame_is_binary(struct lws *wsi);

#endif /* LWS_ROLE_WS */

#endif
