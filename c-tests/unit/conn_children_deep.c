/*
 * A chain of children of any length ends on a small stack.
 */
#include "../conn.h"

#define DEPTH 3000

static int closed, told;

static int deep_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	(void)wsi;
	(void)user;
	(void)in;
	(void)len;
	if (reason == LWS_CALLBACK_RAW_CLOSE_FILE)
		closed++;
	if (reason == LWS_CALLBACK_CHILD_CLOSING)
		told++;

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "deep", deep_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void *chain(void *depth)
{
	struct lws_context *cx = context_bare();
	struct lws *wsi = NULL, *top = NULL;
	lws_sock_file_fd_type fd;
	struct lws_vhost *vh;
	int n, pipes[2];

	vh = vhost_client(cx, "deep", protocols);
	pump(cx);
	CHECK(!pipe(pipes));
	for (n = 0; n < *(int *)depth; n++) {
		CHECK((fd.filefd = dup(pipes[0])) >= 0);
		wsi = lws_adopt_descriptor_vhost(vh, LWS_ADOPT_RAW_FILE_DESC,
						 fd, "deep", wsi);
		CHECK(wsi != NULL);
		if (!top)
			top = wsi;
	}
	lws_set_timeout(top, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
	CHECK_EQ(closed, *(int *)depth);
	CHECK_EQ(told, *(int *)depth - 1);
	lws_context_destroy(cx);
	close(pipes[0]);
	close(pipes[1]);

	return NULL;
}

int main(void)
{
	unsigned int may = descriptors_allow(DEPTH + 64);
	int depth = may < DEPTH + 64 ? (int)may - 64 : DEPTH;
	pthread_attr_t attr;
	pthread_t thread;

	CHECK(!pthread_attr_init(&attr));
	CHECK(!pthread_attr_setstacksize(&attr, 192 * 1024));
	CHECK(!pthread_create(&thread, &attr, chain, &depth));
	CHECK(!pthread_join(thread, NULL));

	return 0;
}
