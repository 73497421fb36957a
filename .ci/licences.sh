#!/bin/bash
# Every crate that the library or its tests are built of may be used under a licence of this list.

set -eu -o pipefail
cd "$(dirname "$0")/.."

allowed='MIT|Apache-2.0|Apache-2.0 WITH LLVM-exception|BSD-2-Clause|BSD-3-Clause|ISC|Zlib|Unlicense|Unicode-3.0'
# used by tests alone, as a program: its licence does not reach the library
test_only='MPL-2.0'

# crates <licences> <kinds of dependencies>: prints those that have no such licence. An expression is
# taken apart at AND, each part at OR: of each part one licence must be in the list.
crates() {
	cargo tree --locked --target all --edges "$2" --prefix none --no-dedupe --format '{p}|{l}' |
		sed 's/ (.*)|/|/; s/ v[0-9].*|/&/' | sort -u |
		awk -F '|' -v allowed="$1" '
			BEGIN { n = split(allowed, a, "|"); for (i = 1; i <= n; i++) ok[a[i]] = 1 }
			{
				text = $2
				gsub(/[()]/, "", text)
				gsub(/\//, " OR ", text)
				count = split(text, parts, / AND /)
				for (i = 1; i <= count; i++) {
					choices = split(parts[i], choice, / OR /)
					found = 0
					for (j = 1; j <= choices; j++) {
						if (choice[j] in ok)
							found = 1
					}
					if (!found) {
						print $1 ": \"" $2 "\""
						break
					}
				}
			}'
}

printf '\n== licences\n'
bad=$(crates "$allowed" normal,build; crates "$allowed|$test_only" normal,build,dev)
if [ -n "$bad" ]; then
	echo "not in the list of .ci/licences.sh:"
	echo "$bad"
	exit 1
fi
echo "$(cargo tree --locked --target all --edges normal,build,dev --prefix none --no-dedupe --format "{p}" | cut -d " " -f 1,2 | sort -u | wc -l) crates, every licence in the list"
echo "left out: advisories; their list is a git repository, and registries of crates do not serve it"
