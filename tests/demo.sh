#!/usr/bin/env bash
# The demo: two hosts that nothing joins but hello_forwarder.
#
#	sender ------ left  hello_forwarder  right ------ receiver
#	10.77.0.1                                        10.77.0.2
#
# The hosts are network namespaces whose names only this script can see: it
# runs in process and mount namespaces of its own. So however it ends, also by
# Ctrl-C or kill -9, the kernel removes all of it.
# usage: demo.sh BUILD [SECONDS]
set -eu
PATH=$PATH:/usr/sbin:/sbin
build=$(realpath "$1") seconds=${2-5}
[[ $seconds =~ ^[0-9]+$ ]] || { echo "not a number of seconds: $seconds" >&2; exit 2; }

if [ -z "${XSKPKT_DEMO-}" ]; then
	[ "$(id -u)" -eq 0 ] || { echo "the demo needs root: sudo ./dev demo" >&2; exit 1; }
	XSKPKT_DEMO=inside setpriv --pdeathsig KILL \
		unshare --mount --pid --fork --kill-child --mount-proc \
		"$0" "$build" "$seconds" &
	trap 'kill -KILL $!; echo; exit 130' INT TERM
	wait $! && exit 0 || exit $?
fi

on() { # HOST COMMAND...
	local host=$1
	shift
	ip netns exec "$host" "$@"
}

make_hosts() {
	local host
	mkdir -p /run/netns
	mount -t tmpfs netns /run/netns
	for host in sender forwarder receiver; do
		ip netns add $host
		on $host sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \
			net.ipv6.conf.default.disable_ipv6=1 2>/dev/null || true
	done
	ip -n forwarder link add left type veth peer name eth0 netns sender
	ip -n forwarder link add right type veth peer name eth0 netns receiver
	# Checksums that the sender leaves to its NIC would stay undone here.
	on sender ethtool -K eth0 tx off >/dev/null
	on receiver ethtool -K eth0 tx off >/dev/null
	ip -n sender addr add 10.77.0.1/24 dev eth0
	ip -n receiver addr add 10.77.0.2/24 dev eth0
	ip -n sender link set eth0 up
	ip -n receiver link set eth0 up
	ip -n forwarder link set left up
	ip -n forwarder link set right up
}

has_program() { ip -n forwarder link show "$1" | grep -q xdp; }

start_forwarder() {
	ip netns exec forwarder "$build/examples/hello_forwarder" left right &
	forwarder=$!
	for _ in {1..50}; do
		has_program left && has_program right && return
		kill -0 $forwarder 2>/dev/null || break
		sleep 0.1
	done
	echo "hello_forwarder did not come up" >&2
	exit 1
}

# count HOST rx|tx: packets at its end of the wire.
count() { on "$1" cat "/sys/class/net/eth0/statistics/$2_packets"; }

# What arrived at the forwarder, but found its socket's ring full.
count_refused() {
	on forwarder ethtool -S left |
		awk '/rx_queue_[0-9]+_drops:/ { n += $2 } END { print n + 0 }'
}

# 1234567 as 1,234,567
group() {
	local n=$1 groups=
	while [ ${#n} -gt 3 ]; do
		groups=,${n: -3}$groups n=${n:0:-3}
	done
	echo "$n$groups"
}

show_pings() {
	echo "The sender pings the receiver, and only the forwarder joins them:"
	on sender ping -c 4 -i 0.3 -W 2 10.77.0.2 | sed -n 's/^/    /; /bytes from\|transmitted/p'
	echo
}

start_load() {
	if [ -x "$build/examples/generate" ]; then
		ip netns exec sender "$build/examples/generate" eth0 >/dev/null &
	else
		ip netns exec sender ping -q -f 10.77.0.2 >/dev/null &
	fi
	load=$!
}

show_counts() {
	local sent arrived s a i
	sent=$(count sender tx) arrived=$(count receiver rx)
	echo "Now as many as the machine can, for $seconds seconds:"
	start_load
	for ((i = 1; i <= seconds; i++)); do
		sleep 1
		s=$(count sender tx) a=$(count receiver rx)
		printf '    second %-3d sent %11s    arrived %11s\n' $i \
			"$(group $((s - sent)))" "$(group $((a - arrived)))"
		sent=$s arrived=$a
	done
	{ kill $load && wait $load; } 2>/dev/null || true
}

# Every packet is accounted for.
show_sum() {
	local sent arrived refused
	sleep 0.2 # the last ones are on their way
	sent=$(count sender tx) arrived=$(count receiver rx)
	refused=$(count_refused)
	printf '    all        sent %11s    arrived %11s\n\n' \
		"$(group "$sent")" "$(group "$arrived")"
	echo "$(group "$refused") came faster than the forwarder took them;" \
		"$(group $((sent - arrived - refused))) are unaccounted for."
}

make_hosts
start_forwarder
sed -n 's/^#\t/    /p' "$0"
echo
show_pings
show_counts
show_sum
