#!/bin/bash
#
# Websocket against python's websockets, as client and as server.
#
#     run-ws.sh <program>
#
# The program is peers/ws_peers.c. Exit code 77: python or its websockets are not installed.

set -euo pipefail

program=$(realpath "$1")
for python in python3 /usr/bin/python3 none; do
	"$python" -c 'import websockets' 2>/dev/null && break
done
if [ "$python" = none ]; then
	echo "skipped: python3 has no websockets"
	exit 77
fi
exec timeout 120 "$python" "$(dirname "$0")/peers/ws_peers.py" "$program"
