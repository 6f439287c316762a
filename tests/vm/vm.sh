#!/usr/bin/env bash
# The device tests in virtual machines: real drivers, real rings, zero-copy,
# and no NIC. QEMU plays the hardware, in software (TCG) where there is no KVM.
#
#   apt.sh         packages from suites that this machine does not use
#   kernel.sh      a suite's kernel, unpacked into BUILD/vm and not installed
#   initramfs.sh   a root file system: the tests, what they need, and init
#   machines.sh    what each machine has and does
#   machine.sh     boots one and writes down what it says
#   shell.sh       one of them for people
#
# usage: vm.sh BUILD [SUITE:MACHINE...]
set -u
cd "$(dirname "$(readlink -f "$0")")/../.." || exit 1
PATH=$PATH:/usr/sbin:/sbin
build=$1
shift
. tests/lines.sh
. tests/vm/apt.sh
. tests/vm/kernel.sh
. tests/vm/initramfs.sh
. tests/vm/machines.sh
. tests/vm/machine.sh

# The newest kernel shows what drivers can do, older ones and lesser devices
# how the library goes on where they cannot.
newest=trixie-backports
machines="$newest:igb-few $newest:igb-many $newest:igb-life $newest:virtio
	$newest:less $newest:iommu $newest:numa
	bookworm-backports:old bookworm:old"
[ $# -eq 0 ] || machines=$*

# pass_on LOG LABEL: the guest's result lines, each saying where it was.
pass_on() {
	local line where=
	while read -r line; do
		line=${line%$'\r'}
		case $line in
		'@@ on '*) where="$2, ${line#@@ on }" ;;
		'ok '* | 'FAIL '* | 'skip '*) tell "$line" "$where" ;;
		'    | '*) echo "$line" ;;
		esac
	done <"$1"
}

tell() { # LINE WHERE
	local kind=${1%% *} rest=${1#* }
	rest=${rest#"${rest%%[! ]*}"}
	local sentence=${rest%%:*} reason=${rest#*: }
	case $kind in
	ok) ok "$sentence ($2)" ;;
	FAIL) fail "$sentence ($2)" "$reason" ;;
	skip) skip "$sentence ($2)" "$reason" ;;
	esac
}

# work SUITE MACHINE: boot it with its job. It is busy or asleep for minutes.
work() {
	local dir=$build/vm/$1 devices job hardware arguments inside
	describe "$2"
	make_initramfs "$dir" "$2" "$job" &&
		boot "$dir" "$dir/initramfs-$2" "$dir/$2.log"
}

# What it told, and whether it told all.
show() { # SUITE MACHINE
	local log=$build/vm/$1/$2.log version=$(<"$build/vm/$1/version")
	pass_on "$log" "Linux $version"
	if grep -q '^@@ end' "$log"; then
		ok "the machine $2 comes to its end (Linux $version)"
	else
		fail "the machine $2 comes to its end (Linux $version)" \
			"its last words are in $log"
		tail -n 40 "$log" | sed 's/^/    | /'
	fi
}

fetch() { # SUITE
	local reason
	reason=$(fetch_kernel "$build/vm/$1" "$1" 2>&1) && return
	skip "devices under the kernel of $1" "${reason##*$'\n'}"
	return 1
}

# Can this machine be had here? Says which and why not.
possible() { # MACHINE
	local devices job hardware arguments inside reason
	describe "$1"
	[ -n "$inside" ] || return 0
	reason=$($inside true 2>&1) && return
	skip "the machine $1" "a private network with taps: ${reason##*$'\n'}"
	return 1
}

# All at once: a guest sleeps most of its time.
run_machines() {
	local machine running=() suites=''
	for machine in $machines; do
		[[ " $suites " == *" ${machine%:*} "* ]] || fetch "${machine%:*}" || continue
		suites+=" ${machine%:*}"
		possible "${machine#*:}" || continue
		work "${machine%:*}" "${machine#*:}" &
		running+=("$machine")
	done
	wait
	for machine in "${running[@]}"; do
		show "${machine%:*}" "${machine#*:}"
	done
}

if reason=$(find_emulator 2>&1); then
	run_machines
else
	skip "devices in virtual machines" "${reason##*$'\n'}"
fi
finish
