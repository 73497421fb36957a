/*
 * What does not concern a connection does not end it: routes to elsewhere,
 * other interfaces and addresses, rules about others.
 */
#include "../routed.h"

int main(void)
{
	netns_enter();
	net_up();
	ns_pair("v2");
	there("link set v2 up\n");
	here("link set v2 up\n" FAR_ROUTES);
	cx_up(0);
	ends_up(EVERYBODY);

	change("route add 10.55.0.0/24 dev v0\n"
	       "route add fd55::/64 dev v0\n");
	stays("route on the same interface added");
	change("route del 10.55.0.0/24 dev v0\n"
	       "route del fd55::/64 dev v0\n");
	stays("and deleted");
	change("addr add 10.56.0.1/24 dev v2\n"
	       "addr add fd56::1/64 dev v2 nodad\n");
	stays("address of another interface added");
	change("addr del 10.56.0.1/24 dev v2\n"
	       "addr del fd56::1/64 dev v2\n");
	stays("and deleted");
	change("addr add 10.57.0.1/24 dev v0\n"
	       "addr add fd57::1/64 dev v0 nodad\n");
	stays("another address of the interface added");
	change("addr del 10.57.0.1/24 dev v0\n"
	       "addr del fd57::1/64 dev v0\n");
	stays("and deleted");
	change("route add 10.55.0.0/24 via 10.9.0.2\n"
	       "route add fd55::/64 via fd09::2\n");
	stays("route by the same gateway added");
	change("route del 10.55.0.0/24\nroute del fd55::/64\n");
	stays("and deleted");
	change("route add blackhole 10.7.1.0/24\n"
	       "route add blackhole fd07:0:0:1::/64\n"
	       "route add prohibit 10.0.0.0/8\n"
	       "route add prohibit fd00::/8\n");
	stays("refusing routes to elsewhere");
	change("route add default via 10.8.0.2\n"
	       "route add default via fd08::2\n");
	stays("default route by the other interface");
	change("route del default\nroute del default via fd08::2\n");
	stays("and deleted");
	change("route add blackhole default table 100\n"
	       "route add blackhole ::/0 table 100\n"
	       "rule add from 10.99.0.0/16 lookup 100\n"
	       "-6 rule add from fd99::/64 lookup 100\n"
	       "rule add fwmark 7 from 10.0.0.0/8 lookup 100\n"
	       "rule add to 10.55.0.0/24 blackhole\n"
	       "-6 rule add to fd55::/64 blackhole\n"
	       "rule add iif v0 from 10.0.0.0/8 blackhole\n"
	       "-6 rule add iif v0 from fd00::/8 blackhole\n"
	       "rule add oif v1 to 10.0.0.0/8 blackhole\n"
	       "rule add ipproto icmp to 10.0.0.0/8 blackhole\n"
	       "rule add dport 9 to 10.0.0.0/8 blackhole\n");
	stays("rules about others");
	change("rule del from 10.99.0.0/16 lookup 100\n"
	       "-6 rule del to fd55::/64 blackhole\n"
	       "route flush table 100\n");
	stays("and some of them deleted");
	change("link set v2 down\n");
	stays("other link down");
	change("link del v2\n");
	stays("other link deleted");
	change("link add v3 type veth peer name v4\nlink set v3 up\n"
	       "link set v4 up\n");
	stays("other links added");
	change("neigh add 10.9.0.77 lladdr 02:00:00:00:00:77 dev v0\n"
	       "neigh add fd09::77 lladdr 02:00:00:00:00:77 dev v0\n"
	       "neigh del 10.9.0.77 dev v0\nneigh del fd09::77 dev v0\n");
	stays("neighbours");
	routed_down();

	return 0;
}
