/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_SERVICE_H)
#define LWS_SERVICE_H

/**
 * Runs one pass of the event loop: timers that are due, messages, then sleeps until something
 * happens and handles it. Only one thread services a context.
 *
 * A negative `timeout_ms` does not sleep. **Any other value sleeps as long as nothing happens**,
 * but 30 s at most, as in lws; to come back after a time, schedule a timer, or call
 * lws_cancel_service() from elsewhere. A pass in which timers fired or messages were delivered
 * does not sleep.
 *
 * # Returns
 *
 * 0 to go on. Nonzero when the context cannot be serviced: 1 when it is NULL, -1 when it is being
 * destroyed, or was destroyed by a callback during this call; it must not be used again then.
 *
 * # Safety
 *
 * `context` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN int lws_service(struct lws_context *context, int timeout_ms);

/**
 * As lws_service(). `tsi` is 0: a context has one service thread.
 *
 * # Returns
 *
 * As lws_service(); 1 when `tsi` is not 0.
 *
 * # Safety
 *
 * As lws_service().
 */
LWS_VISIBLE LWS_EXTERN int lws_service_tsi(struct lws_context *context, int timeout_ms, int tsi);

/**
 * Wakes lws_service() from its sleep, now or the next time it would sleep. Every protocol gets
 * LWS_CALLBACK_EVENT_WAIT_CANCELLED then, once for any number of calls before. Any thread.
 *
 * # Safety
 *
 * `context` is a live context.
 */
LWS_VISIBLE LWS_EXTERN void lws_cancel_service(struct lws_context *context);

/**
 * As lws_cancel_service(), for the thread that services this connection.
 *
 * # Safety
 *
 * `wsi` is a live connection.
 */
LWS_VISIBLE LWS_EXTERN void lws_cancel_service_pt(struct lws *wsi);

/**
 * For programs that wait for events themselves: handles what needs no waiting, such as timers that
 * are due and messages, and tells how long they may wait then. Called before each wait, it leaves
 * nothing to do but lws_service_fd() for the descriptors that are ready.
 *
 * # Returns
 *
 * Milliseconds: `timeout_ms`, or less when a timer is due before, or 0 when something is to be
 * done at once. 1 when `context` is NULL.
 *
 * # Safety
 *
 * `context` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN
int lws_service_adjust_timeout(struct lws_context *context,
			       int timeout_ms,
			       int tsi);

/**
 * Services one descriptor, for programs that wait for events themselves: handles what `revents`
 * of `pollfd` says and zeroes it, if the descriptor is the library's; then timers and messages that
 * are due. From the first such call, or lws_service_adjust_timeout(), on, the first protocol of
 * each vhost gets LWS_CALLBACK_ADD_POLL_FD and its siblings.
 *
 * # Returns
 *
 * 0; nonzero as lws_service(), and 1 when `pollfd` is NULL.
 *
 * # Safety
 *
 * `context` is NULL or a live context, `pollfd` NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN int lws_service_fd(struct lws_context *context, struct pollfd *pollfd);

/**
 * As lws_service_fd(). `tsi` is 0: a context has one service thread.
 *
 * # Returns
 *
 * As lws_service_fd(); 1 when `tsi` is not 0.
 *
 * # Safety
 *
 * As lws_service_fd().
 */
LWS_VISIBLE LWS_EXTERN
int lws_service_fd_tsi(struct lws_context *context,
		       struct pollfd *pollfd,
		       int tsi);

/**
 * Handles that there is room to send on a connection: what was written before goes out, then
 * its protocol may write. What lws_service_fd() does for POLLOUT.
 *
 * # Returns
 *
 * 0; -1 when the connection has closed or an argument is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection, `pollfd` NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN int lws_handle_POLLOUT_event(struct lws *wsi, struct pollfd *pollfd);

/**
 * A descriptor for the whole context, for programs with an event loop of their own: it is readable
 * when lws_service(context, -1) has something to do: a timer, a message, a connection. It stays
 * the library's. Ours, not of lws.
 *
 * # Returns
 *
 * The descriptor, the same each time; -1 when it could not be made or `context` is NULL.
 *
 * # Safety
 *
 * `context` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN int lws_context_get_poll_fd(struct lws_context *context);

#endif
