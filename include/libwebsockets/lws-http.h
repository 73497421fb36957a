/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_HTTP_H)
#define LWS_HTTP_H

#if defined(LWS_ROLE_H1)

/**
 * Tells that the answer to a request is complete. The connection goes on with the next request, if
 * there can be one: its protocol gets LWS_CALLBACK_HTTP_DROP_PROTOCOL, and the vhost's first one is
 * bound to it. While output waits, or the body of the request has not come, that happens later by
 * itself; what comes of the body is discarded. Only for the thread that services the context.
 *
 * # Returns
 *
 * 0; nonzero when the connection cannot go on: the callback returns -1, which closes it after its
 * output. 0 also when no request is under way; nonzero when `wsi` is NULL or closed.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN int lws_http_transaction_completed(struct lws *wsi);

#endif /* LWS_ROLE_H1 */

#endif
