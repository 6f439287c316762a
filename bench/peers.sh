#!/usr/bin/env bash
# peers.sh: pktgen and pktfwd beside other programs that do the same work.
#
# Every round runs every case once, for a moment; a case is one program. What
# is compared is the median over the rounds. Packets are counted by the veth
# driver, the same way for everybody:
#
#	source -> feed1 ~~ in1   the program   out1 ~~ sink1 -> dropped in XDP
#
# The source is the kernel (peer_kernel send). CPU 0 has the source and CPU 1
# the program; "one core" means CPU 1 for both. All interfaces are in namespaces
# without a name, so they go with this process, however it ends.
set -u -o pipefail
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin
here=$(dirname "$(readlink -f "$0")")

usage() {
	cat <<-END
	usage: ./dev bench peers [OPTION...]
	  --quick      only what there are targets for, 3 rounds: 3 minutes
	  --rounds N   as long as the time lasts (default 5)
	  --seconds S  how long each program is measured (default 1.5)
	  --only WORD  groups with this word in their name
	  --doc        then write doc/peers.svg, and the table of doc/performance.md
	END
	exit "$1"
}

die() {
	echo "peers: $*" >&2
	exit 1
}

build=$1 rounds='' seconds='' minutes='' quick='' only='' doc=''
shift
arguments=("$@")
while [ $# -gt 0 ]; do
	case $1 in
	--quick) quick=yes ;;
	--rounds) rounds=${2-} && shift ;;
	--seconds) seconds=${2-} && shift ;;
	--only) only=${2-} && shift ;;
	--doc) doc=yes ;;
	--help) usage 0 ;;
	*) usage 2 ;;
	esac
	shift
done
: "${rounds:=${quick:+3}}" "${seconds:=${quick:+1}}"
: "${rounds:=5}" "${seconds:=1.5}" "${minutes:=${quick:+3}}" "${minutes:=12}"
[[ $rounds =~ ^[1-9][0-9]*$ ]] || die "--rounds $rounds: give a whole number"
[[ $seconds =~ ^[0-9]*\.?[0-9]+$ && $seconds =~ [1-9] ]] ||
	die "--seconds $seconds: give seconds"
output=$build/peers # what each program said; results.tsv; the plot
results=$output/results.tsv

if [ -z "${XSKPKT_PEERS-}" ]; then
	[ "$(id -u)" -eq 0 ] || die "this needs root: sudo ./dev bench peers"
	[ "$(nproc)" -gt 1 ] || die "this needs two CPUs"
	XSKPKT_PEERS=inside setpriv --pdeathsig KILL \
		unshare --net --mount --pid --fork --kill-child --mount-proc \
		"$0" "$build" "${arguments[@]}" &
	trap 'kill -KILL $!; echo; exit 130' INT TERM
	wait $! || exit $?
	exec "$here/peers/report.sh" "$results" ${doc:+--doc}
fi

mkdir -p "$output"
rm -f "$output"/*.log "$output/silence"
mkfifo "$output/silence" # what testpmd reads: nothing, for ever
exec {silence}<>"$output/silence"

# The network

prepare() { # IF...
	local interface
	for interface; do
		ethtool -K "$interface" tx off >/dev/null
		tc qdisc add dev "$interface" root pfifo
		ip link set "$interface" up
	done
}

pair() { # IF IF QUEUES
	ip link add "$1" numrxqueues "$3" numtxqueues "$3" type veth \
		peer name "$2" numrxqueues "$3" numtxqueues "$3"
	prepare "$1" "$2"
}

make_network() {
	local n
	mount -t sysfs sysfs /sys
	mount -t bpf bpf /sys/fs/bpf
	sysctl -qw net.ipv6.conf.default.disable_ipv6=1 2>/dev/null
	ip link set lo up
	for n in 1 2; do
		pair feed$n in$n $n
		pair out$n sink$n $n
		peer kernel drop feed$n
		peer kernel drop sink$n
	done
	make_far_host
}

# A second host, for round trips: near ~~ far.
make_far_host() {
	unshare --net sleep infinity &
	far=$!
	until [ "$(readlink /proc/$far/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do
		sleep 0.01
	done
	ip link add near type veth peer name far netns $far
	prepare near
	there sysctl -qw net.ipv6.conf.far.disable_ipv6=1 2>/dev/null
	there ethtool -K far tx off >/dev/null
	there tc qdisc add dev far root pfifo
	ip addr add 10.77.0.1/24 dev near
	there ip addr add 10.77.0.2/24 dev far
	there ip link set far up
}

there() { nsenter --net=/proc/$far/ns/net "$@"; }

# Whatever a program left behind.
tidy() {
	local interface
	for interface in in1 out1 in2 out2 near; do
		ip link set "$interface" xdpdrv off 2>/dev/null
		ip link set "$interface" nomaster 2>/dev/null
		ethtool -K "$interface" gro off 2>/dev/null
	done
	ip link del bridge 2>/dev/null
	rm -rf /sys/fs/bpf/xdp 2>/dev/null
	sleep 0.1 # sockets let go of their queues a moment later
}

# Measuring

# Meters set $count, without a process that might have to wait for a CPU:
# packets that arrived at an interface; those that a socket had room for.
arrived() { read -r count <"/sys/class/net/$1/statistics/rx_packets"; }
taken() {
	local dropped
	arrived "$1"
	read -r dropped <"/sys/class/net/$1/statistics/rx_dropped"
	count=$((count - dropped))
}

# The meter says how many there were; all is well once it moves.
await() { # METER...
	local count first i
	"$@"
	first=$count
	for ((i = 0; i < 250; i++)); do
		"$@"
		[ $((count - first)) -lt 100 ] || return 0
		kill -0 "$program" 2>/dev/null || return 1
		sleep 0.02
	done
	reason="it runs, but no packet was seen"
	return 1
}

rate() { # METER...: packets per second
	local count from start
	await "$@" || return
	sleep 0.2
	"$@"
	from=$count start=${EPOCHREALTIME/./}
	sleep "$seconds"
	"$@"
	value=$(((count - from) * 1000000 / (${EPOCHREALTIME/./} - start)))
}

# Some measure themselves: their last line is what they found.
said() {
	wait "$program" && value=$(tail -n 1 "$log" | grep "^[0-9. ]*$")
}

stop() { # PID...
	local pid i
	for pid; do
		kill "$pid" 2>/dev/null
		for ((i = 0; i < 100; i++)); do
			kill -0 "$pid" 2>/dev/null || break
			sleep 0.02
		done
		kill -KILL "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
}

start_sources() {
	local cpu
	sources=()
	# On the program's CPU it would keep it from starting.
	[ -z "${source_cpus[$group]}" ] || sleep 0.3
	for cpu in ${source_cpus[$group]}; do
		# A veth's queue is that of the CPU, modulo their number.
		taskset -c "$cpu" "$build/bench/peers/peer_kernel" send \
			"feed${queues[$group]}" "${bytes[$group]}" 2>/dev/null &
		sources+=($!)
	done
}

# A line of the results, see peers/report.awk.
record() { # FIELD...
	local IFS=$'\t'
	echo "$*" >>"$results"
}

# Its last words, unless more is known.
why() {
	echo "${reason:-$(grep -v '^$' "$log" | tail -n 1 | cut -c 1-160)}"
}

# One number, or p50, p99 and p99.9, whose groups have names alike.
record_all() {
	local p50 p99 p999
	read -r p50 p99 p999 <<<"$value"
	if [ -z "$p50" ]; then
		record failed "$group" "$name" "$(why)"
		return
	fi
	record run "$group" "$name" "$p50"
	[ -n "$p999" ] || return
	record run "${group%50}99" "$name" "$p99"
	record run "${group%50}99.9" "$name" "$p999"
}

measure() { # GROUP NAME COMMAND...
	local group=$1 name=$2 value='' sources program reason=''
	local log=$output/$1-$2.log
	shift 2
	"$@" >"$log" 2>&1 <&$silence &
	program=$!
	start_sources
	${own_meter[$group,$name]:-${meter[$group]}}
	stop $program "${sources[@]}"
	record_all
	tidy
}

. "$here/peers/cases.sh"

# Every second round goes backwards, so that nobody always comes after the same.
run_round() { # NUMBER
	local i last=$((${#cases[@]} - 1)) group name command
	for ((i = 0; i <= last; i++)); do
		IFS="|" read -r group name command <<<"${cases[$1 % 2 ? i : last - i]}"
		[[ $group == *"$only"* ]] || continue
		[ $SECONDS -lt $((minutes * 60)) ] || return
		eval "measure $group $name $command"
	done
}

# On what, and beside which DPDK.
machine() {
	local model dpdk
	model=$(sed -n "s/^model name.*: //p" /proc/cpuinfo | head -n 1)
	dpdk=$(dpkg-query -W -f "DPDK \${Version}" dpdk-dev 2>/dev/null)
	echo "$(uname -sr), $(nproc) CPUs ($model), ${dpdk:-no DPDK}"
}

make_network
: >"$results"
record about "$(machine); at most $rounds rounds of $seconds s"
for_all_groups
[[ ${groups[*]} == *"$only"* ]] || die "--only $only: the groups are ${groups[*]}"
for ((round = 1; round <= rounds; round++)); do
	run_round $round
done
