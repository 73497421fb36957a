/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_WS_EXT_H)
#define LWS_WS_EXT_H

struct lws_extension;

struct lws_extension;

/**
 * What the library calls for an extension.
 */
typedef int lws_extension_callback_function(struct lws_context *context,
					    const struct lws_extension *ext, struct lws *wsi,
					    enum lws_extension_callback_reasons reason,
					    void *user, void *in, size_t len);

/** An extension that a vhost or a client has. An array of them ends with one without a name. */
struct lws_extension {
	/** As it is registered: "permessage-deflate". */
	const char *name;
	/** lws_extension_callback_pm_deflate(). */
	lws_extension_callback_function *callback;
	/** What a client offers, with parameters: "permessage-deflate; client_max_window_bits". */
	const char *client_offer;
};

#if defined(LWS_WITH_EXTENSIONS)

/**
 * permessage-deflate (RFC 7692), to be named in arrays of extensions. The library compresses by
 * itself for vhosts and clients that have it there, and does not call this.
 *
 * # Returns
 *
 * -1: there is nothing that a program could have done by calling it.
 *
 * # Safety
 *
 * None of the arguments is used.
 */
LWS_VISIBLE LWS_EXTERN
int lws_extension_callback_pm_deflate(struct lws_context *_context,
				      const struct lws_extension *_ext,
				      struct lws *_wsi,
				      enum lws_extension_callback_reasons _reason,
				      void *_user,
				      void *_in,
				      size_t _len);

/**
 * Changes how an extension of a connection works, from the next message on: of
 * "permessage-deflate" the options "rx_buf_size" and "tx_buf_size", the most bytes of a piece that
 * is received and of a frame that is sent, as powers of two from 7 to 16; "compression_level", 0 to
 * 9; "mem_level", which has no effect. Only for the thread that services the context.
 *
 * # Returns
 *
 * 0; -1 when the connection has no such extension, the extension no such option, the value is out of
 * range, or an argument is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection; the texts are NULL or NUL-terminated.
 */
LWS_VISIBLE LWS_EXTERN
int lws_set_extension_option(struct lws *wsi,
			     const char *ext_name,
			     const char *opt_name,
			     const char *opt_val);

#endif /* LWS_WITH_EXTENSIONS */

#endif
