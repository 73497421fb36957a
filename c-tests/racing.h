/*
 * What the tests of races share: a network whose every destination answers
 * after a time of its own, or never, names for those destinations, and a
 * record of who was asked to connect when.
 *
 *	here				there
 *	t0 198.51.100.1 --- router --- t0
 *	   2001:db8:20::1		lo 192.0.2.0/24
 *					   2001:db8:20:1::/64
 *
 * The router is a process between two TUN devices: it delays or drops what
 * goes there by destination, and writes down each SYN. Other destinations have
 * no route.
 */
#ifndef RELWS_TEST_RACING_H
#define RELWS_TEST_RACING_H

#include "netns.h"

#include <linux/if_tun.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>

#define RACE_PORT 7000
#define RACE_NAME "race.test"

#define DROP -1

struct rule {
	unsigned char	dest[16];
	int		delay_us;	/* or DROP */
};

struct syn {
	unsigned char	dest[16];
	int		port;		/* it comes from */
	lws_usec_t	us;
};

/* shared with the router */
static struct router {
	struct rule	rules[256];
	int		n_rules;
	struct syn	syns[4096];
	int		n_syns;
	int		packets;	/* of any kind, from here */
} *shared;

static char hosts_path[] = "/tmp/relws-hosts-XXXXXX";

/* -- the router ------------------------------------------------------------ */

struct packet {
	struct packet	*next;
	lws_usec_t	due;
	size_t		len;
	unsigned char	data[2048];
};

static inline lws_usec_t router_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);

	return (lws_usec_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static inline void mapped(unsigned char dest[16], const unsigned char v4[4])
{
	memset(dest, 0, 10);
	dest[10] = dest[11] = 0xff;
	memcpy(dest + 12, v4, 4);
}

/* Where a packet goes, and whether it is a SYN from which port (or 0). */
static inline int packet_looks(const unsigned char *p, size_t len,
			       unsigned char dest[16])
{
	const unsigned char *tcp;

	if (len >= 20 && p[0] >> 4 == 4) {
		mapped(dest, p + 16);
		tcp = p + (size_t)(p[0] & 15) * 4;
		if (p[9] != IPPROTO_TCP)
			return 0;
	} else if (len >= 40 && p[0] >> 4 == 6) {
		memcpy(dest, p + 24, 16);
		tcp = p + 40;
		if (p[6] != IPPROTO_TCP)
			return 0;
	} else
		return 0;
	if (tcp + 20 > p + len || (tcp[13] & 0x12) != 2)
		return 0;

	return tcp[0] << 8 | tcp[1];
}

static inline int router_delay(const unsigned char dest[16])
{
	int n;

	for (n = 0; n < __atomic_load_n(&shared->n_rules, __ATOMIC_ACQUIRE); n++)
		if (!memcmp(shared->rules[n].dest, dest, 16))
			return shared->rules[n].delay_us;

	return 0;
}

static inline void router_queue(struct packet **queue, struct packet *p)
{
	while (*queue && (*queue)->due <= p->due)
		queue = &(*queue)->next;
	p->next = *queue;
	*queue = p;
}

static inline void router_run(int fd_here, int fd_there)
{
	struct pollfd fds[2] = { { fd_here, POLLIN, 0 }, { fd_there, POLLIN, 0 } };
	struct packet *queue = NULL, *p;
	unsigned char dest[16];
	struct timespec ts;
	lws_usec_t wait;
	ssize_t n;
	int port, delay, at;

	for (;;) {
		wait = queue ? queue->due - router_now() : 1000000;
		wait = wait < 0 ? 0 : wait;
		ts.tv_sec = (time_t)(wait / 1000000);
		ts.tv_nsec = (long)(wait % 1000000) * 1000;
		if (ppoll(fds, 2, &ts, NULL) < 0)
			_exit(1);
		while (queue && queue->due <= router_now()) {
			p = queue;
			queue = p->next;
			n = write(fd_there, p->data, p->len);
			free(p);
		}
		if (fds[1].revents) {
			unsigned char buf[2048];

			n = read(fd_there, buf, sizeof(buf));
			if (n > 0)
				n = write(fd_here, buf, (size_t)n);
		}
		if (!fds[0].revents)
			continue;
		p = malloc(sizeof(*p));
		if (!p)
			_exit(1);
		n = read(fd_here, p->data, sizeof(p->data));
		if (n <= 0) {
			free(p);
			continue;
		}
		p->len = (size_t)n;
		shared->packets++;
		memset(dest, 0, sizeof(dest));
		port = packet_looks(p->data, p->len, dest);
		at = shared->n_syns;
		if (port && at < (int)LWS_ARRAY_SIZE(shared->syns)) {
			memcpy(shared->syns[at].dest, dest, 16);
			shared->syns[at].port = port;
			shared->syns[at].us = router_now();
			__atomic_store_n(&shared->n_syns, at + 1, __ATOMIC_RELEASE);
		}
		delay = router_delay(dest);
		if (delay == DROP) {
			free(p);
			continue;
		}
		p->due = router_now() + delay;
		router_queue(&queue, p);
	}
}

static inline int router_tun(int ns)
{
	struct ifreq request;
	int fd;

	ns_into(ns);
	fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		ns_skip("/dev/net/tun");
	memset(&request, 0, sizeof(request));
	snprintf(request.ifr_name, sizeof(request.ifr_name), "t0");
	request.ifr_flags = IFF_TUN | IFF_NO_PI;
	if (ioctl(fd, TUNSETIFF, &request))
		ns_skip("TUNSETIFF");
	ns_into(ns_here);

	return fd;
}

/* -- the network ----------------------------------------------------------- */

static inline void racing_bind(const char *text, const char *over)
{
	char path[] = "/tmp/relws-bind-XXXXXX";
	int fd;

	if (access(over, F_OK))
		return;
	fd = mkstemp(path);
	CHECK(fd >= 0);
	CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	if (mount(path, over, "none", MS_BIND, NULL))
		ns_skip("mount");
	unlink(path);
}

static inline void racing_unlink(void)
{
	unlink(hosts_path);
}

/* The network stands, with nobody in it but those who listen later. */
static inline void racing_enter(void)
{
	int fd_here, fd_there, fd;
	pid_t parent = getpid();

	netns_enter();
	if (unshare(CLONE_NEWNS) ||
	    mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL))
		ns_skip("mount namespace");
	fd = mkstemp(hosts_path);
	CHECK(fd >= 0);
	close(fd);
	atexit(racing_unlink);
	if (mount(hosts_path, "/etc/hosts", "none", MS_BIND, NULL))
		ns_skip("mount");
	racing_bind("hosts: files\n", "/etc/nsswitch.conf");
	racing_bind("", "/etc/gai.conf");

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(shared != MAP_FAILED);
	fd_here = router_tun(ns_here);
	fd_there = router_tun(ns_there);
	switch (fork()) {
	case -1:
		ns_skip("fork");
		break;
	case 0:
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		router_run(fd_here, fd_there);
	}
	close(fd_here);
	close(fd_there);
	there("link set lo up\nlink set t0 up\n"
	      "addr add 198.51.100.2/24 dev t0\n"
	      "addr add 2001:db8:20::2/64 dev t0 nodad\n"
	      "route add local 192.0.2.0/24 dev lo\n"
	      "route add local 2001:db8:20:1::/64 dev lo\n");
	here("link set lo up\nlink set t0 up\n"
	     "addr add 198.51.100.1/24 dev t0\n"
	     "addr add 2001:db8:20::1/64 dev t0 nodad\n"
	     "route add 192.0.2.0/24 dev t0\n"
	     "route add 2001:db8:20:1::/64 dev t0\n");
}

static inline void racing_parse(const char *address, unsigned char dest[16])
{
	unsigned char v4[4];

	if (inet_pton(AF_INET, address, v4) == 1) {
		mapped(dest, v4);
		return;
	}
	CHECK(inet_pton(AF_INET6, address, dest) == 1);
}

/* Packets to this address take this long, or are lost; us microseconds. */
static inline void racing_rule(const char *address, int delay_us)
{
	unsigned char dest[16];
	int n;

	racing_parse(address, dest);
	for (n = 0; n < shared->n_rules; n++)
		if (!memcmp(shared->rules[n].dest, dest, 16)) {
			shared->rules[n].delay_us = delay_us;
			return;
		}
	CHECK(n < (int)LWS_ARRAY_SIZE(shared->rules));
	memcpy(shared->rules[n].dest, dest, 16);
	shared->rules[n].delay_us = delay_us;
	__atomic_store_n(&shared->n_rules, n + 1, __ATOMIC_RELEASE);
}

/* Somebody listens there on RACE_PORT; the others refuse. */
static inline int racing_listen(const char *address)
{
	struct sockaddr_storage ss;
	socklen_t len = address_of(&ss, address, RACE_PORT);
	int fd, on = 1;

	ns_into(ns_there);
	fd = socket(ss.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ns_into(ns_here);
	CHECK(fd >= 0);
	CHECK(!setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)));
	CHECK(!setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof(on)));
	CHECK(!bind(fd, (struct sockaddr *)&ss, len));
	CHECK(!listen(fd, 4000));

	return fd;
}

/* What RACE_NAME stands for: addresses with blanks between them. */
static inline void racing_name(const char *addresses)
{
	char all[8192], *one, *rest = all;
	FILE *f = fopen(hosts_path, "w");

	CHECK(f != NULL);
	snprintf(all, sizeof(all), "%s", addresses);
	while ((one = strtok_r(rest, " ", &rest)))
		fprintf(f, "%s %s\n", one, RACE_NAME);
	CHECK(!fclose(f));
}

/* -- races ----------------------------------------------------------------- */

struct run {
	struct lws	*wsi;
	int		connecting, created, connected, failed, destroyed;
	lws_usec_t	began, ended;
	char		peer[64], error[2048];
};

static struct lws_context *cx;
static struct lws_vhost *vh;
#if defined(LWS_WITH_CAO)
static uint64_t racing_partition;	/* said in CONNECTING, if not 0 */
#endif

static inline int racing_cb(struct lws *wsi, enum lws_callback_reasons reason,
			    void *user, void *in, size_t len)
{
	struct run *r = lws_get_opaque_user_data(wsi);

	(void)user;
	if (!r)
		return 0;
	switch ((int)reason) {
	case LWS_CALLBACK_CONNECTING:
		CHECK(!r->wsi || r->wsi == wsi);
		CHECK(!r->connected && !r->failed);
		CHECK_EQ(lws_get_socket_fd(wsi), (intptr_t)in);
		r->connecting++;
#if defined(LWS_WITH_CAO)
		if (racing_partition)
			CHECK(!lws_cao_set_partition(wsi, racing_partition));
#endif
		break;
	case LWS_CALLBACK_WSI_CREATE:
		r->created++;
		break;
	case LWS_CALLBACK_RAW_CONNECTED:
		r->connected++;
		r->ended = lws_now_usecs();
		lws_get_peer_simple(wsi, r->peer, sizeof(r->peer));
		break;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		r->failed++;
		r->ended = lws_now_usecs();
		snprintf(r->error, sizeof(r->error), "%.*s", (int)len,
			 (const char *)in);
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		r->destroyed++;
		r->wsi = NULL;
		break;
	}

	return 0;
}

static const struct lws_protocols racing_protocols[] = {
	{ "racing", racing_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

/* A context that knows nothing yet. */
static inline void racing_context(unsigned int timeout_secs)
{
	struct lws_context_creation_info info;

	cx = context_bare();
	memset(&info, 0, sizeof(info));
	info.vhost_name = "racing";
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = racing_protocols;
	info.connect_timeout_secs = timeout_secs;
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);
	pump(cx);
#if defined(LWS_WITH_NETLINK)
	UNTIL(cx, lws_route_synced(cx));
#endif
}

static inline struct lws *racing_start_to(struct run *r, const char *address)
{
	struct lws_client_connect_info i;

	memset(r, 0, sizeof(*r));
	shared->n_syns = 0;
	info_connect(&i, cx, vh, "racing", address, RACE_PORT);
	i.opaque_user_data = r;
	i.pwsi = &r->wsi;
	r->began = lws_now_usecs();

	return lws_client_connect_via_info(&i);
}

static inline struct lws *racing_start(struct run *r)
{
	return racing_start_to(r, RACE_NAME);
}

/* A race until its end: the time to that, microseconds. */
static inline lws_usec_t racing_run(struct run *r)
{
	CHECK(racing_start(r) != NULL);
	UNTIL(cx, r->connected || r->failed);
	CHECK_EQ(r->connected + r->failed, 1);
	CHECK(!r->connected || r->created == 1);

	return r->ended - r->began;
}

static inline void racing_close(struct run *r)
{
	if (r->wsi)
		lws_set_timeout(r->wsi, PENDING_TIMEOUT_USER_OK,
				LWS_TO_KILL_ASYNC);
	UNTIL(cx, !r->wsi);
	CHECK_EQ(r->destroyed, 1);
}

/* The first SYN to an address of the last race, microseconds after the first
 * of all; -1: there was none. */
static inline lws_usec_t racing_syn(const char *address)
{
	unsigned char dest[16];
	int n;

	racing_parse(address, dest);
	for (n = 0; n < shared->n_syns; n++)
		if (!memcmp(shared->syns[n].dest, dest, 16))
			return shared->syns[n].us - shared->syns[0].us;

	return -1;
}

#endif
