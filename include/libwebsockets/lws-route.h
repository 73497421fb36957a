/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_ROUTE_H)
#define LWS_ROUTE_H

struct lws_route_decision;
struct lws_route_entry;
struct lws_route_flow;
struct lws_route_hop;
struct lws_route_settings;
struct lws_route_stats;

/** As `uid`: that of the process. */
#define LWS_ROUTE_UID_SELF 4294967295

/** As flag of a question: ask the kernel, whatever the copy says. */
#define LWS_ROUTE_ASK_KERNEL (1 << 0)

/** As flag of a question: do not ask the kernel. */
#define LWS_ROUTE_COPY_ONLY (1 << 1)

/** In the options of a context's creation info: routing leaves its connections alone. */
#define LWS_SERVER_OPTION_ROUTE_CULL_OFF (1ll << 61)

/**
 * In the options of a context's creation info: routing only tells of connections it would close.
 */
#define LWS_SERVER_OPTION_ROUTE_CULL_NOTIFY (1ll << 62)

/** As `cull`: connections are left alone. */
#define LWS_ROUTE_CULL_OFF 0

/** As `cull`: the callback hears of those that would be closed, and they stay. */
#define LWS_ROUTE_CULL_NOTIFY 1

/** As `cull`: connections that routing has ended are closed. */
#define LWS_ROUTE_CULL_CLOSE 2

/** Why routing ended a connection. */
enum lws_route_cull_reasons {
	/** It did not. */
	LWS_ROUTE_CULL_NONE = 0,
	/** The kernel has no route from its source to its destination any more. */
	LWS_ROUTE_CULL_NO_ROUTE = 1,
	/** Its local address was taken from the host. */
	LWS_ROUTE_CULL_SOURCE_GONE = 2,
	/** The interface it is bound to is gone or down. */
	LWS_ROUTE_CULL_INTERFACE_GONE = 3,
	/**
	 * The route it used was removed, and the kernel sends by another interface or gateway now.
	 */
	LWS_ROUTE_CULL_ROUTE_CHANGED = 4,
	/**
	 * A better route leads through another interface, and the settings do not allow that
	 * (`takeover` of `lws_route_settings_t`).
	 */
	LWS_ROUTE_CULL_TAKEN_OVER = 5,
};

/** Who gave an answer. */
enum lws_route_source {
	/** The copy of the kernel's table that the context keeps. */
	LWS_ROUTE_FROM_COPY = 0,
	/** The kernel, which was asked because the copy cannot know or is being read again. */
	LWS_ROUTE_FROM_KERNEL = 1,
};

/** A question: where would this host send a packet? Zero it, then fill in what is wanted. */
struct lws_route_flow {
	/** sizeof(lws_route_flow_t), so that it can grow. */
	uint32_t size;
	/**
	 * The interface the socket is bound to, by number; 0 for none. An IPv6 link-local destination
	 * may give it in its sin6_scope_id instead.
	 */
	int32_t ifindex;
	/** Where to. Its port counts where rules look at ports; 0: not known. */
	union lws_sockaddr46 dest;
	/**
	 * Where from; of family 0: not settled yet, the kernel takes an address when it connects.
	 */
	union lws_sockaddr46 source;
	/** The socket's mark (SO_MARK). */
	uint32_t mark;
	/** The socket's user, or LWS_ROUTE_UID_SELF; 0 is root. Counts where rules look at users. */
	uint32_t uid;
	/** The DS field of its packets (IP_TOS, IPV6_TCLASS). */
	uint8_t tos;
	/** IPPROTO_TCP, IPPROTO_UDP, ...; 0: not known. */
	uint8_t protocol;
	/** LWS_ROUTE_ASK_KERNEL or LWS_ROUTE_COPY_ONLY, or 0. */
	uint16_t flags;
};

/** See `struct lws_route_flow`. */
typedef struct lws_route_flow lws_route_flow_t;

/** One way out. */
struct lws_route_hop {
	/** The interface by number. */
	int32_t ifindex;
	/** Its share among several: 1 to 65536. */
	uint32_t weight;
	/** The gateway, of either family; of family 0: the destination is on the link. */
	union lws_sockaddr46 gateway;
};

/** See `struct lws_route_hop`. */
typedef struct lws_route_hop lws_route_hop_t;

/** An answer. Set size, hops and hops_max before the call. */
struct lws_route_decision {
	/** sizeof(lws_route_decision_t), so that it can grow. */
	uint32_t size;
	/**
	 * 0: the packet goes out; otherwise the errno that connect() fails with. Then only this and
	 * `source` mean something.
	 */
	int32_t error;
	/** What kind of route it is (RTN_UNICAST is 1, RTN_LOCAL 2, see linux/rtnetlink.h). */
	uint32_t type;
	/** The table that has it; 0 where the kernel assumed that the destination is on the link. */
	uint32_t table;
	/** Its metric. */
	uint32_t metric;
	/** Who answered: an `enum lws_route_source`. */
	uint8_t source;
	/** Bits of `prefix`. */
	uint8_t prefix_len;
	/** 0. */
	uint16_t reserved;
	/**
	 * The route's destination; the flow's where the kernel answered and did not say which route.
	 */
	union lws_sockaddr46 prefix;
	/**
	 * The source address the route asks for, of family 0 for none. When the kernel answered about an
	 * IPv6 flow without a source, the address it would take.
	 */
	union lws_sockaddr46 prefsrc;
	/** The caller's room for the ways out that packets may take; may be NULL. */
	lws_route_hop_t *hops;
	/** How many fit there. */
	uint32_t hops_max;
	/** How many there are, which may be more. */
	uint32_t hops_count;
};

/** See `struct lws_route_decision`. */
typedef struct lws_route_decision lws_route_decision_t;

/** One route of the copy. */
struct lws_route_entry {
	/** sizeof(lws_route_entry_t) of the library, which may be more than the program's. */
	uint32_t size;
	/** The table. */
	uint32_t table;
	/** Where to. */
	union lws_sockaddr46 dest;
	/** For packets from here only (IPv6), or of family 0. */
	union lws_sockaddr46 source;
	/** The source address it asks for, or of family 0. */
	union lws_sockaddr46 prefsrc;
	/** The lower, the better. */
	uint32_t metric;
	/** RTNH_F_... of a route with one way out, and RTM_F_... */
	uint32_t flags;
	/** The nexthop object it uses, 0 for none. */
	uint32_t nexthop_id;
	/** Bits of `dest`. */
	uint8_t dest_len;
	/** Bits of `source`. */
	uint8_t source_len;
	/** RTN_... */
	uint8_t type;
	/** RT_SCOPE_... */
	uint8_t scope;
	/** RTPROT_...: who made it. */
	uint8_t protocol;
	/** The DS field it is for, 0 for all. */
	uint8_t tos;
	/** IPv6: the preference of the router (0 medium, 1 high, 3 low). */
	uint8_t pref;
	/** 0. */
	uint8_t reserved;
	/** Its ways out; valid in the callback only. */
	const lws_route_hop_t *hops;
	/** How many. */
	uint32_t hops_count;
};

/** See `struct lws_route_entry`. */
typedef struct lws_route_entry lws_route_entry_t;

/** What lws_route_foreach() calls for each route. Nonzero ends the walk. */
typedef int (*lws_route_cb_t)(const lws_route_entry_t *route, void *user);

/**
 * What lws_route_dump_json() gives its text to, in pieces of `len` bytes. Nonzero ends the dump.
 */
typedef int (*lws_route_emit_t)(const char *text, size_t len, void *user);

/** What has happened since the context was made, and how much there is. */
struct lws_route_stats {
	/**
	 * sizeof(lws_route_stats_t) of the program: members that the library does not know become 0.
	 */
	uint32_t size;
	/**
	 * 1 when the copy is whole and follows the kernel; 0 while it is read, where netlink is
	 * refused, where a route is too large to be read, and while routes may be missing that changed
	 * too fast when it was read. These are read when the changes have calmed down; until then the
	 * kernel is asked about them, and lws_route_foreach() may not show them.
	 */
	uint32_t synced;
	/** Messages of the kernel's, dumps included. */
	uint64_t messages;
	/** Messages that somebody else sent, or that answer nothing we asked. */
	uint64_t ignored;
	/** Messages that could not be read. */
	uint64_t malformed;
	/** Times the kernel had to throw away messages because we were too slow. */
	uint64_t overflows;
	/** Times the copy was read again. */
	uint64_t resyncs;
	/** Connections that looked ended at the time of a change. */
	uint64_t candidates;
	/** Connections that routing ended. */
	uint64_t culls;
	/**
	 * Candidates that the kernel, when asked, still had a way for, though nothing more was announced
	 * for 200 milliseconds.
	 */
	uint64_t refused;
	/** Questions that the kernel was asked. */
	uint64_t asked;
	/** Questions that the copy could not answer. */
	uint64_t unknown;
	/** Answers of the copy that were compared with the kernel's. */
	uint64_t audit_samples;
	/** Those that differed. */
	uint64_t audit_mismatches;
	/** IPv4 routes there are. */
	uint64_t routes4;
	/** IPv6 routes there are. */
	uint64_t routes6;
	/** Connections that are watched. */
	uint64_t watched;
};

/** See `struct lws_route_stats`. */
typedef struct lws_route_stats lws_route_stats_t;

/**
 * What is called, on the thread that services the context, when routing has found that a
 * connection cannot work any more, before it is closed, if it is.
 */
typedef void (*lws_route_notify_t)(struct lws *wsi, enum lws_route_cull_reasons reason, void *user);

/** How routing treats connections. Get it, change it, set it. */
struct lws_route_settings {
	/** sizeof(lws_route_settings_t), so that it can grow. */
	uint32_t size;
	/** LWS_ROUTE_CULL_CLOSE (as it is at first), _NOTIFY or _OFF. */
	int32_t cull;
	/**
	 * How long a connection has to look ended before it is, microseconds: what is deleted and
	 * added again within that time does no harm. 20,000 at first, 0 allowed.
	 */
	lws_usec_t settle_us;
	/**
	 * Answers of the copy that are compared with the kernel's at most, for each second in which
	 * the loop is awake anyway; 20 at first, 0 for none.
	 */
	uint32_t audit_per_s;
	/**
	 * 1: a connection has ended, too, when a better route takes its packets over to another
	 * interface, although its own route is still there. It is for programs that must not go on
	 * outside a tunnel, or inside one that is not theirs. 0, as it is at first: such connections go
	 * on. It counts for routes that come from then on, and does what `cull` says.
	 */
	uint32_t takeover;
	/** What is called about each connection that routing ends; may be NULL. */
	lws_route_notify_t notify;
	/** What it is called with. */
	void *user;
};

/** See `struct lws_route_settings`. */
typedef struct lws_route_settings lws_route_settings_t;

#if defined(LWS_WITH_NETLINK)

/**
 * Tells where the kernel would send a packet, from the context's copy of its tables; where the
 * copy cannot know, or is being read again, the kernel is asked. What the kernel has announced is
 * taken in first, so that an answer is at most 20 microseconds old. A flow without a source goes as
 * one of a socket that connects without an address: with IPv6 the kernel may take one and look
 * again, which also fails with EADDRNOTAVAIL where there is none to take. For the thread that
 * services the context.
 *
 * # Returns
 *
 * 0: `decision` has the answer, also when that is an error. -1: an argument is NULL or makes no
 * sense. -2: the answer is not to be had: the copy cannot know and the kernel was not to be asked,
 * or could not be, as about an IPv6 flow without a source where routes or rules are for certain
 * sources, and no socket of this process can stand in for the flow's.
 *
 * # Safety
 *
 * The arguments are NULL or valid; `decision->hops` is NULL or has room for `hops_max`.
 */
LWS_VISIBLE LWS_EXTERN
int lws_route_decide(struct lws_context *context,
		     const lws_route_flow_t *flow,
		     lws_route_decision_t *decision);

/**
 * Walks through the copy: by family, table and destination, and within one destination in the
 * order in which the kernel looks at the routes. The callback may call anything, also
 * lws_context_destroy(): then it is not called again, and the context is gone when this returns. A
 * route that comes or goes meanwhile may be met or not; the others are met once. The walk ends
 * early when the copy is being read again. For the thread that services the context.
 *
 * # Returns
 *
 * What the callback returned last, 0 when there was no route; -1 when an argument is NULL, or there
 * is no memory.
 *
 * # Safety
 *
 * `context` is NULL or a live context; `cb` may be called with `user`.
 */
LWS_VISIBLE LWS_EXTERN
int lws_route_foreach(struct lws_context *context,
		      lws_route_cb_t cb,
		      void *user);

/**
 * Gives the copy as JSON: an object with `synced`, `links`, `addrs`, `rules` and `routes`. The
 * callback may call anything, also lws_context_destroy(): then it is not called again, and the
 * context is gone when this returns. For the thread that services the context.
 *
 * # Returns
 *
 * 0; what the callback returned, if that was not 0; -1 when an argument is NULL, or there is no memory.
 *
 * # Safety
 *
 * `context` is NULL or a live context; `emit` may be called with `user`.
 */
LWS_VISIBLE LWS_EXTERN
int lws_route_dump_json(struct lws_context *context,
			lws_route_emit_t emit,
			void *user);

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
LWS_VISIBLE LWS_EXTERN
int lws_route_get_stats(struct lws_context *context,
			lws_route_stats_t *stats);

/**
 * Tells how routing treats connections now. For the thread that services the context.
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
int lws_route_get_settings(struct lws_context *context,
			   lws_route_settings_t *settings);

/**
 * Sets how routing treats connections from now on. For the thread that services the context.
 *
 * # Returns
 *
 * 0; -1 when an argument is NULL or makes no sense: nothing is changed then.
 *
 * # Safety
 *
 * The arguments are NULL or valid; `notify` may be called with `user` as long as the context lives.
 */
LWS_VISIBLE LWS_EXTERN
int lws_route_set_settings(struct lws_context *context,
			   const lws_route_settings_t *settings);

/**
 * Asks where the packets of a connection would go now, with the source, the mark, the interface
 * and the rest as its socket has them. For the thread that services the context.
 *
 * # Returns
 *
 * As lws_route_decide(); -2 also for what has no peer on a network: files, unix sockets, sockets
 * that listen or are not connected.
 *
 * # Safety
 *
 * The arguments are NULL or valid; `decision->hops` is NULL or has room for `hops_max`.
 */
LWS_VISIBLE LWS_EXTERN int lws_route_check(struct lws *wsi, lws_route_decision_t *decision);

/**
 * Tells why routing ended a connection: in its close callback, or in any callback where
 * connections are only notified about. LWS_ROUTE_CULL_NONE for one that works, or that ended for
 * another reason, and for NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection, or one that a callback is about.
 */
LWS_VISIBLE LWS_EXTERN enum lws_route_cull_reasons lws_route_cull_reason(struct lws *wsi);

/**
 * Whether the copy is whole and follows the kernel. For the thread that services the context.
 *
 * # Returns
 *
 * 1; 0 while it is read, where netlink is refused, where a route is too large to be read, while
 * routes may be missing that changed too fast when it was read (they are read by themselves when
 * the changes have calmed down; until then the kernel is asked about them), and for NULL.
 *
 * # Safety
 *
 * `context` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN int lws_route_synced(struct lws_context *context);

/**
 * Has the copy read again, which needs no more than a moment of the loop; until it is whole the
 * kernel is asked instead. For the thread that services the context.
 *
 * # Returns
 *
 * 0; 1 when netlink is refused, or `context` is NULL.
 *
 * # Safety
 *
 * `context` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN int lws_route_resync(struct lws_context *context);

#endif /* LWS_WITH_NETLINK */

#endif
