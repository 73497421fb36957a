#!/bin/bash
#
# Names of real servers: the same by this library and by getaddrinfo(). In a network and a mount
# namespace of its own: nsd has the zones, unbound asks it for others.
#
#     run-dns.sh <program> <resolve>
#
# The program is peers/dns_peers.c, the other one the example of that name. Exit code 77: a server or the right to make namespaces is missing.

set -euo pipefail
export LC_ALL=C

program=$(realpath "$1")
resolve=$(realpath "$2")
PATH=$PATH:/usr/sbin:/sbin

for needed in nsd unbound ip unshare; do
	command -v $needed >/dev/null || { echo "skipped: $needed is not installed"; exit 77; }
done

if [ -z "${RELWS_DNS_INSIDE:-}" ]; then
	unshare -Urnm true 2>/dev/null || {
		echo "skipped: no namespaces of its own"
		exit 77
	}
	RELWS_DNS_INSIDE=1 exec unshare -Urnm "$0" "$program" "$resolve"
fi

. "$(dirname "$0")/work.sh"

fail() {
	echo "run-dns.sh: $*"
	tail -n 20 "$work"/*.log
	exit 1
}

ip link set lo up
ip addr add fe80::53/64 dev lo nodad

# The zones, and beside them the list of what each name comes to. "r" is for names that only a
# recursor follows to their end.
zone=$work/example.test
list=$work/list
long=$(printf 'l%.0s' {1..63})
{
	echo '$TTL 300'
	echo '@ SOA ns hostmaster 1 3600 600 86400 60'
	echo '@ NS ns'
	echo 'ns A 127.0.0.1'
	echo 'sub NS ns.sub'
	echo 'ns.sub A 127.0.0.1'
} >"$zone"
add() { # name, type and data
	printf '%s\n' "$*" >>"$zone"
}
want() { # name found|none|failed [r]
	printf '%s\n' "$*" >>"$list"
}
own() { # the same for a name of the zone
	want "$1.example.test" "${@:2}"
}

for n in {0..199}; do
	add "a$n A 10.0.$n.1"
	for ((i = 2; i <= n % 6; i++)); do add "a$n A 10.0.$n.$i"; done
	own "a$n" found
done
for n in {0..99}; do
	add "q$n AAAA 2001:db8::$n"
	own "q$n" found
done
for n in {0..199}; do
	add "b$n A 192.0.2.$n"
	add "b$n AAAA 2001:db8:1::$n"
	((n % 5)) || add "b$n AAAA fd00::$n"
	# letters do not matter
	own "B$n" found
done
# chains of CNAME, one to eight long, within the zone
for n in {0..15}; do
	for i in {0..6}; do add "c$n-$i CNAME c$n-$((i + 1))"; own "c$n-$i" found; done
	if ((n % 2)); then add "c$n-7 CNAME a$n"; else add "c$n-7 CNAME b$n"; fi
	own "c$n-7" found
done
# to another zone, below a DNAME, below both
add 'dn DNAME dn.other.test.'
add 'here DNAME there'
for n in {0..49}; do
	add "o$n CNAME o$n.other.test."
	own "o$n" found r
	own "x$n.dn" found r
	add "h$n.there A 10.2.0.$n"
	own "h$n.here" found
	add "od$n CNAME x$n.dn"
	own "od$n" found r
done
# to nowhere, in circles
for n in {0..9}; do
	add "gone$n CNAME nobody$n"
	own "gone$n" none
	add "txt$n TXT text"
	own "txt$n" none
	add "totxt$n CNAME txt$n"
	own "totxt$n" none
done
# there is none; only something below; nothing at all
for n in {0..49}; do own "no$n" none; done
for n in {0..9}; do add "below.empty$n A 10.3.0.$n"; own "empty$n" none; own "below.empty$n" found; done
# wildcards
add '*.wild A 10.4.0.1'
add '*.wild AAAA 2001:db8:4::1'
add 'not.wild TXT text'
add '*.wildc CNAME a5'
for n in {0..29}; do own "w$n.wild" found; own "w$n.deep.wild" found; own "w$n.wildc" found; done
own not.wild none
# too large for UDP
for n in {0..9}; do
	for i in {1..100}; do add "big$n A 10.5.$n.$i"; add "big$n AAAA 2001:db8:5:$n::$i"; done
	own "big$n" found
done
for ((i = 0; i < 1000; i++)); do add "huge A 10.6.$((i / 250)).$((i % 250))"; done
own huge found
# the longest names there are
add "$long A 10.7.0.1"
own "$long" found
# 63 + 1 + 63 + 1 + 63 + 1 + 47 + 13 = 252
longest=$long.$long.$long.${long:0:47}
add "$longest A 10.7.0.2"
own "$longest" found
want "$longest.example.test." found
# search domains: found in the first, in the second, as they are
for n in {0..49}; do add "s$n.one A 10.8.1.$n"; add "s$n.two A 10.8.2.$n"; add "t$n.two A 10.8.3.$n"; done
for n in {0..49}; do want "s$n" found; want "t$n" found; done
for n in {0..9}; do want "u$n" none; want "s$n." none; done
# services beside addresses
add 'svc HTTPS 1 b1 alpn=h2,h3 port=8443 ipv4hint=192.0.2.77 ipv6hint=2001:db8::77 ech=AAECAw=='
add 'svc HTTPS 2 . alpn=h2 no-default-alpn'
add 'svc A 10.9.0.1'
add 'alias HTTPS 0 svc'
add 'alias A 10.9.0.2'
own svc found
own alias found
add 'brief 1 A 10.9.0.3'
own brief found
# of this machine, and of nobody
printf '10.10.0.1 box box.example.test\n2001:db8:a::1 box\n' >"$work/hosts"
want box found
want box.example.test found
want 192.0.2.200 found
want 2001:db8::200 found
# nsd has a zone of this name, and not its file
for n in {0..4}; do want "f$n.lame.test" failed; done
# so that names without a dot do not exist
printf '$TTL 300\n@ SOA a b 1 3600 600 86400 60\n@ NS ns.example.test.\n' >"$work/root"

{
	echo '$TTL 300'
	echo '@ SOA ns hostmaster 1 3600 600 86400 60'
	echo '@ NS ns'
	echo 'ns A 127.0.0.1'
	for n in {0..49}; do
		echo "o$n A 10.20.0.$n"
		echo "o$n AAAA 2001:db8:20::$n"
		echo "x$n.dn A 10.21.0.$n"
	done
} >"$work/other.test"
# a zone cut: nsd has the child as well
printf '$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\n' >"$work/sub.example.test"
for n in {0..49}; do echo "z$n A 10.22.0.$n" >>"$work/sub.example.test"; own "z$n.sub" found; done

cat >"$work/nsd.conf" <<-END
	server:
		ip-address: 127.0.0.1
		username: ""
		chroot: ""
		zonesdir: "$work"
		database: ""
		pidfile: ""
		logfile: "$work/nsd.log"
		xfrdfile: "$work/xfrd"
		xfrdir: "$work"
		zonelistfile: "$work/zones"
		server-count: 1
		answer-cookie: yes
		rrl-ratelimit: 0
	remote-control:
		control-enable: no
END
stubs=
for name in . lame.test example.test other.test sub.example.test; do
	file=${name/#./root}
	printf 'zone:\n\tname: "%s"\n\tzonefile: %s\n' $name "$file" >>"$work/nsd.conf"
	stubs+=$(printf '\nstub-zone:\n\tname: "%s"\n\tstub-addr: 127.0.0.1@53\n' $name)
done
cat >"$work/unbound.conf" <<-END
	server:
		interface: 127.0.0.2
		interface: ::1
		interface: fe80::53%lo
		access-control: 0.0.0.0/0 allow
		access-control: ::0/0 allow
		chroot: ""
		username: ""
		directory: "$work"
		pidfile: ""
		use-syslog: no
		logfile: "$work/unbound.log"
		module-config: "iterator"
		do-not-query-localhost: no
		do-ip6: yes
		local-zone: "test." nodefault
		num-threads: 1
		so-rcvbuf: 0
		so-sndbuf: 0
		outgoing-range: 200
	remote-control:
		control-enable: no
	$stubs
END
: >"$work/nsd.log"
: >"$work/unbound.log"
: >"$work/resolv.conf"
mount --bind "$work/resolv.conf" /etc/resolv.conf
mount --bind "$work/hosts" /etc/hosts

nsd -d -c "$work/nsd.conf" >>"$work/nsd.log" 2>&1 &
within 100 grep -q 'nsd started' "$work/nsd.log" || fail "nsd does not start"
unbound -d -c "$work/unbound.conf" >>"$work/unbound.log" 2>&1 &
within 100 grep -q 'start of service' "$work/unbound.log" || fail "unbound does not start"

names() { grep -c . "$1"; }
sed 's/ r$//' "$list" >"$work/all"
grep -v ' r$' "$list" >"$work/direct"
[ "$(names "$work/all")" -ge 1000 ] || fail "$(names "$work/all") names only"

check() { # the list, and resolv.conf
	printf '%s\n' "${@:2}" 'search one.example.test two.example.test' >"$work/resolv.conf"
	echo "run-dns.sh: $(names "$1") names by" "${@:2}"
	# The servers themselves may be late where the machine is busy, and are asked once more then: what
	# is really wrong is so the second time.
	"$program" "$1" || "$program" "$1" || fail "the answers differ"
}
check "$work/all" 'nameserver 127.0.0.2'
check "$work/direct" 'nameserver 127.0.0.1'
check "$work/all" 'nameserver ::1' 'options use-vc'
check "$work/all" 'nameserver ::1' 'nameserver 127.0.0.2' 'options single-request rotate edns0'
grep -E '^(a|big)1' "$work/all" >"$work/some"
check "$work/some" 'nameserver fe80::53%lo'

# the example: a name and what stands in a file are found, one that is not there makes its exit code 1
printf 'nameserver 127.0.0.2\n' >"$work/resolv.conf"
"$resolve" b1.example.test box >"$work/resolve.log" || fail "resolve: $?"
for line in '^b1.example.test: found, ' '^  192.0.2.1$' '^  2001:db8:1::1$' '^box: found, ' '^  10.10.0.1$' \
	'^  IPv4: found, by 127.0.0.2 in [0-9.]* ms, for [0-9]* s$' '^  IPv6: found, by 127.0.0.2 '; do
	grep -q "$line" "$work/resolve.log" || fail "resolve does not print $line"
done
! "$resolve" b1.example.test no1.example.test >"$work/resolve.log" || fail "resolve finds no1"
grep -q '^no1.example.test: there is none' "$work/resolve.log" || fail "resolve and no1"
# it follows the time to live, one second
"$resolve" --watch brief.example.test >"$work/resolve.log" &
watching=$!
twice() { [ "$(grep -c '^brief.example.test: found' "$work/resolve.log")" -ge 2 ]; }
within 100 twice || fail "resolve --watch does not ask again"
kill -INT $watching
wait $watching || fail "resolve --watch ended with $?"
echo "run-dns.sh: passed"
