#!/bin/sh
# rtpengine.sh <library> <certificates>: what controls it by HTTP and WebSocket, plain and TLS

set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/program.sh"
certs=$2

begin "$1" 9902 rtpengine --interface=127.0.0.1 --listen-http=127.0.0.1:9901 --listen-https=127.0.0.1:9902 \
	--https-cert="$certs/good.pem" --https-key="$certs/good.key" \
	--foreground --log-stderr --log-level=6 --table=-1 --pidfile="$certs/rtpengine.pid"
python3 "$here/rtpengine.py" "$certs"
end
