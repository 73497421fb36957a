/*
 * The kernel announces again what is there already, as at the renewal of a
 * DHCP lease, or with new properties: no connection ends.
 */
#include "../routed.h"

int main(void)
{
	int n;

	netns_enter();
	routed_up(FAR_ROUTES);
	for (n = 0; n < 3; n++) {
		change("addr change 10.9.0.1/24 dev v0 valid_lft %d "
		       "preferred_lft 3000\n"
		       "addr change fd09::1/64 dev v0 valid_lft %d "
		       "preferred_lft 3000\n", 3600 + n, 3600 + n);
		stays("address renewed");
	}
	change("addr change 10.9.0.1/24 dev v0 preferred_lft 0 valid_lft 3000\n"
	       "addr change fd09::1/64 dev v0 preferred_lft 0 "
	       "valid_lft 3000\n");
	stays("address deprecated");
	change("addr replace 10.9.0.1/24 dev v0\n"
	       "addr replace fd09::1/64 dev v0 nodad\n");
	stays("address replaced by itself");
	change("route replace 10.7.0.0/24 via 10.9.0.2\n"
	       "route replace fd07::/64 via fd09::2\n");
	stays("route replaced by itself");
	change("route replace 10.7.0.0/24 via 10.9.0.2 mtu 1300 proto static\n"
	       "route replace fd07::/64 via fd09::2 mtu 1300 proto static\n");
	stays("route replaced by one that goes the same way");
	change("link set v0 mtu 1400\nlink set v0 promisc on\n"
	       "link set v0 alias other\nlink set v0 promisc off\n");
	stays("properties of the link");
	routed_down();

	return 0;
}
