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
#include "loop.h"

#include <uv.h>

static uv_loop_t *loop;

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
	uv_poll_t input, library;

	if (start(argc, argv))
		return 1;

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
