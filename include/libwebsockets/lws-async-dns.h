/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_ASYNC_DNS_H)
#define LWS_ASYNC_DNS_H

struct addrinfo;

/**
 * What to ask for. Addresses of both families are asked for whichever of `LWS_ADNS_RECORD_A` and
 * `LWS_ADNS_RECORD_AAAA` is given, IPv6 ones unless IPv6 is switched off. The other two cannot be
 * had.
 */
enum dns_query_type {
	/** Addresses. */
	LWS_ADNS_RECORD_A = 1,
	/** Not to be had. */
	LWS_ADNS_RECORD_CNAME = 5,
	/** Not to be had. */
	LWS_ADNS_RECORD_MX = 15,
	/** Addresses. */
	LWS_ADNS_RECORD_AAAA = 28,
};

/** What lws_async_dns_query() returns. */
enum lws_async_dns_retcode_t {
	/** It failed, and the callback said that it has closed its connection. */
	LADNS_RET_FAILED_WSI_CLOSED = -4,
	/** Not returned: the callback hears of a name that does not exist by a NULL result. */
	LADNS_RET_NXDOMAIN = -3,
	/** Not returned: the callback hears of servers that do not answer by a NULL result. */
	LADNS_RET_TIMEDOUT = -2,
	/** There is no result. The callback has been called. */
	LADNS_RET_FAILED = -1,
	/** The callback has been called with the result. */
	LADNS_RET_FOUND = 0,
	/** The callback is called later, once. */
	LADNS_RET_CONTINUING = 1,
};

/**
 * What a query calls once, on the thread that services the context: the query's connection and
 * opaque pointer, the name as it was looked up (NULL when it is none), and the addresses, with
 * `n` 0. The result is NULL when there is none; `n` is then -1 inside lws_async_dns_query(), 0
 * later. A result is the callback's, which gives it back by lws_async_dns_freeaddrinfo(). The name
 * is valid during the call.
 *
 * The callback may call anything: ask again, close its connection, end the context. It returns
 * `wsi`, or NULL when it has closed it.
 */
typedef struct lws *(*lws_async_dns_cb_t)(struct lws *wsi,
					  const char *ads,
					  const struct addrinfo *result,
					  int n,
					  void *opaque);

typedef enum lws_async_dns_retcode_t lws_async_dns_retcode_t;

#if defined(LWS_WITH_SYS_ASYNC_DNS)

/**
 * Looks a name up, and calls `cb` once: at once when the answer is known, as of numbers, names in
 * `/etc/hosts` and names looked up before, or later from lws_service(). All who ask for a name that
 * is under way get the same answer. For the thread that services the context.
 *
 * The name is at most 253 characters long, in any case; one with fewer dots than `ndots` of
 * `/etc/resolv.conf` is looked up in the search domains too, unless it ends with a dot. A look-up
 * that no server answers fails after `timeout` times `attempts` of that file, 10 seconds unless it
 * says something else. The result has addresses of both families, the better ones first: what has
 * come 50 ms after the first of them.
 *
 * A query for a connection ends without a call when the connection closes. Those of no connection
 * that still wait when the context ends are called with a NULL result then.
 *
 * @param context the context
 * @param tsi 0
 * @param name what to look up
 * @param qtype LWS_ADNS_RECORD_A or LWS_ADNS_RECORD_AAAA, which is the same
 * @param cb what is called
 * @param wsi the connection it is for, which has no other query under way, or NULL
 * @param opaque for the callback
 *
 * # Returns
 *
 * LADNS_RET_FOUND: called with addresses. LADNS_RET_FAILED: called without, or an argument is NULL,
 * or `qtype` is none of the two, and it is not called. LADNS_RET_FAILED_WSI_CLOSED: called, and it
 * returned NULL for its connection. LADNS_RET_CONTINUING: it will be called.
 *
 * # Safety
 *
 * `context` is a live context, `name` a string, `wsi` NULL or a live connection of the context.
 */
LWS_VISIBLE LWS_EXTERN
enum lws_async_dns_retcode_t lws_async_dns_query(struct lws_context *context,
						 int tsi,
						 const char *name,
						 enum dns_query_type qtype,
						 lws_async_dns_cb_t cb,
						 struct lws *wsi,
						 void *opaque);

/**
 * Gives a result of lws_async_dns_query() back and sets `*ai` to NULL. Each result is given back
 * once; it is valid until then, also when the context ends before. For the thread that services the
 * context.
 *
 * # Safety
 *
 * `ai` is NULL, or points to NULL or to a result.
 */
LWS_VISIBLE LWS_EXTERN void lws_async_dns_freeaddrinfo(const struct addrinfo **ai);

#endif /* LWS_WITH_SYS_ASYNC_DNS */

typedef enum dns_query_type adns_query_type_t;

#endif
