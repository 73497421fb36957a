/*
 * Timeouts of connections in microseconds, that are replaced, and that end
 * many at once; timers that are cancelled.
 */
#include "../conn.h"

#define MANY 50

static struct lws *wsis[MANY];
static int opened, closed, timers, order[MANY];
static lws_usec_t when;

static int timer_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	int *number = user;

	(void)in;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT:
		*number = opened;
		wsis[opened++] = wsi;
		break;
	case LWS_CALLBACK_TIMER:
		when = lws_now_usecs();
		timers++;
		/* again from inside, twice */
		if (timers < 3)
			lws_set_timer_usecs(wsi, 2000);
		break;
	case LWS_CALLBACK_RAW_CLOSE:
		when = lws_now_usecs();
		order[closed++] = *number;
		wsis[*number] = NULL;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "timer", timer_cb, sizeof(int), 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

int main(void)
{
	struct lws_context *cx = context_bare();
	struct lws_vhost *vh = vhost_server(cx, "server", protocols, "timer");
	int port = lws_get_vhost_listen_port(vh), fds[MANY], n;
	lws_usec_t start, before[MANY], after[MANY];

	pump(cx);
	for (n = 0; n < MANY; n++) {
		fds[n] = plain_connect(port);
		UNTIL(cx, opened == n + 1);
	}

	start = lws_now_usecs();
	lws_set_timer_usecs(wsis[0], 5000);
	UNTIL(cx, timers == 3);
	CHECK(when - start >= 9000);
	service_for(cx, 10000);
	CHECK_EQ(timers, 3);

	lws_set_timer_usecs(wsis[0], 5000);
	lws_set_timer_usecs(wsis[0], LWS_SET_TIMER_USEC_CANCEL);
	service_for(cx, 20000);
	CHECK_EQ(timers, 3);

	/* a timeout that is replaced, then cancelled, does not fire */
	lws_set_timeout_us(wsis[0], PENDING_TIMEOUT_USER_OK, 1000);
	lws_set_timeout_us(wsis[0], PENDING_TIMEOUT_USER_OK, 3600 *
			   LWS_US_PER_SEC);
	service_for(cx, 5000);
	CHECK_EQ(closed, 0);
	lws_set_timeout(wsis[0], NO_PENDING_TIMEOUT, 0);
	start = lws_now_usecs();
	lws_set_timeout_us(wsis[0], PENDING_TIMEOUT_USER_OK, 20000);
	/* having a timer as well changes nothing */
	lws_set_timer_usecs(wsis[0], 3600 * LWS_US_PER_SEC);
	UNTIL(cx, closed == 1);
	CHECK(when - start >= 20000);
	CHECK_EQ(order[0], 0);

	/* all in the order in which they are due */
	closed = 0;
	for (n = 1; n < MANY; n++) {
		before[n] = lws_now_usecs() + (MANY - n) * 3000;
		lws_set_timeout_us(wsis[n], PENDING_TIMEOUT_USER_OK,
				   (lws_usec_t)(MANY - n) * 3000);
		/* a machine that is busy may take its time */
		after[n] = lws_now_usecs() + (MANY - n) * 3000;
	}
	UNTIL(cx, closed == MANY - 1);
	for (n = 1; n < MANY - 1; n++)
		CHECK(before[order[n - 1]] <= after[order[n]]);

	for (n = 0; n < MANY; n++)
		close(fds[n]);
	lws_context_destroy(cx);

	return 0;
}
