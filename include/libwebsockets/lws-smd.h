/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_SMD_H)
#define LWS_SMD_H

struct lws_smd_peer;

/** Something the user did. */
#define LWSSMDCL_INTERACTION (1 << 0)

/** The system or a state manager changed its state. */
#define LWSSMDCL_SYSTEM_STATE (1 << 1)

/** Something happened to the network. */
#define LWSSMDCL_NETWORK (1 << 2)

/** Measurements. */
#define LWSSMDCL_METRICS (1 << 3)

/** The number of the first bit for classes of the program's own. */
#define LWSSMDCL_USER_BASE_BITNUM 24

/** The longest payload, bytes. */
#define LWS_SMD_MAX_PAYLOAD 384

/** The size of a class, bytes. */
#define LWS_SMD_CLASS_BITFIELD_BYTES 4

/** What stands before a message in a Secure Streams payload, bytes. */
#define LWS_SMD_SS_RX_HEADER_LEN 16

/** For lws_smd_register(): the participant is a proxied stream. Means nothing. */
#define LWSSMDREG_FLAG_PROXIED_SS (1 << 0)

/** One registration. The pointer stands for it and is never followed. */
struct lws_smd_peer;

/** A set of message classes: one bit each. Bits 24 to 31 are the program's own. */
typedef uint32_t lws_smd_class_t;

/**
 * What a participant is called with, on the thread that services the context: its opaque pointer,
 * the message's classes, when the message was made (microseconds of CLOCK_MONOTONIC), and the
 * payload with its length in bytes. Behind the payload there is a NUL that `len` does not count.
 * The payload is the library's: other participants see the same one. The return value means
 * nothing.
 *
 * The callback may call anything: send, register, unregister itself or another, end the context.
 */
typedef int (*lws_smd_notification_cb_t)(void *opaque,
					 lws_smd_class_t _class,
					 lws_usec_t timestamp,
					 void *buf,
					 size_t len);

#if defined(LWS_WITH_SYS_SMD)

/**
 * Makes a message that the caller fills in and sends. It is stamped with the time of this call.
 * Any thread.
 *
 * # Returns
 *
 * The payload: `len` bytes, content undefined, with a NUL behind. Give it to lws_smd_msg_send() or
 * lws_smd_msg_free(). NULL when no participant hears any of the classes, when `len` is above
 * LWS_SMD_MAX_PAYLOAD, when there is no memory, or when `ctx` is NULL.
 *
 * # Safety
 *
 * `ctx` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN
void *lws_smd_msg_alloc(struct lws_context *ctx,
			lws_smd_class_t _class,
			size_t len);

/**
 * Frees a message of lws_smd_msg_alloc() that was not sent, and sets `*payload` to NULL. Any
 * thread.
 *
 * # Safety
 *
 * `payload` is NULL or points to NULL or to such a message's payload.
 */
LWS_VISIBLE LWS_EXTERN void lws_smd_msg_free(void **payload);

/**
 * Sends a message. Its participants hear it later, from lws_service(), never from inside this
 * call, in the order in which each thread sent. Any thread.
 *
 * # Returns
 *
 * 0: the message is the library's now, also when nobody hears it any more. 1: as many messages
 * wait as the context allows (`smd_queue_depth`), or an argument is NULL; the message is still the
 * caller's, who tries again later or frees it.
 *
 * # Safety
 *
 * `ctx` is a live context, `payload` came from lws_smd_msg_alloc() with it.
 */
LWS_VISIBLE LWS_EXTERN int lws_smd_msg_send(struct lws_context *ctx, void *payload);

/**
 * Formats a message as printf() does and sends it; see lws_smd_msg_send(). When no participant
 * hears any of the classes, nothing is formatted. Any thread.
 *
 * # Returns
 *
 * 0: sent, or nobody wants it. 1: the text is longer than LWS_SMD_MAX_PAYLOAD, or as many
 * messages wait as the context allows, or there is no memory, or an argument is NULL; nothing
 * was sent.
 */
LWS_VISIBLE LWS_EXTERN
int lws_smd_msg_printf(struct lws_context *ctx,
		       lws_smd_class_t _class,
		       const char *format,
		       ...) LWS_FORMAT(3);

/**
 * Writes a message in the form it has as payload of a Secure Stream of type `_lws_smd`: a
 * header of LWS_SMD_SS_RX_HEADER_LEN bytes, then the text, formatted as printf() does. `tag`
 * names the stream, for logs. `*len` is the space in `buf`; it has to hold a NUL behind the
 * text, too.
 *
 * # Returns
 *
 * 0, and in `*len` the bytes of header and text. 1 when it does not fit, the text is longer
 * than LWS_SMD_MAX_PAYLOAD, or an argument is NULL; what `buf` holds then is undefined.
 */
LWS_VISIBLE LWS_EXTERN
int lws_smd_ss_msg_printf(const char *tag,
			  uint8_t *buf,
			  size_t *len,
			  lws_smd_class_t _class,
			  const char *format,
			  ...) LWS_FORMAT(5);

/**
 * Registers a participant for the classes in `_class_filter`. It hears messages that are sent
 * from now on, in lws_service(), after the participants that registered before it. The same
 * callback may register any number of times. Any thread; also inside callbacks.
 *
 * # Returns
 *
 * What lws_smd_unregister() takes, or NULL when an argument is NULL or the context is ending.
 *
 * # Safety
 *
 * `ctx` is a live context; `cb` may be called with `opaque` until it is unregistered.
 */
LWS_VISIBLE LWS_EXTERN
struct lws_smd_peer *lws_smd_register(struct lws_context *ctx,
				      void *opaque,
				      int _flags,
				      lws_smd_class_t _class_filter,
				      lws_smd_notification_cb_t cb);

/**
 * Ends a registration. When this returns, its callback is not running and never will again; when
 * called by that callback itself, never again after it returns. Messages that wait for nobody else
 * are freed. Any thread; also inside callbacks.
 *
 * On another thread than the one that services the context this waits for the callback if it is
 * running: do not hold a lock that the callback takes. Where two callbacks of two contexts end each
 * other's registrations at the same time, one of the calls returns while the other callback still
 * runs, with an error in the log; that callback is not called again.
 *
 * A registration that ended before, or whose context is gone, is recognised and logged.
 *
 * # Safety
 *
 * None: `pr` is not followed.
 */
LWS_VISIBLE LWS_EXTERN void lws_smd_unregister(struct lws_smd_peer *pr);

#endif /* LWS_WITH_SYS_SMD */

#endif
