# run.sh: the test command of dev: build in several ways, run suites, count.
# Sourced by dev, which has the functions that build.
#
# Whatever a suite is written in, it prints lines that start with "ok", "FAIL"
# or "skip", ends with "N passed, N failed, N skipped" and exits with 0, 1 or
# 77. What does not is a failure of its own.

passed=0 failed=0 skipped=0
filter='' verbose=''

# What is tested when nothing in particular is asked for.
test_everything() {
	test_in gcc '' unit faults bpf veth headers abi install docs examples programs demo
	test_in gcc address,undefined unit faults veth
	test_in gcc thread unit veth
	test_in clang '' unit
	test_lint
	test_fuzz
	test_vm
}

test_command() {
	local arg chosen=() cc=gcc sanitize=
	for arg; do
		case $arg in
		--cc=*) cc=${arg#*=} ;;
		--sanitize=*) sanitize=${arg#*=} ;;
		--only=*) filter=${arg#*=} ;;
		-*) die "test: there is no option $arg" ;;
		*)
			[[ " $suites " == *" $arg "* ]] ||
				die "test: there is no suite '$arg', only $suites"
			chosen+=("$arg")
			;;
		esac
	done

	logs=$(mktemp -d)
	trap 'rm -rf "$logs"' EXIT
	trap 'exit 130' INT TERM
	: >"$logs/all"
	if [ $# -eq 0 ]; then
		test_everything
	else
		verbose=yes
		[ ${#chosen[@]} -gt 0 ] || chosen=(unit faults bpf veth)
		test_chosen "$cc" "$sanitize" "${chosen[@]}"
	fi
	report
}

test_chosen() { # CC SANITIZE SUITE...
	local cc=$1 sanitize=$2 suite built=()
	shift 2
	for suite; do
		case $suite in
		lint | fuzz | vm) ;;
		*) built+=("$suite") ;;
		esac
	done
	[ ${#built[@]} -eq 0 ] || test_in "$cc" "$sanitize" "${built[@]}"
	[[ " $* " != *' lint '* ]] || test_lint
	[[ " $* " != *' fuzz '* ]] || test_fuzz
	[[ " $* " != *' vm '* ]] || test_vm
}

# test_in CC SANITIZE SUITE...: build that way and run these suites of it.
test_in() {
	local cc=$1 sanitize=$2 label=$1${2:+ $2} dir suite name command
	shift 2
	dir=$(dir_for "$cc" "$sanitize")
	if [ -n "$sanitize" ]; then
		built "$label" build_sanitized "$dir" "$cc" "$sanitize"
	else
		built "$label" build_in "$dir" "$cc"
	fi || return 0
	while IFS=$'\t' read -r suite name command <&3; do
		# This sanitizer's shadow has no room for random addresses.
		[[ $sanitize != *thread* ]] || command="setarch -R $command"
		[ "$suite" = "$name" ] || name=$suite/$name
		run_one "$label" "$name" "$command"
	done 3< <(list_tests "$dir" "$@")
}

test_lint() {
	echo "== lint"
	run_one lint lint "bash tests/lint.sh"
}

test_fuzz() {
	built fuzz build_fuzz || return 0
	# The same inputs each time, so that a change fails for what it did and
	# not by luck. ./dev fuzz looks for more.
	run_one fuzz fuzz "FUZZ_SEED=1 bash tests/fuzz.sh build-fuzz 3"
}

test_vm() {
	built vm build_in build gcc || return 0
	run_one vm vm "bash tests/vm/vm.sh build"
}

# built LABEL COMMAND...: a build that fails counts as a test that does.
built() {
	local label=$1 start=$SECONDS
	shift
	echo "== $label"
	if "$@"; then
		echo "   built in $((SECONDS - start)) s"
	else
		record "$label" build $((SECONDS - start)) <<<"FAIL it builds"
		return 1
	fi
}

# list_tests DIR SUITE...: what meson knows of them: suite, name, command line.
list_tests() {
	meson introspect --tests "$1" | python3 -c '
import json, shlex, sys
only, suites = list(filter(None, sys.argv[1:2])), sys.argv[2:]
for test in json.load(sys.stdin):
    suite = test["suite"][0].split(":")[-1]
    if suite in suites:
        env = ["%s=%s" % pair for pair in test["env"].items()]
        print(suite, test["name"],
              shlex.join(["env"] + env + test["cmd"] + only), sep="\t")
' "$filter" "${@:2}"
}

# run_one LABEL NAME COMMAND: run a program of tests, and check that it came
# to its end.
run_one() {
	local label=$1 name=$2 command=$3 log=$logs/log status=0 start=$SECONDS
	if [ -n "$verbose" ]; then
		echo "-- $name"
		bash -c "$command" </dev/null 2>&1 | tee "$log" || status=$?
	else
		bash -c "$command" </dev/null >"$log" 2>&1 || status=$?
	fi
	ended_well "$log" "$status" ||
		echo "FAIL ${name#*/} runs to its end: it ended with $status" >>"$log"
	record "$label" "$name" $((SECONDS - start)) <"$log"
}

ended_well() { # LOG STATUS
	local last
	last=$(tail -n 1 "$1")
	[[ $last =~ ^[0-9]+\ passed,\ [0-9]+\ failed,\ [0-9]+\ skipped$ ]] || return 1
	case $2 in
	0 | 77) return 0 ;;
	# Failures were told, or the filter met nothing.
	1) grep -q '^FAIL ' "$1" || [ "$last" = "0 passed, 0 failed, 0 skipped" ] ;;
	*) return 1 ;;
	esac
}

# record LABEL NAME TIME: count the result lines on stdin, show what went wrong.
record() {
	local label=$1 name=$2 time=$3 lines p f s
	lines=$(grep -E '^(ok|FAIL|skip) |^    \| ' || true)
	p=$(grep -c '^ok ' <<<"$lines" || true)
	f=$(grep -c '^FAIL ' <<<"$lines" || true)
	s=$(grep -c '^skip ' <<<"$lines" || true)
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	grep -E '^(FAIL|skip) ' <<<"$lines" |
		sed "s|^|$label\t$name\t|" >>"$logs/all" || true
	[ -n "$verbose" ] || grep -E '^FAIL |^    \| ' <<<"$lines" || true
	printf '   %-20s %4d ok %3d failed %3d skipped %4d s   (so far %d, %d, %d)\n' \
		"$name" "$p" "$f" "$s" "$time" "$passed" "$failed" "$skipped"
}

# What was skipped, and why; what failed; and the last line, for machines.
report() {
	echo
	awk -F'\t' '$3 ~ /^skip / {
		reason = $3; sub(/^skip [^:]*: /, "", reason)
		count[reason]++
		if (!(reason in first)) { first[reason] = $2; order[++n] = reason }
	} END {
		for (i = 1; i <= n; i++)
			printf "skipped %d (%s%s): %s\n", count[order[i]], first[order[i]],
			       (count[order[i]] > 1 ? ", ..." : ""), order[i]
	}' "$logs/all"
	awk -F'\t' '$3 ~ /^FAIL / { print "failed: " $1 " " $2 ": " substr($3, 6) }' \
		"$logs/all"
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
