# For scripts that start servers: a folder of their own in $work, which goes at the end with every
# process that they left in the background, and waiting for a state. To be sourced.

work=$(mktemp -d)
leave() {
	local pid
	for pid in $(jobs -pr); do
		kill "$pid" 2>/dev/null || true
	done
	wait
	rm -rf "$work"
}
trap leave EXIT

# until a command succeeds, for so many tenths of a second
within() {
	local n
	for ((n = 0; n < $1; n++)); do
		"${@:2}" && return
		sleep 0.1
	done
	return 1
}
