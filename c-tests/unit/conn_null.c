/*
 * Every export for connections with NULL where it wants a pointer: its error
 * value and one log line that names it.
 */
#include "../conn.h"

#if defined(__GNUC__)
/* those are to be safe as well */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#endif

static struct lws *the_wsi;

static int null_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	(void)user;
	(void)in;
	(void)len;
	if (reason == LWS_CALLBACK_RAW_ADOPT)
		the_wsi = wsi;

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "null", null_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void fire(lws_sorted_usec_list_t *sul)
{
	(void)sul;
}

static void vhosts(struct lws_context *cx, struct lws_vhost *vh)
{
	const struct lws_protocols *p = lws_vhost_name_to_protocol(vh, "null");
	struct lws_context_creation_info info;
	const char *result = NULL;

	memset(&info, 0, sizeof(info));
	CHECK_FAILS("lws_create_vhost", !lws_create_vhost(NULL, &info));
	CHECK_FAILS("lws_create_vhost", !lws_create_vhost(cx, NULL));
	CHECK_LOGS("lws_vhost_destroy", lws_vhost_destroy(NULL));
	CHECK_FAILS("lws_get_vhost", !lws_get_vhost(NULL));
	CHECK_FAILS("lws_get_vhost_by_name", !lws_get_vhost_by_name(NULL, "v"));
	CHECK_FAILS("lws_get_vhost_by_name", !lws_get_vhost_by_name(cx, NULL));
	CHECK_FAILS("lws_get_vhost_iface", !lws_get_vhost_iface(NULL));
	CHECK_FAILS("lws_get_vhost_listen_port",
		    lws_get_vhost_listen_port(NULL) == -1);
	CHECK_FAILS("lws_get_vhost_name", !lws_get_vhost_name(NULL));
	CHECK_FAILS("lws_get_vhost_port", lws_get_vhost_port(NULL) == -1);
	CHECK_FAILS("lws_get_vhost_user", !lws_get_vhost_user(NULL));
	CHECK_FAILS("lws_vhost_user", !lws_vhost_user(NULL));
	CHECK_FAILS("lws_vh_tag", !lws_vh_tag(NULL));

	CHECK_FAILS("lws_protocol_init", lws_protocol_init(NULL) == 1);
	CHECK_FAILS("lws_finalize_startup", lws_finalize_startup(NULL) == 1);
	CHECK_FAILS("lws_vhost_name_to_protocol",
		    !lws_vhost_name_to_protocol(NULL, "null"));
	CHECK_FAILS("lws_vhost_name_to_protocol",
		    !lws_vhost_name_to_protocol(vh, NULL));
	CHECK_FAILS("lws_protocol_vh_priv_get",
		    !lws_protocol_vh_priv_get(NULL, p));
	CHECK_FAILS("lws_protocol_vh_priv_get",
		    !lws_protocol_vh_priv_get(vh, NULL));
	CHECK_FAILS("lws_protocol_vh_priv_zalloc",
		    !lws_protocol_vh_priv_zalloc(NULL, p, 8));
	CHECK_FAILS("lws_protocol_vh_priv_zalloc",
		    !lws_protocol_vh_priv_zalloc(vh, NULL, 8));
	CHECK_FAILS("lws_protocol_vh_priv_zalloc",
		    !lws_protocol_vh_priv_zalloc(vh, p, -1));
	/* no list is an empty list */
	CHECK(!lws_pvo_search(NULL, "name"));
	CHECK(lws_pvo_get_str(NULL, "name", &result) == 1);
	CHECK_FAILS("lws_pvo_search", !lws_pvo_search(NULL, NULL));
	CHECK_FAILS("lws_pvo_get_str",
		    lws_pvo_get_str(NULL, NULL, &result) == 1);
	CHECK_FAILS("lws_pvo_get_str",
		    lws_pvo_get_str(NULL, "name", NULL) == 1);
	CHECK_FAILS("lws_vhd_find_by_pvo",
		    !lws_vhd_find_by_pvo(NULL, "null", "name", "value"));
	CHECK_FAILS("lws_vhd_find_by_pvo",
		    !lws_vhd_find_by_pvo(cx, NULL, "name", "value"));
	CHECK_FAILS("lws_vhd_find_by_pvo",
		    !lws_vhd_find_by_pvo(cx, "null", NULL, "value"));
	CHECK_FAILS("lws_vhd_find_by_pvo",
		    !lws_vhd_find_by_pvo(cx, "null", "name", NULL));

	CHECK_FAILS("lws_callback_all_protocol",
		    lws_callback_all_protocol(NULL, p, 1000) == 1);
	CHECK_FAILS("lws_callback_all_protocol_vhost",
		    lws_callback_all_protocol_vhost(NULL, p, 1000) == 1);
	CHECK_FAILS("lws_callback_all_protocol_vhost_args",
		    lws_callback_all_protocol_vhost_args(NULL, p, 1000, NULL,
							 0) == 1);
	CHECK_FAILS("lws_callback_vhost_protocols",
		    lws_callback_vhost_protocols(NULL, 1000, NULL, 0) != 0);
	CHECK_FAILS("lws_callback_vhost_protocols_vhost",
		    lws_callback_vhost_protocols_vhost(NULL, 1000, NULL,
						       0) != 0);
	CHECK_FAILS("lws_callback_on_writable_all_protocol",
		    lws_callback_on_writable_all_protocol(NULL, p) == 1);
	CHECK_FAILS("lws_callback_on_writable_all_protocol_vhost",
		    lws_callback_on_writable_all_protocol_vhost(NULL, p) == 1);
	CHECK_LOGS("lws_rx_flow_allow_all_protocol",
		   lws_rx_flow_allow_all_protocol(NULL, p));
}

static void connections(struct lws_context *cx, struct lws_vhost *vh)
{
	unsigned char buf[LWS_PRE + 4] = "";
	struct lws_client_connect_info i;
	lws_sock_file_fd_type none;
	lws_adopt_desc_t desc;
	char name[64], rip[64];
	uint16_t tries = 0;
	lws_sorted_usec_list_t sul;

	none.sockfd = -1;
	memset(&sul, 0, sizeof(sul));
	memset(&desc, 0, sizeof(desc));
	desc.type = LWS_ADOPT_SOCKET;
	desc.fd = none;

	CHECK_FAILS("lws_client_connect_via_info",
		    !lws_client_connect_via_info(NULL));
	memset(&i, 0, sizeof(i));
	CHECK_FAILS("lws_client_connect_via_info",
		    !lws_client_connect_via_info(&i));
	CHECK_FAILS("lws_adopt_descriptor_vhost",
		    !lws_adopt_descriptor_vhost(NULL, LWS_ADOPT_SOCKET, none,
						NULL, NULL));
	CHECK_FAILS("lws_adopt_descriptor_vhost_via_info",
		    !lws_adopt_descriptor_vhost_via_info(NULL));
	CHECK_FAILS("lws_adopt_descriptor_vhost_via_info",
		    !lws_adopt_descriptor_vhost_via_info(&desc));
	CHECK_FAILS("lws_adopt_socket", !lws_adopt_socket(NULL, -1));
	CHECK_FAILS("lws_adopt_socket", !lws_adopt_socket(cx, -1));
	CHECK_FAILS("lws_adopt_socket_readbuf",
		    !lws_adopt_socket_readbuf(NULL, -1, "x", 1));
	CHECK_FAILS("lws_adopt_socket_readbuf",
		    !lws_adopt_socket_readbuf(cx, 0, NULL, 1));
	CHECK_FAILS("lws_adopt_socket_vhost",
		    !lws_adopt_socket_vhost(NULL, -1));
	CHECK_FAILS("lws_adopt_socket_vhost", !lws_adopt_socket_vhost(vh, -1));
	CHECK_FAILS("lws_adopt_socket_vhost_readbuf",
		    !lws_adopt_socket_vhost_readbuf(NULL, -1, "x", 1));
	CHECK_FAILS("lws_create_adopt_udp",
		    !lws_create_adopt_udp(NULL, NULL, 0, LWS_CAUDP_BIND, "null",
					  NULL, NULL, NULL, NULL, NULL));
	CHECK_FAILS("lws_create_adopt_udp",
		    !lws_create_adopt_udp(vh, NULL, 0, LWS_CAUDP_BIND, "nobody",
					  NULL, NULL, NULL, NULL, NULL));

	CHECK_FAILS("lws_write",
		    lws_write(NULL, buf + LWS_PRE, 1, LWS_WRITE_RAW) == -1);
	CHECK_FAILS("lws_write",
		    lws_write(the_wsi, NULL, 1, LWS_WRITE_RAW) == -1);
	CHECK_FAILS("lws_raw_transaction_completed",
		    lws_raw_transaction_completed(NULL) == -1);
	CHECK_FAILS("lws_callback_on_writable", !lws_callback_on_writable(NULL));
	CHECK_FAILS("lws_get_socket_fd", lws_get_socket_fd(NULL) == -1);
	CHECK_FAILS("lws_get_peer_write_allowance",
		    lws_get_peer_write_allowance(NULL) == -1);
	CHECK_FAILS("lws_wsi_tx_credit", lws_wsi_tx_credit(NULL, 0, 0) == 1);
	CHECK_FAILS("lws_rx_flow_control", lws_rx_flow_control(NULL, 0) == -1);

	CHECK_LOGS("lws_set_timeout",
		   lws_set_timeout(NULL, PENDING_TIMEOUT_USER_OK, 1));
	CHECK_LOGS("lws_set_timeout",
		   lws_set_timeout(NULL, PENDING_TIMEOUT_USER_OK,
				   LWS_TO_KILL_SYNC));
	CHECK_LOGS("lws_set_timeout_us",
		   lws_set_timeout_us(NULL, PENDING_TIMEOUT_USER_OK, 1));
	CHECK_LOGS("lws_set_timer_usecs", lws_set_timer_usecs(NULL, 1));
	CHECK_LOGS("lws_validity_confirmed", lws_validity_confirmed(NULL));
	CHECK_FAILS("lws_retry_sul_schedule_retry_wsi",
		    lws_retry_sul_schedule_retry_wsi(NULL, &sul, fire,
						     &tries) == 1);
	CHECK_FAILS("lws_retry_sul_schedule_retry_wsi",
		    lws_retry_sul_schedule_retry_wsi(the_wsi, NULL, fire,
						     &tries) == 1);
	CHECK_FAILS("lws_retry_sul_schedule_retry_wsi",
		    lws_retry_sul_schedule_retry_wsi(the_wsi, &sul, NULL,
						     &tries) == 1);
	CHECK_FAILS("lws_retry_sul_schedule_retry_wsi",
		    lws_retry_sul_schedule_retry_wsi(the_wsi, &sul, fire,
						     NULL) == 1);

	CHECK_FAILS("lws_get_child", !lws_get_child(NULL));
	CHECK_FAILS("lws_is_cgi", !lws_is_cgi(NULL));
	CHECK_FAILS("lws_get_child_pending_on_writable",
		    !lws_get_child_pending_on_writable(NULL));
	CHECK_LOGS("lws_clear_child_pending_on_writable",
		   lws_clear_child_pending_on_writable(NULL));
	CHECK_FAILS("lws_get_context", !lws_get_context(NULL));
	CHECK_FAILS("lws_get_count_threads", !lws_get_count_threads(NULL));
	CHECK_FAILS("lws_get_network_wsi", !lws_get_network_wsi(NULL));
	CHECK_FAILS("lws_get_opaque_parent_data",
		    !lws_get_opaque_parent_data(NULL));
	CHECK_FAILS("lws_get_opaque_user_data",
		    !lws_get_opaque_user_data(NULL));
	CHECK_FAILS("lws_get_parent", !lws_get_parent(NULL));
	CHECK_FAILS("lws_get_protocol", !lws_get_protocol(NULL));
	CHECK_FAILS("lws_protocol_get", !lws_protocol_get(NULL));
	CHECK_FAILS("lws_get_tsi", !lws_get_tsi(NULL));
	CHECK_FAILS("lws_wsi_tsi", !lws_wsi_tsi(NULL));
	CHECK_FAILS("lws_get_udp", !lws_get_udp(NULL));
	CHECK_FAILS("lws_is_ssl", !lws_is_ssl(NULL));
	CHECK_FAILS("lws_wsi_tag", !lws_wsi_tag(NULL));
	CHECK_FAILS("lws_wsi_user", !lws_wsi_user(NULL));
	CHECK_FAILS("lws_adjust_protocol_psds",
		    !lws_adjust_protocol_psds(NULL, 8));
	CHECK_LOGS("lws_set_opaque_parent_data",
		   lws_set_opaque_parent_data(NULL, buf));
	CHECK_LOGS("lws_set_opaque_user_data",
		   lws_set_opaque_user_data(NULL, buf));
	CHECK_LOGS("lws_set_wsi_user", lws_set_wsi_user(NULL, buf));
	CHECK_FAILS("lws_get_peer_simple",
		    !lws_get_peer_simple(NULL, name, sizeof(name)));
	CHECK_FAILS("lws_get_peer_simple",
		    !lws_get_peer_simple(the_wsi, NULL, 10));
	CHECK_FAILS("lws_get_peer_simple_fd",
		    !lws_get_peer_simple_fd(0, NULL, 10));
	CHECK_LOGS("lws_get_peer_addresses",
		   lws_get_peer_addresses(NULL, 0, name, (int)sizeof(name), rip,
					  (int)sizeof(rip)));
	CHECK_FAILS("lws_canonical_hostname", !lws_canonical_hostname(NULL));
}

static void loop(struct lws_context *cx)
{
	struct pollfd p = { 0, 0, 0 };

	CHECK_FAILS("lws_service_fd", lws_service_fd(NULL, &p) == 1);
	CHECK_FAILS("lws_service_fd", lws_service_fd(cx, NULL) == 1);
	CHECK_FAILS("lws_service_fd_tsi", lws_service_fd_tsi(NULL, &p, 0) == 1);
	CHECK_FAILS("lws_service_fd_tsi", lws_service_fd_tsi(cx, NULL, 0) == 1);
	CHECK_FAILS("lws_service_fd_tsi", lws_service_fd_tsi(cx, &p, 7) == 1);
	CHECK_LOGS("lws_cancel_service_pt", lws_cancel_service_pt(NULL));
}

int main(void)
{
	struct lws_context *cx = context_bare();
	struct lws_vhost *vh = vhost_server(cx, "null", protocols, "null");
	char buf[8];
	int fd;

	pump(cx);
	fd = plain_connect(lws_get_vhost_listen_port(vh));
	UNTIL(cx, the_wsi);

	vhosts(cx, vh);
	connections(cx, vh);
	loop(cx);

	/* all of that did nothing to the connection */
	pump(cx);
	plain_nonblocking(fd);
	CHECK(read(fd, buf, sizeof(buf)) == -1 && errno == EAGAIN);
	close(fd);
	lws_context_destroy(cx);

	return 0;
}
