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
echo "all runs: $results; the plot: $plot"
