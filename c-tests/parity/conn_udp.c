/*
 * UDP: one bound socket that answers whoever asks, one that is connected to
 * it.
 */
#include "../conn.h"

#if LWS_LIBRARY_VERSION_MINOR < 2
#define PEER(udp) (&(udp)->sa)
#else
#define PEER(udp) (&(udp)->sa46.sa4)
#endif

static struct lws_vhost *vh;
static int received[2], wrote[2], closed;
static int adopted[2], created;

static struct lws *udp_create(const char *address, int port, int flags,
			      const char *protocol)
{
#if LWS_LIBRARY_VERSION_MINOR < 2
	return lws_create_adopt_udp(vh, address, port, flags, protocol, NULL,
				    NULL, &closed, NULL);
#else
	return lws_create_adopt_udp(vh, address, port, flags, protocol, NULL,
				    NULL, &closed, NULL, NULL);
#endif
}

static int udp_cb(struct lws *wsi, enum lws_callback_reasons reason,
		  void *user, void *in, size_t len)
{
	const struct lws_protocols *p = lws_get_protocol(wsi);
	const struct lws_udp *udp;
	int server;

	if (trace_skips((int)reason))
		return 0;
	server = !strcmp(p->name, "server");
	/*
	 * lws 4.3.5 takes the protocol away and gives it again after the
	 * adoption, which 4.1.6 and this library do not
	 */
	if (!created && adopted[server] &&
	    (reason == LWS_CALLBACK_RAW_SKT_DROP_PROTOCOL ||
	     reason == LWS_CALLBACK_RAW_SKT_BIND_PROTOCOL))
		return 0;
	/* the two sockets' events may come in any order */
	lane_callback_in(p->name, wsi, (int)reason, user, in, len);
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT:
		adopted[server] = 1;
		lane_add(p->name, "opaque %d, udp %d",
			 lws_get_opaque_user_data(wsi) == &closed,
			 lws_get_udp(wsi) != NULL);
		break;
	case LWS_CALLBACK_RAW_RX:
		received[server]++;
		udp = lws_get_udp(wsi);
		if (server) {
			/* the peer is that of this datagram */
			lane_add(p->name, "sent %d",
				 (int)sendto(lws_get_socket_fd(wsi), in, len,
					     0, (const struct sockaddr *)PEER(udp),
					     sizeof(struct sockaddr_in)) ==
				 (int)len);
		}
		break;
	case LWS_CALLBACK_RAW_WRITEABLE:
		wrote[server]++;
		if (!server)
			lane_add(p->name, "written %d",
				 write_text(wsi, "datagram", 8));
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		closed++;
		/* a timer did it: 4.1.6 goes on to sleep after those */
		lws_cancel_service(lws_get_context(wsi));
		break;
	}

	return 0;
}

TRACE_FIRST(udp_cb)

static const struct lws_protocols protocols[] = {
	{ "first", first_udp_cb, 0, 0, 1, NULL, 0 },
	{ "server", udp_cb, 16, 0, 2, NULL, 0 },
	{ "client", udp_cb, 16, 0, 3, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

int main(void)
{
	struct lws_context *cx = context_bare();
	struct lws *server, *client;
	int fd, port;

	lws_set_log_level(0, NULL);
	vh = vhost_client(cx, "vhost", protocols);
	pump(cx);
	lanes_print("vhost");

	/* the system has a free port, and tells us by a socket of ours */
	fd = plain_bound(SOCK_DGRAM, -1, &port);
	close(fd);

	server = udp_create("127.0.0.1", port, LWS_CAUDP_BIND, "server");
	CHECK(server != NULL);
	client = udp_create("127.0.0.1", port, 0, "client");
	CHECK(client != NULL);
	service_for(cx, 20000);
	wrote[0] = wrote[1] = 0;
	created = 1;
	lanes_print("created");

	lws_callback_on_writable(client);
	UNTIL(cx, received[0] == 1);
	lws_callback_on_writable(client);
	UNTIL(cx, received[0] == 2);
	lanes_print("echo");

	lws_set_timeout(client, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
	UNTIL(cx, closed == 1);
	lanes_print("client closed");
	lws_context_destroy(cx);
	lanes_print("destroy");

	return 0;
}
