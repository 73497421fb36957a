/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_SYSTEM_H)
#define LWS_SYSTEM_H

struct lws_dhcpc_ifstate;
struct lws_system_ops;

/** What is known of the way to the internet. */
enum lws_cpd_result_t {
	/** Nothing yet. */
	LWS_CPD_UNKNOWN = 0,
	/** It is open. */
	LWS_CPD_INTERNET_OK = 1,
	/** A captive portal is in it. */
	LWS_CPD_CAPTIVE_PORTAL = 2,
	/** There is none. */
	LWS_CPD_NO_INTERNET = 3,
};

/** The addresses that lws_dhcpc_ifstate_t::sa46 has. */
enum lws_dhcpc_addresses {
	/** The leased address. */
	LWSDH_SA46_IP = 0,
	/** The first name server. */
	LWSDH_SA46_DNS_SRV_1 = 1,
	/** The second name server. */
	LWSDH_SA46_DNS_SRV_2 = 2,
	/** The third name server. */
	LWSDH_SA46_DNS_SRV_3 = 3,
	/** The fourth name server. */
	LWSDH_SA46_DNS_SRV_4 = 4,
	/** The default router. */
	LWSDH_SA46_IPV4_ROUTER = 5,
	/** The time server. */
	LWSDH_SA46_NTP_SERVER = 6,
	/** The DHCP server. */
	LWSDH_SA46_DHCP_SERVER = 7,
	/** How many there are. */
	_LWSDH_SA46_COUNT = 8,
};

/** The numbers that lws_dhcpc_ifstate_t::nums has. */
enum lws_dhcpc_nums {
	/** The netmask, in network order. */
	LWSDH_IPV4_SUBNET_MASK = 0,
	/** The broadcast address, in network order. */
	LWSDH_IPV4_BROADCAST = 1,
	/** How long the lease lasts, seconds; 0xffffffff for ever. */
	LWSDH_LEASE_SECS = 2,
	/** After how many seconds any server is asked to prolong it (T2). */
	LWSDH_REBINDING_SECS = 3,
	/** After how many seconds its server is asked to prolong it (T1). */
	LWSDH_RENEWAL_SECS = 4,
	/** How many there are. */
	_LWSDH_NUMS_COUNT = 5,
};

/** What a blob holds. */
enum lws_system_blob_item_t {
	/** Authentication tokens: slots 0 and 1. */
	LWS_SYSBLOB_TYPE_AUTH = 0,
	/** The client's certificate, DER. */
	LWS_SYSBLOB_TYPE_CLIENT_CERT_DER = 2,
	/** The client's key, DER. */
	LWS_SYSBLOB_TYPE_CLIENT_KEY_DER = 3,
	/** The device's serial number. */
	LWS_SYSBLOB_TYPE_DEVICE_SERIAL = 4,
	/** The version of its firmware. */
	LWS_SYSBLOB_TYPE_DEVICE_FW_VERSION = 5,
	/** What kind of device it is. */
	LWS_SYSBLOB_TYPE_DEVICE_TYPE = 6,
	/** The time server. */
	LWS_SYSBLOB_TYPE_NTP_SERVER = 7,
	/** MQTT's client id. */
	LWS_SYSBLOB_TYPE_MQTT_CLIENT_ID = 8,
	/** MQTT's user name. */
	LWS_SYSBLOB_TYPE_MQTT_USERNAME = 9,
	/** MQTT's password. */
	LWS_SYSBLOB_TYPE_MQTT_PASSWORD = 10,
	/** How many there are. */
	LWS_SYSBLOB_TYPE_COUNT = 11,
};

/** The states of the system, in the order in which it comes up. */
enum lws_system_states_t {
	/** Before there is a context. */
	LWS_SYSTATE_UNKNOWN = 0,
	/** The context is made. */
	LWS_SYSTATE_CONTEXT_CREATED = 1,
	/** The event loop runs. */
	LWS_SYSTATE_INITIALIZED = 2,
	/** The network interfaces that were there at the start are known. */
	LWS_SYSTATE_IFACE_COLDPLUG = 3,
	/** At least one network interface is configured. */
	LWS_SYSTATE_DHCP = 4,
	/** Time to look for a captive portal, without knowing the time. */
	LWS_SYSTATE_CPD_PRE_TIME = 5,
	/** The clock is right enough to check certificates. */
	LWS_SYSTATE_TIME_VALID = 6,
	/** Time to look for a captive portal, with TLS. */
	LWS_SYSTATE_CPD_POST_TIME = 7,
	/** The policy is in force; protocols are initialised. */
	LWS_SYSTATE_POLICY_VALID = 8,
	/** The device has an identity. */
	LWS_SYSTATE_REGISTERED = 9,
	/** The main authentication token is there. */
	LWS_SYSTATE_AUTH1 = 10,
	/** A second authentication token is there. */
	LWS_SYSTATE_AUTH2 = 11,
	/** Everything works. */
	LWS_SYSTATE_OPERATIONAL = 12,
	/** The policy is being replaced; also the first step of the end. */
	LWS_SYSTATE_POLICY_INVALID = 13,
	/** The context is being destroyed. */
	LWS_SYSTATE_CONTEXT_DESTROYING = 14,
};

/** What DHCP knows of an interface that has a lease. */
struct lws_dhcpc_ifstate {
	/** The interface's name, with a NUL. */
	char ifname[16];
	/**
	 * The domain (option 15), with a NUL; empty when the server gives none or one that is no name.
	 */
	char domain[64];
	/** The interface's hardware address. */
	uint8_t mac[6];
	/**
	 * By enum lws_dhcpc_nums. Mask and broadcast address are in network order, times in seconds in
	 * the host's (in lws, those are in network order, too).
	 */
	uint32_t nums[5];
	/** By enum lws_dhcpc_addresses. What the server does not give has family 0; ports are 0. */
	union lws_sockaddr46 sa46[8];
};

/** What DHCP knows of an interface that has a lease. */
typedef struct lws_dhcpc_ifstate lws_dhcpc_ifstate_t;

/**
 * What lws_dhcpc_request() calls when the interface has a lease, and again when that has changed
 * or lasts longer. `is` is valid during the call. What it returns means nothing.
 */
typedef int (*dhcpc_cb_t)(void *opaque, lws_dhcpc_ifstate_t *is);

/** What lws_system_ops_t::attach is given to run, on the thread that services the context. */
typedef void (*lws_attach_cb_t)(struct lws_context *context, int tsi, void *opaque);

/** What a metric reports. */
typedef struct lws_metric_pub lws_metric_pub_t;

/**
 * What the program does for the system. Every member may be NULL. The struct is the program's and
 * outlives the context.
 */
struct lws_system_ops {
	/** Restarts the device. For the program's own use. */
	int (*reboot)(void);
	/** Sets the wall clock, microseconds since the epoch. For the program's own use. */
	int (*set_clock)(lws_usec_t us);
	/**
	 * Has `cb` run in the event loop, from any thread, by calling __lws_system_attach() with the
	 * same arguments. In lws it has to lock; here it need not.
	 */
	int (*attach)(struct lws_context *context,
		      int tsi,
		      lws_attach_cb_t cb,
		      enum lws_system_states_t state,
		      void *opaque,
		      struct lws_attach_item **get);
	/**
	 * Starts to find out about captive portals; the result comes with lws_system_cpd_set().
	 * Nonzero: it cannot be started.
	 */
	int (*captive_portal_detect_request)(struct lws_context *context);
	/** Takes a metric's report. Metrics are not built: it is not called. */
	int (*metric_report)(lws_metric_pub_t *mdata);
	/**
	 * Looks for a CA certificate that the peer's chain lacks. Trust on demand is not built: it is not
	 * called.
	 */
	int (*jit_trust_query)(struct lws_context *cx,
			       const uint8_t *skid,
			       size_t skid_len,
			       void *got_opaque);
	/** How long the device takes to wake up, microseconds. For the program's own use. */
	uint32_t wake_latency_us;
};

/** What the program does for the system. */
typedef struct lws_system_ops lws_system_ops_t;

/** What a context keeps one piece of data about the device in. */
typedef struct lws_system_blob lws_system_blob_t;

typedef enum lws_cpd_result_t lws_cpd_result_t;

typedef enum lws_system_blob_item_t lws_system_blob_item_t;

typedef enum lws_system_states_t lws_system_states_t;

#if defined(LWS_WITH_SYS_STATE)

#if defined(LWS_WITH_SYS_DHCP_CLIENT)

/**
 * Gets an IPv4 address for an interface from a DHCP server and keeps it valid: the interface is
 * switched on, a lease is asked for whenever its link is up, and address, routes and MTU are set and
 * taken away as the lease says. Needs CAP_NET_ADMIN and CAP_NET_RAW. The system state DHCP waits
 * until some interface that was requested has a lease. SMD messages of class NETWORK say
 * `{"type":"ipacq","if":"eth0","ipv4":"192.0.2.7"}` and, with `expired`, `nak`, `conflict`,
 * `released` or `failed` as reason, `{"type":"iplost","if":"eth0","ipv4":"192.0.2.7","why":"nak"}`.
 * For the thread that services the context.
 *
 * @param c: the context
 * @param i: the interface's name; it need not be there yet
 * @param af: AF_INET
 * @param cb: called when there is a lease, when it changes and when it is prolonged; or NULL
 * @param opaque: for `cb`
 *
 * # Returns
 *
 * 0: it has begun, or there was a request for the interface already, whose callback stays. 1: an
 * argument makes no sense, or there is no memory.
 *
 * # Safety
 *
 * `c` is NULL or a live context, `i` NULL or a text. `cb` may be called with `opaque` until the
 * request ends.
 */
LWS_VISIBLE LWS_EXTERN
int lws_dhcpc_request(struct lws_context *c,
		      const char *i,
		      int af,
		      dhcpc_cb_t cb,
		      void *opaque);

/**
 * Ends the request for an interface: the server learns that the address is free, and what the
 * lease gave is taken from the interface, unless its settings say otherwise (lws leaves both). The
 * end of the context does the same for all. May be called by the request's own callback. For the
 * thread that services the context.
 *
 * @param context: the context
 * @param iface: the interface's name, or NULL for all
 *
 * # Returns
 *
 * 0; 1 when `context` is NULL.
 *
 * # Safety
 *
 * `context` is NULL or a live context, `iface` NULL or a text.
 */
LWS_VISIBLE LWS_EXTERN int lws_dhcpc_remove(struct lws_context *context, const char *iface);

/**
 * Tells whether some interface has a lease. For the thread that services the context.
 *
 * @param context: the context
 * @param sa46: NULL, or where the first name server of that lease goes; of family 0 when it has none
 *
 * # Returns
 *
 * 1 when one has, else 0, also when `context` is NULL.
 *
 * # Safety
 *
 * `context` is NULL or a live context, `sa46` NULL or valid to write to.
 */
LWS_VISIBLE LWS_EXTERN
int lws_dhcpc_status(struct lws_context *context,
		     union lws_sockaddr46 *sa46);

#endif /* LWS_WITH_SYS_DHCP_CLIENT */

/**
 * The system's state manager: for lws_state_reg_notifier(), lws_state_transition_steps() and to
 * look at its state.
 *
 * # Returns
 *
 * The manager, which lives as long as the context; NULL when `context` is NULL.
 *
 * # Safety
 *
 * `context` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN
lws_state_manager_t *lws_system_get_state_manager(struct lws_context *context);

/**
 * The context that a system's state manager belongs to.
 *
 * # Returns
 *
 * The context; NULL when `mgr` is NULL.
 *
 * # Safety
 *
 * `mgr` is NULL or came from lws_system_get_state_manager().
 */
LWS_VISIBLE LWS_EXTERN
struct lws_context *lws_system_context_from_system_mgr(lws_state_manager_t *mgr);

/**
 * The operations that were given when the context was created.
 *
 * # Returns
 *
 * The same pointer, may be NULL.
 *
 * # Safety
 *
 * `context` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN const lws_system_ops_t *lws_system_get_ops(struct lws_context *context);

/**
 * A blob of the context's: the one for `type`, or, `idx` further, its next slot.
 *
 * # Returns
 *
 * The blob, which lives as long as the context; NULL when there is no such slot or `context` is
 * NULL. Only for the thread that services the context, like all that is done with it.
 *
 * # Safety
 *
 * `context` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN
lws_system_blob_t *lws_system_get_blob(struct lws_context *context,
				       enum lws_system_blob_item_t type,
				       int idx);

/**
 * Empties a blob, whatever it holds.
 *
 * # Safety
 *
 * `b` is NULL or came from lws_system_get_blob().
 */
LWS_VISIBLE LWS_EXTERN void lws_system_blob_heap_empty(lws_system_blob_t *b);

/**
 * Appends a copy of `len` bytes.
 *
 * # Returns
 *
 * 0, or -1 when the blob is a direct one, there is no memory, or an argument is NULL.
 *
 * # Safety
 *
 * `b` is NULL or came from lws_system_get_blob(); `ptr` points to `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
int lws_system_blob_heap_append(lws_system_blob_t *b,
				const uint8_t *ptr,
				size_t len);

/**
 * Makes a blob stand for memory of the program's, which stays valid as long as the blob does so.
 * What it held before is freed.
 *
 * # Safety
 *
 * `b` is NULL or came from lws_system_get_blob(); `ptr` points to `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
void lws_system_blob_direct_set(lws_system_blob_t *b,
				const uint8_t *ptr,
				size_t len);

/**
 * The length of a blob.
 *
 * # Returns
 *
 * Bytes; 0 when `b` is NULL.
 *
 * # Safety
 *
 * `b` is NULL or came from lws_system_get_blob().
 */
LWS_VISIBLE LWS_EXTERN size_t lws_system_blob_get_size(lws_system_blob_t *b);

/**
 * Copies what a blob holds from offset `ofs` on, at most `*len` bytes, to `ptr`, and sets `*len`
 * to how many there were.
 *
 * # Returns
 *
 * 0; 1 when a direct blob ends at or before `ofs`; -1 when an argument is NULL.
 *
 * # Safety
 *
 * `b` is NULL or came from lws_system_get_blob(); `ptr` points to `*len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
int lws_system_blob_get(lws_system_blob_t *b,
			uint8_t *ptr,
			size_t *len,
			size_t ofs);

/**
 * Where a blob's content is, when it is in one piece: direct, or appended at once.
 *
 * # Returns
 *
 * 0 and in `*ptr` the place, which the blob keeps; -1 when it is empty or in several pieces, or an
 * argument is NULL.
 *
 * # Safety
 *
 * `b` is NULL or came from lws_system_get_blob(); `ptr` is a place for the result.
 */
LWS_VISIBLE LWS_EXTERN
int lws_system_blob_get_single_ptr(lws_system_blob_t *b,
				   const uint8_t **ptr);

/**
 * Frees the copies that a blob holds. A direct blob stays as it is.
 *
 * # Safety
 *
 * `b` is NULL or came from lws_system_get_blob().
 */
LWS_VISIBLE LWS_EXTERN void lws_system_blob_destroy(lws_system_blob_t *b);

/**
 * Has `cb` called once with `opaque` in the event loop, when the system is in `state` or beyond.
 * Callbacks run in the order in which they were attached. Any thread. This is what a program's
 * lws_system_ops_t::attach calls.
 *
 * With `get` not NULL it takes the first callback that may run out of the list instead, without
 * calling it, and sets `*get` to something that stands for it until the context ends, or to NULL
 * when there is none. The event loop does this itself; only its thread may.
 *
 * # Returns
 *
 * 0, or 1 when an argument is NULL or `tsi` is not 0.
 *
 * # Safety
 *
 * `context` is a live context; `cb` may be called with `opaque`.
 */
LWS_VISIBLE LWS_EXTERN
int __lws_system_attach(struct lws_context *context,
			int tsi,
			lws_attach_cb_t cb,
			enum lws_system_states_t state,
			void *opaque,
			struct lws_attach_item **get);

/**
 * Starts to find out about captive portals: forgets the last result and calls
 * lws_system_ops_t::captive_portal_detect_request.
 *
 * # Returns
 *
 * What that returned; 0 when there is none; 1 when `context` is NULL.
 *
 * # Safety
 *
 * `context` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN int lws_system_cpd_start(struct lws_context *context);

/**
 * As lws_system_cpd_start(), `defer_us` microseconds from now. Each context has one such delay:
 * a second call moves it, and LWS_SET_TIMER_USEC_CANCEL (-1) cancels it.
 *
 * # Safety
 *
 * `cx` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN void lws_system_cpd_start_defer(struct lws_context *cx, lws_usec_t defer_us);

/**
 * Tells the result of captive portal detection. The first one since lws_system_cpd_start()
 * counts: it is sent as message `{"type":"cpd","result":"<name>"}` of class NETWORK, and the
 * system tries to become OPERATIONAL.
 *
 * # Safety
 *
 * `context` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN
void lws_system_cpd_set(struct lws_context *context,
			enum lws_cpd_result_t result);

/**
 * The result of captive portal detection.
 *
 * # Returns
 *
 * One of lws_cpd_result_t; LWS_CPD_UNKNOWN when there is none yet or `context` is NULL.
 *
 * # Safety
 *
 * `context` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN enum lws_cpd_result_t lws_system_cpd_state_get(struct lws_context *context);

#endif /* LWS_WITH_SYS_STATE */

#endif
