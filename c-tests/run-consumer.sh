#!/bin/bash
# Uses the library the way somebody else's project does.
#
#     run-consumer.sh installed
#     run-consumer.sh staged
#     run-consumer.sh pkg-config <installed|staged> <shared|static>
#     run-consumer.sh find_package <installed|staged> <generator>
#     run-consumer.sh old <installed|staged>
#     run-consumer.sh add_subdirectory <generator> <build type>
#     run-consumer.sh refused <option>
#     run-consumer.sh without <option>
#
# The environment names the tools (CMAKE, CC), this project (RELWS_SOURCE), its
# build tree (RELWS_BUILD) and its configuration (RELWS_CONFIG), cargo's directory
# in it (RELWS_CARGO_DIR) and where to work (RELWS_WORK).

set -eu -o pipefail

consumers=$RELWS_SOURCE/c-tests/consumers
mkdir -p "$RELWS_WORK"

# below which directory, in which libdir: set by place()
prefix=
libdir=

fail() {
	echo "$*"
	exit 1
}

# an empty directory to work in
fresh() {
	rm -rf "${RELWS_WORK:?}/$1"
	mkdir -p "$RELWS_WORK/$1"
	echo "$RELWS_WORK/$1"
}

place() {
	case $1 in
	installed)
		prefix=$RELWS_WORK/installed
		libdir=$(sed -n 's/^CMAKE_INSTALL_LIBDIR:[A-Z]*=//p' "$RELWS_BUILD/CMakeCache.txt")
		;;
	staged)
		prefix=$RELWS_WORK/staged/opt/relws
		libdir=lib/odd
		;;
	esac
}

# every file a package of ours has, below the prefix
complete() {
	local file
	for file in include/libwebsockets.h include/lws_config.h \
		"$libdir"/libwebsockets.{so,so.19,a} \
		"$libdir"/pkgconfig/libwebsockets{,_static}.pc \
		"$libdir"/cmake/libwebsockets/libwebsockets-config{,-version}.cmake \
		"$libdir"/cmake/libwebsockets/{LibwebsocketsTargets,LwsCheckRequirements}.cmake; do
		[ -e "$prefix/$file" ] || fail "$file was not installed"
	done
	diff <(cd "$RELWS_SOURCE/include/libwebsockets" && find . -name '*.h' | sort) \
		<(cd "$prefix/include/libwebsockets" && find . -type f | sort) ||
		fail "not all headers were installed"
	[ "$(readlink "$prefix/$libdir/libwebsockets.so")" = libwebsockets.so.19 ] ||
		fail "libwebsockets.so is not a link to libwebsockets.so.19"
}

# runs a program; the second argument says which kind of library it must use
run() {
	local needed
	needed=$(readelf -dW "$1" | grep NEEDED)
	case $2:$needed in
	shared:*libwebsockets.so.19*) ;;
	shared:*) fail "$1 does not use the shared library" ;;
	static:*libwebsockets*) fail "$1 uses the shared library" ;;
	esac
	LD_LIBRARY_PATH=${3:-} "$1"
}

case $1 in
installed)
	fresh installed >/dev/null
	place installed
	"$CMAKE" --install "$RELWS_BUILD" --config "$RELWS_CONFIG" --prefix "$prefix"
	complete
	;;
staged)
	fresh staged >/dev/null
	place staged
	build=$(fresh staged-build)
	# asked for by lws's names, what is always there is not refused
	mapfile -t asked < <(sed -n -E 's/^(always|alias) ([A-Z0-9_]+) .*/-D\2=ON/p' "$RELWS_SOURCE/options.list")
	[ "${#asked[@]}" -gt 10 ] || fail "options.list names nothing that is always built"
	"$CMAKE" -S "$RELWS_SOURCE" -B "$build" -G "Unix Makefiles" \
		-DCMAKE_C_COMPILER="$CC" -DCMAKE_BUILD_TYPE=Release \
		-DCMAKE_INSTALL_PREFIX=/opt/relws -DCMAKE_INSTALL_LIBDIR="$libdir" \
		-DRELWS_CARGO_TARGET_DIR="$RELWS_CARGO_DIR" \
		-DLWS_BUILD_TESTS=OFF -DLWS_WITH_MINIMAL_EXAMPLES=OFF "${asked[@]}"
	"$CMAKE" --build "$build"
	# nothing has changed, so nothing is linked again
	before=$(stat -c %Y.%i "$build/relws.o" "$build/libwebsockets.so.19")
	"$CMAKE" --build "$build"
	[ "$before" = "$(stat -c %Y.%i "$build/relws.o" "$build/libwebsockets.so.19")" ] ||
		fail "building twice made the library twice"
	DESTDIR=$RELWS_WORK/staged "$CMAKE" --install "$build"
	complete
	;;
pkg-config)
	place "$2"
	work=$(fresh "pkg-config-$2-$3")
	module=libwebsockets
	[ "$3" = shared ] || module=libwebsockets_static
	export PKG_CONFIG_PATH=$prefix/$libdir/pkgconfig
	[ "$(pkg-config --modversion $module)" = 4.3.5 ] || fail "pkg-config finds another $module"
	flags=$(pkg-config --define-variable=prefix="$prefix" --cflags --libs $module)
	# shellcheck disable=SC2086
	"$CC" -std=c99 -Wall -Wextra -Werror -o "$work/consumer" "$consumers/consumer.c" $flags
	run "$work/consumer" "$3" "$prefix/$libdir"
	;;
find_package)
	place "$2"
	work=$(fresh "find_package-$2-${3##* }")
	"$CMAKE" -S "$consumers/find_package" -B "$work" -G "$3" -DCMAKE_C_COMPILER="$CC" \
		-Dlibwebsockets_DIR="$prefix/$libdir/cmake/libwebsockets" | tee "$work/said"
	"$CMAKE" --build "$work"
	run "$work/consumer_shared" shared
	run "$work/consumer_static" static
	run "$work/consumer_lws" static
	# what the library lacks, a project that needs it is told by name
	if "$CMAKE" -S "$consumers/unmet" -B "$work/unmet" -G "$3" -DCMAKE_C_COMPILER="$CC" \
		-Dlibwebsockets_DIR="$prefix/$libdir/cmake/libwebsockets" >"$work/said" 2>&1; then
		fail "a requirement that is not met did not end the configuration"
	fi
	grep -q 'libwebsockets was built without LWS_WITH_MBEDTLS' "$work/said" || {
		cat "$work/said"
		fail "the configuration ended for another reason"
	}
	;;
old)
	place "$2"
	work=$(fresh "old-$2")
	"$CMAKE" -S "$consumers/old" -B "$work" -G "Unix Makefiles" -DCMAKE_C_COMPILER="$CC" \
		-Wno-dev -Dlibwebsockets_DIR="$prefix/$libdir/cmake/libwebsockets"
	"$CMAKE" --build "$work"
	run "$work/consumer_shared" shared
	run "$work/consumer_static" static
	;;
add_subdirectory)
	work=$(fresh "add_subdirectory-${2##* }-$3")
	"$CMAKE" -S "$consumers/add_subdirectory" -B "$work" -G "$2" \
		-DCMAKE_C_COMPILER="$CC" -DCMAKE_BUILD_TYPE="$3" \
		-DRELWS_SOURCE="$RELWS_SOURCE" -DRELWS_CARGO_TARGET_DIR="$RELWS_CARGO_DIR"
	"$CMAKE" --build "$work"
	run "$work/consumer_shared" shared
	run "$work/consumer_static" static
	;;
refused)
	work=$(fresh "refused-$2")
	if "$CMAKE" -S "$RELWS_SOURCE" -B "$work" -G "Unix Makefiles" -DCMAKE_C_COMPILER="$CC" \
		"-D$2=ON" >"$work/said" 2>&1; then
		fail "$2=ON was accepted"
	fi
	grep -q "$2=ON asks for something that is not built yet" "$work/said" || {
		cat "$work/said"
		fail "the configuration ended for another reason"
	}
	;;
without)
	work=$(fresh "without-$2")
	# Debug: it is about what is there, and compiles in a fraction of the time
	"$CMAKE" -S "$RELWS_SOURCE" -B "$work" -G "Unix Makefiles" -DCMAKE_C_COMPILER="$CC" \
		-DCMAKE_BUILD_TYPE=Debug -DRELWS_CARGO_TARGET_DIR="$RELWS_CARGO_DIR" \
		-DLWS_BUILD_TESTS=OFF -DLWS_WITH_MINIMAL_EXAMPLES=OFF \
		-DCMAKE_INSTALL_PREFIX="$work/prefix" -DCMAKE_INSTALL_LIBDIR=lib "-D$2=OFF"
	"$CMAKE" --build "$work"
	"$CMAKE" --install "$work"
	pc=libwebsockets
	[ "$2" != LWS_WITH_SHARED ] || pc=libwebsockets_static
	flags=$(PKG_CONFIG_PATH=$work/prefix/lib/pkgconfig pkg-config --cflags --libs $pc)
	# shellcheck disable=SC2086
	"$CC" -std=c99 -Wall -Wextra -Werror -o "$work/consumer" "$consumers/consumer.c" $flags
	case $2 in
	LWS_WITH_SHARED)
		run "$work/consumer" static
		[ ! -e "$work/prefix/lib/libwebsockets.so" ] || fail "there is a shared library all the same"
		;;
	LWS_WITH_STATIC)
		run "$work/consumer" shared "$work/prefix/lib"
		[ ! -e "$work/prefix/lib/libwebsockets.a" ] || fail "there is a static library all the same"
		;;
	*)
		run "$work/consumer" shared "$work/prefix/lib"
		! grep -Eq "^#[ 	]*define[ 	]+$2( |\$)" "$work/prefix/include/lws_config.h" ||
			fail "lws_config.h defines $2 all the same"
		sed 's/#.*//' "$RELWS_SOURCE/src/capi/exports.list" | awk -v o="$2" '$2 == o { print $1 }' |
			sort >"$work/gone"
		[ -s "$work/gone" ] || fail "exports.list has no symbol that belongs to $2"
		nm -D --defined-only "$work/libwebsockets.so.19" | awk '{ print $3 }' | sort |
			comm -12 - "$work/gone" >"$work/left"
		[ ! -s "$work/left" ] || fail "still exported: $(tr '\n' ' ' <"$work/left")"
		;;
	esac
	;;
*)
	fail "what is '$1'?"
	;;
esac
