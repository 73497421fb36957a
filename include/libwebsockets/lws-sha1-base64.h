/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_SHA1_BASE64_H)
#define LWS_SHA1_BASE64_H

struct lws_b64state;

/** Where lws_b64_decode_stateful() is. Its members are the library's. */
struct lws_b64state {
	/** The digits of a group that is not whole yet. */
	unsigned char quad[4];
	/** Bytes that were written. */
	size_t done;
	/** Digits in `quad`. */
	size_t len;
	/** Not used. */
	int i;
	/** Not used. */
	int c;
};

/**
 * The SHA-1 digest of `n` bytes. It serves handshakes of WebSocket; nothing is safe by it.
 *
 * # Returns
 *
 * `md`; NULL when it, or `d` with `n` not 0, is NULL.
 *
 * # Safety
 *
 * `d` points to `n` bytes, `md` to 20.
 */
LWS_VISIBLE LWS_EXTERN unsigned char *lws_SHA1(const unsigned char *d, size_t n, unsigned char *md);

/**
 * Encodes bytes as base64, padded, with a NUL at the end: four characters for three bytes.
 *
 * # Returns
 *
 * The length of the text; -1, and nothing is written, when it does not fit with its NUL, or an
 * argument is NULL or below 0.
 *
 * # Safety
 *
 * `in` points to `in_len` bytes, `out` to `out_size` others.
 */
LWS_VISIBLE LWS_EXTERN
int lws_b64_encode_string(const char *in,
			  int in_len,
			  char *out,
			  int out_size);

/**
 * As lws_b64_encode_string(), in the alphabet of URLs: `-` and `_` for `+` and `/`.
 *
 * # Returns
 *
 * As lws_b64_encode_string().
 *
 * # Safety
 *
 * As lws_b64_encode_string().
 */
LWS_VISIBLE LWS_EXTERN
int lws_b64_encode_string_url(const char *in,
			      int in_len,
			      char *out,
			      int out_size);

/**
 * Decodes a text of base64, in either alphabet, padded or not; what is no digit is passed over. A
 * NUL is written behind the bytes, whatever these are.
 *
 * # Returns
 *
 * How many bytes were written, without the NUL. Where not all fit, that is as many whole groups of
 * three as do, and a log line says so. -1 when an argument is NULL or `out_size` is not above 0.
 *
 * # Safety
 *
 * `in` is NUL-terminated, `out` points to `out_size` bytes outside it.
 */
LWS_VISIBLE LWS_EXTERN int lws_b64_decode_string(const char *in, char *out, int out_size);

/**
 * As lws_b64_decode_string(), of `in_len` characters, or less where a NUL comes before; with an
 * `in_len` below 0 that NUL alone ends the text.
 *
 * # Returns
 *
 * As lws_b64_decode_string().
 *
 * # Safety
 *
 * `in` points to `in_len` characters or to a NUL-terminated text, `out` to `out_size` bytes outside
 * it.
 */
LWS_VISIBLE LWS_EXTERN
int lws_b64_decode_string_len(const char *in,
			      int in_len,
			      char *out,
			      int out_size);

/**
 * Begins a text for lws_b64_decode_stateful().
 *
 * # Safety
 *
 * `state` is NULL or has room for one.
 */
LWS_VISIBLE LWS_EXTERN void lws_b64_decode_state_init(struct lws_b64state *state);

/**
 * Decodes the next piece of a text of base64, as lws_b64_decode_string() does, without a NUL. It
 * ends where the piece does, or where less than three bytes of room are left: `*in_len` tells then
 * how many characters were used and `*out_size` how many bytes were written. `final` says that the
 * end of the piece is the end of the text.
 *
 * # Returns
 *
 * 0; -1 when an argument is NULL, or `s` was not made by lws_b64_decode_state_init().
 *
 * # Safety
 *
 * `s`, `in_len` and `out_size` are valid; `in` points to `*in_len` characters, `out` to `*out_size`
 * bytes outside.
 */
LWS_VISIBLE LWS_EXTERN
int lws_b64_decode_stateful(struct lws_b64state *s,
			    const char *in,
			    size_t *in_len,
			    uint8_t *out,
			    size_t *out_size,
			    int final);

#endif
