/*
 * dhcp-up: get an IPv4 address for an interface, and keep it.
 *
 *     dhcp-up eth0
 *
 * switches the interface on, asks the DHCP servers on it for a lease, sets
 * address, routes and MTU as it says, and prolongs it until it is interrupted;
 * then the address is given back. It prints what it gets and what it loses.
 * With --once it ends when the interface has its lease, and leaves the address
 * there; with --probe MS it looks for the address on the link for so long before
 * it uses it, 0 for not at all. Needs root, or CAP_NET_ADMIN and CAP_NET_RAW.
 */
#include <libwebsockets.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static struct lws_context *context;
static volatile sig_atomic_t interrupted;
static int once;

static void show(const char *what, lws_sockaddr46 *address)
{
	char text[64];

	if (address->sa4.sin_family &&
	    lws_sa46_write_numeric_address(address, text, sizeof(text)) > 0)
		printf("  %s %s\n", what, text);
}

static int on_lease(void *opaque, lws_dhcpc_ifstate_t *is)
{
	int n;

	(void)opaque;
	printf("%s has a lease for %lu s\n", is->ifname,
	       (unsigned long)is->nums[LWSDH_LEASE_SECS]);
	show("address", &is->sa46[LWSDH_SA46_IP]);
	show("server", &is->sa46[LWSDH_SA46_DHCP_SERVER]);
	show("router", &is->sa46[LWSDH_SA46_IPV4_ROUTER]);
	for (n = LWSDH_SA46_DNS_SRV_1; n <= LWSDH_SA46_DNS_SRV_4; n++)
		show("name server", &is->sa46[n]);
	show("time server", &is->sa46[LWSDH_SA46_NTP_SERVER]);
	if (is->domain[0])
		printf("  domain %s\n", is->domain);
	if (once)
		interrupted = 1;

	return 0;
}

static int on_message(void *opaque, lws_smd_class_t class,
		      lws_usec_t timestamp, void *buf, size_t len)
{
	(void)opaque;
	(void)class;
	(void)timestamp;
	if (strstr(buf, "\"iplost\""))
		printf("%.*s\n", (int)len, (const char *)buf);

	return 0;
}

static void on_signal(int sig)
{
	(void)sig;
	interrupted = 1;
	lws_cancel_service(context);
}

int main(int argc, char **argv)
{
	struct lws_context_creation_info info;
	lws_dhcpc_settings_t settings;
	int n;

	memset(&settings, 0, sizeof(settings));
	settings.size = sizeof(settings);
	lws_dhcpc_settings_default(&settings);
	for (n = 1; n < argc - 1; n++)
		if (!strcmp(argv[n], "--once"))
			once = 1;
		else if (!strcmp(argv[n], "--probe") && n + 2 < argc)
			settings.probe_ms = (uint32_t)strtoul(argv[++n], NULL, 10);
		else
			break;
	if (n != argc - 1 || argv[n][0] == '-') {
		fprintf(stderr, "usage: dhcp-up [--once] [--probe MS] "
				"INTERFACE\n");
		return 1;
	}

	setvbuf(stdout, NULL, _IOLBF, 0);
	lws_set_log_level(LLL_ERR | LLL_WARN, NULL);
	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.early_smd_cb = on_message;
	info.early_smd_class_filter = LWSSMDCL_NETWORK;
	context = lws_create_context(&info);
	if (!context) {
		fprintf(stderr, "dhcp-up: cannot create a context\n");
		return 1;
	}
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);

	if (once)
		settings.flags |= LWS_DHCPC_KEEP;
	if (lws_dhcpc_request_settings(context, argv[argc - 1], &settings,
				       on_lease, NULL)) {
		lws_context_destroy(context);
		return 1;
	}

	/* 0 means: sleep until there is something to do */
	while (!interrupted)
		if (lws_service(context, 0)) {
			fprintf(stderr, "dhcp-up: the loop failed\n");
			return 1;
		}
	lws_context_destroy(context);

	return 0;
}
