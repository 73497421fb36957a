/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_DNS_H)
#define LWS_DNS_H

struct lws_dns_answer;
struct lws_dns_part;
struct lws_dns_service;
struct lws_dns_settings;
struct lws_dns_stats;

struct addrinfo;

/** There is an address at least. */
#define LWS_DNS_FOUND 0

/** The same, by an answer past its time (RFC 8767). */
#define LWS_DNS_STALE 1

/** There is no such name, or it has no address. */
#define LWS_DNS_NONE 2

/** No server could tell. */
#define LWS_DNS_FAILED 3

/** It was not asked for, or is not there yet. */
#define LWS_DNS_UNKNOWN 4

/**
 * For lws_dns_query(): the callback hears of what has come when one family is late by 50 ms, and
 * again when the rest is there; of an old answer, and again of the new one.
 */
#define LWS_DNS_WATCH (1 << 0)

/**
 * For lws_dns_query(): the records of type HTTPS (RFC 9460) are asked for too. They are not waited
 * for; who watches hears of them when they come.
 */
#define LWS_DNS_SERVICES (1 << 1)

/** One way to a service (RFC 9460). */
struct lws_dns_service {
	/** The lower the earlier; 0: the name is an alias of `target`. */
	uint16_t priority;
	/** 0 for the usual one. */
	uint16_t port;
	/** The protocols in `alpn` are all there are. */
	uint8_t no_default_alpn;
	/** Whose addresses to use; `.` for the name's own. */
	const char *target;
	/**
	 * Protocols by their ALPN identifiers, with commas between them; a comma within one has a
	 * backslash before it.
	 */
	const char *alpn;
	/** Addresses to begin with while those of `target` are not there; ports 0. */
	const union lws_sockaddr46 *hints;
	/** How many `hints`. */
	uint32_t n_hints;
	/** The length of `ech`, bytes. */
	uint32_t ech_len;
	/** An ECHConfigList (RFC 9849). */
	const uint8_t *ech;
};

/** What is known of one kind of records of a name. */
struct lws_dns_part {
	/** LWS_DNS_FOUND, _NONE, _FAILED or _UNKNOWN. */
	int32_t status;
	/** How long the server took, microseconds. */
	uint32_t took_us;
	/** How long it holds from now, microseconds; negative when its time is over. */
	lws_usec_t ttl_us;
	/** How long ago it came, microseconds. */
	lws_usec_t age_us;
	/** Who told it, with the port. The family is 0 when no server was asked. */
	union lws_sockaddr46 server;
	/** The server has validated it (DNSSEC), and resolv.conf says that it can be trusted. */
	uint8_t validated;
};

/** What became of a name. Valid during the call. */
struct lws_dns_answer {
	/** sizeof(lws_dns_answer_t), so that it can grow. */
	uint32_t size;
	/** LWS_DNS_FOUND, _STALE, _NONE or _FAILED. */
	int32_t status;
	/** The better ones first; NULL when there is none. */
	const struct addrinfo *addresses;
	/** With LWS_DNS_SERVICES: `n_services` of them. */
	const struct lws_dns_service *services;
	/** How many `services`. */
	uint32_t n_services;
	/** 1: nothing comes after it, and the query is over. */
	uint8_t last;
	/** 1: one family is still awaited. */
	uint8_t partial;
	/** IPv4 addresses. */
	struct lws_dns_part a;
	/** IPv6 addresses. */
	struct lws_dns_part aaaa;
	/** Services. */
	struct lws_dns_part https;
};

/**
 * What lws_dns_query() calls, from lws_service(), with the name in lower case. It may call anything.
 */
typedef void (*lws_dns_cb_t)(const char *name, const struct lws_dns_answer *answer, void *opaque);

/** How the resolver works. Get it, change it, set it. */
struct lws_dns_settings {
	/** sizeof(lws_dns_settings_t), so that it can grow. */
	uint32_t size;
	/**
	 * Nonzero: an answer whose time is over is given, for a day at most, while a new one is asked
	 * for (RFC 8767). 0 at first.
	 */
	uint32_t optimistic;
	/**
	 * Nonzero: the names of connections are looked up by getaddrinfo() of the C library, on threads,
	 * for those that only its modules know (mDNS, the machine's own name, directories). Queries are
	 * not. 0 at first.
	 */
	uint32_t by_system;
	/** 0. */
	uint32_t reserved;
	/** How much memory names may take that are known, bytes; 4 MiB at first. */
	uint64_t cache_bytes;
};

/** See `struct lws_dns_settings`. */
typedef struct lws_dns_settings lws_dns_settings_t;

/** Counters of the resolver. */
struct lws_dns_stats {
	/** sizeof(lws_dns_stats_t), so that it can grow. */
	uint32_t size;
	/** Names under way now. */
	uint32_t under_way;
	/** Questions for names, numbers not counted. */
	uint64_t asked;
	/** Those of them that were answered by what was known. */
	uint64_t hits;
	/** Those that joined others for the same name. */
	uint64_t shared;
	/** Names that servers had to be asked for. */
	uint64_t looked_up;
	/** Those of them that no server could tell. */
	uint64_t failed;
	/** Answers past their time that were given. */
	uint64_t stale;
	/** Packets to servers. */
	uint64_t sent;
	/** Those of them that were sent because an answer was late. */
	uint64_t hedged;
	/** Those of them over TCP. */
	uint64_t over_tcp;
	/** Answers of servers. */
	uint64_t answers;
	/** Packets that came and were no answers. */
	uint64_t dropped;
	/** Names that are known now. */
	uint64_t names;
	/** The memory for them, bytes. */
	uint64_t bytes;
	/** Names that were forgotten for want of room. */
	uint64_t evicted;
};

/** See `struct lws_dns_stats`. */
typedef struct lws_dns_stats lws_dns_stats_t;

/** Takes a piece of text that is not NUL-terminated. Nonzero: no more. */
typedef int (*lws_dns_emit_t)(const char *text, size_t len, void *user);

/** See `struct lws_dns_part`. */
typedef struct lws_dns_part lws_dns_part_t;

/** See `struct lws_dns_service`. */
typedef struct lws_dns_service lws_dns_service_t;

/** See `struct lws_dns_answer`. */
typedef struct lws_dns_answer lws_dns_answer_t;

#if defined(LWS_WITH_SYS_ASYNC_DNS)

/**
 * Looks a name up as lws_async_dns_query() does, and tells more: from whom the answer is, how long
 * it took and holds. The callback is called from lws_service(), never inside this function; once,
 * or with LWS_DNS_WATCH until an answer says that it is the last. When the context ends, those that
 * wait hear LWS_DNS_NONE. For the thread that services the context.
 *
 * # Returns
 *
 * A number for lws_dns_cancel(); 0 when an argument is NULL or not known, or the context ends: the
 * callback is not called.
 *
 * # Safety
 *
 * `context` is NULL or a live context, `name` NULL or a string.
 */
LWS_VISIBLE LWS_EXTERN
uint64_t lws_dns_query(struct lws_context *context,
		       const char *name,
		       int flags,
		       lws_dns_cb_t cb,
		       void *opaque);

/**
 * Ends a query of lws_dns_query(): its callback is not called any more. One that is over, or 0, is
 * fine. For the thread that services the context.
 *
 * # Safety
 *
 * `context` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN void lws_dns_cancel(struct lws_context *context, uint64_t query);

/**
 * Adds a server. Added servers come before those of `/etc/resolv.conf`, in the order in which they were
 * added, and stay until they are removed. For the thread that services the context.
 *
 * @param context the context
 * @param server its address; IPv6 with its scope where it needs one, and a port other than 53:
 * `192.0.2.1`, `fe80::1%eth0`, `[2001:db8::1]:5353`
 *
 * # Returns
 *
 * 0; 1 when it was added before; -1 when an argument is NULL or no such address.
 *
 * # Safety
 *
 * `context` is NULL or a live context, `server` NULL or a string.
 */
LWS_VISIBLE LWS_EXTERN
int lws_dns_server_add(struct lws_context *context,
		       const char *server);

/**
 * Has a server not asked any more, whether it was added or is in `/etc/resolv.conf`; one of the file
 * comes back when the file changes. For the thread that services the context.
 *
 * # Returns
 *
 * 0; 1 when it was not there; -1 when an argument is NULL or no address.
 *
 * # Safety
 *
 * `context` is NULL or a live context, `server` NULL or a string.
 */
LWS_VISIBLE LWS_EXTERN
int lws_dns_server_remove(struct lws_context *context,
			  const char *server);

/**
 * Forgets all names that are known, and reads `/etc/resolv.conf` and `/etc/hosts` again at the next
 * question, which happens by itself when they change. For the thread that services the context.
 *
 * # Safety
 *
 * `context` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN void lws_dns_reload(struct lws_context *context);

/**
 * Tells how the resolver works. For the thread that services the context.
 *
 * # Returns
 *
 * 0; -1 when an argument is NULL or `settings->size` is too small.
 *
 * # Safety
 *
 * The arguments are NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN
int lws_dns_get_settings(struct lws_context *context,
			 lws_dns_settings_t *settings);

/**
 * Says how the resolver shall work from now on. For the thread that services the context.
 *
 * # Returns
 *
 * 0; -1 when an argument is NULL or `settings->size` is too small.
 *
 * # Safety
 *
 * The arguments are NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN
int lws_dns_set_settings(struct lws_context *context,
			 const lws_dns_settings_t *settings);

/**
 * Tells the counters. For the thread that services the context.
 *
 * # Returns
 *
 * 0; -1 when an argument is NULL or `stats->size` is too small.
 *
 * # Safety
 *
 * The arguments are NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN int lws_dns_get_stats(struct lws_context *context, lws_dns_stats_t *stats);

/**
 * Writes servers and names that are known as JSON, in pieces. For the thread that services the
 * context.
 *
 * # Returns
 *
 * 0, or what `emit` returned to end it; -1 when an argument is NULL.
 *
 * # Safety
 *
 * `context` is NULL or a live context; `emit` may be called with `user`.
 */
LWS_VISIBLE LWS_EXTERN
int lws_dns_dump_json(struct lws_context *context,
		      lws_dns_emit_t emit,
		      void *user);

#endif /* LWS_WITH_SYS_ASYNC_DNS */

#endif
