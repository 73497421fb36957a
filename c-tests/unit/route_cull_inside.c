/*
 * Connections, vhosts, settings and the context itself are ended inside the
 * callbacks of culling: each connection ends once, and nothing is touched
 * that is gone.
 */
#include "../routed.h"

enum action {
	KILL,		/* this connection, at once */
	KILL_LATER,
	KILL_OTHERS,	/* all but this one, at once */
	WITHOUT,	/* no notify callback any more */
	OFF,		/* no culling any more */
	RESYNC,
	DECIDE,
	VHOST,		/* the clients' */
	CONTEXT,
	ACTIONS
};

static const char *const action_names[] = {
	"kill", "kill later", "kill others", "without notify", "off", "resync",
	"decide", "vhost", "context"
};

static enum action what;
static int calls;
static struct lws_context *alive;

static void act(struct end *this)
{
	lws_route_decision_t decision;
	lws_route_settings_t s;
	size_t n;

	if (calls++)
		return;
	switch (what) {
	case KILL:
		lws_set_timeout(this->wsi, PENDING_TIMEOUT_USER_OK,
				LWS_TO_KILL_SYNC);
		break;
	case KILL_LATER:
		lws_set_timeout(this->wsi, PENDING_TIMEOUT_USER_OK,
				LWS_TO_KILL_ASYNC);
		break;
	case KILL_OTHERS:
		for (n = 0; n < LWS_ARRAY_SIZE(ends); n++)
			if (ends[n].wsi && &ends[n] != this)
				lws_set_timeout(ends[n].wsi,
						PENDING_TIMEOUT_USER_OK,
						LWS_TO_KILL_SYNC);
		break;
	case WITHOUT:
	case OFF:
		settings_get(&s);
		s.notify = NULL;
		if (what == OFF)
			s.cull = LWS_ROUTE_CULL_OFF;
		CHECK(!lws_route_set_settings(cx, &s));
		break;
	case RESYNC:
		CHECK(!lws_route_resync(cx));
		break;
	case DECIDE:
		memset(&decision, 0, sizeof(decision));
		decision.size = sizeof(decision);
		for (n = 0; n < LWS_ARRAY_SIZE(ends); n++)
			/* who is being closed is none any more */
			if (ends[n].wsi && ends[n].up &&
			    (!on_close || &ends[n] != this))
				CHECK(lws_route_check(ends[n].wsi,
						      &decision) != -1);
		break;
	case VHOST:
		lws_vhost_destroy(vh_client);
		break;
	default:
		lws_context_destroy(cx);
		break;
	}
}

static void notify(struct lws *wsi, enum lws_route_cull_reasons reason,
		   void *user)
{
	struct end *e = end_of(wsi);

	(void)user;
	CHECK(e != NULL);
	CHECK_EQ(reason, LWS_ROUTE_CULL_NO_ROUTE);
	act(e);
}

/* In the close callback, `mode` < 0, or in the notify callback. */
static void one(int mode, enum action action)
{
	struct lws_context_creation_info info;
	lws_route_settings_t s;
	unsigned int left;
	int n;

	what = action;
	calls = 0;
	net_up();
	here(FAR_ROUTES);
	descriptors_before = descriptors();
	info_init(&info);
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
	info.pcontext = &alive;
	alive = cx = context_from(&info);
	UNTIL(cx, lws_route_synced(cx));
	pump(cx);
	vh_client = vhost_client(cx, "client", routed_protocols);
	ends_up(FAR4 | OTHER4);
	settings_get(&s);
	if (mode < 0) {
		on_close = act;
	} else {
		s.cull = mode;
		s.notify = notify;
	}
	CHECK(!lws_route_set_settings(cx, &s));
	change("route del 10.7.0.0/24\n");

	/* until it has come to rest */
	waits_for = action_names[action];
	signal(SIGALRM, waited_too_long);
	alarm(check_slow() ? 240 : 60);
	for (n = 0, left = ~0u; alive && n < 200; n++) {
		if (lws_service(cx, -1) < 0)
			break;
		usleep(1000);
		if (!calls || left != ends_open())
			n = 0;
		left = ends_open();
	}
	alarm(0);
	left = ends_open();
	printf("%s in %s: %d calls, %x left\n", action_names[action],
	       mode < 0 ? "close" : mode == LWS_ROUTE_CULL_NOTIFY ?
	       "notify, which is all" : "notify", calls, left);
	CHECK(calls >= 1);
	switch (action) {
	case KILL_OTHERS:
		CHECK(!(left & OTHER4));
		break;
	case VHOST:
		CHECK(!(left & (CLIENT4 | UDP4 | OTHER4)));
		break;
	case CONTEXT:
		CHECK(!alive);
		CHECK_EQ(left, 0);
		break;
	case OFF:
		CHECK(left & OTHER4);
		CHECK(mode < 0 || calls == 1);
		CHECK(mode < 0 || (left & FAR4) == FAR4);
		break;
	case WITHOUT:
		CHECK(mode < 0 || calls == 1);
		/* fall through */
	default:
		CHECK(left & OTHER4);
		echo_all(OTHER4);
		if (mode != LWS_ROUTE_CULL_NOTIFY)
			CHECK(!(left & FAR4));
		else if (action > KILL_LATER)
			CHECK_EQ(left & FAR4, FAR4);
		break;
	}
	if (!alive)
		cx = NULL;
	routed_down();
}

int main(void)
{
	static const int modes[] = {
		-1, LWS_ROUTE_CULL_NOTIFY, LWS_ROUTE_CULL_CLOSE
	};
	size_t m;
	int n;

	netns_enter();
	for (m = 0; m < LWS_ARRAY_SIZE(modes); m++)
		for (n = 0; n < ACTIONS; n++)
			/* who is being closed is closed */
			if (modes[m] >= 0 || (n != KILL && n != KILL_LATER))
				one(modes[m], (enum action)n);

	return 0;
}
