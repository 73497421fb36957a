/*
 * ws-chat: a page to chat with, for browsers.
 *
 *     ws-chat 8080        and open http://127.0.0.1:8080/ in two windows
 *
 * The page is answered by LWS_CALLBACK_HTTP, its script opens a WebSocket of the
 * protocol "chat". What one of them says goes to all: the last messages are kept
 * by number, and each visitor is sent the next one that it has not heard
 * whenever it can take one.
 */
#include <libwebsockets.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEPT 64
#define LONGEST 500

struct message {
	size_t		len;
	unsigned char	text[LWS_PRE + LONGEST];
};

/* one for each WebSocket, zeroed when it comes */
struct visitor {
	unsigned long	heard;		/* how many messages, of all there were */
	struct message	says;		/* what came of its next message */
};

static const char page[] =
	"<!doctype html><meta charset=utf-8><title>Chat</title>"
	"<form id=f><input id=i autofocus autocomplete=off></form><pre id=all></pre>"
	"<script>"
	"const ws = new WebSocket(location.href.replace(/^http/, 'ws'), 'chat');"
	"ws.onmessage = e => all.textContent += e.data + '\\n';"
	"ws.onclose = () => all.textContent += '(closed)\\n';"
	"f.onsubmit = e => { ws.send(i.value); i.value = ''; e.preventDefault(); };"
	"</script>";

static struct lws_context *context;
static struct message messages[KEPT];
static unsigned long said;		/* how many messages there were */
static volatile sig_atomic_t ended;

static int on_http(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	unsigned char buffer[LWS_PRE + 1024], *p = buffer + LWS_PRE,
		      *end = buffer + sizeof(buffer);

	(void)user;

	if (reason != LWS_CALLBACK_HTTP)
		return lws_callback_http_dummy(wsi, reason, user, in, len);
	if (strcmp((const char *)in, "/")) {
		if (lws_return_http_status(wsi, HTTP_STATUS_NOT_FOUND, NULL))
			return -1;
		return lws_http_transaction_completed(wsi) ? -1 : 0;
	}
	if (lws_add_http_common_headers(wsi, HTTP_STATUS_OK, "text/html",
					sizeof(page) - 1, &p, end) ||
	    lws_finalize_write_http_header(wsi, buffer + LWS_PRE, &p, end))
		return -1;
	memcpy(buffer + LWS_PRE, page, sizeof(page) - 1);
	if (lws_write(wsi, buffer + LWS_PRE, sizeof(page) - 1,
		      LWS_WRITE_HTTP_FINAL) < 0)
		return -1;

	return lws_http_transaction_completed(wsi) ? -1 : 0;
}

static int on_chat(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	struct visitor *v = (struct visitor *)user;
	struct message *m;

	switch ((int)reason) {
	case LWS_CALLBACK_ESTABLISHED:
		/* who comes later hears what is said from now on */
		v->heard = said;
		break;

	case LWS_CALLBACK_RECEIVE:
		/* a message may come in pieces */
		m = &v->says;
		if (m->len + len > LONGEST)
			return -1;
		memcpy(m->text + LWS_PRE + m->len, in, len);
		m->len += len;
		if (!lws_is_final_fragment(wsi) || lws_remaining_packet_payload(wsi))
			break;
		messages[said++ % KEPT] = *m;
		m->len = 0;
		lws_callback_on_writable_all_protocol(context, lws_get_protocol(wsi));
		break;

	case LWS_CALLBACK_SERVER_WRITEABLE:
		/* who is too slow has missed some */
		if (said - v->heard > KEPT)
			v->heard = said - KEPT;
		if (v->heard == said)
			break;
		m = &messages[v->heard++ % KEPT];
		if (lws_write(wsi, m->text + LWS_PRE, m->len, LWS_WRITE_TEXT) < 0)
			return -1;
		if (v->heard != said)
			lws_callback_on_writable(wsi);
		break;
	}

	return 0;
}

/* the first protocol has the requests of http */
static const struct lws_protocols protocols[] = {
	{ "http", on_http, 0, 0, 0, NULL, 0 },
	{ "chat", on_chat, sizeof(struct visitor), 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void on_signal(int number)
{
	(void)number;
	ended = 1;
	lws_cancel_service(context);
}

int main(int argc, char **argv)
{
	struct lws_context_creation_info info;

	if (argc != 2) {
		fprintf(stderr, "usage: ws-chat <port>\n");
		return 1;
	}
	lws_set_log_level(LLL_ERR | LLL_WARN, NULL);

	memset(&info, 0, sizeof(info));
	info.port = atoi(argv[1]);
	info.protocols = protocols;
	context = lws_create_context(&info);
	if (!context)
		return 1;
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);

	while (!ended && lws_service(context, 0) >= 0)
		;
	lws_context_destroy(context);

	return 0;
}
