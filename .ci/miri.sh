#!/bin/bash
# Miri over those unit tests of sys, smd and event that it can run: what holds pointers of C, the locks, the bus, the
# timers. It has no epoll of ours, no network and no databases of users, so the others stay out. Where there is no
# nightly toolchain with Miri, the reason is printed and nothing is run.

set -eu -o pipefail
cd "$(dirname "$0")/.."

if ! version=$(cargo +nightly miri --version 2>/dev/null); then
	echo "miri: not run: there is no nightly toolchain with the components miri and rust-src"
	exit 0
fi
echo "miri: $version"

# The clock is the machine's: messages and timers go by it. Queued timers keep numbers in pointers.
export MIRIFLAGS="-Zmiri-disable-isolation -Zmiri-permissive-provenance"
export CARGO_TARGET_DIR=target/miri
export CARGO_PROFILE_DEV_DEBUG=0

cargo +nightly miri test --locked --lib --no-run
timeout 240 cargo +nightly miri test --locked --lib -- \
	sys::arena sys::block sys::buflist sys::blob sys::timer smd:: event::
