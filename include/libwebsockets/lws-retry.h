/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_RETRY_H)
#define LWS_RETRY_H

struct lws_retry_bo;

/** As `conceal_count`: failures are never reported, retries have no end. */
#define LWS_RETRY_CONCEAL_ALWAYS 65535

/** How long to wait between retries, and when an idle connection is checked or closed. */
struct lws_retry_bo {
	/** Milliseconds to wait before each retry; the last entry serves all later ones. */
	const uint32_t *retry_ms_table;
	/** Entries of `retry_ms_table`. */
	uint16_t retry_ms_table_count;
	/**
	 * Retries that are made before the failure is reported; LWS_RETRY_CONCEAL_ALWAYS for no end.
	 */
	uint16_t conceal_count;
	/** Seconds without proof that the connection works before it is checked; 0 for never. */
	uint16_t secs_since_valid_ping;
	/** Seconds without proof that the connection works before it is closed; 0 for never. */
	uint16_t secs_since_valid_hangup;
	/** Percent of the delay that is added at random at most; 0 for 30. */
	uint8_t jitter_percent;
};

/** See `struct lws_retry_bo`. */
typedef struct lws_retry_bo lws_retry_bo_t;

/**
 * Tells how long to wait before the next try, and counts it: the entry of the policy's table for
 * `*ctry`, and at random a part of it of up to the policy's jitter. `*ctry` becomes one more, 65535
 * at most. Any thread may ask; `context` may be NULL.
 *
 * A NULL `retry`, or one without a table, waits 3 s and up to 30 percent more; the former conceals
 * no try.
 *
 * # Returns
 *
 * Milliseconds. `*conceal`, where `conceal` is not NULL, becomes 1 when the failure so far need not
 * be reported: fewer tries than `conceal_count` were made before; otherwise 0. When `ctry` is NULL,
 * what a first try waits.
 *
 * # Safety
 *
 * `retry` is NULL or a valid policy; `ctry` and `conceal` are NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN
unsigned int lws_retry_get_delay_ms(struct lws_context *_context,
				    const lws_retry_bo_t *retry,
				    uint16_t *ctry,
				    char *conceal);

/**
 * Schedules a timer for the next try, as lws_retry_get_delay_ms() says, unless there have been so
 * many that the failure is to be reported. `*ctry` is counted up either way. Only for the thread
 * that services the context. `tid` is 0.
 *
 * # Returns
 *
 * 0 when the timer was scheduled. 1 when it was left as it was: the tries that `retry` conceals are
 * used up, `retry` is NULL, or another argument is bad.
 *
 * # Safety
 *
 * As lws_sul_schedule(); `retry` is NULL or a valid policy; `ctry` is valid.
 */
LWS_VISIBLE LWS_EXTERN
int lws_retry_sul_schedule(struct lws_context *context,
			   int tid,
			   lws_sorted_usec_list_t *sul,
			   const lws_retry_bo_t *retry,
			   sul_cb_t cb,
			   uint16_t *ctry);

/**
 * As lws_retry_sul_schedule(), with the context and the retry policy of a connection.
 *
 * # Returns
 *
 * As lws_retry_sul_schedule().
 *
 * # Safety
 *
 * As lws_retry_sul_schedule(); `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN
int lws_retry_sul_schedule_retry_wsi(struct lws *wsi,
				     lws_sorted_usec_list_t *sul,
				     sul_cb_t cb,
				     uint16_t *ctry);

#endif
