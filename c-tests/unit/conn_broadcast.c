/*
 * UDP broadcasts: to an address of the network and to everybody on an
 * interface, and refused where the program did not ask for them.
 */
#include "../conn.h"
#include "../own-net.h"

#define PORT 7777

static int received, closed;
static char got[64];

static int cast_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	(void)wsi;
	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_RX:
		CHECK(len < sizeof(got));
		memcpy(got, in, len);
		got[len] = '\0';
		received++;
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		closed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "cast", cast_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_vhost *vh;

static struct lws *udp(const char *address, int flags, const char *interface)
{
	return lws_create_adopt_udp(vh, address, PORT, flags, "cast", interface,
				    NULL, NULL, NULL, NULL);
}

int main(void)
{
	static const struct {
		const char *address, *interface, *text;
	} casts[] = {
		{ "127.255.255.255", NULL, "to the network" },
		{ "255.255.255.255", "lo", "to everybody" },
	};
	struct lws_context *cx;
	struct sockaddr_in a;
	char buf[64];
	size_t n, len;
	struct lws *wsi;
	int fd, one = 1;

	netns_own();
	cx = context_bare();
	vh = vhost_client(cx, "udp", protocols);
	pump(cx);

	/* two hear it: the library, and a plain socket */
	CHECK(udp(NULL, LWS_CAUDP_BIND, NULL) != NULL);
	a = loopback(PORT);
	a.sin_addr.s_addr = htonl(INADDR_ANY);
	CHECK((fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) >= 0);
	CHECK(!setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)));
	CHECK(!bind(fd, (struct sockaddr *)&a, sizeof(a)));

	for (n = 0; n < LWS_ARRAY_SIZE(casts); n++) {
		wsi = udp(casts[n].address, LWS_CAUDP_BROADCAST,
			  casts[n].interface);
		CHECK(wsi != NULL);
		len = strlen(casts[n].text);
		received = 0;
		CHECK(write_text(wsi, casts[n].text, len) == (int)len);
		UNTIL(cx, received);
		CHECK_STR(got, casts[n].text);
		CHECK_EQ(plain_read(cx, fd, buf, sizeof(buf)), len);
		CHECK(!memcmp(buf, casts[n].text, len));

		/* nobody broadcasts by mistake */
		CHECK_LOGS("lws_create_adopt_udp",
			   wsi = udp(casts[n].address, 0, casts[n].interface));
		CHECK(!wsi);
	}
	service_for(cx, 10000);
	CHECK_EQ(received, 1);
	/* those that were refused */
	CHECK_EQ(closed, 2);

	close(fd);
	lws_context_destroy(cx);

	return 0;
}
