# apt.sh: packages of other suites of Debian, from the mirror that this machine
# uses already and checked with Debian's keys. The machine's own lists of
# packages are left alone. Sourced by vm.sh.

keys=/usr/share/keyrings/debian-archive-keyring.gpg

mirror() {
	apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 2>/dev/null |
		grep -v security | head -n 1
}

# apt_with DIR SUITE...: a private apt in DIR that knows these suites alone.
apt_with() {
	local dir=$1 suite from
	shift
	from=$(mirror)
	[ -n "$from" ] || { echo "this machine has no mirror of Debian's"; return 1; }
	[ -f $keys ] || { echo "no keys to check packages with: install debian-archive-keyring"; return 1; }
	mkdir -p "$dir/lists/partial" "$dir/cache"
	for suite; do
		echo "deb [signed-by=$keys] $from $suite main"
	done >"$dir/sources.list"
	apt_in "$dir" apt-get update
}

# apt_in DIR COMMAND...: apt-get or apt-cache with these sources.
apt_in() {
	local dir=$1 command=$2
	shift 2
	DEBIAN_FRONTEND=noninteractive "$command" -qq \
		-o Dir::Etc::SourceList="$dir/sources.list" \
		-o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$dir/lists" \
		-o Dir::Cache="$dir/cache" -o Acquire::Languages=none \
		-o APT::Sandbox::User=root "$@"
}
