/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_DHCPC_H)
#define LWS_DHCPC_H

struct lws_dhcpc_settings;

/** As flag: servers are asked to broadcast their replies, for networks that lose others. */
#define LWS_DHCPC_BROADCAST (1 << 0)

/** As flag: when the request ends, the interface keeps its address, and no server is told. */
#define LWS_DHCPC_KEEP (1 << 1)

/** Where the client of an interface is (RFC 2131 figure 5). */
enum lws_dhcpc_state_t {
	/** Nothing is requested for the interface. */
	LWS_DHCPC_NONE = 0,
	/** The interface is not there, or its link is down. */
	LWS_DHCPC_OFF = 1,
	/** Waits before it begins anew. */
	LWS_DHCPC_INIT = 2,
	/** Looks for servers. */
	LWS_DHCPC_SELECTING = 3,
	/** Asks for what a server has offered. */
	LWS_DHCPC_REQUESTING = 4,
	/** Asks for the address it had before. */
	LWS_DHCPC_REBOOTING = 5,
	/** Looks for the address on the link. */
	LWS_DHCPC_PROBING = 6,
	/** Has a lease. */
	LWS_DHCPC_BOUND = 7,
	/** Has a lease, and asks its server to prolong it. */
	LWS_DHCPC_RENEWING = 8,
	/** Has a lease, and asks any server to prolong it. */
	LWS_DHCPC_REBINDING = 9,
};

/** How a lease is got. Zero it, then lws_dhcpc_settings_default() or fill in what is wanted. */
struct lws_dhcpc_settings {
	/** sizeof(lws_dhcpc_settings_t), so that it can grow. */
	uint32_t size;
	/** LWS_DHCPC_* or 0. */
	uint32_t flags;
	/**
	 * How long the address is looked for on the link by ARP before it is used (RFC 5227),
	 * milliseconds; 0 for not at all. Three probes are sent; who answers has it, and the server is
	 * sent a DECLINE. 200 by default; RFC 5227's own times are some 5,000.
	 */
	uint32_t probe_ms;
	/** The metric of the routes that the lease gives. 100 by default. */
	uint32_t metric;
	/** The host name that the server is told (option 12), or NULL. */
	const char *host_name;
	/**
	 * The client identifier (option 61), its type byte first, or NULL for the interface's hardware
	 * address. RFC 4361 has type 255, an IAID and a DUID.
	 */
	const uint8_t *client_id;
	/** How many bytes `client_id` has, at most 255. */
	size_t client_id_len;
	/**
	 * A file that the address is remembered in, to be asked for at the next start (INIT-REBOOT), or
	 * NULL. With it the server is told no RELEASE at the end.
	 */
	const char *lease_file;
};

/** How a lease is got. */
typedef struct lws_dhcpc_settings lws_dhcpc_settings_t;

typedef enum lws_dhcpc_state_t lws_dhcpc_state_t;

#if defined(LWS_WITH_SYS_DHCP_CLIENT)

/**
 * Fills in what lws_dhcpc_request() uses.
 *
 * # Returns
 *
 * 0; -1 when `settings` is NULL or its `size` is too small.
 *
 * # Safety
 *
 * `settings` is NULL or has as many bytes as its `size` says.
 */
LWS_VISIBLE LWS_EXTERN int lws_dhcpc_settings_default(lws_dhcpc_settings_t *settings);

/**
 * As lws_dhcpc_request() for IPv4, with settings. They are copied.
 *
 * # Returns
 *
 * 0: it has begun, or there was a request for the interface already, whose settings and callback
 * stay. 1: an argument makes no sense, or there is no memory.
 *
 * # Safety
 *
 * `context` is NULL or a live context, `i` NULL or a text, `settings` NULL or a struct as large as
 * its `size` says with valid pointers. `cb` may be called with `opaque` until the request ends.
 */
LWS_VISIBLE LWS_EXTERN
int lws_dhcpc_request_settings(struct lws_context *context,
			       const char *i,
			       const lws_dhcpc_settings_t *settings,
			       dhcpc_cb_t cb,
			       void *opaque);

/**
 * Where the client of an interface is.
 *
 * # Returns
 *
 * A state; LWS_DHCPC_NONE also when an argument makes no sense.
 *
 * # Safety
 *
 * `context` is NULL or a live context, `i` NULL or a text.
 */
LWS_VISIBLE LWS_EXTERN
enum lws_dhcpc_state_t lws_dhcpc_state(struct lws_context *context,
				       const char *i);

#endif /* LWS_WITH_SYS_DHCP_CLIENT */

#endif
