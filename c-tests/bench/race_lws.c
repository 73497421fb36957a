/*
 * A client of libwebsockets, ours or the distribution's, for races.c:
 *
 *     race_lws NAME PORT COUNT
 */
#include <libwebsockets.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LIMIT_S 20

static int over;
static double ended;

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);

	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static int callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	(void)user;
	(void)in;
	(void)len;
	if (reason == LWS_CALLBACK_RAW_CONNECTED) {
		over = 1;
		ended = now_ms();
		lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
	}
	if (reason == LWS_CALLBACK_CLIENT_CONNECTION_ERROR)
		over = -1;

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "race", callback, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

int main(int argc, char **argv)
{
	struct lws_context_creation_info info;
	struct lws_client_connect_info i;
	struct lws_context *context;
	double began, until;
	int n;

	if (argc < 4)
		return 1;
	lws_set_log_level(0, NULL);
	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	info.timeout_secs = LIMIT_S;
	info.connect_timeout_secs = LIMIT_S;
	context = lws_create_context(&info);
	if (!context)
		return 1;
	/* what boots boots before */
	for (n = 0; n < 20; n++)
		lws_service(context, -1);
	for (n = 0; n < atoi(argv[3]); n++) {
		memset(&i, 0, sizeof(i));
		i.context = context;
		i.address = argv[1];
		i.host = argv[1];
		i.port = atoi(argv[2]);
		i.method = "RAW";
		i.local_protocol_name = "race";
		over = 0;
		began = now_ms();
		until = began + LIMIT_S * 1e3;
		if (!lws_client_connect_via_info(&i) && !over)
			over = -1;
		while (!over && now_ms() < until)
			lws_service(context, 0);
		printf("%.3f\n", over > 0 ? ended - began : -1.0);
		fflush(stdout);
		if (over <= 0)
			break;
		for (until = now_ms() + 30; now_ms() < until;)
			lws_service(context, -1);
	}
	lws_context_destroy(context);

	return 0;
}
