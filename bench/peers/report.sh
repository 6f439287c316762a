#!/bin/sh
# report.sh RESULTS [--doc]: prints what bench/peers.sh found, and plots it
# beside it; with --doc into doc/, where performance.md has a place for both.
set -eu
here=$(dirname "$(readlink -f "$0")")
results=$1
plot=$(dirname "$results")/peers.svg
doc=$here/../../doc

report() { awk -v format="$1" -f "$here/report.awk" "$results"; }

report table
report svg >"$plot"
if [ "${2-}" = --doc ]; then
	table=$(mktemp)
	trap 'rm -f "$table"' EXIT
	report doc >"$table"
	cp "$plot" "$doc/peers.svg"
	sed -i -e '/<!-- peers: begin/,/<!-- peers: end/{/<!-- peers/!d}' \
		-e "/<!-- peers: begin/r $table" "$doc/performance.md"
fi
# sudo must not lock the user out.
if [ -n "${SUDO_UID-}" ]; then
	chown -R "$SUDO_UID:${SUDO_GID-}" "$(dirname "$results")"
	[ "${2-}" != --doc ] ||
		chown "$SUDO_UID:${SUDO_GID-}" "$doc/peers.svg" "$doc/performance.md"
fi
echo "all runs: $results; the plot: $plot"
