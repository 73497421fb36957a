/*
 * Context, state notifiers, timers and messages, with the early callback and
 * the queue's depth in members that moved.
 */

#include "check.h"

#define CLASS_OWN (1u << LWSSMDCL_USER_BASE_BITNUM)

static struct {
	int early_states;
	int own;
	int notified[32];
	int operational;
	int timers;
	int user;
} seen;

static lws_sorted_usec_list_t sul_first, sul_second, sul_cancelled;
static struct lws_context *context;

static int
early_cb(void *opaque, lws_smd_class_t class, lws_usec_t timestamp, void *buf, size_t len)
{
	CHECK(opaque == &seen.early_states);
	CHECK(class == LWSSMDCL_SYSTEM_STATE);
	CHECK(timestamp > 0);
	CHECK(len > 2 && ((const char *)buf)[0] == '{' && ((const char *)buf)[len - 1] == '}');
	seen.early_states++;

	return 0;
}

static int
own_cb(void *opaque, lws_smd_class_t class, lws_usec_t timestamp, void *buf, size_t len)
{
	static const char *const expect[] = { "printf 1", "alloc 2", "printf 3" };

	CHECK(opaque == &seen.own);
	CHECK(class == CLASS_OWN);
	CHECK(timestamp > 0);
	CHECK(seen.own < 3);
	CHECK(len == strlen(expect[seen.own]) && !memcmp(buf, expect[seen.own], len));
	seen.own++;

	return 0;
}

static int
notify_cb(struct lws_state_manager *mgr, struct lws_state_notify_link *link, int current,
	  int target)
{
	CHECK(!strcmp(link->name, "debian13"));
	CHECK(!strcmp(mgr->name, "system"));
	CHECK(mgr->state == current);
	CHECK(target > 0 && target <= LWS_SYSTATE_CONTEXT_DESTROYING);
	if (context)
		CHECK(lws_system_context_from_system_mgr(mgr) == context);
	seen.notified[target]++;
	if (current == LWS_SYSTATE_OPERATIONAL && target == LWS_SYSTATE_OPERATIONAL)
		seen.operational++;

	return 0;
}

static void
second_cb(lws_sorted_usec_list_t *sul)
{
	CHECK(sul == &sul_second && !sul->us);
	CHECK(seen.timers == 1);
	seen.timers++;
}

static void
first_cb(lws_sorted_usec_list_t *sul)
{
	void *payload;

	CHECK(sul == &sul_first);
	CHECK(seen.timers == 0);
	seen.timers++;

	CHECK(!lws_smd_msg_printf(context, CLASS_OWN, "printf %d", 1));
	payload = lws_smd_msg_alloc(context, CLASS_OWN, 7);
	CHECK(payload);
	memcpy(payload, "alloc 2", 7);
	CHECK(!lws_smd_msg_send(context, payload));
	CHECK(!lws_smd_msg_printf(context, CLASS_OWN, "%s %u", "printf", 3u));

	lws_sul_schedule(context, 0, &sul_second, second_cb, 2 * LWS_US_PER_MS);
	lws_sul_cancel(&sul_cancelled);
}

static void
cancelled_cb(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	CHECK(0);
}

int
main(void)
{
	lws_state_notify_link_t notifier = { { NULL, NULL, NULL }, notify_cb, "debian13" };
	lws_state_notify_link_t *const notifiers[] = { &notifier, NULL };
	struct lws_context_creation_info info;
	lws_state_manager_t *manager;
	struct lws_smd_peer *peer;
	int turns;

	lws_set_log_level(LLL_ERR | LLL_WARN, NULL);

	info_init(&info);
	info.user = &seen.user;
	info.register_notifier_list = notifiers;
	info.early_smd_cb = early_cb;
	info.early_smd_opaque = &seen.early_states;
	info.early_smd_class_filter = LWSSMDCL_SYSTEM_STATE;
	info.smd_queue_depth = 100;

	context = lws_create_context(&info);
	CHECK(context);
	CHECK(lws_context_user(context) == &seen.user);
	manager = lws_system_get_state_manager(context);
	CHECK(manager && manager->context == context);

	peer = lws_smd_register(context, &seen.own, 0, CLASS_OWN, own_cb);
	CHECK(peer);
	lws_sul_schedule(context, 0, &sul_first, first_cb, 5 * LWS_US_PER_MS);
	lws_sul_schedule(context, 0, &sul_cancelled, cancelled_cb, 50 * LWS_US_PER_MS);

	for (turns = 0; turns < 1000; turns++) {
		if (seen.operational && seen.timers == 2 && seen.own == 3)
			break;
		CHECK(lws_service(context, 0) >= 0);
	}
	CHECK(seen.operational == 1);
	CHECK(seen.timers == 2);
	CHECK(seen.own == 3);
	CHECK(seen.early_states > 0);
	CHECK(manager->state == LWS_SYSTATE_OPERATIONAL);
	CHECK(notifier.list.owner == &manager->notify_list);

	lws_smd_unregister(peer);
	lws_context_destroy(context);

	return 0;
}
