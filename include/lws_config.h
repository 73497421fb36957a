/*
 * What this build of the library is. A macro named LWS_WITH_... is defined
 * when its subsystem is built and works; the layout of structs never depends
 * on any of them.
 */

#if !defined(LWS_CONFIG_H)
#define LWS_CONFIG_H

/* The version of libwebsockets whose interface this is, and our own. */
#define LWS_LIBRARY_VERSION_MAJOR 4
#define LWS_LIBRARY_VERSION_MINOR 3
#define LWS_LIBRARY_VERSION_PATCH 5
#define LWS_LIBRARY_VERSION_PATCH_ELABORATED 5-relws0.1.0
#define LWS_LIBRARY_VERSION "4.3.5-relws0.1.0"
/* 4003005: grows with every version, for comparing. */
#define LWS_LIBRARY_VERSION_NUMBER \
	((LWS_LIBRARY_VERSION_MAJOR * 1000000) + (LWS_LIBRARY_VERSION_MINOR * 1000) + \
	 LWS_LIBRARY_VERSION_PATCH)

/* The platform. */
#define LWS_PLAT_UNIX
#define LWS_HAS_INTPTR_T

/* Service threads a context can have. */
#define LWS_MAX_SMP 1

/* What plugins (lws_plugins_init) are made for: that of Debian's package. */
#define LWS_BUILD_HASH "unknown"

/* Log lines begin with the time. */
#define LWS_LOGS_TIMESTAMP

/*
 * Levels of the log (LLL_...) that the lwsl_...() macros of a program always
 * compile in, and that they always leave out.
 */
#define LWS_LOGGING_BITFIELD_SET 0
#define LWS_LOGGING_BITFIELD_CLEAR 0

/* What is built: see options.list of the sources. */
#define LWS_WITH_SYS_SMD
#define LWS_WITH_SYS_STATE
#define LWS_WITH_NETLINK
#define LWS_WITH_SYS_DHCP_CLIENT
#define LWS_WITH_SYS_ASYNC_DNS
#define LWS_WITH_BUTTON
#define LWS_ROLE_H1
#define LWS_ROLE_WS
#define LWS_WITH_EXTENSIONS
#define LWS_WITH_CAO
#define LWS_WITH_TLS
#define LWS_WITH_LEJP
#define LWS_WITH_LWSAC
#define LWS_WITH_CACHE_NSCOOKIEJAR
#define LWS_WITH_STRUCT_JSON
#define LWS_WITH_LWS_DSH
#define LWS_WITH_MAP
#define LWS_WITH_NETWORK
#define LWS_WITH_POLL
#define LWS_WITH_EXTERNAL_POLL
#define LWS_WITH_CLIENT
#define LWS_WITH_SERVER
#define LWS_WITH_UDP
#define LWS_WITH_IPV6
#define LWS_WITH_UNIX_SOCK
#define LWS_ROLE_RAW
#define LWS_ROLE_RAW_FILE
#define LWS_WITH_FILE_OPS
#define LWS_WITH_CONMON
#define LWS_WITH_PLUGINS_API
#define LWS_WITH_DIR

/* What OpenSSL 3 has, which TLS is by. */
#if defined(LWS_WITH_TLS)
#define LWS_HAVE_SSL_CTX_get0_certificate
#define LWS_HAVE_SSL_CTX_set1_param
#define LWS_HAVE_SSL_EXTRA_CHAIN_CERTS
#define LWS_HAVE_SSL_SESSION_set_time
#define LWS_HAVE_SSL_SET_INFO_CALLBACK
#define LWS_HAVE_SSL_get0_alpn_selected
#define LWS_HAVE_SSL_set_alpn_protos
#endif
#endif
