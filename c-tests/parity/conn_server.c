/*
 * A TCP server: what its protocols are told, whoever closes.
 */
#include "../conn.h"

struct session {
	int	writes;
	char	text[64];
	size_t	len;
};

static int closed;
static int zeroed = 1;

static int server_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	struct session *s = user;
	const char *text = in;
	const struct lws_filter_network_conn_args *filter = user;
	char name[64];

	if (reason == LWS_CALLBACK_WSI_DESTROY &&
	    !strcmp(lws_get_protocol(wsi)->name, "first"))
		/* the listening socket: what its user space is, is open */
		lane_callback(wsi, (int)reason, NULL, in, len);
	else
		lane_callback(wsi, (int)reason, user, in, len);
	switch ((int)reason) {
	case LWS_CALLBACK_FILTER_NETWORK_CONNECTION:
		lane_add("server", "fd %d, %d", (int)(intptr_t)in > 2,
			 filter->accept_fd == (int)(intptr_t)in);
		break;
	case LWS_CALLBACK_RAW_SKT_BIND_PROTOCOL:
		zeroed = !s->writes && !s->len && !s->text[0];
		break;
	case LWS_CALLBACK_RAW_ADOPT:
		CHECK(lws_get_peer_simple(wsi, name, sizeof(name)) == name);
		/* 4.1.6 writes ::ffff:127.0.0.1 */
		lane_add("server", "peer %d, user %d, protocol %d, fd %d, zeroed %d",
			 strstr(name, "127.0.0.1") != NULL,
			 lws_wsi_user(wsi) == user,
			 !strcmp(lws_get_protocol(wsi)->name, "accepts"),
			 lws_get_socket_fd(wsi) > 2, zeroed);
		break;
	case LWS_CALLBACK_RAW_RX:
		if (text[0] == 'q') /* quit at once */
			return -1;
		if (text[0] == '1') { /* above 0 is no error */
			lws_callback_on_writable(wsi);
			s->len = len;
			memcpy(s->text, text, len);
			return 1;
		}
		CHECK(len < sizeof(s->text));
		memcpy(s->text, text, len);
		s->len = len;
		/* many requests are one callback */
		lane_add("server", "request %d",
			 lws_callback_on_writable(wsi));
		lws_callback_on_writable(wsi);
		lws_callback_on_writable(wsi);
		break;
	case LWS_CALLBACK_RAW_WRITEABLE:
		lane_add("server", "written %d",
			 write_text(wsi, s->text, s->len));
		s->writes++;
		if (s->text[0] == 'x') /* answer, then close */
			return -1;
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		/* the listening socket has an end as well */
		closed++;
		break;
	}

	return 0;
}

TRACE_FIRST(server_cb)

static const struct lws_protocols protocols[] = {
	{ "first", first_server_cb, 0, 0, 1, NULL, 0 },
	{ "accepts", server_cb, sizeof(struct session), 0, 2, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

int main(void)
{
	struct lws_context *cx;
	struct lws_vhost *vh;
	char buf[16];
	int fd, port;

	cx = context_bare();
	lws_set_log_level(0, NULL);
	vh = vhost_server(cx, "server", protocols, "accepts");
	pump(cx);
	port = lws_get_vhost_listen_port(vh);
	lane_add("server", "port %d name %s",
		 lws_get_vhost_port(vh) == port || !lws_get_vhost_port(vh),
		 lws_get_vhost_name(vh));
	lanes_print("vhost");

	fd = plain_connect(port);
	plain_send(fd, "hello");
	plain_expect(cx, fd, "hello");
	plain_send(fd, "1 is no error");
	plain_expect(cx, fd, "1 is no error");
	close(fd);
	UNTIL(cx, closed == 1);
	lanes_print("client closes");

	fd = plain_connect(port);
	plain_send(fd, "hello");
	plain_expect(cx, fd, "hello");
	plain_reset(fd);
	UNTIL(cx, closed == 2);
	lanes_print("client resets");

	fd = plain_connect(port);
	plain_send(fd, "quit");
	printf("read %d\n", plain_read(cx, fd, buf, sizeof(buf)) == 0);
	close(fd);
	UNTIL(cx, closed == 3);
	lanes_print("receive callback closes");

	fd = plain_connect(port);
	plain_send(fd, "xyz");
	plain_expect(cx, fd, "xyz");
	printf("read %d\n", (int)plain_read(cx, fd, buf, sizeof(buf)));
	close(fd);
	UNTIL(cx, closed == 4);
	lanes_print("writeable callback closes");

	fd = plain_connect(port);
	plain_send(fd, "half");
	CHECK(!shutdown(fd, SHUT_WR));
	UNTIL(cx, closed == 5);
	close(fd);
	/* whether the answer still goes out is a race in 4.1.6 */
	memset(lanes, 0, sizeof(lanes));

	/* connected, and never said a word */
	fd = plain_connect(port);
	service_for(cx, 50000);
	lanes_print("silent");
	lws_context_destroy(cx);
	printf("read %d\n", (int)read(fd, buf, sizeof(buf)));
	close(fd);
	lanes_print("destroy");

	return 0;
}
