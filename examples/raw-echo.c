/*
 * raw-echo: a TCP server that sends back what it receives.
 *
 *     raw-echo 7000 &
 *     echo hello | nc -N 127.0.0.1 7000
 *
 * Whoever sends faster than it reads is not read from until it has taken what
 * waits for it.
 */
#include <libwebsockets.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The library reads no more than this at once; see pt_serv_buf_size. */
#define PIECE 4096

/* What each connection has for itself; it is zeroed at first. */
struct connection {
	/* lws_write() wants LWS_PRE bytes in front of what it sends */
	unsigned char	buffer[LWS_PRE + PIECE];
	size_t		len;
	char		peer[64];
};

static struct lws_context *context;
static volatile sig_atomic_t stopped;

static void on_signal(int sig)
{
	(void)sig;
	stopped = 1;
	lws_cancel_service(context);
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	struct connection *c = user;

	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT:
		lws_get_peer_simple(wsi, c->peer, sizeof(c->peer));
		printf("%s connected\n", c->peer);
		break;

	case LWS_CALLBACK_RAW_RX:
		memcpy(c->buffer + LWS_PRE, in, len);
		c->len = len;
		/* no more, please, until this is written */
		lws_rx_flow_control(wsi, 0);
		lws_callback_on_writable(wsi);
		break;

	case LWS_CALLBACK_RAW_WRITEABLE:
		if (!c->len)
			break;
		if (lws_write(wsi, c->buffer + LWS_PRE, c->len,
			      LWS_WRITE_RAW) < 0)
			return -1; /* closes the connection */
		c->len = 0;
		lws_rx_flow_control(wsi, 1);
		break;

	case LWS_CALLBACK_RAW_CLOSE:
		printf("%s went\n", c->peer);
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "echo", on_event, sizeof(struct connection), PIECE, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

int main(int argc, char **argv)
{
	struct lws_context_creation_info info;

	setvbuf(stdout, NULL, _IOLBF, 0);
	memset(&info, 0, sizeof(info));
	info.port = argc > 1 ? atoi(argv[1]) : 7000;
	info.protocols = protocols;
	/* what connects is not HTTP, but raw bytes for our protocol */
	info.options = LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG;
	info.listen_accept_role = "raw-skt";
	info.listen_accept_protocol = "echo";

	context = lws_create_context(&info);
	if (!context) {
		fprintf(stderr, "raw-echo: cannot listen\n");
		return 1;
	}
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);

	while (!stopped && !lws_service(context, 0))
		;
	lws_context_destroy(context);

	return 0;
}
