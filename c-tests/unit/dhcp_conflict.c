/*
 * An address that somebody on the link has is declined and not used; one that
 * an interface cannot be given is not kept.
 */
#include "../dhcp.h"

static const uint8_t address_51[] = { 10, 9, 0, 51 };

static void grant(const uint8_t *address)
{
	dhcp_answer(OFFER, address);
	dhcp_put_lease(100, 50, 80);
	dhcp_send();
	dhcp_wait(REQUEST);
	dhcp_answer(ACK, address);
	dhcp_put_lease(100, 50, 80);
	dhcp_send();
}

int main(void)
{
	dhcp_network();
	there("addr add 10.9.0.50/24 dev v0\n");
	descriptors_before = descriptors();
	dhcp_context();
	CHECK_EQ(lws_dhcpc_request(cx, "v0", AF_INET, on_lease, &told), 0);
	dhcp_wait(DISCOVER);
	grant(address_50);
	dhcp_wait(DECLINE);
	CHECK(dhcp_has(50, address_50, 4) && dhcp_has(54, server_2, 4));
	CHECK_EQ(told, 0);
	CHECK_STR(dhcp_interface(), "mtu 1500");
	dhcp_said("");

	/* RFC 2131 wants ten seconds before the next try */
	CHECK_EQ(dhcp_hear(8000), 0);
	dhcp_wait(DISCOVER);
	grant(address_51);
	dhcp_until(LWS_DHCPC_BOUND);
	CHECK_EQ(told, 1);
	CHECK_STR(dhcp_interface(), "10.9.0.51/24 mtu 1500 gw 10.9.0.2");
	CHECK_EQ(lws_dhcpc_remove(cx, "v0"), 0);
	dhcp_wait(RELEASE);
	CHECK_EQ(lws_dhcpc_state(cx, "v0"), LWS_DHCPC_NONE);
	CHECK_STR(dhcp_interface(), "mtu 1500");
	dhcp_said("{\"type\":\"ipacq\",\"if\":\"v0\",\"ipv4\":\"10.9.0.51\"}\n"
		  "{\"type\":\"iplost\",\"if\":\"v0\",\"ipv4\":\"10.9.0.51\","
		  "\"why\":\"released\"}\n");
	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), descriptors_before);

	return 0;
}
