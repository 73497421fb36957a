/*
 * The context is destroyed in each callback of routing: it is gone when the
 * function returns that called it back, and not before.
 */
#include "../routed.h"

static struct lws_context *gone = (struct lws_context *)&gone;
static int called, notified;

static void destroy_here(void)
{
	lws_context_destroy(cx);
	/* it is still there: this must not touch freed memory */
	CHECK(lws_route_synced(cx) >= 0);
	called++;
}

static int visit(const lws_route_entry_t *route, void *user)
{
	CHECK(user == &called);
	destroy_here();
	/* the route as well */
	CHECK(route->size >= sizeof(*route));
	CHECK(!route->hops_count || route->hops[0].weight);

	return 0;
}

static int emit(const char *text, size_t len, void *user)
{
	CHECK(user == &called);
	destroy_here();
	CHECK(len && text[len - 1]);

	return 0;
}

static void notify(struct lws *wsi, enum lws_route_cull_reasons reason,
		   void *user)
{
	(void)reason;
	CHECK(user == &notified);
	CHECK(wsi != NULL);
	if (!notified++)
		lws_context_destroy(cx);
}

static void fresh(void)
{
	struct lws_context_creation_info info;

	info_init(&info);
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
	/* set to NULL at its end */
	info.pcontext = &gone;
	cx = context_from(&info);
	gone = cx;
	UNTIL(cx, lws_route_synced(cx));
	called = 0;
}

int main(void)
{
	lws_route_settings_t s;

	netns_enter();
	net_up();

	fresh();
	CHECK_EQ(lws_route_foreach(cx, visit, &called), 0);
	CHECK_EQ(called, 1);
	CHECK(!gone);

	fresh();
	CHECK_EQ(lws_route_dump_json(cx, emit, &called), 0);
	CHECK_EQ(called, 1);
	CHECK(!gone);

	/* when routing ends connections, in the first of them */
	here("%s", FAR_ROUTES);
	fresh();
	vh_client = vhost_client(cx, "client", routed_protocols);
	ends_up(FAR4 | FAR6);
	settings_get(&s);
	s.settle_us = 0;
	s.notify = notify;
	s.user = &notified;
	CHECK(!lws_route_set_settings(cx, &s));
	change("route del 10.7.0.0/24\nroute del fd07::/64\n");
	while (gone && lws_service(cx, 0) >= 0)
		;
	if (gone)
		lws_service(cx, 0);
	CHECK(!gone);
	CHECK(notified >= 1);
	CHECK(!ends_open());

	return 0;
}
