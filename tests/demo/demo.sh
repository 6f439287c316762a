#!/usr/bin/env bash
# The demo: a scene of hosts that nothing joins but pktfwd.
#
# The hosts are network namespaces whose names only this script can see: it
# runs in process and mount namespaces of its own. So however it ends, also by
# Ctrl-C or kill -9, the kernel removes all of it.
# usage: demo.sh BUILD [packets|tcp] [SECONDS]
set -eu
here=$(dirname "$(readlink -f "$0")")
PATH=$PATH:/usr/sbin:/sbin
build=$(realpath "$1")
shift
scene=packets seconds=10
for word; do
	case $word in
	packets | tcp) scene=$word ;;
	*[!0-9]* | '' | 0*) echo "demo: not a scene, nor a number of seconds: $word" >&2; exit 2 ;;
	*) seconds=$word ;;
	esac
done

if [ -z "${XSKPKT_DEMO-}" ]; then
	[ "$(id -u)" -eq 0 ] || { echo "the demo needs root: sudo ./dev demo" >&2; exit 1; }
	[ -x "$build/examples/pktgen/pktgen" ] || { echo "demo: pktgen is not built: it needs jansson and libpcap" >&2; exit 1; }
	# A shell without job control gives what runs behind no terminal.
	XSKPKT_DEMO=inside setpriv --pdeathsig KILL \
		unshare --mount --pid --fork --kill-child --mount-proc \
		"$0" "$build" $scene "$seconds" <&0 &
	trap 'kill -KILL $!; echo; exit 130' INT TERM
	wait $! && exit 0 || exit $?
fi

PATH=$build/examples/pktfwd:$build/examples/pktgen:$PATH
notes=$(mktemp -d)
mount -t tmpfs notes "$notes"
trap 'umount -l "$notes"; rmdir "$notes"' EXIT

on() { # HOST COMMAND...
	local host=$1
	shift
	ip netns exec "$host" "$@"
}

# The same, and $! is the command itself: not a shell, which takes no signals.
in_background() { # HOST COMMAND...
	ip netns exec "$@" &
}

make_hosts() { # HOST...
	local host
	mkdir -p /run/netns
	mount -t tmpfs netns /run/netns
	for host; do
		ip netns add "$host"
		# Nothing but the demo's own packets.
		on "$host" sh -c 'cd /proc/sys/net/ipv6/conf && echo 1 >all/disable_ipv6 &&
			echo 1 >default/disable_ipv6' 2>/dev/null || true
	done
}

join() { # HOST IF HOST IF
	ip -n "$1" link add "$2" type veth peer name "$4" netns "$3"
	ip -n "$1" link set "$2" up
	ip -n "$3" link set "$4" up
}

# until_open HOST IF PID: its XDP program is attached, so packets are taken.
until_open() {
	local _
	for _ in {1..100}; do
		ip -n "$1" link show "$2" | grep -q xdp && return
		kill -0 "$3" 2>/dev/null || break
		sleep 0.1
	done
	echo "demo: nothing opened $2" >&2
	exit 1
}

title() { printf '\n%s\n\n' "$*"; }
picture() { sed -n 's/^#\t/    /p' "$here/$scene.sh"; }

. "$here/$scene.sh"
