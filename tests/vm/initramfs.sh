# initramfs.sh: all that the guest has: its tests, the programs that they call,
# the libraries of both, the kernel's modules, and init. Sourced by vm.sh.

# What the tests call, besides what busybox has.
guest_programs='sh ip ethtool'
guest_applets='mount umount insmod ls cat grep sleep readlink basename poweroff kill echo rm mkdir head sed cut'
# In the order in which they need each other; what is missing is built in.
guest_modules='pps_core ptp dca i2c-core i2c-algo-bit igb virtio virtio_ring
	virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci failover net_failover
	virtio_net e1000e vmxnet3 xsk_diag'

# put_program ROOT FILE: with its libraries, where they are on this machine.
put_program() {
	local root=$1 file=$2 library place
	cp -L "$file" "$root/bin/${file##*/}"
	ldd "$file" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
		place=$root${library%/*}
		# What is not installed is looked for beside the program.
		[[ $library != */../* ]] || place=$root/lib
		mkdir -p "$place"
		[ -e "$place/${library##*/}" ] || cp -L "$library" "$place/"
	done
}

put_modules() { # ROOT KERNEL
	local module file
	for module in $guest_modules; do
		file=$(find "$2/root" -name "$module.ko*" | head -n 1)
		case $file in
		*.xz) xz -dc "$file" >"$1/modules/$module.ko" ;;
		*.zst) zstd -qdc "$file" >"$1/modules/$module.ko" ;;
		*.ko) cp "$file" "$1/modules/" ;;
		*) continue ;;
		esac
		echo "$module" >>"$1/modules/order"
	done
}

# What libxdp loads into the kernel.
put_dispatcher() { # ROOT
	local file
	for file in /usr/lib/*/bpf/xdp-dispatcher.o; do
		[ ! -e "$file" ] || cp --parents "$file" "$1"
	done
}

# For people: ours, and what is good to have beside it.
put_tools() { # ROOT
	local program
	for program in "$build"/examples/{pktfwd/pktfwd,pktgen/pktgen,pktnic/pktnic} \
		$(command -v bash tc bpftool tcpdump); do
		[ ! -x "$program" ] || put_program "$1" "$program"
	done
}

# make_initramfs DIR NAME JOB: DIR/initramfs-NAME, for the kernel in DIR.
make_initramfs() {
	local dir=$1 root program
	root=$(mktemp -d)
	mkdir -p "$root"/{bin,dev,proc,sys,tmp,run,modules}
	cp "$(command -v busybox)" "$root/bin/busybox"
	for program in $guest_applets; do
		ln -s busybox "$root/bin/$program"
	done
	for program in $guest_programs; do
		put_program "$root" "$(command -v "$program")"
	done
	for program in "$build"/tests/test_device_*; do
		[ -d "$program" ] || put_program "$root" "$program"
	done
	[ "$3" != shell ] || put_tools "$root"
	put_modules "$root" "$dir"
	put_dispatcher "$root"
	cp tests/vm/init "$root/init"
	printf '%s\n' "$3" >"$root/job"
	(cd "$root" && find . | cpio -o -H newc -R 0:0 --quiet) >"$dir/initramfs-$2"
	rm -rf "$root"
}
