/*
 * loop-glib: the library in a GLib main loop.
 *
 *     loop-glib 7000
 *
 * sends each line of its standard input to all who are connected to the port,
 * until the input ends. Standard input belongs to the program's own loop, the
 * connections to the library, which has one descriptor for all of them and
 * for its timers: lws_context_get_poll_fd().
 */
#include "loop.h"

#include <glib-unix.h>

static GMainLoop *loop;

static gboolean on_input(gint fd, GIOCondition condition, gpointer data)
{
	(void)fd;
	(void)condition;
	(void)data;
	if (!say())
		return G_SOURCE_CONTINUE;
	g_main_loop_quit(loop);

	return G_SOURCE_REMOVE;
}

/* The library has something to do: below 0 it does that, and never sleeps. */
static gboolean on_library(gint fd, GIOCondition condition, gpointer data)
{
	(void)fd;
	(void)condition;
	(void)data;
	if (!lws_service(context, -1))
		return G_SOURCE_CONTINUE;
	g_main_loop_quit(loop);

	return G_SOURCE_REMOVE;
}

int main(int argc, char **argv)
{
	if (start(argc, argv))
		return 1;

	loop = g_main_loop_new(NULL, FALSE);
	g_unix_fd_add(0, G_IO_IN | G_IO_HUP, on_input, NULL);
	g_unix_fd_add(lws_context_get_poll_fd(context), G_IO_IN, on_library,
		      NULL);
	g_main_loop_run(loop);
	g_main_loop_unref(loop);
	lws_context_destroy(context);

	return 0;
}
