/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_DLL2_H)
#define LWS_DLL2_H

struct lws_dll2;
struct lws_dll2_owner;

/** A list: both its ends and how many elements it has. Zero it before the first use. */
struct lws_dll2_owner {
	/** The last element, or NULL when the list is empty. */
	struct lws_dll2 *tail;
	/** The first element, or NULL when the list is empty. */
	struct lws_dll2 *head;
	/** How many elements are on the list. */
	uint32_t count;
};

/** One element of a list, embedded in the struct that is listed. Zero it before the first use. */
struct lws_dll2 {
	/** The element before this one, or NULL at the head. */
	struct lws_dll2 *prev;
	/** The element after this one, or NULL at the tail. */
	struct lws_dll2 *next;
	/** The list it is on, or NULL while it is on none. */
	struct lws_dll2_owner *owner;
};

/** What lws_dll2_foreach_safe() calls for each element. Nonzero ends the walk. */
typedef int (*lws_dll2_foreach_cb_t)(struct lws_dll2 *d, void *user);

/** One element of a list. */
typedef struct lws_dll2 lws_dll2_t;

/** A list. */
typedef struct lws_dll2_owner lws_dll2_owner_t;

/**
 * Tells whether an element is on no list.
 *
 * # Returns
 *
 * 1 when `d` is on no list (or NULL), 0 when it is on one.
 *
 * # Safety
 *
 * `d` is NULL or a valid element.
 */
LWS_VISIBLE LWS_EXTERN int lws_dll2_is_detached(const struct lws_dll2 *d);

/**
 * The list an element is on.
 *
 * # Returns
 *
 * The list, or NULL when `d` is NULL or on none.
 *
 * # Safety
 *
 * `d` is NULL or a valid element.
 */
LWS_VISIBLE LWS_EXTERN const struct lws_dll2_owner *lws_dll2_owner(const struct lws_dll2 *d);

/**
 * The first element of a list.
 *
 * # Returns
 *
 * The element, or NULL when the list is empty or NULL.
 *
 * # Safety
 *
 * `owner` is NULL or a valid list.
 */
LWS_VISIBLE LWS_EXTERN struct lws_dll2 *lws_dll2_get_head(struct lws_dll2_owner *owner);

/**
 * The last element of a list.
 *
 * # Returns
 *
 * The element, or NULL when the list is empty or NULL.
 *
 * # Safety
 *
 * `owner` is NULL or a valid list.
 */
LWS_VISIBLE LWS_EXTERN struct lws_dll2 *lws_dll2_get_tail(struct lws_dll2_owner *owner);

/**
 * Calls `cb` for each element from head to tail. `cb` may remove and free any element of the list,
 * the one it got and the next one included.
 *
 * # Returns
 *
 * 0 when every element was visited, 1 when `cb` ended the walk.
 *
 * # Safety
 *
 * `owner` is a valid list of valid elements.
 */
LWS_VISIBLE LWS_EXTERN
int lws_dll2_foreach_safe(struct lws_dll2_owner *owner,
			  void *user,
			  lws_dll2_foreach_cb_t cb);

/**
 * Puts an element at the head of a list. An element that is on a list already stays where it is
 * and the mistake is logged.
 *
 * # Safety
 *
 * `d` and `owner` are valid; `d` stays so until it is removed.
 */
LWS_VISIBLE LWS_EXTERN void lws_dll2_add_head(struct lws_dll2 *d, struct lws_dll2_owner *owner);

/**
 * Puts an element at the tail of a list. An element that is on a list already stays where it is
 * and the mistake is logged.
 *
 * # Safety
 *
 * `d` and `owner` are valid; `d` stays so until it is removed.
 */
LWS_VISIBLE LWS_EXTERN void lws_dll2_add_tail(struct lws_dll2 *d, struct lws_dll2_owner *owner);

/**
 * Puts `d` right before `after` on the list that `after` is on. (The parameter has the name that
 * lws gives it: it is what comes after `d`.)
 *
 * # Safety
 *
 * Both are valid elements; `d` stays so until it is removed.
 */
LWS_VISIBLE LWS_EXTERN void lws_dll2_add_before(struct lws_dll2 *d, struct lws_dll2 *after);

/**
 * Takes an element off its list. Does nothing when it is on none.
 *
 * # Safety
 *
 * `d` is a valid element.
 */
LWS_VISIBLE LWS_EXTERN void lws_dll2_remove(struct lws_dll2 *d);

/**
 * Zeroes an element, for memory that was not zeroed when it was made. It must not be on a list.
 *
 * # Safety
 *
 * `d` is valid memory for an element.
 */
LWS_VISIBLE LWS_EXTERN void lws_dll2_clear(struct lws_dll2 *d);

/**
 * Zeroes a list, for memory that was not zeroed when it was made. Its elements are not touched.
 *
 * # Safety
 *
 * `d` is valid memory for a list.
 */
LWS_VISIBLE LWS_EXTERN void lws_dll2_owner_clear(struct lws_dll2_owner *d);

/**
 * Puts an element where `compare` says: before the first element that it is not greater than, so
 * before those equal to it.
 *
 * # Safety
 *
 * `d` and `own` are valid; `d` stays so until it is removed. `compare` touches no list.
 */
LWS_VISIBLE LWS_EXTERN
void lws_dll2_add_sorted(lws_dll2_t *d,
			 lws_dll2_owner_t *own,
			 int (*compare)(const lws_dll2_t *d, const lws_dll2_t *i));

/**
 * As lws_dll2_add_sorted(), with a pointer of the caller's for `compare3`.
 *
 * # Safety
 *
 * As lws_dll2_add_sorted().
 */
LWS_VISIBLE LWS_EXTERN
void lws_dll2_add_sorted_priv(lws_dll2_t *d,
			      lws_dll2_owner_t *own,
			      void *priv,
			      int (*compare3)(void *priv, const lws_dll2_t *d, const lws_dll2_t *i));

/**
 * Finds the listed struct whose name is `name`. Programs use the macro lws_dll2_search_sz_pl().
 *
 * `dll2_ofs` is where the element is in the listed struct, `ptr_ofs` where its `const char *` name
 * is, both in bytes.
 *
 * # Returns
 *
 * The struct, or NULL when none has that name.
 *
 * # Safety
 *
 * `own` is a valid list of structs of that layout, `name` points to `namelen` bytes.
 */
LWS_VISIBLE LWS_EXTERN
void *_lws_dll2_search_sz_pl(lws_dll2_owner_t *own,
			     const char *name,
			     size_t namelen,
			     size_t dll2_ofs,
			     size_t ptr_ofs);

/**
 * Logs the list and each of its elements at level INFO, headed by `desc`.
 *
 * # Safety
 *
 * `owner` is a valid list, `desc` a NUL-terminated text.
 */
LWS_VISIBLE LWS_EXTERN void lws_dll2_describe(struct lws_dll2_owner *owner, const char *desc);

#endif
