/*
 * parity: rlimit_nofile is the limit of descriptors that the process gets.
 */

#include "check.h"

#include <sys/resource.h>

int
main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;
	struct rlimit limit;

	lws_set_log_level(LLL_ERR | LLL_WARN, NULL);
	CHECK(!getrlimit(RLIMIT_NOFILE, &limit));
	CHECK(limit.rlim_cur != 200 && limit.rlim_max >= 200);

	info_init(&info);
	info.rlimit_nofile = 200;
	cx = lws_create_context(&info);
	CHECK(cx);
	CHECK(!getrlimit(RLIMIT_NOFILE, &limit));
	CHECK(limit.rlim_cur == 200);
	lws_context_destroy(cx);

	return 0;
}
