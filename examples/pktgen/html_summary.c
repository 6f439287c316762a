// SPDX-License-Identifier: BSD-2-Clause
/* html_summary.c: the figures that one wants to know first, and last how they
 * came about */
#include <stdarg.h>

#include "html.h"
#include "html_page.h"
#include "rate.h"

struct tile {
	char what[64], figure[64], more[128];
};

#define WRITE(field, ...) snprintf(field, sizeof(field), __VA_ARGS__)

static void draw_tile(FILE *out, const struct tile *t)
{
	fputs("<div class=\"tile\"><p>", out);
	html_text(out, t->what);
	fputs("</p><p class=\"figure\">", out);
	html_text(out, t->figure);
	fputs("</p><p>", out);
	html_text(out, t->more);
	fputs("</p></div>\n", out);
}

static void draw_rate(FILE *out, const struct bench_size *size,
		      const struct bench_result *r)
{
	double pps = r->throughput.pps;
	struct tile t;

	WRITE(t.what, "Throughput");
	WRITE(t.figure, "%s", rate_format(pps, "pps").s);
	if (r->throughput.limit == LIMIT_GENERATOR)
		WRITE(t.more, "size %s; at least: more was not offered",
		      size->name);
	else
		WRITE(t.more, "size %s; %.0f %% of what was offered",
		      size->name, 100 * pps / r->top.pps);
	draw_tile(out, &t);
}

/* Of all sizes. */
static void draw_bits(FILE *out, const struct bench_report *r)
{
	double most = 0;
	unsigned at = 0;
	struct tile t;

	for (unsigned i = 0; i < r->plan->size_count; i++) {
		double bits = bench_bits(&r->plan->sizes[i],
					 r->results[i].throughput.pps);

		if (bits > most) {
			most = bits;
			at = i;
		}
	}
	if (!(most > 0))
		return;
	WRITE(t.what, "Most data without loss");
	WRITE(t.figure, "%s", rate_format(most, "bit/s").s);
	WRITE(t.more, "size %s", r->plan->sizes[at].name);
	draw_tile(out, &t);
}

static void draw_loss(FILE *out, const struct bench_size *size,
		      const struct bench_result *r)
{
	struct tile t;

	WRITE(t.what, "Loss at full speed");
	WRITE(t.figure, "%.3g %%", 100 * trial_loss(&r->top));
	WRITE(t.more, "size %s; of %s", size->name,
	      rate_format(r->top.pps, "pps").s);
	draw_tile(out, &t);
}

static void draw_latency(FILE *out, const struct bench_size *size,
			 const struct bench_result *r)
{
	const struct histogram *h = &r->histograms[1];
	double p50 = (double)histogram_percentile(h, 50);
	double p99 = (double)histogram_percentile(h, 99);
	double p9999 = (double)histogram_percentile(h, 99.99);
	struct tile t;

	WRITE(t.what, "Median latency");
	WRITE(t.figure, "%s", html_time(p50).s);
	WRITE(t.more, "size %s at %u %%; p99 %s, p99.99 %s", size->name,
	      bench_loads[1], html_time(p99).s, html_time(p9999).s);
	draw_tile(out, &t);
}

static void draw_burst(FILE *out, const struct bench_size *size,
		       const struct bench_result *r)
{
	bool least = r->burst.limit == LIMIT_GENERATOR;
	struct tile t;

	WRITE(t.what, "Longest burst");
	WRITE(t.figure, "%s", count_format(r->burst.packets).s);
	WRITE(t.more, "size %s; packets%s", size->name,
	      least ? ", at least: none longer was sent" : " without loss");
	draw_tile(out, &t);
}

/* Of the first size, which is the hardest one if they are in order. */
void html_summary(FILE *out, const struct bench_report *r)
{
	const struct bench_size *size = &r->plan->sizes[0];
	const struct bench_result *first = &r->results[0];

	fputs("<div class=\"tiles\">\n", out);
	if (first->done & BENCH_THROUGHPUT) {
		draw_rate(out, size, first);
		draw_bits(out, r);
	}
	if (first->tried)
		draw_loss(out, size, first);
	if (first->latencies > 1)
		draw_latency(out, size, first);
	if (first->done & BENCH_BURST)
		draw_burst(out, size, first);
	fputs("</div>\n", out);
}

/* How it came about */

static void fact(FILE *out, const char *name, const char *format, ...)
	__attribute__((format(__printf__, 3, 4)));

static void fact(FILE *out, const char *name, const char *format, ...)
{
	char text[4096];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fprintf(out, "<dt>%s</dt><dd>", name);
	html_text(out, text);
	fputs("</dd>\n", out);
}

static void port_fact(FILE *out, const char *name, const struct bench_port *p)
{
	fact(out, name, "%s: driver %s, mode %s, %u of %u queues, MTU %u",
	     p->name, p->driver, p->mode, p->queues, p->all_queues, p->mtu);
}

static void draw_facts(FILE *out, const struct bench_report *r)
{
	const struct bench_facts *f = r->facts;

	fputs("<dl class=\"facts\">\n", out);
	fact(out, "Machine", "%s: %u × %s", f->host, f->cpus, f->cpu);
	fact(out, "Load before", f->load < 0 ? "unknown" : "%.2f", f->load);
	fact(out, "Kernel", "%s", f->kernel);
	port_fact(out, "Sender", &f->tx);
	port_fact(out, "Receiver", &f->rx);
	fact(out, "Packets", "%s", f->packets);
	fact(out, "Trials",
	     "of %g s; a loss of up to %g %% is none; results "
	     "within %g %%; a loss is looked at again, up to "
	     "%u times",
	     r->plan->seconds, 100 * r->plan->loss, 100 * r->plan->resolution,
	     r->plan->verify);
	fact(out, "Program", "%s", f->version);
	fact(out, "Started", "%s", f->date);
	fact(out, "Took", "%.0f s", r->seconds);
	fputs("<dt>Command</dt><dd><code>", out);
	html_text(out, f->command ? f->command : "unknown");
	fputs("</code></dd>\n</dl>\n", out);
}

void html_setup(FILE *out, const struct bench_report *r)
{
	html_section(out, "How it was measured",
		     "After RFC 2544, chapter 26, in one direction.");
	draw_facts(out, r);
	fputs("<ul>\n"
	      "<li>Sizes are those of Ethernet frames with their FCS of four "
	      "bytes, and bits count it as well.</li>\n"
	      "<li>RFC 2544 asks for trials of 60 s, and for bursts to be "
	      "repeated 50 times. How long these took, and how often they were "
	      "repeated, stands above.</li>\n"
	      "<li>Latency is from the moment before the sender's call into "
	      "the kernel to the receiver's reading of the packet, by one "
	      "clock. The sender's and receiver's own part is in it.</li>\n"
	      "<li>Packets are counted by marks in them: what others sent is "
	      "not mistaken for them.</li>\n"
	      "</ul>\n</section>\n",
	      out);
}
