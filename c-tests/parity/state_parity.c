/*
 * State managers: a trace of every call of every notifier, for a manager of
 * the user's own and for that of the system.
 */
#include "../context.h"
#include "../no-netlink.h"

static struct lws_context *cx;
static int veto_at = -1;
static const char *names[] = { "IDLE", "WARM", "RUN", "STOP" };

static int notify(lws_state_manager_t *mgr, lws_state_notify_link_t *link,
		  int current, int target)
{
	int veto = current != target && target == veto_at;

	printf("  %s %s: state %d, %d -> %d%s\n", mgr->name, link->name,
	       mgr->state, current, target, veto ? ", no" : "");

	return veto;
}

static int smd_cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
		  size_t len)
{
	(void)opaque;
	(void)ts;
	printf("  smd: class %x, '%.*s'\n", (unsigned int)c, (int)len,
	       (const char *)buf);

	return 0;
}

static lws_state_notify_link_t a = { { NULL, NULL, NULL }, notify, "a" },
			       b = { { NULL, NULL, NULL }, notify, "b" },
			       c = { { NULL, NULL, NULL }, notify, "c" };

static void steps(lws_state_manager_t *mgr, int target)
{
	int n;

	printf("steps to %d\n", target);
	n = lws_state_transition_steps(mgr, target);
	printf("returned %d, state %d\n", n, mgr->state);
}

static void transition(lws_state_manager_t *mgr, int target)
{
	int n;

	printf("transition to %d\n", target);
	n = lws_state_transition(mgr, target);
	printf("returned %d, state %d\n", n, mgr->state);
}

static void own(void)
{
	lws_state_notify_link_t *const list[] = { &b, &c, NULL };
	lws_state_manager_t mgr;

	memset(&mgr, 0, sizeof(mgr));
	mgr.name = "own";
	mgr.context = cx;
	mgr.smd_class = LWSSMDCL_INTERACTION;
	mgr.state_names = names;

	lws_state_reg_notifier(&mgr, &a);
	lws_state_reg_notifier_list(&mgr, list);
	steps(&mgr, 2);
	steps(&mgr, 1);
	transition(&mgr, 0);
	transition(&mgr, 3);
	transition(&mgr, 3);
	pump(cx);
	transition(&mgr, 0);
	veto_at = 2;
	steps(&mgr, 3);
	transition(&mgr, 2);
	lws_state_reg_deregister(&b);
	lws_state_reg_deregister(&b);
	veto_at = -1;
	steps(&mgr, 3);
	pump(cx);
	lws_state_reg_deregister(&a);
	lws_state_reg_deregister(&c);
}

static void system_ladder(int hold)
{
	lws_state_notify_link_t *const list[] = { &a, &b, NULL };
	struct lws_context_creation_info info;
	lws_state_manager_t *mgr;
	int n;

	info_init(&info);
	lws_set_log_level(0, NULL);
	info.register_notifier_list = list;
	info.early_smd_cb = smd_cb;
	info.early_smd_class_filter = LWSSMDCL_SYSTEM_STATE |
				      LWSSMDCL_INTERACTION;
	memset(&a.list, 0, sizeof(a.list));
	memset(&b.list, 0, sizeof(b.list));
	veto_at = hold;

	printf("create, hold at %d\n", hold);
	cx = context_from(&info);
	mgr = lws_system_get_state_manager(cx);
	printf("created, state %d\n", mgr->state);
	for (n = LWS_SYSTATE_CONTEXT_CREATED; n <= LWS_SYSTATE_OPERATIONAL; n++)
		printf("  %s\n", mgr->state_names[n]);

	if (hold > 0) {
		while (mgr->state != hold - 1)
			CHECK(!lws_service(cx, -1));
		pump(cx);
		printf("held at state %d\n", mgr->state);
		veto_at = -1;
		steps(mgr, LWS_SYSTATE_OPERATIONAL);
	}
	context_settle(cx);
	printf("settled, state %d\n", mgr->state);
}

int main(void)
{
	system_ladder(-1);
	lws_state_reg_deregister(&a);
	lws_state_reg_deregister(&b);
	own();
	lws_context_destroy(cx);

	system_ladder(LWS_SYSTATE_TIME_VALID);
	lws_state_reg_deregister(&a);
	lws_state_reg_deregister(&b);
	lws_context_destroy(cx);

	return 0;
}
