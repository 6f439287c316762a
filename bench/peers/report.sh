#!/bin/sh
# report.sh RESULTS [--doc]: prints what bench/peers.sh found, and plots it
# beside it; with --doc into doc/, where performance.md has a place for it.
set -eu
here=$(dirname "$(readlink -f "$0")")
results=$1
plot=${results%.tsv}.svg
doc=$here/../../doc

awk -v format=svg -f "$here/report.awk" "$results" >"$plot"
table=$(mktemp)
trap 'rm -f "$table"' EXIT
awk -f "$here/report.awk" "$results" >"$table"
cat "$table"
if [ "${2-}" = --doc ]; then
	cp "$plot" "$doc/peers.svg"
	sed -i -e '/<!-- peers: begin/,/<!-- peers: end/{/<!-- peers/!d}' \
		-e "/<!-- peers: begin/r $table" "$doc/performance.md"
fi
echo "all runs: $results; the plot: $plot"
