# kernel.sh: the kernel of a Debian suite, unpacked and not installed. Sourced
# by vm.sh.

# The packages that make up a kernel: named by its version, and no debug ones.
kernel_packages() { # APT-DIR
	apt_in "$1" apt-cache depends --recurse --no-recommends --no-suggests \
		--no-conflicts --no-breaks --no-replaces --no-enhances linux-image-amd64 |
		grep -E '^linux-(image|binary|modules)-[0-9]' |
		grep -v -e dbg -e unsigned | sort -u
}

unpack_kernel() { # DIR SUITE
	local dir=$1 apt=$1/apt packages deb
	apt_with "$apt" "$2" || return
	packages=$(kernel_packages "$apt")
	[ -n "$packages" ] || { echo "$2 has no kernel for amd64"; return 1; }
	mkdir -p "$dir/debs" "$dir/root"
	# Word by word: they are names of packages.
	(cd "$dir/debs" && apt_in "$apt" apt-get download $packages) || return
	for deb in "$dir"/debs/*.deb; do
		dpkg -x "$deb" "$dir/root" || return
	done
	rm -rf "$dir/debs" "$apt"
}

# fetch_kernel DIR SUITE: DIR/vmlinuz, DIR/version and DIR/root with its modules.
# Asked for again, it is there already. The last line says what is wrong.
fetch_kernel() {
	local dir=$1 image
	[ ! -f "$dir/version" ] || return 0
	rm -rf "$dir"
	mkdir -p "$dir"
	dir=$(realpath "$dir")
	unpack_kernel "$dir" "$2" || return
	image=$(find "$dir/root" -name 'vmlinuz*' -type f | head -n 1)
	cp "$image" "$dir/vmlinuz" || return
	find "$dir/root" -path '*/modules/*' -name kernel -type d -printf '%h\n' |
		head -n 1 | sed 's|.*/||' >"$dir/version.new"
	mv "$dir/version.new" "$dir/version"
}
