#!/bin/sh
# Run where Debian 13's libwebsockets-dev is installed and build/ has our library: see .ci/fresh.sh.
#
# - Every program here is compiled against Debian's headers and linked with its library. One whose first
#   comment says `parity` runs on that first. Then it runs on ours. 0 is passed, 77 is skipped.
# - consumer/ is a project that leans on what Debian's package has for CMake and pkg-config; it is built
#   and run with Debian's and with ours.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
project=$here/../..
ours=$project/build
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
skipped=0

check() {
	rc=0
	LD_LIBRARY_PATH=$2 timeout 60 "$work/program" >"$work/said" 2>&1 || rc=$?
	case $rc in
	0) passed=$((passed + 1)) ;;
	77)
		skipped=$((skipped + 1))
		echo "skipped: $1: $(tail -n 1 "$work/said")"
		;;
	*)
		failed=$((failed + 1))
		echo "FAILED ($rc): $1"
		cat "$work/said"
		;;
	esac
}

version=$(pkg-config --modversion libwebsockets)
case $version in
4.3.5*) ;;
*)
	echo "libwebsockets-dev is $version, not Debian 13's 4.3.5"
	exit 1
	;;
esac

for source in "$here"/*.c; do
	[ -e "$source" ] || continue
	name=$(basename "$source" .c)
	# shellcheck disable=SC2046 # a list of words
	cc -std=gnu11 -O1 -Wall -Wextra -Werror -o "$work/program" "$source" \
		$(pkg-config --cflags --libs libwebsockets) -lpthread
	LD_LIBRARY_PATH=$ours ldd "$work/program" | grep -q "libwebsockets.so.19 => $ours/" || {
		echo "$name does not load our library"
		exit 1
	}
	if sed '/\*\//q' "$source" | grep -qw parity; then
		check "$name on Debian's" ''
	fi
	check "$name on ours" "$ours"
done

# consumer <debian|ours> <where its .pc is> [option of cmake]
consumer() {
	PKG_CONFIG_PATH=$2 cmake -S "$here/consumer" -B "$work/consumer-$1" ${3:+"$3"} || return 1
	cmake --build "$work/consumer-$1" || return 1
	for program in by_target by_variable by_pkg_config; do
		runs_on=$(LD_LIBRARY_PATH=${2%/pkgconfig} "$work/consumer-$1/$program") || return 1
		echo "$program: $runs_on"
		case $1-$runs_on in
		ours-*relws*) ;;
		debian-*relws* | ours-*) return 1 ;;
		esac
	done
}

cmake --install "$ours" --prefix "$work/ours" >/dev/null
ours_pc=$(dirname "$(find "$work/ours" -name libwebsockets.pc)")
for whose in debian ours; do
	case $whose in
	debian) set -- ;;
	ours) set -- "$ours_pc" "-DCMAKE_PREFIX_PATH=$work/ours" ;;
	esac
	if consumer $whose "${1-}" "${2-}" >"$work/said" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: consumer with the package of $whose"
		cat "$work/said"
	fi
done

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
