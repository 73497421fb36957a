/*
 * An echo server, the same source for this library and that of the
 * distribution: prints its port, then answers each request as a program of
 * lws does, from the writeable callback. A request that begins with '?' is
 * answered with the bytes of heap in use.
 */
#include "echo.h"

#include <libwebsockets.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

struct session {
	char	text[ECHO_LENGTH];
	size_t	len;
};

static int echo(struct lws *wsi, enum lws_callback_reasons reason, void *user,
		void *in, size_t len)
{
	unsigned char buf[LWS_PRE + ECHO_LENGTH];
	struct session *s = user;
	struct mallinfo2 heap;

	switch ((int)reason) {
	case LWS_CALLBACK_RAW_RX:
		if (len > ECHO_LENGTH - s->len)
			return -1;
		memcpy(s->text + s->len, in, len);
		s->len += len;
		if (s->len < ECHO_LENGTH)
			break;
		if (s->text[0] == '?') {
			heap = mallinfo2();
			snprintf(s->text, sizeof(s->text), "%zu",
				 heap.uordblks + heap.hblkhd);
		}
		lws_callback_on_writable(wsi);
		break;

	case LWS_CALLBACK_RAW_WRITEABLE:
		if (s->len < ECHO_LENGTH)
			break;
		memcpy(buf + LWS_PRE, s->text, ECHO_LENGTH);
		s->len = 0;
		if (lws_write(wsi, buf + LWS_PRE, ECHO_LENGTH,
			      LWS_WRITE_RAW) < ECHO_LENGTH)
			return -1;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "echo", echo, sizeof(struct session), 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *context;
	struct lws_vhost *vhost;

	/* ends with the load generator, however that ends */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	lws_set_log_level(LLL_ERR, NULL);

	memset(&info, 0, sizeof(info));
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
		       LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG;
	info.iface = "127.0.0.1";
	info.protocols = protocols;
	info.listen_accept_role = "raw-skt";
	info.listen_accept_protocol = "echo";
	context = lws_create_context(&info);
	if (!context)
		return 1;
	vhost = lws_create_vhost(context, &info);
	if (!vhost)
		return 1;
	printf("%d\n", lws_get_vhost_listen_port(vhost));
	fflush(stdout);

	while (!lws_service(context, 0))
		;
	lws_context_destroy(context);

	return 0;
}
