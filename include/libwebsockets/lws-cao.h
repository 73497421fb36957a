/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_CAO_H)
#define LWS_CAO_H

struct lws_cao;
struct lws_cao_info;
struct lws_cao_score;
struct lws_cao_settings;
struct lws_cao_stats;

/** What a score is about. */
enum lws_cao_levels {
	/** An address and port. */
	LWS_CAO_ENDPOINT = 0,
	/** The /24 or /48 that a destination is in. */
	LWS_CAO_DESTINATION = 1,
	/** The prefix that a source address is in. */
	LWS_CAO_SOURCE = 2,
	/** A gateway. */
	LWS_CAO_GATEWAY = 3,
	/** A DNS server, by the addresses it gave. */
	LWS_CAO_DNS_SERVER = 4,
	/** All of IPv4 or IPv6 in a network. */
	LWS_CAO_FAMILY = 5,
};

/** How an attempt ended. */
enum lws_cao_outcomes {
	/** It is under way. */
	LWS_CAO_PENDING = 0,
	/** The peer accepted. */
	LWS_CAO_CONNECTED = 1,
	/** The peer refused (ECONNREFUSED). */
	LWS_CAO_REFUSED = 2,
	/** This host has no way there, or no address to come from. Nothing was sent. */
	LWS_CAO_NO_ROUTE = 3,
	/** A router said that there is no way. */
	LWS_CAO_UNREACHABLE = 4,
	/** No answer came in time. */
	LWS_CAO_TIMED_OUT = 5,
	/** The peer reset it (ECONNRESET). */
	LWS_CAO_RESET = 6,
	/** The TLS handshake failed, or did not end in time. */
	LWS_CAO_TLS_FAILED = 7,
	/** Another attempt won, and this one was given up without an answer. */
	LWS_CAO_LOST_RACE = 8,
	/** The program ended it. */
	LWS_CAO_CANCELLED = 9,
	/** Routing says that its packets cannot leave any more. */
	LWS_CAO_ROUTE_GONE = 10,
	/** Another error of the system. */
	LWS_CAO_FAILED = 11,
};

/**
 * An attempt to connect, of the library's or of the program's own. Only pointers to it are used.
 */
struct lws_cao;

/** How races go. */
struct lws_cao_settings {
	/** sizeof(lws_cao_settings_t), so that it can grow. */
	uint32_t size;
	/** How many attempts are under way at most: 1 to 64. Default 8. */
	uint32_t in_flight;
	/**
	 * How long after an attempt the next begins where nothing is known, microseconds: 10000 to
	 * 2000000. Default 250000.
	 */
	uint32_t delay_us;
	/** The least that follows from what is known, within the same bounds. Default 100000. */
	uint32_t min_delay_us;
	/** The longest. Default 2000000. */
	uint32_t max_delay_us;
	/** How long addresses wait for those of the preferred family. Default 50000. */
	uint32_t resolution_us;
	/**
	 * How long a loser may go on after the race, so that it is known what becomes of it; 0: not at
	 * all. Default 2000000.
	 */
	uint32_t fallout_us;
	/**
	 * 1: an SMD message of class NETWORK tells of each race that ends, as
	 * {"type":"race","race":7,"won":"192.0.2.1:80","tried":2,"us":251000}; `won` is null where no
	 * attempt succeeded. Default 0.
	 */
	uint32_t announce;
};

/** See `struct lws_cao_settings`. */
typedef struct lws_cao_settings lws_cao_settings_t;

/** See `struct lws_cao`. */
typedef struct lws_cao lws_cao_t;

/** What is known of an attempt. Zero it and set `size` before it is filled in. */
struct lws_cao_info {
	/** sizeof(lws_cao_info_t), so that it can grow. */
	uint32_t size;
	/** An `enum lws_cao_outcomes`. */
	uint8_t outcome;
	/** 1: it became the connection. */
	uint8_t won;
	/** 0. */
	uint16_t reserved;
	/** Counts the attempts of a context, from 1. */
	uint64_t id;
	/** Counts its races, from 1. All attempts for one connection have the same. */
	uint64_t race;
	/** Where to. */
	union lws_sockaddr46 dest;
	/** Where from; of family 0: not known. Its port means nothing. */
	union lws_sockaddr46 source;
	/** Of family 0: the destination is on the link, or it is not known. */
	union lws_sockaddr46 gateway;
	/** The DNS server that gave the address; of family 0: not known. */
	union lws_sockaddr46 dns_server;
	/** The interface by number, 0: not known. */
	int32_t ifindex;
	/** The errno, 0 for none. */
	int32_t error;
	/** When it began, as lws_now_usecs() counts. */
	lws_usec_t started;
	/** How long it took until it ended, its TLS handshake included, microseconds. */
	uint32_t took_us;
	/**
	 * The round trip of the handshake as the kernel measured it, microseconds; 0: not measured.
	 */
	uint32_t rtt_us;
	/** Its variation, microseconds. */
	uint32_t rttvar_us;
	/** How many segments were sent again. */
	uint32_t retransmits;
	/**
	 * The network it went through: the same number for the same interface name, gateway and source
	 * prefix. 0: not known.
	 */
	uint64_t network;
	/** Whose history it belongs to: see lws_cao_set_partition(). */
	uint64_t partition;
	/** How much of took_us was the TLS handshake, 0: there was none. */
	uint32_t tls_us;
	/** 0. */
	uint32_t reserved2;
};

/** See `struct lws_cao_info`. */
typedef struct lws_cao_info lws_cao_info_t;

/**
 * What lws_cao_foreach() calls for each attempt, which stays as it is during the call. Nonzero ends
 * the walk.
 */
typedef int (*lws_cao_visit_cb)(const lws_cao_t *cao, void *user);

/** What attempts have shown of an endpoint, network, source, gateway, server or family. */
struct lws_cao_score {
	/** sizeof(lws_cao_score_t), so that it can grow. */
	uint32_t size;
	/** How often it failed since it last succeeded. */
	uint32_t fails;
	/** How many succeeded, thousandths: what is long ago counts less. */
	uint32_t ok_milli;
	/** How many failed, likewise. */
	uint32_t fail_milli;
	/** Smoothed time of a handshake, microseconds; 0: none has succeeded. */
	uint32_t srtt_us;
	/** Its variation, microseconds. */
	uint32_t rttvar_us;
	/** About 95 of 100 were quicker than this, microseconds. */
	uint32_t p95_us;
	/** An `enum lws_cao_outcomes`: how the last one ended. */
	uint32_t last;
	/** How long it will not be tried beside others, microseconds. */
	lws_usec_t penalty_us;
	/**
	 * About 95 of 100 TLS handshakes were quicker than this, microseconds; 0: none has succeeded.
	 */
	uint32_t tls_p95_us;
	/** 0. */
	uint32_t reserved;
};

/** See `struct lws_cao_score`. */
typedef struct lws_cao_score lws_cao_score_t;

/** What has happened since the context was made. */
struct lws_cao_stats {
	/** sizeof(lws_cao_stats_t), so that it can grow. */
	uint32_t size;
	/** Attempts under way, losers included. */
	uint32_t under_way;
	/** Races that ended. */
	uint64_t races;
	/** Those with a connection. */
	uint64_t won;
	/** Those in which every address failed. */
	uint64_t lost;
	/** Attempts that began. */
	uint64_t attempts;
	/** How many endpoints, networks, sources, gateways, servers and families are known. */
	uint64_t aggregates;
	/** How many of them were forgotten because there were too many. */
	uint64_t evicted;
};

/** See `struct lws_cao_stats`. */
typedef struct lws_cao_stats lws_cao_stats_t;

#if defined(LWS_WITH_CAO)

/**
 * Tells how races go. For the thread that services the context.
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
int lws_cao_get_settings(struct lws_context *context,
			 lws_cao_settings_t *settings);

/**
 * Sets how races go that begin from now on. For the thread that services the context.
 *
 * # Returns
 *
 * 0; -1 when an argument is NULL or out of its bounds: nothing is changed then.
 *
 * # Safety
 *
 * The arguments are NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN
int lws_cao_set_settings(struct lws_context *context,
			 const lws_cao_settings_t *settings);

/**
 * Takes the policy table of RFC 6724, by which addresses are sorted, from a file like /etc/gai.conf
 * (gai.conf(5): lines `label PREFIX VALUE` and `precedence PREFIX VALUE`), instead of that one. Without
 * such lines the labels are the kernel's (ip-addrlabel(8)), the precedences those of the RFC. It is
 * read again when links or addresses change. For the thread that services the context.
 *
 * `path`: NULL for /etc/gai.conf, as it is at first.
 *
 * # Returns
 *
 * How many lines of the file count, 0 with NULL; -1 when it cannot be read, which is logged and
 * changes nothing, or `context` is NULL.
 *
 * # Safety
 *
 * The arguments are NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN
int lws_cao_set_policy(struct lws_context *context,
		       const char *path);

/**
 * Writes all that attempts have shown as JSON: see lws_cao_load_json(). There are addresses of
 * destinations in it, no names and no host part of the host's own addresses.
 *
 * # Returns
 *
 * The length of the text without its NUL, as snprintf(): it was cut off where that is not less than
 * `size`. -1 when `context` is NULL, or `buf` is NULL and `size` is not 0.
 *
 * # Safety
 *
 * `context` is NULL or live; `buf` is NULL or has room for `size` bytes.
 */
LWS_VISIBLE LWS_EXTERN int lws_cao_dump_json(struct lws_context *context, char *buf, size_t size);

/**
 * Takes in what lws_cao_dump_json() wrote, also in another process. What is known already stays. A
 * text that is damaged, or none of that kind, is refused whole.
 *
 * # Returns
 *
 * How many aggregates were taken; -1 when it was refused, which is logged, or an argument is NULL.
 *
 * # Safety
 *
 * `context` is NULL or live; `text` is NULL or has `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
int lws_cao_load_json(struct lws_context *context,
		      const char *text,
		      size_t len);

/**
 * Writes what lws_cao_dump_json() writes to a file, which is replaced at once: whenever the process
 * is killed, the file is the old one or the new one. Only its owner may read it.
 *
 * # Returns
 *
 * 0; -1 when it could not be written, which is logged, or an argument is NULL.
 *
 * # Safety
 *
 * The arguments are NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN int lws_cao_save_file(struct lws_context *context, const char *path);

/**
 * As lws_cao_load_json(), of a file. It is not changed, whatever is in it.
 *
 * # Returns
 *
 * How many aggregates were taken; -1 when it could not be read or was refused, which is logged, or an
 * argument is NULL.
 *
 * # Safety
 *
 * The arguments are NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN
int lws_cao_load_file(struct lws_context *context,
		      const char *path);

/**
 * The attempt that became a connection; while it connects, or where it failed, the first one that
 * ended. What has been tried besides follows it: see lws_cao_next().
 *
 * # Returns
 *
 * NULL if there is none, as for connections that the program did not open. It is the connection's,
 * and stays as long as that or the history has it.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN const lws_cao_t *lws_wsi_cao(struct lws *wsi);

/**
 * The attempt for a connection that comes after `cao`.
 *
 * # Returns
 *
 * NULL after the last, and if `cao` is none of the connection's.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection; `cao` may be any pointer.
 */
LWS_VISIBLE LWS_EXTERN const lws_cao_t *lws_cao_next(struct lws *wsi, const lws_cao_t *cao);

/**
 * Tells what is known of an attempt.
 *
 * # Returns
 *
 * 0; -1 when an argument is NULL or `info->size` is too small.
 *
 * # Safety
 *
 * The arguments are NULL or valid: `cao` is one that a connection, the history or the program has.
 */
LWS_VISIBLE LWS_EXTERN int lws_cao_get_info(const lws_cao_t *cao, lws_cao_info_t *info);

/**
 * Takes what an attempt of the program's own has shown into the history, and makes an object of it.
 * `info` has at least the destination and the outcome; what it leaves out of the source, the gateway
 * and the interface is as routing has it now.
 *
 * # Returns
 *
 * An object that stays until lws_cao_destroy() or the end of the context; NULL when an argument is
 * NULL or makes no sense.
 *
 * # Safety
 *
 * The arguments are NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN
const lws_cao_t *lws_cao_create(struct lws_context *context,
				const lws_cao_info_t *info);

/**
 * Gives up an object of lws_cao_create(), and sets the pointer to NULL. What it has shown stays in
 * the history.
 *
 * # Safety
 *
 * The arguments are NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN void lws_cao_destroy(struct lws_context *context, const lws_cao_t **cao);

/**
 * As lws_cao_destroy(), if nothing but the program has it any more.
 *
 * # Returns
 *
 * 1: it is gone; 0: the history has it still.
 *
 * # Safety
 *
 * The arguments are NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN
int lws_cao_destroy_if_unreferenced(struct lws_context *context,
				    const lws_cao_t **cao);

/**
 * Forgets the attempts of a connection. What they have shown stays in the history.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN void lws_cao_remove_all(struct lws *wsi);

/**
 * Calls `visit` for the last attempts, the oldest first, as far as they are like `like`: members of
 * that which are not 0 or of family 0 have to be equal (dest, source, gateway, dns_server, ifindex,
 * race, network; a destination with port 0 is like those with any). NULL: for all. For the thread
 * that services the context.
 *
 * # Returns
 *
 * How many it was called for; -1 when an argument is NULL or makes no sense.
 *
 * # Safety
 *
 * The arguments are NULL or valid; `visit` may be called with `user`.
 */
LWS_VISIBLE LWS_EXTERN
int lws_cao_foreach(struct lws_context *context,
		    const lws_cao_info_t *like,
		    lws_cao_visit_cb visit,
		    void *user);

/**
 * Tells what attempts have shown of what a path goes through. `level` is an `enum lws_cao_levels`;
 * of `path` the destination is needed, the rest is as routing has it now where it is left out.
 *
 * # Returns
 *
 * 0; 1 when nothing is known; -1 when an argument is NULL or makes no sense.
 *
 * # Safety
 *
 * The arguments are NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN
int lws_cao_get_score(struct lws_context *context,
		      unsigned int level,
		      const lws_cao_info_t *path,
		      lws_cao_score_t *score);

/**
 * Puts addresses in the order in which a race would try them now: RFC 6724 and what attempts have
 * shown. Those that are no internet addresses come last.
 *
 * # Returns
 *
 * How many of them the host has a way to; -1 when an argument is NULL.
 *
 * # Safety
 *
 * `context` is NULL or live; `list` is NULL or has `count` addresses.
 */
LWS_VISIBLE LWS_EXTERN
int lws_cao_order(struct lws_context *context,
		  union lws_sockaddr46 *list,
		  size_t count);

/**
 * What was measured while a connection came about, as lws_conmon_wsi_take() gives it, without taking
 * anything.
 *
 * # Returns
 *
 * It is the connection's, and valid until the next call for that connection and its end; the
 * addresses in it are not to be freed. NULL when `wsi` is NULL or none that the program opened.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN
const struct lws_conmon *lws_wsi_conmon(struct lws *wsi);

/**
 * Tells what has happened so far. For the thread that services the context.
 *
 * # Returns
 *
 * 0; -1 when an argument is NULL or `stats->size` is too small.
 *
 * # Safety
 *
 * The arguments are NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN int lws_cao_get_stats(struct lws_context *context, lws_cao_stats_t *stats);

/**
 * Keeps the history of a connection's destination apart: connections with the same number share
 * it, those with another one learn nothing of it. What concerns gateways, DNS servers and families is
 * shared by all. To be called in the CONNECTING callback or before; it counts for what ends later.
 *
 * # Returns
 *
 * 0; -1 when `wsi` is NULL or not a client that connects.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN
int lws_cao_set_partition(struct lws *wsi,
			  uint64_t partition);

#endif /* LWS_WITH_CAO */

#endif
