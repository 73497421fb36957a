/*
 * Bytes over TLS: more than sockets take at once, in both directions, with
 * small buffers; the peers' ends; peers that do not speak TLS or do not speak
 * at all.
 */
#include "../tls.h"

/* a multiple of what is written at once */
#define TOTAL (check_slow() ? 600000u : 3000000u)

static int connected, failed, closed, served, server_closed, created, destroyed;
static size_t sent, server_got, client_got;
static char told[256];

static unsigned char byte_at(size_t n)
{
	return (unsigned char)(n * 7 + n / 251);
}

static int server_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	size_t n;

	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_WSI_CREATE:
		created++;
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		destroyed++;
		break;
	case LWS_CALLBACK_RAW_ADOPT:
		CHECK_EQ(lws_is_ssl(wsi), 1);
		served++;
		break;
	case LWS_CALLBACK_RAW_RX:
		for (n = 0; n < len; n++)
			CHECK_EQ(((unsigned char *)in)[n], byte_at(server_got + n));
		server_got += len;
		CHECK_EQ(lws_write(wsi, in, len, LWS_WRITE_RAW), (int)len);
		break;
	case LWS_CALLBACK_RAW_CLOSE:
		server_closed++;
		break;
	}

	return 0;
}

static int client_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	static unsigned char out[LWS_PRE + 300000];
	size_t n;

	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_CONNECTED:
		connected++;
		lws_callback_on_writable(wsi);
		break;
	case LWS_CALLBACK_RAW_WRITEABLE:
		if (sent == TOTAL)
			break;
		for (n = 0; n < 300000; n++)
			out[LWS_PRE + n] = byte_at(sent + n);
		CHECK_EQ(lws_write(wsi, out + LWS_PRE, 300000, LWS_WRITE_RAW),
			 300000);
		sent += 300000;
		lws_callback_on_writable(wsi);
		break;
	case LWS_CALLBACK_RAW_RX:
		CHECK(len <= 1000);
		for (n = 0; n < len; n++)
			CHECK_EQ(((unsigned char *)in)[n], byte_at(client_got + n));
		client_got += len;
		return client_got == TOTAL ? -1 : 0;
	case LWS_CALLBACK_RAW_CLOSE:
		closed++;
		break;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		CHECK(len < sizeof(told));
		memcpy(told, in, len + 1);
		failed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "server", server_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};
static const struct lws_protocols client_protocols[] = {
	{ "client", client_cb, 0, 1000, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;
static struct lws_vhost *server, *client, *hasty;

static void connects_by(struct lws_vhost *vh, int port)
{
	struct lws_client_connect_info i;

	connected = failed = closed = 0;
	info_connect(&i, cx, vh, "client", "127.0.0.1", port);
	i.ssl_connection = LCCSCF_USE_SSL;
	CHECK(lws_client_connect_via_info(&i) != NULL);
}

static void connects(int port)
{
	connects_by(client, port);
}

/* What comes back is what went, and both ends hear of the end once. */
static void echo(void)
{
	connects(lws_get_vhost_listen_port(server));
	UNTIL(cx, (closed && server_closed) || failed);
	CHECK_EQ(failed, 0);
	CHECK_EQ(connected, 1);
	CHECK_EQ(served, 1);
	CHECK_EQ(server_got, TOTAL);
	CHECK_EQ(client_got, TOTAL);
	CHECK_EQ(failed, 0);
	UNTIL(cx, destroyed == 1);
}

/* A server that says something else, or nothing, or leaves. */
static void odd_servers(void)
{
	int port, fd, listener = plain_bound(SOCK_STREAM, 5, &port);
	char buf[1000];

	connects(port);
	fd = accept(listener, NULL, NULL);
	CHECK(fd >= 0);
	plain_send(fd, "220 hello\r\n");
	UNTIL(cx, failed);
	CHECK(!strncmp(told, "tls: error:0A00010B:SSL routines::wrong version number", 54));
	close(fd);

	connects(port);
	fd = accept(listener, NULL, NULL);
	CHECK(fd >= 0);
	CHECK(plain_read(cx, fd, buf, sizeof(buf)) > 100);
	close(fd);
	UNTIL(cx, failed);
	CHECK(!strncmp(told, "tls: ", 5));
	close(listener);
}

/* A client that says something else, or leaves. */
static void odd_clients(void)
{
	int fd, before = destroyed, adopted = served;
	char buf[100];

	fd = plain_connect(lws_get_vhost_listen_port(server));
	plain_send(fd, "GET / HTTP/1.1\r\n\r\n");
	UNTIL(cx, destroyed == before + 1);
	/* an alert or a reset, no answer */
	CHECK(recv(fd, buf, sizeof(buf), 0) < 20);
	close(fd);

	fd = plain_connect(lws_get_vhost_listen_port(server));
	UNTIL(cx, created == before + 2);
	close(fd);
	UNTIL(cx, destroyed == before + 2);
	CHECK_EQ(served, adopted);
	CHECK_EQ(server_closed, 1);
}

/* Neither end waits for ever: 10 s for who is accepted, timeout_secs of the vhost for a client. */
static void silent(void)
{
	int port, listener = plain_bound(SOCK_STREAM, 5, &port), fd;
	int before = destroyed;
	lws_usec_t start = lws_now_usecs();

	fd = plain_connect(lws_get_vhost_listen_port(server));
	connects_by(hasty, port);
	UNTIL(cx, failed);
	CHECK(!strncmp(told, "Timed out waiting SSL: ", 23));
	CHECK(lws_now_usecs() - start >= 2000000);
	CHECK(lws_now_usecs() - start < 9000000);
	UNTIL(cx, destroyed == before + 1);
	CHECK(lws_now_usecs() - start >= 9900000);
	CHECK(lws_now_usecs() - start < 15000000);
	close(fd);
	close(listener);
}

/* The context ends with a handshake under way. */
static void ends(void)
{
	int port, listener = plain_bound(SOCK_STREAM, 5, &port), fd;

	fd = plain_connect(lws_get_vhost_listen_port(server));
	connects(port);
	service_for(cx, 50000);
	lws_context_destroy(cx);
	CHECK_EQ(failed, 1);
	CHECK_EQ(created, destroyed - 1 /* that of the listener */);
	close(fd);
	close(listener);
}

int main(void)
{
	struct lws_context_creation_info info;

	cx = context_bare();
	info_tls_client(&info, "client", client_protocols);
	client = lws_create_vhost(cx, &info);
	CHECK(client != NULL);
	info.vhost_name = "hasty";
	info.timeout_secs = 2;
	hasty = lws_create_vhost(cx, &info);
	CHECK(hasty != NULL);
	info_tls_server(&info, "server", "good", protocols, "server");
	server = lws_create_vhost(cx, &info);
	CHECK(server != NULL);
	echo();
	odd_servers();
	odd_clients();
	silent();
	ends();

	return 0;
}
