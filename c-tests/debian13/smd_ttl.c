/*
 * parity: smd_ttl_us: a message that nobody heard in time is forgotten.
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

static int
heard_after_60_ms(lws_usec_t ttl)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;
	int n;

	info_init(&info);
	info.smd_ttl_us = ttl;
	cx = lws_create_context(&info);
	CHECK(cx);
	CHECK(lws_smd_register(cx, NULL, 0, CLASS_OWN, own_cb));
	heard = 0;
	CHECK(!lws_smd_msg_printf(cx, CLASS_OWN, "late"));
	usleep(60000);
	for (n = 0; n < 20; n++) {
		lws_cancel_service(cx);
		CHECK(lws_service(cx, 0) >= 0);
	}
	lws_context_destroy(cx);

	return heard;
}

int
main(void)
{
	lws_set_log_level(0, NULL);
	CHECK(heard_after_60_ms(10000) == 0);
	CHECK(heard_after_60_ms(10000000) == 1);

	return 0;
}
