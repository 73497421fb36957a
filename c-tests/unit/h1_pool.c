/*
 * max_http_header_pool: how many requests are served at once; the others wait
 * for their turn, in order, and lose nothing.
 */
#include "../http.h"

static char order[256];
static struct lws *held[8];
static int held_count;

static int pool_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	(void)user;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_HTTP:
		strcat(order, (const char *)in);
		if (!strncmp((const char *)in, "/hold", 5)) {
			held[held_count++] = wsi;
			break;
		}
		return http_answer(wsi, "200 OK", (const char *)in);
	case LWS_CALLBACK_HTTP_WRITEABLE:
		return http_answer(wsi, "200 OK", "done");
	case LWS_CALLBACK_WSI_CREATE:
		http_live++;
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		http_live--;
	}

	return 0;
}

static const struct lws_protocols pool_protocols[] = {
	{ "pool", pool_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void ask(int fd, const char *path)
{
	char sent[100];

	snprintf(sent, sizeof(sent), "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path);
	http_send(fd, sent, strlen(sent));
}

static void for_a_while(struct lws_context *cx)
{
	int n;

	for (n = 0; n < 20; n++)
		CHECK(lws_service(cx, -1) >= 0);
}

static void same(const char *expected)
{
	if (strcmp(order, expected)) {
		fprintf(stderr, "expected %s got %s\n", expected, order);
		exit(1);
	}
}

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;
	struct lws_vhost *vh, *other;
	lws_usec_t start;
	int fd[6], n;

	lws_set_log_level(0, NULL);
	memset(&info, 0, sizeof(info));
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
	info.max_http_header_pool = 2;
	cx = lws_create_context(&info);
	CHECK(cx != NULL);
	memset(&info, 0, sizeof(info));
	info.vhost_name = "pool";
	info.iface = "127.0.0.1";
	info.protocols = pool_protocols;
	info.timeout_secs_ah_idle = 1;
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);
	info.vhost_name = "other";
	other = lws_create_vhost(cx, &info);
	CHECK(other != NULL);

	/* idle connections need no place */
	for (n = 0; n < 6; n++)
		fd[n] = http_connect(n == 3 ? other : vh);
	UNTIL(cx, http_live == 6);
	ask(fd[0], "/hold0");
	ask(fd[1], "/hold1");
	UNTIL(cx, held_count == 2);
	for (n = 2; n < 6; n++) {
		char path[10];

		snprintf(path, sizeof(path), "/%d", n);
		ask(fd[n], path);
		/* each has come before the next one */
		for_a_while(cx);
	}
	same("/hold0/hold1");
	/* waiting is not slow: nobody is closed for it */
	start = lws_now_usecs();
	while (lws_now_usecs() < start + 1500 * 1000) {
		CHECK(lws_service(cx, -1) >= 0);
		usleep(1000);
	}
	CHECK_EQ(http_live, 6);
	/* one that leaves does not hold up the others */
	lws_vhost_destroy(other);
	lws_callback_on_writable(held[0]);
	UNTIL(cx, strlen(order) == strlen("/hold0/hold1/2/4/5"));
	same("/hold0/hold1/2/4/5");
	/* a connection that ends gives its place back, too */
	ask(fd[0], "/hold2");
	UNTIL(cx, held_count == 3);
	ask(fd[2], "/again");
	for_a_while(cx);
	same("/hold0/hold1/2/4/5/hold2");
	close(fd[1]);
	UNTIL(cx, strstr(order, "/again") != NULL);
	http_got_len = 0;
	http_ended = 0;
	http_until(cx, fd[2], 1);
	close(fd[0]);
	close(fd[2]);
	close(fd[3]);
	close(fd[4]);
	close(fd[5]);
	UNTIL(cx, !http_live);
	lws_context_destroy(cx);

	return 0;
}
