/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_RING_H)
#define LWS_RING_H

/**
 * Makes a ring for `count` elements of `element_len` bytes each, of any type.
 *
 * `destroy_element` is called for each element that no reader wants any more: when
 * lws_ring_update_oldest_tail(), or lws_ring_consume() without a tail, goes past it, and when the
 * ring is destroyed. It may call any function of the ring. Each element lies where one of its type
 * may lie, when `element_len` is the size of the type.
 *
 * # Returns
 *
 * The ring, for lws_ring_destroy(). NULL when `element_len` or `count` is 0, all elements and one
 * more take more than 4 GiB, or there is no memory for them.
 *
 * # Safety
 *
 * `destroy_element` is NULL or may be called.
 */
LWS_VISIBLE LWS_EXTERN
struct lws_ring *lws_ring_create(size_t element_len,
				 size_t count,
				 void (*destroy_element)(void *element));

/**
 * Ends a ring: its elements are destroyed, those that nobody has read as well. Inside
 * `destroy_element` it only asks for that.
 *
 * # Safety
 *
 * `ring` is NULL or a live ring, not used afterwards.
 */
LWS_VISIBLE LWS_EXTERN void lws_ring_destroy(struct lws_ring *ring);

/**
 * How many elements can be written.
 *
 * # Returns
 *
 * That number; 0 when `ring` is NULL.
 *
 * # Safety
 *
 * `ring` is NULL or a live ring.
 */
LWS_VISIBLE LWS_EXTERN size_t lws_ring_get_count_free_elements(struct lws_ring *ring);

/**
 * How many elements a reader has not read. `tail` is the reader's; NULL is the one that the ring
 * keeps, for rings with one reader.
 *
 * # Returns
 *
 * That number; 0 when `ring` is NULL, or `tail` is where nothing is kept.
 *
 * # Safety
 *
 * `ring` is NULL or a live ring, `tail` NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN
size_t lws_ring_get_count_waiting_elements(struct lws_ring *ring,
					   uint32_t *tail);

/**
 * Copies elements into the ring, as many of `max_count` as there is room for.
 *
 * # Returns
 *
 * How many; 0 when an argument is NULL.
 *
 * # Safety
 *
 * `ring` is NULL or a live ring; `src` has `max_count` elements outside the ring.
 */
LWS_VISIBLE LWS_EXTERN
size_t lws_ring_insert(struct lws_ring *ring,
		       const void *src,
		       size_t max_count);

/**
 * Reads elements, as many of `max_count` as wait for this reader, and moves its tail behind them.
 * With `dest` they are copied there.
 *
 * With a tail of the reader's, elements stay until lws_ring_update_oldest_tail(). Without one, what
 * was read is destroyed.
 *
 * # Returns
 *
 * How many; 0 when `ring` is NULL, or `tail` is where nothing is kept.
 *
 * # Safety
 *
 * `ring` is NULL or a live ring, `tail` NULL or valid; `dest` is NULL or has room for `max_count`
 * elements.
 */
LWS_VISIBLE LWS_EXTERN
size_t lws_ring_consume(struct lws_ring *ring,
			uint32_t *tail,
			void *dest,
			size_t max_count);

/**
 * Where the next element for a reader is, in the ring itself. It stays there until
 * lws_ring_consume() and, with a tail of the reader's, lws_ring_update_oldest_tail().
 *
 * # Returns
 *
 * The element; NULL when none waits, `ring` is NULL, or `tail` is where nothing is kept.
 *
 * # Safety
 *
 * `ring` is NULL or a live ring, `tail` NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN const void *lws_ring_get_element(struct lws_ring *ring, uint32_t *tail);

/**
 * Tells where the reader is that has read least: elements before that are destroyed, and their room
 * is free. With one reader that has no tail of its own, lws_ring_consume() does it.
 *
 * # Safety
 *
 * `ring` is NULL or a live ring.
 */
LWS_VISIBLE LWS_EXTERN void lws_ring_update_oldest_tail(struct lws_ring *ring, uint32_t tail);

/**
 * Where the oldest element is that is kept: a new reader's tail, when it is to read all there is.
 *
 * # Returns
 *
 * The tail; 0 when `ring` is NULL.
 *
 * # Safety
 *
 * `ring` is NULL or a live ring.
 */
LWS_VISIBLE LWS_EXTERN uint32_t lws_ring_get_oldest_tail(struct lws_ring *ring);

/**
 * Where bytes can be written into the ring directly, in one piece; lws_ring_bump_head() tells how
 * many were.
 *
 * # Returns
 *
 * 0, and `*start` and `*bytes` are set; 1 when there is no room or an argument is NULL.
 *
 * # Safety
 *
 * `ring` is NULL or a live ring, `start` and `bytes` NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN
int lws_ring_next_linear_insert_range(struct lws_ring *ring,
				      void **start,
				      size_t *bytes);

/**
 * Tells how many bytes were written where lws_ring_next_linear_insert_range() said. More than there
 * is room for are refused.
 *
 * # Safety
 *
 * `ring` is NULL or a live ring.
 */
LWS_VISIBLE LWS_EXTERN void lws_ring_bump_head(struct lws_ring *ring, size_t bytes);

/**
 * Logs at LLL_NOTICE where a ring's writer and readers are.
 *
 * # Safety
 *
 * `ring` is NULL or a live ring, `tail` NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN void lws_ring_dump(struct lws_ring *ring, uint32_t *tail);

#endif
