#!/bin/sh
# Runs the same test linked with libwebsockets of the distribution and with
# this library, and shows where what they print differs.
#
#     run-parity.sh <theirs> <ours>

set -u

theirs=$1
ours=$2

# a path that leads to another build of this library is for ours alone
env -u LD_LIBRARY_PATH "$theirs" >"$ours.theirs" 2>"$ours.theirs.log"
theirs_rc=$?
"$ours" >"$ours.ours" 2>"$ours.ours.log"
ours_rc=$?

if [ "$theirs_rc" -ne 0 ] || [ "$ours_rc" -ne 0 ]; then
	echo "exit codes: theirs $theirs_rc, ours $ours_rc"
	echo "--- theirs, stderr"
	cat "$ours.theirs.log"
	echo "--- ours, stderr"
	cat "$ours.ours.log"
	diff -u "$ours.theirs" "$ours.ours"
	exit 1
fi
if ! [ -s "$ours.theirs" ]; then
	echo "nothing was printed, so nothing was compared"
	exit 1
fi
diff -u "$ours.theirs" "$ours.ours"
