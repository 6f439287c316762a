#!/usr/bin/env bash
# What is installed is enough for a stranger: a program builds and runs with
# nothing but pkg-config, shared and static.
# usage: install.sh SOURCE BUILD, with CC in the environment
set -u
cd "$1" || exit 1
build=$2
. tests/lines.sh

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
trap 'exit 1' INT TERM
meson install -C "$build" --no-rebuild --quiet --destdir "$place" >"$place/log" 2>&1 ||
	{ fail "it installs" "$(tail -n 1 "$place/log")"; finish; }

pc=$(find "$place" -name xskpkt.pc)
libs=$(dirname "$(find "$place" -name libxskpkt.so)")
export PKG_CONFIG_PATH=${pc%/*} PKG_CONFIG_SYSROOT_DIR=$place
work=$place/work
mkdir "$work"

cat >"$work/stranger.c" <<'C'
#include <stdio.h>
#include <xskpkt/xskpkt.h>

int main(void)
{
	struct xskpkt_pool_opts opts = { .size = sizeof(opts), .frame_size = 5 };
	struct xskpkt_pool *pool = NULL;
	int err = xskpkt_pool_create(&pool, &opts);

	printf("%s\n%d\n%s\n", xskpkt_version(), err, xskpkt_errmsg());
	return !(err < 0 && !pool);
}
C

# -I and -l of ours, and nothing that changes how a user's code is compiled.
pushes_nothing() {
	local flags
	flags=$(pkg-config --cflags --libs xskpkt) || return 1
	for flag in $flags; do
		case $flag in
		-I"$place"/* | -L"$place"/* | -lxskpkt) ;;
		*) echo "pushes $flag"; return 1 ;;
		esac
	done
}
manuals_are_there() {
	local page
	for page in $(find doc/man -name '*.[1-9]' 2>/dev/null); do
		find "$place" -name "${page##*/}*" | grep -q . || { echo "no $page"; return 1; }
	done
}
builds() { # PROGRAM [--static]
	$CC -Wall -Wextra -Werror -o "$work/$1" "$work/stranger.c" \
		$(pkg-config --cflags xskpkt) $(pkg-config ${2-} --libs xskpkt)
}
# It says its version, and why its call failed.
runs() { # PROGRAM
	local version sentence
	LD_LIBRARY_PATH=$libs "$work/$1" >"$work/$1.out" || { cat "$work/$1.out"; return 1; }
	version=$(sed -n 1p "$work/$1.out") sentence=$(sed -n 3p "$work/$1.out")
	[ "$version" = "$(pkg-config --modversion xskpkt)" ] || { echo "is $version"; return 1; }
	[ -n "$sentence" ] || { echo "no sentence"; return 1; }
}
needs_library() { ldd "$work/$1" | grep -q libxskpkt; }

ok "it installs"
check "pkg-config pushes nothing on a user" pushes_nothing
check "every manual page is installed" manuals_are_there
check "a program builds against the shared library" builds shared
check "it runs" runs shared
check "it uses the shared library" needs_library shared
# With both there the linker prefers the shared one.
rm "$libs"/libxskpkt.so*
check "a program builds against the static library" builds static --static
check "it runs without the shared one" runs static
finish
