# machine.sh: a machine of QEMU's. Sourced by vm.sh.

# Seconds until a guest that hangs is ended. On a busy machine a good one may
# take half of it.
patience=480

qemu_version() { qemu-system-x86_64 --version 2>/dev/null | grep -oE '[0-9]+' | head -n 1; }

# QEMU plays igb since 8.0; Debian 12 has that in its backports.
install_emulator() { # APT-DIR
	local version=$(qemu_version)
	[ "${version:-0}" -lt 8 ] || return 0
	[ "$(id -u)" -eq 0 ] || { echo "QEMU 8 or newer is missing, and only root can install it"; return 1; }
	command -v apt-get >/dev/null || { echo "please install QEMU 8 or newer"; return 1; }
	if apt_with "$1" bookworm bookworm-backports >/dev/null &&
		apt_in "$1" apt-get install -y --no-install-recommends \
			-t bookworm-backports qemu-system-x86 >/dev/null; then
		rm -rf "$1"
	else
		echo "QEMU 8 or newer could not be installed"
		return 1
	fi
}

# What there is to emulate with; else a sentence on what is missing.
find_emulator() {
	local tool
	[ "$(uname -m)" = x86_64 ] || { echo "only machines of x86-64 are emulated yet"; return 1; }
	for tool in busybox cpio xz ip ethtool; do
		command -v $tool >/dev/null || { echo "there is no $tool"; return 1; }
	done
	install_emulator "$build/vm/apt"
}

# QEMU's NIC of a kind, and what it needs.
nic() {
	case $1 in
	# Zero-copy needs the device to use DMA addresses.
	virtio) echo virtio-net-pci,iommu_platform=on,disable-legacy=on ;;
	virtio-many) echo virtio-net-pci,iommu_platform=on,disable-legacy=on,mq=on,vectors=10 ;;
	virtio-plain) echo virtio-net-pci ;;
	*) echo "$1" ;;
	esac
}

# What its other end is: a hub, or for several queues a tap of taps.sh.
wire() { # KIND NUMBER
	case $1 in
	virtio-many) echo "tap,id=h$2,ifname=tap$2,script=no,downscript=no,queues=4,vhost=off" ;;
	*) echo "hubport,id=h$2,hubid=$(($2 / 2))" ;;
	esac
}

# nics KIND...: two of a kind on a hub of their own are joined. KIND@N is one
# behind the bridge of NUMA node N, and of node N therefore.
nics() {
	local kind bus i=0
	for kind; do
		bus=pcie.0
		[ "$kind" = "${kind%@*}" ] || bus=bridge${kind#*@}
		echo "-netdev $(wire "$kind" $i)"
		echo "-device pcie-root-port,id=port$i,chassis=$((i + 1)),slot=$((i + 1)),bus=$bus"
		echo "-device $(nic "${kind%@*}"),netdev=h$i,bus=port$i,mac=52:54:00:00:00:0$i"
		i=$((i + 1))
	done
}

# set_emulator DIR INITRAMFS: the command that is the machine of describe().
set_emulator() {
	# Word by word: these options have no blanks. The deadline timer of some
	# kernels stands still when the host is busy while they boot.
	emulator=($inside qemu-system-x86_64 -nodefaults -no-user-config -no-reboot
		-display none -monitor none
		-machine q35 -accel tcg,thread=multi -cpu max,-tsc-deadline $hardware
		-kernel "$1/vmlinuz" -initrd "$2"
		-append "console=ttyS0 panic=-1 quiet loglevel=4 mitigations=off audit=0 tsc=reliable no_timer_check $arguments"
		$(nics $devices))
}

# boot DIR INITRAMFS LOG: until it ends, or patience does.
boot() {
	local emulator
	set_emulator "$1" "$2"
	timeout --kill-after=5 $patience "${emulator[@]}" -serial stdio \
		</dev/null >"$3" 2>&1
}
