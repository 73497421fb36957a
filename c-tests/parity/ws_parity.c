/*
 * A websocket server as the programs of lws know it: callbacks in order with
 * their arguments, subprotocols, refusals, pieces of messages, frames that are
 * written, and closing.
 */
#include "../ws.h"

static struct lws *server;
static int destroyed, refuse = -1, kind = -1, code;
static unsigned char outgoing[LWS_PRE + 70000];
static size_t outgoing_len;

static const char *name_of(int reason)
{
	switch (reason) {
	case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: return "HTTP_CONFIRM_UPGRADE";
	case LWS_CALLBACK_HTTP_BIND_PROTOCOL: return "HTTP_BIND_PROTOCOL";
	case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION: return "FILTER_PROTOCOL_CONNECTION";
	case LWS_CALLBACK_ADD_HEADERS: return "ADD_HEADERS";
	case LWS_CALLBACK_ESTABLISHED: return "ESTABLISHED";
	case LWS_CALLBACK_RECEIVE: return "RECEIVE";
	case LWS_CALLBACK_RECEIVE_PONG: return "RECEIVE_PONG";
	case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: return "WS_PEER_INITIATED_CLOSE";
	case LWS_CALLBACK_WS_SERVER_DROP_PROTOCOL: return "WS_SERVER_DROP_PROTOCOL";
	case LWS_CALLBACK_CLOSED: return "CLOSED";
	case LWS_CALLBACK_CLOSED_HTTP: return "CLOSED_HTTP";
	}

	return NULL;
}

static int serve(struct lws *wsi, enum lws_callback_reasons reason, void *user,
		 void *in, size_t len)
{
	const char *name = name_of((int)reason);
	int n;

	if (reason == LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED)
		server = wsi;
	if (reason == LWS_CALLBACK_WSI_DESTROY && wsi == server)
		destroyed = 1;
	if (reason == LWS_CALLBACK_SERVER_WRITEABLE && kind >= 0) {
		n = lws_write(wsi, outgoing + LWS_PRE, outgoing_len,
			      (enum lws_write_protocol)kind);
		lane_add("calls", "lws_write %d: %d", kind, n);
		kind = -1;
	}
	if (!name || wsi != server)
		return 0;
	lane_add("calls", "%s %s user %d in %d len %d", name, lws_get_protocol(wsi)->name, !!user,
		 !!in, reason == LWS_CALLBACK_ADD_HEADERS ||
		 /* 4.1.6 says 0, 4.3.5 how long the header is */
		 reason == LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION ? 0 : (int)len);
	switch ((int)reason) {
	case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
	case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
		lane_add("calls", "  %s", in ? (const char *)in : "none");
		break;
	case LWS_CALLBACK_RECEIVE:
		lane_add("calls", "  first %d final %d remaining %d binary %d",
			 lws_is_first_fragment(wsi), lws_is_final_fragment(wsi),
			 (int)lws_remaining_packet_payload(wsi), lws_frame_is_binary(wsi));
		if (code) {
			lws_close_reason(wsi, (enum lws_close_status)code,
					 (unsigned char *)"why", 3);
			return -1;
		}
		break;
	}

	return refuse == (int)reason ? 1 : 0;
}

static const struct lws_protocols protocols[] = {
	{ "p1", serve, 8, 0, 0, NULL, 0 },
	{ "p2", serve, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;
static int port;

static void bytes(int fd, size_t len)
{
	unsigned char buf[16];
	char hex[64] = "";
	size_t n;

	ws_read(cx, fd, buf, len);
	for (n = 0; n < len; n++)
		snprintf(hex + 3 * n, sizeof(hex) - 3 * n, "%02x ", buf[n]);
	lane_add("bytes", "%s", hex);
}

static void over(int fd, const char *title)
{
	char buf[1024];
	ssize_t n;

	while ((n = plain_read(cx, fd, buf, sizeof(buf) - 1)) > 0) {
		buf[n] = '\0';
		lane_add("bytes", "%s", buf);
	}
	close(fd);
	UNTIL(cx, destroyed);
	destroyed = 0;
	refuse = -1;
	code = 0;
	lanes_print(title);
}

static void writes(int fd, int what, size_t len, size_t head)
{
	outgoing_len = len;
	kind = what;
	lws_callback_on_writable(server);
	bytes(fd, head);
	while (len) {
		unsigned char c[4096];
		size_t n = len < sizeof(c) ? len : sizeof(c);

		ws_read(cx, fd, c, n);
		len -= n;
	}
}

int main(void)
{
	static const char *const offers[] = {
		"", "Sec-WebSocket-Protocol: p2\r\n", "Sec-WebSocket-Protocol: zzz, p2\r\n",
		"Sec-WebSocket-Protocol: p2,p1\r\n", "Sec-WebSocket-Protocol: P1\r\n",
	};
	static const int reasons[] = {
		LWS_CALLBACK_HTTP_CONFIRM_UPGRADE, LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION,
		LWS_CALLBACK_ESTABLISHED,
	};
	static const struct { int kind; size_t len, head; } lens[] = {
		{ LWS_WRITE_TEXT, 0, 2 }, { LWS_WRITE_TEXT, 125, 2 }, { LWS_WRITE_BINARY, 126, 4 },
		{ LWS_WRITE_BINARY, 65535, 4 }, { LWS_WRITE_BINARY, 65536, 10 },
		{ LWS_WRITE_TEXT | LWS_WRITE_NO_FIN, 3, 2 },
		{ LWS_WRITE_CONTINUATION | LWS_WRITE_NO_FIN, 3, 2 },
		{ LWS_WRITE_CONTINUATION, 3, 2 }, { LWS_WRITE_PING, 4, 2 }, { LWS_WRITE_PONG, 0, 2 },
	};
	size_t n;
	int fd;

	cx = context_bare();
	port = lws_get_vhost_listen_port(vhost_http(cx, protocols, NULL));
	for (n = 0; n < LWS_ARRAY_SIZE(offers); n++) {
		fd = ws_ask(port, offers[n]);
		UNTIL(cx, lanes[0].text[0]);
		ws_send(fd, 0x88, "\x03\xe8", 2);
		over(fd, offers[n]);
	}
	for (n = 0; n < LWS_ARRAY_SIZE(reasons); n++) {
		refuse = reasons[n];
		fd = ws_ask(port, "");
		over(fd, "refused");
	}
	fd = ws_open(cx, port, "", "");
	ws_send(fd, 0x81, "hello", 5);
	ws_send(fd, 0x02, "ab", 2);
	ws_send(fd, 0x89, "x", 1);
	bytes(fd, 3);
	ws_send(fd, 0x00, "cd", 2);
	ws_send(fd, 0x80, "ef", 2);
	ws_send(fd, 0x81, "", 0);
	ws_send(fd, 0x8a, "y", 1);
	ws_send(fd, 0x88, "\x0f\xa0" "bye", 5);
	over(fd, "messages");
	fd = ws_open(cx, port, "", "");
	for (n = 0; n < LWS_ARRAY_SIZE(lens); n++)
		writes(fd, lens[n].kind, lens[n].len, lens[n].head);
	ws_send(fd, 0x88, "", 0);
	over(fd, "written");
	fd = ws_open(cx, port, "", "");
	code = 4001;
	ws_send(fd, 0x81, "x", 1);
	bytes(fd, 7);
	ws_send(fd, 0x88, "\x0f\xa1", 2);
	over(fd, "closed by the program");
	lws_context_destroy(cx);

	return 0;
}
