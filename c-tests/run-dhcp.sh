#!/bin/bash
# Runs dhcp-up against a DHCP server of the distribution, in networks of its own.
#
#     run-dhcp.sh dnsmasq|isc|kea <dhcp-up>
#
# dnsmasq: a lease with all options, a full pool, two servers, the end. isc:
# leases of seconds, so that renewal, a restart of the server, a NAK and expiry
# are seen. kea: a lease. Exits with 77 where the server is not installed or
# networks of its own are not allowed.

set -eu -o pipefail

what=$1
program=$(readlink -f "$2")

case $what in
dnsmasq) server=dnsmasq ;;
isc) server=dhcpd ;;
kea) server=kea-dhcp4 ;;
*) exit 1 ;;
esac
PATH=$PATH:/usr/sbin:/sbin
command -v "$server" >/dev/null || {
	echo "skipped: $server is not installed"
	exit 77
}
if [ -z "${RELWS_DHCP_INSIDE:-}" ]; then
	unshare -Urnm true 2>/dev/null || {
		echo "skipped: no namespaces of its own"
		exit 77
	}
	RELWS_DHCP_INSIDE=1 exec unshare -Urnm "$0" "$what" "$program"
fi

. "$(dirname "$0")/work.sh"
: >"$work/client.log" >"$work/server.log"
chmod 755 "$work"

fail() {
	echo "run-dhcp.sh $what: $*"
	tail -n 30 "$work"/*.log
	ip addr
	ip route
	exit 1
}

has_address() { ip -o -4 addr show dev v0 | grep -qF " $1/"; }
has_none() { ! ip -o -4 addr show dev v0 | grep -q .; }
says() { grep -qE "$1" "$work/client.log"; }
served() { [ "$(grep -cE "$1" "$work/server.log" || true)" -ge "$2" ]; }

# another network, which lasts as long as the sleep in it
unshare -n sleep 600 &
there=$!
within 50 test -e "/proc/$there/ns/net"
apart() { [ "$(readlink "/proc/$there/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }
within 50 apart
over() { nsenter -n -t "$there" "$@"; }
# in the background, as the process that $! names
beyond() { exec nsenter -n -t "$there" "$@"; }
ip link set lo up
ip link add v0 type veth peer name v0 netns "$there"
over ip link set lo up
over ip addr add 10.77.0.1/24 dev v0
over ip link set v0 up

client() {
	"$program" v0 >>"$work/client.log" 2>&1 &
	client=$!
}

masq() {
	beyond dnsmasq --no-ping --port=0 -d -C /dev/null --pid-file= \
		--interface=v0 --bind-interfaces --dhcp-authoritative "$@" \
		>>"$work/server.log" 2>&1 &
}

case $what in
dnsmasq)
	masq --dhcp-range=10.77.0.50,10.77.0.50,120 --dhcp-leasefile="$work/leases" \
		--dhcp-option=option:dns-server,10.77.0.1,9.9.9.9 --domain=example.test \
		--dhcp-option=26,1400 --dhcp-option=option:ntp-server,10.77.0.3 \
		--dhcp-option=121,0.0.0.0/0,10.77.0.1,10.78.0.0/16,10.77.0.2
	first=$!
	sleep 0.5
	client
	within 100 has_address 10.77.0.50 || fail "no lease"
	within 50 says 'domain example.test' || fail "not told"
	for line in 'lease for 120 s' 'address 10.77.0.50' 'server 10.77.0.1' \
			'name server 9.9.9.9' 'time server 10.77.0.3'; do
		says "$line" || fail "lacks: $line"
	done
	ip route show default | grep -q 'via 10.77.0.1 .*proto dhcp.*metric 100' || fail "no default route"
	ip route show 10.78.0.0/16 | grep -q 'via 10.77.0.2' || fail "no route of option 121"
	ip -o link show v0 | grep -q 'mtu 1400' || fail "no MTU"
	kill "$client"
	wait "$client" || fail "ended badly"
	has_none || fail "the address stays"
	ip route show default | grep -q . && fail "the route stays"
	ip -o link show v0 | grep -q 'mtu 1500' || fail "the MTU stays"
	served 'DHCPRELEASE' 1 || fail "no RELEASE"

	# somebody else has the only address: it is waited for
	kill "$first"
	wait "$first" || true
	echo "$(($(date +%s) + 3600)) 02:00:00:00:00:99 10.77.0.50 * *" >"$work/leases"
	masq --dhcp-range=10.77.0.50,10.77.0.50,120 --dhcp-leasefile="$work/leases"
	first=$!
	sleep 0.5
	: >"$work/client.log"
	client
	within 100 served 'no address available' 2 || fail "not asked twice"
	has_none || fail "an address from nowhere"
	# and a second server has one
	over ip addr add 10.77.0.2/24 dev v0
	kill "$first"
	wait "$first" || true
	masq --dhcp-range=10.77.0.60,10.77.0.69,120 --dhcp-leasefile="$work/leases2"
	within 200 says 'address 10.77.0.6' || fail "no lease of the second server"
	kill "$client"
	wait "$client"
	;;
isc)
	: >"$work/leases"
	conf() {
		cat >"$work/dhcpd.conf" <<-END
			authoritative;
			default-lease-time 6;
			max-lease-time 6;
			min-lease-time 6;
			ping-check false;
			option dhcp-renewal-time 2;
			option dhcp-rebinding-time 4;
			subnet 10.77.0.0 netmask 255.255.255.0 {
				range $1 $1;
				option routers 10.77.0.1;
				option domain-name-servers 10.77.0.1;
			}
		END
	}
	serve() {
		beyond dhcpd -4 -f -d --no-pid -cf "$work/dhcpd.conf" -lf "$work/leases" v0 \
			>>"$work/server.log" 2>&1 &
		served=$!
	}
	conf 10.77.0.50
	serve
	within 50 served 'Sending on' 1 || {
		grep -qi 'permission denied' "$work/server.log" && { echo "skipped: dhcpd is not allowed to read its files"; exit 77; }
		fail "no server"
	}
	client
	within 100 has_address 10.77.0.50 || fail "no lease"
	ip monitor address route >"$work/monitor.log" 2>&1 &
	within 100 served 'DHCPACK on 10.77.0.50' 3 || fail "not prolonged twice"
	grep -q '^Deleted' "$work/monitor.log" && fail "a renewal took something away"
	# a restart of the server goes unnoticed
	kill "$served"
	wait "$served" || true
	serve
	within 100 served 'DHCPACK on 10.77.0.50' 5 || fail "not prolonged after the restart"
	has_address 10.77.0.50 || fail "lost by the restart"
	# it has other addresses now, and says so
	kill "$served"
	wait "$served" || true
	conf 10.77.0.51
	: >"$work/leases"
	serve
	within 150 has_address 10.77.0.51 || fail "not moved to the other address"
	has_address 10.77.0.50 && fail "the old address stays"
	# nobody prolongs it: it ends
	kill "$served"
	wait "$served" || true
	within 150 says '"ipv4":"10.77.0.51","why":"expired"' || fail "did not end"
	has_none || fail "the address outlives its lease"
	serve
	within 300 has_address 10.77.0.51 || fail "no lease after the end"
	kill "$client"
	wait "$client"
	;;
kea)
	# it only listens on an interface with a carrier
	ip link set v0 up
	cat >"$work/kea.json" <<-END
		{ "Dhcp4": {
			"interfaces-config": { "interfaces": [ "v0" ], "dhcp-socket-type": "raw" },
			"lease-database": { "type": "memfile", "persist": false },
			"valid-lifetime": 8, "renew-timer": 2, "rebind-timer": 4,
			"subnet4": [ { "id": 1, "subnet": "10.77.0.0/24",
				"pools": [ { "pool": "10.77.0.50 - 10.77.0.50" } ],
				"option-data": [
					{ "name": "routers", "data": "10.77.0.1" },
					{ "name": "domain-name-servers", "data": "10.77.0.1" } ] } ],
			"loggers": [ { "name": "kea-dhcp4", "severity": "INFO",
				"output_options": [ { "output": "stdout", "flush": true } ] } ]
		} }
	END
	KEA_PIDFILE_DIR=$work KEA_LOCKFILE_DIR=$work beyond kea-dhcp4 -c "$work/kea.json" >>"$work/server.log" 2>&1 &
	within 100 served 'DHCP4_STARTED' 1 || {
		grep -qi 'permission denied\|not permitted' "$work/server.log" && { echo "skipped: kea is not allowed to run here"; exit 77; }
		fail "no server"
	}
	client
	within 100 has_address 10.77.0.50 || fail "no lease"
	within 100 served 'DHCP4_LEASE_ALLOC|DHCP4_LEASE_REUSE|LEASE_RENEW' 3 || fail "not prolonged"
	kill "$client"
	wait "$client"
	within 50 served 'DHCP4_RELEASE' 1 || fail "no RELEASE"
	;;
esac
echo "run-dhcp.sh $what: passed"
