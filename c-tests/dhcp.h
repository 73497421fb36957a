/*
 * A DHCP server that does what a test says, in the peer's network: it is this
 * process, which hears a message of the client's and answers as it wants.
 */
#ifndef RELWS_TEST_DHCP_H
#define RELWS_TEST_DHCP_H

#include "netns.h"

#include <ifaddrs.h>

enum {
	DISCOVER = 1, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE
};

/* A message, and the options of an answer that is being made. */
struct dhcp_message {
	uint8_t			bytes[1500];
	size_t			len;
	struct sockaddr_in	from;
};

static struct lws_context *cx;
static int descriptors_before;
static int server = -1;
static struct dhcp_message asked, answer;
static char said[4096];
static int told;
static lws_dhcpc_ifstate_t is_now;

static const uint8_t address_50[] = { 10, 9, 0, 50 },
		     server_2[] = { 10, 9, 0, 2 };

static inline int on_lease(void *opaque, lws_dhcpc_ifstate_t *is)
{
	CHECK(opaque == &told);
	told++;
	is_now = *is;

	return 0;
}

static inline int on_network(void *opaque, lws_smd_class_t class,
			     lws_usec_t timestamp, void *buf, size_t len)
{
	size_t used = strlen(said);

	(void)opaque;
	(void)class;
	(void)timestamp;
	/* routing says much of its own */
	if (strstr(buf, "\"ipacq\"") || strstr(buf, "\"iplost\""))
		snprintf(said + used, sizeof(said) - used, "%.*s\n", (int)len,
			 (const char *)buf);

	return 0;
}

/* CHECK that the messages since the last time are these, and forget them. */
static inline void dhcp_said(const char *expected)
{
	int n;

	for (n = 0; n < 10; n++)
		CHECK(lws_service(cx, -1) >= 0);
	CHECK_STR(said, expected);
	said[0] = '\0';
}

static inline int dhcp_socket(int port)
{
	struct sockaddr_in a;
	int fd, one = 1;

	ns_into(ns_there);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	ns_into(ns_here);
	CHECK(fd >= 0);
	CHECK(!setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one)));
	CHECK(!setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)));
	CHECK(!setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "v0", 3));
	memset(&a, 0, sizeof(a));
	a.sin_family = AF_INET;
	a.sin_port = htons((uint16_t)port);
	CHECK(!bind(fd, (struct sockaddr *)&a, sizeof(a)));

	return fd;
}

/*
 * Two networks with a pair of interfaces between them; the peer's has 10.9.0.2
 * and listens as a server. Ours is not up, and has no address.
 */
static inline void dhcp_network(void)
{
	netns_enter();
	ns_pair("v0");
	there("link set lo up\nlink set v0 up\naddr add 10.9.0.2/24 dev v0\n");
	server = dhcp_socket(67);
}

static inline void dhcp_context(void)
{
	struct lws_context_creation_info info;

	info_init(&info);
	info.early_smd_cb = on_network;
	info.early_smd_class_filter = LWSSMDCL_NETWORK;
	cx = context_from(&info);
}

/* The value of an option in a message of the client's, or NULL. */
static inline const uint8_t *dhcp_option(int code, size_t *len)
{
	size_t at = 240;

	while (at + 1 < asked.len && asked.bytes[at] != 255) {
		if (!asked.bytes[at]) {
			at++;
			continue;
		}
		if (asked.bytes[at] == code) {
			*len = asked.bytes[at + 1];
			CHECK(at + 2 + *len <= asked.len);
			return asked.bytes + at + 2;
		}
		at += 2u + asked.bytes[at + 1];
	}

	return NULL;
}

static inline int dhcp_has(int code, const void *value, size_t len)
{
	size_t got = 0;
	const uint8_t *v = dhcp_option(code, &got);

	return v && got == len && !memcmp(v, value, len);
}

/* Service the context until the client says something: its type, or 0 after so long. */
static inline int dhcp_hear(int within_ms)
{
	lws_usec_t end = lws_now_usecs() + within_ms * (lws_usec_t)1000;
	socklen_t from_len = sizeof(asked.from);
	const uint8_t *type;
	size_t len;
	ssize_t n;

	do {
		CHECK(lws_service(cx, -1) >= 0);
		n = recvfrom(server, asked.bytes, sizeof(asked.bytes), 0,
			     (struct sockaddr *)&asked.from, &from_len);
		if (n >= 0) {
			asked.len = (size_t)n;
			CHECK(n >= 300 && asked.bytes[0] == 1);
			CHECK(!memcmp(asked.bytes + 236, "\x63\x82\x53\x63", 4));
			type = dhcp_option(53, &len);
			CHECK(type && len == 1);
			return *type;
		}
		usleep(500);
	} while (lws_now_usecs() < end);

	return 0;
}

static inline void dhcp_resend(int fd, int port)
{
	struct sockaddr_in to;

	memset(&to, 0, sizeof(to));
	to.sin_family = AF_INET;
	to.sin_port = htons((uint16_t)port);
	to.sin_addr.s_addr = INADDR_BROADCAST;
	CHECK(sendto(fd, answer.bytes, answer.len, 0, (struct sockaddr *)&to,
		     sizeof(to)) == (ssize_t)answer.len);
}

/*
 * The same until it is of this type. The client says something twice where the
 * machine is slow, or where the link's carrier came and went while it was
 * switched on: it gets the same answer again.
 */
static inline void dhcp_wait(int type)
{
	int n, heard = 0;

	for (n = 0; n < 20 && heard != type; n++) {
		heard = dhcp_hear(5000);
		if (heard && heard != type && answer.len) {
			memcpy(answer.bytes + 4, asked.bytes + 4, 4);
			dhcp_resend(server, 68);
		}
	}
	CHECK_EQ(heard, type);
}

/* Begin an answer to what was heard last. */
static inline void dhcp_answer(int type, const uint8_t *address)
{
	static const uint8_t cookie[] = { 0x63, 0x82, 0x53, 0x63 };
	uint8_t *b = answer.bytes;

	memset(b, 0, sizeof(answer.bytes));
	b[0] = 2;
	b[1] = 1;
	b[2] = 6;
	memcpy(b + 4, asked.bytes + 4, 4);
	if (address)
		memcpy(b + 16, address, 4);
	memcpy(b + 28, asked.bytes + 28, 16);
	memcpy(b + 236, cookie, 4);
	b[240] = 53;
	b[241] = 1;
	b[242] = (uint8_t)type;
	answer.len = 243;
}

static inline void dhcp_put(int code, const void *value, size_t len)
{
	CHECK(len < 256 && answer.len + len + 3 < sizeof(answer.bytes));
	answer.bytes[answer.len++] = (uint8_t)code;
	answer.bytes[answer.len++] = (uint8_t)len;
	memcpy(answer.bytes + answer.len, value, len);
	answer.len += len;
}

static inline void dhcp_put_seconds(int code, uint32_t seconds)
{
	seconds = htonl(seconds);
	dhcp_put(code, &seconds, 4);
}

/* What every answer that grants something has. */
static inline void dhcp_put_lease(uint32_t lease, uint32_t t1, uint32_t t2)
{
	static const uint8_t mask[] = { 255, 255, 255, 0 };

	dhcp_put(54, server_2, 4);
	dhcp_put(1, mask, 4);
	dhcp_put(3, server_2, 4);
	dhcp_put(6, "\x0a\x09\x00\x02\x09\x09\x09\x09", 8);
	dhcp_put_seconds(51, lease);
	dhcp_put_seconds(58, t1);
	dhcp_put_seconds(59, t2);
}

/* Send the answer, to everybody. */
static inline void dhcp_send_by(int fd, int port)
{
	answer.bytes[answer.len++] = 255;
	dhcp_resend(fd, port);
}

static inline void dhcp_send(void)
{
	dhcp_send_by(server, 68);
}

/* Service the context until the client is in this state. */
static inline void dhcp_until(lws_dhcpc_state_t state)
{
	lws_usec_t end = lws_now_usecs() + 20 * LWS_USEC_PER_SEC;

	while (lws_dhcpc_state(cx, "v0") != state) {
		if (lws_now_usecs() > end)
			fprintf(stderr, "state is %d\n",
				(int)lws_dhcpc_state(cx, "v0"));
		CHECK(lws_now_usecs() < end);
		CHECK(lws_service(cx, -1) >= 0);
		usleep(500);
	}
}

/* Go on for so long; the client stays in the state it is in. */
static inline void dhcp_stays(int ms)
{
	lws_usec_t end = lws_now_usecs() + ms * (lws_usec_t)1000;
	int state = (int)lws_dhcpc_state(cx, "v0");

	while (lws_now_usecs() < end) {
		CHECK(lws_service(cx, -1) >= 0);
		CHECK_EQ(lws_dhcpc_state(cx, "v0"), state);
		usleep(500);
	}
}

/* Offer what is asked for and grant it. */
static inline void dhcp_grant(uint32_t lease, uint32_t t1, uint32_t t2)
{
	dhcp_wait(DISCOVER);
	dhcp_answer(OFFER, address_50);
	dhcp_put_lease(lease, t1, t2);
	dhcp_send();
	dhcp_wait(REQUEST);
	dhcp_answer(ACK, address_50);
	dhcp_put_lease(lease, t1, t2);
	dhcp_send();
	dhcp_until(LWS_DHCPC_BOUND);
}

/* What the interface has: "10.9.0.50/24 mtu 1500 gw 10.9.0.2", without what it has not. */
static inline const char *dhcp_interface(void)
{
	static char text[256];
	char line[256], name[32];
	unsigned int dst, gw, bits = 0;
	struct ifaddrs *all, *i;
	struct ifreq request;
	FILE *f;
	int fd;

	text[0] = '\0';
	CHECK(!getifaddrs(&all));
	for (i = all; i; i = i->ifa_next) {
		if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET ||
		    strcmp(i->ifa_name, "v0"))
			continue;
		for (dst = ntohl(((struct sockaddr_in *)i->ifa_netmask)->
				 sin_addr.s_addr); dst; dst <<= 1)
			bits++;
		snprintf(text, sizeof(text), "%s/%u ",
			 inet_ntoa(((struct sockaddr_in *)i->ifa_addr)->
				   sin_addr), bits);
	}
	freeifaddrs(all);
	CHECK((fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) >= 0);
	memset(&request, 0, sizeof(request));
	strcpy(request.ifr_name, "v0");
	CHECK(!ioctl(fd, SIOCGIFMTU, &request));
	close(fd);
	snprintf(text + strlen(text), sizeof(text) - strlen(text), "mtu %d",
		 request.ifr_mtu);
	CHECK((f = fopen("/proc/thread-self/net/route", "re")) != NULL);
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%31s %x %x", name, &dst, &gw) == 3 &&
		    !strcmp(name, "v0") && gw) {
			struct in_addr a;

			a.s_addr = gw;
			snprintf(text + strlen(text),
				 sizeof(text) - strlen(text), " %s%s",
				 dst ? "route " : "gw ", inet_ntoa(a));
		}
	fclose(f);

	return text;
}

#endif
