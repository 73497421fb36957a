/*
 * A websocket server: its callbacks in order with their arguments, the bytes of
 * its answers, what each return value does, and messages both ways.
 */
#include "../ws.h"

struct session {
	int	count;
};

static char seen[4096];
static struct lws *server;
static int refuse, refusal, opened, closed, destroyed;
static int want;
static unsigned char outgoing[LWS_PRE + 400000];
static size_t outgoing_len;
static int outgoing_kind;
static struct { size_t len; int first, final; size_t remaining; int binary; } rx[64];
static int rx_count;
static size_t rx_sum;

static const char *name_of(int reason)
{
	switch (reason) {
	case LWS_CALLBACK_WSI_CREATE: return "CRE";
	case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED: return "NEW";
	case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: return "CONF";
	case LWS_CALLBACK_HTTP_BIND_PROTOCOL: return "HBIND";
	case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION: return "FPC";
	case LWS_CALLBACK_ADD_HEADERS: return "ADDH";
	case LWS_CALLBACK_ESTABLISHED: return "EST";
	case LWS_CALLBACK_RECEIVE: return "RX";
	case LWS_CALLBACK_SERVER_WRITEABLE: return "WRT";
	case LWS_CALLBACK_RECEIVE_PONG: return "PONG";
	case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: return "PEERCLOSE";
	case LWS_CALLBACK_WS_SERVER_DROP_PROTOCOL: return "WDROP";
	case LWS_CALLBACK_CLOSED: return "CLOSED";
	case LWS_CALLBACK_CLOSED_HTTP: return "CLOSED_HTTP";
	case LWS_CALLBACK_FILTER_HTTP_CONNECTION: return "FHC";
	case LWS_CALLBACK_HTTP: return "HTTP";
	case LWS_CALLBACK_WSI_DESTROY: return "DES";
	}

	return NULL;
}

static int serve(struct lws *wsi, enum lws_callback_reasons reason, void *user,
		 void *in, size_t len)
{
	const char *name = name_of((int)reason);
	size_t n;

	if (!name || (server && wsi != server && reason != LWS_CALLBACK_WSI_CREATE))
		return 0;
	if (reason == LWS_CALLBACK_WSI_CREATE)
		server = wsi;
	snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "%s/%s/%s ",
		 name, lws_get_protocol(wsi)->name, user ? "pss" : "-");
	switch ((int)reason) {
	case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
		CHECK(!strcasecmp(in, "websocket"));
		CHECK_EQ(len, 0);
		break;
	case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
		CHECK(!user || !((struct session *)user)->count);
		CHECK_EQ(in ? strlen(in) : 0, len);
		break;
	case LWS_CALLBACK_ESTABLISHED:
		((struct session *)user)->count = 1;
		opened++;
		break;
	case LWS_CALLBACK_RECEIVE:
		CHECK(rx_count < 64);
		rx[rx_count].len = len;
		rx[rx_count].first = lws_is_first_fragment(wsi);
		rx[rx_count].final = lws_is_final_fragment(wsi);
		rx[rx_count].remaining = lws_remaining_packet_payload(wsi);
		rx[rx_count].binary = lws_frame_is_binary(wsi);
		rx_count++;
		rx_sum += len;
		break;
	case LWS_CALLBACK_SERVER_WRITEABLE:
		CHECK(!lws_partial_buffered(wsi));
		if (!want)
			break;
		want = 0;
		n = (size_t)lws_write(wsi, outgoing + LWS_PRE, outgoing_len,
				      (enum lws_write_protocol)outgoing_kind);
		if (outgoing_kind == LWS_WRITE_PING) {
			CHECK_EQ(n, outgoing_len + 2);
			break;
		}
		CHECK_EQ(n, outgoing_len);
		break;
	case LWS_CALLBACK_CLOSED:
		closed++;
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		destroyed++;
		server = NULL;
		break;
	}

	return refuse == (int)reason ? refusal : 0;
}

static const struct lws_protocols protocols[] = {
	{ "p1", serve, sizeof(struct session), 0, 0, NULL, 0 },
	{ "p2", serve, sizeof(struct session), 100, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;
static int port;

static void begin(void)
{
	seen[0] = '\0';
	refuse = -1;
	opened = closed = destroyed = rx_count = want = 0;
	rx_sum = 0;
	server = NULL;
}

static void over(const char *expected)
{
	UNTIL(cx, destroyed);
	if (strcmp(seen, expected))
		fprintf(stderr, "is:  %s\nnot: %s\n", seen, expected);
	CHECK(!strcmp(seen, expected));
	begin();
}

#define MADE "CRE/p1/- NEW/p1/- "
#define MADE_P2 MADE "CONF/p1/- HBIND/p2/pss FPC/p2/pss ADDH/p2/pss EST/p2/pss "
#define GONE_P2 "WDROP/p2/pss CLOSED/p2/pss DES/p2/pss "

static void write_this(const void *bytes, size_t len, int kind)
{
	memcpy(outgoing + LWS_PRE, bytes, len);
	outgoing_len = len;
	outgoing_kind = kind;
	want = 1;
	CHECK_EQ(lws_callback_on_writable(server), 1);
}

/* The golden trace, with each kind of event in it. */
static void whole(void)
{
	int fd = ws_open(cx, port, "Sec-WebSocket-Protocol: p2\r\n",
			 "Sec-WebSocket-Protocol: p2\r\n");

	CHECK_EQ(opened, 1);
	ws_send(fd, 0x81, "hello", 5);
	UNTIL(cx, rx_count == 1);
	CHECK(rx[0].len == 5 && rx[0].first && rx[0].final && !rx[0].remaining && !rx[0].binary);
	write_this("there", 5, LWS_WRITE_TEXT);
	WS_EXPECT(cx, fd, "\x81\x05there");
	ws_send(fd, 0x89, "pi", 2);
	WS_EXPECT(cx, fd, "\x8a\x02pi");
	write_this("po", 2, LWS_WRITE_PING);
	WS_EXPECT(cx, fd, "\x89\x02po");
	ws_send(fd, 0x8a, "po", 2);
	ws_send(fd, 0x88, "\x03\xe8" "bye", 5);
	WS_EXPECT(cx, fd, "\x88\x05\x03\xe8" "bye");
	ws_ends(cx, fd);
	over(MADE_P2 "RX/p2/pss WRT/p2/pss WRT/p2/pss PONG/p2/pss PEERCLOSE/p2/pss " GONE_P2);
}

/* A peer that just goes. */
static void dropped(void)
{
	int fd = ws_open(cx, port, "", "");

	close(fd);
	over(MADE "CONF/p1/- HBIND/p1/pss FPC/p1/pss ADDH/p1/pss EST/p1/pss "
	     "WDROP/p1/pss CLOSED/p1/pss DES/p1/pss ");
}

/* Nonzero, of either sign, at each place. */
static void refused(void)
{
	static const struct { int reason, answers; const char *trace; } rows[] = {
		{ LWS_CALLBACK_HTTP_CONFIRM_UPGRADE, 0, MADE "CONF/p1/- DES/p1/- " },
		{ LWS_CALLBACK_HTTP_BIND_PROTOCOL, 1, NULL },
		{ LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION, 0,
		  MADE "CONF/p1/- HBIND/p2/pss FPC/p2/pss " GONE_P2 },
		{ LWS_CALLBACK_ADD_HEADERS, 0,
		  MADE "CONF/p1/- HBIND/p2/pss FPC/p2/pss ADDH/p2/pss " GONE_P2 },
		{ LWS_CALLBACK_ESTABLISHED, 1, MADE_P2 GONE_P2 },
	};
	size_t n;

	for (n = 0; n < LWS_ARRAY_SIZE(rows) * 2; n++) {
		int row = (int)(n / 2), fd;

		refuse = rows[row].reason;
		refusal = n & 1 ? -1 : 1;
		fd = ws_ask(port, "Sec-WebSocket-Protocol: p2\r\n");
		if (rows[row].answers)
			WS_EXPECT(cx, fd, WS_101 "Sec-WebSocket-Protocol: p2\r\n\r\n");
		if (!rows[row].trace) {
			/* it goes on, and no drop is owed for that */
			close(fd);
			over(MADE_P2 "CLOSED/p2/pss DES/p2/pss ");
			continue;
		}
		ws_ends(cx, fd);
		over(rows[row].trace);
	}
}

static void subprotocols(void)
{
	static const struct { const char *offered, *chosen; } rows[] = {
		{ "", "" },
		{ "Sec-WebSocket-Protocol: p2\r\n", "p2" },
		{ "Sec-WebSocket-Protocol: zzz, p2\r\n", "p2" },
		{ "Sec-WebSocket-Protocol: p2,p1\r\n", "p2" },
		{ "Sec-WebSocket-Protocol:   p1\r\n", "p1" },
		{ "Sec-WebSocket-Protocol: p1;q\r\n", "p1" },
	};
	char text[128];
	size_t n;
	int fd;

	for (n = 0; n < LWS_ARRAY_SIZE(rows); n++) {
		snprintf(text, sizeof(text), "Sec-WebSocket-Protocol: %s\r\n",
			 rows[n].chosen);
		fd = ws_open(cx, port, rows[n].offered, rows[n].chosen[0] ? text : "");
		close(fd);
		UNTIL(cx, destroyed);
		begin();
	}
	fd = ws_ask(port, "Sec-WebSocket-Protocol: P1\r\n");
	ws_ends(cx, fd);
	over(MADE "CONF/p1/- DES/p1/- ");
}

static void bad_request(const char *request, const char *answer, const char *expected)
{
	int fd = plain_connect(port);

	plain_send(fd, request);
	plain_expect(cx, fd, answer);
	ws_ends(cx, fd);
	over(expected);
}

static void bad_requests(void)
{
	bad_request("GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		    "Sec-WebSocket-Key: " WS_KEY "\r\nSec-WebSocket-Version: 8\r\n\r\n",
		    "HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13\r\n"
		    "Connection: close\r\ncontent-length: 0\r\n\r\n", MADE "DES/p1/- ");
	bad_request("POST / HTTP/1.1\r\n" WS_HEAD "Content-Length: 0\r\n\r\n",
		    "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n"
		    "content-length: 0\r\n\r\n", MADE "DES/p1/- ");
	bad_request("GET / HTTP/1.0\r\n" WS_HEAD "\r\n",
		    "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n"
		    "content-length: 0\r\n\r\n", MADE "DES/p1/- ");
	bad_request("GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n"
		    "Sec-WebSocket-Key: " WS_KEY "\r\n\r\n", "", MADE "DES/p1/- ");
	bad_request("GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
		    "", MADE "CONF/p1/- HBIND/p1/pss FPC/p1/pss WDROP/p1/pss CLOSED/p1/pss DES/p1/pss ");
	bad_request("GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		    "Sec-WebSocket-Key: " WS_KEY "\r\n\r\n",
		    "", MADE "CONF/p1/- HBIND/p1/pss FPC/p1/pss WDROP/p1/pss CLOSED/p1/pss DES/p1/pss ");
}

/* Lengths in both directions, and a write that does not fit the socket. */
static void sizes(void)
{
	static const size_t lens[] = { 0, 125, 126, 65535, 65536, 390000 };
	static unsigned char back[400000];
	int fd = ws_open(cx, port, "", "");
	unsigned char head[10];
	size_t n, m, len, h;

	for (n = 0; n < LWS_ARRAY_SIZE(lens); n++) {
		len = lens[n];
		for (m = 0; m < len; m++)
			back[m] = (unsigned char)(m * 7);
		rx_count = 0;
		rx_sum = 0;
		ws_send(fd, 0x82, back, len > 100000 ? 100000 : len);
		UNTIL(cx, rx_count && rx[rx_count - 1].final);
		CHECK_EQ(rx_sum, len > 100000 ? 100000 : len);
		CHECK(rx[0].binary && rx[0].first);
		write_this(back, len, LWS_WRITE_BINARY);
		h = len < 126 ? 2 : len < 65536 ? 4 : 10;
		ws_read(cx, fd, head, h);
		CHECK_EQ(head[0], 0x82);
		memset(back, 0, sizeof(back));
		ws_read(cx, fd, back, len);
		for (m = 0; m < len; m++)
			CHECK_EQ(back[m], (unsigned char)(m * 7));
	}
	CHECK_EQ(lws_write(server, outgoing + LWS_PRE, 126, LWS_WRITE_PING), -1);
	close(fd);
	UNTIL(cx, destroyed);
	begin();
}

int main(void)
{
	struct lws_vhost *vh;

	cx = context_bare();
	vh = vhost_http(cx, protocols, NULL);
	port = lws_get_vhost_listen_port(vh);
	begin();
	whole();
	dropped();
	refused();
	subprotocols();
	bad_requests();
	sizes();
	lws_context_destroy(cx);

	return 0;
}
