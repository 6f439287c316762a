# packets.sh: a scene of demo.sh: a generator, the forwarder, a sink; and then
# what the forwarder can do.
#
#	tester                         forwarder
#	pktgen tx   out ------- left   pktfwd
#	pktgen rx   in -------- right  wire

# No more than two busy cores carry, and rings for a moment's absence.
rate=100k ring=8192

make_hosts tester forwarder
join tester out forwarder left
join tester in forwarder right

# What they say goes to notes, so that it does not tear the live table.
start_sink() {
	in_background tester pktgen rx --quiet --ring $ring in >"$notes/rx" 2>&1
	sink=$!
	until_open tester in $sink
}

# Once the forwarder, which has the terminal, is there.
start_generator() {
	(
		until_open forwarder right $$
		exec ip netns exec tester pktgen tx --quiet --rate $rate --flows 64 \
			--duration "$seconds" out
	) >"$notes/tx" 2>&1 &
	generator=$!
}

show_notes() { # TITLE FILE
	title "$1"
	sed '/^$/d; s/^/    /' "$notes/$2"
}

run_programs() {
	title "$rate packets of 60 bytes a second, for $seconds seconds, through pktfwd:"
	start_sink
	start_generator
	# On a terminal its table is live.
	on forwarder pktfwd --ring $ring --duration $((seconds + 2)) left right
	wait $generator || true
	kill $sink
	wait $sink || true
	show_notes "The generator says:" tx
	show_notes "The sink says:" rx
}

measure_forwarder() {
	local report=$build/demo.html
	title "What pktfwd can do here at most, after RFC 2544:"
	in_background forwarder pktfwd --quiet --ring 1024 left right >/dev/null 2>&1
	until_open forwarder right $!
	on tester pktgen bench --quick --sizes 64,1518 --report "$report" out in
	# sudo ./dev demo: it is the user's to read.
	[ -z "${SUDO_UID-}" ] || chown "$SUDO_UID:${SUDO_GID-}" "$report"
	title "The report, with diagrams: $report"
}

picture
run_programs
measure_forwarder
