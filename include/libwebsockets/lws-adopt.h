/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_ADOPT_H)
#define LWS_ADOPT_H

struct lws_adopt_desc;
union lws_sock_file_fd_type;
union lws_sockaddr46;
struct lws_udp;

typedef union lws_sockaddr46 lws_sockaddr46;
typedef union lws_sock_file_fd_type lws_sock_file_fd_type;

/**
 * For lws_create_adopt_udp(): bind the socket to the address and port, rather than connect it
 * there.
 */
#define LWS_CAUDP_BIND (1 << 0)

/** For lws_create_adopt_udp(): allow datagrams to broadcast addresses. */
#define LWS_CAUDP_BROADCAST (1 << 1)

/**
 * For lws_create_adopt_udp(): a packet socket, whose frames begin with their IP header. Needs
 * CAP_NET_RAW.
 */
#define LWS_CAUDP_PF_PACKET (1 << 2)

/** What an adopted descriptor is: one of RAW_FILE_DESC, SOCKET and RAW_SOCKET_UDP, and flags. */
enum lws_adoption_type {
	/** Any descriptor that poll() takes and that is not a socket: a pipe, a tty, a device. */
	LWS_ADOPT_RAW_FILE_DESC = 0,
	/** Flag, beside SOCKET: the peer speaks HTTP. */
	LWS_ADOPT_HTTP = 1,
	/** A connected stream socket; raw unless HTTP is there too. */
	LWS_ADOPT_SOCKET = 2,
	/** Flag, beside SOCKET: the peer may start TLS where the vhost has it. */
	LWS_ADOPT_ALLOW_SSL = 4,
	/** Flag, beside SOCKET: it is a datagram socket. */
	LWS_ADOPT_FLAG_UDP = 16,
	/** A datagram socket. */
	LWS_ADOPT_RAW_SOCKET_UDP = 18,
	/** Flag, beside SOCKET: the connection is one side of a raw proxy. */
	LWS_ADOPT_FLAG_RAW_PROXY = 32,
};

/** A descriptor: of a socket, or of an open file. */
union lws_sock_file_fd_type {
	/** It is a socket. */
	lws_sockfd_type sockfd;
	/** It is an open file. */
	lws_filefd_type filefd;
};

/** What to adopt, and as what. */
struct lws_adopt_desc {
	/** The vhost that the connection will belong to. */
	struct lws_vhost *vh;
	/** What the descriptor is. */
	enum lws_adoption_type type;
	/**
	 * The descriptor. It is the library's from the call on, and closed if the adoption fails.
	 */
	union lws_sock_file_fd_type fd;
	/**
	 * The name of the vhost's protocol to bind to; NULL for the vhost's default. Read during the
	 * call.
	 */
	const char *vh_prot_name;
	/** NULL, or the connection whose child this one becomes. */
	struct lws *parent;
	/** The program's own pointer, as lws_get_opaque_user_data() returns it. */
	void *opaque;
	/** For fault injection, which is not built. */
	const char *fi_wsi_name;
};

/** See `struct lws_adopt_desc`. */
typedef struct lws_adopt_desc lws_adopt_desc_t;

/** An IPv4 or an IPv6 address with its port. `sa4.sin_family` says which: AF_INET or AF_INET6. */
union lws_sockaddr46 {
	/** The address when it is of IPv6. */
	struct sockaddr_in6 sa6;
	/** The address when it is of IPv4; its family is always there. */
	struct sockaddr_in sa4;
};

/** What a UDP connection knows about its peer. */
struct lws_udp {
	/**
	 * The peer: the sender of the datagram received last, or where a connected socket leads. Writes
	 * go there.
	 */
	union lws_sockaddr46 sa46;
	/** The sender of a datagram that the callback has not seen yet. */
	union lws_sockaddr46 sa46_pending;
	/**
	 * 1 when the socket was connected to its peer, otherwise 0. (One bit of this byte in lws.)
	 */
	uint8_t connected;
};

/**
 * Makes a connection of a descriptor that the program has opened or accepted; `info` says of
 * which vhost, protocol and kind. A socket becomes a raw connection, a file one whose protocol
 * reads and writes it itself. The descriptor is the library's from then on, also when this fails.
 * Only for the thread that services the context.
 *
 * # Returns
 *
 * The connection; NULL when it could not be made, or its protocol refused.
 *
 * # Safety
 *
 * `info` is NULL or valid; its descriptor is open and nobody else closes it.
 */
LWS_VISIBLE LWS_EXTERN
struct lws *lws_adopt_descriptor_vhost_via_info(const lws_adopt_desc_t *info);

/**
 * As lws_adopt_descriptor_vhost_via_info(), with the members of its argument one by one.
 *
 * # Returns
 *
 * As lws_adopt_descriptor_vhost_via_info().
 *
 * # Safety
 *
 * As lws_adopt_descriptor_vhost_via_info().
 */
LWS_VISIBLE LWS_EXTERN
struct lws *lws_adopt_descriptor_vhost(struct lws_vhost *vh,
				       enum lws_adoption_type type,
				       union lws_sock_file_fd_type fd,
				       const char *vh_prot_name,
				       struct lws *parent);

/**
 * Makes a connection of an accepted socket, on the context's first vhost, with the role and
 * protocol that the vhost's LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG gives; without that
 * it serves HTTP/1.1, where that is built.
 *
 * # Returns
 *
 * As lws_adopt_descriptor_vhost_via_info().
 *
 * # Safety
 *
 * `context` is NULL or a live context; the socket is open and nobody else closes it.
 */
LWS_VISIBLE LWS_EXTERN
struct lws *lws_adopt_socket(struct lws_context *context,
			     lws_sockfd_type accept_fd);

/**
 * As lws_adopt_socket(), on a vhost of the program's choice.
 *
 * # Returns
 *
 * As lws_adopt_descriptor_vhost_via_info().
 *
 * # Safety
 *
 * `vh` is NULL or a live vhost; the socket is open and nobody else closes it.
 */
LWS_VISIBLE LWS_EXTERN
struct lws *lws_adopt_socket_vhost(struct lws_vhost *vh,
				   lws_sockfd_type accept_fd);

/**
 * As lws_adopt_socket(), for a socket from which the program has already received `len` bytes: its
 * protocol gets them first.
 *
 * # Returns
 *
 * As lws_adopt_descriptor_vhost_via_info().
 *
 * # Safety
 *
 * As lws_adopt_socket(); `readbuf` points to `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
struct lws *lws_adopt_socket_readbuf(struct lws_context *context,
				     lws_sockfd_type accept_fd,
				     const char *readbuf,
				     size_t len);

/**
 * As lws_adopt_socket_readbuf(), on a vhost of the program's choice.
 *
 * # Returns
 *
 * As lws_adopt_descriptor_vhost_via_info().
 *
 * # Safety
 *
 * As lws_adopt_socket_vhost(); `readbuf` points to `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
struct lws *lws_adopt_socket_vhost_readbuf(struct lws_vhost *vhost,
					   lws_sockfd_type accept_fd,
					   const char *readbuf,
					   size_t len);

/**
 * Opens a UDP socket. With LWS_CAUDP_BIND in `flags` it is bound to address `ads` (NULL: any) and
 * `port`, hears everybody, and what is written goes to whom the last datagram was from; without, it
 * is connected to them. LWS_CAUDP_BROADCAST lets it broadcast; `ifname` binds it to an interface.
 * With LWS_CAUDP_PF_PACKET it receives whole IPv4 packets of the interface `ifname` instead, headers
 * and all, for which the process needs CAP_NET_RAW. A name in `ads` is looked up without blocking. Only for the thread that services the context.
 *
 * The protocol gets LWS_CALLBACK_RAW_ADOPT, a LWS_CALLBACK_RAW_RX for each datagram, and
 * LWS_CALLBACK_RAW_WRITEABLE when it asks.
 *
 * # Returns
 *
 * The connection; NULL when it could not be made, which a log line explains.
 *
 * # Safety
 *
 * `vhost` is NULL or a live vhost; the texts are NULL or NUL-terminated; `parent_wsi` is NULL or a
 * live connection.
 */
LWS_VISIBLE LWS_EXTERN
struct lws *lws_create_adopt_udp(struct lws_vhost *vhost,
				 const char *ads,
				 int port,
				 int flags,
				 const char *protocol_name,
				 const char *ifname,
				 struct lws *parent_wsi,
				 void *opaque,
				 const lws_retry_bo_t *retry_policy,
				 const char *_fi_wsi_name);

typedef enum lws_adoption_type lws_adoption_type;

#endif
