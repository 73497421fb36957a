/*
 * udp-echo: a UDP server that sends each datagram back to where it came from.
 *
 *     udp-echo 7000 &
 *     echo hello | nc -u -w 1 127.0.0.1 7000
 */
#include <libwebsockets.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

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
	const struct sockaddr *to;
	const struct lws_udp *udp;
	char peer[64];

	(void)user;

	if ((int)reason != LWS_CALLBACK_RAW_RX)
		return 0;

	/* until the next datagram, this is who sent it */
	udp = lws_get_udp(wsi);
	to = (const struct sockaddr *)&udp->sa46;
	lws_sa46_write_numeric_address((lws_sockaddr46 *)&udp->sa46, peer,
				       sizeof(peer));
	printf("%zu bytes from %s\n", len, peer);
	/* one datagram is sent whole or, as UDP may, not at all */
	if (sendto(lws_get_socket_fd(wsi), in, len, 0, to,
		   to->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) :
					       sizeof(struct sockaddr_in)) < 0)
		perror("udp-echo");

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "echo", on_event, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

int main(int argc, char **argv)
{
	struct lws_context_creation_info info;
	struct lws_vhost *vhost;
	int failed = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	memset(&info, 0, sizeof(info));
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	context = lws_create_context(&info);
	if (!context)
		return 1;
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);

	vhost = lws_create_vhost(context, &info);
	if (!vhost || !lws_create_adopt_udp(vhost, NULL, argc > 1 ?
					    atoi(argv[1]) : 7000,
					    LWS_CAUDP_BIND, "echo", NULL, NULL,
					    NULL, NULL, NULL)) {
		fprintf(stderr, "udp-echo: cannot have the port\n");
		failed = 1;
	}

	while (!failed && !stopped && !lws_service(context, 0))
		;
	lws_context_destroy(context);

	return failed;
}
