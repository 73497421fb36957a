#!/bin/bash
# Every test of the project, in the order that tells soonest what is wrong.
# Ends at the first step that fails. ./setup.sh tests installs what it needs.
#
#     ./test.sh          all of it
#     ./test.sh style    how it is written
#     ./test.sh run      what it does

set -eu -o pipefail
cd "$(dirname "$0")"
. .ci/steps.sh

PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH

build=build-test

# where a panic was is wanted, variables in a debugger are not: half the time to compile and link
export CARGO_PROFILE_DEV_DEBUG=${CARGO_PROFILE_DEV_DEBUG-line-tables-only}

# Most tests wait for something most of the time. What needs a processor of its own says so by
# PROCESSORS in c-tests/CMakeLists.txt, where three are one of the machine.
jobs=$(($(nproc) * 3))

tests() {
	local where=$1
	shift
	step env -C "$where" ctest "-j$jobs" --output-on-failure --no-tests=error "$@"
}

style() {
	# Style needs what the project is written with: an older clippy warns of other things.
	local tool feature
	for tool in cargo-fmt cargo-clippy; do
		command -v $tool >/dev/null || {
			printf '\n== left out: style, without cargo-fmt and cargo-clippy\n'
			return 0
		}
	done
	step cargo fmt --check
	step cargo clippy --locked --all-targets -- -D warnings

	# each subsystem alone, and none
	step cargo clippy --locked --lib --no-default-features -- -D warnings
	for feature in $(sed -n 's/^switch \([A-Z0-9_]*\) .*/\1/p' options.list); do
		step cargo clippy --locked --lib --no-default-features --features "$feature" -- -D warnings
	done
	step cargo clippy --locked --lib --features fuzzing -- -D warnings
}

# The three libraries, which share what they are built of: as it is installed, with what only a debug
# build checks, and without routing and with names looked up on threads.
builds() {
	step cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release
	step cmake --build "$build"
	step cmake -S . -B "$build-debug" -G "Unix Makefiles" -DCMAKE_BUILD_TYPE=Debug \
		-DRELWS_CARGO_TARGET_DIR="$PWD/$build/cargo" -DLWS_BUILD_TESTS=OFF -DLWS_WITH_MINIMAL_EXAMPLES=OFF
	step cmake --build "$build-debug" --parallel 2
	step cmake -S . -B "$build-small" -G Ninja -DCMAKE_BUILD_TYPE=Release \
		-DRELWS_CARGO_TARGET_DIR="$PWD/$build/cargo" -DLWS_WITH_NETLINK=OFF -DLWS_WITH_SYS_ASYNC_DNS=OFF \
		-DRELWS_BENCHES=OFF
	step cmake --build "$build-small"
}

run() {
	beside cargo test --locked --no-run -- builds

	# the tests that look at the library itself take the one just built
	export RELWS_SO="$PWD/$build/libwebsockets.so.19"
	export RELWS_LIBDIR="$PWD/$build"
	step cargo test --locked

	tests "$build"

	# once more, the same programs with the debug build
	export LD_LIBRARY_PATH="$PWD/$build-debug${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
	ldd "$build/c-tests/unit_conn_write" | grep -F "$PWD/$build-debug/libwebsockets.so.19"
	tests "$build" -R '^(unit|parity)\.'
	unset LD_LIBRARY_PATH

	# what is left without those subsystems works, and is small
	tests "$build-small" -R '^(unit|parity|library)\.'
}

case ${1-all} in
all)
	style
	run
	;;
style) style ;;
run) run ;;
*)
	echo "usage: $0 [style | run]" >&2
	exit 2
	;;
esac
