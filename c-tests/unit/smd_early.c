/*
 * early_smd_cb hears every message of its class from the first on, in the
 * first pass of the loop and not before.
 */
#include "../context.h"

static int opaque_of_mine;

static int cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
	      size_t len)
{
	CHECK(opaque == &opaque_of_mine);
	CHECK(ts > 0 && ts <= lws_now_usecs());
	if (c == LWSSMDCL_SYSTEM_STATE)
		trace("%.*s\n", (int)len, (const char *)buf);
	else
		CHECK(c == MINE && !strcmp(buf, "first"));

	return 0;
}

static int late(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
		size_t len)
{
	(void)opaque;
	(void)ts;
	(void)len;
	/* early_smd_cb comes before all other participants of the user */
	if (c == LWSSMDCL_SYSTEM_STATE)
		CHECK(strstr(trace_text, buf));

	return 0;
}

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;

	info_init(&info);
	info.early_smd_cb = cb;
	info.early_smd_class_filter = LWSSMDCL_SYSTEM_STATE | MINE;
	info.early_smd_opaque = &opaque_of_mine;
	cx = context_from(&info);
	CHECK(lws_smd_register(cx, NULL, 0, LWSSMDCL_SYSTEM_STATE | MINE,
			       late));
	CHECK(!lws_smd_msg_printf(cx, MINE, "%s", "first"));
	CHECK_TRACE("");

	context_settle(cx);
	CHECK_TRACE("{\"state\":\"INITIALIZED\"}\n"
		    "{\"state\":\"IFACE_COLDPLUG\"}\n"
		    "{\"state\":\"DHCP\"}\n"
		    "{\"state\":\"CPD_PRE_TIME\"}\n"
		    "{\"state\":\"TIME_VALID\"}\n"
		    "{\"state\":\"CPD_POST_TIME\"}\n"
		    "{\"state\":\"POLICY_VALID\"}\n"
		    "{\"state\":\"REGISTERED\"}\n"
		    "{\"state\":\"AUTH1\"}\n"
		    "{\"state\":\"AUTH2\"}\n"
		    "{\"state\":\"OPERATIONAL\"}\n");
	lws_context_destroy(cx);
	CHECK_TRACE(""); /* not even what the destroy itself sends */

	/* with a filter that lets nothing through it is never called */
	info.early_smd_class_filter = 0;
	cx = context_from(&info);
	context_settle(cx);
	lws_context_destroy(cx);
	CHECK_TRACE("");

	return 0;
}
