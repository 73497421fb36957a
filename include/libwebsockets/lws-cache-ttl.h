/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_CACHE_TTL_H)
#define LWS_CACHE_TTL_H

struct lws_cache_creation_info;
union lws_cache_creation_u;
struct lws_cache_match;
struct lws_cache_nscookiejar;
struct lws_cache_ops;
struct lws_cache_results;

/**
 * Hears of an item that has gone from a level in memory, before its payload is freed. It may call any
 * function.
 */
typedef void (*lws_cache_item_destroy_cb)(void *item, size_t size);

/** What a kind of level does, each function for one level alone. */
struct lws_cache_ops {
	/** As lws_cache_create(), for this kind of level. */
	struct lws_cache_ttl_lru *(*create)(const struct lws_cache_creation_info *info);
	/** As lws_cache_destroy(). */
	void (*destroy)(struct lws_cache_ttl_lru **_cache);
	/** Empties the level and deletes its file. 0, or nonzero where that failed. */
	int (*expunge)(struct lws_cache_ttl_lru *cache);
	/** As lws_cache_write_through(). */
	int (*write)(struct lws_cache_ttl_lru *cache,
		     const char *specific_key,
		     const uint8_t *source,
		     size_t size,
		     lws_usec_t expiry,
		     void **ppvoid);
	/**
	 * 0 where `tag` is one that `wc` means: with `lookup_rules` by the rules of the level, else as
	 * texts, `*` in `wc` for any.
	 */
	int (*tag_match)(struct lws_cache_ttl_lru *cache,
			 const char *wc,
			 const char *tag,
			 char lookup_rules);
	/**
	 * Adds an lws_cache_match_t to the list for each key that is meant and not in it yet. The caller
	 * takes them off and frees them, with free() unless lws_set_allocator() was called.
	 */
	int (*lookup)(struct lws_cache_ttl_lru *cache,
		      const char *wildcard_key,
		      lws_dll2_owner_t *results_owner);
	/** As lws_cache_item_remove(). */
	int (*invalidate)(struct lws_cache_ttl_lru *cache, const char *wildcard_key);
	/** As lws_cache_item_get(). */
	int (*get)(struct lws_cache_ttl_lru *cache,
		   const char *specific_key,
		   const void **pdata,
		   size_t *psize);
	/** As lws_cache_debug_dump(). */
	void (*debug_dump)(struct lws_cache_ttl_lru *cache);
};

/** What a cache of cookies is made from. */
struct lws_cache_nscookiejar {
	/** The file, in Netscape's format. It is made where there is none. */
	const char *filepath;
};

/** What only some levels are made from. */
union lws_cache_creation_u {
	/** For lws_cache_ops_nscookiejar. */
	struct lws_cache_nscookiejar nscookiejar;
};

/** What a level is made from. Zero it, then fill in what is wanted. */
struct lws_cache_creation_info {
	/** The context, which outlives the level. */
	struct lws_context *cx;
	/** A short name, for the log. */
	const char *name;
	/** Hears of items that go, or NULL. */
	lws_cache_item_destroy_cb cb;
	/**
	 * The level behind this one, or NULL. It may be destroyed before this one, which keeps it.
	 */
	struct lws_cache_ttl_lru *parent;
	/** lws_cache_ops_heap, lws_cache_ops_nscookiejar, or NULL for the first. */
	const struct lws_cache_ops *ops;
	/** What only some levels are made from. */
	union lws_cache_creation_u u;
	/**
	 * How many bytes payloads, and lists that were looked up, may have in all, or 0. Those used
	 * longest ago make room. Not for cookies.
	 */
	size_t max_footprint;
	/** How many items there may be, or 0. As above. */
	size_t max_items;
	/** How many bytes one payload may have, or 0. */
	size_t max_payload;
	/** The thread that services it: 0. */
	int tsi;
};

/** A walk through the list of lws_cache_lookup(). */
struct lws_cache_results {
	/** The rest of the list. To be set before the first lws_cache_results_walk(). */
	const uint8_t *ptr;
	/** How many bytes that has. To be set before the first lws_cache_results_walk(). */
	size_t size;
	/** How many bytes the item's payload has. */
	size_t payload_len;
	/** How many bytes the key has, without the NUL. */
	size_t tag_len;
	/** The key, with a NUL. */
	const uint8_t *tag;
};

/** A walk through the list of lws_cache_lookup(). */
typedef struct lws_cache_results lws_cache_results_t;

/** A key that a lookup has found. Behind it is the key, with a NUL. */
struct lws_cache_match {
	/** Of the list of all that were found. */
	lws_dll2_t list;
	/** When the item ends, as for lws_cache_write_through(). */
	lws_usec_t expiry;
	/** How many bytes the item's payload has. */
	size_t payload_size;
	/** How many bytes the key has, without the NUL. */
	size_t tag_size;
};

/** A key that a lookup has found. */
typedef struct lws_cache_match lws_cache_match_t;

/** Levels in memory. */
extern const struct lws_cache_ops lws_cache_ops_heap;

/**
 * Cookies in a file in Netscape's format, which is read for each question and written for each change.
 */
extern const struct lws_cache_ops lws_cache_ops_nscookiejar;

#if defined(LWS_WITH_CACHE_NSCOOKIEJAR)

/**
 * Makes a level: an empty one in memory, or the cookies in a file. Only the library's own kinds of
 * levels can be made.
 *
 * # Returns
 *
 * The level, for lws_cache_destroy(). NULL when an argument makes no sense or the file cannot be made.
 *
 * # Safety
 *
 * `info` is NULL or valid. Its callback may be called as long as the level lives.
 */
LWS_VISIBLE LWS_EXTERN
struct lws_cache_ttl_lru *lws_cache_create(const struct lws_cache_creation_info *info);

/**
 * Ends a level, and `*cache` becomes NULL, where it may be already. Items in memory go; a cookie file
 * stays.
 *
 * # Safety
 *
 * `cache` is NULL, or points to NULL or a level, which is not used afterwards.
 */
LWS_VISIBLE LWS_EXTERN
void lws_cache_destroy(struct lws_cache_ttl_lru **cache);

/**
 * Empties a level and those behind it; a cookie file is deleted.
 *
 * # Returns
 *
 * 0; 1 when a file cannot be deleted, or `cache` is NULL.
 *
 * # Safety
 *
 * `cache` is NULL or a live level.
 */
LWS_VISIBLE LWS_EXTERN int lws_cache_expunge(struct lws_cache_ttl_lru *cache);

/**
 * Puts an item into a level and all behind it, in the place of the one with its key.
 *
 * In a cookie file the key is `host|path|name`, and the payload is the line for it, without what ends
 * it.
 *
 * @param cache: the first level
 * @param specific_key: the key; `*` is a byte as any other
 * @param source: the payload, or NULL: its bytes are 0, and are written through `ppay`
 * @param size: how many bytes it has
 * @param expiry: when the item goes, as lws_now_usecs() counts, or 0 for never. A cookie says that
 * itself.
 * @param ppay: where the pointer to the payload in the first level comes, or NULL. It is valid until the
 * loop goes on or another function is called for the cache.
 *
 * # Returns
 *
 * 0; 1 when there is no memory, a level may not keep so much, the payload is no cookie with that key, or
 * an argument is NULL: then the level is as it was.
 *
 * # Safety
 *
 * `cache` is NULL or a live level, `specific_key` NULL or a text, `source` NULL or has `size` bytes,
 * `ppay` NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN
int lws_cache_write_through(struct lws_cache_ttl_lru *cache,
			    const char *specific_key,
			    const uint8_t *source,
			    size_t size,
			    lws_usec_t expiry,
			    void **ppay);

/**
 * Looks keys up: which items of the last level are meant. Those of a level in memory are meant as a
 * text with `*` for any text; those of a cookie file as `host|path|name`, where a cookie for the path or
 * a folder above it is meant.
 *
 * @param cache: the first level
 * @param wildcard_key: what is meant
 * @param pdata: where the pointer to the list comes, for lws_cache_results_walk(). It is valid until the
 * loop goes on or another function is called for the cache.
 * @param psize: where the length of the list comes
 *
 * # Returns
 *
 * 0; 1 when there is none, or something failed, which is logged.
 *
 * # Safety
 *
 * `cache` is NULL or a live level, `wildcard_key` NULL or a text, the others are NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN
int lws_cache_lookup(struct lws_cache_ttl_lru *cache,
		     const char *wildcard_key,
		     const void **pdata,
		     size_t *psize);

/**
 * Gets an item from the first level that has it. A copy comes into the level that is asked.
 *
 * @param cache: the first level
 * @param specific_key: the key
 * @param pdata: where the pointer to the payload comes. It is valid until the loop goes on or another
 * function is called for the cache.
 * @param psize: where its length comes
 *
 * # Returns
 *
 * 0; 1 when there is none, or something failed, which is logged.
 *
 * # Safety
 *
 * As lws_cache_lookup().
 */
LWS_VISIBLE LWS_EXTERN
int lws_cache_item_get(struct lws_cache_ttl_lru *cache,
		       const char *specific_key,
		       const void **pdata,
		       size_t *psize);

/**
 * Takes items out of all levels: those whose key is the text `wildcard_key`, with `*` for any text.
 *
 * # Returns
 *
 * 0, also when there was none; 1 when a file cannot be written or an argument is NULL.
 *
 * # Safety
 *
 * `cache` is NULL or a live level, `wildcard_key` NULL or a text.
 */
LWS_VISIBLE LWS_EXTERN
int lws_cache_item_remove(struct lws_cache_ttl_lru *cache,
			  const char *wildcard_key);

/**
 * How many bytes payloads have in this level, with lists that were looked up.
 *
 * # Returns
 *
 * The number; 0 when `cache` is NULL.
 *
 * # Safety
 *
 * `cache` is NULL or a live level.
 */
LWS_VISIBLE LWS_EXTERN uint64_t lws_cache_footprint(struct lws_cache_ttl_lru *cache);

/**
 * Logs what is in a level, as LLL_INFO.
 *
 * # Safety
 *
 * `cache` is NULL or a live level.
 */
LWS_VISIBLE LWS_EXTERN void lws_cache_debug_dump(struct lws_cache_ttl_lru *cache);

/**
 * Goes to the next entry of a list of lws_cache_lookup().
 *
 * # Returns
 *
 * 0: the members are set to it. 1: there is none, or `walk_ctx` is NULL.
 *
 * # Safety
 *
 * `walk_ctx` is NULL or valid, and its `ptr` has `size` bytes or is NULL.
 */
LWS_VISIBLE LWS_EXTERN int lws_cache_results_walk(lws_cache_results_t *walk_ctx);

#endif /* LWS_WITH_CACHE_NSCOOKIEJAR */

#endif
