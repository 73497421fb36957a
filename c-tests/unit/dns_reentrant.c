/*
 * What a callback may do: ask again, close its connection, end the context, while others wait for the
 * same name.
 */
#include "../dns-conn.h"

static struct lws_context *cx;
static struct lws *conn;
static int heard, mode;
static const char *const names[] = { "www.test", "none.test", "localhost", "192.0.2.1", "silent.test" };

enum { ASKS, ASKS_SAME, CLOSES, ENDS, MODES };

static struct lws *second(struct lws *wsi, const char *ads, const struct addrinfo *result, int n,
			  void *opaque)
{
	(void)ads;
	(void)n;
	(void)opaque;
	heard++;
	if (result)
		lws_async_dns_freeaddrinfo(&result);

	return wsi;
}

static struct lws *first(struct lws *wsi, const char *ads, const struct addrinfo *result, int n,
			 void *opaque)
{
	(void)n;
	(void)ads;
	heard++;
	if (result)
		lws_async_dns_freeaddrinfo(&result);
	switch (mode) {
	case ASKS:
		lws_async_dns_query(cx, 0, "www-other.test", LWS_ADNS_RECORD_A, second, NULL, NULL);
		break;
	case ASKS_SAME:
		lws_async_dns_query(cx, 0, (const char *)opaque, LWS_ADNS_RECORD_A, second, NULL, NULL);
		break;
	case CLOSES:
		if (wsi) {
			lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
			return NULL;
		}
		break;
	case ENDS:
		lws_context_destroy(cx);
		break;
	}

	return wsi;
}

int main(void)
{
	struct dns_server s;
	unsigned int n;
	int before, listener, port, r, i;

	dns_space("nameserver 127.0.0.1:5300\noptions timeout:1 attempts:1\n", "");
	dns_serve(&s, "127.0.0.1", 5300);
	listener = plain_bound(SOCK_STREAM, 5, &port);
	before = descriptors();
	for (mode = 0; mode < MODES; mode++)
		for (n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
			cx = context_connected(port, &conn);
			heard = destroyed = 0;
			for (i = 0; i < 3; i++)
				lws_async_dns_query(cx, 0, names[n], LWS_ADNS_RECORD_A,
						    i == 1 ? first : second, i == 1 ? conn : NULL,
						    (void *)(uintptr_t)names[n]);
			/* a connection has one at a time */
			if (heard < 3 && !destroyed) {
				r = (int)lws_async_dns_query(cx, 0, "x.test", LWS_ADNS_RECORD_A, second,
							     conn, NULL);
				CHECK_EQ(r, LADNS_RET_FAILED);
				heard--;
			}
			if (mode == ENDS) {
				/* it ended in the callback, or does so after it */
				for (i = 0; i < 4000 && lws_service(cx, 0) >= 0; i++)
					usleep(500);
				CHECK_EQ(heard, 3);
				continue;
			}
			UNTIL(cx, heard >= 3 + (mode <= ASKS_SAME));
			CHECK_EQ(destroyed, mode == CLOSES);
			lws_context_destroy(cx);
			CHECK_EQ(heard, 3 + (mode <= ASKS_SAME));
		}
	CHECK_EQ(descriptors(), before);

	/* a connection that closes takes its query along */
	cx = context_bare();
	conn = NULL;
	{
		struct lws_vhost *vh = vhost_client(cx, "names", protocols);
		struct lws_client_connect_info info;

		info_connect(&info, cx, vh, "conn", "127.0.0.1", port);
		conn = lws_client_connect_via_info(&info);
	}
	pump(cx);
	heard = 0;
	lws_async_dns_query(cx, 0, "slow.test", LWS_ADNS_RECORD_A, second, conn, NULL);
	lws_async_dns_query(cx, 0, "slow.test", LWS_ADNS_RECORD_A, second, NULL, NULL);
	lws_set_timeout(conn, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
	service_for(cx, 300000);
	CHECK_EQ(heard, 1);
	lws_context_destroy(cx);
	close(listener);
	dns_serve_end(&s);

	return 0;
}
