#!/bin/sh
# Programs of Debian 13's archive, unmodified, on Debian's library and on ours: see .ci/fresh.sh.
#
#     run.sh [library]
#
# As root, where apt-get installs from Debian 13. Each NAME.sh starts a program in a network of its own and
# runs NAME.py, which fails where an answer is wrong and says the rest. What both libraries have said is
# compared. A program that the mirror does not have is skipped by name. MESSAGES=5000 in the environment:
# that many of each MQTT client.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../../.." && pwd)
ours=${1:-$project/build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# nothing that is installed here is to start by itself
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod +x /usr/sbin/policy-rc.d

# get <package...>: false where the mirror lacks one of them
get() {
	for package; do
		dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
			set -- "$@" "$package"
		shift
	done
	[ $# = 0 ] || apt-get install --simulate --no-install-recommends "$@" >/dev/null 2>&1 || return 1
	[ $# = 0 ] || DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
		-o Dpkg::Options::=--force-unsafe-io "$@" >"$work/apt" 2>&1 || {
		tail -n 20 "$work/apt"
		exit 1
	}
}

# compare <name> <package...>
compare() {
	name=$1
	shift
	if ! get "$@"; then
		echo "skipped: $name: the mirror does not have all of: $*"
		return
	fi
	for whose in debian ours; do
		library=
		[ $whose = debian ] || library=$ours
		rc=0
		unshare --net timeout 60 "$here/$name.sh" "$library" "$work/certs" >"$work/$name.$whose" 2>"$work/log" || rc=$?
		if [ $rc != 0 ]; then
			failed=$((failed + 1))
			echo "FAILED ($rc): $name on the library of $whose"
			cat "$work/$name.$whose"
			tail -n 40 "$work/log"
			return
		fi
	done
	if ! diff "$work/$name.debian" "$work/$name.ours"; then
		failed=$((failed + 1))
		echo "FAILED: $name: the libraries differ"
		return
	fi
	echo "passed: $name: $(wc -l <"$work/$name.ours") answers are the same"
}

get openssl iproute2
mkdir "$work/certs"
"$project/c-tests/make-certs.sh" "$work/certs"

compare mosquitto mosquitto python3-paho-mqtt
compare rtpengine rtpengine-daemon python3-websockets
[ $failed = 0 ]
