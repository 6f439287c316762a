// SPDX-License-Identifier: BSD-2-Clause
/* pktgen bench --report: its axes, its page, and how a browser sees that. */
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "devices.h"
#include "harness.h"
#include "html.h"
#include "html_report.h"
#include "plot_scale.h"
#include "testnet.h"

/* Axes */

/* "0 20 40", with a dot for a line that has no label. */
static const char *labels(struct scale s)
{
	static char text[512];
	struct scale_tick ticks[SCALE_TICKS];
	unsigned n = scale_ticks(&s, ticks);

	text[0] = '\0';
	for (unsigned i = 0; i < n; i++) {
		CHECK(scale_place(&s, ticks[i].value) >= 0);
		CHECK(!i || scale_place(&s, ticks[i].value) >
				    scale_place(&s, ticks[i - 1].value));
		strcat(text, i ? " " : "");
		strcat(text, ticks[i].text[0] ? ticks[i].text : ".");
	}
	return text;
}

/* Round numbers, few of them, and the last is not below the most. */
TEST(axes_have_round_numbers)
{
	CHECK_STR_EQ(labels(scale_linear(100, SCALE_NUMBER)),
		     "0 20 40 60 80 100");
	CHECK_STR_EQ(labels(scale_linear(101, SCALE_NUMBER)),
		     "0 25 50 75 100 125");
	CHECK_STR_EQ(labels(scale_linear(14880952, SCALE_NUMBER)),
		     "0 5M 10M 15M");
	CHECK_STR_EQ(labels(scale_linear(2.36e6, SCALE_NUMBER)),
		     "0 500k 1M 1.5M 2M 2.5M");
	CHECK_STR_EQ(labels(scale_linear(0.013, SCALE_NUMBER)),
		     "0 0.005 0.01 0.015");
	CHECK_STR_EQ(labels(scale_linear(2e6, SCALE_TIME)),
		     "0 500 µs 1 ms 1.5 ms 2 ms");
}

/* A diagram of nothing is a diagram. */
TEST(axes_of_nothing_are_axes)
{
	struct scale s = scale_linear(0, SCALE_NUMBER);

	CHECK_STR_EQ(labels(s), "0 0.2 0.4 0.6 0.8 1");
	CHECK(scale_place(&s, 0) == 0);
	s = scale_log(0, 0, SCALE_TIME);
	CHECK_STR_EQ(labels(s), "1 ns 2 ns 5 ns 10 ns");
	CHECK(scale_place(&s, 0) == 0);
	s = scale_log(1000, 1000, SCALE_NUMBER);
	CHECK_STR_EQ(labels(s), "1k 2k 5k 10k");
}

TEST(logarithmic_axes_have_powers_of_ten)
{
	CHECK_STR_EQ(labels(scale_log(3000, 80000, SCALE_TIME)),
		     "1 µs 2 µs 5 µs 10 µs 20 µs 50 µs 100 µs");
	CHECK_STR_EQ(labels(scale_log(3000, 7e6, SCALE_TIME)),
		     "1 µs . . 10 µs . . 100 µs . . 1 ms . . 10 ms");
}

/* Equal ratios have equal distances, and what lies beyond stays inside. */
TEST(places_are_within_the_axis)
{
	struct scale s = scale_log(1, 1000, SCALE_NUMBER);

	CHECK(fabs(scale_place(&s, 10) - 1.0 / 3) < 1e-9);
	CHECK(fabs(scale_place(&s, 100) - 2.0 / 3) < 1e-9);
	CHECK(scale_place(&s, 0) == 0 && scale_place(&s, 1e9) == 1);
	s = scale_linear(10, SCALE_NUMBER);
	CHECK(scale_place(&s, 5) == 0.5);
	CHECK(scale_place(&s, -1) == 0 && scale_place(&s, 11) == 1);
}

/* Text */

static const char *escaped(const char *raw)
{
	static char text[256];
	FILE *out = fmemopen(text, sizeof(text), "w");

	CHECK(out);
	html_text(out, raw);
	CHECK_EQ(fclose(out), 0);
	return text;
}

#define UNKNOWN "\xef\xbf\xbd"

/* Whatever a name holds, the page stays the page. */
TEST(text_is_escaped)
{
	CHECK_STR_EQ(escaped("a <b> & \"c\" 'd'"),
		     "a &lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
	CHECK_STR_EQ(escaped("µ → 𝄞"), "µ → 𝄞");
	/* Control characters, bytes that are no UTF-8, too long a form of '/',
	 * a surrogate, a character cut short. */
	CHECK_STR_EQ(escaped("\x01\x1b[0m"), UNKNOWN UNKNOWN "[0m");
	CHECK_STR_EQ(escaped("\xff\x80"), UNKNOWN UNKNOWN);
	CHECK_STR_EQ(escaped("\xc0\xaf"), UNKNOWN UNKNOWN);
	CHECK_STR_EQ(escaped("\xed\xa0\x80"), UNKNOWN UNKNOWN UNKNOWN);
	CHECK_STR_EQ(escaped("\xe2\x86"), UNKNOWN UNKNOWN);
}

/* The page */

static struct bench_result results[BENCH_SIZES];
static char directory[] = "/tmp/report-XXXXXX";
static char page[64];

static void remove_directory(void *arg)
{
	(void)arg;
	run("rm -r %s", directory);
}

static void enter_directory(void)
{
	CHECK(mkdtemp(directory));
	snprintf(page, sizeof(page), "%s/page.html", directory);
	test_at_end(remove_directory, NULL);
}

static const struct bench_plan whole = {
	.sizes = { { "64", 64 }, { "512", 512 }, { "1518", 1518 } },
	.size_count = 3,
	.tests = BENCH_THROUGHPUT | BENCH_LATENCY | BENCH_LOSS | BENCH_BURST,
	.seconds = 2,
	.resolution = 0.01,
	.verify = 1,
};

/* Of this device, until its end; whatever names there are. */
static int write_report(const struct bench_plan *plan, struct device *d,
			const char *name)
{
	char command[] = "pktgen bench '</script><script>alert(1)</script>'"
			 "\x01\xff&";
	struct bench_facts facts = { .kernel = "Linux 6.18", .cpus = 2 };
	struct bench_device device = { device_trial, d };
	struct bench_report report = {
		.plan = plan, .results = results, .facts = &facts, .seconds = 12
	};

	facts.command = command;
	snprintf(facts.tx.name, sizeof(facts.tx.name), "%s", name);
	snprintf(facts.rx.name, sizeof(facts.rx.name), "%s", name);
	facts.tx.mode = facts.rx.mode = "copy";
	if (bench_measure(plan, &device, &nobody, results))
		report.stopped = "stopped by Ctrl-C";
	return html_report_write(&report, page);
}

static void write_whole(void)
{
	struct device d = { .generator = 2e6, .capacity = 1e6, .room = 500 };

	CHECK_EQ(write_report(&whole, &d, "eth0"), 0);
}

static const char *read_page(void)
{
	static char text[1 << 20];
	FILE *file = fopen(page, "re");
	size_t n;

	CHECK(file);
	n = fread(text, 1, sizeof(text) - 1, file);
	text[n] = '\0';
	fclose(file);
	return text;
}

static void check_well_formed(void)
{
	if (try_run("python3 --version"))
		SKIP("there is no python3 to parse it");
	run("python3 -c 'import sys, xml.dom.minidom;"
	    "xml.dom.minidom.parse(sys.argv[1])' %s",
	    page);
}

/* Well-formed, whatever the device did and however it is called, whole or
 * stopped at any trial. */
TEST(a_page_is_well_formed)
{
	struct device devices[] = {
		{ .generator = 2e6, .capacity = 1e6, .room = 500 },
		{ .generator = 2e6, .capacity = INFINITY },
		{ .generator = 2e6 }, /* loses everything */
		{ .generator = 2e6, .capacity = 1e6, .stop = 1 },
		{ .generator = 2e6, .capacity = 1e6, .stop = 13 },
		{ .generator = 2e6, .capacity = 1e6, .stop = 40 },
	};

	enter_directory();
	for (unsigned i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		memset((void *)results, 0, sizeof(results));
		CHECK_EQ(write_report(&whole, &devices[i], "<a&b>'\"\xff"), 0);
		check_well_formed();
		CHECK(!strstr(read_page(), "<script"));
		CHECK(!strstr(read_page(), "nan"));
		CHECK(!strstr(read_page(), "inf\""));
	}
}

/* One file: nothing is fetched, from nowhere, and nothing runs. */
TEST(a_page_needs_nothing_else)
{
	static const char *const forbidden[] = { " src=",   " href=", "url(",
						 "@import", "<link",  "<iframe",
						 "<object" };

	enter_directory();
	write_whole();
	for (unsigned i = 0; i < 7; i++)
		if (strstr(read_page(), forbidden[i]))
			FAIL("there is a %s", forbidden[i]);
	CHECK_STR_HAS(read_page(), "default-src 'none'");
}

/* What was not measured is said, with the reason. */
TEST(a_page_says_what_is_missing)
{
	struct device stopped = { .generator = 2e6,
				  .capacity = 1e6,
				  .stop = 13 };
	struct bench_plan some = whole;

	enter_directory();
	write_whole();
	CHECK(!strstr(read_page(), "Not measured"));
	CHECK(!strstr(read_page(), "Not complete"));
	memset((void *)results, 0, sizeof(results));
	some.tests = BENCH_THROUGHPUT | BENCH_LATENCY;
	some.verify = 0;
	CHECK_EQ(write_report(&some, &stopped, "eth0"), 0);
	CHECK_STR_HAS(read_page(), "Not complete.</strong> It ended early: "
				   "stopped by Ctrl-C");
	CHECK_STR_HAS(read_page(), "The latency test at size 64: it was stopped"
				   " in the middle of it");
	CHECK_STR_HAS(read_page(), "Size 512: it was stopped before");
	CHECK_STR_HAS(read_page(), "The burst test: it was not asked for");
}

static unsigned files_there(void)
{
	DIR *dir = opendir(directory);
	unsigned n = 0;

	CHECK(dir);
	for (struct dirent *e; (e = readdir(dir));)
		n += e->d_name[0] != '.';
	closedir(dir);
	return n;
}

/* Whole or not at all, readable for others, and nothing else is left. */
TEST(a_page_takes_the_place_of_an_older_one)
{
	struct stat st;

	enter_directory();
	umask(022);
	CHECK_EQ(html_report_check(page), 0);
	CHECK_EQ(files_there(), 0);
	write_whole();
	write_whole();
	CHECK_EQ(files_there(), 1);
	CHECK_EQ(stat(page, &st), 0);
	CHECK_EQ(st.st_mode & 0777, 0644);
	CHECK_STR_HAS(read_page(), "</html>");
}

/* A page that cannot be written is an error before anything is measured. */
TEST(a_page_that_cannot_be_written_is_an_error)
{
	enter_directory();
	CHECK(html_report_check("/dev/null") < 0);
	CHECK(html_report_check(directory) < 0);
	CHECK(html_report_check("/no/such/place/page.html") < 0);
	snprintf(page, sizeof(page), "%s/no/page.html", directory);
	CHECK(html_report_check(page) < 0);
}

/* In a browser */

/* The page's own policy lets no script run: here, one takes its place. */
#define POLICY "<meta http-equiv=\"Content-Security-Policy\""
static const char probe[] =
	"<script>addEventListener('load', () => {"
	"const plots = [...document.querySelectorAll('figure>svg')];"
	"const small = plots.filter(p => {"
	"const b = p.getBoundingClientRect();"
	"return b.width < 250 || b.height < 150; });"
	"const outside = plots.filter(p => {"
	"const b = p.getBoundingClientRect();"
	"return [...p.querySelectorAll('text')].some(t => {"
	"const c = t.getBoundingClientRect();"
	"return c.left < b.left - 1 || c.right > b.right + 1; }); });"
	"const wide = document.documentElement.scrollWidth > innerWidth;"
	"document.title = 'plots ' + plots.length + ' small ' + small.length"
	" + ' outside ' + outside.length + ' wide ' + wide"
	" + ' background ' + getComputedStyle(document.body).backgroundColor;"
	"});</script>";

static void add_probe(void)
{
	const char *text = read_page(), *policy = strstr(text, POLICY);
	FILE *file;

	CHECK(policy);
	file = fopen(page, "we");
	CHECK(file);
	fprintf(file, "%.*s%s%s", (int)(policy - text), text, probe,
		strstr(policy, "/>") + 2);
	CHECK_EQ(fclose(file), 0);
}

static const char *chromium(void)
{
	static const char *const names[] = { "chromium", "chromium-browser",
					     "google-chrome" };

	for (unsigned i = 0; i < 3; i++)
		if (!try_run("which %s", names[i]))
			return names[i];
	SKIP("there is no Chromium to open it");
}

/* What the browser says, and what is in its log. */
static const char *browse(const char *name, const char *options, bool log)
{
	static char text[1 << 20];
	char command[1024];
	FILE *pipe;
	size_t n;

	snprintf(command, sizeof(command),
		 "HOME=%s timeout -k 5 100 %s --headless --no-sandbox "
		 "--disable-gpu --disable-quic --no-first-run "
		 "--disable-background-networking --disable-component-update "
		 "--disable-sync --disable-crash-reporter --no-zygote "
		 "--user-data-dir=%s/profile --enable-logging=stderr "
		 "%s --dump-dom file://%s %s",
		 directory, name, directory, options, page,
		 log ? "2>&1 >/dev/null" : "2>/dev/null");
	pipe = popen(command, "re");
	CHECK(pipe);
	n = fread(text, 1, sizeof(text) - 1, pipe);
	text[n] = '\0';
	CHECK_EQ(pclose(pipe), 0);
	return text;
}

/* No complaint on the console; all diagrams have room, and their text is
 * inside, on a wide screen and on a phone, in light and in dark. */
TEST(a_page_opens_in_a_browser, .limit = 300)
{
	static const struct {
		const char *options, *background;
	} looks[] = {
		/* 0 is dark, 1 is light. */
		{ "--blink-settings=preferredColorScheme=1 "
		  "--window-size=1280,900",
		  "rgb(244, 246, 248)" },
		{ "--blink-settings=preferredColorScheme=0 "
		  "--window-size=1280,900",
		  "rgb(14, 17, 21)" },
		{ "--blink-settings=preferredColorScheme=1 "
		  "--window-size=500,900",
		  "rgb(244, 246, 248)" },
	};
	const char *name = chromium();

	enter_directory();
	write_whole();
	CHECK(!strstr(browse(name, "", true), "CONSOLE"));
	add_probe();
	for (unsigned i = 0; i < 3; i++) {
		char want[128];

		/* Two of throughput, loss and bursts; two for each size. */
		snprintf(want, sizeof(want),
			 "<title>plots 12 small 0 outside 0 wide false "
			 "background %s",
			 looks[i].background);
		CHECK_STR_HAS(browse(name, looks[i].options, false), want);
	}
}
