#!/bin/bash
# Builds the fuzz targets and runs each for some seconds, from the seeds that are kept.
#
#     FUZZ_SECONDS=600 .ci/fuzz.sh [target...]

set -eu -o pipefail
cd "$(dirname "$0")/../fuzz"

seconds=${FUZZ_SECONDS:-5}
host=$(rustc -vV | sed -n 's/^host: //p')
if [ $# -eq 0 ]; then
	for target in targets/*.rs; do
		set -- "$@" "$(basename "$target" .rs)"
	done
fi

# coverage for libFuzzer, as `cargo fuzz` asks for it, on stable Rust
export RUSTFLAGS='-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares'
cargo build --release --locked --quiet --target "$host"
bin=$(cargo metadata --format-version 1 --no-deps --quiet | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/$host/release

for target in "$@"; do
	ls "seeds/$target"/* >/dev/null 2>&1 || {
		echo "fuzz: there is no seed for $target in fuzz/seeds/$target"
		exit 1
	}
	work=$(mktemp -d)
	printf '\n== fuzz: %s, %s s\n' "$target" "$seconds"
	"$bin/$target" -max_len=4096 -max_total_time="$seconds" -timeout=5 -print_final_stats=1 \
		-artifact_prefix="$target-" "$work" "seeds/$target" >"$work.log" 2>&1 || {
		tail -n 40 "$work.log"
		echo "fuzz: $target failed; the input is fuzz/$target-*"
		exit 1
	}
	grep -E 'stat::number_of_executed_units|^#[0-9]+.*DONE' "$work.log"
	rm -rf "$work" "$work.log"
done
