/*
 * state-machine: a state machine of one's own, with lws_state.
 *
 * A coffee machine goes from OFF to READY. Before each step everybody who
 * registered is asked; the heater says no while the water is cold, and goes
 * on from a timer when it is hot.
 */
#include <libwebsockets.h>

#include <stdio.h>
#include <string.h>

enum { OFF, FILLED, HEATED, READY };

static const char *names[] = { "OFF", "FILLED", "HEATED", "READY" };

static struct lws_context *context;
static lws_sorted_usec_list_t heating;
static int hot, done;

/* Asks nothing, only tells: current == target means that it has happened. */
static int display(lws_state_manager_t *mgr, lws_state_notify_link_t *link,
		   int current, int target)
{
	if (current != target)
		return 0; /* I have no objection */

	printf("%s: %s is %s\n", link->name, mgr->name, names[target]);
	if (target == READY) {
		done = 1;
		/* the loop sleeps until something happens: this does */
		lws_cancel_service(context);
	}

	return 0;
}

static lws_state_manager_t machine;

/* The timer: whoever said no has to set things going again. */
static void water_is_hot(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	printf("heater: hot now, going on\n");
	hot = 1;
	lws_state_transition_steps(&machine, READY);
}

static int heater(lws_state_manager_t *mgr, lws_state_notify_link_t *link,
		  int current, int target)
{
	(void)mgr;

	if (current == target || target != HEATED || hot)
		return 0;

	printf("%s: not yet\n", link->name);
	lws_sul_schedule(context, 0, &heating, water_is_hot,
			 LWS_USEC_PER_SEC / 2);

	return 1; /* anything but 0 stops the step */
}

static lws_state_notify_link_t display_link = {
	.notify_cb = display, .name = "display"
};
static lws_state_notify_link_t heater_link = {
	.notify_cb = heater, .name = "heater"
};

int main(void)
{
	struct lws_context_creation_info info;
	int n = 0;

	lws_set_log_level(LLL_ERR | LLL_WARN, NULL);
	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	context = lws_create_context(&info);
	if (!context) {
		fprintf(stderr, "state-machine: cannot create a context\n");
		return 1;
	}

	/*
	 * The one that registers last is asked first. With a class in
	 * .smd_class each new state would be a message as well.
	 */
	machine.name = "coffee machine";
	machine.context = context;
	machine.state_names = names;
	lws_state_reg_notifier(&machine, &display_link);
	lws_state_reg_notifier(&machine, &heater_link);

	/* as far as it goes: returns 0 whether or not somebody said no */
	lws_state_transition_steps(&machine, READY);
	printf("main: got as far as %s\n", names[machine.state]);

	while (!n && !done)
		n = lws_service(context, 0);

	lws_state_reg_deregister(&heater_link);
	lws_state_reg_deregister(&display_link);
	lws_context_destroy(context);

	return n ? 1 : 0;
}
