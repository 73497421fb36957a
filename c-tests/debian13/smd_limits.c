/*
 * parity: smd_queue_depth limits how many messages wait, smd_ttl_us how long.
 */

#include "check.h"

#include <unistd.h>

#define CLASS_OWN (1u << LWSSMDCL_USER_BASE_BITNUM)

static int heard;

static int
own_cb(void *opaque, lws_smd_class_t class, lws_usec_t timestamp, void *buf, size_t len)
{
	(void)opaque;
	(void)class;
	(void)timestamp;
	(void)buf;
	(void)len;
	heard++;

	return 0;
}

static struct lws_context *
context_of(uint16_t depth, lws_usec_t ttl)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;
	int n;

	info_init(&info);
	info.smd_queue_depth = depth;
	info.smd_ttl_us = ttl;
	cx = lws_create_context(&info);
	CHECK(cx);
	/* messages of the start are gone */
	for (n = 0; n < 20; n++) {
		lws_cancel_service(cx);
		CHECK(lws_service(cx, 0) >= 0);
	}
	CHECK(lws_smd_register(cx, NULL, 0, CLASS_OWN, own_cb));

	return cx;
}

/* how many of 100 messages are taken, and how many are heard after a while */
static void
send_all(struct lws_context *cx, int *taken, int *delivered)
{
	int n;

	*taken = 0;
	heard = 0;
	for (n = 0; n < 100; n++)
		*taken += !lws_smd_msg_printf(cx, CLASS_OWN, "message %d", n);
	usleep(60000);
	for (n = 0; n < 300; n++) {
		lws_cancel_service(cx);
		CHECK(lws_service(cx, 0) >= 0);
	}
	*delivered = heard;
}

int
main(void)
{
	struct lws_context *cx;
	int taken, delivered;

	lws_set_log_level(0, NULL);

	cx = context_of(60, 5000000);
	send_all(cx, &taken, &delivered);
	CHECK(taken >= 55 && taken <= 61);
	CHECK(delivered == taken);
	lws_context_destroy(cx);

	cx = context_of(200, 5000000);
	send_all(cx, &taken, &delivered);
	CHECK(taken == 100 && delivered == 100);
	lws_context_destroy(cx);

	return 0;
}
