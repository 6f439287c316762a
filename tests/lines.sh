# lines.sh: for checks written as scripts: the lines and the exit code that
# harness.c has. To be sourced.
passed=0 failed=0 skipped=0

ok()   { passed=$((passed + 1)); echo "ok   $1"; }
fail() { failed=$((failed + 1)); echo "FAIL $1: $2"; }
skip() { skipped=$((skipped + 1)); echo "skip $1: $2"; }

# check SENTENCE COMMAND...: ok if it returns 0, else its output is shown.
check() {
	local sentence=$1 output
	shift
	if output=$("$@" 2>&1); then
		ok "$sentence"
	else
		fail "$sentence" "$(head -n 1 <<<"$output")"
		sed 's/^/    | /' <<<"$output"
	fi
}

finish() {
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" -eq 0 ] || exit 1
	[ "$passed" -gt 0 ] || exit 77
	exit 0
}
