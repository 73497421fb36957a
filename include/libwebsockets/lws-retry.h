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
	 * Retries that are made before the failure is reported; `LWS_RETRY_CONCEAL_ALWAYS` for no end.
	 */
	uint16_t conceal_count;
	/** Seconds without proof that the connection works before it is checked; 0 for never. */
	uint16_t secs_since_valid_ping;
	/** Seconds without proof that the connection works before it is closed; 0 for never. */
	uint16_t secs_since_valid_hangup;
	/** Percent of the delay that is added at random at most. */
	uint8_t jitter_percent;
};

/** See `struct lws_retry_bo`. */
typedef struct lws_retry_bo lws_retry_bo_t;

#endif
