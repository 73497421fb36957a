/*
 * For the tests of names that have a connection as well: its protocol, which counts its ends.
 */
#ifndef RELWS_TEST_DNS_CONN_H
#define RELWS_TEST_DNS_CONN_H

#include "dns.h"

static int destroyed;

static int conn_cb(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	(void)wsi;
	(void)user;
	(void)in;
	(void)len;
	if (reason == LWS_CALLBACK_WSI_DESTROY)
		destroyed++;

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "conn", conn_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

/* A context with a vhost that has one connection, to `port` of this host. */
static struct lws_context *context_connected(int port, struct lws **conn)
{
	struct lws_context *made = context_bare();
	struct lws_client_connect_info info;

	info_connect(&info, made, vhost_client(made, "names", protocols), "conn", "127.0.0.1", port);
	*conn = lws_client_connect_via_info(&info);
	CHECK(*conn != NULL);
	pump(made);

	return made;
}

#endif
