/*
 * http-server: serves the files of a folder.
 *
 *     http-server 8080 /usr/share/doc
 *
 * A mount says which part of the URLs is served from where. No callback of the
 * program's is needed for that. / gives the file index.html.
 */
#include <libwebsockets.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct lws_context *context;
static volatile sig_atomic_t ended;

static void on_signal(int number)
{
	(void)number;
	ended = 1;
	lws_cancel_service(context);
}

int main(int argc, char **argv)
{
	struct lws_context_creation_info info;
	struct lws_http_mount mount;

	if (argc != 3) {
		fprintf(stderr, "usage: http-server <port> <folder>\n");
		return 1;
	}
	lws_set_log_level(LLL_ERR | LLL_WARN, NULL);

	memset(&mount, 0, sizeof(mount));
	mount.mountpoint = "/";
	mount.mountpoint_len = 1;
	mount.origin = argv[2];
	mount.def = "index.html";
	mount.origin_protocol = LWSMPRO_FILE;

	memset(&info, 0, sizeof(info));
	info.port = atoi(argv[1]);
	info.mounts = &mount;
	context = lws_create_context(&info);
	if (!context)
		return 1;
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);

	while (!ended && lws_service(context, 0) >= 0)
		;
	lws_context_destroy(context);

	return 0;
}
