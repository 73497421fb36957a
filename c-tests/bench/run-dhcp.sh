#!/bin/bash
# Times how long dhcp-up and Debian's udhcpc take from an interface that is
# switched on to a bound lease, in turns, with one dnsmasq, in networks of
# their own. Prints Markdown for docs/benchmarks.md.
#
#     c-tests/bench/run-dhcp.sh <build directory>
#
# BENCH_ROUNDS (21) pairs for each line; figures are medians of milliseconds.
# Both look for the address by ARP before they use it, equally long, or both do
# not. udhcpc sets the address by a script, which here is one `ip` command. Needs
# Debian's udhcpc and dnsmasq-base.

set -eu -o pipefail

build=${1:?usage: run-dhcp.sh <build directory>}
rounds=${BENCH_ROUNDS:-21}
PATH=$PATH:/usr/sbin:/sbin
for needed in udhcpc dnsmasq unshare nsenter; do
	command -v "$needed" >/dev/null || {
		echo "run-dhcp.sh: $needed is not installed" >&2
		exit 1
	}
done
if [ -z "${RELWS_DHCP_INSIDE:-}" ]; then
	cmake --build "$build" --target dhcp-up >&2
	program=$(readlink -f "$(find "$build" -type f -name dhcp-up | head -n 1)")
	RELWS_DHCP_INSIDE=$program exec unshare -Urnm "$0" "$build"
fi
program=$RELWS_DHCP_INSIDE

. "$(dirname "$0")/../work.sh"

# the server's network lasts as long as the sleep in it
unshare -n sleep 3600 &
there=$!
until [ "$(readlink "/proc/$there/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do
	sleep 0.05
done
over() { nsenter -n -t "$there" "$@"; }
ip link set lo up
ip link add v0 type veth peer name v0 netns "$there"
over ip addr add 10.77.0.1/24 dev v0
over ip link set v0 up
over dnsmasq --no-ping --port=0 -d -C /dev/null --pid-file= --interface=v0 \
	--bind-interfaces --dhcp-authoritative --dhcp-range=10.77.0.50,10.77.0.99,3600 \
	--dhcp-leasefile="$work/leases" --dhcp-option=option:dns-server,10.77.0.1 \
	>"$work/server.log" 2>&1 &
sleep 1

cat >"$work/script" <<-'END'
	#!/bin/sh
	[ "$1" = bound ] && exec ip addr replace "$ip/$mask" dev "$interface"
	exit 0
END
chmod 755 "$work/script"

now_us() { local t=${EPOCHREALTIME/[.,]/}; echo "$t"; }

# one start of a client, from the interface switched on, in microseconds
timed() {
	local began ended
	ip addr flush dev v0
	ip link set v0 down
	sleep 0.05
	ip link set v0 up
	until [ "$(cat /sys/class/net/v0/carrier 2>/dev/null)" = 1 ] ||
		ip link show v0 | grep -q LOWER_UP; do
		sleep 0.01
	done
	began=$(now_us)
	"$@" >"$work/client.log" 2>&1 || {
		echo "run-dhcp.sh: $1 failed" >&2
		tail -n 20 "$work"/*.log >&2
		exit 1
	}
	ended=$(now_us)
	ip -o -4 addr show dev v0 | grep -qF ' 10.77.0.' || {
		echo "run-dhcp.sh: $1 gave no address" >&2
		tail -n 20 "$work"/*.log >&2
		exit 1
	}
	echo $((ended - began))
}

median() { sort -n | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }

line() { # text, milliseconds of the probe, arguments of udhcpc
	local n text=$1 probe=$2
	shift 2
	: >"$work/ours"
	: >"$work/theirs"
	for ((n = 0; n < rounds; n++)); do
		timed "$program" --once --probe "$probe" v0 >>"$work/ours"
		timed udhcpc -f -n -q -i v0 -s "$work/script" "$@" >>"$work/theirs"
	done
	awk -v text="$text" -v ours="$(median <"$work/ours")" -v theirs="$(median <"$work/theirs")" \
		'BEGIN { printf "| %s | %.1f | %.1f | %.2f |\n", text, ours / 1000, theirs / 1000, ours / theirs }'
}

echo "Linux $(uname -r) on $(uname -m), $(nproc) cores, $(date +%Y-%m-%d), load $(cut -d ' ' -f 1 /proc/loadavg)." \
	"$(udhcpc --help 2>&1 | head -n 1 | cut -d " " -f 1-2), dnsmasq $(dnsmasq --version | head -n 1 | cut -d ' ' -f 3), $rounds pairs."
echo
echo '| link-up to a bound lease, ms | relws | udhcpc | ratio |'
echo '|---|---:|---:|---:|'
line 'without ARP probe' 0
line 'ARP probe of 200 ms' 200 -a200
