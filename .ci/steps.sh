# For .ci/run and test.sh, which source it: steps that say how long they took, and steps side by side.

# step <command...>: says what is run and, when it went well, how many seconds it took
step() {
	local began=$SECONDS
	printf '\n== %s\n' "$*"
	"$@"
	printf '== %s s: %s\n' $((SECONDS - began)) "$*"
}

# beside <command...> -- <command...>: runs the first in the background and the second in the foreground,
# then shows what the first one printed. Ends the script when one of them fails.
beside() {
	local first=() log pid status
	while [ "$1" != -- ]; do
		first+=("$1")
		shift
	done
	shift
	log=$(mktemp)
	(step "${first[@]}") </dev/null >"$log" 2>&1 &
	pid=$!
	# not with ||, inside which the shell goes on after an error
	set +e
	(
		set -e
		step "$@"
	)
	status=$?
	wait "$pid" || status=$?
	set -e
	cat "$log"
	rm -f "$log"
	[ "$status" -eq 0 ] || exit "$status"
}
