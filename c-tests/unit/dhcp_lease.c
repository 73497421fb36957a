/*
 * A lease from its beginning to its end, on the wire and on the interface:
 * DISCOVER, REQUEST, renewal at T1 by unicast, rebinding at T2, expiry; and
 * RELEASE when the context goes.
 */
#include "../dhcp.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

static int watch;

static void watch_open(void)
{
	struct sockaddr_nl a;

	watch = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
		       NETLINK_ROUTE);
	CHECK(watch >= 0);
	memset(&a, 0, sizeof(a));
	a.nl_family = AF_NETLINK;
	a.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE;
	CHECK(!bind(watch, (struct sockaddr *)&a, sizeof(a)));
}

/* How many messages of this kind the kernel announced since the last time. */
static int announced(int kind)
{
	static char room[65536];
	struct nlmsghdr *h;
	int count = 0;
	ssize_t n;

	while ((n = recv(watch, room, sizeof(room), 0)) > 0)
		for (h = (struct nlmsghdr *)room; NLMSG_OK(h, (size_t)n);
		     h = NLMSG_NEXT(h, n))
			count += h->nlmsg_type == kind;

	return count;
}

static int state(void)
{
	return lws_system_get_state_manager(cx)->state;
}

static char resolver[16384];

static int emit(const char *text, size_t len, void *user)
{
	size_t used = strlen(resolver);

	(void)user;
	snprintf(resolver + used, sizeof(resolver) - used, "%.*s", (int)len,
		 text);

	return 0;
}

/* Does the resolver ask this server? */
static int asks(const char *server)
{
	resolver[0] = '\0';
	CHECK_EQ(lws_dns_dump_json(cx, emit, NULL), 0);

	return strstr(resolver, server) != NULL;
}

static uint32_t sa_of(int n)
{
	return is_now.sa46[n].sa4.sin_addr.s_addr;
}

int main(void)
{
	lws_sockaddr46 dns;
	int n;

	dhcp_network();
	descriptors_before = descriptors();
	dhcp_context();
	CHECK_EQ(lws_dhcpc_request(cx, "v0", AF_INET, on_lease, &told), 0);
	/* the first one stays */
	CHECK_EQ(lws_dhcpc_request(cx, "v0", AF_INET, NULL, NULL), 0);
	CHECK_EQ(lws_dhcpc_status(cx, NULL), 0);

	dhcp_wait(DISCOVER);
	CHECK_EQ(asked.from.sin_addr.s_addr, 0);
	CHECK_EQ(asked.from.sin_port, htons(68));
	for (n = 0; n < 100; n++)
		CHECK(lws_service(cx, -1) >= 0);
	CHECK_EQ(state(), LWS_SYSTATE_IFACE_COLDPLUG);
	dhcp_answer(OFFER, address_50);
	dhcp_put_lease(8, 2, 4);
	dhcp_send();
	dhcp_wait(REQUEST);
	CHECK(dhcp_has(50, address_50, 4) && dhcp_has(54, server_2, 4));
	CHECK_EQ(told, 0);
	dhcp_answer(ACK, address_50);
	dhcp_put_lease(8, 2, 4);
	dhcp_put(26, "\x05\x78", 2);
	dhcp_put(15, "example.test", 12);
	dhcp_put(42, "\x0a\x09\x00\x03", 4);
	dhcp_send();
	dhcp_until(LWS_DHCPC_BOUND);

	CHECK_EQ(told, 1);
	CHECK_STR(is_now.ifname, "v0");
	CHECK_STR(is_now.domain, "example.test");
	CHECK(!memcmp(is_now.mac, asked.bytes + 28, 6));
	CHECK_EQ(is_now.nums[LWSDH_IPV4_SUBNET_MASK], inet_addr("255.255.255.0"));
	CHECK_EQ(is_now.nums[LWSDH_IPV4_BROADCAST], inet_addr("10.9.0.255"));
	CHECK_EQ(is_now.nums[LWSDH_LEASE_SECS], 8);
	CHECK_EQ(is_now.nums[LWSDH_RENEWAL_SECS], 2);
	CHECK_EQ(is_now.nums[LWSDH_REBINDING_SECS], 4);
	CHECK_EQ(sa_of(LWSDH_SA46_IP), inet_addr("10.9.0.50"));
	CHECK_EQ(sa_of(LWSDH_SA46_DNS_SRV_1), inet_addr("10.9.0.2"));
	CHECK_EQ(sa_of(LWSDH_SA46_DNS_SRV_2), inet_addr("9.9.9.9"));
	CHECK_EQ(is_now.sa46[LWSDH_SA46_DNS_SRV_3].sa4.sin_family, 0);
	CHECK_EQ(sa_of(LWSDH_SA46_IPV4_ROUTER), inet_addr("10.9.0.2"));
	CHECK_EQ(sa_of(LWSDH_SA46_NTP_SERVER), inet_addr("10.9.0.3"));
	CHECK_EQ(sa_of(LWSDH_SA46_DHCP_SERVER), inet_addr("10.9.0.2"));
	CHECK_EQ(lws_dhcpc_status(cx, &dns), 1);
	CHECK_EQ(dns.sa4.sin_addr.s_addr, inet_addr("10.9.0.2"));
	CHECK_STR(dhcp_interface(), "10.9.0.50/24 mtu 1400 gw 10.9.0.2");
	dhcp_said("{\"type\":\"ipacq\",\"if\":\"v0\",\"ipv4\":\"10.9.0.50\"}\n");
	for (n = 0; n < 100 && state() != LWS_SYSTATE_OPERATIONAL; n++)
		CHECK(lws_service(cx, -1) >= 0);
	CHECK_EQ(state(), LWS_SYSTATE_OPERATIONAL);

	CHECK(asks("9.9.9.9"));

	/* T1: its server, from the address; nothing is taken away for it */
	watch_open();
	dhcp_wait(REQUEST);
	CHECK_EQ(lws_dhcpc_state(cx, "v0"), LWS_DHCPC_RENEWING);
	CHECK_EQ(asked.from.sin_addr.s_addr, inet_addr("10.9.0.50"));
	CHECK(!memcmp(asked.bytes + 12, address_50, 4));
	CHECK(!dhcp_has(50, address_50, 4) && !dhcp_has(54, server_2, 4));
	dhcp_answer(ACK, address_50);
	dhcp_put_lease(4, 1, 2);
	dhcp_put(26, "\x05\x78", 2);
	dhcp_put(15, "example.test", 12);
	dhcp_put(42, "\x0a\x09\x00\x03", 4);
	dhcp_send();
	dhcp_until(LWS_DHCPC_BOUND);
	CHECK_EQ(announced(RTM_DELADDR) + announced(RTM_DELROUTE), 0);
	CHECK_EQ(told, 2);
	CHECK_EQ(is_now.nums[LWSDH_LEASE_SECS], 4);
	dhcp_said("");

	/* nobody answers any more: T2 asks everybody, then the address goes */
	dhcp_wait(REQUEST);
	dhcp_until(LWS_DHCPC_REBINDING);
	while (dhcp_hear(3000) == REQUEST &&
	       lws_dhcpc_state(cx, "v0") != LWS_DHCPC_REBOOTING)
		CHECK(!memcmp(asked.bytes + 12, address_50, 4));
	CHECK_STR(dhcp_interface(), "mtu 1500");
	CHECK_EQ(lws_dhcpc_status(cx, NULL), 0);
	CHECK(!asks("9.9.9.9"));
	dhcp_said("{\"type\":\"iplost\",\"if\":\"v0\",\"ipv4\":\"10.9.0.50\","
		  "\"why\":\"expired\"}\n");

	/* asked for again, it ends with the context */
	CHECK(dhcp_has(50, address_50, 4));
	dhcp_answer(ACK, address_50);
	dhcp_put_lease(100, 50, 80);
	dhcp_send();
	dhcp_until(LWS_DHCPC_BOUND);
	CHECK_STR(dhcp_interface(), "10.9.0.50/24 mtu 1500 gw 10.9.0.2");
	lws_context_destroy(cx);
	CHECK(recv(server, asked.bytes, sizeof(asked.bytes), 0) > 0);
	CHECK_EQ(asked.bytes[242], RELEASE);
	CHECK(!memcmp(asked.bytes + 12, address_50, 4));
	CHECK_STR(dhcp_interface(), "mtu 1500");
	close(watch);
	CHECK_EQ(descriptors(), descriptors_before);

	return 0;
}
