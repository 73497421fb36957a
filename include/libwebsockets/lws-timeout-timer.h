/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_TIMEOUT_TIMER_H)
#define LWS_TIMEOUT_TIMER_H

struct lws_sorted_usec_list;

/** The list for timers that may be late when the system was suspended. */
#define LWSSULLI_MISS_IF_SUSPENDED 0

/** The list for timers that the system shall be woken for. */
#define LWSSULLI_WAKE_IF_SUSPENDED 1

/** How many lists of timers a context has. */
#define LWS_COUNT_PT_SUL_OWNERS 2

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

#endif
