/*
 * Every export of lws-state.h with NULL where it wants a pointer, and states
 * that a manager cannot have.
 */
#include "../context.h"

static int notify(lws_state_manager_t *mgr, lws_state_notify_link_t *link,
		  int current, int target)
{
	(void)mgr;
	(void)link;
	(void)current;
	(void)target;

	return 0;
}

int main(void)
{
	lws_state_notify_link_t link = { { NULL, NULL, NULL }, notify, "n" },
				empty = { { NULL, NULL, NULL }, NULL, "e" };
	lws_state_notify_link_t *const list[] = { &link, NULL };
	struct lws_context *cx = context_new();
	lws_state_manager_t *mgr, own;

	memset(&own, 0, sizeof(own));
	own.name = "own";

	CHECK_LOGS("lws_state_reg_notifier", lws_state_reg_notifier(NULL, &link));
	CHECK_LOGS("lws_state_reg_notifier", lws_state_reg_notifier(&own, NULL));
	CHECK_LOGS("lws_state_reg_notifier", lws_state_reg_notifier(&own, &empty));
	CHECK_LOGS("lws_state_reg_notifier_list",
		   lws_state_reg_notifier_list(NULL, list));
	CHECK_LOGS("lws_state_reg_deregister", lws_state_reg_deregister(NULL));
	CHECK(!own.notify_list.count);
	CHECK_LOGS("lws_state_transition", lws_state_transition(NULL, 1));
	CHECK_LOGS("lws_state_transition_steps",
		   lws_state_transition_steps(NULL, 1));

	/* no list is an empty list */
	log_watch(LOG_USUAL);
	lws_state_reg_notifier_list(&own, NULL);
	lws_state_reg_deregister(&link);
	CHECK(!log_lines(""));

	/* states that do not exist; the limit of a manager of the user's own
	 * is not known, but no state is negative */
	mgr = lws_system_get_state_manager(cx);
	CHECK(mgr);
	CHECK_LOGS("lws_state_transition",
		   lws_state_transition(mgr, LWS_SYSTATE_CONTEXT_DESTROYING + 1));
	CHECK_LOGS("lws_state_transition", lws_state_transition(mgr, -1));
	CHECK_LOGS("lws_state_transition_steps",
		   lws_state_transition_steps(mgr, 1000));
	CHECK(mgr->state == LWS_SYSTATE_CONTEXT_CREATED);
	CHECK_LOGS("lws_state_transition", lws_state_transition(&own, -1));
	CHECK(own.state == 0);

	lws_context_destroy(cx);

	return 0;
}
