/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_LWSAC_H)
#define LWS_LWSAC_H

/** The member of a struct that points to that of the next one in a list; NULL in the last. */
typedef void *lws_list_ptr;

/** Compares two structs by such members: below 0 when `a` comes before `b`. */
typedef int (*lws_list_ptr_sort_func_t)(lws_list_ptr a, lws_list_ptr b);

/** The content of a file in memory, with a NUL behind it. */
typedef unsigned char *lwsac_cached_file_t;

#if defined(LWS_WITH_LWSAC)

/**
 * Puts a struct into a list that goes through a member of each. `head` is where the list begins,
 * `add` that member of the new one.
 *
 * Without `sort` the new one comes first; with it, before the first one that it does not come
 * after.
 *
 * # Safety
 *
 * `head` and the members are NULL or valid; `sort` is NULL or may be called with any two.
 */
LWS_VISIBLE LWS_EXTERN
void lws_list_ptr_insert(lws_list_ptr *head,
			 lws_list_ptr *add,
			 lws_list_ptr_sort_func_t sort);

/**
 * Takes `ensure` bytes from an arena, which begins with the first ones: `*head` is NULL before.
 *
 * They come from the last chunk; where that has no room, from a new one for `chunk_size` bytes, 4000
 * when that is 0, or for `ensure` bytes when those are more. They are aligned for a pointer, not
 * initialised, and stay where they are until the arena ends.
 *
 * # Returns
 *
 * The bytes; NULL when there is no memory or `head` is NULL.
 *
 * # Safety
 *
 * `head` is NULL, or points to NULL or an arena that nobody else uses meanwhile.
 */
LWS_VISIBLE LWS_EXTERN
void *lwsac_use(struct lwsac **head,
		size_t ensure,
		size_t chunk_size);

/**
 * As lwsac_use(), from the first chunk that has room, be it an earlier one.
 *
 * # Returns
 *
 * As lwsac_use().
 *
 * # Safety
 *
 * As lwsac_use().
 */
LWS_VISIBLE LWS_EXTERN
void *lwsac_use_backfill(struct lwsac **head,
			 size_t ensure,
			 size_t chunk_size);

/**
 * As lwsac_use(); the bytes are 0.
 *
 * # Returns
 *
 * As lwsac_use().
 *
 * # Safety
 *
 * As lwsac_use().
 */
LWS_VISIBLE LWS_EXTERN void *lwsac_use_zero(struct lwsac **head, size_t ensure, size_t chunk_size);

/**
 * Ends an arena: all that was taken is given back, and `*head` becomes NULL, where it may be already.
 *
 * # Safety
 *
 * `head` is NULL, or points to NULL or an arena, of which nothing is used afterwards.
 */
LWS_VISIBLE LWS_EXTERN
void lwsac_free(struct lwsac **head);

/**
 * Ends an arena as lwsac_free() does, as soon as nobody refers to it: at once, or in the
 * lwsac_unreference() that is the last.
 *
 * # Safety
 *
 * As lwsac_free().
 */
LWS_VISIBLE LWS_EXTERN void lwsac_detach(struct lwsac **head);

/**
 * Refers to an arena, so that lwsac_detach() does not end it before lwsac_unreference().
 *
 * # Safety
 *
 * `head` is NULL or an arena that nobody else uses meanwhile.
 */
LWS_VISIBLE LWS_EXTERN void lwsac_reference(struct lwsac *head);

/**
 * Takes a lwsac_reference() back. The last one after lwsac_detach() ends the arena, and `*head`
 * becomes NULL.
 *
 * # Safety
 *
 * As lwsac_free().
 */
LWS_VISIBLE LWS_EXTERN void lwsac_unreference(struct lwsac **head);

/**
 * Has what was taken last grow by `amount` bytes, which are 0. What lwsac_use_backfill() took from
 * an earlier chunk cannot grow.
 *
 * # Returns
 *
 * 0; 1 when the last chunk has no room for them, or `head` is NULL.
 *
 * # Safety
 *
 * `head` is NULL or an arena that nobody else uses meanwhile.
 */
LWS_VISIBLE LWS_EXTERN int lwsac_extend(struct lwsac *head, size_t amount);

/**
 * Begins to use a file in memory: it stays, also when lwsac_cached_file() has read it anew meanwhile,
 * until lwsac_use_cached_file_end().
 *
 * # Safety
 *
 * `cache` is NULL or from lwsac_cached_file(), and nobody else uses it meanwhile.
 */
LWS_VISIBLE LWS_EXTERN
void lwsac_use_cached_file_start(lwsac_cached_file_t cache);

/**
 * Ends a use of a file in memory. Where the file was detached and this was its last use, its memory
 * is given back and `*cache` becomes NULL.
 *
 * # Safety
 *
 * `cache` is NULL, or points to NULL or to what lwsac_cached_file() gave, and nobody else uses it
 * meanwhile.
 */
LWS_VISIBLE LWS_EXTERN void lwsac_use_cached_file_end(lwsac_cached_file_t *cache);

/**
 * Gives a file in memory up: at once, and `*cache` becomes NULL, or with the last
 * lwsac_use_cached_file_end().
 *
 * # Safety
 *
 * As lwsac_use_cached_file_end().
 */
LWS_VISIBLE LWS_EXTERN void lwsac_use_cached_file_detach(lwsac_cached_file_t *cache);

/**
 * Reads a whole file into memory, with a NUL behind it, unless `*cache` is this file as it is now.
 * `*cache` is NULL before the first time. One that is out of date is given up as
 * lwsac_use_cached_file_detach() does.
 *
 * # Returns
 *
 * 0, with the file in `*cache` and its length in `*len`. 1, and both are left alone, when it cannot be
 * read, is no regular file, there is no memory, or an argument is NULL.
 *
 * # Safety
 *
 * `filepath` is NULL or a NUL-terminated text; `cache` is NULL, or points to NULL or to what this
 * function gave; `len` is NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN
int lwsac_cached_file(const char *filepath,
		      lwsac_cached_file_t *cache,
		      size_t *len);

/**
 * How many bytes of a chunk are in front of its payload. The first one of an arena, for which `first`
 * is not 0, has more.
 *
 * # Returns
 *
 * That number.
 */
LWS_VISIBLE LWS_EXTERN
size_t lwsac_sizeof(int first);

/**
 * Where the payload of a chunk ends, in bytes from the chunk's beginning.
 *
 * # Returns
 *
 * That number; 0 when `lac` is NULL.
 *
 * # Safety
 *
 * `lac` is NULL or a chunk.
 */
LWS_VISIBLE LWS_EXTERN size_t lwsac_get_tail_pos(struct lwsac *lac);

/**
 * The chunk behind one of an arena.
 *
 * # Returns
 *
 * It; NULL behind the last, or when `lac` is NULL.
 *
 * # Safety
 *
 * `lac` is NULL or a chunk.
 */
LWS_VISIBLE LWS_EXTERN struct lwsac *lwsac_get_next(struct lwsac *lac);

/**
 * How many bytes of a chunk `length` bytes take.
 *
 * # Returns
 *
 * `length` rounded up to a multiple of a pointer's size.
 */
LWS_VISIBLE LWS_EXTERN size_t lwsac_align(size_t length);

/**
 * Logs at LLL_INFO how large an arena is.
 *
 * # Safety
 *
 * `head` is NULL, which is an empty one, or an arena.
 */
LWS_VISIBLE LWS_EXTERN void lwsac_info(struct lwsac *head);

/**
 * How many bytes an arena has allocated.
 *
 * # Returns
 *
 * That number, with headers; 0 of NULL, which is an empty arena.
 *
 * # Safety
 *
 * `head` is NULL or an arena.
 */
LWS_VISIBLE LWS_EXTERN uint64_t lwsac_total_alloc(struct lwsac *head);

/**
 * How many bytes of an arena nobody has taken: those that are free in each chunk, and 32 of a
 * chunk's header.
 *
 * # Returns
 *
 * That number; 0 of NULL, which is an empty arena.
 *
 * # Safety
 *
 * `head` is NULL or an arena.
 */
LWS_VISIBLE LWS_EXTERN uint64_t lwsac_total_overhead(struct lwsac *head);

/**
 * Looks for bytes among those of an arena that were taken, all of which have been written, so that
 * equal ones need to be there once only. With `nul` there has to be a NUL behind them.
 *
 * # Returns
 *
 * Where they are first; NULL when they are not there or an argument is NULL.
 *
 * # Safety
 *
 * `head` is NULL, which is an empty one, or an arena; `find` points to `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
uint8_t *lwsac_scan_extant(struct lwsac *head,
			   uint8_t *find,
			   size_t len,
			   int nul);

#endif /* LWS_WITH_LWSAC */

#define lwsac_use_zeroed lwsac_use_zero

/** The struct of type `T` whose member `M` a lws_list_ptr points to. */
#define lws_list_ptr_container(P, T, M) ((T *)(void *)((char *)(P) - offsetof(T, M)))

/** Goes to the next one of a list; NULL behind the last. */
#define lws_list_ptr_advance(_lp) _lp = *((void **)_lp)

#endif
