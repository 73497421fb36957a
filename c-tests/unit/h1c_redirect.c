/*
 * Clients of HTTP that are sent elsewhere: where they go, what they ask for
 * there, which callbacks their protocol gets, and where they do not go.
 * Forms with several parts, and connections that stay for as long as asked.
 */
#include "../http.h"
#if defined(LWS_WITH_TLS)
#include "../tls.h"
#endif

static int listeners[2], ports[2];
static char calls[4096], said[200], where[4096], body[256];
static struct lws *client;
static struct lws_vhost *vh;
static int ended, status, refuse, post, form;
static size_t body_len;

struct session {
	int calls;
};

static void note(int reason)
{
	snprintf(calls + strlen(calls), sizeof(calls) - strlen(calls), "%d ",
		 reason);
}

/* The body of a form, made at once. */
static size_t form_body(struct lws *wsi, char *at, size_t size)
{
	char *p = at, *end = at + size;

	CHECK_EQ(lws_client_http_multipart(wsi, "t", NULL, NULL, &p, end), 0);
	*p++ = 'x';
	CHECK_EQ(lws_client_http_multipart(wsi, "f", "a.txt", "text/plain", &p,
					   p + 20), 1);
	CHECK_EQ(lws_client_http_multipart(wsi, "f", "a.txt", "text/plain", &p,
					   end), 0);
	*p++ = 'y';
	CHECK_EQ(lws_client_http_multipart(wsi, NULL, NULL, NULL, &p, end), 0);

	return (size_t)(p - at);
}

static int client_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	struct session *s = (struct session *)user;
	char buf[LWS_PRE + 1000], *px = buf + LWS_PRE;
	int lenx = sizeof(buf) - LWS_PRE;
	unsigned char **p, *end;

	switch ((int)reason) {
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		snprintf(said, sizeof(said), "%s",
			 in ? (const char *)in : "none");
		break;
	case LWS_CALLBACK_CLIENT_HTTP_BIND_PROTOCOL:
		/* its session begins anew */
		CHECK(s && !s->calls);
		break;
	case LWS_CALLBACK_CLIENT_HTTP_REDIRECT:
		CHECK(s && s->calls);
		snprintf(where + strlen(where), sizeof(where) - strlen(where),
			 "%d %s ", (int)len, (const char *)in);
		break;
	case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
		CHECK(lws_get_opaque_user_data(wsi) == (void *)&ended);
		p = (unsigned char **)in;
		end = *p + len;
		note(reason);
		if (lws_http_is_redirected_to_get(wsi))
			calls[strlen(calls) - 1] = 'G';
		if (form) {
			lws_client_http_body_pending(wsi, 1);
			lws_callback_on_writable(wsi);
		}
		if (!post)
			return 0;
		/* a program that does not ask whether it still may */
		CHECK_EQ(lws_add_http_header_content_length(wsi, 3, p, end), 0);
		CHECK_EQ(lws_add_http_header_by_name(wsi,
				(const unsigned char *)"x-mine:",
				(const unsigned char *)"1", 1, p, end), 0);
		lws_client_http_body_pending(wsi, 1);
		lws_callback_on_writable(wsi);
		return 0;
	case LWS_CALLBACK_CLIENT_HTTP_WRITEABLE:
		lws_client_http_body_pending(wsi, 0);
		lenx = 3;
		memcpy(px, "abc", 3);
		if (form)
			lenx = (int)form_body(wsi, px, (size_t)900);
		CHECK_EQ(lws_write(wsi, (unsigned char *)px, (size_t)lenx,
				   LWS_WRITE_HTTP_FINAL), lenx);
		break;
	case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
		status = (int)lws_http_client_http_response(wsi);
		break;
	case LWS_CALLBACK_RECEIVE_CLIENT_HTTP:
		return lws_http_client_read(wsi, &px, &lenx) < 0 ? -1 : 0;
	case LWS_CALLBACK_RECEIVE_CLIENT_HTTP_READ:
		CHECK(body_len + len < sizeof(body));
		memcpy(body + body_len, in, len);
		body_len += len;
		return 0;
	case LWS_CALLBACK_COMPLETED_CLIENT_HTTP:
	case LWS_CALLBACK_CLIENT_HTTP_DROP_PROTOCOL:
	case LWS_CALLBACK_CLOSED_CLIENT_HTTP:
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		if (wsi == client)
			ended = 1;
		return 0;
	default:
		return 0;
	}
	if (s)
		s->calls++;
	note(reason);

	return refuse == (int)reason;
}

static const struct lws_protocols client_protocols[] = {
	{ "client", client_cb, sizeof(struct session), 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

#define MOVED "HTTP/1.1 302 Found\r\nContent-Length: 5\r\n"
#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
#define TO(path) MOVED "Location: " path "\r\n\r\nhello"
#define BEGIN "85 24 "
#define AGAIN "104 76 85 24 "
#define GOOD "44 47 76 45 "

struct scene {
	const char	*name, *method;
	int		flags, refuse, post;
	/* %0 and %1 are the ports; what was asked for follows each */
	const char	*steps[14];
	const char	*calls, *cce;
};

static const struct scene scenes[] = {
	{ "another server", "GET", 0, 0, 0, {
		TO("http://127.0.0.1:%1/x/../y?z#f"), "0GET /a/b?q Host: here Origin: http://o",
		OK, "1GET /y?z Host: 127.0.0.1:%1 Origin: http://127.0.0.1:%1" },
		BEGIN AGAIN GOOD, NULL },
	{ "the same server", "GET", 0, 0, 0, {
		TO("/c"), "0GET /a/b?q Host: here Origin: http://o",
		TO("d?e"), "0GET /c Host: here Origin: http://o",
		OK, "0GET /d?e Host: here Origin: http://o" },
		BEGIN AGAIN AGAIN GOOD, NULL },
	{ "relative", "GET", 0, 0, 0, {
		TO("c/d"), "0GET /a/b?q Host: here Origin: http://o",
		OK, "0GET /a/c/d Host: here Origin: http://o" },
		BEGIN AGAIN GOOD, NULL },
	{ "post", "POST", 0, 0, 1, {
		"HTTP/1.1 307 T\r\nLocation: /c\r\n\r\n", "0POST /a/b?q Host: here Origin: http://o 3 1 abc",
		"HTTP/1.1 308 P\r\nLocation: /d\r\n\r\n", "0POST /c Host: here Origin: http://o 3 1 abc",
		"HTTP/1.1 301 M\r\nLocation: /e\r\n\r\n", "0POST /d Host: here Origin: http://o 3 1 abc",
		OK, "0POST /e Host: here Origin: http://o 3 1 abc" },
		BEGIN "57 104 76 85 24 57 104 76 85 24 57 104 76 85 24 57 " GOOD, NULL },
	{ "post, see other", "POST", 0, 0, 1, {
		"HTTP/1.1 303 S\r\nLocation: /c\r\n\r\n", "0POST /a/b?q Host: here Origin: http://o 3 1 abc",
		TO("/d"), "0GET /c Host: here Origin: http://o 1",
		OK, "0GET /d Host: here Origin: http://o 1" },
		BEGIN "57 104 76 85 24G104 76 85 24G" GOOD, NULL },
	{ "head, see other", "HEAD", 0, 0, 0, {
		"HTTP/1.1 303 S\r\nLocation: /c\r\n\r\n", "0HEAD /a/b?q Host: here Origin: http://o",
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "0HEAD /c Host: here Origin: http://o" },
		BEGIN AGAIN GOOD, NULL },
	{ "not followed", "GET", LCCSCF_HTTP_NO_FOLLOW_REDIRECT, 0, 0, {
		TO("/c"), "0GET /a/b?q Host: here Origin: http://o" },
		BEGIN GOOD, NULL },
	{ "300", "GET", 0, 0, 0, {
		"HTTP/1.1 300 M\r\nLocation: /c\r\nContent-Length: 2\r\n\r\nhm", "0GET /a/b?q Host: here Origin: http://o" },
		BEGIN GOOD, NULL },
	{ "refused", "GET", 0, LWS_CALLBACK_CLIENT_HTTP_REDIRECT, 0, {
		TO("/c"), "0GET /a/b?q Host: here Origin: http://o" },
		BEGIN "104 1 76 ", "HS: user code rejected redirect" },
	{ "nowhere", "GET", 0, 0, 0, {
		MOVED "\r\n", "0GET /a/b?q Host: here Origin: http://o" },
		BEGIN "1 76 ", "HS: Redirect code but no Location" },
	{ "no server", "GET", 0, 0, 0, {
		TO("ftp://127.0.0.1/"), "0GET /a/b?q Host: here Origin: http://o" },
		BEGIN "104 1 76 ", "HS: Redirect failed" },
	{ "round and round", "GET", 0, 0, 0, {
		TO("/1"), "0GET /a/b?q Host: here Origin: http://o",
		TO("/2"), "0GET /1 Host: here Origin: http://o",
		TO("/3"), "0GET /2 Host: here Origin: http://o",
		TO("/4"), "0GET /3 Host: here Origin: http://o",
		TO("/5"), "0GET /4 Host: here Origin: http://o" },
		BEGIN AGAIN AGAIN AGAIN AGAIN "104 1 76 ", "HS: Redirect failed" },
	{ "nobody there", "GET", 0, 0, 0, {
		TO("http://127.0.0.1:1/"), "0GET /a/b?q Host: here Origin: http://o" },
		BEGIN "104 76 85 1 76 ", "conn fail: 111: 127.0.0.1:1 refused" },
	{ "to TLS, which the vhost has not", "GET", 0, 0, 0, {
		TO("https://127.0.0.1:%1/"), "0GET /a/b?q Host: here Origin: http://o" },
#if defined(LWS_WITH_TLS)
		BEGIN "104 76 85 1 76 ",
#else
		BEGIN "104 1 76 ",
#endif
		"bio_create failed" },
};

/* The text with the ports in their places. */
static const char *with_ports(const char *text)
{
	static char all[4][1000];
	static unsigned int turn;
	char *to = all[turn++ % 4];
	size_t n = 0;

	while (*text) {
		if (*text == '%') {
			n += (size_t)snprintf(to + n, 1000 - n, "%d",
					      ports[text[1] - '0']);
			text += 2;
		} else
			to[n++] = *text++;
	}
	to[n] = '\0';

	return to;
}

static const char *line_of(const char *name)
{
	static char all[4][200];
	static unsigned int turn;
	char *to = all[turn++ % 4];
	const char *at = strstr(http_got, name);

	to[0] = '\0';
	if (at)
		snprintf(to, 200, " %.*s", (int)strcspn(at + strlen(name), "\r"),
			 at + strlen(name));

	return to;
}

static void pass(struct lws_context *cx, const char *waits_for)
{
	static lws_usec_t end;

	if (!waits_for) {
		end = lws_now_usecs() + 20 * LWS_US_PER_SEC;
		return;
	}
	CHECK(lws_service(cx, -1) >= 0);
	if (lws_now_usecs() > end) {
		fprintf(stderr, "waits for %s: %s\n", waits_for, calls);
		exit(1);
	}
}

static void begin(struct lws_context *cx, const char *method, int flags,
		  unsigned short warm)
{
	struct lws_client_connect_info i;
	int fd;

	/* one that was connected to, and asked for nothing */
	while ((fd = accept(listeners[1], NULL, NULL)) >= 0)
		close(fd);
	calls[0] = said[0] = where[0] = '\0';
	ended = status = 0;
	body_len = 0;
	memset(&i, 0, sizeof(i));
	i.context = cx;
	i.vhost = vh;
	i.address = "127.0.0.1";
	i.port = ports[0];
	i.path = "/a/b?q";
	i.host = "here";
	i.origin = "o";
	i.method = method;
	i.pwsi = &client;
	i.ssl_connection = flags;
	i.opaque_user_data = &ended;
	i.keep_warm_secs = warm;
	pass(cx, NULL);
	CHECK(lws_client_connect_via_info(&i) == client && client);
}

/* Waits for a client, at either port; notes which. */
static int came(struct lws_context *cx, int *which)
{
	int fd = -1;

	while (fd < 0) {
		pass(cx, "a client");
		for (*which = 0; fd < 0 && *which < 2; ++*which)
			fd = accept(listeners[*which], NULL, NULL);
	}
	--*which;

	return fd;
}

/* Reads a request with all that its headers say of its body. */
static void requested(struct lws_context *cx, int fd)
{
	const char *head_end;

	http_got_len = 0;
	http_got[0] = '\0';
	do {
		pass(cx, "a request");
		http_receive(fd);
		CHECK(!http_ended);
		head_end = strstr(http_got, "\r\n\r\n");
	} while (!head_end || (strstr(http_got, "content-length: 3") &&
			       strlen(head_end) < 7));
}

static void scene(struct lws_context *cx, const struct scene *s)
{
	char asked[1000];
	const char *rest;
	int n, fd = -1, which;

	refuse = s->refuse;
	post = s->post;
	begin(cx, s->method, s->flags, 0);
	for (n = 0; s->steps[n]; n += 2) {
		fd = came(cx, &which);
		requested(cx, fd);
		rest = strstr(http_got, "\r\n\r\n") + 4;
		snprintf(asked, sizeof(asked), "%d%.*s Host:%s Origin:%s%s%s%s%s",
			 which, (int)(strstr(http_got, " HTTP") - http_got),
			 http_got, line_of("Host: "), line_of("Origin: "),
			 line_of("content-length: "), line_of("x-mine: "),
			 *rest ? " " : "", rest);
		if (strcmp(asked, with_ports(s->steps[n + 1]))) {
			fprintf(stderr, "%s: %s\n", s->name, http_got);
			CHECK_STR(asked, with_ports(s->steps[n + 1]));
		}
		/* every request of a client that does not ask for more says so */
		CHECK(strstr(http_got, "connection: close\r\n") != NULL);
		rest = with_ports(s->steps[n]);
		CHECK(send(fd, rest, strlen(rest), MSG_NOSIGNAL) > 0);
		if (s->steps[n + 2])
			close(fd);
	}
	while (!s->cce && !strstr(calls, "47"))
		pass(cx, "the answer");
	shutdown(fd, SHUT_WR);
	while (!ended)
		pass(cx, "the end");
	close(fd);
	/* what was tried follows why it failed, with times */
	if (s->cce && strlen(said) > strlen(s->cce))
		said[strlen(s->cce)] = '\0';
	if (strcmp(calls, s->calls) || strcmp(said, s->cce ? s->cce : "")) {
		fprintf(stderr, "%s\n", s->name);
		CHECK_STR(calls, s->calls);
		CHECK_STR(said, s->cce ? s->cce : "");
	}
	refuse = post = 0;
}

static void parts(struct lws_context *cx)
{
	static const char *const expected =
		"--B\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\nx\r\n"
		"--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\n"
		"Content-Type: text/plain\r\n\r\ny\r\n--B--\r\n";
	const char *at, *rest;
	char b[13], *to, made[1000];
	int fd, which;

	form = 1;
	begin(cx, "POST", LCCSCF_HTTP_MULTIPART_MIME, 0);
	fd = came(cx, &which);
	http_got_len = 0;
	http_got[0] = '\0';
	do {
		pass(cx, "a form");
		http_receive(fd);
	} while (!strstr(http_got, "--\r\n"));
	at = strstr(http_got, "Content-Type: multipart/form-data; boundary=\"");
	CHECK(at != NULL);
	memcpy(b, strchr(at, '"') + 1, 12);
	b[12] = '\0';
	to = made;
	for (rest = expected; *rest; rest++)
		if (*rest == 'B' && rest[-1] == '-')
			to += sprintf(to, "%s", b);
		else
			*to++ = *rest;
	*to = '\0';
	CHECK_STR(strstr(http_got, "\r\n\r\n") + 4, made);
	CHECK(send(fd, OK, strlen(OK), 0) > 0);
	close(fd);
	while (!ended)
		pass(cx, "the end");
	form = 0;
}

/* The connection stays for a second, and not five. */
static void warm(struct lws_context *cx)
{
	lws_usec_t done;
	int fd, which;

	begin(cx, "GET", 0, 1);
	fd = came(cx, &which);
	requested(cx, fd);
	CHECK(send(fd, OK, strlen(OK), 0) > 0);
	while (!strstr(calls, "47"))
		pass(cx, "the answer");
	done = lws_now_usecs();
	while (!ended)
		pass(cx, "the end");
	CHECK(lws_now_usecs() - done >= LWS_US_PER_SEC - 1000);
	CHECK(lws_now_usecs() - done < 4 * LWS_US_PER_SEC);
	close(fd);
}

#if defined(LWS_WITH_TLS)
/* A server with TLS, of this library, sends its clients to one without. */
static int secure_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	unsigned char buf[LWS_PRE + 500], *p = buf + LWS_PRE;
	char to[64];
	int n;

	(void)user;
	(void)in;
	(void)len;
	if (reason != LWS_CALLBACK_HTTP)
		return 0;
	n = snprintf(to, sizeof(to), "http://127.0.0.1:%d/plain", ports[1]);
	if (lws_http_redirect(wsi, 302, (unsigned char *)to, n, &p, buf + sizeof(buf)) < 0)
		return -1;

	return lws_http_transaction_completed(wsi) ? -1 : 0;
}

static const struct lws_protocols secure_protocols[] = {
	{ "secure", secure_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void secured(struct lws_context *cx)
{
	struct lws_context_creation_info info;
	struct lws_vhost *server, *plain = vh;
	char to[200];
	int n, fd, which, secured_port;

	memset(&info, 0, sizeof(info));
	info.vhost_name = "secure";
	info.iface = "127.0.0.1";
	info.protocols = secure_protocols;
	info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
	info.ssl_cert_filepath = cert("good.pem");
	info.ssl_private_key_filepath = cert("good.key");
	server = lws_create_vhost(cx, &info);
	CHECK(server != NULL);
	secured_port = lws_get_vhost_listen_port(server);
	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.vhost_name = "trusting";
	info.protocols = client_protocols;
	info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);

	for (n = 0; n < 2; n++) {
		begin(cx, "GET", LCCSCF_ALLOW_SELFSIGNED | LCCSCF_ALLOW_INSECURE |
		      LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK |
		      (n ? LCCSCF_ACCEPT_TLS_DOWNGRADE_REDIRECTS : 0), 0);
		fd = came(cx, &which);
		requested(cx, fd);
		snprintf(to, sizeof(to),
			 MOVED "Location: https://127.0.0.1:%d/s\r\n\r\n",
			 secured_port);
		CHECK(send(fd, to, strlen(to), 0) > 0);
		close(fd);
		if (n) {
			/* there and back again */
			fd = came(cx, &which);
			CHECK_EQ(which, 1);
			requested(cx, fd);
			CHECK(!strncmp(http_got, "GET /plain HTTP/1.1\r\n", 21));
			CHECK(send(fd, OK, strlen(OK), 0) > 0);
			while (!strstr(calls, "47"))
				pass(cx, "the answer");
			close(fd);
		}
		while (!ended)
			pass(cx, "the end");
		CHECK_STR(said, n ? "" : "HS: Redirect attempted SSL downgrade");
		CHECK_STR(calls, n ? BEGIN AGAIN AGAIN GOOD
				   : BEGIN AGAIN "104 1 76 ");
	}
	vh = plain;
}
#endif

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;
	struct sockaddr_in sa;
	socklen_t len = sizeof(sa);
	int before, n;
	char *p = body;

	lws_set_log_level(0, NULL);
	for (n = 0; n < 2; n++) {
		listeners[n] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		memset(&sa, 0, sizeof(sa));
		sa.sin_family = AF_INET;
		sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		CHECK_EQ(bind(listeners[n], (struct sockaddr *)&sa, sizeof(sa)), 0);
		CHECK_EQ(listen(listeners[n], 5), 0);
		CHECK_EQ(getsockname(listeners[n], (struct sockaddr *)&sa, &len), 0);
		ports[n] = ntohs(sa.sin_port);
	}
	before = descriptors();
	cx = context_new();
	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.vhost_name = "client";
	info.protocols = client_protocols;
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);

	for (n = 0; n < (int)LWS_ARRAY_SIZE(scenes); n++)
		scene(cx, &scenes[n]);
	parts(cx);
	warm(cx);
#if defined(LWS_WITH_TLS)
	secured(cx);
#endif
	CHECK_EQ(lws_http_is_redirected_to_get(NULL), 0);
	CHECK_EQ(lws_client_http_multipart(NULL, "a", NULL, NULL, &p, p + 9), 1);
	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), before);

	return 0;
}
