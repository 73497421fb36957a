/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_DSH_H)
#define LWS_DSH_H

#if defined(LWS_WITH_LWS_DSH)

/**
 * Makes queues of `count_kinds` kinds, numbered from 0, for objects of any length. All of them together
 * take at most `buffer_size` bytes, each object 56 more than it is long.
 *
 * Those with the same `owner` lend each other what they lack.
 *
 * # Returns
 *
 * The queues, for lws_dsh_destroy(). NULL when `count_kinds` is less than 1, or there is no memory.
 *
 * # Safety
 *
 * `owner` is NULL, or a list of such queues alone that lives longer.
 */
LWS_VISIBLE LWS_EXTERN
struct lws_dsh *lws_dsh_create(lws_dll2_owner_t *owner,
			       size_t buffer_size,
			       int count_kinds);

/**
 * Ends queues with what is in them, and `*pdsh` becomes NULL, where it may be already. What they lent
 * others is lent by the rest of the list; where nobody has so much, the object has gone.
 *
 * # Safety
 *
 * `pdsh` is NULL, or points to NULL or queues, of which nothing is used afterwards.
 */
LWS_VISIBLE LWS_EXTERN
void lws_dsh_destroy(struct lws_dsh **pdsh);

/**
 * Puts an object at the end of a queue: a copy of `src1`, and behind it of `src2`.
 *
 * @param dsh: the queues
 * @param kind: which one
 * @param src1: the first part
 * @param size1: how many bytes it has
 * @param src2: the second part, or NULL for none
 * @param size2: how many bytes it has
 *
 * # Returns
 *
 * 0; 1 when there is no room, here or on the list, no such kind, or an argument is NULL.
 *
 * # Safety
 *
 * `dsh` is NULL or live, the parts have as many bytes as is said or are NULL.
 */
LWS_VISIBLE LWS_EXTERN
int lws_dsh_alloc_tail(struct lws_dsh *dsh,
		       int kind,
		       const void *src1,
		       size_t size1,
		       const void *src2,
		       size_t size2);

/**
 * Takes an object out of its queue and frees it; `*obj` becomes NULL, where it may be already.
 *
 * # Safety
 *
 * `obj` is NULL, or points to NULL or a payload from lws_dsh_get_head(), which is not used afterwards.
 */
LWS_VISIBLE LWS_EXTERN
void lws_dsh_free(void **obj);

/**
 * How many bytes a queue takes, 56 of them for each object beside its length in steps of 8.
 *
 * # Returns
 *
 * The number; 0 when there is no such queue or `dsh` is NULL.
 *
 * # Safety
 *
 * `dsh` is NULL or live.
 */
LWS_VISIBLE LWS_EXTERN size_t lws_dsh_get_size(struct lws_dsh *dsh, int kind);

/**
 * The first object of a queue, which stays there until lws_dsh_free().
 *
 * @param dsh: the queues
 * @param kind: which one
 * @param obj: where the pointer to its payload comes, NULL when there is none
 * @param size: where its length comes
 *
 * # Returns
 *
 * 0; 1 when there is none, no such kind, or an argument is NULL.
 *
 * # Safety
 *
 * `dsh` is NULL or live, `obj` and `size` are NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN
int lws_dsh_get_head(struct lws_dsh *dsh,
		     int kind,
		     void **obj,
		     size_t *size);

/**
 * Logs what is in queues, as LLL_NOTICE, after `desc`.
 *
 * # Safety
 *
 * `dsh` is NULL or live, `desc` NULL or a text.
 */
LWS_VISIBLE LWS_EXTERN void lws_dsh_describe(struct lws_dsh *dsh, const char *desc);

#endif /* LWS_WITH_LWS_DSH */

#endif
