/*
 * Every export of lws-smd.h with NULL where it wants a pointer: its error
 * value and one log line that names it.
 */
#include "../context.h"

static int cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
	      size_t len)
{
	(void)opaque;
	(void)c;
	(void)ts;
	(void)buf;
	(void)len;

	return 0;
}

int main(void)
{
	const char *volatile none = NULL; /* the compiler shall not notice */
	struct lws_context *cx = context_new();
	void *m, *null = NULL;
	uint8_t buf[100];
	size_t len;

	CHECK_FAILS("lws_smd_register",
		    !lws_smd_register(NULL, NULL, 0, MINE, cb));
	CHECK_FAILS("lws_smd_register",
		    !lws_smd_register(cx, NULL, 0, MINE, NULL));
	CHECK_LOGS("lws_smd_unregister", lws_smd_unregister(NULL));

	CHECK(lws_smd_register(cx, NULL, 0, MINE, cb));
	m = lws_smd_msg_alloc(cx, MINE, 4);
	CHECK(m);
	CHECK_FAILS("lws_smd_msg_alloc", !lws_smd_msg_alloc(NULL, MINE, 4));
	CHECK_FAILS("lws_smd_msg_send", lws_smd_msg_send(NULL, m) == 1);
	CHECK_FAILS("lws_smd_msg_send", lws_smd_msg_send(cx, NULL) == 1);
	CHECK_LOGS("lws_smd_msg_free", lws_smd_msg_free(NULL));
	log_watch(LOG_USUAL);
	lws_smd_msg_free(&null); /* like free(), NULL is nothing to free */
	CHECK(!log_lines(""));
	lws_smd_msg_free(&m); /* the failed send left it to us */
	CHECK(!m);

	CHECK_FAILS("lws_smd_msg_printf",
		    lws_smd_msg_printf(NULL, MINE, "%d", 1) == 1);
	CHECK_FAILS("lws_smd_msg_printf",
		    lws_smd_msg_printf(cx, MINE, none, 1) == 1);

	len = sizeof(buf);
	CHECK_FAILS("lws_smd_ss_msg_printf",
		    lws_smd_ss_msg_printf("tag", NULL, &len, MINE, "%d",
					  1) == 1);
	CHECK_FAILS("lws_smd_ss_msg_printf",
		    lws_smd_ss_msg_printf("tag", buf, NULL, MINE, "%d",
					  1) == 1);
	CHECK_FAILS("lws_smd_ss_msg_printf",
		    lws_smd_ss_msg_printf("tag", buf, &len, MINE, none,
					  1) == 1);
	/* the tag is only for the log */
	CHECK(!lws_smd_ss_msg_printf(NULL, buf, &len, MINE, "%d", 1));
	CHECK(len == 17);

	lws_context_destroy(cx);

	return 0;
}
