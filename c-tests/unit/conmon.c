/*
 * What is measured while a client connection comes about: when it works, when
 * the name or the peer does not, taken twice, and released after its context.
 */
#include "../racing.h"

#include <netdb.h>

#define A "2001:db8:20:1::1"
#define DEAD "2001:db8:20:1::2"
#define V4 "192.0.2.1"

static struct lws_conmon at_error;
static int errors;

static int conmon_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	if (reason == LWS_CALLBACK_CLIENT_CONNECTION_ERROR) {
		lws_conmon_wsi_take(wsi, &at_error);
		errors++;
	}

	return racing_cb(wsi, reason, user, in, len);
}

static const struct lws_protocols conmon_protocols[] = {
	{ "conmon", conmon_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void up(void)
{
	struct lws_context_creation_info info;

	cx = context_bare();
	memset(&info, 0, sizeof(info));
	info.vhost_name = "conmon";
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = conmon_protocols;
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);
	pump(cx);
}

static void goes(struct run *r, const char *address, int flags)
{
	struct lws_client_connect_info i;

	memset(r, 0, sizeof(*r));
	info_connect(&i, cx, vh, "conmon", address, RACE_PORT);
	i.opaque_user_data = r;
	i.pwsi = &r->wsi;
	i.ssl_connection = flags;
	CHECK(lws_client_connect_via_info(&i) != NULL);
	UNTIL(cx, r->connected || r->failed);
}

/* The addresses with a blank behind each. */
static const char *listed(const struct addrinfo *ai)
{
	static char text[512];
	char one[64];
	size_t used = 0;

	text[0] = '\0';
	for (; ai; ai = ai->ai_next) {
		CHECK(!getnameinfo(ai->ai_addr, ai->ai_addrlen, one, sizeof(one),
				   NULL, 0, NI_NUMERICHOST));
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s ", one);
		CHECK_STR(ai->ai_canonname, RACE_NAME);
	}

	return text;
}

static const char *peer(const struct lws_conmon *c)
{
	static char text[64];

	CHECK(lws_sa46_write_numeric_address((lws_sockaddr46 *)&c->peer46, text,
					     sizeof(text)) > 0);

	return text;
}

int main(void)
{
	const struct lws_conmon *view;
	struct lws_conmon c, again;
	struct run r;

	racing_enter();
	racing_bind("nameserver 127.0.0.1:5300\noptions timeout:1 attempts:1\n",
		    "/etc/resolv.conf");
	racing_listen(A);
	racing_listen(V4);
	racing_rule(A, 20000);
	racing_rule(DEAD, DROP);
	racing_rule(V4, 20000);
	up();

	/* the one that won, and all that the name has, each once */
	racing_name(DEAD " " V4 " " V4 " 192.0.2.9");
	goes(&r, RACE_NAME, LCCSCF_CONMON);
	CHECK_EQ(r.connected, 1);
	view = lws_wsi_conmon(r.wsi);
	CHECK(view != NULL);
	CHECK_STR(listed(view->dns_results_copy), DEAD " " V4 " 192.0.2.9 ");
	memset(&c, 0xff, sizeof(c));
	lws_conmon_wsi_take(r.wsi, &c);
	CHECK_EQ(c.dns_disposition, LWSCONMON_DNS_OK);
	CHECK_STR(listed(c.dns_results_copy), DEAD " " V4 " 192.0.2.9 ");
	CHECK_STR(peer(&c), V4);
	CHECK(c.ciu_dns > 0);
	CHECK(c.ciu_sockconn >= 20000);
	CHECK(check_slow() || c.ciu_sockconn < 250000);
	CHECK_EQ(c.ciu_tls, 0);
	CHECK_EQ(c.ciu_txn_resp, 0);
	CHECK_EQ(c.pcol, LWSCONMON_PCOL_NONE);
	CHECK_EQ(c.protocol_specific.http.response, 0);
	/* once more: the figures without the addresses */
	lws_conmon_wsi_take(r.wsi, &again);
	CHECK(!again.dns_results_copy);
	CHECK_EQ(again.ciu_sockconn, c.ciu_sockconn);
	CHECK(!lws_wsi_conmon(r.wsi)->dns_results_copy);
	racing_close(&r);

	/* without the flag there are no addresses */
	goes(&r, RACE_NAME, 0);
	CHECK_EQ(r.connected, 1);
	lws_conmon_wsi_take(r.wsi, &again);
	CHECK(!again.dns_results_copy);
	CHECK_EQ(again.dns_disposition, LWSCONMON_DNS_OK);
	CHECK(again.ciu_sockconn >= 20000);
	racing_close(&r);

	/* nothing has to be looked up */
	goes(&r, A, LCCSCF_CONMON);
	CHECK_EQ(r.connected, 1);
	lws_conmon_wsi_take(r.wsi, &again);
	CHECK_EQ(again.ciu_dns, 0);
	CHECK(again.ciu_sockconn >= 20000);
	CHECK_STR(peer(&again), A);
	CHECK(again.dns_results_copy && !again.dns_results_copy->ai_next);
	lws_conmon_release(&again);
	CHECK(!again.dns_results_copy);
	racing_close(&r);

	/* everybody refuses: the last one */
	racing_name("192.0.2.9");
	lws_context_destroy(cx);
	up();
	goes(&r, RACE_NAME, LCCSCF_CONMON);
	CHECK_EQ(r.failed, 1);
	CHECK_EQ(errors, 1);
	CHECK_STR(peer(&at_error), "192.0.2.9");
	CHECK(at_error.ciu_sockconn > 0);
	CHECK_STR(listed(at_error.dns_results_copy), "192.0.2.9 ");
	lws_conmon_release(&at_error);
	racing_close(&r);

	/* no such name; nobody who could tell */
	goes(&r, "nothing.invalid", LCCSCF_CONMON);
	CHECK_EQ(errors, 2);
	CHECK_EQ(at_error.dns_disposition, LWSCONMON_DNS_NO_RESULT);
	CHECK_EQ(at_error.peer46.sa4.sin_family, 0);
	CHECK(at_error.ciu_dns > 0 && !at_error.ciu_sockconn);
	CHECK(!at_error.dns_results_copy);
	racing_close(&r);
#if defined(LWS_WITH_SYS_ASYNC_DNS)
	goes(&r, "www.nobody.test", LCCSCF_CONMON);
	CHECK_EQ(errors, 3);
	CHECK_EQ(at_error.dns_disposition, LWSCONMON_DNS_SERVER_UNREACHABLE);
	racing_close(&r);
#endif

	/* arguments */
	memset(&again, 0xff, sizeof(again));
	CHECK_FAILS("lws_conmon_wsi_take: bad argument: wsi",
		    (lws_conmon_wsi_take(NULL, &again), again.pcol == 0xffffffff));
	CHECK_FAILS("lws_wsi_conmon: bad argument: wsi", !lws_wsi_conmon(NULL));
	lws_conmon_release(NULL);
	lws_context_destroy(cx);

	/* the addresses outlive their context */
	CHECK_STR(listed(c.dns_results_copy), DEAD " " V4 " 192.0.2.9 ");
	lws_conmon_release(&c);
	lws_conmon_release(&c);

	return 0;
}
