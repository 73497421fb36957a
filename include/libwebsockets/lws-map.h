/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_MAP_H)
#define LWS_MAP_H

struct lws_map_info;

/** A map. */
typedef struct lws_map lws_map_t;

/** What a key is found by. */
typedef uint32_t lws_map_hash_t;

/** The bytes of a key. */
typedef void *lws_map_key_t;

/** The hash of a key of `kl` bytes: equal for keys that are equal. */
typedef lws_map_hash_t (*lws_map_hash_from_key_t)(lws_map_key_t key, size_t kl);

/** The bytes of a value. */
typedef void *lws_map_value_t;

/** Compares a key that is looked for with the one of an item: 0 when they are equal. */
typedef int (*lws_map_compare_key_t)(lws_map_key_t key1,
				     size_t kl1,
				     lws_map_value_t key2,
				     size_t kl2);

/**
 * Allocates `x` bytes for an item of the map, aligned for a pointer; NULL when there is no memory.
 */
typedef void *(*lws_map_alloc_t)(struct lws_map *mo, size_t x);

/** Gives back what a lws_map_alloc_t gave. */
typedef void (*lws_map_free_t)(void *item);

/**
 * What a map is made from. It is copied. What is 0 or NULL is chosen by the library.
 *
 * None of the functions may change the map that they are called for: lws_map_item_create(),
 * lws_map_item_destroy() and lws_map_destroy() refuse that.
 */
struct lws_map_info {
	/** The hash of a key, or NULL: of its bytes. */
	lws_map_hash_from_key_t _hash;
	/** Whether two keys are equal, or NULL: when their bytes are. */
	lws_map_compare_key_t _compare;
	/** Where items are allocated, or NULL: on the heap. */
	lws_map_alloc_t _alloc;
	/** The other side of `_alloc`. */
	lws_map_free_t _free;
	/** For lws_map_alloc_lwsac(): points to the pointer to the arena. */
	void *opaque;
	/** For lws_map_alloc_lwsac(): how large a chunk is, as a pointer; NULL for the usual. */
	void *aux;
	/**
	 * How many lists the items are spread over, 0 for 8. Looking one up takes as long as its list is.
	 */
	size_t modulo;
};

/** What a map is made from. */
typedef struct lws_map_info lws_map_info_t;

#if defined(LWS_WITH_MAP)

/**
 * Makes an empty map.
 *
 * # Returns
 *
 * The map, for lws_map_destroy(). NULL when there is no memory or `info` is NULL.
 *
 * # Safety
 *
 * `info` is NULL or valid; its functions may be called as long as the map lives.
 */
LWS_VISIBLE LWS_EXTERN lws_map_t *lws_map_create(const lws_map_info_t *info);

/**
 * As `_alloc` of a map: takes items from the arena that `opaque` points to, in chunks of `aux` bytes.
 *
 * # Returns
 *
 * `x` bytes; NULL when there is no memory, or the map or its arena is NULL.
 *
 * # Safety
 *
 * `map` is NULL or a live map whose `opaque` is NULL or points to NULL or an arena.
 */
LWS_VISIBLE LWS_EXTERN
void *lws_map_alloc_lwsac(struct lws_map *map,
			  size_t x);

/** As `_free` of a map whose items are in an arena: does nothing, they end with the arena. */
LWS_VISIBLE LWS_EXTERN void lws_map_free_lwsac(void *v);

/**
 * Ends a map: its items are given back, and `*pmap` becomes NULL, where it may be already.
 *
 * # Safety
 *
 * `pmap` is NULL, or points to NULL or a map, of which nothing is used afterwards.
 */
LWS_VISIBLE LWS_EXTERN void lws_map_destroy(lws_map_t **pmap);

/**
 * Adds an item, in the place of the one with the same key, if there is one. Key and value are copied;
 * both may lie in an item of the map.
 *
 * @param map: the map
 * @param key: the key
 * @param keylen: how many bytes it has, also 0
 * @param value: the value, or NULL: its bytes are 0 and may be written through lws_map_item_value()
 * @param valuelen: how many bytes it has, also 0
 *
 * # Returns
 *
 * The item, until lws_map_item_destroy(), the end of the map, or another item with the same key. NULL
 * when there is no memory, `map` is NULL, or `key` is NULL and not empty: the map stays as it was.
 *
 * # Safety
 *
 * `map` is NULL or a live map, `key` and `value` have as many bytes as is said or are NULL.
 */
LWS_VISIBLE LWS_EXTERN
struct lws_map_item *lws_map_item_create(lws_map_t *map,
					 lws_map_key_t key,
					 size_t keylen,
					 lws_map_value_t value,
					 size_t valuelen);

/**
 * Takes an item out of its map and gives it back.
 *
 * # Safety
 *
 * `item` is NULL or a live item, not used afterwards.
 */
LWS_VISIBLE LWS_EXTERN void lws_map_item_destroy(struct lws_map_item *item);

/**
 * Looks an item up by its key.
 *
 * # Returns
 *
 * The item, as lws_map_item_create() returned it. NULL when there is none, `map` is NULL, or `key` is
 * NULL and not empty.
 *
 * # Safety
 *
 * `map` is NULL or a live map, `key` has `keylen` bytes or is NULL.
 */
LWS_VISIBLE LWS_EXTERN
struct lws_map_item *lws_map_item_lookup(lws_map_t *map,
					 lws_map_key_t key,
					 size_t keylen);

/**
 * The bytes of an item's key.
 *
 * # Returns
 *
 * The bytes, as long as the item lives; NULL when `_item` is.
 *
 * # Safety
 *
 * `_item` is NULL or a live item.
 */
LWS_VISIBLE LWS_EXTERN const void *lws_map_item_key(struct lws_map_item *_item);

/**
 * The bytes of an item's value, which are aligned for a pointer.
 *
 * # Returns
 *
 * As lws_map_item_key().
 *
 * # Safety
 *
 * As lws_map_item_key().
 */
LWS_VISIBLE LWS_EXTERN const void *lws_map_item_value(struct lws_map_item *_item);

/**
 * How many bytes an item's key has.
 *
 * # Returns
 *
 * The number; 0 when `_item` is NULL.
 *
 * # Safety
 *
 * As lws_map_item_key().
 */
LWS_VISIBLE LWS_EXTERN size_t lws_map_item_key_len(struct lws_map_item *_item);

/**
 * How many bytes an item's value has.
 *
 * # Returns
 *
 * As lws_map_item_key_len().
 *
 * # Safety
 *
 * As lws_map_item_key().
 */
LWS_VISIBLE LWS_EXTERN size_t lws_map_item_value_len(struct lws_map_item *_item);

#endif /* LWS_WITH_MAP */

/** As lws_map_item_create(), for a key that is a text. */
#define lws_map_item_create_ks(_map, _str, _v, _vl) \
	lws_map_item_create(_map, (const lws_map_key_t)_str, strlen(_str), \
			    (const lws_map_value_t)_v, _vl)

/** As lws_map_item_lookup(), for a key that is a text. */
#define lws_map_item_lookup_ks(_map, _str) \
	lws_map_item_lookup(_map, (const lws_map_key_t)_str, strlen(_str))

#endif
