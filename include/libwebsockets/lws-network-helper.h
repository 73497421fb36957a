/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_NETWORK_HELPER_H)
#define LWS_NETWORK_HELPER_H

/** From lws_interface_to_sa(): there is an address of the kind asked for. */
#define LWS_ITOSA_USABLE 0

/** From lws_interface_to_sa(): there is no such interface or address. */
#define LWS_ITOSA_NOT_EXIST -1

/** From lws_interface_to_sa(): the interface has no usable address of the kind asked for. */
#define LWS_ITOSA_NOT_USABLE -2

/** The address is in use by somebody else. */
#define LWS_ITOSA_BUSY -3

/**
 * The name of this host, as gethostname() had it when it was asked for first. Any thread may ask.
 *
 * # Returns
 *
 * A text that stays valid as long as the process; "unknown" when the host has no name; NULL when
 * `context` is NULL.
 *
 * # Safety
 *
 * `context` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN const char *lws_canonical_hostname(struct lws_context *context);

/**
 * Tells who is connected to a socket: as a name, and as a numeric address.
 *
 * The name is looked up by the system's resolver, which may take seconds, and nothing else is
 * served meanwhile: with a `name_len` of 0 there is no look-up, and lws_get_peer_simple() never
 * does one. An address without a name is its own. The address `rip` of an IPv4 peer is that of
 * IPv4, also on a socket of IPv6. A peer on a unix socket has this host's name and "(unix skt)".
 *
 * What is not known, or does not fit with its NUL, becomes "", where the length is not 0 or less:
 * then nothing is written. Either buffer may be NULL when its length is 0.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection; `name` and `rip` point to `name_len` and `rip_len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
void lws_get_peer_addresses(struct lws *wsi,
			    lws_sockfd_type fd,
			    char *name,
			    int name_len,
			    char *rip,
			    int rip_len);

/**
 * Tells the numeric address of a connection's peer, without asking any resolver: like "1.2.3.4" or
 * "2001:db8::1"; "::ffff:1.2.3.4" for IPv4 on a socket of IPv6; "(unix skt)" on a unix socket.
 *
 * Where there is no peer, the text says why. A text that does not fit with its NUL becomes "".
 *
 * # Returns
 *
 * `name`; NULL when an argument is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection; `name` points to `namelen` bytes.
 */
LWS_VISIBLE LWS_EXTERN const char *lws_get_peer_simple(struct lws *wsi, char *name, size_t namelen);

/**
 * As lws_get_peer_simple(), of any socket.
 *
 * # Returns
 *
 * `name`; NULL when it is NULL.
 *
 * # Safety
 *
 * `name` points to `namelen` bytes.
 */
LWS_VISIBLE LWS_EXTERN
const char *lws_get_peer_simple_fd(lws_sockfd_type fd,
				   char *name,
				   size_t namelen);

/**
 * Finds the address to bind to for an interface, or for a numeric address, which need not be this
 * host's.
 *
 * `addr` is a `struct sockaddr_in6` when `ipv6` is not 0, of which a numeric IPv4 address uses the
 * part that is a `struct sockaddr_in`; otherwise it is the latter. Family and address are set, for
 * an interface also the IPv6 scope, or for IPv4 a port of 0: set the port afterwards.
 *
 * # Returns
 *
 * LWS_ITOSA_USABLE; LWS_ITOSA_NOT_EXIST when there is no such interface, or an argument is bad;
 * LWS_ITOSA_NOT_USABLE when the interface has no address of the kind, or a numeric one is IPv6 and
 * `ipv6` is 0.
 *
 * # Safety
 *
 * `ifname` is NUL-terminated; `addr` points to `addrlen` bytes, aligned as the structs are.
 */
LWS_VISIBLE LWS_EXTERN
int lws_interface_to_sa(int ipv6,
			const char *ifname,
			struct sockaddr_in *addr,
			size_t addrlen);

/**
 * Compares two addresses. Ports and scopes do not count; an IPv4 address is not equal to the same
 * one mapped into IPv6.
 *
 * # Returns
 *
 * 0 when they are equal, or of one family that is neither IPv4 nor IPv6; otherwise 1, also when an
 * argument is NULL.
 *
 * # Safety
 *
 * The arguments are NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN
int lws_sa46_compare_ads(const union lws_sockaddr46 *sa46a,
			 const union lws_sockaddr46 *sa46b);

/**
 * Tells whether an address is on a network, whose prefix has `net_len` bits. Where one of them is
 * IPv4 and the other IPv6, the IPv4 one is mapped into IPv6 first.
 *
 * # Returns
 *
 * 0 when it is; 1 when it is not, or one of them is of another family; 1 and a log line when an
 * argument is NULL or no prefix can have `net_len` bits: it is 0 to 32 for a `sa46_net` of IPv4, 0
 * to 128 for one of IPv6.
 *
 * # Safety
 *
 * The pointers are NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN
int lws_sa46_on_net(const union lws_sockaddr46 *sa46a,
		    const union lws_sockaddr46 *sa46_net,
		    int net_len);

/**
 * Turns a numeric IPv4 or IPv6 address into its bytes in network order. Blanks around it are
 * allowed; a scope, a port or a prefix length is not.
 *
 * # Returns
 *
 * How many bytes were written, 4 or 16; or less than 0, and nothing is written: -1 when `max_len` is
 * too small, an argument is NULL, or the text does not look like a numeric address at all; -6 when a
 * part of an IPv4 address is above 255; -8 for more than two colons in a row, or for a second two;
 * -10 or -11 for a character that an IPv6 or an IPv4 address does not have; -12 for too few parts,
 * or too many of IPv4; -14 for too many bytes.
 *
 * # Safety
 *
 * `ads` is NUL-terminated; `result` points to `max_len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
int lws_parse_numeric_address(const char *ads,
			      uint8_t *result,
			      size_t max_len);

/**
 * As lws_parse_numeric_address(), into a lws_sockaddr46: its family and address are set, the rest,
 * like the port, stays as it is.
 *
 * # Returns
 *
 * 0; or -1, and nothing is written, when the text is no numeric address, or an argument is NULL.
 *
 * # Safety
 *
 * `ads` is NUL-terminated; `sa46` is valid.
 */
LWS_VISIBLE LWS_EXTERN
int lws_sa46_parse_numeric_address(const char *ads,
				   union lws_sockaddr46 *sa46);

/**
 * Writes the text of an address whose bytes are given in network order: like "1.2.3.4" or
 * "2001:db8::1". 46 bytes are enough for any.
 *
 * # Returns
 *
 * The length of the text without its NUL. -1 when `size` is neither 4 nor 16, `buf` is too small,
 * or an argument is NULL; then `buf` is "", where `len` is not 0.
 *
 * # Safety
 *
 * `ads` points to `size` bytes and `buf` to `len`.
 */
LWS_VISIBLE LWS_EXTERN
int lws_write_numeric_address(const uint8_t *ads,
			      int size,
			      char *buf,
			      size_t len);

/**
 * Writes the numeric address in a lws_sockaddr46, without its port: like "1.2.3.4" or
 * "2001:db8::1"; "(unix skt)" for a unix socket, "(unset)" for no family at all. 46 bytes are
 * enough for any.
 *
 * # Returns
 *
 * The length of the text without its NUL. -1 when `buf` is too small, or an argument is NULL; then
 * `buf` is "", where `len` is not 0. -1 for another family, which the text names.
 *
 * # Safety
 *
 * `sa46` is NULL or valid; `buf` points to `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
int lws_sa46_write_numeric_address(union lws_sockaddr46 *sa46,
				   char *buf,
				   size_t len);

#endif
