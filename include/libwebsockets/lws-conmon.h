/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_CONMON_H)
#define LWS_CONMON_H

struct lws_conmon;
struct lws_conmon_http;
union lws_conmon_pcol_specific;

struct addrinfo;

/** What came of looking the peer's name up. */
enum lws_conmon_dns_disposition {
	/** Nothing was looked up, or it is not over. */
	LWSCONMON_DNS_NONE = 0,
	/** The name has addresses. */
	LWSCONMON_DNS_OK = 1,
	/** No server could tell. */
	LWSCONMON_DNS_SERVER_UNREACHABLE = 2,
	/** The name has no address. */
	LWSCONMON_DNS_NO_RESULT = 3,
};

/** What `protocol_specific` of a `struct lws_conmon` has. */
enum lws_conmon_pcol {
	/** Nothing. */
	LWSCONMON_PCOL_NONE = 0,
	/** `http`. */
	LWSCONMON_PCOL_HTTP = 1,
};

/** Of an HTTP connection. */
struct lws_conmon_http {
	/** The status of the first response. */
	int response;
};

/** What depends on the protocol. */
union lws_conmon_pcol_specific {
	/** With `pcol` LWSCONMON_PCOL_HTTP. */
	struct lws_conmon_http http;
};

/** How long something took, microseconds; 0: it did not happen. */
typedef uint32_t lws_conmon_interval_us_t;

/** What was measured while a client connection came about. Times are cut to 32 bits. */
struct lws_conmon {
	/** The peer, or the one that was tried last; of family 0 where none was. */
	union lws_sockaddr46 peer46;
	/** Of HTTP, where `pcol` says so. */
	union lws_conmon_pcol_specific protocol_specific;
	/**
	 * All addresses that the peer's name had, each once, in the order in which they came; NULL where
	 * the connection was not opened with LCCSCF_CONMON.
	 */
	struct addrinfo *dns_results_copy;
	/**
	 * How long it took until there were addresses to try, or none. 0 where the address was numeric.
	 */
	lws_conmon_interval_us_t ciu_dns;
	/**
	 * From connect() to its success, of the attempt that became the connection; where none did, to
	 * the end of the one that ended last.
	 */
	lws_conmon_interval_us_t ciu_sockconn;
	/** The TLS handshake, to its success or failure. */
	lws_conmon_interval_us_t ciu_tls;
	/** From the request to the beginning of its response. */
	lws_conmon_interval_us_t ciu_txn_resp;
	/** What `protocol_specific` has: an `enum lws_conmon_pcol`. */
	enum lws_conmon_pcol pcol;
	/** What came of looking the name up: an `enum lws_conmon_dns_disposition`. */
	enum lws_conmon_dns_disposition dns_disposition;
};

/**
 * Copies what was measured while a connection came about to `dest`. The addresses in it, if there
 * are any, are the caller's from then on: a second call gives the figures without them. To be called
 * at any time from lws_client_connect_via_info() on until LWS_CALLBACK_WSI_DESTROY, for example in
 * LWS_CALLBACK_CLIENT_CONNECTION_ERROR; only on the thread that services the context.
 *
 * `dest` has to be given to lws_conmon_release() in the end. Of a connection that the program did not
 * open only the peer is known.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection; `dest` is NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN
void lws_conmon_wsi_take(struct lws *wsi,
			 struct lws_conmon *dest);

/**
 * Frees the addresses that lws_conmon_wsi_take() gave, and sets `dns_results_copy` to NULL. May be
 * called again, with NULL, and when the context is gone.
 *
 * # Safety
 *
 * `conmon` is NULL, or was filled by lws_conmon_wsi_take() or with zeroes.
 */
LWS_VISIBLE LWS_EXTERN void lws_conmon_release(struct lws_conmon *conmon);

typedef enum lws_conmon_pcol lws_conmon_pcol_t;
typedef enum lws_conmon_dns_disposition lws_conmon_dns_disposition_t;

#endif
