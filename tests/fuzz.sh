#!/usr/bin/env bash
# Run the fuzz targets for some seconds each. What breaks one is kept in
# BUILD/findings, and ./BUILD/tests/fuzz_TARGET FILE shows it again.
# usage: fuzz.sh BUILD SECONDS [TARGET]
# FUZZ_SEED=N tries the same inputs as another run with N did.
set -u
cd "$(dirname "$0")/.." || exit 1
build=$1 seconds=$2 target=${3-}
target=${target#fuzz_}
. tests/lines.sh

fuzz_one() { # PROGRAM
	local name=${1##*/}
	mkdir -p "$build/findings" "$build/corpus/$name"
	"$1" -max_total_time="$seconds" -print_final_stats=1 -timeout=10 \
		-seed="${FUZZ_SEED-0}" -artifact_prefix="$build/findings/$name-" "$build/corpus/$name"
}

for program in "$build"/tests/fuzz_${target:-*}; do
	[ -f "$program" ] && [ -x "$program" ] || continue
	check "${program##*/} finds nothing in $seconds s" fuzz_one "$program"
done
[ $((passed + failed)) -gt 0 ] || skip "fuzzing" "there is no target ${target:-yet}"
finish
