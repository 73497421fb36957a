/*
 * lws_callback_on_writable_all_protocol() reaches connections of other vhosts,
 * whose arrays of protocols are other objects: a protocol is known by its name
 * and its callback. What else is for all connections with a protocol compares
 * pointers in lws, and is in ../unit.
 */
#include "../conn.h"

static struct lws_context *cx;
static struct lws *first_wsi;
static int up;

static int protocols_cb(struct lws *wsi, enum lws_callback_reasons reason,
			void *user, void *in, size_t len)
{
	const struct lws_protocols *p = lws_get_protocol(wsi);
	const char *vhost;

	(void)user;
	(void)in;
	(void)len;
	if (trace_skips(reason))
		return 0;
	vhost = lws_get_vhost_name(lws_get_vhost(wsi));
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT:
		if (!up++)
			first_wsi = wsi;
		break;
	case LWS_CALLBACK_RAW_WRITEABLE:
		lane_add(vhost, "%s may write", p->name);
		break;
	}

	return 0;
}

static int other_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	return protocols_cb(wsi, reason, user, in, len);
}

/* the same name and callback twice, the same name, the same callback */
static const struct lws_protocols a[] = {
	{ "chat", protocols_cb, 0, 0, 1, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
}, b[] = {
	{ "chat", protocols_cb, 0, 0, 2, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
}, name[] = {
	{ "chat", other_cb, 0, 0, 3, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
}, callback[] = {
	{ "talk", protocols_cb, 0, 0, 4, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static const struct {
	const char			*vhost;
	const struct lws_protocols	*protocols;
} served[] = {
	{ "a", a }, { "b", b }, { "name", name }, { "callback", callback }
};

int main(void)
{
	struct lws_vhost *vh[LWS_ARRAY_SIZE(served)];
	int fd[LWS_ARRAY_SIZE(served)];
	size_t n;

	lws_set_log_level(0, NULL);
	cx = context_bare();
	for (n = 0; n < LWS_ARRAY_SIZE(served); n++) {
		vh[n] = vhost_server(cx, served[n].vhost, served[n].protocols,
				     served[n].protocols->name);
		fd[n] = plain_connect(lws_get_vhost_listen_port(vh[n]));
		UNTIL(cx, up == (int)n + 1);
	}
	CHECK(lws_get_vhost(first_wsi) == vh[0]);
	memset(lanes, 0, sizeof(lanes));

	printf("%d\n", lws_callback_on_writable_all_protocol(cx, &a[0]));
	service_for(cx, 20000);
	lanes_print("may write");

	for (n = 0; n < LWS_ARRAY_SIZE(served); n++)
		close(fd[n]);
	lws_context_destroy(cx);

	return 0;
}
