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

# devices KIND...: two of a kind on a hub of their own are joined.
devices() {
	local kind i=0
	for kind; do
		echo "-netdev hubport,id=h$i,hubid=$((i / 2))"
		echo "-device pcie-root-port,id=port$i,chassis=$((i + 1)),slot=$((i + 1)),bus=pcie.0"
		case $kind in
		igb) echo "-device igb,netdev=h$i,bus=port$i,mac=52:54:00:00:00:0$i" ;;
		# Zero-copy needs the device to use DMA addresses.
		virtio) echo "-device virtio-net-pci,netdev=h$i,bus=port$i,mac=52:54:00:00:00:0$i,iommu_platform=on,disable-legacy=on" ;;
		esac
		i=$((i + 1))
	done
}

# boot DIR INITRAMFS LOG KIND...: until it ends, or patience does.
boot() {
	local dir=$1 initramfs=$2 log=$3
	shift 3
	# Word by word: QEMU's options have no blanks. The deadline timer of some
	# kernels stands still when the host is busy while they boot.
	timeout --kill-after=5 $patience \
		qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot \
		-machine q35 -accel tcg,thread=multi -cpu max,-tsc-deadline -smp 2 -m 768M \
		-kernel "$dir/vmlinuz" -initrd "$initramfs" \
		-append "console=ttyS0 panic=-1 quiet loglevel=4 mitigations=off audit=0 tsc=reliable no_timer_check" \
		-serial stdio -monitor none $(devices "$@") </dev/null >"$log" 2>&1
}
