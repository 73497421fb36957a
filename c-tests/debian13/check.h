/*
 * These programs are compiled against the headers of Debian 13's
 * libwebsockets-dev, or against one that tests/frozen.rs makes from the facts
 * of that, and run on this library. So that they cannot be compiled against
 * other headers by mistake, each includes this.
 */

#ifndef RELWS_DEBIAN13_CHECK_H
#define RELWS_DEBIAN13_CHECK_H

#include <libwebsockets.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(x) \
	do { \
		if (!(x)) { \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #x); \
			exit(1); \
		} \
	} while (0)

/* 776 bytes with the members of Secure Streams, which Debian does not build */
typedef char not_headers_of_debian_13[sizeof(struct lws_context_creation_info) == 744 ? 1 : -1];

/* no listening socket, everything else default */
static inline void
info_init(struct lws_context_creation_info *info)
{
	memset(info, 0, sizeof(*info));
	info->port = CONTEXT_PORT_NO_LISTEN;
}

#endif
