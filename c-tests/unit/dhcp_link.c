/*
 * The link goes and comes back: the address stays, and is asked for again. An
 * interface that is not there yet, or goes altogether. An address that is
 * remembered from one start to the next. Settings.
 */
#include "../dhcp.h"

static lws_dhcpc_settings_t settings;
static char file[64];

static void request(void)
{
	CHECK_EQ(lws_dhcpc_request_settings(cx, "v0", &settings, on_lease,
					    &told), 0);
}

/* Service the context until there is a lease, or the client asks once more: the carrier came and went. */
static int asks_again(void)
{
	lws_usec_t end = lws_now_usecs() + 20 * LWS_USEC_PER_SEC;

	while (lws_dhcpc_state(cx, "v0") != LWS_DHCPC_BOUND) {
		if (dhcp_hear(1) == REQUEST)
			return 1;
		CHECK(lws_now_usecs() < end);
	}

	return 0;
}

static void acknowledge(void)
{
	do {
		dhcp_answer(ACK, address_50);
		dhcp_put_lease(100, 50, 80);
		dhcp_send();
	} while (asks_again());
}

int main(void)
{
	dhcp_network();
	snprintf(file, sizeof(file), "/tmp/relws-dhcp-%d", (int)getpid());
	settings.size = sizeof(settings);
	CHECK_EQ(lws_dhcpc_settings_default(&settings), 0);
	settings.probe_ms = 0;
	settings.metric = 77;
	settings.flags = LWS_DHCPC_BROADCAST;
	settings.host_name = "thing";
	settings.client_id = (const uint8_t *)"\xff" "abcd";
	settings.client_id_len = 5;
	settings.lease_file = file;

	descriptors_before = descriptors();
	dhcp_context();
	request();
	dhcp_wait(DISCOVER);
	CHECK(dhcp_has(12, "thing", 5));
	CHECK(dhcp_has(61, "\xff" "abcd", 5));
	CHECK_EQ(asked.bytes[10], 0x80);
	dhcp_answer(OFFER, address_50);
	dhcp_put_lease(100, 50, 80);
	dhcp_send();
	dhcp_wait(REQUEST);
	acknowledge();

	printf("link down and up\n");
	there("link set v0 down\n");
	dhcp_until(LWS_DHCPC_OFF);
	CHECK_EQ(lws_dhcpc_status(cx, NULL), 1);
	there("link set v0 up\n");
	dhcp_wait(REQUEST);
	CHECK_EQ(lws_dhcpc_state(cx, "v0"), LWS_DHCPC_REBOOTING);
	CHECK(dhcp_has(50, address_50, 4));
	CHECK(!dhcp_has(54, server_2, 4));
	acknowledge();
	CHECK_EQ(told, 2);
	CHECK_STR(dhcp_interface(), "10.9.0.50/24 mtu 1500 gw 10.9.0.2");

	printf("switched off and on, which loses the route\n");
	here("link set v0 down\n");
	dhcp_until(LWS_DHCPC_OFF);
	dhcp_stays(50);
	here("link set v0 up\n");
	dhcp_wait(REQUEST);
	acknowledge();
	CHECK_STR(dhcp_interface(), "10.9.0.50/24 mtu 1500 gw 10.9.0.2");

	printf("the next start remembers\n");
	lws_context_destroy(cx);
	/* who wants it again does not give it back */
	CHECK(recv(server, asked.bytes, sizeof(asked.bytes), 0) < 0);
	CHECK_STR(dhcp_interface(), "mtu 1500");
	dhcp_context();
	request();
	dhcp_wait(REQUEST);
	CHECK(dhcp_has(50, address_50, 4));

	printf("another network refuses\n");
	dhcp_answer(NAK, NULL);
	dhcp_put(54, server_2, 4);
	dhcp_send();
	dhcp_wait(DISCOVER);
	CHECK(!dhcp_has(50, address_50, 4));
	dhcp_answer(OFFER, address_50);
	dhcp_put_lease(100, 50, 80);
	dhcp_send();
	dhcp_wait(REQUEST);
	acknowledge();

	printf("the interface goes and comes\n");
	here("link del v0\n");
	dhcp_until(LWS_DHCPC_OFF);
	ns_pair("v0");
	there("link set v0 up\naddr add 10.9.0.2/24 dev v0\n");
	close(server);
	server = dhcp_socket(67);
	dhcp_wait(REQUEST);
	acknowledge();
	CHECK_STR(dhcp_interface(), "10.9.0.50/24 mtu 1500 gw 10.9.0.2");

	printf("it may stay\n");
	CHECK_EQ(lws_dhcpc_remove(cx, "other"), 0);
	CHECK_EQ(lws_dhcpc_state(cx, "v0"), LWS_DHCPC_BOUND);
	CHECK_EQ(lws_dhcpc_remove(cx, NULL), 0);
	CHECK_STR(dhcp_interface(), "mtu 1500");
	settings.flags = LWS_DHCPC_KEEP;
	request();
	dhcp_wait(REQUEST);
	acknowledge();
	lws_context_destroy(cx);
	CHECK_STR(dhcp_interface(), "10.9.0.50/24 mtu 1500 gw 10.9.0.2");
	CHECK_EQ(descriptors(), descriptors_before);
	unlink(file);

	return 0;
}
