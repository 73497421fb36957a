/*
 * Replies that are not for the client, or that no server sends, change
 * nothing; the right one among them is taken. A NAK counts only from who was
 * asked; a relayed reply is one like another.
 */
#include "../dhcp.h"

static void offer(void)
{
	dhcp_answer(OFFER, address_50);
	dhcp_put_lease(100, 50, 80);
}

/* Send what is in `answer` now, and see that the client goes on as before. */
static void is_ignored(const char *what)
{
	printf("%s\n", what);
	dhcp_send();
	dhcp_stays(30);
}

int main(void)
{
	int other, n;

	dhcp_network();
	other = dhcp_socket(6767);
	descriptors_before = descriptors();
	dhcp_context();
	CHECK_EQ(lws_dhcpc_request(cx, "v0", AF_INET, on_lease, &told), 0);
	dhcp_wait(DISCOVER);

	for (n = 4; n < 8; n++) {
		offer();
		answer.bytes[n] ^= 1;
		is_ignored("another transaction");
	}
	offer();
	answer.bytes[33] ^= 1;
	is_ignored("another client");
	offer();
	answer.bytes[0] = 1;
	is_ignored("no reply");
	offer();
	answer.bytes[236] ^= 1;
	is_ignored("no DHCP");
	dhcp_answer(OFFER, address_50);
	is_ignored("no options");
	dhcp_answer(OFFER, address_50);
	dhcp_put(54, server_2, 4);
	is_ignored("no lease time");
	offer();
	memset(answer.bytes + 16, 0, 4);
	is_ignored("no address");
	offer();
	memset(answer.bytes + 16, 255, 4);
	is_ignored("everybody's address");
	offer();
	dhcp_put(6, "\x01\x02\x03", 3);
	is_ignored("three bytes more of a name server");
	offer();
	answer.bytes[answer.len++] = 12;
	answer.bytes[answer.len++] = 200;
	is_ignored("an option that goes on beyond the end");
	dhcp_answer(NAK, NULL);
	dhcp_put(54, server_2, 4);
	is_ignored("a NAK that fits nothing");
	dhcp_answer(ACK, address_50);
	dhcp_put_lease(100, 50, 80);
	is_ignored("an ACK that fits nothing");
	offer();
	answer.len = 200;
	is_ignored("a short one");
	printf("another port\n");
	offer();
	dhcp_send_by(other, 68);
	offer();
	dhcp_send_by(server, 6868);
	dhcp_stays(30);
	CHECK_EQ(lws_dhcpc_state(cx, "v0"), LWS_DHCPC_SELECTING);

	/* through a relay: it is not the server that the packet comes from */
	offer();
	memcpy(answer.bytes + 24, "\x0a\x09\x00\x02", 4);
	memcpy(answer.bytes + 20, "\xc0\x00\x02\x01", 4);
	dhcp_send();
	dhcp_wait(REQUEST);
	CHECK(dhcp_has(54, server_2, 4));

	dhcp_answer(NAK, NULL);
	dhcp_put(54, "\x0a\x09\x00\x63", 4);
	is_ignored("a NAK of another server");
	dhcp_answer(ACK, (const uint8_t *)"\x0a\x09\x00\x33");
	dhcp_put_lease(100, 50, 80);
	is_ignored("an ACK for another address");
	dhcp_answer(NAK, NULL);
	dhcp_put(54, server_2, 4);
	dhcp_send();
	dhcp_wait(DISCOVER);
	offer();
	dhcp_send();
	dhcp_wait(REQUEST);
	dhcp_answer(ACK, address_50);
	dhcp_put_lease(100, 50, 80);
	dhcp_send();
	dhcp_until(LWS_DHCPC_BOUND);
	CHECK_STR(dhcp_interface(), "10.9.0.50/24 mtu 1500 gw 10.9.0.2");
	close(other);
	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), descriptors_before - 1);

	return 0;
}
