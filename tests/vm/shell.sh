#!/usr/bin/env bash
# A guest to look around in, with pktfwd, pktgen, pktnic and the tests. Its
# serial line is this terminal; it ends with its shell.
#
# usage: shell.sh BUILD [MACHINE]
set -u
cd "$(dirname "$(readlink -f "$0")")/../.." || exit 1
PATH=$PATH:/usr/sbin:/sbin
build=$1 machine=${2-virtio} suite=trixie-backports
. tests/vm/apt.sh
. tests/vm/kernel.sh
. tests/vm/initramfs.sh
. tests/vm/machines.sh
. tests/vm/machine.sh

die() {
	echo "vm shell: ${1##*$'\n'}" >&2
	exit 1
}

devices=
describe "$machine"
[ -n "$devices" ] || die "there is no machine '$machine', only $(machine_names)"
why=$(find_emulator 2>&1) || die "$why"
why=$(fetch_kernel "$build/vm/$suite" "$suite" 2>&1) || die "$why"
make_initramfs "$build/vm/$suite" "shell.$$" shell
initramfs=$build/vm/$suite/initramfs-shell.$$
trap 'rm -f "$initramfs"' EXIT
set_emulator "$build/vm/$suite" "$initramfs"
echo "$machine has: $devices; leave it with exit"
"${emulator[@]}" -serial stdio
