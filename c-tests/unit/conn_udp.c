/*
 * UDP: datagrams of any length keep their borders, each one's sender is known,
 * and an answer nobody wants closes nothing that is bound.
 */
#include "../conn.h"

/* what the buffer of the loop holds, see pt_serv_buf_size */
#define BIGGEST 4000

static int received, closed, empty;
static size_t lengths[16];
static struct lws *bound;

static int udp_cb(struct lws *wsi, enum lws_callback_reasons reason,
		  void *user, void *in, size_t len)
{
	const struct lws_udp *udp;
	const unsigned char *bytes = in;
	struct sockaddr_storage ss;
	socklen_t ss_len = sizeof(ss);
	char peer[64];
	size_t n;

	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_RX:
		CHECK(received < (int)LWS_ARRAY_SIZE(lengths));
		lengths[received++] = len;
		for (n = 1; n < len; n++)
			CHECK(bytes[n] == (unsigned char)n);
		udp = lws_get_udp(wsi);
		CHECK(udp != NULL);
		CHECK_EQ(udp->connected,
			 !getpeername(lws_get_socket_fd(wsi),
				      (struct sockaddr *)&ss, &ss_len));
		if (wsi == bound && len) {
			CHECK(lws_sa46_write_numeric_address(
				(lws_sockaddr46 *)(uintptr_t)&udp->sa46, peer,
				sizeof(peer)) > 0);
			CHECK(strstr(peer, "127.0.0.1") ||
			      strstr(peer, "::1"));
			CHECK(sendto(lws_get_socket_fd(wsi), in, len, 0,
				     (const struct sockaddr *)&udp->sa46,
				     udp->sa46.sa4.sin_family == AF_INET6 ?
				     sizeof(struct sockaddr_in6) :
				     sizeof(struct sockaddr_in)) ==
			      (ssize_t)len);
		}
		if (!len)
			empty++;
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		closed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "udp", udp_cb, 8, BIGGEST, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static int plain_udp(int port)
{
	struct sockaddr_in a = loopback(port);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	CHECK(fd >= 0);
	CHECK(!connect(fd, (struct sockaddr *)&a, sizeof(a)));

	return fd;
}

/*
 * How much comes of a datagram: rx_buffer_size, also above what the context's
 * buffer holds, or that. One line says of a connection that it was cut.
 */
static void lengths_of(struct lws_context *cx)
{
	static const size_t rooms[] = { 0, 100, 4096, 9000, 1000000 },
			    sizes[] = { 100, 101, 4096, 4097, 9001, 65507 };
	struct lws_protocols some[] = {
		{ "udp", udp_cb, 8, 0, 0, NULL, 0 },
		{ NULL, NULL, 0, 0, 0, NULL, 0 }
	};
	static unsigned char buf[65507];
	size_t n, m, room, cuts, was;
	struct lws_vhost *vh;
	int fd, port;

	for (n = 0; n < sizeof(buf); n++)
		buf[n] = (unsigned char)n;
	for (n = 0; n < LWS_ARRAY_SIZE(rooms); n++) {
		some[0].rx_buffer_size = rooms[n];
		vh = vhost_client(cx, "lengths", some);
		fd = plain_bound(SOCK_DGRAM, -1, &port);
		close(fd);
		CHECK(lws_create_adopt_udp(vh, "127.0.0.1", port,
					   LWS_CAUDP_BIND, "udp", NULL, NULL,
					   NULL, NULL, NULL) != NULL);
		fd = plain_udp(port);
		room = rooms[n] ? rooms[n] : 4096;
		log_watch(LOG_USUAL);
		for (m = cuts = 0; m < LWS_ARRAY_SIZE(sizes); m++) {
			received = 0;
			CHECK(send(fd, buf, sizes[m], 0) == (ssize_t)sizes[m]);
			UNTIL(cx, received == 1);
			was = sizes[m] < room ? sizes[m] : room;
			CHECK_EQ(lengths[0], was);
			cuts += was < sizes[m];
			CHECK_EQ(log_lines(""), cuts ? 1 : 0);
			CHECK_EQ(log_lines("rx_buffer_size"), cuts ? 1 : 0);
		}
		close(fd);
		lws_vhost_destroy(vh);
		pump(cx);
	}
}

int main(void)
{
	static unsigned char buf[LWS_PRE + BIGGEST];
	static const size_t sizes[] = { 1, 2, 1000, 1472, 1473, BIGGEST };
	int before = descriptors(), port, port_2, fd, other;
	struct lws_context *cx = context_bare();
	struct lws *wsi, *child;
	struct lws_vhost *vh;
	size_t n;

	vh = vhost_client(cx, "udp", protocols);
	pump(cx);
	for (n = 0; n < BIGGEST; n++)
		buf[LWS_PRE + n] = (unsigned char)n;

	/* bound to an address, and to all of them */
	fd = plain_bound(SOCK_DGRAM, -1, &port);
	close(fd);
	bound = lws_create_adopt_udp(vh, "127.0.0.1", port, LWS_CAUDP_BIND,
				     "udp", NULL, NULL, &received, NULL, NULL);
	CHECK(bound != NULL);
	service_for(cx, 5000);
	CHECK(lws_get_opaque_user_data(bound) == &received);
	CHECK_EQ(socket_port(lws_get_socket_fd(bound)), port);

	fd = plain_udp(port);
	other = plain_udp(port);
	for (n = 0; n < LWS_ARRAY_SIZE(sizes); n++) {
		int from = n & 1 ? fd : other;

		received = 0;
		CHECK(send(from, buf + LWS_PRE, sizes[n], 0) ==
		      (ssize_t)sizes[n]);
		UNTIL(cx, received == 1);
		CHECK_EQ(lengths[0], sizes[n]);
		CHECK(plain_read(cx, from, buf + LWS_PRE, BIGGEST) ==
		      (ssize_t)sizes[n]);
	}
	/* several wait: each one for itself, in order */
	received = 0;
	for (n = 1; n <= 5; n++)
		CHECK(send(fd, buf + LWS_PRE, n * 10, 0) == (ssize_t)n * 10);
	UNTIL(cx, received == 5);
	for (n = 1; n <= 5; n++)
		CHECK_EQ(lengths[n - 1], n * 10);

	/* one without bytes is not an end */
	CHECK(send(fd, buf, 0, 0) == 0);
	received = 0;
	CHECK(send(fd, buf + LWS_PRE, 5, 0) == 5);
	UNTIL(cx, received && lengths[received - 1] == 5);
	CHECK_EQ(closed, 0);
	close(fd);
	/* its answer finds nobody: no reason to end */
	CHECK(send(other, buf + LWS_PRE, 3, 0) == 3);
	close(other);
	service_for(cx, 10000);
	other = plain_udp(port);
	received = 0;
	CHECK(send(other, buf + LWS_PRE, 7, 0) == 7);
	UNTIL(cx, received && lengths[received - 1] == 7);
	CHECK_EQ(closed, 0);
	close(other);

	/* connected, as a child, and answered */
	wsi = lws_create_adopt_udp(vh, "127.0.0.1", port, 0, "udp", NULL, bound,
				   NULL, NULL, NULL);
	CHECK(wsi != NULL);
	child = lws_get_child(bound);
	CHECK(child == wsi && lws_get_parent(wsi) == bound);
	service_for(cx, 5000);
	received = 0;
	CHECK(lws_write(wsi, buf + LWS_PRE, 99, LWS_WRITE_RAW) == 99);
	UNTIL(cx, received == 2);
	CHECK_EQ(lengths[0], 99);
	CHECK_EQ(lengths[1], 99);

	/* a client whose datagram found nobody ends, as a stream that is refused */
	fd = plain_bound(SOCK_DGRAM, -1, &port_2);
	close(fd);
	for (n = 0; n < 2; n++) {
		wsi = lws_create_adopt_udp(vh, "127.0.0.1", port_2, 0, "udp",
					   NULL, bound, NULL, NULL, NULL);
		CHECK(wsi != NULL);
		CHECK(lws_write(wsi, buf + LWS_PRE, 5, LWS_WRITE_RAW) == 5);
		/* whoever looks first hears of it: the next write, the loop */
		if (n)
			CHECK(lws_write(wsi, buf + LWS_PRE, 6, LWS_WRITE_RAW) ==
			      -1);
		else
			UNTIL(cx, closed == 1);
	}
	CHECK_EQ(closed, 1);
	lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
	/* one that receives nothing hears of it when it does again */
	wsi = lws_create_adopt_udp(vh, "127.0.0.1", port_2, 0, "udp", NULL,
				   bound, NULL, NULL, NULL);
	CHECK(wsi != NULL && !lws_rx_flow_control(wsi, 0));
	CHECK(lws_write(wsi, buf + LWS_PRE, 5, LWS_WRITE_RAW) == 5);
	service_for(cx, 5000);
	CHECK_EQ(closed, 2);
	CHECK(!lws_rx_flow_control(wsi, 1));
	UNTIL(cx, closed == 3);
	closed = 1;

	/* the children end with their parent */
	lws_set_timeout(bound, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
	CHECK_EQ(closed, 3);
	lengths_of(cx);

	/* any address; a port that is taken; an address that is not ours */
	bound = lws_create_adopt_udp(vh, NULL, port, LWS_CAUDP_BIND, "udp",
				     NULL, NULL, NULL, NULL, NULL);
	CHECK(bound != NULL);
	service_for(cx, 5000);
	other = plain_udp(port);
	received = 0;
	CHECK(send(other, buf + LWS_PRE, 4, 0) == 4);
	UNTIL(cx, received == 1);
	close(other);
	closed = 0;
	log_watch(LOG_USUAL);
	fd = plain_bound(SOCK_DGRAM, -1, &port);
	wsi = lws_create_adopt_udp(vh, "127.0.0.1", port, LWS_CAUDP_BIND, "udp",
				   NULL, NULL, NULL, NULL, NULL);
	if (wsi)
		UNTIL(cx, closed == 1);
	closed = 0;
	wsi = lws_create_adopt_udp(vh, "192.0.2.77", port, LWS_CAUDP_BIND, "udp",
				   NULL, NULL, NULL, NULL, NULL);
	if (wsi)
		UNTIL(cx, closed == 1);
	CHECK(log_lines("") >= 2);
	close(fd);

	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), before);

	return 0;
}
