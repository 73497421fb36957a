/*
 * What the loop-*.c have in common: a server that sends what was said last to
 * everybody who is connected. None of it knows which loop it runs in.
 */
#ifndef LOOP_H
#define LOOP_H

#include <libwebsockets.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct lws_context *context;

/* What was read last, and what it is the number of. */
static unsigned char said[LWS_PRE + 1024];
static size_t length;
static unsigned int number;

struct listener {
	unsigned int	heard;
};

static int on_event(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	struct listener *l = user;

	(void)in;
	(void)len;

	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT:
		l->heard = number;
		break;

	case LWS_CALLBACK_RAW_WRITEABLE:
		if (l->heard == number)
			break;
		l->heard = number;
		if (lws_write(wsi, said + LWS_PRE, length,
			      LWS_WRITE_RAW) < 0)
			return -1;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "listener", on_event, sizeof(struct listener), 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

/* Standard input has something: 0, or 1 when that is its end. */
static int say(void)
{
	ssize_t n = read(0, said + LWS_PRE, sizeof(said) - LWS_PRE);

	if (n <= 0)
		return 1;
	length = (size_t)n;
	number++;
	lws_callback_on_writable_all_protocol(context, &protocols[0]);

	return 0;
}

/* A context that listens on the port of the command line: 0, or 1 and a line. */
static int start(int argc, char **argv)
{
	struct lws_context_creation_info info;

	memset(&info, 0, sizeof(info));
	info.port = argc > 1 ? atoi(argv[1]) : 7000;
	info.protocols = protocols;
	info.options = LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG;
	info.listen_accept_role = "raw-skt";
	info.listen_accept_protocol = "listener";
	context = lws_create_context(&info);
	if (!context) {
		fprintf(stderr, "%s: cannot listen\n", argv[0]);
		return 1;
	}

	return 0;
}

#endif
