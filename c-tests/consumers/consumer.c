/*
 * The smallest program that is a program of libwebsockets: it makes a context
 * and ends it. Every consumer project builds it.
 */

#include <libwebsockets.h>

#include <stdio.h>
#include <string.h>

int
main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *context;

	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	lws_set_log_level(LLL_ERR | LLL_WARN, NULL);

	context = lws_create_context(&info);
	if (!context) {
		fprintf(stderr, "no context\n");
		return 1;
	}
	lws_context_destroy(context);

	if (LWS_LIBRARY_VERSION_NUMBER != 4003005 || !lws_get_library_version()) {
		fprintf(stderr, "not the version it should be\n");
		return 1;
	}
	printf("%s\n", lws_get_library_version());

	return 0;
}
