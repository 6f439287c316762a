# report.awk: what bench/peers.sh found, as Markdown, or (format=svg) as a plot.
#
# Lines of its input, with tabs between the fields:
#
#	about   TEXT
#	group   GROUP  TITLE  REFERENCE  UNIT
#	target  GROUP  CASE   BAR        OF     (OF: a case; empty: the reference)
#	run     GROUP  CASE   VALUE
#	failed  GROUP  CASE   REASON
#
# The unit is pps, more is better, or ns, less is.

BEGIN { FS = "\t" }

$1 == "about" { about = $2 }

$1 == "group" {
	groups[++group_count] = $2
	title[$2] = $3
	reference[$2] = $4
	unit[$2] = $5
}

$1 == "target" { targets[++target_count] = $0 }

$1 == "run" || $1 == "failed" {
	if (!(($2, $3) in seen)) {
		seen[$2, $3] = 1
		cases[$2, ++case_count[$2]] = $3
	}
}

$1 == "run" { values[$2, $3] = values[$2, $3] " " $4 }

$1 == "failed" { reason[$2, $3] = $4 }

# Sorts the numbers in @text into sorted[1...]; returns how many.
function sort(text,	n, i, k, v)
{
	n = split(text, sorted, " ")
	for (i = 2; i <= n; i++) {
		v = sorted[i] + 0
		for (k = i - 1; k >= 1 && sorted[k] + 0 > v; k--)
			sorted[k + 1] = sorted[k]
		sorted[k + 1] = v
	}
	return n
}

# Middle, least and most of a case; 0: it has no values.
function look(group, name,	n)
{
	n = sort(values[group, name])
	if (!n)
		return 0
	low = sorted[1] + 0
	high = sorted[n] + 0
	middle = n % 2 ? sorted[(n + 1) / 2] + 0 : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
	return n
}

function ratio(group, name, to,	of)
{
	if (!look(group, to) || !middle)
		return ""
	of = middle
	if (!look(group, name))
		return ""
	return middle / of
}

function is_ours(name) { return name ~ /^(pktgen|pktfwd)/ }

function number(group, value)
{
	return unit[group] == "ns" ? sprintf("%.2f us", value / 1e3) \
				   : sprintf("%.3f Mpps", value / 1e6)
}

function print_case(group, name,	r)
{
	if (!look(group, name)) {
		printf "| | %s | does not run: %s | | |\n", name,
			reason[group, name]
		return
	}
	r = ratio(group, name, reference[group])
	look(group, name)
	printf "| | %s | %s | %.0f %% | %s |\n",
		is_ours(name) ? "**" name "**" : name, number(group, middle),
		middle ? (high - low) / 2 / middle * 100 : 0,
		r == "" ? "" : sprintf("%.2f", r)
}

function print_table(	g, i, group)
{
	print about ". Ratios are of medians; +- is half of the way from the least to the most.\n"
	print "| work | program | median | +- | ratio |"
	print "|---|---|---|---|---|"
	for (g = 1; g <= group_count; g++) {
		group = groups[g]
		if (!case_count[group])
			continue
		printf "| %s | | | | to %s |\n", title[group], reference[group]
		for (i = 1; i <= case_count[group]; i++)
			print_case(group, cases[group, i])
	}
}

function judge(	i, f, of, r, least)
{
	print "\n```"
	for (i = 1; i <= target_count; i++) {
		split(targets[i], f, "\t")
		if (!case_count[f[2]])
			continue
		of = f[5] == "" ? reference[f[2]] : f[5]
		r = ratio(f[2], f[3], of)
		least = unit[f[2]] != "ns"
		printf "%-6s %s: %s / %s %s, at %s %s\n",
			r == "" ? "none" : \
			(least ? r >= f[4] + 0 : r <= f[4] + 0) ? "met" : "MISSED",
			title[f[2]], f[3], of,
			r == "" ? "was not measured" : sprintf("%.2f", r),
			least ? "least" : "most", f[4]
	}
	print "```"
}

# The plot: a bar for each case, as long as its ratio; a line from the least to
# the most. What is off the scale ends at its edge, with its number.

function escape(text)
{
	gsub(/&/, "\\&amp;", text)
	gsub(/</, "\\&lt;", text)
	return text
}

function at(r) { return LEFT + (r > MOST ? MOST : r) * SCALE }

function draw_text(x, class, text)
{
	printf "<text x=\"%.0f\" y=\"%d\" class=\"%s\">%s</text>\n", x, y + 11,
		class, escape(text)
}

function draw_case(group, name,	of, from, to, r)
{
	if (!look(group, reference[group]) || !middle)
		return
	of = middle
	if (!look(group, name))
		return
	r = middle / of
	from = at(low / of)
	to = at(high / of)
	draw_text(LEFT - 8, "name", name)
	printf "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"13\" class=\"%s\"/>\n",
		LEFT, y, at(r) - LEFT, is_ours(name) ? "ours" : "bar"
	printf "<path d=\"M%.1f %dH%.1f\" class=\"spread\"/>\n", from, y + 6, to
	draw_text((to > at(r) ? to : at(r)) + 6, "", sprintf("%.2f", r))
	y += 17
}

function draw_group(group,	i)
{
	if (!case_count[group])
		return
	y += 8
	draw_text(8, "title", title[group] \
		  (unit[group] == "ns" ? " (less is better)" : ""))
	y += 18
	for (i = 1; i <= case_count[group]; i++)
		draw_case(group, cases[group, i])
}

function draw_axis(	r)
{
	for (r = 0.5; r <= MOST; r += 0.5)
		printf "<path d=\"M%.0f 28V%d\" class=\"%s\"/>\n<text x=\"%.0f\" y=\"22\" class=\"mark\">%.1f</text>\n",
			at(r), y, r == 1 ? "one" : "grid", at(r), r
}

function draw(	g, total, i)
{
	LEFT = 130; SCALE = 190; MOST = 2.5; y = 34
	for (g = 1; g <= group_count; g++)
		if (case_count[groups[g]])
			total += 26 + 17 * case_count[groups[g]]
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"680\" height=\"%d\" viewBox=\"0 0 680 %d\" role=\"img\">\n",
		total + 50, total + 50
	print "<title>Rates and latencies as ratios to a peer: medians, and from the least to the most</title>"
	print "<style>"
	print "text { font: 12px sans-serif; fill: #1f2328 } .title { font-weight: bold }"
	print ".name { text-anchor: end } .mark { text-anchor: middle; font-size: 10px }"
	print ".bar { fill: #9aa4af } .ours { fill: #1a7f64 }"
	print "path { stroke: #1f2328; fill: none } .grid { stroke: #8884 } .one { stroke: #cf222e }"
	print "@media (prefers-color-scheme: dark) {"
	print "text { fill: #e6edf3 } .bar { fill: #6e7681 } .ours { fill: #3fb68b }"
	print "path { stroke: #e6edf3 } .grid { stroke: #8884 } .one { stroke: #ff7b72 } }"
	print "</style>"
	for (g = 1; g <= group_count; g++)
		draw_group(groups[g])
	draw_axis()
	print "</svg>"
}

END {
	if (format == "svg") {
		draw()
	} else {
		if (format == "doc")
			print "![ratios](peers.svg)\n"
		print_table()
		judge()
	}
}
