# For NAME.sh: a network of its own, a program on the library that is asked for.
# shellcheck shell=sh

# begin <library> <port> <program...>: starts it and waits until it listens
begin() {
	library=$1
	port=$2
	shift 2
	ip link set lo up
	LD_LIBRARY_PATH=$library LD_BIND_NOW=1 "$@" >&2 &
	program=$!
	for _ in $(seq 200); do
		kill -0 $program
		! ss -Hltn "sport = :$port" | grep -q . || break
		sleep 0.05
	done
	loaded=$(grep -o '/[^ ]*/libwebsockets.so[^ ]*' "/proc/$program/maps" | sort -u)
	case ${library:-debian}:$loaded in
	"$library":"$library"/* | debian:/usr/lib/*) ;;
	*)
		echo "it runs on $loaded"
		exit 1
		;;
	esac
}

# end: asks it to end, which is to succeed
end() {
	kill $program
	wait $program
}
