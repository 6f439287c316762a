#!/usr/bin/env bash
# Three lists of what the library offers are one: the headers, the map, the
# symbols of the shared library. And the version is the same everywhere.
# usage: symbols.sh SOURCE BUILD
set -u
cd "$1" || exit 1
library=$2/lib/libxskpkt.so
. tests/lines.sh

# Declarations may run over several lines, but each ends with a semicolon.
in_headers() {
	cat include/xskpkt/*.h | tr '\n' ' ' |
		grep -oP 'XSKPKT_API [^;(]*?\Kxskpkt_\w+(?=\()' | sort
}
in_map() { sed -n '/global:/,/local:/s/^\t\(\w*\);$/\1/p' lib/xskpkt.map | sort; }
in_library() {
	nm -D --defined-only "$library" |
		awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort
}
in_public_namespace() { ! in_library | grep -v '^xskpkt_'; }

version_in_header() {
	sed -nE 's/^#define XSKPKT_VERSION_\w+ ([0-9]+)$/\1/p' \
		include/xskpkt/version.h | paste -sd .
}
version_in_build() { sed -nE "s/^ *version: '([0-9.]+)',/\1/p" meson.build; }
node_in_map() { sed -n 's/^XSKPKT_\([0-9.]*\) {/\1/p' lib/xskpkt.map; }
# 0.1.0 is a release of the interface 0.1.
node_expected() { version_in_header | cut -d. -f1,2; }

same() { diff <("$1") <("$2"); }

check "the map lists what the headers declare" same in_headers in_map
check "the library exports what the map lists" same in_map in_library
check "every symbol starts with xskpkt_" in_public_namespace
check "header and build have the same version" same version_in_header version_in_build
check "the map's node is the version's" same node_expected node_in_map
finish
