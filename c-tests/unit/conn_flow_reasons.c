/*
 * Reasons not to receive are counted by themselves: only when the last of them
 * is taken away something is received.
 */
#include "../conn.h"

#define OFF(bits) (LWS_RXFLOW_REASON_APPLIES_DISABLE | (bits))
#define ON(bits) (LWS_RXFLOW_REASON_APPLIES_ENABLE | (bits))

static struct lws *server;
static int received, fd;
static struct lws_context *cx;

static int reasons_cb(struct lws *wsi, enum lws_callback_reasons reason,
		      void *user, void *in, size_t len)
{
	(void)user;
	(void)in;
	if (reason == LWS_CALLBACK_RAW_ADOPT)
		server = wsi;
	if (reason == LWS_CALLBACK_RAW_RX)
		received += (int)len;

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "reasons", reasons_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void silent(void)
{
	service_for(cx, 5000);
	CHECK_EQ(received, 0);
}

static void speaks(void)
{
	UNTIL(cx, received == 1);
	received = 0;
}

int main(void)
{
	struct lws_vhost *vh;
	int bit;

	cx = context_bare();
	vh = vhost_server(cx, "reasons", protocols, "reasons");
	pump(cx);
	fd = plain_connect(lws_get_vhost_listen_port(vh));
	UNTIL(cx, server);

	for (bit = 0; bit < 12; bit++) {
		CHECK_EQ(lws_rx_flow_control(server, OFF(1 << bit)), 0);
		plain_send(fd, "x");
		silent();
		/* another reason that ends, and the plain one */
		CHECK_EQ(lws_rx_flow_control(server, ON(0xfff & ~(1 << bit))),
			 0);
		silent();
		if (bit) {
			CHECK_EQ(lws_rx_flow_control(server, 1), 0);
			silent();
		}
		CHECK_EQ(lws_rx_flow_control(server, ON(1 << bit)), 0);
		speaks();
	}

	CHECK_EQ(lws_rx_flow_control(server, OFF(0x6)), 0);
	CHECK_EQ(lws_rx_flow_control(server, 0), 0);
	plain_send(fd, "x");
	CHECK_EQ(lws_rx_flow_control(server, ON(0x2)), 0);
	silent();
	CHECK_EQ(lws_rx_flow_control(server, ON(0x4)), 0);
	silent();
	CHECK_EQ(lws_rx_flow_control(server, 1), 0);
	speaks();

	close(fd);
	lws_context_destroy(cx);

	return 0;
}
