/*
 * A client that still connects, to somebody who does not answer, when its way
 * is gone: an error at once, and not after minutes.
 */
#include "../routed.h"

static char text[256];
static int reason, destroyed;
static char trace_of[64];

static int connecting_cb(struct lws *wsi, enum lws_callback_reasons r,
			 void *user, void *in, size_t len)
{
	size_t used = strlen(trace_of);

	(void)user;
	if (trace_skips((int)r) || r == LWS_CALLBACK_PROTOCOL_INIT ||
	    r == LWS_CALLBACK_PROTOCOL_DESTROY ||
	    r == LWS_CALLBACK_RAW_SKT_BIND_PROTOCOL)
		return 0;
	snprintf(trace_of + used, sizeof(trace_of) - used, "%d ", (int)r);
	if (r == LWS_CALLBACK_CLIENT_CONNECTION_ERROR) {
		CHECK(in && strlen(in) == len);
		snprintf(text, sizeof(text), "%s", (const char *)in);
		reason = (int)lws_route_cull_reason(wsi);
	}
	if (r == LWS_CALLBACK_WSI_DESTROY)
		destroyed = 1;

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "connecting", connecting_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void one(const char *what, const char *address, const char *event,
		int expected)
{
	struct lws_client_connect_info i;
	struct lws_vhost *vh;

	net_up();
	here(FAR_ROUTES);
	cx_up(0);
	vh = vhost_client(cx, "connecting", protocols);
	trace_of[0] = text[0] = '\0';
	destroyed = 0;
	/* nobody is there, and nobody says so */
	info_connect(&i, cx, vh, "connecting", address, 9);
	CHECK(lws_client_connect_via_info(&i) != NULL);
	service_for(cx, 50000);
	CHECK_STR(trace_of, "");
	change("%s", event);
	UNTIL(cx, destroyed);
	printf("%s: %lld us, %s\n", what,
	       (long long)(lws_now_usecs() - changed_at), text);
	CHECK_STR(trace_of, "1 82 30 ");
	CHECK(strstr(text, "conn fail: "));
	CHECK_EQ(reason, expected);
	routed_down();
}

int main(void)
{
	netns_enter();
	one("IPv4 route", "10.7.0.99", "route del 10.7.0.0/24\n",
	    LWS_ROUTE_CULL_NO_ROUTE);
	one("IPv6 route", "fd07::99", "route del fd07::/64\n",
	    LWS_ROUTE_CULL_NO_ROUTE);
	one("IPv4 address", "10.7.0.99", "addr del 10.9.0.1/24 dev v0\n",
	    LWS_ROUTE_CULL_SOURCE_GONE);
	one("IPv6 address", "fd07::99", "addr del fd09::1/64 dev v0\n",
	    LWS_ROUTE_CULL_SOURCE_GONE);
	one("link", "10.7.0.99", "link set v0 down\n",
	    LWS_ROUTE_CULL_NO_ROUTE);

	return 0;
}
