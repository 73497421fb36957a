/*
 * What the tests of websocket share: vhosts of HTTP, and peers that are plain
 * sockets and make each byte themselves.
 */
#ifndef RELWS_TEST_WS_H
#define RELWS_TEST_WS_H

#include "conn.h"

/* Of RFC 6455, section 1.3. */
#define WS_KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define WS_ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
#define WS_HEAD \
	"Host: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" \
	"Sec-WebSocket-Key: " WS_KEY "\r\nSec-WebSocket-Version: 13\r\n"
#define WS_101 \
	"HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\n" \
	"Connection: Upgrade\r\nSec-WebSocket-Accept: " WS_ACCEPT "\r\n"

static inline struct lws_vhost *
vhost_http(struct lws_context *cx, const struct lws_protocols *protocols,
	   void (*more)(struct lws_context_creation_info *))
{
	struct lws_context_creation_info info;
	struct lws_vhost *vh;

	memset(&info, 0, sizeof(info));
	info.vhost_name = "http";
	info.iface = "127.0.0.1";
	info.protocols = protocols;
	if (more)
		more(&info);
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);
	CHECK(lws_get_vhost_listen_port(vh) > 0);

	return vh;
}

/* A connection that asks for the upgrade, with more lines of headers. */
static inline int ws_ask(int port, const char *lines)
{
	char text[2048];
	int fd = plain_connect(port), on = 1;

	CHECK(!setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)));
	snprintf(text, sizeof(text), "GET /chat?x=1 HTTP/1.1\r\n" WS_HEAD
		 "%s\r\n", lines);
	plain_send(fd, text);

	return fd;
}

/* The same, and it has it. */
static inline int ws_open(struct lws_context *cx, int port, const char *lines,
			  const char *answered)
{
	char text[2048];
	int fd = ws_ask(port, lines);

	snprintf(text, sizeof(text), WS_101 "%s\r\n", answered);
	plain_expect(cx, fd, text);

	return fd;
}

/* A frame of a client; the key is of zeroes and letters in turn. */
static inline size_t ws_frame(unsigned char *to, int first, const void *payload,
			      size_t len)
{
	static const unsigned char keys[2][4] = { "abcd", { 0, 0, 0, 0 } };
	static int turn;
	const unsigned char *key = keys[turn++ & 1], *from = payload;
	size_t at = 0, n;

	to[at++] = (unsigned char)first;
	if (len < 126) {
		to[at++] = (unsigned char)(0x80 | len);
	} else if (len < 65536) {
		to[at++] = 0x80 | 126;
		to[at++] = (unsigned char)(len >> 8);
		to[at++] = (unsigned char)len;
	} else {
		to[at++] = 0x80 | 127;
		for (n = 0; n < 8; n++)
			to[at++] = (unsigned char)((uint64_t)len >> (56 - 8 * n));
	}
	memcpy(to + at, key, 4);
	at += 4;
	for (n = 0; n < len; n++)
		to[at++] = from[n] ^ key[n & 3];

	return at;
}

static inline void ws_send(int fd, int first, const void *payload, size_t len)
{
	unsigned char *frame = malloc(len + 14);
	size_t n = ws_frame(frame, first, payload, len);

	CHECK(frame != NULL);
	CHECK(send(fd, frame, n, MSG_NOSIGNAL) == (ssize_t)n);
	free(frame);
}

/* So many bytes come. */
static inline void ws_read(struct lws_context *cx, int fd, void *buf, size_t len)
{
	size_t got = 0;
	ssize_t n;

	while (got < len) {
		n = plain_read(cx, fd, (char *)buf + got, len - got);
		CHECK(n > 0);
		got += (size_t)n;
	}
}

/* Exactly these bytes come. */
static inline void ws_expect(struct lws_context *cx, int fd, const void *bytes,
			     size_t len)
{
	unsigned char buf[4096];

	CHECK(len <= sizeof(buf));
	ws_read(cx, fd, buf, len);
	if (memcmp(buf, bytes, len)) {
		size_t n;

		for (n = 0; n < len; n++)
			fprintf(stderr, "%02x ", buf[n]);
		fprintf(stderr, "came\n");
	}
	CHECK(!memcmp(buf, bytes, len));
}

#define WS_EXPECT(cx, fd, text) ws_expect(cx, fd, text, sizeof(text) - 1)

/* The connection ends, in order. */
static inline void ws_ends(struct lws_context *cx, int fd)
{
	char c;

	CHECK_EQ(plain_read(cx, fd, &c, 1), 0);
	close(fd);
}

#endif
