/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_SPA_H)
#define LWS_SPA_H

struct lws_spa_create_info;

/** What is told of a file that arrives. */
enum lws_spa_fileupload_states {
	/** A piece of its content. */
	LWS_UFS_CONTENT,
	/** Its end; the piece may be empty. */
	LWS_UFS_FINAL_CONTENT,
	/** A new file begins. */
	LWS_UFS_OPEN,
	/** No more files come: the form is whole, or was given up. */
	LWS_UFS_CLOSE,
};

/**
 * Receives files: `data` is the program's, `name` that of the field, `filename` what the browser calls
 * the file, NUL-terminated and not to be trusted; `buf` has `len` bytes and a NUL behind them, and is
 * NULL without any. A negative return ends the form.
 */
typedef int (*lws_spa_fileupload_cb)(void *data,
				     const char *name,
				     const char *filename,
				     char *buf,
				     int len,
				     enum lws_spa_fileupload_states state);

/** How a form is to be read. */
struct lws_spa_create_info {
	/** The names of the fields whose values are kept; they stay valid as long as the reader. */
	const char *const *param_names;
	/** How many those are. */
	int count_params;
	/** Room for their values together, each with a NUL behind it, bytes; 0: 512. */
	int max_storage;
	/** NULL, or who receives files. */
	lws_spa_fileupload_cb opt_cb;
	/** For `opt_cb`. */
	void *opt_data;
	/** How far apart the pointers of `param_names` are, bytes; 0: they are an array. */
	size_t param_names_stride;
	/**
	 * NULL, or the arena that the values are put into: they stay there when the reader has gone.
	 */
	struct lwsac **ac;
	/** The size of that arena's chunks, 0 for the usual one. */
	size_t ac_chunk_size;
};

/** Another name of the struct. */
typedef struct lws_spa_create_info lws_spa_create_info_t;

#if defined(LWS_ROLE_H1)

/**
 * Makes a reader of the form that a request posts: `multipart/form-data` where its Content-Type says
 * so, else `application/x-www-form-urlencoded`. As lws_spa_create_via_info() with these members.
 *
 * # Returns
 *
 * The reader, for lws_spa_destroy(); NULL when an argument is no good, the boundary is missing, or
 * there is no memory.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection; the rest is what lws_spa_create_via_info() needs.
 */
LWS_VISIBLE LWS_EXTERN
struct lws_spa *lws_spa_create(struct lws *wsi,
			       const char *const *param_names,
			       int count_params,
			       int max_storage,
			       lws_spa_fileupload_cb opt_cb,
			       void *opt_data);

/**
 * Makes a reader of the form that a request posts; `info` says how, and is not needed afterwards.
 *
 * # Returns
 *
 * As lws_spa_create().
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection, `info` NULL or valid. Its `param_names`, their texts and what
 * `opt_cb` needs stay valid as long as the reader; `ac` is NULL or an arena.
 */
LWS_VISIBLE LWS_EXTERN
struct lws_spa *lws_spa_create_via_info(struct lws *wsi,
					const lws_spa_create_info_t *info);

/**
 * Takes `len` bytes of the form, which are not needed afterwards. May call `opt_cb`, in which the
 * reader is not destroyed.
 *
 * # Returns
 *
 * 0; -1 when the form is malformed, its values have no room, `opt_cb` has refused a file, or an
 * argument is NULL. The form is over then.
 *
 * # Safety
 *
 * `spa` is NULL or a live reader; `in` has `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN int lws_spa_process(struct lws_spa *spa, const char *in, int len);

/**
 * Tells that all of the form has come. `opt_cb` hears of LWS_UFS_CLOSE.
 *
 * # Returns
 *
 * 0; -1 when the form is not whole or was malformed, or `spa` is NULL.
 *
 * # Safety
 *
 * `spa` is NULL or a live reader.
 */
LWS_VISIBLE LWS_EXTERN int lws_spa_finalize(struct lws_spa *spa);

/**
 * How long the value of a field is, without the NUL behind it.
 *
 * # Returns
 *
 * Its bytes; 0 when it is absent or empty, `n` is no field's number, or `spa` is NULL.
 *
 * # Safety
 *
 * `spa` is NULL or a live reader.
 */
LWS_VISIBLE LWS_EXTERN int lws_spa_get_length(struct lws_spa *spa, int n);

/**
 * The value of a field, by its place in `param_names`. Of several values of one name it is the first
 * that is not empty.
 *
 * # Returns
 *
 * The value with a NUL behind it, which the reader keeps, or the arena; NULL when it is absent or
 * empty, `n` is no field's number, or `spa` is NULL.
 *
 * # Safety
 *
 * `spa` is NULL or a live reader.
 */
LWS_VISIBLE LWS_EXTERN
const char *lws_spa_get_string(struct lws_spa *spa,
			       int n);

/**
 * Ends a reader and its values, but for those in an arena. `opt_cb` hears of LWS_UFS_CLOSE, unless
 * lws_spa_finalize() has told it. Not inside of `opt_cb`.
 *
 * # Returns
 *
 * 0; -1 when `spa` is NULL.
 *
 * # Safety
 *
 * `spa` is NULL or a live reader, not used afterwards.
 */
LWS_VISIBLE LWS_EXTERN int lws_spa_destroy(struct lws_spa *spa);

#endif /* LWS_ROLE_H1 */

#endif
