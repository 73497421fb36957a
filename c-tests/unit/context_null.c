/*
 * Every export of lws-context-vhost.h of this part with NULL where it wants a
 * pointer: its error value and one log line that names it.
 */
#include "../context.h"

int main(void)
{
	struct lws_context *cx = context_new();

	CHECK_FAILS("lws_create_context", !lws_create_context(NULL));
	CHECK_FAILS("lws_context_user", !lws_context_user(NULL));
	CHECK_FAILS("lws_context_is_being_destroyed",
		    lws_context_is_being_destroyed(NULL));
	CHECK_FAILS("lws_context_is_deprecated",
		    !lws_context_is_deprecated(NULL));
	CHECK_LOGS("lws_context_deprecate", lws_context_deprecate(NULL, NULL));

	/* like free(): documented to do nothing */
	log_watch(LOG_USUAL);
	lws_context_destroy(NULL);
	CHECK(!log_lines(""));

	lws_context_destroy(cx);

	return 0;
}
