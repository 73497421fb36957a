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
#include <libwebsockets.h>

#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct lws_context *context;
static GMainLoop *loop;

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
	struct lws_context_creation_info info;

	memset(&info, 0, sizeof(info));
	info.port = argc > 1 ? atoi(argv[1]) : 7000;
	info.protocols = protocols;
	info.options = LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG;
	info.listen_accept_role = "raw-skt";
	info.listen_accept_protocol = "listener";
	context = lws_create_context(&info);
	if (!context) {
		fprintf(stderr, "loop-glib: cannot listen\n");
		return 1;
	}

	loop = g_main_loop_new(NULL, FALSE);
	g_unix_fd_add(0, G_IO_IN | G_IO_HUP, on_input, NULL);
	g_unix_fd_add(lws_context_get_poll_fd(context), G_IO_IN, on_library,
		      NULL);
	g_main_loop_run(loop);
	g_main_loop_unref(loop);
	lws_context_destroy(context);

	return 0;
}
