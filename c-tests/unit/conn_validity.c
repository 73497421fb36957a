/*
 * Connections with a policy about silence: one that is confirmed to be valid
 * stays, one that is not any more closes in time, one without a policy stays.
 */
#include "../conn.h"

#define SILENCE 2	/* seconds */

static const lws_retry_bo_t policy = {
	.secs_since_valid_hangup = SILENCE,
};

static struct lws *wsis[4];
static int up, closed[4];
static lws_usec_t confirmed[4], ended[4];

static int silence_cb(struct lws *wsi, enum lws_callback_reasons reason,
		      void *user, void *in, size_t len)
{
	int *number = user;

	(void)in;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT:
	case LWS_CALLBACK_RAW_CONNECTED:
		*number = up;
		wsis[up++] = wsi;
		break;
	case LWS_CALLBACK_RAW_CLOSE:
		closed[*number]++;
		ended[*number] = lws_now_usecs();
		wsis[*number] = NULL;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "silence", silence_cb, sizeof(int), 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void confirm(int number)
{
	confirmed[number] = lws_now_usecs();
	lws_validity_confirmed(wsis[number]);
}

/* Not before its time. */
static void closed_in_time(int number)
{
	CHECK_EQ(closed[number], 1);
	CHECK(ended[number] - confirmed[number] >= SILENCE * LWS_US_PER_SEC);
}

int main(void)
{
	struct lws_context *cx = context_bare();
	struct lws_context_creation_info info;
	struct lws_client_connect_info i;
	struct lws_vhost *with, *without;
	int fds[2], listener, port, n;
	lws_usec_t start;

	/* a policy of the vhost, of the one connection, and none */
	info_server(&info, "with", protocols, "silence");
	info.retry_and_idle_policy = &policy;
	CHECK((with = lws_create_vhost(cx, &info)) != NULL);
	without = vhost_server(cx, "without", protocols, "silence");
	pump(cx);
	for (n = 0; n < 2; n++) {
		fds[n] = plain_connect(lws_get_vhost_listen_port(n ? without :
								     with));
		UNTIL(cx, up == n + 1);
	}
	listener = plain_bound(SOCK_STREAM, 2, &port);
	info_connect(&i, cx, without, "silence", "127.0.0.1", port);
	i.retry_and_idle_policy = &policy;
	for (n = 2; n < 4; n++) {
		CHECK(lws_client_connect_via_info(&i) != NULL);
		UNTIL(cx, up == n + 1);
	}

	/* 0 and 3 go on, 1 has no policy, 2 says nothing more */
	start = lws_now_usecs();
	for (n = 0; n < 4; n++)
		confirm(n);
	while (!closed[2] ||
	       lws_now_usecs() - start < (SILENCE + 1) * LWS_US_PER_SEC) {
		confirm(0);
		confirm(3);
		service_for(cx, 50000);
		CHECK(!closed[0] && !closed[1] && !closed[3]);
		CHECK(lws_now_usecs() - start < 60 * LWS_US_PER_SEC);
	}
	closed_in_time(2);
	UNTIL(cx, closed[0] && closed[3]);
	closed_in_time(0);
	closed_in_time(3);
	CHECK_EQ(closed[1], 0);

	close(fds[0]);
	close(fds[1]);
	close(listener);
	lws_context_destroy(cx);

	return 0;
}
