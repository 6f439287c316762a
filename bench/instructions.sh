#!/bin/sh
# instructions.sh: user-space instructions per packet, ours and by hand.
#
#	bench/instructions.sh bench_forward mem 64
#
# The bench runs under callgrind, which counts only between two marks around
# the user's part of each cycle. For each side it leaves a dump with a name:
# "forward 64 ours BURSTS PACKETS". What the marks themselves cost is in the
# dump of "nobody". BUILD names the build directory.
set -eu
here=$(dirname "$(readlink -f "$0")")
bench=${BUILD:-$here/../build}/bench/$1
shift
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

valgrind --tool=callgrind --collect-atstart=no \
	--callgrind-out-file="$dir/out" "$bench" "$@" >"$dir/log" 2>&1 || {
	cat "$dir/log"
	exit 1
}
for dump in $(ls -v "$dir"/out.*); do
	sed -n 's/^desc: Trigger: Client Request: //p; s/^summary: //p' "$dump" |
		paste -s -d ' '
done | awk -v where="$1" '
	{ count[$3] = $6; bursts[$3] = $4; packets[$3] = $5 }
	function per_packet(side) {
		return (count[side] - marks * bursts[side]) / packets[side]
	}
	$3 == "nobody" {
		marks = count["nobody"] / bursts["nobody"]
		printf "%-18s %-4s burst %3u: ", $1, where, $2
		printf "ours %6.1f, hand %6.1f instructions, ours/hand %.2f\n",
			per_packet("ours"), per_packet("hand"),
			per_packet("ours") / per_packet("hand")
	}'
