#!/usr/bin/env bash
# Every public header compiles alone, as C11 and as C++17, without a warning.
# usage: alone.sh SOURCE BUILD, with CC in the environment
set -u
cd "$1" || exit 1
. tests/lines.sh

case $CC in
*clang*) CXX=${CC/clang/clang++} ;;
*) CXX=${CC/%cc/++} ;;
esac
[ "$CXX" = c++ ] || command -v ${CXX%% *} >/dev/null || CXX=c++

strict='-Wall -Wextra -Wpedantic -Werror -Iinclude -fsyntax-only'

compiles() { # HEADER COMMAND...
	local header=$1
	shift
	# Twice, so that the include guard is seen to work.
	printf '#include <%s>\n#include <%s>\nint unused;\n' "$header" "$header" |
		"$@" $strict -
}

for path in include/xskpkt/*.h; do
	header=${path#include/}
	check "$header alone as C11" compiles "$header" $CC -std=c11 -x c
	check "$header alone as C++17" compiles "$header" $CXX -std=c++17 -x c++
done
finish
