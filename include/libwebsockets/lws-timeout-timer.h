/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_TIMEOUT_TIMER_H)
#define LWS_TIMEOUT_TIMER_H

struct lws_sorted_usec_list;

/** As the seconds of a timeout: close the connection, in the loop's next pass. */
#define LWS_TO_KILL_ASYNC -1

/**
 * As the seconds of a timeout: close the connection at once, before the call returns. Not for the
 * connection whose callback is running.
 */
#define LWS_TO_KILL_SYNC -2

/** The list for timers that may be late when the system was suspended. */
#define LWSSULLI_MISS_IF_SUSPENDED 0

/** The list for timers that the system shall be woken for. */
#define LWSSULLI_WAKE_IF_SUSPENDED 1

/** How many lists of timers a context has. */
#define LWS_COUNT_PT_SUL_OWNERS 2

/**
 * Why a connection has a timeout. A program uses USER_REASON_BASE and above for its own; the other
 * reasons tell a reader of the log what the connection waited for.
 */
enum pending_timeout {
	/** No timeout: cancels the one that is set. */
	NO_PENDING_TIMEOUT = 0,
	/** An HTTP proxy has not answered. */
	PENDING_TIMEOUT_AWAITING_PROXY_RESPONSE = 1,
	/** The peer's address is not known yet, or it has not taken the connection. */
	PENDING_TIMEOUT_AWAITING_CONNECT_RESPONSE = 2,
	/** The peer has not yet said what it must say before the connection is ready. */
	PENDING_TIMEOUT_ESTABLISH_WITH_SERVER = 3,
	/** The server has not answered a request. */
	PENDING_TIMEOUT_AWAITING_SERVER_RESPONSE = 4,
	/** A PING has not come. */
	PENDING_TIMEOUT_AWAITING_PING = 5,
	/** The peer has not agreed to the end of the websocket. */
	PENDING_TIMEOUT_CLOSE_ACK = 6,
	/** Nothing. */
	PENDING_TIMEOUT_UNUSED1 = 7,
	/** The server has not answered the handshake. */
	PENDING_TIMEOUT_SENT_CLIENT_HANDSHAKE = 8,
	/** The peer has not finished the TLS handshake. */
	PENDING_TIMEOUT_SSL_ACCEPT = 9,
	/** Content of HTTP has not come, or was not taken. */
	PENDING_TIMEOUT_HTTP_CONTENT = 10,
	/** The handshake could not be sent. */
	PENDING_TIMEOUT_AWAITING_CLIENT_HS_SEND = 11,
	/** What was written before the close could not be sent. */
	PENDING_FLUSH_STORED_SEND_BEFORE_CLOSE = 12,
	/** The peer has not closed its side. */
	PENDING_TIMEOUT_SHUTDOWN_FLUSH = 13,
	/** A CGI process has not answered. */
	PENDING_TIMEOUT_CGI = 14,
	/** No request has come on a connection of HTTP. */
	PENDING_TIMEOUT_HTTP_KEEPALIVE_IDLE = 15,
	/** A websocket PING could not be sent. */
	PENDING_TIMEOUT_WS_PONG_CHECK_SEND_PING = 16,
	/** A websocket PONG has not come. */
	PENDING_TIMEOUT_WS_PONG_CHECK_GET_PONG = 17,
	/** The program has not sent the body of a request. */
	PENDING_TIMEOUT_CLIENT_ISSUE_PAYLOAD = 18,
	/** A SOCKS proxy has not greeted. */
	PENDING_TIMEOUT_AWAITING_SOCKS_GREETING_REPLY = 19,
	/** A SOCKS proxy has not connected. */
	PENDING_TIMEOUT_AWAITING_SOCKS_CONNECT_REPLY = 20,
	/** A SOCKS proxy has not judged the password. */
	PENDING_TIMEOUT_AWAITING_SOCKS_AUTH_REPLY = 21,
	/** The TLS callback ended the connection. */
	PENDING_TIMEOUT_KILLED_BY_SSL_INFO = 22,
	/** The parent ended the connection. */
	PENDING_TIMEOUT_KILLED_BY_PARENT = 23,
	/** The end of the websocket could not be sent. */
	PENDING_TIMEOUT_CLOSE_SEND = 24,
	/** HTTP headers were not complete. */
	PENDING_TIMEOUT_HOLDING_AH = 25,
	/** No datagram has come. */
	PENDING_TIMEOUT_UDP_IDLE = 26,
	/** A client connection that is kept for later was not used. */
	PENDING_TIMEOUT_CLIENT_CONN_IDLE = 27,
	/** The peer is too slow. */
	PENDING_TIMEOUT_LAGGING = 28,
	/** A thread pool did not get to the task. */
	PENDING_TIMEOUT_THREADPOOL = 29,
	/** A task of a thread pool has not ended. */
	PENDING_TIMEOUT_THREADPOOL_TASK = 30,
	/** The client of a proxied connection has gone. */
	PENDING_TIMEOUT_KILLED_BY_PROXY_CLIENT_CLOSE = 31,
	/** The program closed the connection, and all is well. */
	PENDING_TIMEOUT_USER_OK = 32,
	/** The first of the program's own reasons. */
	PENDING_TIMEOUT_USER_REASON_BASE = 1000,
};

/** What a timer calls when it fires, on the thread that services the context. */
typedef void (*sul_cb_t)(struct lws_sorted_usec_list *sul);

/**
 * A timer, embedded in a struct of the caller's. Zero it before the first use, and cancel it
 * before its memory goes away.
 */
struct lws_sorted_usec_list {
	/** On a list while the timer is scheduled. Its `prev` and `next` are the library's. */
	struct lws_dll2 list;
	/** When it is due: microseconds of CLOCK_MONOTONIC, 0 while it is not scheduled. */
	lws_usec_t us;
	/** What to call. */
	sul_cb_t cb;
	/** How late it may fire at most, microseconds. Kept for the layout. */
	uint32_t latency_us;
};

/** A timer. */
typedef struct lws_sorted_usec_list lws_sorted_usec_list_t;

/**
 * Schedules a timer: `cb` is called once, `us` microseconds from now, by lws_service(). A timer
 * that is scheduled already is moved. With `us` LWS_SET_TIMER_USEC_CANCEL (-1) it is cancelled.
 *
 * Timers fire in the order of their due times; of equal ones, the one scheduled last fires first.
 * A timer is off the list when its callback is called, so the callback may schedule it again or
 * free it. Only for the thread that services the context. `tsi` is 0.
 *
 * # Safety
 *
 * `ctx` is a live context; `sul` is valid until it fires or is cancelled.
 */
LWS_VISIBLE LWS_EXTERN
void lws_sul_schedule(struct lws_context *ctx,
		      int tsi,
		      lws_sorted_usec_list_t *sul,
		      sul_cb_t _cb,
		      lws_usec_t _us);

/**
 * As lws_sul_schedule(), on the list of timers that a suspended system shall wake up for: see
 * lws_sul_earliest_wakeable_event().
 *
 * # Safety
 *
 * As lws_sul_schedule().
 */
LWS_VISIBLE LWS_EXTERN
void lws_sul_schedule_wakesuspend(struct lws_context *ctx,
				  int tsi,
				  lws_sorted_usec_list_t *sul,
				  sul_cb_t _cb,
				  lws_usec_t _us);

/**
 * Schedules a timer whose `us` (an absolute time, microseconds of CLOCK_MONOTONIC) and `cb` the
 * caller has filled in. `flags` is LWSSULLI_MISS_IF_SUSPENDED or LWSSULLI_WAKE_IF_SUSPENDED.
 *
 * # Safety
 *
 * As lws_sul_schedule().
 */
LWS_VISIBLE LWS_EXTERN
void lws_sul2_schedule(struct lws_context *context,
		       int tsi,
		       int flags,
		       lws_sorted_usec_list_t *sul);

/**
 * Cancels a timer and zeroes its `us`. Does nothing to one that is not scheduled. Only for the
 * thread that services the context.
 *
 * # Safety
 *
 * `sul` is NULL or a valid timer.
 */
LWS_VISIBLE LWS_EXTERN void lws_sul_cancel(lws_sorted_usec_list_t *sul);

/**
 * When the system has to be awake again for a timer of lws_sul_schedule_wakesuspend().
 *
 * # Returns
 *
 * 0 and in `*pearliest` the due time, microseconds of CLOCK_MONOTONIC; or 1 when no such timer is
 * scheduled, or an argument is NULL.
 *
 * # Safety
 *
 * `ctx` is a live context, `pearliest` a place for the result.
 */
LWS_VISIBLE LWS_EXTERN
int lws_sul_earliest_wakeable_event(struct lws_context *ctx,
				    lws_usec_t *pearliest);

/**
 * Puts a timer, whose `us` and `cb` the caller has filled in, on a plain list of the caller's,
 * sorted by due time; before those of the same time. For programs that run lists of their own with
 * __lws_sul_service_ripe(). Costs O(n).
 *
 * # Returns
 *
 * 0, or 1 when an argument is NULL.
 *
 * # Safety
 *
 * `own` is a valid list of timers; `sul` is valid until it leaves the list.
 */
LWS_VISIBLE LWS_EXTERN int __lws_sul_insert(lws_dll2_owner_t *own, lws_sorted_usec_list_t *sul);

/**
 * Fires every timer on `own_len` lists of the caller's that is due at `usnow`, strictly in the
 * order of due times.
 *
 * # Returns
 *
 * The microseconds from `usnow` to the first timer left, or 0 when none is left.
 *
 * # Safety
 *
 * `own` points to `own_len` valid lists of timers.
 */
LWS_VISIBLE LWS_EXTERN
lws_usec_t __lws_sul_service_ripe(lws_dll2_owner_t *own,
				  int own_len,
				  lws_usec_t usnow);

/**
 * Has a connection closed `secs` seconds from now unless this is called again; 0 forgets it. A
 * connection has one such time. With LWS_TO_KILL_ASYNC it closes in the next pass of the loop, with
 * LWS_TO_KILL_SYNC before this returns. What was written and did not go out is lost. `reason` is
 * for logs. Only for the thread that services the context.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN void lws_set_timeout(struct lws *wsi, enum pending_timeout reason, int secs);

/**
 * As lws_set_timeout(), in microseconds; 0 forgets it.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN
void lws_set_timeout_us(struct lws *wsi,
			enum pending_timeout reason,
			lws_usec_t us);

/**
 * Has the protocol of a connection called with LWS_CALLBACK_TIMER once, `usecs` microseconds from
 * now. LWS_SET_TIMER_USEC_CANCEL forgets it. Only for the thread that services the context.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN void lws_set_timer_usecs(struct lws *wsi, lws_usec_t usecs);

/**
 * Tells that the peer of a connection has shown that it is there. If the connection has a retry
 * and idle policy with `secs_since_valid_hangup`, it closes when it is not told so again within
 * that many seconds. Only for the thread that services the context.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection whose policy is valid.
 */
LWS_VISIBLE LWS_EXTERN void lws_validity_confirmed(struct lws *wsi);

#endif
