/*
 * Who sends a message is owed one EVENT_WAIT_CANCELLED. It comes without
 * sleeping first also when nobody gets the message any more.
 */
#include "../context.h"

#define TTL_US 100000

static struct lws_context *cx;
static lws_sorted_usec_list_t guard;
static int told;

static int proto_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	(void)wsi;
	(void)user;
	(void)in;
	(void)len;
	if (reason == LWS_CALLBACK_EVENT_WAIT_CANCELLED)
		told++;

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "p", proto_cb, 0, 0, 0, NULL, 0 },
	LWS_PROTOCOL_LIST_TERM
};

static int heard(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
		 size_t len)
{
	(void)opaque;
	(void)c;
	(void)ts;
	(void)buf;
	(void)len;
	CHECK(!"delivered");

	return 0;
}

static void slept_over(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	CHECK(!"slept over");
}

static void comes_once(int before)
{
	lws_sul_schedule(cx, 0, &guard, slept_over, 30 * LWS_USEC_PER_SEC);
	while (told == before)
		CHECK(!lws_service(cx, 0));
	pump(cx); /* the guard too, when it has become due */
	lws_sul_cancel(&guard);
	CHECK_EQ(told, before + 1);
}

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_smd_peer *peer, *other;
	int before;

	info_init(&info);
	info.protocols = protocols;
	info.smd_ttl_us = TTL_US;
	cx = context_from(&info);
	context_settle(cx);

	/* the only listener goes before the loop comes */
	before = told;
	peer = lws_smd_register(cx, NULL, 0, MINE, heard);
	CHECK(peer);
	CHECK(!lws_smd_msg_printf(cx, MINE, "%s", "a"));
	lws_smd_unregister(peer);
	comes_once(before);

	/* one of several, several messages */
	before = told;
	peer = lws_smd_register(cx, NULL, 0, MINE, heard);
	other = lws_smd_register(cx, NULL, 0, OTHER, heard);
	CHECK(peer && other);
	CHECK(!lws_smd_msg_printf(cx, MINE, "%s", "a"));
	CHECK(!lws_smd_msg_printf(cx, MINE, "%s", "b"));
	lws_smd_unregister(peer);
	comes_once(before);
	lws_smd_unregister(other);

	/* the messages grow too old */
	before = told;
	CHECK(lws_smd_register(cx, NULL, 0, MINE, heard));
	CHECK(!lws_smd_msg_printf(cx, MINE, "%s", "a"));
	usleep(TTL_US + 50000);
	log_watch(LOG_USUAL);
	comes_once(before);
	CHECK(log_lines("TTL") == 1 && log_lines("") == 1);

	lws_context_destroy(cx);

	return 0;
}
