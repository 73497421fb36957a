/*
 * The interface of libwebsockets 4.3.5, as far as relws has it. A program
 * includes this file and no other; what is not declared here or in the files
 * it includes is not there yet.
 */

#if !defined(LIBWEBSOCKET_H_3060898B846849FF9F88F5DB59B5950C)
#define LIBWEBSOCKET_H_3060898B846849FF9F88F5DB59B5950C

/*
 * In angle brackets, unlike the others: the lws_config.h of a build wins over
 * the one in this folder.
 */
#include <lws_config.h>

/*
 * What programs may lean on: the headers that come with lws, by its own means
 * or by OpenSSL's.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <unistd.h>

#if defined(LWS_WITH_TLS) && defined(__has_include)
#if __has_include(<openssl/ssl.h>)
#include <openssl/err.h>
#include <openssl/ssl.h>
#endif
#endif

#if defined(__cplusplus)
extern "C" {
#endif

/*
 * The compiler
 */

#define LWS_VISIBLE
#define LWS_EXTERN
#define LWS_INLINE inline

#if defined(__GNUC__)
#define LWS_WARN_UNUSED_RESULT __attribute__((warn_unused_result))
#define LWS_WARN_DEPRECATED __attribute__((deprecated))
/* The argument of this number is a printf() format for those after it. */
#define LWS_FORMAT(string_index) \
	__attribute__((format(printf, string_index, string_index + 1)))
#else
#define LWS_WARN_UNUSED_RESULT
#define LWS_WARN_DEPRECATED
#define LWS_FORMAT(string_index)
#endif
/*
 * The symbol of a function that takes a lws_context_creation_info. The one of
 * its name is for programs compiled against the headers of a distribution,
 * whose struct lacks some members.
 */
#define RELWS_SYMBOL(symbol) __asm__(symbol)

/*
 * Numbers
 */

/* Microseconds: a point in time of the monotonic clock, or an interval. */
typedef int64_t lws_usec_t;

#define LWS_US_PER_SEC ((lws_usec_t)1000000)
#define LWS_MS_PER_SEC ((lws_usec_t)1000)
#define LWS_US_PER_MS ((lws_usec_t)1000)
#define LWS_NS_PER_US ((lws_usec_t)1000)
/* The nearest whole number of milliseconds. */
#define LWS_US_TO_MS(x) (((x) + LWS_US_PER_MS / 2) / LWS_US_PER_MS)

#define LWS_KI (1024)
#define LWS_MI (LWS_KI * 1024)
#define LWS_GI (LWS_MI * 1024)
#define LWS_TI ((uint64_t)LWS_GI * 1024)
#define LWS_PI ((uint64_t)LWS_TI * 1024)

#define lws_intptr_t intptr_t

/*
 * Files and sockets
 */

typedef int lws_sockfd_type;
typedef int lws_filefd_type;
typedef unsigned long long lws_filepos_t;
typedef long long lws_fileofs_t;
typedef uint32_t lws_fop_flags_t;

#define LWS_INVALID_FILE (-1)
#define LWS_SOCK_INVALID (-1)

#define LWS_O_RDONLY O_RDONLY
#define LWS_O_WRONLY O_WRONLY
#define LWS_O_CREAT O_CREAT
#define LWS_O_TRUNC O_TRUNC

#define lws_pollfd pollfd
#define LWS_POLLHUP (POLLHUP | POLLERR)
#define LWS_POLLIN (POLLIN)
#define LWS_POLLOUT (POLLOUT)

/* A change of what a descriptor is watched for. */
struct lws_pollargs {
	/* the descriptor */
	lws_sockfd_type fd;
	/* LWS_POLLIN and LWS_POLLOUT from now on */
	int events;
	/* and until now */
	int prev_events;
};

/*
 * Objects that a program holds pointers to
 */

struct lws;
struct lws_attach_item;
struct lws_buflist;
struct lws_context;
struct lws_event_loop_ops;
struct lws_extension;
struct lws_http_mount;
struct lws_cache_ttl_lru;
struct lws_dsh;
struct lws_map;
struct lws_map_item;
struct lws_plat_file_ops;
struct lws_plugin_evlib;
struct lws_ring;
struct lwsac;
struct lws_sequencer;
struct lws_smd_peer;
struct lws_ss_plugin;
struct lws_system_blob;
struct lws_token_limits;
struct lws_vhost;
struct ssl_ctx_st;

typedef struct lws_context *lws_ctx_t;

/* As a vhost's port: do not listen. */
#define CONTEXT_PORT_NO_LISTEN (-1)
/* As a vhost's port: do not listen, but take sockets the program accepted. */
#define CONTEXT_PORT_NO_LISTEN_SERVER (-2)

/* What programs that also compile against older versions ask for. */
#define LWS_FEATURE_SERVE_HTTP_FILE_HAS_OTHER_HEADERS_ARG
#define LWS_FEATURE_SERVE_HTTP_FILE_HAS_OTHER_HEADERS_LEN
#define LWS_FEATURE_PROTOCOLS_HAS_ID_FIELD
#define LWS_FEATURE_PROTOCOLS_HAS_PEER_WRITE_ALLOWANCE
#define LWS_FEATURE_FOPS

/* A context has one service thread, so there is nothing to lock. */
#define lws_pthread_mutex(name)
#define lws_pthread_mutex_init(_a)
#define lws_pthread_mutex_destroy(_a)
#define lws_pthread_mutex_lock(_a)
#define lws_pthread_mutex_unlock(_a)

/* Faults are not injected: what a program asks for does not fail for its tests. */
#define lws_fi(_fi_name, _fic) (0)
#define lws_fi_destroy(_x)
#define lws_fi_inherit_copy(_a, _b, _c, _d)
#define lws_fi_deserialize(_x, _y)
#define lws_fi_user_wsi_fi(_wsi, _name) (0)
#define lws_fi_user_context_fi(_wsi, _name) (0)
#define lws_fi_user_ss_fi(_h, _name) (0)
#define lws_fi_user_sspc_fi(_h, _name) (0)

#include "libwebsockets/lws-macros.h"

#include "libwebsockets/lws-logs.h"
#include "libwebsockets/lws-dll2.h"
#include "libwebsockets/lws-timeout-timer.h"
#include "libwebsockets/lws-smd.h"
#include "libwebsockets/lws-state.h"
#include "libwebsockets/lws-retry.h"
#include "libwebsockets/lws-adopt.h"
#include "libwebsockets/lws-network-helper.h"
#include "libwebsockets/lws-route.h"
#include "libwebsockets/lws-conmon.h"
#include "libwebsockets/lws-cao.h"
#include "libwebsockets/lws-system.h"
#include "libwebsockets/lws-dhcpc.h"
#include "libwebsockets/lws-gpio.h"
#include "libwebsockets/lws-gpio-linux.h"
#include "libwebsockets/lws-button.h"
#include "libwebsockets/lws-callbacks.h"
#include "libwebsockets/lws-protocols-plugins.h"
#include "libwebsockets/lws-context-vhost.h"
#include "libwebsockets/lws-async-dns.h"
#include "libwebsockets/lws-dns.h"
#include "libwebsockets/lws-client.h"
#include "libwebsockets/lws-http.h"
#include "libwebsockets/lws-purify.h"
#include "libwebsockets/lws-misc.h"
#include "libwebsockets/lws-service.h"
#include "libwebsockets/lws-write.h"
#include "libwebsockets/lws-writeable.h"
#include "libwebsockets/lws-ws-close.h"
#include "libwebsockets/lws-ws-ext.h"
#include "libwebsockets/lws-ws-state.h"
#include "libwebsockets/lws-x509.h"
#include "libwebsockets/lws-ring.h"
#include "libwebsockets/lws-spa.h"
#include "libwebsockets/lws-sha1-base64.h"
#include "libwebsockets/lws-tokenize.h"
#include "libwebsockets/lws-lwsac.h"
#include "libwebsockets/lws-dsh.h"
#include "libwebsockets/lws-map.h"
#include "libwebsockets/lws-cache-ttl.h"
#include "libwebsockets/lws-lejp.h"
#include "libwebsockets/lws-struct.h"

#if defined(__cplusplus)
}
#endif

#endif
