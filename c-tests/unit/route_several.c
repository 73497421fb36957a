/*
 * Several contexts in one process, at one time and one after the other: each
 * has its own knowledge of the routes and looks after its own connections.
 */
#include "../routed.h"

#define SEVERAL 4

static struct lws_context *contexts[SEVERAL];
static int heard[SEVERAL], destroy_in_smd = -1;

static int smd_cb(void *opaque, lws_smd_class_t class, lws_usec_t timestamp,
		  void *buf, size_t len)
{
	int n = (int)((struct lws_context **)opaque - contexts);

	(void)class;
	(void)timestamp;
	(void)len;
	heard[n] += !!strstr(buf, "\"rt\":\"del\"");
	if (n == destroy_in_smd && contexts[n]) {
		contexts[n] = NULL;
		lws_context_destroy(cx);
	}

	return 0;
}

static void serve_all(void)
{
	int n;

	for (n = 0; n < SEVERAL; n++)
		if (contexts[n]) {
			cx = contexts[n];
			lws_service(cx, -1);
		}
	usleep(200);
}

#define UNTIL_ALL(condition) \
	do { \
		lws_usec_t end_ = lws_now_usecs() + 60 * LWS_US_PER_SEC; \
		while (!(condition)) { \
			serve_all(); \
			CHECK(lws_now_usecs() < end_); \
		} \
	} while (0)

int main(void)
{
	struct lws_context_creation_info info;
	int n, before;

	netns_enter();
	net_up();
	here(FAR_ROUTES);
	before = descriptors();
	for (n = 0; n < SEVERAL; n++) {
		info_init(&info);
		info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
		cx = contexts[n] = context_from(&info);
	}
	for (n = 0; n < SEVERAL; n++) {
		cx = contexts[n];
		UNTIL(cx, lws_route_synced(cx));
		pump(cx);
		CHECK(lws_smd_register(cx, &contexts[n], 0, LWSSMDCL_NETWORK,
				       smd_cb));
		vh_client = vhost_client(cx, "client", routed_protocols);
		/* a connection each, some of either family */
		if (n == 0)
			open_client(&ends[0], "10.7.0.1");
		else if (n == 1)
			open_udp(&ends[3], "10.7.0.1");
		else if (n == 2)
			open_client(&ends[4], "fd07::1");
		else
			open_client(&ends[7], "10.6.0.1");
	}

	/* all see it, and each closes what is its own */
	here("route del 10.7.0.0/24\n");
	UNTIL_ALL(!(ends_open() & (CLIENT4 | UDP4)) && heard[0] && heard[1] &&
		  heard[2] && heard[3]);
	CHECK_EQ(ends_open(), CLIENT6 | OTHER4);
	CHECK_STR(ends[0].trace, "82 60 30");
	CHECK_STR(ends[3].trace, "82 60 30");

	/* one goes, in a callback about routing; the others go on */
	destroy_in_smd = 2;
	here("route del fd07::/64\n");
	UNTIL_ALL(!contexts[2]);
	UNTIL_ALL(!(ends_open() & CLIENT6));
	lws_context_destroy(contexts[0]);
	contexts[0] = NULL;
	memset(heard, 0, sizeof(heard));
	here("route add 10.55.0.0/24 dev v0\nroute del 10.55.0.0/24\n");
	UNTIL_ALL(heard[1] && heard[3]);
	CHECK_EQ(heard[0] + heard[2], 0);
	cx = contexts[3];
	echo(&ends[7]);
	here("route del 10.6.0.0/24\n");
	UNTIL_ALL(!ends_open());
	CHECK_EQ(ends[7].reason, LWS_ROUTE_CULL_NO_ROUTE);
	for (n = 0; n < SEVERAL; n++)
		if (contexts[n])
			lws_context_destroy(contexts[n]);
	for (n = 0; n < (int)LWS_ARRAY_SIZE(ends); n++)
		if (ends[n].fd >= 0)
			close(ends[n].fd);
	CHECK_EQ(descriptors(), before);

	/* one after the other, also before anything is known */
	for (n = 0; n < 20; n++) {
		cx = context_bare();
		if (n & 1)
			UNTIL(cx, lws_route_synced(cx));
		else if (n & 2)
			lws_service(cx, -1);
		lws_context_destroy(cx);
	}
	CHECK_EQ(descriptors(), before);

	return 0;
}
