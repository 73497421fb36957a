/*
 * Raw files: a full pipe, an end that goes, a terminal, and descriptors that
 * cannot be waited for.
 */
#include "../conn.h"

static int received, writeables, closed, quits;
static char got[256];

static int file_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	int *count = user;
	char buf[64];
	ssize_t n;

	(void)in;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT_FILE:
		CHECK(count && !*count);
		break;
	case LWS_CALLBACK_RAW_RX_FILE:
		(*count)++;
		received++;
		n = read(lws_get_socket_fd(wsi), buf, 4);
		if (n <= 0)
			return -1;
		CHECK(strlen(got) + (size_t)n < sizeof(got));
		strncat(got, buf, (size_t)n);
		break;
	case LWS_CALLBACK_RAW_WRITEABLE_FILE:
		writeables++;
		if (quits)
			return -1;
		break;
	case LWS_CALLBACK_RAW_CLOSE_FILE:
		CHECK(count != NULL);
		closed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "file", file_cb, sizeof(int), 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_vhost *vh;

static struct lws *adopt(int number)
{
	lws_sock_file_fd_type fd;

	fd.filefd = number;

	return lws_adopt_descriptor_vhost(vh, LWS_ADOPT_RAW_FILE_DESC, fd,
					  "file", NULL);
}

int main(void)
{
	struct lws_context *cx;
	int ends[2], before, n;
	struct lws *wsi;
	char block[4096];

	before = descriptors();
	cx = context_bare();
	vh = vhost_client(cx, "files", protocols);
	pump(cx);

	/* a piece at a time: what is left is said again */
	CHECK(!pipe(ends));
	CHECK(adopt(ends[0]) != NULL);
	CHECK(write(ends[1], "twelve bytes", 12) == 12);
	UNTIL(cx, received == 3);
	CHECK_STR(got, "twelve bytes");
	/* the writer goes: one more callback, in which read() says so */
	close(ends[1]);
	UNTIL(cx, closed == 1);

	/* a full pipe is not writeable until somebody reads */
	CHECK(!pipe(ends));
	plain_nonblocking(ends[1]);
	memset(block, 'x', sizeof(block));
	while (write(ends[1], block, sizeof(block)) > 0)
		;
	CHECK((wsi = adopt(ends[1])) != NULL);
	CHECK(lws_callback_on_writable(wsi) >= 0);
	service_for(cx, 30000);
	CHECK_EQ(writeables, 0);
	for (n = 0; n < 8; n++)
		CHECK(read(ends[0], block, sizeof(block)) == sizeof(block));
	UNTIL(cx, writeables == 1);
	/* once for each request */
	service_for(cx, 10000);
	CHECK_EQ(writeables, 1);
	quits = 1;
	lws_callback_on_writable(wsi);
	UNTIL(cx, closed == 2);
	close(ends[0]);

	/* the reader goes: whoever waits to write is told, or closed */
	quits = 0;
	writeables = 0;
	CHECK(!pipe(ends));
	plain_nonblocking(ends[1]);
	while (write(ends[1], block, sizeof(block)) > 0)
		;
	CHECK((wsi = adopt(ends[1])) != NULL);
	lws_callback_on_writable(wsi);
	service_for(cx, 5000);
	close(ends[0]);
	UNTIL(cx, writeables == 1 || closed == 3);
	if (closed < 3) {
		lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK,
				LWS_TO_KILL_ASYNC);
		UNTIL(cx, closed == 3);
	}

	/* a pseudo terminal */
	got[0] = '\0';
	CHECK((ends[0] = posix_openpt(O_RDWR | O_NOCTTY)) >= 0);
	CHECK(!grantpt(ends[0]) && !unlockpt(ends[0]));
	CHECK((ends[1] = open(ptsname(ends[0]), O_RDWR | O_NOCTTY)) >= 0);
	CHECK(adopt(ends[0]) != NULL);
	CHECK(write(ends[1], "tty\n", 4) == 4);
	UNTIL(cx, strstr(got, "tty") != NULL);
	close(ends[1]);
	/* reading fails when the last other side has gone */
	UNTIL(cx, closed == 4);

	/* not a descriptor, and a protocol that is not there */
	CHECK_LOGS("lws_adopt_descriptor_vhost", wsi = adopt(-1));
	CHECK(!wsi);
	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), before);

	return 0;
}
