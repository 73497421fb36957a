/*
 * http-get: asks a server for a page, and writes it to standard output.
 *
 *     http-get http://127.0.0.1:8080/index.html
 *     http-get https://example.org/
 *
 * Redirects are followed. A server with TLS has to have a certificate that the
 * system trusts; another one's is given in the variable CA_FILE. Who got
 * another status than 200, or not all, ends with 1.
 */
#include <libwebsockets.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int finished, good;

static int on_http(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	char buffer[LWS_PRE + 4096], *room = buffer + LWS_PRE;
	int size = sizeof(buffer) - LWS_PRE;
	unsigned int status;

	(void)user;

	switch ((int)reason) {
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		fprintf(stderr, "http-get: %.*s\n", (int)len,
			in ? (const char *)in : "");
		finished = 1;
		break;

	case LWS_CALLBACK_CLIENT_HTTP_REDIRECT:
		fprintf(stderr, "http-get: goes to %s\n", (const char *)in);
		break;

	case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
		status = lws_http_client_http_response(wsi);
		if (status != 200)
			fprintf(stderr, "http-get: status %u\n", status);
		good = status == 200;
		break;

	case LWS_CALLBACK_RECEIVE_CLIENT_HTTP:
		/* something has come: it is read here, piece by piece */
		return lws_http_client_read(wsi, &room, &size) < 0 ? -1 : 0;

	case LWS_CALLBACK_RECEIVE_CLIENT_HTTP_READ:
		/* this is a piece */
		if (fwrite(in, 1, len, stdout) != len)
			return -1;
		break;

	case LWS_CALLBACK_COMPLETED_CLIENT_HTTP:
		finished = 1;
		/* nothing else is wanted of this server */
		return -1;

	case LWS_CALLBACK_CLOSED_CLIENT_HTTP:
		if (!finished)
			good = 0;
		finished = 1;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "http", on_http, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

int main(int argc, char **argv)
{
	struct lws_context_creation_info info;
	struct lws_client_connect_info to;
	struct lws_context *context;
	const char *scheme, *host, *rest;
	char path[2048], name[280];

	if (argc != 2) {
		fprintf(stderr, "usage: http-get <url>\n");
		return 1;
	}
	lws_set_log_level(LLL_ERR, NULL);

	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
	info.client_ssl_ca_filepath = getenv("CA_FILE");
	context = lws_create_context(&info);
	if (!context)
		return 1;

	memset(&to, 0, sizeof(to));
	if (lws_parse_uri(argv[1], &scheme, &host, &to.port, &rest)) {
		fprintf(stderr, "http-get: this is no URL\n");
		lws_context_destroy(context);
		return 1;
	}
	snprintf(path, sizeof(path), "/%s", rest);
	snprintf(name, sizeof(name), "%s:%d", host, to.port);
	to.context = context;
	to.address = host;
	to.path = path;
	/* the port that goes without saying is left out */
	to.host = to.port == 80 || to.port == 443 ? host : name;
	to.method = "GET";
	to.protocol = "http";
	if (!strcmp(scheme, "https"))
		to.ssl_connection = LCCSCF_USE_SSL;
	if (!lws_client_connect_via_info(&to)) {
		fprintf(stderr, "http-get: cannot connect to %s\n", host);
		finished = 1;
	}
	while (!finished && lws_service(context, 0) >= 0)
		;
	lws_context_destroy(context);

	return !(good && !fflush(stdout));
}
