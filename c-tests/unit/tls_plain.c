/*
 * What peers get that do not speak TLS on a port for TLS, by the options of the
 * vhost.
 */
#include "../tls.h"

static char notes[512], got[4096];
static int ended;

static int plain_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	char text[64];

	(void)user;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_FILTER_HTTP_CONNECTION:
	case LWS_CALLBACK_HTTP:
	case LWS_CALLBACK_RAW_ADOPT:
	case LWS_CALLBACK_RAW_RX:
	case LWS_CALLBACK_ESTABLISHED:
		snprintf(text, sizeof(text), "%d%s ", (int)reason,
			 lws_get_protocol(wsi)->name);
		strcat(notes, text);
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		ended++;
	}
	if (reason == LWS_CALLBACK_HTTP) {
		(void)in;
		if (lws_return_http_status(wsi, 200, NULL))
			return -1;
		return lws_http_transaction_completed(wsi) ? -1 : 0;
	}

	return reason == LWS_CALLBACK_RAW_RX ? -1 : 0;
}

static const struct lws_protocols plain_protocols[] = {
	{ "web", plain_cb, 8, 0, 0, NULL, 0 },
	{ "raw", plain_cb, 16, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

#define GET "GET /a?b HTTP/1.1\r\nHost: h:1\r\nConnection: close\r\n\r\n"
#define UPGRADE "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n" \
	"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" \
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

static void gets(struct lws_context *cx, uint64_t options, const char *sent,
		 const char *expected, const char *traced)
{
	struct lws_context_creation_info info;
	struct lws_vhost *vh;
	size_t at = 0;
	ssize_t n = 1;
	int fd;

	info_tls_server(&info, "tls", "good", plain_protocols, "raw");
	info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | options;
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);
	notes[0] = '\0';
	ended = 0;
	fd = plain_connect(lws_get_vhost_listen_port(vh));
	CHECK_EQ(send(fd, sent, strlen(sent), MSG_NOSIGNAL),
		 (ssize_t)strlen(sent));
	UNTIL(cx, ended);
	while (n > 0 && at < sizeof(got) - 1) {
		n = recv(fd, got + at, sizeof(got) - 1 - at, MSG_DONTWAIT);
		if (n > 0)
			at += (size_t)n;
	}
	got[at] = '\0';
	close(fd);
	if (expected[0] ? !strstr(got, expected) : got[0] != 0) {
		fprintf(stderr, "expected %s got %s\n", expected, got);
		exit(1);
	}
	if (strcmp(notes, traced)) {
		fprintf(stderr, "expected %s got %s\n", traced, notes);
		exit(1);
	}
	lws_vhost_destroy(vh);
}

int main(void)
{
	const uint64_t allow = (uint64_t)LWS_SERVER_OPTION_ALLOW_NON_SSL_ON_SSL_PORT,
		sends = (uint64_t)LWS_SERVER_OPTION_REDIRECT_HTTP_TO_HTTPS,
		serves = (uint64_t)LWS_SERVER_OPTION_ALLOW_HTTP_ON_HTTPS_LISTENER,
		falls = (uint64_t)LWS_SERVER_OPTION_FALLBACK_TO_APPLY_LISTEN_ACCEPT_CONFIG;
	struct lws_context *cx;

	lws_set_log_level(0, NULL);
	cx = context_bare();
	gets(cx, 0, GET, "", "");
	gets(cx, serves, GET, "", "");
	gets(cx, allow, GET, "", "");
	gets(cx, allow | sends, GET,
	     "HTTP/1.1 301 Redirect\r\nlocation: https://h:1/\r\n", "18web ");
#if defined(LWS_ROLE_WS)
	gets(cx, allow | sends | serves, UPGRADE,
	     "HTTP/1.1 301 Redirect\r\nlocation: https://h/\r\n", "");
#endif
	gets(cx, allow | serves, GET, "HTTP/1.1 200 OK\r\n", "18web 12web ");
	gets(cx, allow | falls, GET, "", "62raw 59raw ");
	gets(cx, allow | falls, "hello", "", "62raw 59raw ");
	gets(cx, allow | falls | serves, GET, "HTTP/1.1 200 OK\r\n",
	     "18web 12web ");
	gets(cx, allow | falls | sends, "hello\r\n", "", "62raw 59raw ");
	lws_context_destroy(cx);

	return 0;
}
