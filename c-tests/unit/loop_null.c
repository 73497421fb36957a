/*
 * Every export of lws-service.h of this part with NULL where it wants a
 * pointer: its error value and one log line that names it.
 */
#include "../context.h"

int main(void)
{
	struct lws_context *cx = context_new();

	CHECK_FAILS("lws_service", lws_service(NULL, 0) == 1);
	CHECK_FAILS("lws_service", lws_service(NULL, -1) == 1);
	CHECK_FAILS("lws_service_tsi", lws_service_tsi(NULL, -1, 0) == 1);
	CHECK_FAILS("lws_service_tsi", lws_service_tsi(cx, -1, 1) != 0);
	CHECK_FAILS("lws_service_tsi", lws_service_tsi(cx, -1, -1) != 0);
	CHECK_LOGS("lws_cancel_service", lws_cancel_service(NULL));
	CHECK_LOGS("lws_cancel_service_pt", lws_cancel_service_pt(NULL));
	CHECK_FAILS("lws_service_adjust_timeout",
		    lws_service_adjust_timeout(NULL, 1000, 0) == 1);
	CHECK_FAILS("lws_service_adjust_timeout",
		    lws_service_adjust_timeout(cx, 1000, 1) == 1000);

	pump(cx);
	lws_context_destroy(cx);

	return 0;
}
