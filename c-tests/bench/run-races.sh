#!/bin/sh
# Builds and runs the bench of races of a CMake build directory, prints Markdown
# for docs/benchmarks.md and draws the same as a picture. Everything happens in
# networks of its own. Takes some minutes: others than this library wait long.
#
#     c-tests/bench/run-races.sh <build directory> [picture.svg]
#
# BENCH_ROUNDS (5) processes of each client for each line; figures are medians.

set -eu

build=${1:?usage: run-races.sh <build directory> [picture.svg]}
picture=${2:-races.svg}
cmake --build "$build" --target bench_races_all >&2
bin=$(dirname "$(find "$build" -type f -name bench_races | head -n 1)")
here=$(cd "$(dirname "$0")" && pwd)

set -- "relws=$bin/bench_race_lws"
if [ -x "$bin/bench_race_lws_theirs" ]; then
	set -- "$@" "lws=$bin/bench_race_lws_theirs"
fi
if [ -x "$bin/bench_race_curl" ]; then
	set -- "$@" "curl=$bin/bench_race_curl"
fi
if command -v python3 >/dev/null; then
	set -- "$@" "asyncio=$here/race_asyncio.py"
fi
cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
echo "Linux $(uname -r) on $(uname -m), ${cpu:-unknown processor}, $(nproc) cores, $(date +%Y-%m-%d)," \
	"load $(cut -d ' ' -f 1 /proc/loadavg). lws $(pkg-config --modversion libwebsockets 2>/dev/null || echo none)," \
	"curl $(pkg-config --modversion libcurl 2>/dev/null || echo none)," \
	"$(python3 --version 2>/dev/null || echo no Python). Milliseconds."
echo
"$bin/bench_races" "$picture" "$@"
