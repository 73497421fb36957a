/*
 * A state manager of the user's own: every step asks the notifiers, newest
 * first, and tells them when it is done. Any of them can stop it.
 */
#include "../context.h"

static const char *names[] = { "IDLE", "WARM", "RUN", "STOP" };

struct notifier {
	lws_state_notify_link_t		link;
	int				veto;	  /* this target; 0: none */
	lws_state_notify_link_t		*remove;  /* at its next call */
	lws_state_notify_link_t		*add;
	int				climb;	  /* when told it is there */
	int				move;	  /* there, when asked */
};

static int notify(lws_state_manager_t *mgr, lws_state_notify_link_t *link,
		  int current, int target)
{
	struct notifier *n = lws_container_of(link, struct notifier, link);

	/* permission is asked in the old state, what is done is told in the new */
	CHECK(mgr->state == current);
	trace("%s%d%d ", link->name, current, target);
	if (n->remove) {
		lws_state_reg_deregister(n->remove);
		n->remove = NULL;
	}
	if (n->add) {
		lws_state_reg_notifier(mgr, n->add);
		n->add = NULL;
	}
	if (n->move && current != target) {
		int move = n->move;

		n->move = 0;
		CHECK(!lws_state_transition(mgr, move));
	}
	if (n->climb && current == target) {
		n->climb = 0;
		CHECK(!lws_state_transition(mgr, target + 1));
	}

	return n->veto && current != target && target == n->veto;
}

static struct notifier a, b, c;
static lws_state_manager_t mgr;

/* Three notifiers; C came last and is asked first. */
static void start(void)
{
	lws_state_notify_link_t *const list[] = { &b.link, &c.link, NULL };
	struct notifier *all[] = { &a, &b, &c };
	const char *const name[] = { "A", "B", "C" };
	size_t n;

	memset(&mgr, 0, sizeof(mgr));
	mgr.name = "own";
	mgr.state_names = names;
	for (n = 0; n < LWS_ARRAY_SIZE(all); n++) {
		memset(all[n], 0, sizeof(*all[n]));
		all[n]->link.name = name[n];
		all[n]->link.notify_cb = notify;
	}
	lws_state_reg_notifier(&mgr, &a.link);
	lws_state_reg_notifier_list(&mgr, list);
	lws_state_reg_notifier_list(&mgr, NULL);
	trace_reset();
}

/* A notifier that is asked moves the manager itself: what it was asked is void. */
static void moved(void)
{
	start();
	a.move = 3;
	CHECK(!lws_state_transition(&mgr, 1));
	CHECK_EQ(mgr.state, 3);
	CHECK_TRACE("C01 B01 A01 C03 B03 A03 C33 B33 A33 ");

	/* also to where it is, as long as it is not where it was */
	start();
	a.move = 1;
	CHECK(!lws_state_transition(&mgr, 1));
	CHECK_EQ(mgr.state, 1);
	CHECK_TRACE("C01 B01 A01 C01 B01 A01 C11 B11 A11 ");
}

static void steps(void)
{
	start();
	CHECK(!lws_state_transition(&mgr, 1));
	CHECK(mgr.state == 1);
	CHECK_TRACE("C01 B01 A01 C11 B11 A11 ");

	/* there already: nothing to say */
	CHECK(!lws_state_transition(&mgr, 1));
	CHECK(!lws_state_transition_steps(&mgr, 1));
	CHECK_TRACE("");

	CHECK(!lws_state_transition_steps(&mgr, 3));
	CHECK(mgr.state == 3);
	CHECK_TRACE("C12 B12 A12 C22 B22 A22 C23 B23 A23 C33 B33 A33 ");

	/* steps never go down, a direct transition goes anywhere at once */
	CHECK(!lws_state_transition_steps(&mgr, 1));
	CHECK(mgr.state == 3);
	CHECK_TRACE("");
	CHECK(!lws_state_transition(&mgr, 0));
	CHECK(mgr.state == 0);
	CHECK_TRACE("C30 B30 A30 C00 B00 A00 ");
	CHECK(!lws_state_transition(&mgr, 2));
	CHECK(mgr.state == 2);
	CHECK_TRACE("C02 B02 A02 C22 B22 A22 ");
}

static void veto(void)
{
	start();
	b.veto = 2;

	/* A is not asked any more; returns 0 all the same */
	CHECK(!lws_state_transition_steps(&mgr, 3));
	CHECK(mgr.state == 1);
	CHECK_TRACE("C01 B01 A01 C11 B11 A11 C12 B12 ");

	/* whoever comes next asks everybody again */
	CHECK(!lws_state_transition_steps(&mgr, 3));
	CHECK(mgr.state == 1);
	CHECK_TRACE("C12 B12 ");
	CHECK(!lws_state_transition(&mgr, 2));
	CHECK(mgr.state == 1);
	CHECK_TRACE("C12 B12 ");

	b.veto = 0;
	CHECK(!lws_state_transition_steps(&mgr, 3));
	CHECK(mgr.state == 3);
	CHECK_TRACE("C12 B12 A12 C22 B22 A22 C23 B23 A23 C33 B33 A33 ");
}

static void deregister(void)
{
	/* twice is as good as once */
	start();
	lws_state_reg_deregister(&b.link);
	lws_state_reg_deregister(&b.link);
	CHECK(!lws_state_transition(&mgr, 1));
	CHECK_TRACE("C01 A01 C11 A11 ");

	/* itself, inside its callback: the others are asked all the same */
	start();
	c.remove = &c.link;
	CHECK(!lws_state_transition(&mgr, 1));
	CHECK_TRACE("C01 B01 A01 B11 A11 ");

	/* the next one is not called any more */
	start();
	c.remove = &b.link;
	CHECK(!lws_state_transition(&mgr, 1));
	CHECK_TRACE("C01 A01 C11 A11 ");

	/* one that was called already */
	start();
	a.remove = &c.link;
	CHECK(!lws_state_transition(&mgr, 1));
	CHECK_TRACE("C01 B01 A01 B11 A11 ");

	/* all three, one after the other */
	start();
	a.remove = &a.link;
	b.remove = &b.link;
	c.remove = &c.link;
	CHECK(!lws_state_transition(&mgr, 1));
	CHECK(mgr.state == 1);
	CHECK(!mgr.notify_list.count);
	CHECK_TRACE("C01 B01 A01 ");

	/* one that comes inside a callback is asked at the next step */
	start();
	lws_state_reg_deregister(&c.link);
	b.add = &c.link;
	CHECK(!lws_state_transition(&mgr, 1));
	CHECK_TRACE("B01 A01 C11 B11 A11 ");
}

/* A step from inside the news of another one. */
static void nested(void)
{
	start();
	a.climb = 1;
	CHECK(!lws_state_transition(&mgr, 1));
	CHECK(mgr.state == 2);
	CHECK_TRACE("C01 B01 A01 C11 B11 A11 C12 B12 A12 C22 B22 A22 ");
}

int main(void)
{
	moved();
	lws_set_log_level(LOG_USUAL, NULL);
	steps();
	veto();
	deregister();
	nested();

	return 0;
}
