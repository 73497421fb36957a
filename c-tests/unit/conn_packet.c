/*
 * Packet sockets: whole IPv4 packets of an interface, headers and all.
 */
#include "../conn.h"
#include "../own-net.h"

#include <netinet/ip.h>
#include <netinet/udp.h>

static int packets, closed;
static unsigned char packet[2048];
static size_t length;

static int packet_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	(void)wsi;
	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_RX:
		CHECK(len <= sizeof(packet));
		memcpy(packet, in, len);
		length = len;
		packets++;
		break;
	case LWS_CALLBACK_RAW_CLOSE:
		closed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "packet", packet_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_vhost *vh;

static struct lws *packets_of(const char *interface)
{
	return lws_create_adopt_udp(vh, NULL, 0, LWS_CAUDP_PF_PACKET, "packet",
				    interface, NULL, NULL, NULL, NULL);
}

int main(void)
{
	struct sockaddr_in to;
	struct lws_context *cx;
	struct udphdr udp;
	struct iphdr ip;
	struct lws *wsi;
	int fd, port, before;

	netns_own();
	before = descriptors();
	cx = context_bare();
	vh = vhost_client(cx, "packets", protocols);
	pump(cx);

	CHECK((wsi = packets_of("lo")) != NULL);
	pump(cx);
	CHECK_EQ(packets, 0);

	/* it is nobody's but ours, so the datagram is the only packet */
	fd = plain_bound(SOCK_DGRAM, -1, &port);
	to = loopback(port);
	CHECK(sendto(fd, "hello", 5, 0, (struct sockaddr *)&to, sizeof(to)) ==
	      5);
	UNTIL(cx, packets);
	service_for(cx, 5000);
	CHECK_EQ(packets, 1);
	CHECK_EQ(length, sizeof(ip) + sizeof(udp) + 5);
	memcpy(&ip, packet, sizeof(ip));
	memcpy(&udp, packet + sizeof(ip), sizeof(udp));
	CHECK(ip.version == 4 && ip.ihl == 5 && ip.protocol == IPPROTO_UDP);
	CHECK_EQ(ip.daddr, htonl(INADDR_LOOPBACK));
	CHECK_EQ(ntohs(udp.dest), port);
	CHECK(!memcmp(packet + sizeof(ip) + sizeof(udp), "hello", 5));
	close(fd);

	/* it only listens */
	CHECK(write_text(wsi, "x", 1) < 0);
	lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
	CHECK_EQ(closed, 1);

	CHECK_LOGS("lws_create_adopt_udp", wsi = packets_of("nosuchinterface"));
	CHECK(!wsi);
	CHECK_LOGS("lws_create_adopt_udp", wsi = packets_of(NULL));
	CHECK(!wsi);

	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), before);

	return 0;
}
