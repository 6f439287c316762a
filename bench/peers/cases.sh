# cases.sh: what bench/peers.sh compares: programs, and groups of cases.

# Programs. Each is started in a process of its own and becomes that program.

peer() { "$build/bench/peers/peer_$1" "${@:2}"; }
become() { exec taskset -c "$@"; }
hand() { become "$1" "$build/bench/peers/peer_xsk" "${@:2}"; }
packet() { become 1 "$build/bench/peers/peer_packet" "$@"; }
pktgen() { become 0,1 "$build/examples/pktgen/pktgen" "$@" --quiet; }
pktfwd() { become 0,1 "$build/examples/pktfwd/pktfwd" "$@" --quiet; }

# testpmd CPUS QUEUES "IF..." ARGUMENT...; an IF may have options behind it.
testpmd() {
	local lcores=0@0 vdevs=() cpu interface n=0
	for cpu in $1; do lcores+=,$((++n))@$cpu; done
	for interface in $3; do
		vdevs+=("--vdev=net_af_xdp${#vdevs[@]},queue_count=$2,iface=$interface")
	done
	exec dpdk-testpmd --no-huge -m 512 --no-pci --no-telemetry \
		--file-prefix peers --lcores "$lcores" "${vdevs[@]}" -- \
		--nb-cores=$n --rxq="$2" --txq="$2" --auto-start --no-mlockall \
		--total-num-mbufs=16384 "${@:4}"
}

# It runs on the first CPU.
trafgen() { # IF BYTES
	echo "{ fill(0x88, $2) }" >"$work/trafgen"
	exec trafgen -o "$1" -i "$work/trafgen" --cpus 1 -q
}

tcpreplay() { # IF BYTES
	one_packet "$2" >"$work/pcap"
	become 1 tcpreplay -q -K --topspeed --loop=0 -i "$1" "$work/pcap"
}

# A capture file of 1000 packets, written byte by byte.
one_packet() { # BYTES
	local size zeros
	size=$(printf '\\x%02x\\x%02x\\0\\0' $(($1 % 256)) $(($1 / 256)))
	printf '\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\xff\xff\0\0\1\0\0\0'
	for ((zeros = 0; zeros < 1000; zeros++)); do
		printf "\0\0\0\0\0\0\0\0$size$size"
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

# Groups: whose cases are compared. Their order is that of the tables.

declare -A meter source_cpus queues bytes
groups=() cases=()

# group NAME TITLE REFERENCE METER [SOURCE_CPUS [QUEUES [BYTES]]]
group() {
	group=$1
	meter[$1]=$4 source_cpus[$1]=${5-} queues[$1]=${6-1} bytes[$1]=${7-64}
	groups+=("$1")
	record group "$1" "$2" "$3" "${unit:-pps}"
}

# case NAME COMMAND...: of the group above
add() { cases+=("$group|$1|$(printf "%q " "${@:2}")"); }

# Only in a full run: there is no target for it.
extra() { [ -n "$quick" ] || add "$@"; }

# target CASE BAR [OF]: at least BAR times the reference, or the case OF.
target() { record target "$group" "$1" "$2" "${3-}"; }

tx_groups() {
	local size=$1 bar=$2
	group tx-$size "TX, $size bytes" testpmd 'rate arrived sink1'
	add pktgen pktgen tx out1 --size $size --cpus 1
	add testpmd testpmd 1 1 out1 --forward-mode=txonly --txpkts=$size
	extra hand hand 1 tx out1 $size
	extra sendmmsg packet tx out1 $size
	extra trafgen trafgen out1 $size
	extra tcpreplay tcpreplay out1 $size
	target pktgen $bar

	group kernel-$size "TX by the kernel, $size bytes" live-frames \
		'rate arrived sink1'
	add pktgen pktgen tx out1 --engine kernel --size $size --cpus 1
	add live-frames become 1 "$build/bench/peers/peer_kernel" send out1 \
		$size $((1 << 20))
	extra xdp-trafficgen become 1 xdp-trafficgen udp out1 \
		-m 02:00:00:00:00:01
	target pktgen 1.5
}

rx_groups() {
	local size=$1 bar=$2
	group rx-$size "RX, $size bytes" testpmd 'rate taken in1' 0 1 $size
	add pktgen pktgen rx in1 --cpus 1 --spin
	add testpmd testpmd 1 1 in1,busy_budget=0 --forward-mode=rxonly
	extra hand hand 1 rx in1
	extra tpacket packet_rx
	target pktgen $bar
}

forward_groups() {
	local size=$1
	group wire-$size "Forward, $size bytes" testpmd 'rate arrived sink1' \
		0 1 $size
	add pktfwd pktfwd wire in1 out1 --cpus 1
	add testpmd testpmd 1 1 'in1 out1' --forward-mode=io
	add hand hand 1 forward in1 out1
	extra bridge in_kernel bridge
	extra xdp-redirect in_kernel peer kernel redirect in1 out1
	target pktfwd 1.30
	target pktfwd 1.03 hand

	group reflect-$size "Reflect, $size bytes" testpmd \
		'rate arrived feed1' 0 1 $size
	add pktfwd pktfwd reflect in1 --cpus 1
	add testpmd testpmd 1 1 in1 --forward-mode=macswap
	extra hand hand 1 reflect in1
	extra xdp-tx in_kernel peer kernel bounce in1
	target pktfwd 1.0
}

# Both CPUs have work for two queues; a source on each feeds them.
two_queues() {
	group tx-two 'TX, 2 queues, 2 cores' testpmd 'rate arrived sink2'
	add pktgen pktgen tx out2 --size 64 --cpus 0,1
	add testpmd testpmd '0 1' 2 out2 --forward-mode=txonly --txpkts=64

	group tx-two-one 'TX, 2 queues, 1 core' testpmd 'rate arrived sink2'
	add pktgen pktgen tx out2 --size 64 --cpus 1 --workers 1
	add testpmd testpmd 1 2 out2 --forward-mode=txonly --txpkts=64

	group rx-two 'RX, 2 queues, 2 cores' testpmd 'rate taken in2' '0 1' 2
	add pktgen pktgen rx in2 --cpus 0,1
	add testpmd testpmd '0 1' 2 in2 --forward-mode=rxonly

	group wire-two 'Forward, 2 queues, 2 cores' testpmd \
		'rate arrived sink2' '0 1' 2
	add pktfwd pktfwd wire in2 out2 --cpus 0,1
	add testpmd testpmd '0 1' 2 'in2 out2' --forward-mode=io
}

# The source has the same CPU as the program.
one_core() {
	group rx-one 'RX, 1 core with the source' testpmd 'rate taken in1' 1
	add pktgen pktgen rx in1 --cpus 1
	add testpmd testpmd 1 1 in1 --forward-mode=rxonly
	add testpmd-no-busy testpmd 1 1 in1,busy_budget=0 --forward-mode=rxonly

	group wire-one 'Forward, 1 core with the source' testpmd \
		'rate arrived sink1' 1
	add pktfwd pktfwd wire in1 out1 --cpus 1
	add testpmd testpmd 1 1 'in1 out1' --forward-mode=io
	add hand hand 1 forward in1 out1
}

for_all_groups() {
	tx_groups 64 1.08
	tx_groups 1500 1.06
	rx_groups 64 1.15
	rx_groups 1500 1.8
	forward_groups 64
	forward_groups 1500
	[ -n "$quick" ] && return
	two_queues
	one_core
}
