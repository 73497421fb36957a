/*
 * Timers and timeouts of connections.
 */
#include "../conn.h"

static struct lws *client;
static int closed, timers, refuses, connected;
static lws_usec_t fired;

static int timer_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	lane_callback(wsi, (int)reason, user, in, len);
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_CONNECTED:
		connected++;
		break;
	case LWS_CALLBACK_TIMER:
		timers++;
		fired = lws_now_usecs();
		lws_cancel_service(lws_get_context(wsi));
		return refuses ? -1 : 0;
	case LWS_CALLBACK_WSI_DESTROY:
		closed++;
		lws_cancel_service(lws_get_context(wsi));
		break;
	}

	return 0;
}

TRACE_FIRST(timer_cb)

static const struct lws_protocols protocols[] = {
	{ "first", first_timer_cb, 0, 0, 1, NULL, 0 },
	{ "timer", timer_cb, 16, 0, 2, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;
static struct lws_vhost *vh;
static int listener, peer, port;

static void connects(void)
{
	struct lws_client_connect_info i;

	info_connect(&i, cx, vh, "timer", "127.0.0.1", port);
	connected = closed = 0;
	client = lws_client_connect_via_info(&i);
	CHECK(client != NULL);
	UNTIL(cx, connected);
	CHECK((peer = accept(listener, NULL, NULL)) >= 0);
	/* the first writeable callback comes by itself */
	pump(cx);
}

static void ends(const char *title)
{
	UNTIL(cx, closed);
	close(peer);
	lanes_print(title);
}

int main(void)
{
	lws_usec_t start;

	cx = context_bare();
	lws_set_log_level(0, NULL);
	vh = vhost_client(cx, "client", protocols);
	listener = plain_bound(SOCK_STREAM, 5, &port);
	pump(cx);
	lanes_print("vhost");

	connects();
	start = lws_now_usecs();
	lws_set_timer_usecs(client, 30000);
	UNTIL(cx, timers == 1);
	CHECK(fired - start >= 30000);
	/* setting it again moves it */
	start = lws_now_usecs();
	lws_set_timer_usecs(client, 10000);
	lws_set_timer_usecs(client, 60000);
	UNTIL(cx, timers == 2);
	CHECK(fired - start >= 60000);
	lanes_print("timers");
	refuses = 1;
	lws_set_timer_usecs(client, 1000);
	ends("timer callback closes");

	connects();
	lws_set_timeout(client, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
	lane_add("client", "not at once %d", closed);
	ends("asynchronous kill");

	connects();
	lws_set_timeout(client, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
	lane_add("client", "at once %d", closed);
	ends("synchronous kill");

	connects();
	lws_set_timeout(client, PENDING_TIMEOUT_USER_OK, 1);
	lws_set_timeout(client, NO_PENDING_TIMEOUT, 0);
	service_for(cx, 1300000);
	lane_add("client", "cancelled %d", closed);
	start = lws_now_usecs();
	lws_set_timeout(client, PENDING_TIMEOUT_USER_OK, 1);
	UNTIL(cx, closed);
	CHECK(lws_now_usecs() - start >= 900000);
	ends("timeout");

	/* a timer dies with its connection */
	refuses = 0;
	connects();
	lws_set_timer_usecs(client, 50000);
	timers = 0;
	close(peer);
	UNTIL(cx, closed);
	service_for(cx, 100000);
	printf("timers %d\n", timers);
	lanes_print("closed before its timer");

	lws_context_destroy(cx);
	close(listener);
	lanes_print("destroy");

	return 0;
}
