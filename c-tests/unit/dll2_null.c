/*
 * Every export of lws-dll2.h with NULL where it wants a pointer: no crash,
 * one log line that names it; and links that are not where they should be.
 */
#include "../context.h"

static int compare(const lws_dll2_t *x, const lws_dll2_t *y)
{
	(void)x;
	(void)y;

	return 0;
}

static int compare_priv(void *priv, const lws_dll2_t *x, const lws_dll2_t *y)
{
	(void)priv;

	return compare(x, y);
}

static int visit(lws_dll2_t *d, void *user)
{
	(void)d;
	(void)user;

	return 0;
}

int main(void)
{
	lws_dll2_t x, y;
	lws_dll2_owner_t own;

	memset(&x, 0, sizeof(x));
	memset(&y, 0, sizeof(y));
	memset(&own, 0, sizeof(own));

	CHECK(lws_dll2_is_detached(NULL)); /* what does not exist is on no list */
	CHECK_LOGS("lws_dll2_add_head", lws_dll2_add_head(NULL, &own));
	CHECK_LOGS("lws_dll2_add_head", lws_dll2_add_head(&x, NULL));
	CHECK_LOGS("lws_dll2_add_tail", lws_dll2_add_tail(NULL, &own));
	CHECK_LOGS("lws_dll2_add_tail", lws_dll2_add_tail(&x, NULL));
	CHECK_LOGS("lws_dll2_add_before", lws_dll2_add_before(NULL, &y));
	CHECK_LOGS("lws_dll2_add_before", lws_dll2_add_before(&x, NULL));
	CHECK_LOGS("lws_dll2_add_sorted",
		   lws_dll2_add_sorted(NULL, &own, compare));
	CHECK_LOGS("lws_dll2_add_sorted",
		   lws_dll2_add_sorted(&x, NULL, compare));
	CHECK_LOGS("lws_dll2_add_sorted", lws_dll2_add_sorted(&x, &own, NULL));
	CHECK_LOGS("lws_dll2_add_sorted_priv",
		   lws_dll2_add_sorted_priv(NULL, &own, NULL, compare_priv));
	CHECK_LOGS("lws_dll2_add_sorted_priv",
		   lws_dll2_add_sorted_priv(&x, NULL, NULL, compare_priv));
	CHECK_LOGS("lws_dll2_add_sorted_priv",
		   lws_dll2_add_sorted_priv(&x, &own, NULL, NULL));
	CHECK_LOGS("lws_dll2_remove", lws_dll2_remove(NULL));
	CHECK_LOGS("lws_dll2_clear", lws_dll2_clear(NULL));
	CHECK_LOGS("lws_dll2_owner_clear", lws_dll2_owner_clear(NULL));
	CHECK_LOGS("lws_dll2_foreach_safe",
		   lws_dll2_foreach_safe(NULL, NULL, visit));
	CHECK_LOGS("lws_dll2_foreach_safe",
		   lws_dll2_foreach_safe(&own, NULL, NULL));
	CHECK_FAILS("_lws_dll2_search_sz_pl",
		    !_lws_dll2_search_sz_pl(NULL, "a", 1, 0, 0));
	CHECK_FAILS("_lws_dll2_search_sz_pl",
		    !_lws_dll2_search_sz_pl(&own, NULL, 1, 0, 0));
	CHECK(!own.count && lws_dll2_is_detached(&x));

	return 0;
}
