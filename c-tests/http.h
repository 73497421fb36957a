/*
 * What the tests of HTTP servers share: a vhost, a protocol that answers by the
 * path and writes down its callbacks, and a peer that sends bytes and compares.
 */
#ifndef RELWS_TEST_HTTP_H
#define RELWS_TEST_HTTP_H

#include "conn.h"

/* Puts a file with these bytes into a folder. */
static inline void file_of(const char *dir, const char *name,
			   const char *bytes, size_t len)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	CHECK(f != NULL);
	CHECK_EQ(fwrite(bytes, 1, len, f), len);
	fclose(f);
}

/* Callbacks as "12U2": number, then which per-session object, by first sight. */
static char http_trace[8192];
static int http_objects, http_live;
/* Which callback returns what instead of 0. */
static int http_refuse, http_refuse_with;

struct http_pss {
	int number;
	int wrote;
	char spare[100];
};

static inline void http_note(const char *text)
{
	size_t len = strlen(http_trace);

	CHECK(len + strlen(text) + 2 < sizeof(http_trace));
	snprintf(http_trace + len, sizeof(http_trace) - len, "%s%s",
		 len ? " " : "", text);
}

static inline int http_answer(struct lws *wsi, const char *status,
			      const char *body)
{
	unsigned char buf[LWS_PRE + 1024];
	int n = snprintf((char *)buf + LWS_PRE, 1024,
			 "HTTP/1.1 %s\r\ncontent-length: %zu\r\n\r\n%s",
			 status, strlen(body), body);

	CHECK_EQ(lws_write(wsi, buf + LWS_PRE, (size_t)n, LWS_WRITE_HTTP), n);

	return lws_http_transaction_completed(wsi) ? -1 : 0;
}

static inline int http_cb(struct lws *wsi, enum lws_callback_reasons reason,
			  void *user, void *in, size_t len)
{
	static char path[256];
	struct http_pss *pss = (struct http_pss *)user;
	char text[64];
	size_t n;
	int at;

	switch ((int)reason) {
	case LWS_CALLBACK_WSI_CREATE:
		http_live++;
		CHECK(!user && !in && !len);
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		http_live--;
		break;
	case LWS_CALLBACK_FILTER_NETWORK_CONNECTION:
		CHECK(user == NULL || in != NULL);
		pss = NULL;
		break;
	case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED:
		CHECK(!user && !in && !len);
		break;
	case LWS_CALLBACK_FILTER_HTTP_CONNECTION:
	case LWS_CALLBACK_HTTP:
		CHECK(strlen((const char *)in) == len);
		snprintf(path, sizeof(path), "%s", (const char *)in);
		/* fallthrough */
	case LWS_CALLBACK_HTTP_BODY:
	case LWS_CALLBACK_HTTP_BODY_COMPLETION:
	case LWS_CALLBACK_HTTP_WRITEABLE:
	case LWS_CALLBACK_HTTP_BIND_PROTOCOL:
	case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
		CHECK(user != NULL);
		break;
	case LWS_CALLBACK_CLOSED_HTTP:
		break;
	default:
		return 0;
	}

	if (pss && !pss->number) {
		for (n = 0; n < sizeof(*pss); n++)
			CHECK(!((const char *)user)[n]);
		pss->number = ++http_objects;
	}
	at = snprintf(text, sizeof(text), "%d", (int)reason);
	if (pss)
		at += snprintf(text + at, sizeof(text) - (size_t)at, "U%d",
			       pss->number);
	if (reason == LWS_CALLBACK_HTTP_BODY)
		snprintf(text + at, sizeof(text) - (size_t)at, ":%zu", len);
	http_note(text);

	if (http_refuse == (int)reason)
		return http_refuse_with;

	switch ((int)reason) {
	case LWS_CALLBACK_HTTP:
		if (!strncmp(path, "/now", 4))
			return http_answer(wsi, "200 OK", path);
		if (!strcmp(path, "/early"))
			return http_answer(wsi, "413 Large", "no");
		if (!strcmp(path, "/later"))
			lws_callback_on_writable(wsi);
		if (!strcmp(path, "/open"))
			lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0);
		break;
	case LWS_CALLBACK_HTTP_WRITEABLE:
	case LWS_CALLBACK_HTTP_BODY_COMPLETION:
		return http_answer(wsi, "200 OK", path);
	}

	return 0;
}

static const struct lws_protocols http_protocols[] = {
	{ "http", http_cb, sizeof(struct http_pss), 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static inline void info_http(struct lws_context_creation_info *info)
{
	memset(info, 0, sizeof(*info));
	info->vhost_name = "http";
	info->iface = "127.0.0.1";
	info->protocols = http_protocols;
}

static inline struct lws_vhost *vhost_http(struct lws_context *cx)
{
	struct lws_context_creation_info info;
	struct lws_vhost *vh;

	info_http(&info);
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);
	CHECK(lws_get_vhost_listen_port(vh) > 0);

	return vh;
}

static inline void http_forget(void)
{
	http_trace[0] = '\0';
	http_objects = 0;
	http_refuse = 0;
}

static inline void http_send(int fd, const char *bytes, size_t len)
{
	CHECK_EQ(send(fd, bytes, len, MSG_NOSIGNAL), (ssize_t)len);
}

/* What has come so far; -1 in *end once the peer has closed. */
static char http_got[65536];
static size_t http_got_len;
static int http_ended;

static inline void http_receive(int fd)
{
	ssize_t n = recv(fd, http_got + http_got_len,
			 sizeof(http_got) - 1 - http_got_len, MSG_DONTWAIT);

	if (n > 0)
		http_got_len += (size_t)n;
	else if (!n || (errno != EAGAIN && errno != EINTR))
		http_ended = 1;
	http_got[http_got_len] = '\0';
}

static inline int http_connect(struct lws_vhost *vh)
{
	http_got_len = 0;
	http_got[0] = '\0';
	http_ended = 0;

	return plain_connect(lws_get_vhost_listen_port(vh));
}

/* Service until the peer has received this many bytes, or the connection ended. */
static inline void http_until(struct lws_context *cx, int fd, size_t len)
{
	lws_usec_t end = lws_now_usecs() + 30 * LWS_US_PER_SEC;

	while (http_got_len < len && !http_ended) {
		CHECK(lws_service(cx, -1) >= 0);
		http_receive(fd);
		CHECK(lws_now_usecs() < end);
	}
}

static inline void http_until_end(struct lws_context *cx, int fd)
{
	http_until(cx, fd, sizeof(http_got));
	CHECK(http_ended);
}

static inline void http_same(const char *what, const char *expected)
{
	if (strcmp(http_trace, expected)) {
		fprintf(stderr, "%s:\n  expected %s\n  got      %s\n", what,
			expected, http_trace);
		exit(1);
	}
}

#endif
