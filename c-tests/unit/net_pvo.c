/*
 * Options of a vhost for its protocols: found by name, also in the callback that gets them.
 */
#include "../context.h"

static const struct lws_protocol_vhost_options
	again = { NULL, NULL, "size", "second" },
	none = { &again, NULL, "none", NULL },
	nameless = { &none, NULL, NULL, "nobody's" },
	size = { &nameless, NULL, "size", "10" },
	list = { NULL, &size, "test", "" };

static const struct lws_protocol_vhost_options other = { NULL, NULL, "default", "1" };

static void test_search(void)
{
	const char *value = "as it was";

	log_watch(LOG_USUAL);
	CHECK(lws_pvo_search(&size, "size") == &size);
	CHECK(lws_pvo_search(&nameless, "size") == &again);
	CHECK(lws_pvo_search(&size, "none") == &none);
	CHECK(!lws_pvo_search(&size, "siz") && !lws_pvo_search(&size, "sizes"));
	CHECK(!lws_pvo_search(&size, "Size") && !lws_pvo_search(&size, ""));
	CHECK(!lws_pvo_search(NULL, "size"));

	CHECK_EQ(lws_pvo_get_str((void *)&size, "nothing", &value), 1);
	CHECK_EQ(lws_pvo_get_str(NULL, "size", &value), 1);
	CHECK_STR(value, "as it was");
	CHECK_EQ(lws_pvo_get_str((void *)&size, "size", &value), 0);
	CHECK(value == size.value);
	CHECK_EQ(lws_pvo_get_str((void *)&size, "none", &value), 0);
	CHECK(value == NULL);
	/* an option that is not there is no mistake */
	CHECK_EQ(log_lines(""), 0);
}

static int init_seen;

static int callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
		    size_t len)
{
	const char *value = NULL;

	(void)wsi;
	(void)user;
	(void)len;
	if (reason != LWS_CALLBACK_PROTOCOL_INIT)
		return 0;
	init_seen++;
	CHECK(in == &size);
	CHECK_EQ(lws_pvo_get_str(in, "size", &value), 0);
	CHECK_STR(value, "10");

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "test", callback, 0, 0, 0, NULL, 0 },
	LWS_PROTOCOL_LIST_TERM
};

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;

	test_search();
	CHECK(!lws_pvo_search(&other, "test"));

	info_init(&info);
	info.protocols = protocols;
	info.pvo = &list;
	cx = context_from(&info);
	pump(cx);
	CHECK_EQ(init_seen, 1);
	lws_context_destroy(cx);

	return 0;
}
