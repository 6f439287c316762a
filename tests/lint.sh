#!/usr/bin/env bash
# The layout of the code and the manual pages, as their tools see them.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lines.sh

# What git does not ignore; without git, what is there.
sources() { # SUFFIX...
	local suffix
	for suffix; do
		git ls-files -co --exclude-standard -- "*$suffix" 2>/dev/null ||
			find . -path './build*' -prune -o -name "*$suffix" -print
	done | while read -r file; do [ ! -e "$file" ] || echo "$file"; done
}

# Names the first line of each file that is not as it should be.
laid_out() {
	local lines
	lines=$(sources .c .h | xargs clang-format --dry-run -Werror 2>&1 |
		grep 'error:' | sort -t: -u -k1,1)
	[ -z "$lines" ] || { echo "$lines"; return 1; }
}
scripts_parse() { { echo dev .ci/run; sources .sh; } | xargs -n 1 bash -n; }

# Versions of clang-format differ in what they like.
case $(clang-format --version 2>/dev/null) in
*'version 14.'*) check "C is laid out as .clang-format says" laid_out ;;
*) skip "C is laid out as .clang-format says" "clang-format 14 is the judge" ;;
esac
check "the scripts parse" scripts_parse
for page in $(sources .1 .3 .7 .8); do
	check "${page##*/} is a sound manual page" mandoc -Tlint -W warning "$page"
done
finish
