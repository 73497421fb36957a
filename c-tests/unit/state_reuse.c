/*
 * Notifiers outlive what they are registered with: the end of a context lets
 * go of them, and one that is asked may be gone when it has answered.
 */
#include "../context.h"

/* -- a notifier for each context in turn ----------------------------------- */

static int operational;

static int notify(lws_state_manager_t *mgr, lws_state_notify_link_t *link,
		  int current, int target)
{
	(void)mgr;
	(void)link;
	if (current == target && target == LWS_SYSTATE_OPERATIONAL)
		operational++;

	return 0;
}

static lws_state_notify_link_t listed = { { NULL, NULL, NULL }, notify, "l" };
static lws_state_notify_link_t *listed_links[] = { &listed, NULL };
static lws_state_notify_link_t single = { { NULL, NULL, NULL }, notify, "s" };

static void contexts_in_turn(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;
	int n;

	info_init(&info);
	info.register_notifier_list = listed_links;
	log_watch(LOG_USUAL);
	for (n = 0; n < 4; n++) {
		operational = 0;
		cx = context_from(&info);
		lws_state_reg_notifier(lws_system_get_state_manager(cx),
				       &single);
		context_settle(cx);
		CHECK_EQ(operational, 2);
		lws_context_destroy(cx);
		CHECK(lws_dll2_is_detached(&listed.list));
		CHECK(lws_dll2_is_detached(&single.list));
		CHECK(!listed.list.prev && !listed.list.next);
		if (n & 1) { /* says nothing, does nothing */
			lws_state_reg_deregister(&listed);
			lws_state_reg_deregister(&single);
		}
	}
	CHECK(log_lines("") == 0);
}

/* -- one that answers no and is gone --------------------------------------- */

static char name[16];
static int asked;

static int refuse(lws_state_manager_t *mgr, lws_state_notify_link_t *link,
		  int current, int target)
{
	(void)mgr;
	CHECK(current != target);
	asked++;
	lws_state_reg_deregister(link);
	free(link);
	strcpy(name, "gone");

	return 1;
}

static void frees_itself(int levels)
{
	static const char *names[] = { "off", "on" };
	lws_state_notify_link_t *link = calloc(1, sizeof(*link));
	lws_state_manager_t mgr;

	CHECK(link);
	memset(&mgr, 0, sizeof(mgr));
	mgr.name = "mine";
	mgr.state_names = names;
	strcpy(name, "fleeting");
	link->name = name;
	link->notify_cb = refuse;
	lws_state_reg_notifier(&mgr, link);

	asked = 0;
	log_watch(levels);
	CHECK(!lws_state_transition(&mgr, 1));
	CHECK(mgr.state == 0 && asked == 1);
	CHECK(!mgr.notify_list.count);
	if (levels & LLL_INFO)
		CHECK(log_lines("fleeting") == 1);
	else
		CHECK(log_lines("") == 0);

	/* nobody is left who would refuse */
	CHECK(!lws_state_transition(&mgr, 1));
	CHECK(mgr.state == 1 && asked == 1);
}

int main(void)
{
	contexts_in_turn();
	frees_itself(LOG_USUAL);
	frees_itself(LOG_USUAL | LLL_INFO);

	return 0;
}
