#!/usr/bin/env bash
# run.sh [BUILD]: every benchmark, then each target and whether it was met.
#
# Ratios are ours to the hand's: of time and instructions, less is better; of
# packets per second on veth, more is. What needs root is left out without it.
set -u -o pipefail
here=$(dirname "$(readlink -f "$0")")
export BUILD=${1:-$here/../build}
results=$(mktemp)
trap 'rm -f "$results"' EXIT

show() { "$@" | tee -a "$results"; }
bench() { show "$BUILD/bench/bench_$1" "${@:2}"; }
instructions() { show "$here/instructions.sh" "bench_$1" "${@:2}"; }

# What frames in no order cost: the order that a fresh pool has wears off.
worn() {
	"$here/instructions.sh" "bench_$1" veth 1 7 40 64 |
		sed -n '/burst  64:/s/^/worn-/p'
}

# judge SENTENCE VALUE at-most|at-least TARGET
judge() {
	awk -v what="$1" -v value="$2" -v kind="$3" -v target="$4" 'BEGIN {
		if (value == "")
			verdict = "none"
		else if (kind == "at-most" ? value <= target : value >= target)
			verdict = "met"
		else
			verdict = "MISSED"
		sub("-", " ", kind)
		printf "%-6s %s: %s, %s %s\n", verdict, what, value, kind, target
	}'
}

# value PATTERN AFTER: the number behind AFTER in the line that PATTERN finds.
value() {
	sed -nE "/^$1/s|.*$2 *([0-9.-]+).*|\\1|p" "$results" | head -n 1
}

echo "## In memory: time"
for name in ring rx tx forward price; do bench $name mem; done
bench pool
echo "## In memory: instructions"
for name in ring rx tx forward price; do
	instructions $name mem 1 8 32 64 256
done
if [ "$(id -u)" -eq 0 ]; then
	echo "## veth, copy mode: packets per second"
	for name in rx tx forward; do bench $name veth 64; done
	echo "## veth, copy mode: instructions"
	for name in rx tx forward; do instructions $name veth 64; done
	echo "## veth, copy mode: instructions, after bursts of other sizes"
	for name in rx tx forward; do
		show worn "$name"
	done
	echo "## Opening and waiting"
	bench open
	bench wait
fi

echo "## Targets"
for name in rx-drop rx-drop-mess forward forward-mess; do
	for burst in 8 32 64 256; do
		most=1.0
		[ $burst -gt 8 ] || most=1.5
		line="$name +mem +burst +$burst:"
		judge "$name in memory, bursts of $burst, time ours/hand" \
			"$(value "$line.*ns" 'ours/hand')" at-most $most
		judge "$name in memory, bursts of $burst, instructions ours/hand" \
			"$(value "$line.*instructions" 'ours/hand')" at-most $most
	done
done
for name in rx rx-mess tx tx-mess forward forward-mess; do
	judge "price of the checks, $name, bursts of 64, ns a packet" \
		"$(value "price-$name +mem +burst +64" 'checks')" at-most 1.0
done
judge "blocks moved per 64 forwarded frames, out and back" \
	"$(value 'pool-forward.* 1 thread:' 'in all,')" at-most 2.0
one=$(value 'pool-forward.* 1 thread:' 'frame,')
two=$(value 'pool-forward.* 2 threads:' 'frame,')
judge "two forwarders that share a pool, of one alone" \
	"$(awk "BEGIN { printf \"%.2f\", $two / $one }")" at-least 1.5
[ "$(id -u)" -eq 0 ] || exit 0
for target in 'rx-drop 12' 'tx 14' 'forward 30'; do
	name=${target% *}
	for state in '' worn-; do
		judge "$state$name on veth, bursts of 64, instructions a packet" \
			"$(value "$state$name +veth.*instructions" 'ours')" \
			at-most "${target#* }"
	done
done
for name in rx-drop tx forward; do
	judge "$name on veth, bursts of 64, rate ours/hand" \
		"$(value "$name +veth.*Mpps" 'rate ours/hand')" at-least 1.0
done
judge "open 4 queues, ms" "$(value 'open ' 'queues:')" at-most 50
judge "memory beyond the frames, KiB a queue" \
	"$(value 'memory ' 'queues:')" at-most 1024
judge "worker with a CPU of its own, of spinning" \
	"$(value 'wait .* own CPU' 'worker/spin')" at-least 0.9
judge "worker on the CPU of its source, of polling" \
	"$(value "wait .* source's CPU" 'worker/poll')" at-least 0.9
