/*
 * The two ends of websocket that ws_peers.py talks to.
 *
 *     ws_peers serve         a server on a port that it prints; each message
 *                            comes back as it is. Ends with its standard input.
 *     ws_peers ask PORT      a client of an echoing server: messages of many
 *                            sizes, one after the other, then it closes.
 */
#include "../ws.h"

#define MOST (4 * 1024 * 1024)

static struct lws_context *cx;
static int over, failed;

/* -- the server ------------------------------------------------------------ */

struct session {
	unsigned char	*message;
	size_t		len;
	int		binary, due;
};

static int echo(struct lws *wsi, enum lws_callback_reasons reason, void *user,
		void *in, size_t len)
{
	struct session *s = user;
	size_t room;

	switch ((int)reason) {
	case LWS_CALLBACK_ESTABLISHED:
		s->message = malloc(LWS_PRE + MOST);
		CHECK(s->message != NULL);
		break;
	case LWS_CALLBACK_RECEIVE:
		if (lws_is_first_fragment(wsi)) {
			s->len = 0;
			s->binary = lws_frame_is_binary(wsi);
		}
		room = MOST - s->len;
		if (len > room) {
			lws_close_reason(wsi, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, NULL, 0);
			return -1;
		}
		memcpy(s->message + LWS_PRE + s->len, in, len);
		s->len += len;
		if (!lws_is_final_fragment(wsi))
			break;
		CHECK_EQ(lws_remaining_packet_payload(wsi), 0);
		s->due = 1;
		/* the next one waits until this one has gone */
		CHECK_EQ(lws_rx_flow_control(wsi, 0), 0);
		lws_callback_on_writable(wsi);
		break;
	case LWS_CALLBACK_SERVER_WRITEABLE:
		if (!s->due)
			break;
		s->due = 0;
		if (lws_write(wsi, s->message + LWS_PRE, s->len,
			      s->binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT) != (int)s->len)
			return -1;
		CHECK_EQ(lws_rx_flow_control(wsi, 1), 0);
		break;
	case LWS_CALLBACK_CLOSED:
		free(s->message);
		s->message = NULL;
		break;
	}

	return 0;
}

/* -- the client ------------------------------------------------------------ */

static const size_t sizes[] = {
	0, 1, 3, 125, 126, 127, 1019, 1023, 1024, 1025, 1029, 4096, 65535, 65536, 300000, 1000000
};
static unsigned char sent[LWS_PRE + 1000000], back[1000000];
static size_t at, back_len;

static int ask(struct lws *wsi, enum lws_callback_reasons reason, void *user,
	       void *in, size_t len)
{
	size_t n, size = sizes[at % LWS_ARRAY_SIZE(sizes)];
	unsigned int noise = (unsigned int)at;

	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		fprintf(stderr, "cannot connect: %.*s\n", (int)len, (const char *)in);
		failed = over = 1;
		break;
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		lws_callback_on_writable(wsi);
		break;
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		if (at == 2 * LWS_ARRAY_SIZE(sizes)) {
			lws_close_reason(wsi, LWS_CLOSE_STATUS_NORMAL,
					 (unsigned char *)"done", 4);
			return -1;
		}
		/* noise in the first round, text in the second */
		for (n = 0; n < size; n++) {
			noise = noise * 1103515245 + 12345;
			sent[LWS_PRE + n] = at < LWS_ARRAY_SIZE(sizes) ?
				(unsigned char)(noise >> 16) : (unsigned char)('a' + n % 7);
		}
		memcpy(back, sent + LWS_PRE, size);
		back_len = 0;
		CHECK_EQ(lws_write(wsi, sent + LWS_PRE, size, at < LWS_ARRAY_SIZE(sizes) ?
				   LWS_WRITE_BINARY : LWS_WRITE_TEXT), (int)size);
		break;
	case LWS_CALLBACK_CLIENT_RECEIVE:
		CHECK(back_len + len <= size);
		CHECK(!memcmp(back + back_len, in, len));
		CHECK_EQ(lws_frame_is_binary(wsi), at < LWS_ARRAY_SIZE(sizes));
		back_len += len;
		if (lws_is_final_fragment(wsi)) {
			CHECK_EQ(back_len, size);
			at++;
			lws_callback_on_writable(wsi);
		}
		break;
	case LWS_CALLBACK_CLIENT_CLOSED:
		over = 1;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "echo", echo, sizeof(struct session), 0, 0, NULL, 0 },
	{ "ask", ask, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

#if !defined(LWS_WITHOUT_EXTENSIONS)
static const struct lws_extension extensions[] = {
	{ "permessage-deflate", lws_extension_callback_pm_deflate,
	  "permessage-deflate; client_max_window_bits" },
	{ NULL, NULL, NULL }
};
#endif

static void more(struct lws_context_creation_info *info)
{
#if !defined(LWS_WITHOUT_EXTENSIONS)
	info->extensions = extensions;
#endif
	info->options |= LWS_SERVER_OPTION_VALIDATE_UTF8;
}

int main(int argc, char **argv)
{
	struct lws_client_connect_info i;
	struct pollfd input = { 0, POLLIN, 0 };
	struct lws_vhost *vh;

	CHECK(argc > 1);
	cx = context_bare();
	vh = vhost_http(cx, protocols, more);
	if (!strcmp(argv[1], "serve")) {
		printf("%d\n", lws_get_vhost_listen_port(vh));
		fflush(stdout);
		while (!poll(&input, 1, 0))
			service_for(cx, 5000);
	} else {
		CHECK(argc == 3);
		info_connect(&i, cx, vh, "ask", "127.0.0.1", atoi(argv[2]));
		i.method = NULL;
		i.path = "/";
		CHECK(lws_client_connect_via_info(&i) != NULL);
		UNTIL(cx, over);
		CHECK(failed || at == 2 * LWS_ARRAY_SIZE(sizes));
	}
	lws_context_destroy(cx);

	return failed;
}
