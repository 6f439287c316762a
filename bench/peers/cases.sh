# cases.sh: what bench/peers.sh compares: programs, and groups of cases.
#
# shellcheck shell=bash

# Programs. Each is started in a process of its own and becomes that program.

peer() { "$build/bench/peers/peer_$1" "${@:2}"; }
become() { exec taskset -c "$@"; }
hand() { become "$1" "$build/bench/peers/peer_xsk" "${@:2}"; }
packet() { become 1 "$build/bench/peers/peer_packet" "$@"; }
pktgen() { become 0,1 "$build/examples/pktgen/pktgen" "$@" --quiet; }
pktfwd() { become 0,1 "$build/examples/pktfwd/pktfwd" "$@" --quiet; }

# testpmd CPUS "IF[,OPTION]..." ARGUMENT...; its driver takes one queue of a veth.
testpmd() {
	local lcores=0@0 ports=() cpu port n=0
	for cpu in $1; do lcores+=,$((++n))@$cpu; done
	for port in $2; do
		ports+=("--vdev=net_af_xdp${#ports[@]},iface=$port")
	done
	exec dpdk-testpmd --no-huge -m 512 --no-pci --no-telemetry \
		--file-prefix peers --lcores "$lcores" "${ports[@]}" -- \
		--nb-cores=$n --auto-start --no-mlockall \
		--total-num-mbufs=16384 "${@:3}"
}

# It runs on the first CPU.
trafgen() { # IF BYTES
	echo "{ fill(0x88, $2) }" >"$output/trafgen"
	exec trafgen -o "$1" -i "$output/trafgen" --cpus 1 -q
}

tcpreplay() { # IF BYTES
	one_packet "$2" >"$output/pcap"
	become 1 tcpreplay -q -K --topspeed --loop=0 -i "$1" "$output/pcap"
}

# A capture file of 1000 packets, written byte by byte.
one_packet() { # BYTES
	local size zeros
	size=$(printf '\\x%02x\\x%02x\\0\\0' $(($1 % 256)) $(($1 / 256)))
	printf '\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\xff\xff\0\0\1\0\0\0'
	for ((zeros = 0; zeros < 1000; zeros++)); do
		printf "\0\0\0\0\0\0\0\0%b%b" "$size" "$size"
		head -c "$1" /dev/zero
	done
}

# The kernel forwards by itself; what has to last is its configuration.
in_kernel() { # COMMAND...
	"$@" && exec sleep infinity
}

bridge() {
	ip link add bridge type bridge && ip link set bridge up &&
		ip link set in1 master bridge && ip link set out1 master bridge &&
		ethtool -K in1 gro on >/dev/null
}

packet_rx() {
	ethtool -K in1 gro on >/dev/null # frames reach it without XDP
	packet rx in1 "$seconds"
}

# Round trips. Both ends have a CPU of their own.

on_far() { exec nsenter --net=/proc/$far/ns/net taskset -c 0 "$@"; }

# UDP by ordinary sockets. "spin": neither end sleeps.
udp_ping() { # [spin]
	on_far "$build/bench/peers/peer_udp" echo "$@" &
	taskset -c 1 timeout 20 "$build/bench/peers/peer_udp" \
		ping 10.77.0.2 "$seconds" "$@"
	kill $!
}

xsk_ping() {
	on_far "$build/examples/pktfwd/pktfwd" reflect far \
		--spin --quiet >"$output/reflect" 2>&1 &
	until there ip link show far | grep -q xdp; do
		kill -0 $! || { tail -n 1 "$output/reflect"; return 1; }
		sleep 0.05
	done
	taskset -c 1 "$build/examples/pktgen/pktgen" ping near --rate max \
		--duration "$seconds" --json | percentiles
	kill $!
}

# Of the summary, which is the last object: p50, p99 and p99.9.
percentiles() {
	tail -n 1 | grep -o '"p\(50\|99\|99\.9\)":[0-9]*' | cut -d : -f 2 |
		paste -s -d ' '
}

# Groups: whose cases are compared. Their order is that of the tables.

unit=pps
declare -A meter own_meter source_cpus queues bytes
groups=() cases=()

# group NAME TITLE REFERENCE METER [SOURCE_CPUS [QUEUES [BYTES]]]
group() {
	group=$1
	meter[$1]=$4 source_cpus[$1]=${5-} queues[$1]=${6-1} bytes[$1]=${7-64}
	groups+=("$1")
	record group "$1" "$2" "$3" "$unit"
}

# case NAME COMMAND...: of the group above
add() {
	last=$1
	cases+=("$group|$1|$(printf "%q " "${@:2}")")
}

# The last case is not measured as its group is.
measured() { own_meter[$group,$last]=$*; }

# Only in a full run: there is no target for it.
extra() { [ -n "$quick" ] || add "$@"; }

# target CASE BAR [OF]: at least BAR times the reference, or the case OF.
target() { record target "$group" "$1" "$2" "${3-}"; }

tx_groups() {
	local size=$1 bar=$2
	group tx-$size "TX, $size bytes" testpmd 'rate arrived sink1'
	add pktgen pktgen tx out1 --size $size --cpus 1
	add testpmd testpmd 1 out1 --forward-mode=txonly --txpkts=$size
	extra hand hand 1 tx out1 $size
	extra sendmmsg packet tx out1 $size
	extra trafgen trafgen out1 $size
	extra tcpreplay tcpreplay out1 $size
	target pktgen $bar

	group kernel-$size "TX by the kernel, $size bytes" as-xdp-trafficgen \
		'rate arrived sink1'
	add pktgen pktgen tx out1 --engine kernel --size $size --cpus 1
	add as-xdp-trafficgen become 1 "$build/bench/peers/peer_kernel" send out1 \
		$size $((1 << 20))
	extra xdp-trafficgen become 1 xdp-trafficgen udp out1 \
		-m 02:00:00:00:00:01
	target pktgen 1.5
}

rx_groups() {
	local size=$1 bar=$2
	group rx-$size "RX, $size bytes" testpmd 'rate taken in1' 0 1 $size
	add pktgen pktgen rx in1 --cpus 1 --spin --ring 512 --no-mark
	extra pktgen-marks pktgen rx in1 --cpus 1 --spin --ring 512
	add testpmd testpmd 1 in1,busy_budget=0 --forward-mode=rxonly
	extra hand hand 1 rx in1
	extra tpacket packet_rx
	measured said
	extra xdp-drop in_kernel peer kernel drop in1
	measured rate arrived in1
	target pktgen $bar
}

forward_groups() {
	local size=$1
	group wire-$size "Forward, $size bytes" testpmd 'rate arrived sink1' \
		0 1 $size
	add pktfwd pktfwd wire in1 out1 --cpus 1
	add testpmd testpmd 1 'in1 out1' --forward-mode=io
	add hand hand 1 forward in1 out1
	extra bridge in_kernel bridge
	extra xdp-redirect in_kernel peer kernel redirect in1 out1
	target pktfwd 1.30
	target pktfwd 1.03 hand

	group reflect-$size "Reflect, $size bytes" testpmd \
		'rate arrived feed1' 0 1 $size
	add pktfwd pktfwd reflect in1 --cpus 1
	add testpmd testpmd 1 in1 --forward-mode=macswap
	extra hand hand 1 reflect in1
	extra xdp-tx in_kernel peer kernel bounce in1
	target pktfwd 1.0
}

# Both CPUs have work for two queues; a source on each feeds them.
two_queues() {
	local second=,start_queue=1
	group tx-two 'TX, 2 queues, 2 cores' testpmd 'rate arrived sink2'
	add pktgen pktgen tx out2 --size 64 --cpus 0,1
	add testpmd testpmd '0 1' "out2 out2$second" --forward-mode=txonly --txpkts=64

	group tx-two-one 'TX, 2 queues, 1 core' testpmd 'rate arrived sink2'
	add pktgen pktgen tx out2 --size 64 --cpus 1 --workers 1
	add testpmd testpmd 1 "out2 out2$second" --forward-mode=txonly --txpkts=64

	group rx-two 'RX, 2 queues, 2 cores' testpmd 'rate taken in2' '0 1' 2
	add pktgen pktgen rx in2 --cpus 0,1
	add testpmd testpmd '0 1' "in2 in2$second" --forward-mode=rxonly

	group wire-two 'Forward, 2 queues, 2 cores' testpmd \
		'rate arrived sink2' '0 1' 2
	add pktfwd pktfwd wire in2 out2 --cpus 0,1
	add testpmd testpmd '0 1' "in2 out2 in2$second out2$second" --forward-mode=io
}

# What one run says goes to three groups: each percentile by itself.
round_trips() {
	unit=ns
	group round-trip-p50 'Round trip, p50' udp-spin said
	add pktgen xsk_ping
	add udp-spin udp_ping spin
	extra udp udp_ping
	target pktgen 0.6
	group round-trip-p99 'Round trip, p99' udp-spin said
	group round-trip-p99.9 'Round trip, p99.9' udp-spin said
	target pktgen 0.5
	unit=pps
}

# The source has the same CPU as the program.
one_core() {
	group rx-one 'RX, 1 core with the source' testpmd 'rate taken in1' 1
	add pktgen pktgen rx in1 --cpus 1
	add testpmd testpmd 1 in1 --forward-mode=rxonly
	add testpmd-no-busy testpmd 1 in1,busy_budget=0 --forward-mode=rxonly

	group wire-one 'Forward, 1 core with the source' testpmd \
		'rate arrived sink1' 1
	add pktfwd pktfwd wire in1 out1 --cpus 1
	add testpmd testpmd 1 'in1 out1' --forward-mode=io
	add hand hand 1 forward in1 out1
}

for_all_groups() {
	tx_groups 64 1.08
	tx_groups 1500 1.06
	rx_groups 64 1.15
	rx_groups 1500 1.8
	forward_groups 64
	forward_groups 1500
	round_trips
	[ -n "$quick" ] && return
	two_queues
	one_core
}
