/*
 * A vhost for an address or an interface that the host does not have yet: it
 * is made all the same and listens when that comes, also again after it went,
 * unless it says that it must be able to bind.
 */
#include "../netns.h"

static int accepted;

static int cb(struct lws *wsi, enum lws_callback_reasons reason, void *user,
	      void *in, size_t len)
{
	(void)wsi;
	(void)user;
	(void)in;
	(void)len;
	if (reason == LWS_CALLBACK_RAW_ADOPT)
		accepted++;

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "p", cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;

static struct lws_vhost *listens(const char *iface, int port, uint64_t more,
				 int bind_iface)
{
	struct lws_context_creation_info info;

	info_server(&info, iface ? iface : "all", protocols, "p");
	info.iface = iface;
	info.port = port;
	info.options |= more;
	info.bind_iface = bind_iface;

	return lws_create_vhost(cx, &info);
}

/* Can somebody in this network connect there within the time it takes? */
static int reaches_from(int ns, const char *address, int port, int ms)
{
	lws_usec_t end = lws_now_usecs() + (lws_usec_t)ms * 1000 *
					   (check_slow() ? 10 : 1);
	struct sockaddr_in a = loopback(port);
	int fd, before = accepted;

	CHECK(inet_pton(AF_INET, address, &a.sin_addr) == 1);
	do {
		service_for(cx, 2000);
		ns_into(ns);
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		ns_into(ns_here);
		CHECK(fd >= 0);
		plain_nonblocking(fd);
		if (!connect(fd, (struct sockaddr *)&a, sizeof(a)) ||
		    errno == EINPROGRESS)
			service_for(cx, 3000);
		close(fd);
		if (accepted > before)
			return 1;
	} while (lws_now_usecs() < end);

	return 0;
}

/* A first question for the neighbour that was lost is asked again after a second. */
#define SOON 5000

static int reaches(const char *address, int port, int ms)
{
	return reaches_from(ns_here, address, port, ms);
}

int main(void)
{
	struct lws_vhost *vh;
	int before, count;

	netns_enter();
	ns_pair("v0");
	here("link set lo up\nlink set v0 up\n");
	before = descriptors();
	cx = context_bare();
	context_settle(cx);

	/* without the address there is no vhost, when it says so */
	CHECK_FAILS("10.8.0.1", !listens("10.8.0.1", 7000,
				LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND, 0));
	CHECK_FAILS("none0", !listens("none0", 7000,
				LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND, 0));

	/* an address */
	CHECK_FAILS("10.8.0.1", (vh = listens("10.8.0.1", 7000, 0, 0)) != NULL);
	CHECK_EQ(lws_get_vhost_listen_port(vh), 7000);
	CHECK(!reaches("10.8.0.1", 7000, 100));
	log_watch(LOG_USUAL);
	here("addr add 10.8.0.1/24 dev v0\n");
#if !defined(LWS_WITH_NETLINK)
	/* nobody tells: it is looked at every second */
	CHECK(reaches("10.8.0.1", 7000, 3000));
	CHECK(!log_lines(""));
	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), before);

	return 0;
#endif
	CHECK(reaches("10.8.0.1", 7000, SOON));
	/* it goes and comes back */
	here("addr del 10.8.0.1/24 dev v0\n");
	CHECK(!reaches("10.8.0.1", 7000, 50));
	here("addr add 10.8.0.1/24 dev v0\n");
	CHECK(reaches("10.8.0.1", 7000, SOON));
	here("addr del 10.8.0.1/24 dev v0\n");
	here("link del v0\n");
	ns_pair("v0");
	here("link set v0 up\naddr add 10.8.0.1/24 dev v0\n");
	CHECK(reaches("10.8.0.1", 7000, SOON));
	here("addr del 10.8.0.1/24 dev v0\n");
	CHECK(!log_lines(""));
	lws_vhost_destroy(vh);
	pump(cx);

	/* an interface that is not there; its address comes, goes, is another */
	CHECK_FAILS("later0", (vh = listens("later0", 0, 0, 0)) != NULL);
	log_watch(LOG_USUAL);
	ns_pair("later0");
	here("link set later0 up\naddr add 10.8.1.1/24 dev later0\n");
	service_for(cx, 100000);
	count = lws_get_vhost_listen_port(vh);
	CHECK(count > 0);
	CHECK(reaches("10.8.1.1", count, SOON));
	here("addr del 10.8.1.1/24 dev later0\n");
	here("addr add 10.8.1.2/24 dev later0\n");
	CHECK(reaches("10.8.1.2", count, SOON));
	/* the port stays the one that was chosen */
	CHECK_EQ(lws_get_vhost_listen_port(vh), count);
	CHECK(!reaches("10.8.1.1", count, 50));
	CHECK(!log_lines(""));
	lws_vhost_destroy(vh);
	pump(cx);
	here("link del later0\n");

	/* bound to the interface: a new one of the same name is another one */
	CHECK_FAILS("dev0", (vh = listens("dev0", 7001, 0, 1)) != NULL);
	log_watch(LOG_USUAL);
	for (count = 0; count < 2; count++) {
		ns_pair("dev0");
		here("addr add 10.8.2.1/24 dev dev0\nlink set dev0 up\n");
		there("addr add 10.8.2.2/24 dev dev0\nlink set dev0 up\n");
		CHECK(reaches_from(ns_there, "10.8.2.1", 7001, SOON));
		here("link del dev0\n");
	}
	CHECK(!log_lines(""));
	lws_vhost_destroy(vh);
	pump(cx);

	/* somebody else has the port when the address comes */
	CHECK_FAILS("10.8.3.1", (vh = listens("10.8.3.1", 7002, 0, 0)) != NULL);
	{
		struct sockaddr_in a = loopback(7002);
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		a.sin_addr.s_addr = htonl(INADDR_ANY);
		CHECK(fd >= 0 && !bind(fd, (struct sockaddr *)&a, sizeof(a)));
		CHECK(!listen(fd, 1));
		log_watch(LOG_USUAL);
		here("addr add 10.8.3.1/24 dev v0\n");
		service_for(cx, 1300000);
		CHECK_EQ(log_lines("7002"), 1);
		close(fd);
	}
	CHECK(reaches("10.8.3.1", 7002, 1500));
	lws_vhost_destroy(vh);

	/* it ends while it waits; so does the context */
	CHECK((vh = listens("10.8.4.1", 7003, 0, 0)) != NULL);
	lws_vhost_destroy(vh);
	CHECK(listens("10.8.4.1", 7003, 0, 0) != NULL);
	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), before);

	return 0;
}
