#!/bin/sh
# Builds and runs the routing benches of a CMake build directory and prints
# Markdown for docs/benchmarks.md. Everything happens in networks of their own,
# which the programs make for themselves.
#
#     c-tests/bench/run-route.sh <build directory> [rounds]
#
# BENCH_ROUTES (1000000) is the size of the largest table.

set -eu

build=${1:?usage: run-route.sh <build directory> [rounds]}
BENCH_ROUNDS=${2:-${BENCH_ROUNDS:-5}}
export BENCH_ROUNDS
cmake --build "$build" --target bench >&2
bin=$(dirname "$(find "$build" -type f -name bench_route_table | head -n 1)")

cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
echo "Linux $(uname -r) on $(uname -m), ${cpu:-unknown processor}, $(nproc) cores, $(date +%Y-%m-%d)," \
	"load $(cut -d ' ' -f 1 /proc/loadavg)"
for what in table feed cull; do
	echo
	"$bin/bench_route_$what"
done
