#!/bin/sh
# Looks at a library from outside.
#
#     run-library.sh shared <libwebsockets.so> <file of symbols>
#     run-library.sh static <libwebsockets.a> <file of symbols>
#     run-library.sh size <libwebsockets.so> <bytes it may have when stripped>

set -eu

what=$1
library=$2
expected=$3
failed=0

fail() {
	echo "$library: $*"
	failed=1
}

# compares the symbols that nm printed with the list
symbols() {
	found=$(mktemp)
	wanted=$(mktemp)
	"$@" "$library" | awk 'NF >= 3 { print $3 }' | sort >"$found"
	sort "$expected" >"$wanted"
	[ -s "$wanted" ] || fail "$expected is empty"
	diff -u "$wanted" "$found" || fail "does not show what $expected lists"
	rm -f "$found" "$wanted"
}

case $what in
shared)
	symbols nm -D --defined-only
	dynamic=$(readelf -dW "$library")
	case $dynamic in
	*'soname: [libwebsockets.so.19]'*) ;;
	*) fail "the SONAME is not libwebsockets.so.19" ;;
	esac
	case $dynamic in
	*TEXTREL*) fail "has text relocations" ;;
	esac
	case $dynamic in
	*BIND_NOW*) ;;
	*) fail "is not bound at start" ;;
	esac
	readelf -lW "$library" | grep -q GNU_RELRO || fail "has no read-only relocations"
	# the C library, the unwinder of the compiler, OpenSSL for TLS, and nobody else
	needed=$(echo "$dynamic" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
		grep -Ev '^(lib(c|m|dl|rt|util|pthread)\.so\.[0-9]+|libgcc_s\.so\.1|lib(ssl|crypto)\.so\.3|ld-linux.*)$' || true)
	[ -z "$needed" ] || fail "needs $needed"
	link=$(dirname "$library")/libwebsockets.so
	[ "$(readlink -f "$link")" = "$(readlink -f "$library")" ] || fail "libwebsockets.so does not lead to it"
	;;
static)
	symbols nm -g --defined-only
	;;
size)
	stripped=$(mktemp)
	strip --strip-unneeded -o "$stripped" "$library"
	bytes=$(wc -c <"$stripped")
	rm -f "$stripped"
	echo "$bytes bytes stripped, at most $expected"
	[ "$bytes" -le "$expected" ] || fail "is too large"
	;;
*)
	fail "what is '$what'?"
	;;
esac

exit $failed
