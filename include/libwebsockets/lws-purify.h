/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_PURIFY_H)
#define LWS_PURIFY_H

/**
 * Copies a text with each `'` doubled, to stand between quotes in SQL.
 *
 * What does not fit is left out, a doubled quote is never cut, and the copy always ends in a NUL,
 * unless `len` is 0: then nothing is written. lws_sql_purify_len() + 1 bytes are enough.
 *
 * # Returns
 *
 * `escaped`.
 *
 * # Safety
 *
 * `escaped` points to `len` bytes outside `string`, which is NUL-terminated.
 */
LWS_VISIBLE LWS_EXTERN const char *lws_sql_purify(char *escaped, const char *string, size_t len);

/**
 * Tells how long lws_sql_purify() makes a text.
 *
 * # Returns
 *
 * The length without the NUL, at most INT_MAX; 0 when `p` is NULL.
 *
 * # Safety
 *
 * `p` is NUL-terminated.
 */
LWS_VISIBLE LWS_EXTERN int lws_sql_purify_len(const char *p);

/**
 * Copies a text with escapes, to stand between quotes in JSON.
 *
 * Control characters, `"` and `\` are escaped. UTF-8 stays as it is; a byte that is not UTF-8
 * becomes `\u00` and its two digits, so that the result is always valid.
 *
 * What does not fit is left out, neither an escape nor a character is cut, and the copy always
 * ends in a NUL, unless `len` is 0 or less: then nothing is written. lws_json_purify_len() + 1
 * bytes are enough. `*in_used` becomes how many bytes of `string` are in the copy; `in_used` may
 * be NULL. A NULL `string` counts as "".
 *
 * # Returns
 *
 * `escaped`.
 *
 * # Safety
 *
 * `escaped` points to `len` bytes outside `string`, which is NUL-terminated or NULL.
 */
LWS_VISIBLE LWS_EXTERN
const char *lws_json_purify(char *escaped,
			    const char *string,
			    int len,
			    int *in_used);

/**
 * Tells how long lws_json_purify() makes a text.
 *
 * # Returns
 *
 * The length without the NUL, at most INT_MAX; 0 when `string` is NULL.
 *
 * # Safety
 *
 * `string` is NUL-terminated or NULL.
 */
LWS_VISIBLE LWS_EXTERN int lws_json_purify_len(const char *string);

/**
 * Replaces what a file's name should not hold by underscores: `..`, `:`, `\`, `$` and `%`.
 *
 * It is for a name, not for a path: `/` stays.
 *
 * # Safety
 *
 * `filename` is a NUL-terminated text that may be written to.
 */
LWS_VISIBLE LWS_EXTERN void lws_filename_purify_inplace(char *filename);

/**
 * Makes some bytes all that is in a file. A file that was not there before can be read and written
 * by its owner only.
 *
 * # Returns
 *
 * 0, or 1 when the file cannot be written or an argument is NULL.
 *
 * # Safety
 *
 * `filename` is NUL-terminated, `buf` points to `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN int lws_plat_write_file(const char *filename, void *buf, size_t len);

/**
 * Reads from the start of a file until the buffer is full or the file ends. No NUL is added.
 *
 * # Returns
 *
 * How many bytes were read, or -1 when the file cannot be read or an argument is NULL.
 *
 * # Safety
 *
 * `filename` is NUL-terminated, `buf` points to `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN int lws_plat_read_file(const char *filename, void *buf, size_t len);

/**
 * Writes a certificate or key to a file that is open, where it is written to next, and goes to the
 * file's beginning then. `vhost` and `is_key` say what it is for and are not looked at. Any thread.
 *
 * # Returns
 *
 * 0; or 1 when `fd` cannot be written to, or `buf` is NULL and `len` is not 0.
 *
 * # Safety
 *
 * `buf` points to `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
int lws_plat_write_cert(struct lws_vhost *vhost,
			int is_key,
			int fd,
			void *buf,
			size_t len);

/**
 * How long an RSA key should be that is made on this machine. Any thread.
 *
 * # Returns
 *
 * 4096 bits.
 */
LWS_VISIBLE LWS_EXTERN int lws_plat_recommended_rsa_bits(void);

#endif
