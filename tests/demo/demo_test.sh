#!/usr/bin/env bash
# The demo does what it says, and leaves nothing behind, however it ends.
# usage: demo_test.sh SOURCE BUILD
set -u
demo=$(dirname "$(readlink -f "$0")")/demo.sh
cd "$1" || exit 1
build=$2
. tests/lines.sh
PATH=$PATH:/usr/sbin:/sbin

said=$(mktemp)
trap 'rm -f "$said"' EXIT
trap 'exit 1' INT TERM

# What a demo could leave: namespaces, interfaces, programs, processes, mounts.
traces() {
	ip netns list
	ip -o link | cut -d: -f2
	wc -l </proc/mounts
	pgrep -f "$build/examples/pkt" || true
}

said_all() { # WORDS...
	local words
	for words; do
		grep -q -- "$words" "$said" || { echo "not said: $words"; cat "$said"; return 1; }
	done
}

packets_go_through() {
	timeout 300 "$demo" "$build" packets 1 >"$said" 2>&1 </dev/null || { cat "$said"; return 1; }
	said_all 'pktfwd wire: ' 'Sent [1-9][0-9,]* packets' 'Received [1-9][0-9,]* packets' \
		'latency: .*p99.99' 'SIZE .*NO LOSS' 'The report, with diagrams: '
	grep -q '</html>' "$build/demo.html"
}

tcp_goes_through() {
	timeout 120 "$demo" "$build" tcp 1 >"$said" 2>&1 </dev/null || { cat "$said"; return 1; }
	said_all '4 packets transmitted, 4 received' 'out .* receiver' 'back .* receiver' \
		'pktfwd bridge: '
}

# As Ctrl-C would, in the middle of it.
ends_at_once() {
	local pid
	"$demo" "$build" packets 30 >"$said" 2>&1 </dev/null &
	pid=$!
	for _ in {1..100}; do
		grep -q 'left rx' "$said" && break
		sleep 0.2
	done
	kill -TERM $pid
	wait $pid
	[ $? -eq 130 ] || { cat "$said"; return 1; }
}

nothing_is_left() {
	for _ in {1..50}; do
		[ "$(traces)" != "$before" ] || return 0
		sleep 0.1
	done
	diff <(echo "$before") <(traces)
}

if [ "$(id -u)" -ne 0 ]; then
	skip "the demo" "needs root"
elif ! command -v iperf3 >/dev/null; then
	skip "the demo" "there is no iperf3"
else
	before=$(traces)
	check "packets go from a generator through pktfwd to a sink, and are measured" packets_go_through
	check "TCP goes through pktfwd bridge" tcp_goes_through
	check "a demo that is stopped ends at once" ends_at_once
	check "nothing is left of any of them" nothing_is_left
	check "a scene that is none is refused" eval '! "$demo" "$build" opera 2>/dev/null'
fi
finish
