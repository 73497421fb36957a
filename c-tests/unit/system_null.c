/*
 * Every export of lws-system.h with NULL where it wants a pointer: its error
 * value and one log line that names it.
 */
#include "../context.h"

static void attached(struct lws_context *cx, int tsi, void *opaque)
{
	(void)cx;
	(void)tsi;
	(void)opaque;
	CHECK(!"called");
}

static void blobs(struct lws_context *cx)
{
	lws_system_blob_t *b =
		lws_system_get_blob(cx, LWS_SYSBLOB_TYPE_DEVICE_TYPE, 0);
	const uint8_t *p = NULL;
	uint8_t buf[8] = { 1 };
	size_t len = sizeof(buf);

	CHECK(b);
	CHECK_FAILS("lws_system_get_blob",
		    !lws_system_get_blob(NULL, LWS_SYSBLOB_TYPE_AUTH, 0));
	CHECK_LOGS("lws_system_blob_direct_set",
		   lws_system_blob_direct_set(NULL, buf, 1));
	CHECK_LOGS("lws_system_blob_direct_set",
		   lws_system_blob_direct_set(b, NULL, 1));
	CHECK_LOGS("lws_system_blob_heap_empty",
		   lws_system_blob_heap_empty(NULL));
	CHECK_FAILS("lws_system_blob_heap_append",
		    lws_system_blob_heap_append(NULL, buf, 1) == -1);
	lws_system_blob_heap_empty(b);
	CHECK_FAILS("lws_system_blob_heap_append",
		    lws_system_blob_heap_append(b, NULL, 1) == -1);
	CHECK(!lws_system_blob_heap_append(b, buf, 1));
	CHECK_FAILS("lws_system_blob_get_size",
		    !lws_system_blob_get_size(NULL));
	CHECK_FAILS("lws_system_blob_get_single_ptr",
		    lws_system_blob_get_single_ptr(NULL, &p));
	CHECK_FAILS("lws_system_blob_get_single_ptr",
		    lws_system_blob_get_single_ptr(b, NULL));
	CHECK_FAILS("lws_system_blob_get",
		    lws_system_blob_get(NULL, buf, &len, 0));
	CHECK_FAILS("lws_system_blob_get",
		    lws_system_blob_get(b, NULL, &len, 0));
	CHECK_FAILS("lws_system_blob_get",
		    lws_system_blob_get(b, buf, NULL, 0));
	CHECK_LOGS("lws_system_blob_destroy", lws_system_blob_destroy(NULL));
	CHECK(lws_system_blob_get_size(b) == 1);
}

static void attach(struct lws_context *cx)
{
	struct lws_attach_item *item = (void *)&item;

	CHECK_FAILS("__lws_system_attach",
		    __lws_system_attach(NULL, 0, attached,
					LWS_SYSTATE_UNKNOWN, NULL, NULL));
	CHECK_FAILS("__lws_system_attach",
		    __lws_system_attach(cx, 0, NULL, LWS_SYSTATE_UNKNOWN, NULL,
					NULL));
	CHECK_FAILS("__lws_system_attach",
		    __lws_system_attach(cx, 1, attached, LWS_SYSTATE_UNKNOWN,
					NULL, NULL));
	CHECK_FAILS("__lws_system_attach",
		    __lws_system_attach(cx, -1, attached, LWS_SYSTATE_UNKNOWN,
					NULL, NULL));

	/* asking for an item where there is none is no error */
	log_watch(LOG_USUAL);
	CHECK(!__lws_system_attach(cx, 0, NULL, LWS_SYSTATE_UNKNOWN, NULL,
				   &item));
	CHECK(!item && !log_lines(""));
}

int main(void)
{
	struct lws_context *cx = context_new();
	lws_state_manager_t own;

	blobs(cx);
	attach(cx);

	CHECK_FAILS("lws_system_get_ops", !lws_system_get_ops(NULL));
	CHECK_FAILS("lws_system_get_state_manager",
		    !lws_system_get_state_manager(NULL));
	CHECK_FAILS("lws_system_context_from_system_mgr",
		    !lws_system_context_from_system_mgr(NULL));
	memset(&own, 0, sizeof(own));
	CHECK(!lws_system_context_from_system_mgr(&own));
	CHECK_FAILS("lws_system_cpd_start", lws_system_cpd_start(NULL));
	CHECK_LOGS("lws_system_cpd_start_defer",
		   lws_system_cpd_start_defer(NULL, 1));
	CHECK_LOGS("lws_system_cpd_set",
		   lws_system_cpd_set(NULL, LWS_CPD_INTERNET_OK));
	CHECK_FAILS("lws_system_cpd_state_get",
		    lws_system_cpd_state_get(NULL) == LWS_CPD_UNKNOWN);

	pump(cx);
	lws_context_destroy(cx);

	return 0;
}
