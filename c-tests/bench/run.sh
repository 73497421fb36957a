#!/bin/sh
# Builds and runs the benches of a CMake build directory and prints Markdown
# for docs/benchmarks.md.
#
#     c-tests/bench/run.sh <build directory>

set -eu

build=${1:?usage: run.sh <build directory>}
cmake --build "$build" --target bench >&2
bin=$(dirname "$(find "$build" -type f -name bench_own | head -n 1)")

cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
echo "Linux $(uname -r) on $(uname -m), ${cpu:-unknown processor}, $(nproc) cores, $(date +%Y-%m-%d)"
echo

if [ -x "$bin/bench_smd" ]; then
	"$bin/bench_smd"
	echo
fi
"$bin/bench_own" "this library"
if [ -x "$bin/bench_own_theirs" ]; then
	echo
	"$bin/bench_own_theirs" "libwebsockets $(pkg-config --modversion libwebsockets | sed s/-$//)"
fi

library=$(find "$build" -type f -name 'libwebsockets.so.*' | head -n 1)
if [ -n "$library" ]; then
	stripped=$(mktemp)
	trap 'rm -f "$stripped"' EXIT
	strip -o "$stripped" "$library"
	echo
	echo "| size of the stripped shared library | $(stat -c %s "$stripped") bytes |"
	echo "|---|---:|"
fi
