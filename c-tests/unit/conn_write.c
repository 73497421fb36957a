/*
 * Writing more than the peer takes: everything arrives in order, and the
 * writeable callback comes only when nothing waits any more.
 */
#include "../conn.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#define TOTAL (8u * 1024 * 1024)

static unsigned char *buffer;
static size_t written, received, chunk, extra;
static int peer, up, closed, writeables, own_writes;

/* What the byte at this place of the stream is. */
static unsigned char pattern(size_t at)
{
	return (unsigned char)(at * 7 + (at >> 8) * 13 + (at >> 16));
}

static int put(struct lws *wsi, size_t len)
{
	size_t n;

	for (n = 0; n < len; n++)
		buffer[LWS_PRE + n] = pattern(written + n);
	CHECK_EQ(lws_write(wsi, buffer + LWS_PRE, len, LWS_WRITE_RAW), len);
	/* the bytes are the caller's again */
	memset(buffer, 0, LWS_PRE + len);
	written += len;
	own_writes++;

	return 0;
}

static int write_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	int out, waiting;

	(void)user;
	(void)in;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT:
		up++;
		lws_callback_on_writable(wsi);
		break;
	case LWS_CALLBACK_RAW_WRITEABLE:
		writeables++;
		/*
		 * What was written is with the kernel, on one side or the
		 * other: nothing is left in the library.
		 */
		CHECK(!ioctl(lws_get_socket_fd(wsi), SIOCOUTQ, &out));
		CHECK(!ioctl(peer, FIONREAD, &waiting));
		CHECK((size_t)out + (size_t)waiting + received >= written);
		if (written >= TOTAL)
			break;
		put(wsi, chunk);
		/* writes that are not asked for queue up behind */
		if (extra)
			put(wsi, extra);
		lws_callback_on_writable(wsi);
		break;
	case LWS_CALLBACK_RAW_CLOSE:
		closed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "write", write_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void one(struct lws_context *cx, int port, size_t size, size_t more)
{
	struct sockaddr_in a = loopback(port);
	int before, small = 65536;
	unsigned char buf[50000];
	ssize_t n, i;

	chunk = size;
	extra = more;
	written = received = 0;
	up = closed = writeables = own_writes = 0;
	CHECK((peer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) >= 0);
	CHECK(!setsockopt(peer, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)));
	CHECK(!connect(peer, (struct sockaddr *)&a, sizeof(a)));
	UNTIL(cx, written);
	/* nobody reads: it comes to a stop */
	do {
		before = writeables;
		service_for(cx, 20000);
	} while (writeables != before);
	CHECK(written < TOTAL || size >= TOTAL);

	while (received < TOTAL) {
		n = plain_read(cx, peer, buf, sizeof(buf));
		CHECK(n > 0);
		for (i = 0; i < n; i++)
			CHECK(buf[i] == pattern(received + (size_t)i));
		received += (size_t)n;
		/* a slow reader */
		if (received % 7 == 0)
			CHECK(lws_service(cx, -1) >= 0);
	}
	while (received < written) {
		n = plain_read(cx, peer, buf, sizeof(buf));
		CHECK(n > 0);
		received += (size_t)n;
	}
	/* each write was followed by one callback, when it had gone */
	service_for(cx, 20000);
	CHECK_EQ(received, written);
	CHECK_EQ(own_writes, (writeables - 1) * (extra ? 2 : 1));
	close(peer);
	UNTIL(cx, closed);
}

int main(void)
{
	struct lws_context *cx = context_bare();
	struct lws_vhost *vh;
	int port;

	buffer = malloc(LWS_PRE + TOTAL);
	CHECK(buffer != NULL);
	vh = vhost_server(cx, "server", protocols, "write");
	port = lws_get_vhost_listen_port(vh);
	pump(cx);

	one(cx, port, TOTAL, 0);
	one(cx, port, 65536, 0);
	one(cx, port, 1000, 0);
	one(cx, port, 300000, 300000);

	lws_context_destroy(cx);
	free(buffer);

	return 0;
}
