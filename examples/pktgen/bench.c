// SPDX-License-Identifier: BSD-2-Clause
/*
 * bench.c: pktgen bench: what the device between two interfaces can do.
 *
 *   bench_options_parse  what is to be measured
 *   bed_open             the interfaces
 *   bench_measure        trials, told to a view
 *   print_report, write_json_report, html_report_write
 */
#include <string.h>

#include "bench_bed.h"
#include "bench_options.h"
#include "bench_view.h"
#include "clock.h"
#include "pktgen.h"
#include "say.h"
#include "screen.h"

static struct bench_options options;
static struct bench_result results[BENCH_SIZES];

static enum view_form choose_form(const struct settings *s)
{
	if (s->json)
		return VIEW_JSON;
	if (s->quiet)
		return VIEW_QUIET;
	return screen_possible() ? VIEW_SCREEN : VIEW_LINES;
}

/* All forms say whether it is the whole. Returns the exit code. */
static int tell(const struct bench_report *report, const char *reason)
{
	bool failed = report->stopped;

	if (options.settings.json)
		failed |= write_json_report(stdout, report, reason) < 0;
	else
		print_report(stdout, report);
	if (fflush(stdout) || ferror(stdout)) {
		say("stdout cannot be written");
		failed = true;
	}
	if (options.report && html_report_write(report, options.report))
		failed = true;
	else if (options.report && !options.settings.json)
		printf("The report is in %s\n", options.report);
	return failed || fflush(stdout) ? EXIT_FAILED : EXIT_OK;
}

static int measure(struct bed *bed, struct bench_facts *facts)
{
	struct view view = { .plan = &options.plan,
			     .results = results,
			     .names = { options.names[0], options.names[1] },
			     .form = choose_form(&options.settings) };
	const struct bench_device device = { bed_trial, bed };
	struct bench_report report = { .plan = &options.plan,
				       .results = results,
				       .facts = facts };
	struct bench_watch watch;

	bed->tick = view_tick;
	bed->arg = &view;
	bed->keys = view.form == VIEW_SCREEN;
	view_begin(&view, &watch);
	if (bench_measure(&options.plan, &device, &watch, results))
		report.stopped = bed->sentence ? bed->sentence
					       : "it could not go on";
	view_end(&view);
	report.seconds = (double)(now_ns() - view.started) / 1e9;
	return tell(&report, bed->reason ? bed->reason : "done");
}

static int open_and_measure(struct bed *bed, struct bench_facts *facts)
{
	int code = bed_open(bed, &options.settings,
			    &options.patterns[options.largest]);

	if (code == EXIT_OK)
		code = session_settle(&bed->sessions[0]);
	/* As the user that it will be written by, and before all the work. */
	if (code == EXIT_OK && options.report &&
	    html_report_check(options.report))
		code = EXIT_FAILED;
	if (code != EXIT_OK)
		return code;
	bench_facts_port(&facts->tx, bed->sessions[0].port);
	bench_facts_port(&facts->rx, bed->sessions[1].port);
	return measure(bed, facts);
}

/* All but their sizes, of which there are several. */
static void name_packets(struct bench_facts *facts)
{
	char *sizes;

	pattern_text(&options.patterns[0], facts->packets,
		     sizeof(facts->packets));
	sizes = strrchr(facts->packets, ',');
	if (sizes)
		*sizes = '\0';
}

int bench_run(int argc, char **argv)
{
	static struct bed bed;
	struct bench_facts facts;
	int code = bench_options_parse(&options, argc, argv);

	if (code != GO_ON)
		return code;
	bench_facts_take(&facts, argc, argv);
	name_packets(&facts);
	bed.names[0] = options.names[0];
	bed.names[1] = options.names[1];
	bed.patterns = options.patterns;
	code = open_and_measure(&bed, &facts);
	bed_close(&bed);
	bench_facts_free(&facts);
	return code;
}
