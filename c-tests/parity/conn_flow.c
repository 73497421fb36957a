/*
 * Receive flow control: nothing comes while it is off, nothing is lost.
 */
#include "../conn.h"

static struct lws *server;
static char got[256];
static int closed;

static int flow_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT:
		server = wsi;
		break;
	case LWS_CALLBACK_RAW_RX:
		CHECK(strlen(got) + len < sizeof(got));
		strncat(got, in, len);
		if (!memcmp(in, "stop", len < 4 ? len : 4))
			printf("off inside: %d\n", lws_rx_flow_control(wsi, 0));
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		closed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "first", flow_cb, 0, 0, 1, NULL, 0 },
	{ "flow", flow_cb, 16, 0, 2, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

int main(void)
{
	struct lws_context *cx = context_bare();
	struct lws_vhost *vh;
	int fd;

	lws_set_log_level(0, NULL);
	vh = vhost_server(cx, "server", protocols, "flow");
	pump(cx);
	fd = plain_connect(lws_get_vhost_listen_port(vh));
	plain_send(fd, "one.");
	UNTIL(cx, !strcmp(got, "one."));

	printf("off: %d\n", lws_rx_flow_control(server, 0));
	plain_send(fd, "two.");
	service_for(cx, 50000);
	printf("while off: %s\n", got);
	printf("on: %d\n", lws_rx_flow_control(server, 1));
	UNTIL(cx, !strcmp(got, "one.two."));
	printf("while on: %s\n", got);

	/* from the receive callback itself */
	plain_send(fd, "stop");
	UNTIL(cx, !strcmp(got, "one.two.stop"));
	plain_send(fd, ".three");
	service_for(cx, 50000);
	printf("while off: %s\n", got);
	printf("on: %d\n", lws_rx_flow_control(server, 1));
	UNTIL(cx, !strcmp(got, "one.two.stop.three"));
	printf("while on: %s\n", got);

	/* by protocol */
	printf("off: %d\n", lws_rx_flow_control(server, 0));
	plain_send(fd, ".four");
	service_for(cx, 50000);
	printf("while off: %s\n", got);
	lws_rx_flow_allow_all_protocol(cx, lws_get_protocol(server));
	UNTIL(cx, !strcmp(got, "one.two.stop.three.four"));
	printf("while on: %s\n", got);

	/* what comes after on is not held back by an earlier off */
	printf("off: %d\n", lws_rx_flow_control(server, 0));
	printf("on: %d\n", lws_rx_flow_control(server, 1));
	plain_send(fd, ".five");
	UNTIL(cx, strstr(got, ".five") != NULL);
	close(fd);
	UNTIL(cx, closed);
	lws_context_destroy(cx);
	printf("end: %s\n", got);

	return 0;
}
