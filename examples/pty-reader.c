/*
 * pty-reader: the lines that come from a serial port.
 *
 *     pty-reader /dev/ttyUSB0
 *
 * Without a name it makes a pseudo terminal, says where, and reads what is
 * written to that:
 *
 *     pty-reader &
 *     echo hello > /dev/pts/<number>
 */
#define _GNU_SOURCE
#include <libwebsockets.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static struct lws_context *context;
static volatile sig_atomic_t stopped;

/* A line, as far as it has come. */
struct port {
	char	line[256];
	size_t	len;
};

static void on_signal(int sig)
{
	(void)sig;
	stopped = 1;
	lws_cancel_service(context);
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	struct port *port = user;
	char piece[64];
	ssize_t got, n;

	(void)in;
	(void)len;

	switch ((int)reason) {
	case LWS_CALLBACK_RAW_RX_FILE:
		got = read(lws_get_socket_fd(wsi), piece, sizeof(piece));
		if (got < 0)
			return errno == EINTR || errno == EAGAIN ? 0 : -1;
		if (!got)
			return -1; /* closes it */
		for (n = 0; n < got; n++) {
			if (piece[n] == '\r')
				continue;
			if (piece[n] != '\n' &&
			    port->len < sizeof(port->line) - 1) {
				port->line[port->len++] = piece[n];
				continue;
			}
			printf("%.*s\n", (int)port->len, port->line);
			port->len = 0;
		}
		break;

	case LWS_CALLBACK_RAW_CLOSE_FILE:
		stopped = 1;
		lws_cancel_service(context);
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "port", on_event, sizeof(struct port), 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

/* A pseudo terminal of our own; it stays when who writes to it goes. */
static int terminal(void)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 || grantpt(fd) || unlockpt(fd))
		return -1;
	printf("write to %s\n", ptsname(fd));
	/* with no writer at all a read would fail: be one, and never write */
	if (open(ptsname(fd), O_RDWR | O_NOCTTY | O_CLOEXEC) < 0)
		return -1;

	return fd;
}

int main(int argc, char **argv)
{
	struct lws_context_creation_info info;
	lws_sock_file_fd_type fd;
	struct lws_vhost *vhost;
	struct termios mode;
	int failed = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	fd.filefd = argc > 1 ? open(argv[1], O_RDWR | O_NOCTTY | O_CLOEXEC) :
			       terminal();
	if (fd.filefd < 0) {
		perror("pty-reader");
		return 1;
	}
	/* bytes as they come; speed and parity stay as they are */
	if (!tcgetattr(fd.filefd, &mode)) {
		cfmakeraw(&mode);
		tcsetattr(fd.filefd, TCSANOW, &mode);
	}

	memset(&info, 0, sizeof(info));
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	context = lws_create_context(&info);
	if (!context)
		return 1;
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);

	/* from here on the descriptor is the connection's, which closes it */
	vhost = lws_create_vhost(context, &info);
	if (!vhost || !lws_adopt_descriptor_vhost(vhost,
			LWS_ADOPT_RAW_FILE_DESC, fd, "port", NULL)) {
		fprintf(stderr, "pty-reader: cannot wait for the port\n");
		failed = 1;
	}

	while (!failed && !stopped && !lws_service(context, 0))
		;
	lws_context_destroy(context);

	return failed;
}
