#!/bin/sh
# taps.sh COMMAND...: run it in a network namespace of its own, in which a bridge
# joins tap0 and tap1. QEMU's other wires have one queue, these have several.
set -e
if [ -z "${XSKPKT_TAPS-}" ]; then
	export XSKPKT_TAPS=inside
	exec unshare --net -- "$0" "$@"
fi
# The kernel's own packets would only be in the way.
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
ip link add name bridge0 type bridge
for tap in tap0 tap1; do
	ip tuntap add dev $tap mode tap multi_queue
	ip link set $tap master bridge0 up
done
ip link set bridge0 up
exec "$@"
