/*
 * A websocket client against a server that the test makes byte by byte: its
 * request, its callbacks in order, every reason why it cannot connect, and
 * masked messages.
 */
#include "../ws.h"

struct session {
	int	count;
};

static char seen[4096], failure[256];
static struct lws *client;
static int failed, established, destroyed, rx_count, refuse = -1, close_code, want;
static size_t rx_sum;
static unsigned char outgoing[LWS_PRE + 70000];
static size_t outgoing_len;
static const char *append;

static const char *name_of(int reason)
{
	switch (reason) {
	case LWS_CALLBACK_WSI_CREATE: return "CRE";
	case LWS_CALLBACK_CONNECTING: return "CONNECTING";
	case LWS_CALLBACK_CLIENT_HTTP_BIND_PROTOCOL: return "BIND";
	case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER: return "APPEND";
	case LWS_CALLBACK_CLIENT_HTTP_REDIRECT: return "REDIRECT";
	case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP: return "HTTP";
	case LWS_CALLBACK_CLIENT_FILTER_PRE_ESTABLISH: return "PRE";
	case LWS_CALLBACK_CLIENT_ESTABLISHED: return "EST";
	case LWS_CALLBACK_CLIENT_RECEIVE: return "RX";
	case LWS_CALLBACK_CLIENT_RECEIVE_PONG: return "PONG";
	case LWS_CALLBACK_CLIENT_WRITEABLE: return "WRT";
	case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: return "PEERCLOSE";
	case LWS_CALLBACK_WS_CLIENT_DROP_PROTOCOL: return "WDROP";
	case LWS_CALLBACK_CLIENT_CLOSED: return "CLOSED";
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR: return "CCE";
	case LWS_CALLBACK_CLOSED_CLIENT_HTTP: return "CLOSED_HTTP";
	case LWS_CALLBACK_WSI_DESTROY: return "DES";
	}

	return NULL;
}

static int talk(struct lws *wsi, enum lws_callback_reasons reason, void *user,
		void *in, size_t len)
{
	const char *name = name_of((int)reason);
	unsigned char **p = in;

	if (!name)
		return 0;
	snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "%s%s ", name,
		 user ? "/pss" : "");
	switch ((int)reason) {
	case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
		CHECK(len > 1000);
		memcpy(*p, append, strlen(append));
		*p += strlen(append);
		break;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		snprintf(failure, sizeof(failure), "%.*s", (int)len, (const char *)in);
		failed++;
		break;
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		CHECK(wsi == client);
		CHECK(!((struct session *)user)->count++);
		established++;
		break;
	case LWS_CALLBACK_CLIENT_RECEIVE:
		rx_count++;
		rx_sum += len;
		if (close_code) {
			lws_close_reason(wsi, (enum lws_close_status)close_code,
					 (unsigned char *)"why", 3);
			return -1;
		}
		break;
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		if (!want)
			break;
		want = 0;
		CHECK_EQ(lws_write(wsi, outgoing + LWS_PRE, outgoing_len, LWS_WRITE_BINARY),
			 (int)outgoing_len);
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		destroyed++;
		break;
	}

	return refuse == (int)reason ? -1 : 0;
}

static const struct lws_protocols protocols[] = {
	{ "p1", talk, sizeof(struct session), 0, 0, NULL, 0 },
	{ "p2", talk, sizeof(struct session), 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;
static struct lws_vhost *vh;
static int listener, port;

static void begin(void)
{
	seen[0] = failure[0] = '\0';
	failed = established = destroyed = rx_count = close_code = want = 0;
	rx_sum = 0;
	refuse = -1;
	append = "";
}

static void trace_is(const char *expected)
{
	if (strcmp(seen, expected))
		fprintf(stderr, "is:  %s\nnot: %s\n", seen, expected);
	CHECK(!strcmp(seen, expected));
}

/* Ask, and accept: the text of the request up to its empty line. */
static int ask(struct lws_client_connect_info *i, char *request, size_t room)
{
	struct lws_client_connect_info info;
	size_t len = 0;
	ssize_t n;
	int fd;

	if (!i) {
		i = &info;
		info_connect(i, cx, vh, NULL, "127.0.0.1", port);
		i->host = "h";
		i->path = "/";
	}
	i->method = NULL;
	i->pwsi = &client;
	client = NULL;
	CHECK(lws_client_connect_via_info(i) == client);
	CHECK(client != NULL);
	fd = accept(listener, NULL, NULL);
	CHECK(fd >= 0);
	do {
		n = plain_read(cx, fd, request + len, room - len - 1);
		CHECK(n > 0);
		len += (size_t)n;
		request[len] = '\0';
	} while (!strstr(request, "\r\n\r\n"));

	return fd;
}

/* What the server says to a key. */
static void accept_of(const char *request, char *out, size_t room)
{
	static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	char both[64];
	unsigned char hash[20];
	const char *key = strstr(request, "Sec-WebSocket-Key: ");

	CHECK(key != NULL);
	memcpy(both, key + 19, 24);
	memcpy(both + 24, guid, 36);
	lws_SHA1((unsigned char *)both, 60, hash);
	CHECK(lws_b64_encode_string((char *)hash, 20, out, (int)room) > 0);
}

static int answered(const char *lines)
{
	char request[2048], accept[64], text[1024];
	int fd = ask(NULL, request, sizeof(request));

	accept_of(request, accept, sizeof(accept));
	snprintf(text, sizeof(text), "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
		 "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Accept: %s\r\n%s\r\n",
		 accept, lines);
	plain_send(fd, text);

	return fd;
}

static void request_is(struct lws_client_connect_info *i, const char *before, const char *after)
{
	char request[2048];
	int fd = ask(i, request, sizeof(request));
	size_t len = strlen(before);

	if (strncmp(request, before, len) || strcmp(request + len + 24, after))
		fprintf(stderr, "%s\n", request);
	CHECK(!strncmp(request, before, len));
	CHECK(!strcmp(request + len + 24, after));
	close(fd);
	UNTIL(cx, destroyed);
	CHECK(!strcmp(failure, "read failed"));
	begin();
}

#define START(path) \
	"GET " path " HTTP/1.1\r\nPragma: no-cache\r\nCache-Control: no-cache\r\n"
#define KEY "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "

static void requests(void)
{
	struct lws_client_connect_info i;

	info_connect(&i, cx, vh, NULL, "127.0.0.1", port);
	i.path = "p/q?a=b";
	i.host = "h";
	request_is(&i, START("/p/q?a=b") "Host: h\r\n" KEY,
		   "\r\nSec-WebSocket-Version: 13\r\n\r\n");
	i.host = NULL;
	i.origin = "o";
	i.protocol = "p2, p9";
	append = "X-Foo: bar\r\n";
	request_is(&i, START("/p/q?a=b") "Host: 127.0.0.1\r\nOrigin: http://o\r\n" KEY,
		   "\r\nSec-WebSocket-Protocol: p2, p9\r\nSec-WebSocket-Version: 13\r\n"
		   "X-Foo: bar\r\n\r\n");
	i.origin = "https://o";
	i.protocol = NULL;
	request_is(&i, START("/p/q?a=b") "Host: 127.0.0.1\r\nOrigin: https://o\r\n" KEY,
		   "\r\nSec-WebSocket-Version: 13\r\n\r\n");
}

static void unmask(unsigned char *frame, size_t head, size_t len)
{
	size_t n;

	for (n = 0; n < len; n++)
		frame[head + n] ^= frame[head - 4 + (n & 3)];
}

/* The server agrees, on a protocol, and its first message comes with that. */
static void greeted(int fd, const char *request, const char *protocol)
{
	char accept[64], text[1024];

	accept_of(request, accept, sizeof(accept));
	snprintf(text, sizeof(text), "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
		 "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\nSec-WebSocket-Protocol: %s\r\n"
		 "\r\n\x81\x05hello", accept, protocol);
	plain_send(fd, text);
	UNTIL(cx, rx_count);
	CHECK_EQ(rx_sum, 5);
}

/* The golden trace; the first message comes with the answer. */
static void whole(void)
{
	unsigned char frame[64];
	char request[2048];
	struct lws_client_connect_info i;
	int fd;

	info_connect(&i, cx, vh, NULL, "127.0.0.1", port);
	i.host = "h";
	i.path = "/";
	i.protocol = "p2";
	fd = ask(&i, request, sizeof(request));
	greeted(fd, request, "p2");
	memcpy(outgoing + LWS_PRE, "there", 5);
	outgoing_len = 5;
	want = 1;
	lws_callback_on_writable(client);
	ws_read(cx, fd, frame, 11);
	CHECK(frame[0] == 0x82 && frame[1] == 0x85);
	unmask(frame, 6, 5);
	CHECK(!memcmp(frame + 6, "there", 5));
	plain_send(fd, "\x89\x02pi");
	ws_read(cx, fd, frame, 8);
	CHECK(frame[0] == 0x8a && frame[1] == 0x82);
	unmask(frame, 6, 2);
	CHECK(!memcmp(frame + 6, "pi", 2));
	plain_send(fd, "\x8a\x02po");
	plain_send(fd, "\x88\x05\x03\xe8" "bye");
	ws_read(cx, fd, frame, 11);
	CHECK(frame[0] == 0x88 && frame[1] == 0x85);
	unmask(frame, 6, 5);
	CHECK(!memcmp(frame + 6, "\x03\xe8" "bye", 5));
	/* the server ends it */
	close(fd);
	UNTIL(cx, destroyed);
	trace_is("BIND CONNECTING CRE APPEND HTTP PRE/pss EST/pss RX/pss WRT/pss PONG/pss "
		 "PEERCLOSE/pss WDROP/pss CLOSED/pss DES/pss ");
	begin();
}

/* Programs name what they offer as a protocol of their own, which it is not: the first one has it. */
static void unknown(void)
{
	char request[2048];
	struct lws_client_connect_info i;
	int fd;

	info_connect(&i, cx, vh, NULL, "127.0.0.1", port);
	i.host = "h";
	i.path = "/";
	i.protocol = i.local_protocol_name = "p9";
	fd = ask(&i, request, sizeof(request));
	CHECK(strstr(request, "Sec-WebSocket-Protocol: p9\r\n"));
	greeted(fd, request, "p9");
	CHECK(!strcmp(lws_get_protocol(client)->name, "p1"));
	close(fd);
	UNTIL(cx, destroyed);
	begin();
}

/* A server sends its client to another path; the key is a new one. */
static void elsewhere(void)
{
	char request[2048], again[2048], accept[64], text[1024];
	struct lws_client_connect_info i;
	size_t len = 0;
	ssize_t n;
	int fd;

	info_connect(&i, cx, vh, NULL, "127.0.0.1", port);
	i.host = "h";
	i.path = "/a/b";
	i.protocol = "p2";
	fd = ask(&i, request, sizeof(request));
	plain_send(fd, "HTTP/1.1 307 T\r\nLocation: c?d\r\nContent-Length: 0\r\n\r\n");
	UNTIL(cx, strstr(seen, "APPEND REDIRECT"));
	close(fd);
	fd = accept4(listener, NULL, NULL, 0);
	CHECK(fd >= 0);
	do {
		n = plain_read(cx, fd, again + len, sizeof(again) - len - 1);
		CHECK(n > 0);
		len += (size_t)n;
		again[len] = '\0';
	} while (!strstr(again, "\r\n\r\n"));
	CHECK(!strncmp(again, START("/a/c?d") "Host: h\r\n", strlen(START("/a/c?d") "Host: h\r\n")));
	CHECK(strncmp(strstr(again, "Sec-WebSocket-Key: "),
		      strstr(request, "Sec-WebSocket-Key: "), 40));
	accept_of(again, accept, sizeof(accept));
	snprintf(text, sizeof(text), "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
		 "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n\x81\x01h", accept);
	plain_send(fd, text);
	UNTIL(cx, rx_count);
	close(fd);
	UNTIL(cx, destroyed);
	trace_is("BIND CONNECTING CRE APPEND REDIRECT BIND CONNECTING CRE APPEND HTTP "
		 "PRE/pss EST/pss RX/pss WDROP/pss CLOSED/pss DES/pss ");
	begin();
}

static void fails(const char *answer, const char *why)
{
	char request[2048];
	int fd = ask(NULL, request, sizeof(request));

	plain_send(fd, answer);
	if (!strcmp(why, "read failed"))
		close(fd);
	UNTIL(cx, destroyed);
	if (strcmp(failure, why))
		fprintf(stderr, "%s: %s, not %s\n", answer, failure, why);
	CHECK(!strcmp(failure, why));
	CHECK(failed == 1 && !established && !strstr(seen, "CLOSED"));
	if (strcmp(why, "read failed"))
		close(fd);
	begin();
}

static void refusals(void)
{
#define OK101 "HTTP/1.1 101 Switching Protocols\r\n"
#define BADKEY "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
	int fd;

	fails("", "read failed");
	fails("HTTP/1.1 101 Swi", "read failed");
	fails("SSH-2.0-OpenSSH\r\n", "read failed");
	fails("HTTP/1.1 401 No\r\n\r\n", "HS: ws upgrade unauthorized");
	fails("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "HS: ws upgrade response not 101");
	fails("HTTP/1.1 404 No\r\n\r\n", "HS: ws upgrade response not 101");
	fails(OK101 "Connection: Upgrade\r\n" BADKEY "\r\n", "HS: UPGRADE missing");
	fails(OK101 "Upgrade: foo\r\nConnection: Upgrade\r\n" BADKEY "\r\n",
	      "HS: Upgrade to something other than websocket");
	fails(OK101 "Upgrade: websocket\r\n" BADKEY "\r\n", "HS: UPGRADE malformed");
	fails(OK101 "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n", "HS: ACCEPT missing");
	fails(OK101 "Upgrade: websocket\r\nConnection: Upgrade\r\n" BADKEY "\r\n",
	      "HS: Accept hash wrong");
	fd = answered("Sec-WebSocket-Protocol: p1\r\n");
	UNTIL(cx, destroyed);
	CHECK(!strcmp(failure, "HS: PROTOCOL malformed"));
	close(fd);
	begin();
	refuse = LWS_CALLBACK_CLIENT_FILTER_PRE_ESTABLISH;
	fd = answered("");
	UNTIL(cx, destroyed);
	CHECK(!strcmp(failure, "HS: Rejected by filter cb"));
	close(fd);
	begin();
	refuse = LWS_CALLBACK_CLIENT_ESTABLISHED;
	fd = answered("");
	UNTIL(cx, destroyed);
	CHECK(!strcmp(failure, "HS: Rejected at CLIENT_ESTABLISHED"));
	CHECK(!strstr(seen, "CLOSED"));
	close(fd);
	begin();
}

/* The program ends it; the server answers. */
static void closing(void)
{
	unsigned char frame[32];
	int fd = answered("");

	UNTIL(cx, established);
	close_code = 1001;
	plain_send(fd, "\x81\x01x\x81\x01y");
	ws_read(cx, fd, frame, 11);
	CHECK(frame[0] == 0x88 && frame[1] == 0x85);
	unmask(frame, 6, 5);
	CHECK(!memcmp(frame + 6, "\x03\xe9why", 5));
	/* no longer heard */
	plain_send(fd, "\x81\x01z");
	plain_send(fd, "\x88\x02\x03\xe9");
	ws_ends(cx, fd);
	UNTIL(cx, destroyed);
	CHECK_EQ(rx_count, 1);
	CHECK(!strstr(seen, "PEERCLOSE"));
	CHECK(strstr(seen, "CLOSED/pss DES/pss ") != NULL);
	begin();
}

/* Servers do not mask; reserved bits and opcodes mean nothing. */
static void violations(void)
{
	static const struct { const char *bytes; size_t len; const char *why; } rows[] = {
		{ "\x81\x81" "abcdx", 7, "bad mask" },
		{ "\xc1\x01x", 3, "rsv bits" },
		{ "\x83\x01x", 3, "bad opc" },
	};
	unsigned char frame[32];
	size_t n, len;

	for (n = 0; n < LWS_ARRAY_SIZE(rows); n++) {
		int fd = answered("");

		len = strlen(rows[n].why);
		UNTIL(cx, established);
		CHECK(send(fd, rows[n].bytes, rows[n].len, 0) == (ssize_t)rows[n].len);
		ws_read(cx, fd, frame, 8 + len);
		CHECK(frame[0] == 0x88 && frame[1] == (0x82 + len));
		unmask(frame, 6, 2 + len);
		CHECK(!memcmp(frame + 6, "\x03\xea", 2) && !memcmp(frame + 8, rows[n].why, len));
		close(fd);
		UNTIL(cx, destroyed);
		begin();
	}
}

int main(void)
{
	cx = context_bare();
	vh = vhost_client(cx, "client", protocols);
	listener = plain_bound(SOCK_STREAM, 5, &port);
	begin();
	requests();
	whole();
	unknown();
	elsewhere();
	refusals();
	closing();
	violations();
	lws_context_destroy(cx);
	close(listener);

	return 0;
}
