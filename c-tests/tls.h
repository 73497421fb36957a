/*
 * What the tests of TLS share: certificates, and vhosts that have them.
 */
#ifndef RELWS_TEST_TLS_H
#define RELWS_TEST_TLS_H

#include "conn.h"

#include <sys/wait.h>

static char certs_at[] = "/tmp/relws-certs-XXXXXX";
static pid_t certs_of;

static inline void certs_remove(void)
{
	char command[128];

	if (getpid() != certs_of)
		return;
	snprintf(command, sizeof(command), "rm -rf %s", certs_at);
	if (system(command))
		fprintf(stderr, "cannot remove %s\n", certs_at);
}

/* The path of what make-certs.sh makes, good until called eight times more. */
static inline const char *cert(const char *name)
{
	static char paths[8][128];
	static unsigned int at;
	char *path = paths[at++ % 8];

	if (!certs_of) {
		char command[512];

		CHECK(mkdtemp(certs_at) != NULL);
		certs_of = getpid();
		atexit(certs_remove);
		snprintf(command, sizeof(command), "%s %s", RELWS_MAKE_CERTS,
			 certs_at);
		CHECK_EQ(system(command), 0);
	}
	snprintf(path, sizeof(paths[0]), "%s/%s", certs_at, name);

	return path;
}

/* A path with an ending. */
static inline const char *cert_file(const char *name, const char *end)
{
	char file[64];

	snprintf(file, sizeof(file), "%s%s", name, end);

	return cert(file);
}

/* What is in a file; the program keeps it. */
static inline void *cert_bytes(const char *path, unsigned int *len)
{
	FILE *f = fopen(path, "rb");
	static char held[8][8192];
	static unsigned int at;
	char *bytes = held[at++ % 8];

	CHECK(f != NULL);
	*len = (unsigned int)fread(bytes, 1, sizeof(held[0]), f);
	CHECK(*len > 0 && *len < sizeof(held[0]));
	fclose(f);

	return bytes;
}

/* A vhost that accepts with the certificate of this name. */
static inline void info_tls_server(struct lws_context_creation_info *info,
				   const char *name, const char *of,
				   const struct lws_protocols *protocols,
				   const char *accepts)
{
	info_server(info, name, protocols, accepts);
	info->options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
	info->ssl_cert_filepath = cert_file(of, ".pem");
	info->ssl_private_key_filepath = cert_file(of, ".key");
}

/* One that connects, and trusts the CA. */
static inline void info_tls_client(struct lws_context_creation_info *info,
				   const char *name,
				   const struct lws_protocols *protocols)
{
	memset(info, 0, sizeof(*info));
	info->vhost_name = name;
	info->port = CONTEXT_PORT_NO_LISTEN;
	info->protocols = protocols;
	info->options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT |
			LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS;
	info->client_ssl_ca_filepath = cert("ca.pem");
}

#endif
