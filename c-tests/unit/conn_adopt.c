/*
 * Sockets handed over: to what the vhost accepts with, with bytes read
 * before, with a pointer of the program; and what is not taken is closed.
 */
#include "../conn.h"

static int opened, closed, received;
static char got[64];
static const char *protocol;
static void *opaque;

static int adopt_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT:
		opened++;
		protocol = lws_get_protocol(wsi)->name;
		opaque = lws_get_opaque_user_data(wsi);
		break;
	case LWS_CALLBACK_RAW_RX:
		CHECK(strlen(got) + len < sizeof(got));
		strncat(got, in, len);
		received++;
		break;
	case LWS_CALLBACK_RAW_CLOSE:
		closed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "first", adopt_cb, 0, 0, 0, NULL, 0 },
	{ "accepts", adopt_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;

static int pair_make(int *ours)
{
	int pair[2];

	CHECK(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
	*ours = pair[1];
	opened = closed = received = 0;
	got[0] = '\0';

	return pair[0];
}

static void talks(struct lws *wsi, int ours, const char *before)
{
	char all[64];

	CHECK(wsi != NULL);
	CHECK_EQ(opened, 1);
	CHECK_STR(protocol, "accepts");
	snprintf(all, sizeof(all), "%shello", before);
	plain_send(ours, "hello");
	UNTIL(cx, !strcmp(got, all));
	close(ours);
	UNTIL(cx, closed == 1);
}

/* The other end sees that nobody has it. */
static void is_closed(int ours)
{
	char buf[8];

	CHECK(plain_read(cx, ours, buf, sizeof(buf)) <= 0);
	close(ours);
}

int main(void)
{
	struct lws_context_creation_info info;
	int before = descriptors(), fd, ours;
	lws_sock_file_fd_type both;
	struct lws_vhost *vh;
	lws_adopt_desc_t desc;
	struct lws *wsi;

	/* the default vhost, for those that name none */
	info_server(&info, "adopts", protocols, "accepts");
	info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
	lws_set_log_level(LOG_USUAL, NULL);
	cx = context_from(&info);
	pump(cx);
	CHECK((vh = lws_get_vhost_by_name(cx, "adopts")) != NULL);

	fd = pair_make(&ours);
	wsi = lws_adopt_socket(cx, fd);
	CHECK(lws_get_vhost(wsi) == vh);
	talks(wsi, ours, "");

	fd = pair_make(&ours);
	talks(lws_adopt_socket_vhost(vh, fd), ours, "");

	/* what was read before comes first; the buffer is ours again at once */
	fd = pair_make(&ours);
	{
		char buf[] = "GET ";

		wsi = lws_adopt_socket_readbuf(cx, fd, buf, 4);
		memset(buf, 'x', sizeof(buf));
	}
	UNTIL(cx, received);
	CHECK_STR(got, "GET ");
	talks(wsi, ours, "GET ");
	fd = pair_make(&ours);
	talks(lws_adopt_socket_vhost_readbuf(vh, fd, "put ", 4), ours, "put ");
	fd = pair_make(&ours);
	talks(lws_adopt_socket_vhost_readbuf(vh, fd, NULL, 0), ours, "");

	fd = pair_make(&ours);
	memset(&desc, 0, sizeof(desc));
	desc.vh = vh;
	desc.type = LWS_ADOPT_SOCKET;
	desc.fd.sockfd = fd;
	desc.vh_prot_name = "accepts";
	desc.opaque = &received;
	wsi = lws_adopt_descriptor_vhost_via_info(&desc);
	CHECK(opaque == &received);
	talks(wsi, ours, "");

	/* the peer went before it was handed over */
	fd = pair_make(&ours);
	plain_send(ours, "last");
	close(ours);
	CHECK(lws_adopt_socket_vhost(vh, fd) != NULL);
	UNTIL(cx, closed == 1);
	CHECK_STR(got, "last");

	/* a protocol that is not there: no, and the socket ends */
	both.sockfd = pair_make(&ours);
	CHECK_FAILS("lws_adopt_descriptor_vhost",
		    !lws_adopt_descriptor_vhost(vh, LWS_ADOPT_SOCKET, both,
						"nobody", NULL));
	is_closed(ours);
	/* but TLS that is allowed need not be used */
	both.sockfd = pair_make(&ours);
	wsi = lws_adopt_descriptor_vhost(vh, LWS_ADOPT_SOCKET |
					 LWS_ADOPT_ALLOW_SSL, both, "accepts",
					 NULL);
	talks(wsi, ours, "");
	CHECK_EQ(closed, 1);

	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), before);

	return 0;
}
