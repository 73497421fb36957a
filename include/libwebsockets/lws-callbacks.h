/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_CALLBACKS_H)
#define LWS_CALLBACKS_H

struct lws_filter_network_conn_args;
struct lws_ssl_info;

/**
 * Why a protocol's callback is called. `in`, `len` and `user` are the
 * callback's arguments.
 *
 * An event whose subsystem is not built never comes.
 */
enum lws_callback_reasons {
	/** Server: a websocket connection is ready. */
	LWS_CALLBACK_ESTABLISHED = 0,
	/**
	 * Client: the connection could not be made; `in` may hold the reason as text of `len` bytes.
	 */
	LWS_CALLBACK_CLIENT_CONNECTION_ERROR = 1,
	/** Client: the server's answer to the upgrade has come; nonzero refuses the connection. */
	LWS_CALLBACK_CLIENT_FILTER_PRE_ESTABLISH = 2,
	/** Client: a websocket connection is ready. */
	LWS_CALLBACK_CLIENT_ESTABLISHED = 3,
	/** Server: a websocket connection has closed. */
	LWS_CALLBACK_CLOSED = 4,
	/** Server: an HTTP connection has closed. */
	LWS_CALLBACK_CLOSED_HTTP = 5,
	/** Server: `len` bytes of websocket data are at `in`. */
	LWS_CALLBACK_RECEIVE = 6,
	/** Server: a websocket PONG has come. */
	LWS_CALLBACK_RECEIVE_PONG = 7,
	/** Client: `len` bytes of websocket data are at `in`. */
	LWS_CALLBACK_CLIENT_RECEIVE = 8,
	/** Client: a websocket PONG has come. */
	LWS_CALLBACK_CLIENT_RECEIVE_PONG = 9,
	/** Client: the websocket connection asked for can be written now. */
	LWS_CALLBACK_CLIENT_WRITEABLE = 10,
	/** Server: the websocket connection asked for can be written now. */
	LWS_CALLBACK_SERVER_WRITEABLE = 11,
	/** Server: a request for the URL path at `in` has come. */
	LWS_CALLBACK_HTTP = 12,
	/** Server: `len` bytes of a request's body are at `in`. */
	LWS_CALLBACK_HTTP_BODY = 13,
	/** Server: the request's body is complete. */
	LWS_CALLBACK_HTTP_BODY_COMPLETION = 14,
	/** Server: a file has been sent whole. */
	LWS_CALLBACK_HTTP_FILE_COMPLETION = 15,
	/** Server: the HTTP connection asked for can be written now. */
	LWS_CALLBACK_HTTP_WRITEABLE = 16,
	/** A peer has connected and nothing was read yet; nonzero drops it. */
	LWS_CALLBACK_FILTER_NETWORK_CONNECTION = 17,
	/** Server: a request's headers have come; nonzero drops the connection. */
	LWS_CALLBACK_FILTER_HTTP_CONNECTION = 18,
	/** A connection object was made for an accepted peer. */
	LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED = 19,
	/** Server: a websocket upgrade is asked for; nonzero refuses it. */
	LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION = 20,
	/** Client CAs can be added to the TLS context at `user`. */
	LWS_CALLBACK_OPENSSL_LOAD_EXTRA_CLIENT_VERIFY_CERTS = 21,
	/** Server CAs can be added to the TLS context at `user`. */
	LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS = 22,
	/** Server: the client's certificate can be judged; nonzero refuses it. */
	LWS_CALLBACK_OPENSSL_PERFORM_CLIENT_CERT_VERIFICATION = 23,
	/** Client: headers can be added at `*in`, in `len` bytes, before the request is sent. */
	LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER = 24,
	/** Server: nonzero refuses the websocket extension named at `in`. */
	LWS_CALLBACK_CONFIRM_EXTENSION_OKAY = 25,
	/** Client: nonzero leaves out the websocket extension named at `in`. */
	LWS_CALLBACK_CLIENT_CONFIRM_EXTENSION_SUPPORTED = 26,
	/**
	 * Once for each protocol of a vhost, before any use; `in` holds the vhost's options for it.
	 */
	LWS_CALLBACK_PROTOCOL_INIT = 27,
	/** Once for each protocol of a vhost, before the vhost goes. */
	LWS_CALLBACK_PROTOCOL_DESTROY = 28,
	/** A connection object was made. */
	LWS_CALLBACK_WSI_CREATE = 29,
	/** A connection object is about to go. */
	LWS_CALLBACK_WSI_DESTROY = 30,
	/** Asks for a number that identifies the calling thread. */
	LWS_CALLBACK_GET_THREAD_ID = 31,
	/** The descriptor in the `struct lws_pollargs` at `in` is to be watched. */
	LWS_CALLBACK_ADD_POLL_FD = 32,
	/** The descriptor in the `struct lws_pollargs` at `in` is not watched any more. */
	LWS_CALLBACK_DEL_POLL_FD = 33,
	/** The events to watch for in the `struct lws_pollargs` at `in` have changed. */
	LWS_CALLBACK_CHANGE_MODE_POLL_FD = 34,
	/** Changes to the watched descriptors begin. */
	LWS_CALLBACK_LOCK_POLL = 35,
	/** Changes to the watched descriptors end. */
	LWS_CALLBACK_UNLOCK_POLL = 36,
	/** The peer closes the websocket; `in` holds `len` bytes of code and reason. */
	LWS_CALLBACK_WS_PEER_INITIATED_CLOSE = 38,
	/** Options of a websocket extension can be set in the text at `in`. */
	LWS_CALLBACK_WS_EXT_DEFAULTS = 39,
	/** A CGI process has output on a descriptor. */
	LWS_CALLBACK_CGI = 40,
	/** A CGI process has ended. */
	LWS_CALLBACK_CGI_TERMINATED = 41,
	/** A CGI process can take input. */
	LWS_CALLBACK_CGI_STDIN_DATA = 42,
	/** A CGI process has had all its input. */
	LWS_CALLBACK_CGI_STDIN_COMPLETED = 43,
	/** Client: the HTTP response's headers have come. */
	LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP = 44,
	/** Client: an HTTP connection has closed. */
	LWS_CALLBACK_CLOSED_CLIENT_HTTP = 45,
	/** Client: body bytes of the response can be read. */
	LWS_CALLBACK_RECEIVE_CLIENT_HTTP = 46,
	/** Client: the HTTP response is complete. */
	LWS_CALLBACK_COMPLETED_CLIENT_HTTP = 47,
	/** Client: `len` bytes of the response's body are at `in`. */
	LWS_CALLBACK_RECEIVE_CLIENT_HTTP_READ = 48,
	/** Server: an HTTP connection is bound to this protocol. */
	LWS_CALLBACK_HTTP_BIND_PROTOCOL = 49,
	/** Server: an HTTP connection leaves this protocol. */
	LWS_CALLBACK_HTTP_DROP_PROTOCOL = 50,
	/** Server: whether the request may go on; nonzero refuses it. */
	LWS_CALLBACK_CHECK_ACCESS_RIGHTS = 51,
	/** Server: a piece of a served file can be changed. */
	LWS_CALLBACK_PROCESS_HTML = 52,
	/** Server: headers can be added to a response. */
	LWS_CALLBACK_ADD_HEADERS = 53,
	/** Asks a session plugin about the connection's session. */
	LWS_CALLBACK_SESSION_INFO = 54,
	/** Tells a session plugin about an event of a session. */
	LWS_CALLBACK_GS_EVENT = 55,
	/** Asks for per-mount options. */
	LWS_CALLBACK_HTTP_PMO = 56,
	/** Client: the HTTP connection asked for can be written now. */
	LWS_CALLBACK_CLIENT_HTTP_WRITEABLE = 57,
	/** Client: the server's certificate can be judged; nonzero refuses it. */
	LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION = 58,
	/** `len` bytes from a raw connection are at `in`. */
	LWS_CALLBACK_RAW_RX = 59,
	/** A raw connection has closed. */
	LWS_CALLBACK_RAW_CLOSE = 60,
	/** The raw connection asked for can be written now. */
	LWS_CALLBACK_RAW_WRITEABLE = 61,
	/** A socket was adopted as a raw connection. */
	LWS_CALLBACK_RAW_ADOPT = 62,
	/** A file descriptor was adopted. */
	LWS_CALLBACK_RAW_ADOPT_FILE = 63,
	/** An adopted file descriptor can be read. */
	LWS_CALLBACK_RAW_RX_FILE = 64,
	/** The adopted file descriptor asked for can be written now. */
	LWS_CALLBACK_RAW_WRITEABLE_FILE = 65,
	/** An adopted file descriptor is about to close. */
	LWS_CALLBACK_RAW_CLOSE_FILE = 66,
	/** An event of the TLS library: `in` is a `struct lws_ssl_info`. */
	LWS_CALLBACK_SSL_INFO = 67,
	/** To the parent: the child connection at `in` is closing. */
	LWS_CALLBACK_CHILD_CLOSING = 69,
	/** A CGI process has started; its id is `len`. */
	LWS_CALLBACK_CGI_PROCESS_ATTACH = 70,
	/** Once for each protocol of each vhost after `lws_cancel_service()`. */
	LWS_CALLBACK_EVENT_WAIT_CANCELLED = 71,
	/** Once a day: `len` days of the vhost's certificate are left. */
	LWS_CALLBACK_VHOST_CERT_AGING = 72,
	/** The timer of `lws_set_timer_usecs()` has run out. */
	LWS_CALLBACK_TIMER = 73,
	/** A new certificate is being obtained: `len` is an `enum lws_cert_update_state`. */
	LWS_CALLBACK_VHOST_CERT_UPDATE = 74,
	/** Client: a websocket connection has closed. */
	LWS_CALLBACK_CLIENT_CLOSED = 75,
	/** Client: an HTTP connection leaves this protocol. */
	LWS_CALLBACK_CLIENT_HTTP_DROP_PROTOCOL = 76,
	/** Server: a websocket connection is bound to this protocol. */
	LWS_CALLBACK_WS_SERVER_BIND_PROTOCOL = 77,
	/** Server: a websocket connection leaves this protocol. */
	LWS_CALLBACK_WS_SERVER_DROP_PROTOCOL = 78,
	/** Client: a websocket connection is bound to this protocol. */
	LWS_CALLBACK_WS_CLIENT_BIND_PROTOCOL = 79,
	/** Client: a websocket connection leaves this protocol. */
	LWS_CALLBACK_WS_CLIENT_DROP_PROTOCOL = 80,
	/** A raw connection is bound to this protocol. */
	LWS_CALLBACK_RAW_SKT_BIND_PROTOCOL = 81,
	/** A raw connection leaves this protocol. */
	LWS_CALLBACK_RAW_SKT_DROP_PROTOCOL = 82,
	/** An adopted file descriptor is bound to this protocol. */
	LWS_CALLBACK_RAW_FILE_BIND_PROTOCOL = 83,
	/** An adopted file descriptor leaves this protocol. */
	LWS_CALLBACK_RAW_FILE_DROP_PROTOCOL = 84,
	/** Client: an HTTP connection is bound to this protocol. */
	LWS_CALLBACK_CLIENT_HTTP_BIND_PROTOCOL = 85,
	/** Server: an upgrade to the protocol named at `in` is asked for. */
	LWS_CALLBACK_HTTP_CONFIRM_UPGRADE = 86,
	/** Raw proxy, outward side: `len` bytes are at `in`. */
	LWS_CALLBACK_RAW_PROXY_CLI_RX = 89,
	/** Raw proxy, accepted side: `len` bytes are at `in`. */
	LWS_CALLBACK_RAW_PROXY_SRV_RX = 90,
	/** Raw proxy: the outward side has closed. */
	LWS_CALLBACK_RAW_PROXY_CLI_CLOSE = 91,
	/** Raw proxy: the accepted side has closed. */
	LWS_CALLBACK_RAW_PROXY_SRV_CLOSE = 92,
	/** Raw proxy: the outward side can be written now. */
	LWS_CALLBACK_RAW_PROXY_CLI_WRITEABLE = 93,
	/** Raw proxy: the accepted side can be written now. */
	LWS_CALLBACK_RAW_PROXY_SRV_WRITEABLE = 94,
	/** Raw proxy: the outward side has connected. */
	LWS_CALLBACK_RAW_PROXY_CLI_ADOPT = 95,
	/** Raw proxy: a connection was accepted. */
	LWS_CALLBACK_RAW_PROXY_SRV_ADOPT = 96,
	/** Raw proxy: the outward side is bound to this protocol. */
	LWS_CALLBACK_RAW_PROXY_CLI_BIND_PROTOCOL = 97,
	/** Raw proxy: the accepted side is bound to this protocol. */
	LWS_CALLBACK_RAW_PROXY_SRV_BIND_PROTOCOL = 98,
	/** Raw proxy: the outward side leaves this protocol. */
	LWS_CALLBACK_RAW_PROXY_CLI_DROP_PROTOCOL = 99,
	/** Raw proxy: the accepted side leaves this protocol. */
	LWS_CALLBACK_RAW_PROXY_SRV_DROP_PROTOCOL = 100,
	/** Client: a raw connection is ready. */
	LWS_CALLBACK_RAW_CONNECTED = 101,
	/** Server: whether the name and password at `in` are right; nonzero is yes. */
	LWS_CALLBACK_VERIFY_BASIC_AUTHORIZATION = 102,
	/** How much the peer may send is to be decided. */
	LWS_CALLBACK_WSI_TX_CREDIT_GET = 103,
	/** Client: the server sends the connection elsewhere; nonzero ends it. */
	LWS_CALLBACK_CLIENT_HTTP_REDIRECT = 104,
	/** Client: the socket at `in` is about to connect. */
	LWS_CALLBACK_CONNECTING = 105,
	/** MQTT: a connection object was made. */
	LWS_CALLBACK_MQTT_NEW_CLIENT_INSTANTIATED = 200,
	/** MQTT: the connection has nothing to do. */
	LWS_CALLBACK_MQTT_IDLE = 201,
	/** MQTT: the connection is ready. */
	LWS_CALLBACK_MQTT_CLIENT_ESTABLISHED = 202,
	/** MQTT: the subscription asked for is in place. */
	LWS_CALLBACK_MQTT_SUBSCRIBED = 203,
	/** MQTT: the connection asked for can be written now. */
	LWS_CALLBACK_MQTT_CLIENT_WRITEABLE = 204,
	/** MQTT: a message, or a part of one, is at `in`. */
	LWS_CALLBACK_MQTT_CLIENT_RX = 205,
	/** MQTT: the subscription has ended. */
	LWS_CALLBACK_MQTT_UNSUBSCRIBED = 206,
	/** MQTT: the connection leaves this protocol. */
	LWS_CALLBACK_MQTT_DROP_PROTOCOL = 207,
	/** MQTT: the connection has closed. */
	LWS_CALLBACK_MQTT_CLIENT_CLOSED = 208,
	/** MQTT: the message sent last was acknowledged. */
	LWS_CALLBACK_MQTT_ACK = 209,
	/** MQTT: the message sent last must be sent again. */
	LWS_CALLBACK_MQTT_RESEND = 210,
	/** MQTT: the end of a subscription was not confirmed in time. */
	LWS_CALLBACK_MQTT_UNSUBSCRIBE_TIMEOUT = 211,
	/** MQTT: a device shadow did not answer in time. */
	LWS_CALLBACK_MQTT_SHADOW_TIMEOUT = 212,
	/** The first of the program's own reasons. */
	LWS_CALLBACK_USER = 1000,
};

/** Why an extension of websocket is called: `lws-ws-ext.h` has the rest of them. */
enum lws_extension_callback_reasons {
	/** A server has agreed on it. */
	LWS_EXT_CB_CONSTRUCT = 4,
	/** A client has. */
	LWS_EXT_CB_CLIENT_CONSTRUCT = 5,
	/** The connection ends. */
	LWS_EXT_CB_DESTROY = 8,
	/** A frame is about to be sent. */
	LWS_EXT_CB_PACKET_TX_PRESEND = 12,
	/** Payload is to be sent. */
	LWS_EXT_CB_PAYLOAD_TX = 21,
	/** Payload has come. */
	LWS_EXT_CB_PAYLOAD_RX = 22,
	/** Options are to have their defaults. */
	LWS_EXT_CB_OPTION_DEFAULT = 23,
	/** An option is to have a value. */
	LWS_EXT_CB_OPTION_SET = 24,
	/** The options are complete. */
	LWS_EXT_CB_OPTION_CONFIRM = 25,
	/** An option is to have a value, by its name. */
	LWS_EXT_CB_NAMED_OPTION_SET = 26,
};

/** What `user` points to for LWS_CALLBACK_FILTER_NETWORK_CONNECTION. */
struct lws_filter_network_conn_args {
	/** Who connects. */
	struct sockaddr_storage cli_addr;
	/** The length of that address, bytes. */
	socklen_t clilen;
	/** The accepted socket, which becomes a connection unless the callback refuses it. */
	lws_sockfd_type accept_fd;
};

/**
 * What LWS_CALLBACK_SSL_INFO gets: a step of OpenSSL's, as `SSL_CTX_set_info_callback()` tells it.
 */
struct lws_ssl_info {
	/** `SSL_CB_` bits. */
	int where;
	/** What the step returned. */
	int ret;
};

/**
 * A protocol's callback.
 */
typedef int lws_callback_function(struct lws *wsi, enum lws_callback_reasons reason,
				  void *user, void *in, size_t len);

#endif
