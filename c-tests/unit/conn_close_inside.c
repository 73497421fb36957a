/*
 * A connection is closed, or its vhost or context destroyed, inside each kind
 * of callback: every connection ends once, in the right order, and leaves
 * nothing.
 */
#include "../conn.h"

enum side { SERVER, CLIENT };

enum action {
	REFUSE,		/* return -1 */
	KILL,		/* asynchronous kill */
	KILL_OTHER,	/* synchronous kill of the other end */
	VHOST,		/* destroy the vhost */
	CONTEXT,	/* destroy the context */
	ACTIONS
};

/* What a connection has been through. */
struct life {
	struct lws	*wsi;
	enum side	side;
	int		bound, up, failed, closed;
};

static struct life lives[64];
static struct lws_context *cx, *context;
static struct lws_vhost *vhosts[2];
static enum side when_side;
static int when_reason, acted, destroyed[2];
static enum action what;
static int refused_port;

static struct life *life_find(struct lws *wsi)
{
	size_t n;

	for (n = 0; n < LWS_ARRAY_SIZE(lives); n++)
		if (lives[n].wsi == wsi)
			return &lives[n];

	return NULL;
}

static int alive(enum side side)
{
	int count = 0;
	size_t n;

	for (n = 0; n < LWS_ARRAY_SIZE(lives); n++)
		count += lives[n].wsi && lives[n].side == side;

	return count;
}

static struct lws *other_end(struct lws *wsi)
{
	struct life *l = life_find(wsi);
	size_t n;

	for (n = 0; l && n < LWS_ARRAY_SIZE(lives); n++)
		if (lives[n].wsi && lives[n].side != l->side && lives[n].up)
			return lives[n].wsi;

	return NULL;
}

/* Whether a protocol that did not want the connection hears of its end is open. */
static int bind_refused(void)
{
	return acted && what == REFUSE &&
	       when_reason == LWS_CALLBACK_RAW_SKT_BIND_PROTOCOL;
}

static int act(struct lws *wsi)
{
	struct lws *other;

	acted = 1;
	switch (what) {
	case REFUSE:
		return -1;
	case KILL:
		lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK,
				LWS_TO_KILL_ASYNC);
		break;
	case KILL_OTHER:
		other = other_end(wsi);
		if (other)
			lws_set_timeout(other, PENDING_TIMEOUT_USER_OK,
					LWS_TO_KILL_SYNC);
		break;
	case VHOST:
		lws_vhost_destroy(vhosts[when_side]);
		vhosts[when_side] = NULL;
		break;
	default:
		lws_context_destroy(cx);
		break;
	}

	return 0;
}

static int life_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	enum side side;
	struct life *l;

	(void)user;
	if (trace_skips((int)reason) && reason != LWS_CALLBACK_CONNECTING)
		return 0;
	if (reason == LWS_CALLBACK_PROTOCOL_INIT ||
	    reason == LWS_CALLBACK_PROTOCOL_DESTROY)
		return 0;
	side = !strcmp(lws_get_vhost_name(lws_get_vhost(wsi)), "client");

	l = life_find(wsi);
	switch ((int)reason) {
	case LWS_CALLBACK_FILTER_NETWORK_CONNECTION:
		break;
	case LWS_CALLBACK_WSI_CREATE:
	case LWS_CALLBACK_RAW_SKT_BIND_PROTOCOL:
		if (!l) {
			l = life_find(NULL);
			CHECK(l != NULL);
			memset(l, 0, sizeof(*l));
			l->wsi = wsi;
			l->side = side;
		}
		if (reason == LWS_CALLBACK_RAW_SKT_BIND_PROTOCOL) {
			CHECK(!l->bound);
			l->bound = 1;
		}
		break;
	case LWS_CALLBACK_CONNECTING:
		CHECK(l && l->bound && !l->up);
		break;
	case LWS_CALLBACK_RAW_ADOPT:
	case LWS_CALLBACK_RAW_CONNECTED:
		CHECK(l && l->bound && !l->up && !l->failed);
		l->up = 1;
		break;
	case LWS_CALLBACK_RAW_RX:
		CHECK(l && l->up && !l->closed);
		if (side == SERVER)
			CHECK(write_text(wsi, in, len) == (int)len);
		else
			lws_set_timer_usecs(wsi, 1000);
		break;
	case LWS_CALLBACK_RAW_WRITEABLE:
		CHECK(l && l->up && !l->closed);
		if (side == CLIENT)
			write_text(wsi, "ping", 4);
		break;
	case LWS_CALLBACK_TIMER:
		CHECK(l && l->up && !l->closed);
		break;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		CHECK(l && !l->up && !l->failed);
		l->failed = 1;
		break;
	case LWS_CALLBACK_RAW_SKT_DROP_PROTOCOL:
		CHECK(l && l->bound);
		l->bound = 0;
		break;
	case LWS_CALLBACK_RAW_CLOSE:
		if (bind_refused())
			break;
		CHECK(l && !l->bound && !l->failed && !l->closed);
		l->closed = 1;
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		/* listening sockets have no other callbacks */
		if (!l)
			break;
		if (!bind_refused()) {
			CHECK(!l->bound);
			CHECK(l->closed == l->up);
		}
		l->wsi = NULL;
		destroyed[side]++;
		break;
	default:
		fprintf(stderr, "unexpected reason %d\n", (int)reason);
		exit(1);
	}

	if (!acted && side == when_side && (int)reason == when_reason)
		return act(wsi);

	/* this is how the ones that nobody closed end */
	return reason == LWS_CALLBACK_TIMER ? -1 : 0;
}

static const struct lws_protocols protocols[] = {
	{ "lives", life_cb, 16, 0, 1, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

/* 1 when the context is gone */
static int serve(void)
{
	int n = lws_service(cx, -1);

	usleep(50);
	if (n < 0)
		CHECK(what == CONTEXT && acted);

	return n < 0 || !context;
}

static void one(enum side side, int reason, enum action action)
{
	int before = descriptors(), gone = 0, quiet = 0, port;
	struct lws_context_creation_info info;
	struct lws_client_connect_info i;
	struct lws *wsi;

	memset(lives, 0, sizeof(lives));
	memset(destroyed, 0, sizeof(destroyed));
	when_side = side;
	when_reason = reason;
	what = action;
	acted = 0;

	info_init(&info);
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
	info.pcontext = &context;
	context = cx = context_from(&info);
	lws_set_log_level(0, NULL);
	vhosts[SERVER] = vhost_server(cx, "server", protocols, "lives");
	vhosts[CLIENT] = vhost_client(cx, "client", protocols);
	port = lws_get_vhost_listen_port(vhosts[SERVER]);
	pump(cx);
	info_connect(&i, cx, vhosts[CLIENT], "lives", "127.0.0.1",
		     reason == LWS_CALLBACK_CLIENT_CONNECTION_ERROR ?
		     refused_port : port);
	wsi = lws_client_connect_via_info(&i);
	/* what was destroyed is not returned */
	if (!wsi)
		CHECK(!alive(CLIENT) || (action == CONTEXT && acted));

	waits_for = "all connections to end";
	signal(SIGALRM, waited_too_long);
	alarm(check_slow() ? 240 : 60);
	/* the server may get to know later */
	while (!gone && quiet < 20) {
		gone = serve();
		quiet = alive(SERVER) || alive(CLIENT) ? 0 : quiet + 1;
	}
	alarm(0);
	if (!acted) {
		fprintf(stderr, "side %d, reason %d never came\n", side, reason);
		exit(1);
	}
	if (!gone)
		lws_context_destroy(cx);
	CHECK(!context);
	CHECK(!alive(SERVER) && !alive(CLIENT));
	CHECK_EQ(descriptors(), before);
}

static const struct {
	enum side	side;
	int		reason;
} when[] = {
	{ SERVER, LWS_CALLBACK_FILTER_NETWORK_CONNECTION },
	{ SERVER, LWS_CALLBACK_WSI_CREATE },
	{ SERVER, LWS_CALLBACK_RAW_SKT_BIND_PROTOCOL },
	{ SERVER, LWS_CALLBACK_RAW_ADOPT },
	{ SERVER, LWS_CALLBACK_RAW_RX },
	{ SERVER, LWS_CALLBACK_RAW_SKT_DROP_PROTOCOL },
	{ SERVER, LWS_CALLBACK_RAW_CLOSE },
	{ SERVER, LWS_CALLBACK_WSI_DESTROY },
	{ CLIENT, LWS_CALLBACK_RAW_SKT_BIND_PROTOCOL },
	{ CLIENT, LWS_CALLBACK_CONNECTING },
	{ CLIENT, LWS_CALLBACK_WSI_CREATE },
	{ CLIENT, LWS_CALLBACK_RAW_CONNECTED },
	{ CLIENT, LWS_CALLBACK_RAW_WRITEABLE },
	{ CLIENT, LWS_CALLBACK_RAW_RX },
	{ CLIENT, LWS_CALLBACK_TIMER },
	{ CLIENT, LWS_CALLBACK_CLIENT_CONNECTION_ERROR },
	{ CLIENT, LWS_CALLBACK_RAW_SKT_DROP_PROTOCOL },
	{ CLIENT, LWS_CALLBACK_RAW_CLOSE },
	{ CLIENT, LWS_CALLBACK_WSI_DESTROY },
};

int main(void)
{
	int action;
	size_t n;
	int fd;

	fd = plain_refusing(&refused_port);
	for (n = 0; n < LWS_ARRAY_SIZE(when); n++)
		for (action = 0; action < ACTIONS; action++)
			one(when[n].side, when[n].reason,
			    (enum action)action);
	close(fd);

	return 0;
}
