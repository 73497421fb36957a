#!/bin/bash
# Every test of the project, in the order that tells soonest what is wrong.
# Ends at the first step that fails. ./setup.sh tests installs what it needs.

set -eu -o pipefail
cd "$(dirname "$0")"

PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH

step() {
	printf '\n== %s\n' "$*"
	"$@"
}

build=build-test

# Style needs what the project is written with: an older clippy warns of other things.
lint=true
for tool in cargo-fmt cargo-clippy; do
	command -v $tool >/dev/null || lint=false
done
if $lint; then
	step cargo fmt --check
	step cargo clippy --locked --all-targets -- -D warnings

	# each subsystem alone, and none
	step cargo clippy --locked --lib --no-default-features -- -D warnings
	for feature in $(sed -n 's/^switch \([A-Z0-9_]*\) .*/\1/p' options.list); do
		step cargo clippy --locked --lib --no-default-features --features "$feature" -- -D warnings
	done
	step cargo clippy --locked --lib --features fuzzing -- -D warnings
else
	printf '\n== left out: style, without cargo-fmt and cargo-clippy\n'
fi

step cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release
step cmake --build "$build"

# the tests that look at the library itself take the one just built
export RELWS_SO="$PWD/$build/libwebsockets.so.19"
export RELWS_LIBDIR="$PWD/$build"
step cargo test --locked

step env -C "$build" ctest -j2 --output-on-failure --no-tests=error

# once more with what only a debug build checks
step cmake -S . -B "$build-debug" -G "Unix Makefiles" -DCMAKE_BUILD_TYPE=Debug
step cmake --build "$build-debug" --parallel 2
step env -C "$build-debug" ctest -j2 --output-on-failure --no-tests=error -R '^(unit|parity|library)\.'

# and without routing, and names looked up on threads: what is left works, and is small
step cmake -S . -B "$build-small" -G Ninja -DCMAKE_BUILD_TYPE=Release -DLWS_WITH_NETLINK=OFF -DLWS_WITH_SYS_ASYNC_DNS=OFF
step cmake --build "$build-small"
step env -C "$build-small" ctest -j2 --output-on-failure --no-tests=error -R '^(unit|parity|library)\.'
