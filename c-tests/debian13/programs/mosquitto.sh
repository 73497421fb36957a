#!/bin/sh
# mosquitto.sh <library> <certificates>: MQTT over WebSocket, plain and TLS with certificates of clients

set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/program.sh"
certs=$2

cp "$certs/good.key" "$certs/server.key"
chmod 644 "$certs/server.key"
chmod 755 "$certs" "$certs/.."
cat >"$certs/mosquitto.conf" <<-end
	allow_anonymous true
	max_inflight_messages 0
	max_queued_messages 0
	listener 1883 127.0.0.1
	listener 9001 127.0.0.1
	protocol websockets
	listener 9002 127.0.0.1
	protocol websockets
	cafile $certs/ca.pem
	certfile $certs/good.pem
	keyfile $certs/server.key
	require_certificate true
end

begin "$1" 9001 mosquitto -c "$certs/mosquitto.conf"
python3 "$here/mosquitto.py" "$certs"
end
