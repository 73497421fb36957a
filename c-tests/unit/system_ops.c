/*
 * The context keeps the pointer to the user's system operations, and finds
 * its state manager and back.
 */
#include "../context.h"

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx, *cy;
	lws_state_manager_t *mgr;
	lws_system_ops_t ops;

	memset(&ops, 0, sizeof(ops));
	info_init(&info);
	cx = context_from(&info);
	CHECK(!lws_system_get_ops(cx));
	info.system_ops = &ops;
	cy = context_from(&info);
	CHECK(lws_system_get_ops(cy) == &ops);
	ops.wake_latency_us = 5; /* the user's object, not a copy */
	CHECK(lws_system_get_ops(cy)->wake_latency_us == 5);

	mgr = lws_system_get_state_manager(cx);
	CHECK(mgr);
	CHECK(mgr != lws_system_get_state_manager(cy));
	CHECK(lws_system_context_from_system_mgr(mgr) == cx);
	CHECK(mgr->context == cx);
	CHECK(mgr->name);

	/* operations that are there but do nothing */
	CHECK(!lws_system_cpd_start(cy));
	context_settle(cx);
	context_settle(cy);
	lws_context_destroy(cx);
	lws_context_destroy(cy);

	return 0;
}
