/*
 * What the routing benches share: a network of their own, routes by the
 * thousand, and the kernel asked without any library.
 */
#ifndef RELWS_BENCH_ROUTE_NET_H
#define RELWS_BENCH_ROUTE_NET_H

#include "bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libwebsockets.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <malloc.h>

/* Gateways that routes are spread over, half of them by each interface. */
#define GATEWAYS 8

struct route {
	uint32_t	dest;		/* host order */
	uint8_t		len;
	uint8_t		gateway;	/* below GATEWAYS */
};

/* The gateway's address, and its interface's name. */
uint32_t gateway_address(unsigned int gateway);
const char *gateway_device(unsigned int gateway);

/*
 * A new network with the interfaces v0 and v1, up, and the gateways on them.
 * Nothing of the machine's network is seen or changed.
 */
void network_up(void);

/* Lines for `ip`, in this network and in that of the gateways. */
void ip_here(const char *lines);
void ip_there(const char *lines);

/* A socket in the network of the gateways. */
int socket_there(int type);

/*
 * `count` different routes, lengths mixed as in the Internet's table, always
 * the same ones.
 */
struct route *routes_make(size_t count);

/*
 * A socket to the kernel; `groups` as of RTMGRP_*, `queue` bytes of receive
 * queue, 0 for what is usual.
 */
int rtnl_open(unsigned int groups, int queue);

/* RTM_NEWROUTE or RTM_DELROUTE for each, 64 messages a send. */
void routes_send(int fd, int type, const struct route *routes, size_t count);

/* The same for one, with a message of its own. */
void route_send(int fd, int type, const struct route *route);

/* Puts the message for one route at `buf`; returns its size. */
size_t route_message(char *buf, int type, const struct route *route);

/* RTM_GETROUTE for so many addresses, `each` of them a send; all answered. */
void routes_ask(int fd, const uint32_t *dests, size_t count, size_t each);

/* Reads a dump of all IPv4 routes and looks at nothing but its end. */
void dump_read(int fd);

/* Heap in use, with what is free given back first. */
size_t heap_now(void);

/* -- the library ---------------------------------------------------------- */

/* A context without connections; serviced until its copy is whole. */
struct lws_context *context_synced(void);

/* Listens at 10.9.0.1 for the first of these protocols. */
struct lws_vhost *vhost_listening(struct lws_context *cx,
				  const struct lws_protocols *protocols);
void until_synced(struct lws_context *cx);

void route_stats(struct lws_context *cx, lws_route_stats_t *stats);

/* What the copy decides for an IPv4 address. */
int decide4(struct lws_context *cx, uint32_t dest, lws_route_decision_t *d,
	    lws_route_hop_t *hops, uint32_t hops_max);

/* Median of the rounds; `results` are of one measurement each. */
double median(double *results, size_t rounds);

#endif
