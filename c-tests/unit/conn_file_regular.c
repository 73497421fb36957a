/*
 * A raw file that is a file: it is always ready, as poll() has it, so a
 * program reads its standard input whatever that is.
 */
#include "../conn.h"

static char got[64];
static int received, writeables, closed;

static int file_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	char buf[4];
	ssize_t n;

	(void)user;
	(void)in;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_RX_FILE:
		received++;
		n = read(lws_get_socket_fd(wsi), buf, sizeof(buf));
		if (n <= 0)
			return -1;
		CHECK(strlen(got) + (size_t)n < sizeof(got));
		strncat(got, buf, (size_t)n);
		/* a pause now and then */
		if (received == 2) {
			lws_rx_flow_control(wsi, 0);
			lws_callback_on_writable(wsi);
		}
		break;
	case LWS_CALLBACK_RAW_WRITEABLE_FILE:
		writeables++;
		CHECK_EQ(received, 2);
		lws_rx_flow_control(wsi, 1);
		break;
	case LWS_CALLBACK_RAW_CLOSE_FILE:
		closed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "file", file_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

int main(void)
{
	struct lws_context *cx = context_bare();
	char path[] = "/tmp/relws-file-XXXXXX";
	lws_sock_file_fd_type fd;
	struct lws_vhost *vh;

	vh = vhost_client(cx, "files", protocols);
	pump(cx);
	log_watch(LOG_USUAL);
	CHECK((fd.filefd = mkstemp(path)) >= 0);
	CHECK(!unlink(path));
	CHECK(write(fd.filefd, "sixteen bytes ok", 16) == 16);
	CHECK(!lseek(fd.filefd, 0, SEEK_SET));
	CHECK(lws_adopt_descriptor_vhost(vh, LWS_ADOPT_RAW_FILE_DESC, fd, "file",
					 NULL) != NULL);
	UNTIL(cx, closed);
	CHECK_STR(got, "sixteen bytes ok");
	CHECK_EQ(received, 5);
	CHECK_EQ(writeables, 1);
	CHECK(!log_lines(""));
	lws_context_destroy(cx);

	return 0;
}
