#!/bin/sh
# Two ways to begin, on a bare Debian 12 or 13, as root or with sudo:
#
#     ./setup.sh          installs what the build needs and is missing, and builds
#     ./setup.sh tests    installs what the tests need as well; ./test.sh runs them
#
# What is installed is named first, and comes from the distribution by apt-get; crates come by cargo.
# Where there is no apt-get, it names what is missing and stops.

set -eu
cd "$(dirname "$0")"

for_tests=false
case ${1-} in
'') ;;
tests) for_tests=true ;;
*)
	echo "usage: $0 [tests]" >&2
	exit 2
	;;
esac

rust=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)

# Rust as rustup installs it goes before the distribution's.
PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
export PATH

missing=

# need <package> <command...>: the package is missing when the command fails
need() {
	package=$1
	shift
	"$@" >/dev/null 2>&1 || missing="$missing $package"
}

has() {
	command -v "$1"
}

header() {
	echo "#include <$1>" | cc -E -
}

library() {
	pkg-config --exists "$1"
}

# at_least <version> <version>: is the first the second or later?
at_least() {
	printf '%s\n%s\n' "$2" "$1" | sort -C -V
}

new_enough() {
	at_least "$("$1" --version | cut -d ' ' -f 2)" "$rust"
}

# Is the package there to be had in a version that is new enough?
offered() {
	candidate=$(apt-cache policy "$1" | sed -n 's/^ *Candidate: //p')
	at_least "${candidate:-0}" "$rust"
}

rust_missing() {
	! has rustc >/dev/null || ! has cargo >/dev/null || ! new_enough rustc || ! new_enough cargo
}

look() {
	missing=
	need gcc has cc
	need libc6-dev header stdio.h
	need binutils has objcopy
	need cmake has cmake
	need ninja-build has ninja
	# how cargo finds OpenSSL
	need pkg-config has pkg-config
	need libssl-dev library openssl
	# crates are fetched by https
	need ca-certificates test -e "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}"
	$for_tests || return 0
	need g++ has c++
	need make has make
	need openssl has openssl
	need clang has clang
	need libclang-dev clang_library
	need valgrind has valgrind
	need libc6-dbg debug_symbols
	need iproute2 has ip
	need libwebsockets-dev library libwebsockets
	need libzmq3-dev library libzmq
	need libglib2.0-dev library glib-2.0
	need libuv1-dev library libuv
	need nsd has_server nsd
	need unbound has_server unbound
	need libc-ares-dev library libcares
	need python3-websockets python_websockets
}

# the peer of c-tests/run-ws.sh, which asks the same
python_websockets() {
	python3 -c 'import websockets' 2>/dev/null || /usr/bin/python3 -c 'import websockets' 2>/dev/null
}

# what only root has in its PATH
has_server() {
	PATH=$PATH:/usr/sbin:/sbin has "$1"
}

# valgrind cannot start a program without those of the dynamic linker
debug_symbols() {
	valgrind -q true
}

clang_library() {
	ls "$(clang -print-resource-dir)"/../../*/libclang*.so* "$(clang -print-resource-dir)"/../../libclang*.so* |
		grep -v cpp
}

look
if rust_missing; then
	missing="$missing rustc cargo"
fi

if [ -n "$missing" ]; then
	if ! has apt-get >/dev/null; then
		echo "setup.sh: these are missing, by the names of Debian's packages:$missing" >&2
		echo "setup.sh: of Rust (rustc, cargo) $rust or later is needed" >&2
		exit 1
	fi
	if [ "$(id -u)" -eq 0 ]; then
		as_root=
	elif has sudo >/dev/null; then
		as_root=sudo
	else
		echo "setup.sh: these are missing, and without root or sudo they are not installed:$missing" >&2
		exit 1
	fi
	echo "setup.sh: reading the lists of packages (apt-get update)"
	$as_root apt-get update -q
	if rust_missing; then
		missing=${missing% rustc cargo}
		if offered rustc && offered cargo; then
			missing="$missing rustc cargo"
		elif offered rustc-web && offered cargo-web; then
			# where Debian puts a newer Rust beside that of a release
			missing="$missing rustc-web cargo-web"
		else
			echo "setup.sh: Rust $rust or later is missing, and this distribution has none" >&2
			exit 1
		fi
	fi
	echo "setup.sh: installing$missing"
	# shellcheck disable=SC2086 # a list of words
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
	look
	if [ -n "$missing" ] || rust_missing; then
		echo "setup.sh: installed, but not found:$missing; rustc: $(rustc --version 2>&1)" >&2
		exit 1
	fi
else
	echo "setup.sh: nothing is missing"
fi

$for_tests || {
	[ -e build/CMakeCache.txt ] || cmake -S . -B build -G Ninja -DLWS_BUILD_TESTS=OFF
	cmake --build build
}
