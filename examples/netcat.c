/*
 * netcat: standard input to a TCP server, and what it says to standard
 * output, until it closes.
 *
 *     echo hello | netcat 127.0.0.1 7000
 *     echo hello | netcat +/run/a-unix-socket 0
 *
 * Standard input is a descriptor of the same loop: a raw file, that is read
 * only while the server takes what was read.
 */
#include <libwebsockets.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct lws_context *context;
static struct lws *server, *input;
static unsigned char buffer[LWS_PRE + 4096];
static size_t waiting;		/* bytes in the buffer */
static int input_ended, finished, failed;

static int on_input(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	ssize_t n;

	(void)user;
	(void)in;
	(void)len;

	switch ((int)reason) {
	case LWS_CALLBACK_RAW_RX_FILE:
		/* a file is only said to be readable, reading it is up to us */
		n = read(lws_get_socket_fd(wsi), buffer + LWS_PRE,
			 sizeof(buffer) - LWS_PRE);
		if (n <= 0)
			return n < 0 && errno == EINTR ? 0 : -1;
		waiting = (size_t)n;
		lws_rx_flow_control(wsi, 0);
		lws_callback_on_writable(server);
		break;

	case LWS_CALLBACK_RAW_CLOSE_FILE:
		input = NULL;
		input_ended = 1;
		if (server)
			lws_callback_on_writable(server);
		break;
	}

	return 0;
}

static int on_server(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	lws_sock_file_fd_type fd;

	(void)user;

	switch ((int)reason) {
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		fprintf(stderr, "netcat: %.*s\n", (int)len,
			in ? (const char *)in : "");
		failed = finished = 1;
		lws_cancel_service(context);
		break;

	case LWS_CALLBACK_RAW_CONNECTED:
		server = wsi;
		fd.filefd = dup(0);
		input = lws_adopt_descriptor_vhost(lws_get_vhost(wsi),
				LWS_ADOPT_RAW_FILE_DESC, fd, "input", NULL);
		if (!input) {
			fprintf(stderr, "netcat: cannot wait for the input\n");
			failed = 1;
			return -1;
		}
		break;

	case LWS_CALLBACK_RAW_WRITEABLE:
		if (waiting) {
			if (lws_write(wsi, buffer + LWS_PRE, waiting,
				      LWS_WRITE_RAW) < 0)
				return -1;
			waiting = 0;
			if (input)
				lws_rx_flow_control(input, 1);
			/* once more, when this has gone */
			lws_callback_on_writable(wsi);
		} else if (input_ended) {
			/* that was all, which need not be true of the server */
			shutdown(lws_get_socket_fd(wsi), SHUT_WR);
		}
		break;

	case LWS_CALLBACK_RAW_RX:
		if (fwrite(in, 1, len, stdout) != len || fflush(stdout))
			return -1;
		break;

	case LWS_CALLBACK_RAW_CLOSE:
		server = NULL;
		finished = 1;
		lws_cancel_service(context);
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "server", on_server, 0, 0, 0, NULL, 0 },
	{ "input", on_input, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

int main(int argc, char **argv)
{
	struct lws_context_creation_info info;
	struct lws_client_connect_info to;

	if (argc != 3) {
		fprintf(stderr, "usage: netcat <address> <port>\n");
		return 1;
	}
	lws_set_log_level(LLL_ERR, NULL);

	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	context = lws_create_context(&info);
	if (!context)
		return 1;

	memset(&to, 0, sizeof(to));
	to.context = context;
	to.address = to.host = argv[1];
	to.port = atoi(argv[2]);
	to.method = "RAW";
	to.local_protocol_name = "server";
	if (!lws_client_connect_via_info(&to)) {
		fprintf(stderr, "netcat: cannot connect to %s\n", argv[1]);
		failed = finished = 1;
	}

	while (!finished && !lws_service(context, 0))
		;
	lws_context_destroy(context);

	return failed;
}
