/*
 * Clients behind an HTTP proxy: what it is asked, what follows when it agrees, over TLS too, and what
 * the program is told when it does not.
 */
#include "../http.h"
#include "../tls.h"

/* Also for what is not this context's. */
#define WAIT(cx, condition) \
	do { \
		lws_usec_t wait_end = lws_now_usecs() + 30 * LWS_US_PER_SEC; \
		while (!(condition)) { \
			CHECK(lws_service(cx, -1) >= 0); \
			CHECK(lws_now_usecs() < wait_end); \
			usleep(200); \
		} \
	} while (0)

static int listener, port;
static char calls[1024], said[200], body[1024];
static size_t body_len;
static struct lws *client;
static struct lws_vhost *vh;
static int ended;

static int client_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	char buf[LWS_PRE + 1000], *px = buf + LWS_PRE;
	int lenx = sizeof(buf) - LWS_PRE;

	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		snprintf(said, sizeof(said), "%s", (const char *)in);
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		if (wsi == client)
			ended = 1;
		break;
	case LWS_CALLBACK_RECEIVE_CLIENT_HTTP:
		return lws_http_client_read(wsi, &px, &lenx) < 0 ? -1 : 0;
	case LWS_CALLBACK_RECEIVE_CLIENT_HTTP_READ:
	case LWS_CALLBACK_RAW_RX:
		CHECK(body_len + len < sizeof(body));
		memcpy(body + body_len, in, len);
		body_len += len;
		body[body_len] = '\0';
		return 0;
	case LWS_CALLBACK_CONNECTING:
	case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
	case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
	case LWS_CALLBACK_COMPLETED_CLIENT_HTTP:
	case LWS_CALLBACK_CLOSED_CLIENT_HTTP:
	case LWS_CALLBACK_CLIENT_HTTP_BIND_PROTOCOL:
	case LWS_CALLBACK_CLIENT_HTTP_DROP_PROTOCOL:
	case LWS_CALLBACK_RAW_CONNECTED:
		break;
	default:
		return 0;
	}
	snprintf(calls + strlen(calls), sizeof(calls) - strlen(calls), "%d ",
		 (int)reason);

	return 0;
}

static const struct lws_protocols client_protocols[] = {
	{ "client", client_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static int begin(struct lws_context *cx, const char *method,
		 const char *address, int flags)
{
	struct lws_client_connect_info i;

	calls[0] = said[0] = body[0] = '\0';
	body_len = 0;
	ended = 0;
	memset(&i, 0, sizeof(i));
	i.context = cx;
	i.vhost = vh;
	i.address = address;
	i.port = 81;
	i.path = "/now";
	i.host = address;
	i.method = method;
	i.protocol = method ? NULL : "client";
	i.ssl_connection = flags;
	i.local_protocol_name = "client";
	i.pwsi = &client;
	CHECK(lws_client_connect_via_info(&i) == client);
	CHECK(client != NULL);

	return 0;
}

static int accepted(struct lws_context *cx)
{
	int fd = -1;

	WAIT(cx, (fd = accept(listener, NULL, NULL)) >= 0);
	CHECK(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
	http_got_len = 0;
	http_got[0] = '\0';
	http_ended = 0;

	return fd;
}

static void head(struct lws_context *cx, int fd)
{
	lws_usec_t end = lws_now_usecs() + 20 * LWS_US_PER_SEC;

	http_got_len = 0;
	http_got[0] = '\0';
	while (!strstr(http_got, "\r\n\r\n")) {
		CHECK(lws_service(cx, -1) >= 0);
		http_receive(fd);
		CHECK(!http_ended && lws_now_usecs() < end);
	}
}

static void same(const char *what, const char *is, const char *expected)
{
	if (strcmp(is, expected)) {
		fprintf(stderr, "%s:\nexpected %s\ngot %s\n", what, expected, is);
		exit(1);
	}
}

/* Bytes one at a time, each received before the next one comes. */
static void slowly(struct lws_context *cx, int fd, const char *bytes)
{
	size_t n;
	int pass;

	for (n = 0; bytes[n]; n++) {
		http_send(fd, bytes + n, 1);
		for (pass = 0; pass < 2; pass++) {
			lws_cancel_service(cx);
			CHECK(lws_service(cx, -1) >= 0);
		}
	}
}

#define CONNECT(to, more) \
	"CONNECT " to " HTTP/1.1\r\nHost: " to "\r\nUser-agent: lws\r\n" more "\r\n"

/* How long its clients wait for anybody, seconds. */
static unsigned int patience = 60;

static struct lws_vhost *vhost_behind(struct lws_context *cx, const char *proxy,
				      unsigned int proxy_port)
{
	struct lws_context_creation_info info;

	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.vhost_name = "behind";
	info.protocols = client_protocols;
	info.http_proxy_address = proxy;
	info.http_proxy_port = proxy_port;
	info.timeout_secs = patience;
	info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;

	return lws_create_vhost(cx, &info);
}

static void refused(struct lws_context *cx, const char *answer, const char *why)
{
	int fd;

	begin(cx, "GET", "example.test", 0);
	fd = accepted(cx);
	head(cx, fd);
	if (answer && *answer)
		http_send(fd, answer, strlen(answer));
	if (!answer) {
		close(fd);
		fd = -1;
	}
	WAIT(cx, ended);
	same("why", said, why);
	same("refused", calls, "85 105 1 76 30 ");
	if (fd >= 0)
		close(fd);
}

/* Moves what there is from one to the other. */
static int moved(int from, int to)
{
	char buf[4096];
	ssize_t n = recv(from, buf, sizeof(buf), MSG_DONTWAIT);

	if (n > 0)
		CHECK_EQ(send(to, buf, (size_t)n, MSG_NOSIGNAL), n);

	return n > 0;
}

/* Whether the client is through, after moving what there is both ways. */
static int through(int fd, int to)
{
	int any = moved(fd, to);

	any |= moved(to, fd);

	return !any && (strstr(calls, "47 ") != NULL || ended);
}

static void over_tls(struct lws_context *cx)
{
	struct lws_context_creation_info info;
	struct lws_vhost *server;
	int fd, to;

	info_http(&info);
	info.vhost_name = "server";
	info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
	info.ssl_cert_filepath = cert("good.pem");
	info.ssl_private_key_filepath = cert("good.key");
	server = lws_create_vhost(cx, &info);
	CHECK(server != NULL);

	begin(cx, "GET", "localhost",
	      LCCSCF_USE_SSL | LCCSCF_ALLOW_SELFSIGNED | LCCSCF_ALLOW_INSECURE |
	      LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK);
	fd = accepted(cx);
	head(cx, fd);
	/* not before it is asked for in plain text */
	same("TLS", http_got, CONNECT("localhost:81", "Proxy-authorization: basic dTpw\r\n"));
	slowly(cx, fd, "HTTP/1.1 200 OK\r\n\r\n");
	to = plain_connect(lws_get_vhost_listen_port(server));
	WAIT(cx, through(fd, to));
	same("TLS", said, "");
	close(fd);
	close(to);
	WAIT(cx, ended);
	lws_vhost_destroy(server);
}

static void redirected(struct lws_context *cx)
{
	int fd;

	begin(cx, "GET", "example.test", 0);
	fd = accepted(cx);
	head(cx, fd);
	plain_send(fd, "HTTP/1.1 200 OK\r\n\r\n");
	head(cx, fd);
	plain_send(fd, "HTTP/1.1 302 Found\r\nLocation: http://other.test/x\r\n\r\n");
	close(fd);
	fd = accepted(cx);
	head(cx, fd);
	same("redirect", http_got,
	     CONNECT("other.test:80", "Proxy-authorization: basic dTpw\r\n"));
	close(fd);
	WAIT(cx, ended);
	same("redirect", said, "proxy conn dead");
}

/* The proxy is asked for the host, without credentials. */
static void asked(struct lws_context *cx, const char *what)
{
	int fd;

	begin(cx, "GET", "example.test", 0);
	fd = accepted(cx);
	head(cx, fd);
	same(what, http_got, CONNECT("example.test:81", ""));
	close(fd);
	WAIT(cx, ended);
}

int main(void)
{
	struct lws_context *cx;
	char proxy[64];
	int fd, direct;

	lws_set_log_level(0, NULL);
	unsetenv("http_proxy");
	unsetenv("no_proxy");
	listener = plain_bound(SOCK_STREAM, 5, &port);
	CHECK(fcntl(listener, F_SETFL, O_NONBLOCK) == 0);
	cx = context_new();

	CHECK(vhost_behind(cx, "no-port", 0) == NULL);
	CHECK(vhost_behind(cx, "https://h:1", 0) == NULL);
	snprintf(proxy, sizeof(proxy), "u:p@127.0.0.1:%d", port);
	vh = vhost_behind(cx, proxy, 0);
	CHECK(vh != NULL);

	/* a name that only the proxy knows */
	begin(cx, "GET", "example.test", 0);
	fd = accepted(cx);
	head(cx, fd);
	same("request", http_got,
	     CONNECT("example.test:81", "Proxy-authorization: basic dTpw\r\n"));
	slowly(cx, fd, "HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n");
	head(cx, fd);
	CHECK(!strncmp(http_got, "GET /now HTTP/1.1\r\n", 19));
	CHECK(strstr(http_got, "Host: example.test\r\n") != NULL);
	CHECK(strstr(http_got, "roxy") == NULL);
	plain_send(fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
	WAIT(cx, strstr(calls, "47 ") != NULL);
	same("body", body, "hi");
	close(fd);
	WAIT(cx, ended);
	same("calls", calls, "85 105 24 44 47 76 45 30 ");

	/* WebSocket */
	begin(cx, NULL, "example.test", 0);
	fd = accepted(cx);
	head(cx, fd);
	plain_send(fd, "HTTP/1.0 200 OK\r\n\r\n");
	head(cx, fd);
	CHECK(!strncmp(http_got, "GET /now HTTP/1.1\r\n", 19));
	CHECK(strstr(http_got, "Upgrade: websocket\r\n") != NULL);
	close(fd);
	WAIT(cx, ended);

	/* raw, where the host speaks first, in the same segment */
	begin(cx, "RAW", "::1", 0);
	fd = accepted(cx);
	head(cx, fd);
	same("raw", http_got,
	     CONNECT("[::1]:81", "Proxy-authorization: basic dTpw\r\n"));
	plain_send(fd, "HTTP/1.1 200 OK\r\n\r\nhello");
	WAIT(cx, body_len == 5);
	same("raw", body, "hello");
	same("raw", calls, "105 101 ");
	close(fd);
	WAIT(cx, ended);

	over_tls(cx);
	redirected(cx);

	refused(cx, "HTTP/1.1 407 Proxy Auth\r\nContent-Length: 0\r\n\r\n",
		"http_proxy -> 407");
	refused(cx, "SSH-2.0-x\r\n", "http_proxy fail");
	refused(cx, NULL, "proxy conn dead");
	/* nothing comes */
	patience = 1;
	vh = vhost_behind(cx, proxy, 0);
	CHECK(vh != NULL);
	refused(cx, "", "Timed out waiting proxy reply");
	patience = 60;

	/* another one, and none that is bad */
	CHECK_EQ(lws_set_proxy(NULL, proxy), -1);
	CHECK_EQ(lws_set_proxy(vh, NULL), -1);
	CHECK_EQ(lws_set_proxy(vh, "no-port"), -1);
	snprintf(proxy, sizeof(proxy), "127.0.0.1:%d", port);
	CHECK_EQ(lws_set_proxy(vh, proxy), 0);
	asked(cx, "set");

	/* the port apart */
	vh = vhost_behind(cx, "127.0.0.1", (unsigned int)port);
	CHECK(vh != NULL);
	asked(cx, "port");

	/* that of the environment, but for some hosts */
	snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%d/", port);
	setenv("http_proxy", proxy, 1);
	setenv("no_proxy", "127.0.0.1, .local.test", 1);
	vh = vhost_behind(cx, NULL, 0);
	CHECK(vh != NULL);
	asked(cx, "environment");
	/* nobody is at port 81 of this machine, or something that is no proxy */
	begin(cx, "GET", "127.0.0.1", 0);
	WAIT(cx, ended || strstr(calls, "24 ") != NULL);
	direct = accept(listener, NULL, NULL);
	CHECK(direct < 0);
	if (!ended) {
		lws_set_timeout(client, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
		WAIT(cx, ended);
	}
	/* a bad one is as none */
	setenv("http_proxy", "nonsense", 1);
	vh = vhost_behind(cx, NULL, 0);
	CHECK(vh != NULL);

	lws_context_destroy(cx);
	close(listener);

	return 0;
}
