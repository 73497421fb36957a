/*
 * What a peer may send to a websocket server and what it may not: pieces of
 * messages, violations with the close frames they get, the closing handshake,
 * pings that nobody asked for, flow control, and compressed messages.
 */
#include "../ws.h"

static struct lws *server;
static int established, closed, destroyed, peer_closes, writeable, mode;
static int code, refuse_close;
static char reason_text[300];
static unsigned char got[400000], peer_payload[130];
static size_t got_len, peer_len;
static struct { size_t len; int first, final; size_t remaining; } rx[512];
static int rx_count;

static int serve(struct lws *wsi, enum lws_callback_reasons reason, void *user,
		 void *in, size_t len)
{
	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_ESTABLISHED:
		server = wsi;
		established++;
		break;
	case LWS_CALLBACK_RECEIVE:
		CHECK(got_len + len <= sizeof(got));
		memcpy(got + got_len, in, len);
		got_len += len;
		CHECK(rx_count < 512);
		rx[rx_count].len = len;
		rx[rx_count].first = lws_is_first_fragment(wsi);
		rx[rx_count].final = lws_is_final_fragment(wsi);
		rx[rx_count++].remaining = lws_remaining_packet_payload(wsi);
		if (mode == 'c') {
			lws_close_reason(wsi, (enum lws_close_status)code,
					 (unsigned char *)reason_text, strlen(reason_text));
			lws_callback_on_writable(wsi);
			return -1;
		}
		if (mode == 'n')
			return 1;
		if (mode == 'f')
			CHECK_EQ(lws_rx_flow_control(wsi, 0), 0);
		if (mode == 'e' || mode == 'v') {
			static unsigned char out[LWS_PRE + 400000];

			memcpy(out + LWS_PRE, in, len);
			CHECK_EQ(lws_write(wsi, out + LWS_PRE, len, (enum lws_write_protocol)
				 lws_write_ws_flags(LWS_WRITE_BINARY, rx[rx_count - 1].first,
						    rx[rx_count - 1].final)), (int)len);
		}
		if (mode == 'v')
			lws_validity_confirmed(wsi);
		break;
	case LWS_CALLBACK_SERVER_WRITEABLE:
		writeable++;
		break;
	case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
		CHECK(len <= 125);
		memcpy(peer_payload, in, len);
		peer_len = len;
		peer_closes++;
		return refuse_close;
	case LWS_CALLBACK_CLOSED:
		closed++;
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		if (wsi == server) {
			server = NULL;
			destroyed++;
		}
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "all", serve, 8, 0, 0, NULL, 0 },
	{ "hundred", serve, 8, 100, 0, NULL, 0 },
	{ "plenty", serve, 8, 65536, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;
static int port;

static int begin_as(const char *protocol, int how)
{
	char lines[128];

	established = closed = destroyed = peer_closes = writeable = rx_count = refuse_close = 0;
	got_len = peer_len = 0;
	mode = how;
	snprintf(lines, sizeof(lines), "Sec-WebSocket-Protocol: %s\r\n", protocol);

	return ws_open(cx, port, lines, lines);
}

static void gone(int fd)
{
	close(fd);
	UNTIL(cx, destroyed);
	CHECK_EQ(closed, 1);
}

static void raw(int fd, const char *bytes, size_t len)
{
	CHECK(send(fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len);
}

#define RAW(fd, text) raw(fd, text, sizeof(text) - 1)

static void pieces(void)
{
	static const struct { const char *protocol; size_t most; } kinds[] = {
		{ "all", 4096 }, { "hundred", 100 }, { "plenty", 4096 },
	};
	static const size_t lens[] = { 0, 1000, 5000, 9000 };
	static unsigned char bytes[9000];
	size_t k, l, n, sum;
	int fd;

	for (n = 0; n < sizeof(bytes); n++)
		bytes[n] = (unsigned char)(n * 13);
	for (k = 0; k < LWS_ARRAY_SIZE(kinds); k++)
		for (l = 0; l < LWS_ARRAY_SIZE(lens); l++) {
			fd = begin_as(kinds[k].protocol, 0);
			ws_send(fd, 0x82, bytes, lens[l]);
			UNTIL(cx, rx_count && rx[rx_count - 1].final);
			CHECK_EQ(got_len, lens[l]);
			CHECK(!memcmp(got, bytes, got_len));
			for (n = 0, sum = 0; n < (size_t)rx_count; n++) {
				sum += rx[n].len;
				CHECK(rx[n].len <= kinds[k].most);
				CHECK_EQ(rx[n].first, n == 0);
				CHECK_EQ(rx[n].final, n == (size_t)rx_count - 1);
				CHECK_EQ(rx[n].remaining, lens[l] - sum);
			}
			gone(fd);
		}
	/* byte by byte, with a ping between the fragments */
	fd = begin_as("all", 0);
	{
		unsigned char frames[64];
		size_t len = ws_frame(frames, 0x01, "ab", 2);

		len += ws_frame(frames + len, 0x89, "x", 1);
		len += ws_frame(frames + len, 0x00, "", 0);
		len += ws_frame(frames + len, 0x80, "cd", 2);
		for (n = 0; n < len; n++) {
			raw(fd, (char *)frames + n, 1);
			service_for(cx, 1000);
		}
		WS_EXPECT(cx, fd, "\x8a\x01x");
		CHECK(got_len == 4 && !memcmp(got, "abcd", 4));
		CHECK(rx_count == 5 && rx[0].remaining == 1 && rx[2].len == 0 && rx[4].final);
		/* two messages in one packet */
		rx_count = 0;
		len = ws_frame(frames, 0x81, "one", 3);
		len += ws_frame(frames + len, 0x81, "two", 3);
		raw(fd, (char *)frames, len);
		UNTIL(cx, rx_count == 2);
		CHECK(rx[0].final && rx[1].first);
	}
	gone(fd);
}

static void violation(const char *bytes, size_t len, const char *why)
{
	int fd = begin_as("all", 0);
	char frame[64];
	size_t n = strlen(why);

	raw(fd, bytes, len);
	if (n) {
		frame[0] = (char)0x88;
		frame[1] = (char)(n + 2);
		memcpy(frame + 2, "\x03\xea", 2);
		memcpy(frame + 4, why, n);
		ws_expect(cx, fd, frame, n + 4);
		/* what follows is not read; the peer's end ends it */
		CHECK(!shutdown(fd, SHUT_WR));
	}
	ws_ends(cx, fd);
	UNTIL(cx, destroyed);
	CHECK(closed == 1 && !peer_closes && !writeable);
}

#define VIOLATION(text, why) violation(text, sizeof(text) - 1, why)

static void violations(void)
{
	VIOLATION("\x81\x01x", "bad mask");
	VIOLATION("\xc1\x81\0\0\0\0x", "rsv bits");
	VIOLATION("\xa1\x81\0\0\0\0x", "rsv bits");
	VIOLATION("\x83\x81\0\0\0\0x", "bad opc");
	VIOLATION("\x8f\x81\0\0\0\0x", "bad opc");
	VIOLATION("\x80\x81\0\0\0\0x", "bad cont");
	VIOLATION("\x01\x81\0\0\0\0x\x81\x81\0\0\0\0x", "bad cont");
	VIOLATION("\x09\x80\0\0\0\0", "frag ctl");
	VIOLATION("\x89\xfe\x00\x7e\0\0\0\0", "");
	VIOLATION("\x82\xff\x80\0\0\0\0\0\0\0\0\0\0\0", "");
}

static void peer_closing(const char *sent, size_t len, const char *seen, size_t seen_len)
{
	int fd = begin_as("all", 0);
	char frame[130];

	ws_send(fd, 0x88, sent, len);
	/* what follows it is not heard */
	ws_send(fd, 0x81, "late", 4);
	frame[0] = (char)0x88;
	frame[1] = (char)seen_len;
	memcpy(frame + 2, seen, seen_len);
	ws_expect(cx, fd, frame, seen_len + 2);
	ws_ends(cx, fd);
	UNTIL(cx, destroyed);
	CHECK(peer_closes == 1 && peer_len == seen_len && !rx_count && closed == 1);
	CHECK(!memcmp(peer_payload, seen, seen_len));
}

static void own_closing(int with, const char *text, const char *frame, size_t len)
{
	int fd;

	code = with;
	snprintf(reason_text, sizeof(reason_text), "%s", text);
	fd = begin_as("all", 'c');
	ws_send(fd, 0x81, "x", 1);
	if (len) {
		ws_expect(cx, fd, frame, len);
		/* not heard, and the program is not asked to write */
		ws_send(fd, 0x81, "y", 1);
		service_for(cx, 20000);
		CHECK(server != NULL);
		ws_send(fd, 0x88, "\x03\xe8", 2);
	}
	ws_ends(cx, fd);
	UNTIL(cx, destroyed);
	CHECK(rx_count == 1 && !writeable && !peer_closes && closed == 1);
}

static void closing(void)
{
	static const int good[] = { 1000, 1001, 1002, 1003, 1007, 1011, 1012, 1014, 3000, 4000, 65535 };
	static const int bad[] = { 0, 1, 500, 999, 1004, 1005, 1006, 1015, 1016, 2999 };
	char sent[5] = { 0, 0, 'w', 'h', 'y' }, text[200], frame[200];
	lws_usec_t began;
	size_t n;
	int fd;

	peer_closing("", 0, "", 0);
	peer_closing("x", 1, "\x03\xea", 2);
	for (n = 0; n < LWS_ARRAY_SIZE(good); n++) {
		sent[0] = (char)(good[n] >> 8);
		sent[1] = (char)good[n];
		peer_closing(sent, 5, sent, 5);
	}
	for (n = 0; n < LWS_ARRAY_SIZE(bad); n++) {
		sent[0] = (char)(bad[n] >> 8);
		sent[1] = (char)bad[n];
		peer_closing(sent, 5, "\x03\xea", 2);
	}
	/* the program wants no answer */
	fd = begin_as("all", 0);
	refuse_close = 1;
	ws_send(fd, 0x88, "\x03\xe8", 2);
	ws_ends(cx, fd);
	UNTIL(cx, destroyed);
	own_closing(1000, "bye", "\x88\x05\x03\xe8" "bye", 7);
	own_closing(LWS_CLOSE_STATUS_NO_STATUS, "bye", "\x88\x00", 2);
	own_closing(LWS_CLOSE_STATUS_NOSTATUS, "bye", "", 0);
	own_closing(LWS_CLOSE_STATUS_ABNORMAL_CLOSE, "bye", "", 0);
	own_closing(999, "bye", "", 0);
	memset(text, 'r', sizeof(text));
	text[199] = '\0';
	memcpy(frame, "\x88\x7d\x03\xe8", 4);
	memset(frame + 4, 'r', 123);
	own_closing(1000, text, frame, 127);
	/* nonzero without a reason */
	fd = begin_as("all", 'n');
	ws_send(fd, 0x81, "x", 1);
	ws_ends(cx, fd);
	UNTIL(cx, destroyed);
	/* a peer that does not answer */
	code = 1000;
	reason_text[0] = '\0';
	fd = begin_as("all", 'c');
	ws_send(fd, 0x81, "x", 1);
	WS_EXPECT(cx, fd, "\x88\x02\x03\xe8");
	began = lws_now_usecs();
	UNTIL(cx, destroyed);
	CHECK(lws_now_usecs() - began > 4500 * 1000);
	CHECK(lws_now_usecs() - began < 30000 * 1000);
	close(fd);
}

static void utf8(void)
{
	int fd = begin_as("all", 0);

	ws_send(fd, 0x01, "a\xe2\x82", 3);
	ws_send(fd, 0x80, "\xac", 1);
	UNTIL(cx, got_len == 4);
	ws_send(fd, 0x01, "ok", 2);
	ws_send(fd, 0x80, "\xff", 1);
	WS_EXPECT(cx, fd, "\x88\x0a\x03\xef" "bad utf8");
	CHECK_EQ(got_len, 6);
	close(fd);
	UNTIL(cx, destroyed);
	fd = begin_as("all", 0);
	ws_send(fd, 0x81, "ok\xe2\x82", 4);
	WS_EXPECT(cx, fd, "\x88\x0a\x03\xef" "bad utf8");
	CHECK_EQ(got_len, 0);
	gone(fd);
	fd = begin_as("all", 0);
	ws_send(fd, 0x88, "\x03\xe8\xff", 3);
	ws_ends(cx, fd);
	UNTIL(cx, destroyed);
}

static void flow(void)
{
	static unsigned char bytes[20000];
	size_t n;
	int fd = begin_as("all", 'f');

	for (n = 0; n < sizeof(bytes); n++)
		bytes[n] = (unsigned char)(n * 13 + n / 256);
	ws_send(fd, 0x82, bytes, 3000);
	ws_send(fd, 0x82, bytes + 3000, 17000);
	while (got_len < sizeof(bytes)) {
		int before = rx_count;

		service_for(cx, 5000);
		CHECK(rx_count <= before + 1);
		CHECK_EQ(lws_rx_flow_control(server, 1), 0);
	}
	CHECK(got_len == sizeof(bytes) && !memcmp(got, bytes, got_len));
	gone(fd);
}

/* A ping after a second without proof, and the end after three. */
static void validity(void)
{
	lws_usec_t began = lws_now_usecs();
	int fd = begin_as("all", 0);

	WS_EXPECT(cx, fd, "\x89\x00");
	CHECK(lws_now_usecs() - began > 900 * 1000);
	ws_send(fd, 0x8a, "", 0);
	WS_EXPECT(cx, fd, "\x89\x00");
	CHECK(lws_now_usecs() - began > 1900 * 1000);
	/* data is no proof */
	ws_send(fd, 0x81, "x", 1);
	ws_ends(cx, fd);
	CHECK(lws_now_usecs() - began > 3800 * 1000);
	UNTIL(cx, destroyed);
	/* unless the program says so */
	began = lws_now_usecs();
	fd = begin_as("all", 'v');
	while (lws_now_usecs() - began < 1500 * 1000) {
		ws_send(fd, 0x82, "x", 1);
		WS_EXPECT(cx, fd, "\x82\x01x");
		service_for(cx, 100000);
	}
	gone(fd);
}

#if !defined(LWS_WITHOUT_EXTENSIONS)
static const struct lws_extension extensions[] = {
	{ "permessage-deflate", lws_extension_callback_pm_deflate,
	  "permessage-deflate; client_max_window_bits" },
	{ NULL, NULL, NULL }
};

static void deflating(struct lws_context_creation_info *info)
{
	info->extensions = extensions;
}

static void deflate(void)
{
	struct lws_vhost *vh;
	int fd, plain = port;

	vh = vhost_http(cx, protocols, deflating);
	port = lws_get_vhost_listen_port(vh);
	established = destroyed = closed = rx_count = 0;
	got_len = 0;
	mode = 'e';
	fd = ws_open(cx, port, "Sec-WebSocket-Extensions: foo, permessage-deflate; "
		     "server_max_window_bits=8, permessage-deflate; client_no_context_takeover\r\n",
		     "Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover\r\n");
	/* RFC 7692, section 7.2.3.1; an empty message; one that is not compressed */
	ws_send(fd, 0xc1, "\xf2\x48\xcd\xc9\xc9\x07\x00", 7);
	UNTIL(cx, rx_count == 1);
	CHECK(got_len == 5 && !memcmp(got, "Hello", 5) && rx[0].first && rx[0].final);
	WS_EXPECT(cx, fd, "\xc2\x07\xf2\x48\xcd\xc9\xc9\x07\x00");
	ws_send(fd, 0xc1, "\x00", 1);
	WS_EXPECT(cx, fd, "\xc2\x01\x00");
	ws_send(fd, 0x81, "Hello", 5);
	/* refers to the message before */
	WS_EXPECT(cx, fd, "\xc2\x05\xf2\x00\x11\x00\x00");
	CHECK_EQ(lws_set_extension_option(server, "permessage-deflate", "tx_buf_size", "12"), 0);
	CHECK_EQ(lws_set_extension_option(server, "permessage-deflate", "tx_buf_size", "20"), -1);
	CHECK_EQ(lws_set_extension_option(server, "permessage-deflate", "foo", "12"), -1);
	CHECK_EQ(lws_set_extension_option(server, "foo", "tx_buf_size", "12"), -1);
	ws_send(fd, 0xc1, "\xff\xff\xff", 3);
	WS_EXPECT(cx, fd, "\x88\x0d\x03\xef" "bad deflate");
	gone(fd);
	port = plain;
}
#else
static void deflate(void)
{
}
#endif

static void checking(struct lws_context_creation_info *info)
{
	info->options |= LWS_SERVER_OPTION_VALIDATE_UTF8;
}

static const lws_retry_bo_t soon = { NULL, 0, 0, 1, 3, 0 };

static void asking(struct lws_context_creation_info *info)
{
	info->retry_and_idle_policy = &soon;
}

int main(void)
{
	cx = context_bare();
	port = lws_get_vhost_listen_port(vhost_http(cx, protocols, NULL));
	pieces();
	violations();
	closing();
	flow();
	deflate();
	port = lws_get_vhost_listen_port(vhost_http(cx, protocols, checking));
	utf8();
	port = lws_get_vhost_listen_port(vhost_http(cx, protocols, asking));
	validity();
	lws_context_destroy(cx);

	return 0;
}
