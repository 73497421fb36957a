/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_X509_H)
#define LWS_X509_H

struct lws_tls_cert_info_ns;
union lws_tls_cert_info_results;

/** What can be asked about a certificate. */
enum lws_tls_cert_info {
	/** `time`: from when it is valid. */
	LWS_TLS_CERT_INFO_VALIDITY_FROM = 0,
	/** `time`: until when it is valid. */
	LWS_TLS_CERT_INFO_VALIDITY_TO = 1,
	/** `ns`: the common name of its subject, as far as it fits. */
	LWS_TLS_CERT_INFO_COMMON_NAME = 2,
	/** `ns`: the name of its issuer, as `/CN=name`, as far as it fits. */
	LWS_TLS_CERT_INFO_ISSUER_NAME = 3,
	/** `usage`: what its key may be used for, the bits of OpenSSL's X509_get_key_usage(). */
	LWS_TLS_CERT_INFO_USAGE = 4,
	/** `verified`: whether nothing is wrong with the peer's certificate. */
	LWS_TLS_CERT_INFO_VERIFIED = 5,
	/** `ns`: its public key, in DER. */
	LWS_TLS_CERT_INFO_OPAQUE_PUBLIC_KEY = 6,
	/** `ns`: all of it, in DER. */
	LWS_TLS_CERT_INFO_DER_RAW = 7,
	/** `ns`: the identifier of the key that signed it. */
	LWS_TLS_CERT_INFO_AUTHORITY_KEY_ID = 8,
	/** `ns`: the issuer of the certificate with the key that signed it. */
	LWS_TLS_CERT_INFO_AUTHORITY_KEY_ID_ISSUER = 9,
	/** `ns`: the serial number of the certificate with the key that signed it. */
	LWS_TLS_CERT_INFO_AUTHORITY_KEY_ID_SERIAL = 10,
	/** `ns`: the identifier of its own key. */
	LWS_TLS_CERT_INFO_SUBJECT_KEY_ID = 11,
};

/** Bytes about a certificate. A program may have more room after `name` than that. */
struct lws_tls_cert_info_ns {
	/** How many bytes there are. */
	int len;
	/** The bytes, and a NUL where there is room. */
	char name[64];
};

/** What is known of a certificate: which member holds it depends on what was asked. */
union lws_tls_cert_info_results {
	/** 1 or 0. */
	unsigned int verified;
	/** Seconds since 1970, UTC. */
	time_t time;
	/** Bits. */
	unsigned int usage;
	/** Bytes. */
	struct lws_tls_cert_info_ns ns;
};

#if defined(LWS_WITH_TLS)

/**
 * Tells something of the certificate of a connection's peer. Only for the thread that services the
 * context.
 *
 * # Returns
 *
 * 0, and what was asked for is in `buf`. 1: the certificate does not say. -1: there is no
 * certificate, `type` is none of the enum, or what it says does not fit; then `buf->ns.len` says how
 * long it is, 0 for none.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection; `buf` is NULL or has room for `len` bytes at `buf->ns.name`.
 */
LWS_VISIBLE LWS_EXTERN
int lws_tls_peer_cert_info(struct lws *wsi,
			   enum lws_tls_cert_info type,
			   union lws_tls_cert_info_results *buf,
			   size_t len);

/**
 * Tells something of a vhost's own certificate. Only for the thread that services the context.
 *
 * # Returns
 *
 * As lws_tls_peer_cert_info(); LWS_TLS_CERT_INFO_VERIFIED is -1.
 *
 * # Safety
 *
 * `vhost` is NULL or a live vhost; `buf` is NULL or has room for `len` bytes at `buf->ns.name`.
 */
LWS_VISIBLE LWS_EXTERN
int lws_tls_vhost_cert_info(struct lws_vhost *vhost,
			    enum lws_tls_cert_info type,
			    union lws_tls_cert_info_results *buf,
			    size_t len);

/**
 * Gives every vhost that was made with the certificate `certpath` and the key `keypath` what is
 * there now: connections that are accepted from now on have it. With `mem_cert` and `mem_privkey`
 * that is taken instead of the files; they are copied. A vhost for which the new ones are no good
 * keeps those that it has. Only for the thread that services the context.
 *
 * # Returns
 *
 * 0, also when no vhost uses them; 1: they are no good for one of the vhosts, which a log line
 * explains, or an argument is NULL.
 *
 * # Safety
 *
 * `context` is NULL or live; the paths are NULL or NUL-terminated; each memory is NULL or as long as
 * stated.
 */
LWS_VISIBLE LWS_EXTERN
int lws_tls_cert_updated(struct lws_context *context,
			 const char *certpath,
			 const char *keypath,
			 const char *mem_cert,
			 size_t len_mem_cert,
			 const char *mem_privkey,
			 size_t len_mem_privkey);

#endif /* LWS_WITH_TLS */

#endif
