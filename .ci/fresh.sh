#!/bin/bash
# Is the project what it says it is on a machine that has nothing? In a bare Debian 13, made by
# debootstrap from the mirror that this machine's apt reads:
#
# - both commands of the README install what they need; the first builds and shows its work
# - Debian's own Rust, the smallest that is promised, compiles everything, tests too
# - c-tests/debian13/*.c, compiled against Debian's libwebsockets-dev, run on our library
# - a project that uses Debian's CMake package and .pc file is built with ours
# - programs of Debian's archive, unmodified, run on our library and do what they do on Debian's
#
#     .ci/fresh.sh            all of that
#     .ci/fresh.sh whole      and ./test.sh, to its end, which takes long
#     .ci/fresh.sh bookworm   the commands of the README in a bare Debian 12; `bookworm whole` as well
#
# As root. The bare system is kept in the folder FRESH_CACHE and copied for each run; crates
# are fetched outside, by `cargo vendor`.

set -eu -o pipefail
cd "$(dirname "$0")/.."
project=$PWD

suite=trixie
whole=false
for argument in "$@"; do
	case $argument in
	trixie | bookworm) suite=$argument ;;
	whole) whole=true ;;
	*)
		echo "usage: $0 [trixie | bookworm] [whole]" >&2
		exit 2
		;;
	esac
done

cache=${FRESH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/relws}
bare=$cache/$suite-$(dpkg --print-architecture)
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
root=$work/root

say() {
	printf '\n== fresh: %s\n' "$*"
}

# inside <command...>: runs it in the root, which is a root for it in the kernel's eyes too, so that
# it may make namespaces (in a chroot it may not)
inside() {
	unshare --mount --pid --fork --kill-child bash -c '
		set -eu
		mount --make-rprivate /
		mount --bind "$0" "$0"
		mount -t proc proc "$0/proc"
		mount --rbind /sys "$0/sys"
		mount --rbind /dev "$0/dev"
		mount -t tmpfs tmpfs "$0/run"
		mkdir -p "$0/.outside"
		cd "$0"
		pivot_root . .outside
		umount -l /.outside
		exec env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@"
	' "$root" "$@"
}

#
# The bare system
#

if [ ! -e "$bare/bare" ]; then
	say "a bare Debian ($suite)"
	# shellcheck source=/dev/null
	. /etc/os-release
	mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
		'Component: main' "Codename: ${VERSION_CODENAME-}" | sed -n 1p)
	if [ -z "$mirror" ]; then
		echo "fresh: skipped: apt of this machine reads no mirror of Debian"
		exit 0
	fi
	rm -rf --one-file-system "$bare"
	mkdir -p "$bare"
	if ! debootstrap --variant=minbase "$suite" "$bare/root" "$mirror" >"$work/debootstrap.log" 2>&1; then
		tail -n 20 "$work/debootstrap.log"
		if grep -q 'Failed getting release file' "$work/debootstrap.log"; then
			echo "fresh: skipped: the mirror of this machine does not serve $suite"
			exit 0
		fi
		exit 1
	fi
	touch "$bare/bare"
fi
cp -a "$bare/root" "$root"

# how this machine reaches a mirror, as far as it is not in the list of sources
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
apt-config dump | grep -E '^Acquire::(https?::|Check-|Retries)' >"$root/etc/apt/apt.conf.d/90outside" || true

say "crates"
cargo vendor --locked --quiet --versioned-dirs "$root/vendor" >/dev/null
mkdir -p "$root/root/.cargo"
cat >"$root/root/.cargo/config.toml" <<-end
	[source.crates-io]
	replace-with = "vendored"
	[source.vendored]
	directory = "/vendor"
	[net]
	offline = true
end

mkdir "$root/relws"
git ls-files -z --cached --others --exclude-standard |
	tar --create --null --files-from - --ignore-failed-read 2>/dev/null | tar --extract --directory "$root/relws"

#
# The commands of the README: what stands in its first two blocks of code, but for the tests themselves
#

first=$(awk '/^```/ { n++; next } n == 1' README.md)
second=$(awk '/^```/ { n++; next } n == 3' README.md)
case $second in
*' && ./test.sh') $whole || second=${second% && ./test.sh} ;;
*) echo "fresh: the second command of the README does not end with ./test.sh: $second"; exit 1 ;;
esac

say "$first"
inside sh -c "cd /relws && $first" >"$work/first" 2>&1 || {
	cat "$work/first"
	exit 1
}
grep '^setup.sh:' "$work/first"
tail -n 4 "$work/first"
for line in hello world; do
	tail -n 4 "$work/first" | grep -q "us  $line\$" || {
		echo "fresh: the first command did not show $line"
		exit 1
	}
done

say "$second"
if $whole; then
	inside sh -c "cd /relws && $second"
else
	inside sh -c "cd /relws && $second" >"$work/second" 2>&1 || {
		cat "$work/second"
		exit 1
	}
	grep '^setup.sh:' "$work/second"
fi
[ $suite = trixie ] || {
	say "done"
	exit 0
}

say "compiled by Debian's Rust"
inside sh -c 'rustc --version && cd /relws && cargo check --quiet --locked --all-targets &&
	cargo check --quiet --locked --lib --features fuzzing'

#
# Debian's libwebsockets-dev
#

say "programs compiled against Debian's libwebsockets-dev"
inside sh /relws/c-tests/debian13/run.sh

say "programs of Debian's archive"
inside sh /relws/c-tests/debian13/programs/run.sh

say "done"
