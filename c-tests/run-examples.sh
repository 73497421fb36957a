#!/bin/bash
# Runs an example and does with it what the top of its source says.
#
#     run-examples.sh echo <raw-echo> <netcat>
#     run-examples.sh udp <udp-echo>
#     run-examples.sh pty <pty-reader>
#     run-examples.sh netwatch <netwatch>
#     run-examples.sh loop <loop-epoll, -glib or -uv> <netcat>
#     run-examples.sh http <http-server> <http-get>
#     run-examples.sh chat <ws-chat> <http-get>

set -eu -o pipefail

what=$1
program=$2
netcat=${3:-}
get=$netcat
work=$(mktemp -d)

fail() {
	echo "$program: $*"
	cat "$work"/*.log 2>/dev/null || true
	exit 1
}

# ends what is still running, whatever happened
leave() {
	local pid
	for pid in $(jobs -pr); do
		kill "$pid" || true
	done
	rm -rf "$work"
}
trap leave EXIT

# until a command succeeds, for a minute at most
try() {
	local n
	for ((n = 0; n < 600; n++)); do
		if "$@"; then
			return
		fi
		[ -z "$port" ] || kill -0 "$server" 2>/dev/null || start "$input"
		sleep 0.1
	done
	fail "this never came true: $*"
}

# starts the program on a port below those that the system gives to others; on
# another, where somebody has that one
port=
server=
input=
folder=
start() {
	input=$1
	port=$((20000 + RANDOM % 10000))
	"$program" "$port" ${folder:+"$folder"} <"$1" >"$work/server.log" 2>&1 3>&- 4>&- &
	server=$!
}

# who was asked to end, or has no more to do, ends well
ends() {
	wait "$1" || fail "$2 ended with $?"
}

case $what in
echo)
	head -c 3000000 /dev/urandom >"$work/sent"
	start /dev/null
	# in one piece from a pipe, once it is there; then from a file
	greet() {
		echo hello | "$netcat" 127.0.0.1 "$port" >"$work/said" 2>"$work/netcat.log"
	}
	try greet
	[ "$(cat "$work/said")" = hello ] || fail "hello came back as $(cat "$work/said")"
	"$netcat" 127.0.0.1 "$port" <"$work/sent" >"$work/got" || fail "netcat failed"
	cmp "$work/sent" "$work/got" || fail "another file came back"
	"$netcat" 127.0.0.1 "$port" < <(cat "$work/sent") >"$work/got" || fail "netcat failed"
	cmp "$work/sent" "$work/got" || fail "something else came back"
	kill "$server"
	ends "$server" raw-echo
	[ "$(grep -c connected "$work/server.log")" = "$(grep -c went "$work/server.log")" ] ||
		fail "who connected has not gone"
	if echo hello | "$netcat" 127.0.0.1 "$port" 2>/dev/null; then
		fail "netcat found somebody where nobody is"
	fi
	;;
udp)
	start /dev/null
	exchange() {
		exec 3<>"/dev/udp/127.0.0.1/$port"
		printf 'hello' >&3 2>/dev/null &&
			[ "$(timeout 5 dd bs=2000 count=1 status=none <&3 2>/dev/null)" = hello ]
	}
	try exchange
	grep -q '5 bytes from ' "$work/server.log" || fail "does not say who sent it"
	kill "$server"
	ends "$server" udp-echo
	;;
pty)
	"$program" >"$work/server.log" 2>&1 &
	server=$!
	try grep -q '^write to ' "$work/server.log"
	echo hello >"$(sed -n 's/^write to //p' "$work/server.log")"
	try grep -qx hello "$work/server.log"
	kill "$server"
	ends "$server" pty-reader
	;;
netwatch)
	# in a network of its own
	if ! unshare -Urn true 2>/dev/null; then
		echo "skipped: no network of our own"
		exit 77
	fi
	unshare -Urn bash -eu -c '
		ip link set lo up
		"$0" 127.0.0.1 192.0.2.1 >"$1/server.log" 2>&1 &
		watch=$!
		see() {
			for ((n = 0; n < 600; n++)); do
				grep -q "$2" "$1" && return
				sleep 0.1
			done
			exit 1
		}
		see "$1/server.log" "^192.0.2.1: Network is unreachable"
		ip route add 192.0.2.0/24 dev lo
		see "$1/server.log" "^192.0.2.1: dev lo by 192.0.2.0/24"
		kill -INT "$watch"
		wait "$watch"' "$program" "$work" || fail "netwatch ended with $?"
	grep -qx '{"state":"OPERATIONAL"}' "$work/server.log" || fail "the ladder is not shown"
	grep -qx '  local 127.0.0.1/32 dev lo table 255 metric 0' "$work/server.log" ||
		fail "the table is not shown"
	grep -qx '127.0.0.1: dev lo by 127.0.0.1/32' "$work/server.log" || fail "no way to itself"
	grep -qx '{"rt":"add"}' "$work/server.log" || fail "the new route was not told"
	;;
loop)
	mkfifo "$work/says" "$work/quiet"
	# both inputs stay open, and nobody else has them
	exec 3<>"$work/says" 4<>"$work/quiet"
	start "$work/says"
	listen() {
		"$netcat" 127.0.0.1 "$port" <"$work/quiet" >"$work/heard" 2>"$work/netcat.log" 3>&- 4>&- &
		client=$!
		sleep 0.2
		kill -0 "$client" 2>/dev/null
	}
	try listen
	# it hears what is said once it is taken in
	hears() {
		echo hello >&3
		grep -qx hello "$work/heard"
	}
	try hears
	exec 3>&-
	ends "$server" "$(basename "$program")"
	ends "$client" netcat
	;;
http)
	folder=$work/files
	mkdir "$folder"
	echo hello >"$folder/index.html"
	head -c 3000000 /dev/urandom >"$folder/long.png"
	start /dev/null
	page() {
		"$get" "http://127.0.0.1:$port/" >"$work/got" 2>"$work/get.log"
	}
	try page
	cmp "$folder/index.html" "$work/got" || fail "another page came"
	"$get" "http://127.0.0.1:$port/long.png" >"$work/got" || fail "http-get failed"
	cmp "$folder/long.png" "$work/got" || fail "another file came"
	if "$get" "http://127.0.0.1:$port/none.png" >"$work/got" 2>"$work/get.log"; then
		fail "http-get got what is not there"
	fi
	grep -qx 'http-get: status 404' "$work/get.log" || fail "the status is not told"
	kill "$server"
	ends "$server" http-server
	;;
chat)
	start /dev/null
	page() {
		"$get" "http://127.0.0.1:$port/" >"$work/page" 2>"$work/get.log"
	}
	try page
	grep -q '<title>Chat</title>.*new WebSocket' "$work/page" || fail "another page came"
	# asks for the WebSocket as the page does, on descriptor $1
	join() {
		local line
		printf '%s\r\n' 'GET / HTTP/1.1' 'Host: here' 'Upgrade: websocket' \
			'Connection: Upgrade' 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==' \
			'Sec-WebSocket-Version: 13' 'Sec-WebSocket-Protocol: chat' '' >&"$1"
		while IFS= read -r -t 60 -u "$1" line; do
			[ "$line" != $'\r' ] || return 0
		done
		fail "the WebSocket is refused"
	}
	exec 3<>"/dev/tcp/127.0.0.1/$port" 4<>"/dev/tcp/127.0.0.1/$port"
	join 3
	join 4
	# a frame of text; its mask is four zeros
	printf '\201\205\0\0\0\0hello' >&3
	for fd in 3 4; do
		[ "$(timeout 60 head -c 7 <&"$fd" | tail -c 5)" = hello ] || fail "$fd hears nothing"
	done
	exec 3>&- 4>&-
	kill "$server"
	ends "$server" ws-chat
	;;
*)
	fail "what is '$what'?"
	;;
esac
