/*
 * Certificates of clients, what is said of certificates, and vhosts whose
 * files are no good or new. A client certificate that is refused by
 * verification stays refused whatever a callback returns, unless that takes
 * the error away.
 */
#include "../tls.h"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

static int adopted, destroyed, ended, asked, loaded, refuse_load;
static enum { LEAVE, REFUSE, FORGIVE } answer;
static char peer_name[64];

static int server_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	union lws_tls_cert_info_results info;

	switch ((int)reason) {
	case LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS:
		CHECK(user != NULL && in != NULL);
		loaded++;
		return refuse_load;
	case LWS_CALLBACK_OPENSSL_PERFORM_CLIENT_CERT_VERIFICATION:
		CHECK(user == lws_get_ssl(wsi));
		CHECK(len <= 1);
		asked++;
		if (answer == FORGIVE)
			X509_STORE_CTX_set_error(in, X509_V_OK);
		return answer == REFUSE;
	case LWS_CALLBACK_RAW_ADOPT:
		adopted++;
		peer_name[0] = '\0';
		if (!lws_tls_peer_cert_info(wsi, LWS_TLS_CERT_INFO_COMMON_NAME,
					    &info, sizeof(info.ns.name)))
			snprintf(peer_name, sizeof(peer_name), "%s",
				 info.ns.name);
		return -1;
	case LWS_CALLBACK_WSI_DESTROY:
		destroyed++;
		break;
	}

	return 0;
}

static int client_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	(void)wsi;
	(void)user;
	(void)in;
	(void)len;
	if (reason == LWS_CALLBACK_RAW_CLOSE ||
	    reason == LWS_CALLBACK_CLIENT_CONNECTION_ERROR)
		ended++;

	return 0;
}

static const struct lws_protocols server_protocols[] = {
	{ "server", server_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};
static const struct lws_protocols client_protocols[] = {
	{ "client", client_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;

/* Whether a server takes a client with this certificate, NULL for none. */
static int takes(struct lws_vhost *server, const char *of, int how)
{
	struct lws_context_creation_info info;
	struct lws_client_connect_info i;
	struct lws_vhost *vh;

	info_tls_client(&info, "client", client_protocols);
	if (of) {
		info.client_ssl_cert_filepath = cert_file(of, ".pem");
		info.client_ssl_private_key_filepath = cert_file(of, ".key");
	}
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);
	adopted = destroyed = ended = asked = 0;
	answer = how;
	info_connect(&i, cx, vh, "client", "127.0.0.1",
		     lws_get_vhost_listen_port(server));
	i.host = "localhost";
	i.ssl_connection = LCCSCF_USE_SSL;
	CHECK(lws_client_connect_via_info(&i) != NULL);
	UNTIL(cx, ended && destroyed);
	lws_vhost_destroy(vh);

	return adopted;
}

static void clients(void)
{
	struct lws_context_creation_info info;
	struct lws_vhost *required, *optional;

	info_tls_server(&info, "required", "good", server_protocols, "server");
	info.options |= LWS_SERVER_OPTION_REQUIRE_VALID_OPENSSL_CLIENT_CERT;
	info.ssl_ca_filepath = cert("ca.pem");
	required = lws_create_vhost(cx, &info);
	CHECK(required != NULL);
	CHECK_EQ(loaded, 1);
	info.vhost_name = "optional";
	info.options |= LWS_SERVER_OPTION_PEER_CERT_NOT_REQUIRED;
	optional = lws_create_vhost(cx, &info);
	CHECK(optional != NULL);

	CHECK_EQ(takes(required, NULL, LEAVE), 0);
	CHECK_EQ(asked, 0);
	CHECK_EQ(takes(required, "client", LEAVE), 1);
	CHECK(asked >= 2);
	CHECK_STR(peer_name, "client");
	CHECK_EQ(takes(required, "client", REFUSE), 0);
	CHECK_EQ(takes(required, "self-signed", LEAVE), 0);
	CHECK(asked >= 1);
	CHECK_EQ(takes(required, "other", LEAVE), 0);
	CHECK_EQ(takes(required, "other", REFUSE), 0);
	CHECK_EQ(takes(required, "self-signed", FORGIVE), 1);
	CHECK_STR(peer_name, "self-signed");
	CHECK_EQ(takes(optional, NULL, LEAVE), 1);
	CHECK_STR(peer_name, "");
	CHECK_EQ(takes(optional, "other", LEAVE), 0);
	lws_vhost_destroy(required);
	lws_vhost_destroy(optional);
}

static void copy(const char *from, const char *to)
{
	unsigned int len;
	void *bytes = cert_bytes(cert(from), &len);
	FILE *f = fopen(cert(to), "wb");

	CHECK(f && fwrite(bytes, 1, len, f) == len && !fclose(f));
}

static void expects(struct lws_vhost *vh, const char *name)
{
	union lws_tls_cert_info_results info;

	CHECK_EQ(lws_tls_vhost_cert_info(vh, LWS_TLS_CERT_INFO_COMMON_NAME,
					 &info, sizeof(info.ns.name)), 0);
	CHECK_STR(info.ns.name, name);
	CHECK_EQ(info.ns.len, strlen(name));
}

/* A vhost whose files are no good is not made, and others stay. */
static void files(void)
{
	struct lws_context_creation_info info, good;
	union lws_tls_cert_info_results result;
	struct lws_vhost *vh, *other;
	unsigned int len;

	copy("good.pem", "mine.pem");
	copy("good.key", "mine.key");
	info_tls_server(&good, "files", "mine", server_protocols, "server");
	vh = lws_create_vhost(cx, &good);
	CHECK(vh != NULL);
	expects(vh, "good");
	CHECK_EQ(lws_tls_vhost_cert_info(vh, LWS_TLS_CERT_INFO_VERIFIED,
					 &result, 0), -1);
	CHECK_EQ(lws_tls_vhost_cert_info(vh, LWS_TLS_CERT_INFO_DER_RAW,
					 &result, 10), -1);
	CHECK(result.ns.len > 300);
	CHECK_EQ(lws_tls_vhost_cert_info(vh,
			LWS_TLS_CERT_INFO_AUTHORITY_KEY_ID_SERIAL, &result,
			sizeof(result.ns.name)), 1);

	info = good;
	info.vhost_name = "bad";
	info.ssl_cert_filepath = "/nowhere";
	CHECK_FAILS("ssl_cert_filepath", !lws_create_vhost(cx, &info));
	info = good;
	info.ssl_private_key_filepath = cert("client.key");
	CHECK_FAILS("ssl_private_key_filepath", !lws_create_vhost(cx, &info));
	info.ssl_private_key_filepath = cert("secret.key");
	info.ssl_private_key_password = "other";
	CHECK_FAILS("ssl_private_key_filepath", !lws_create_vhost(cx, &info));
	info = good;
	refuse_load = 1;
	CHECK(!lws_create_vhost(cx, &info));
	refuse_load = 0;
	CHECK_EQ(takes(vh, NULL, LEAVE), 1);

	/* in memory, and a key that is encrypted */
	info = good;
	info.vhost_name = "memory";
	info.ssl_cert_filepath = NULL;
	info.server_ssl_cert_mem = cert_bytes(cert("good.der"), &len);
	info.server_ssl_cert_mem_len = len;
	info.ssl_private_key_filepath = cert("secret.key");
	info.ssl_private_key_password = "sesame";
	other = lws_create_vhost(cx, &info);
	CHECK(other != NULL);
	CHECK_EQ(takes(other, NULL, LEAVE), 1);
	lws_vhost_destroy(other);

	/* new files take effect without a restart, bad ones none */
	copy("below.pem", "mine.pem");
	CHECK_EQ(lws_tls_cert_updated(cx, cert("mine.pem"), cert("mine.key"),
				      NULL, 0, NULL, 0), 1);
	expects(vh, "good");
	copy("below.key", "mine.key");
	CHECK_EQ(lws_tls_cert_updated(cx, cert("mine.pem"), cert("mine.key"),
				      NULL, 0, NULL, 0), 0);
	expects(vh, "below");
	CHECK_EQ(lws_tls_cert_updated(cx, "/nobody's", cert("mine.key"), NULL,
				      0, NULL, 0), 0);
	lws_vhost_destroy(vh);
}

static void nulls(void)
{
	union lws_tls_cert_info_results info;
	struct lws_context_creation_info creation;

	memset(&creation, 0, sizeof(creation));
	CHECK_FAILS("lws_get_ssl", !lws_get_ssl(NULL));
	CHECK_FAILS("lws_tls_session_is_reused", !lws_tls_session_is_reused(NULL));
	CHECK_FAILS("lws_tls_peer_cert_info",
		    lws_tls_peer_cert_info(NULL, LWS_TLS_CERT_INFO_USAGE, &info, 0) == -1);
	CHECK_FAILS("lws_tls_vhost_cert_info",
		    lws_tls_vhost_cert_info(NULL, LWS_TLS_CERT_INFO_USAGE, &info, 0) == -1);
	CHECK_FAILS("lws_tls_cert_updated",
		    lws_tls_cert_updated(cx, NULL, NULL, NULL, 0, NULL, 0) == 1);
	CHECK_FAILS("lws_init_vhost_client_ssl",
		    lws_init_vhost_client_ssl(NULL, NULL) == 1);
	CHECK_FAILS("lws_init_vhost_client_ssl",
		    lws_init_vhost_client_ssl(&creation, NULL) == 1);
	CHECK_FAILS("lws_tls_client_vhost_extra_cert_mem",
		    lws_tls_client_vhost_extra_cert_mem(NULL, NULL, 0) == 1);
}

int main(void)
{
	cx = context_bare();
	clients();
	files();
	nulls();
	lws_context_destroy(cx);

	return 0;
}
