/*
 * loop-uv: the library in a libuv loop.
 *
 *     loop-uv 7000
 *
 * sends each line of its standard input to all who are connected to the port,
 * until the input ends. Standard input belongs to the program's own loop, the
 * connections to the library, which has one descriptor for all of them and
 * for its timers: lws_context_get_poll_fd().
 */
#include <libwebsockets.h>

#include <uv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct lws_context *context;
static uv_loop_t *loop;

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

static void on_input(uv_poll_t *handle, int status, int events)
{
	(void)handle;
	(void)events;
	if (status || say())
		uv_stop(loop);
}

/* The library has something to do: below 0 it does that, and never sleeps. */
static void on_library(uv_poll_t *handle, int status, int events)
{
	(void)handle;
	(void)events;
	if (status || lws_service(context, -1))
		uv_stop(loop);
}

int main(int argc, char **argv)
{
	struct lws_context_creation_info info;
	uv_poll_t input, library;

	memset(&info, 0, sizeof(info));
	info.port = argc > 1 ? atoi(argv[1]) : 7000;
	info.protocols = protocols;
	info.options = LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG;
	info.listen_accept_role = "raw-skt";
	info.listen_accept_protocol = "listener";
	context = lws_create_context(&info);
	if (!context) {
		fprintf(stderr, "loop-uv: cannot listen\n");
		return 1;
	}

	loop = uv_default_loop();
	if (uv_poll_init(loop, &input, 0) ||
	    uv_poll_init(loop, &library, lws_context_get_poll_fd(context)) ||
	    uv_poll_start(&input, UV_READABLE, on_input) ||
	    uv_poll_start(&library, UV_READABLE, on_library)) {
		/* libuv does not wait for files, which are always readable */
		fprintf(stderr, "loop-uv: cannot wait\n");
		return 1;
	}
	uv_run(loop, UV_RUN_DEFAULT);
	uv_close((uv_handle_t *)&input, NULL);
	uv_close((uv_handle_t *)&library, NULL);
	uv_run(loop, UV_RUN_DEFAULT);
	lws_context_destroy(context);

	return 0;
}
