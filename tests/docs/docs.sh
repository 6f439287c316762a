#!/usr/bin/env bash
# What the documents say is so, as far as a script can tell: their examples
# compile, what they name is there, and what is there is named.
# usage: docs.sh SOURCE BUILD, with CC in the environment
set -u
cd "$1" || exit 1
. tests/lines.sh

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
trap 'exit 1' INT TERM

pages=$(echo doc/man/*.[1-9])
texts="README.md $(echo doc/*.md)"

# Lists, one word per line

functions_in_headers() {
	cat include/xskpkt/*.h | tr '\n' ' ' | sed 's|/\*|\n&|g; s|\*/|&\n|g' |
		grep -v '^/\*' |
		grep -oP '(XSKPKT_API|static inline) [^;({]*?\K\bxskpkt_\w+(?=\()' | sort
}
functions_in_names() {
	sed -n '/^\.Sh NAME/,/^\.Sh [LS]/s/^\.Nm \(xskpkt_[a-z_]*\).*/\1/p' $pages | sort
}
functions_in_synopses() {
	sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESC/s/^\.F[no] \(xskpkt_[a-z_]*\).*/\1/p' $pages |
		sort
}
fields() { # of public structs
	sed -nE '/^struct \w+ \{/,/^\};/s/^\t[^/]*[ *](\w+)(\[[0-9]+\])?;.*/\1/p' \
		include/xskpkt/*.h | grep -v '^reserved$' | sort -u
}
constants() {
	sed -nE 's/^\t(XSKPKT_\w+).*/\1/p; s/^#define (XSKPKT_\w+) .*/\1/p' \
		include/xskpkt/*.h | grep -v '^XSKPKT_API$' | sort -u
}
commands_in_dev() {
	sed -n '/^case \$command in/,/^esac/s/^\([a-z |]*\)).*/\1/p' dev | tr -d ' ' |
		tr '|' '\n' | sort
}
commands_in_help() { ./dev help | sed -nE 's/^  ([a-z]+).*/\1/p' | sort -u; }

same() { diff <("$1") <("$2"); }

# Each word of a list stands in a manual page.
in_a_page() { # LIST
	local word missing=
	for word in $("$1"); do
		grep -qw -- "$word" $pages || missing+=" $word"
	done
	[ -z "$missing" ] || { echo "in no page:$missing"; return 1; }
}
functions_named_exist() {
	local word missing=
	for word in $(grep -ohP '\bxskpkt_\w+(?=\(\))|^\.F[no] \Kxskpkt_\w+' $pages $texts |
		sort -u); do
		functions_in_headers | grep -qx "$word" || missing+=" $word"
	done
	[ -z "$missing" ] || { echo "there is no$missing"; return 1; }
}
# Relative links, and paths between backticks.
paths_exist() {
	local text path missing=
	for text in $texts; do
		for path in $(grep -oP '\]\(\K[^)#]+' "$text" | grep -v '^https\?:'); do
			[ -e "${text%/*}/$path" ] || [ -e "$path" ] || missing+=" $text:$path"
		done
		for path in $(grep -oP '`\K(lib|tests|doc|examples|include|bpf|bench)/[\w./*-]+(?=`)' "$text"); do
			compgen -G "$path" >/dev/null || missing+=" $text:$path"
		done
	done
	[ -z "$missing" ] || { echo "not there:$missing"; return 1; }
}
commands_named_exist() {
	local word missing=
	for word in $(grep -ohP '\./dev \K[a-z]+' $texts | sort -u); do
		commands_in_dev | grep -qx "$word" || missing+=" $word"
	done
	[ -z "$missing" ] || { echo "dev has no command$missing"; return 1; }
}
suites_named_exist() {
	local word missing= suites
	suites=$(sed -n "s/^suites='\(.*\)'/ \1 /p" dev)
	for word in $(grep -ohP '\./dev test( --\S+)* \K[a-z]+' $texts | sort -u); do
		[[ $suites == *" $word "* ]] || missing+=" $word"
	done
	[ -z "$missing" ] || { echo "dev test has no suite$missing"; return 1; }
}

# Examples

# c_blocks FILE: each into a file of its own, $place/BASE.N.c
c_blocks() {
	case $1 in
	*.md)
		awk -v to="$place/${1##*/}" '
			/^```c$/ { file = to "." ++n ".c"; next }
			/^```/ { file = "" }
			file { print > file }' "$1"
		;;
	*)
		awk -v to="$place/${1##*/}" '
			/^\.Sh / { examples = /EXAMPLES/ }
			/^\.Bd -literal/ && examples { file = to "." ++n ".c"; next }
			/^\.Ed/ { file = "" }
			file { gsub(/\\e/, "\\"); gsub(/\\&/, ""); print > file }' "$1"
		;;
	esac
}
compiles() {
	$CC -std=c11 -Wall -Wextra -Werror -Iinclude -c -o "$place/object" "$1"
}
as_in_the_readme() {
	diff "$place/README.md.1.c" examples/hello_forwarder.c
}
short() {
	wc -l examples/*.c | awk '$1 >= 150 && $2 != "total" { print; n++ } END { exit n > 0 }'
}
sound() { mandoc -Tlint -W warning $pages; }

for file in $texts $pages; do
	c_blocks "$file"
done
for file in "$place"/*.c; do
	name=${file##*/} name=${name%.c}
	check "example ${name##*.} of ${name%.*} compiles" compiles "$file"
done
check "the README shows hello_forwarder as it is" as_in_the_readme
check "every example has less than 150 lines" short

check "every function stands in the NAME of a page" \
	same functions_in_headers functions_in_names
check "every function stands in the SYNOPSIS of a page" \
	same functions_in_headers functions_in_synopses
check "every field of a public struct stands in a page" in_a_page fields
check "every constant stands in a page" in_a_page constants
check "the functions that documents name exist" functions_named_exist
check "the paths that documents name exist" paths_exist
check "the commands that documents name exist" commands_named_exist
check "the suites that documents name exist" suites_named_exist
check "./dev help lists what dev can do" same commands_in_dev commands_in_help
if command -v mandoc >/dev/null; then
	check "the manual pages are sound" sound
else
	skip "the manual pages are sound" "mandoc is not installed"
fi
finish
