#!/bin/sh
# Builds and runs the echo bench of a CMake build directory and prints
# Markdown for docs/benchmarks.md.
#
#     c-tests/bench/run-echo.sh <build directory>

set -eu

build=${1:?usage: run-echo.sh <build directory>}
cmake --build "$build" --target bench >&2
bin=$(dirname "$(find "$build" -type f -name bench_echo_load | head -n 1)")

cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
echo "Linux $(uname -r) on $(uname -m), ${cpu:-unknown processor}, $(nproc) cores, $(date +%Y-%m-%d)"
echo

set -- "this library" "$bin/bench_echo_server"
if [ -x "$bin/bench_echo_server_theirs" ]; then
	set -- "$@" "libwebsockets $(pkg-config --modversion libwebsockets)" "$bin/bench_echo_server_theirs"
	# what the system takes when there is no library at all
	set -- "$@" "bare epoll" "$bin/bench_echo_plain"
fi
"$bin/bench_echo_load" "$@"
