/*
 * What is for all connections with a protocol reaches those of other vhosts,
 * whose arrays of protocols are other objects: a protocol is known by its name
 * and its callback.
 */
#include "../conn.h"

#define VHOSTS 4

static struct lws *wsis[VHOSTS];
static int up, writeable[VHOSTS], received[VHOSTS], called[VHOSTS];
static size_t length;

static int number_of(struct lws *wsi)
{
	int n = 0;

	while (n < VHOSTS && wsis[n] != wsi)
		n++;
	CHECK(n < VHOSTS);

	return n;
}

static int protocols_cb(struct lws *wsi, enum lws_callback_reasons reason,
			void *user, void *in, size_t len)
{
	(void)user;
	(void)in;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT:
		wsis[up++] = wsi;
		break;
	case LWS_CALLBACK_RAW_WRITEABLE:
		writeable[number_of(wsi)]++;
		break;
	case LWS_CALLBACK_RAW_RX:
		received[number_of(wsi)]++;
		break;
	case LWS_CALLBACK_USER:
		called[number_of(wsi)]++;
		CHECK_EQ(len, length);
		break;
	}

	return 0;
}

static int other_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	return protocols_cb(wsi, reason, user, in, len);
}

/* the same name and callback twice, the same name, the same callback */
static const struct lws_protocols served[VHOSTS][2] = {
	{ { "chat", protocols_cb, 0, 0, 1, NULL, 0 },
	  { NULL, NULL, 0, 0, 0, NULL, 0 } },
	{ { "chat", protocols_cb, 0, 0, 2, NULL, 0 },
	  { NULL, NULL, 0, 0, 0, NULL, 0 } },
	{ { "chat", other_cb, 0, 0, 3, NULL, 0 },
	  { NULL, NULL, 0, 0, 0, NULL, 0 } },
	{ { "talk", protocols_cb, 0, 0, 4, NULL, 0 },
	  { NULL, NULL, 0, 0, 0, NULL, 0 } }
};

/* CHECK which of the four have counted one, and begin anew. */
static void expect(int *counts, int first, int second)
{
	CHECK_EQ(counts[0], first);
	CHECK_EQ(counts[1], second);
	CHECK_EQ(counts[2], 0);
	CHECK_EQ(counts[3], 0);
	memset(counts, 0, VHOSTS * sizeof(*counts));
}

int main(void)
{
	struct lws_context *cx = context_bare();
	struct lws_vhost *vh[VHOSTS];
	const struct lws_protocols *p = &served[0][0];
	int fd[VHOSTS], n;
	char name[2] = "a";

	for (n = 0; n < VHOSTS; n++) {
		vh[n] = vhost_server(cx, name, served[n], served[n][0].name);
		name[0]++;
		fd[n] = plain_connect(lws_get_vhost_listen_port(vh[n]));
		UNTIL(cx, up == n + 1);
	}
	pump(cx);

	CHECK_EQ(lws_callback_on_writable_all_protocol(cx, p), 0);
	pump(cx);
	expect(writeable, 1, 1);
	for (n = 0; n < 2; n++) {
		CHECK_EQ(lws_callback_on_writable_all_protocol_vhost(vh[n], p),
			 0);
		pump(cx);
		expect(writeable, n == 0, n == 1);
	}

	CHECK_EQ(lws_callback_all_protocol(cx, p, LWS_CALLBACK_USER), 0);
	expect(called, 1, 1);
	for (n = 0; n < 2; n++) {
		length = 0;
		CHECK_EQ(lws_callback_all_protocol_vhost(vh[n], p,
							 LWS_CALLBACK_USER), 0);
		expect(called, n == 0, n == 1);
		length = 2;
		CHECK_EQ(lws_callback_all_protocol_vhost_args(
				vh[n], p, LWS_CALLBACK_USER, name, length), 0);
		expect(called, n == 0, n == 1);
	}

	for (n = 0; n < VHOSTS; n++) {
		CHECK_EQ(lws_rx_flow_control(wsis[n], 0), 0);
		plain_send(fd[n], "x");
	}
	service_for(cx, 20000);
	expect(received, 0, 0);
	lws_rx_flow_allow_all_protocol(cx, p);
	service_for(cx, 20000);
	expect(received, 1, 1);

	for (n = 0; n < VHOSTS; n++)
		close(fd[n]);
	lws_context_destroy(cx);

	return 0;
}
