// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture.c: pktgen capture: writes what arrives to a pcapng file.
 *
 *	queues -> collector -> spools -> writer -> file
 *	          a thread per queue     one thread, which may wait for the disk
 */
#include <errno.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "capture.h"
#include "clock.h"
#include "pcapng.h"
#include "pktgen.h"
#include "promiscuous.h"
#include "say.h"

/* What tcpdump keeps of a packet: more than any has. */
#define SNAPLEN_MAX 262144
#define BUFFER_DEFAULT (64 << 20)

static const char help[] =
	"usage: pktgen capture [OPTION...] IF FILE\n"
	"  FILE is written as pcapng; - is stdout: pktgen capture IF - | tcpdump -r -\n"
	"  What is captured does not reach the host itself.\n"
	"\n"
	"  --snaplen BYTES    kept of each packet at most (default 262144)\n"
	"  --size BYTES       of the file at most (10M, 1G)\n"
	"  --buffer BYTES     for what waits to be written (default 67108864)\n"
	"  --duration SECONDS, --count PACKETS (10k, 1M)   when to stop\n"
	"  --mode MODE        auto, zerocopy, copy or generic (default auto)\n"
	"  --queues LIST      these, as 0,2-3; or N: the first N (default all)\n"
	"  --ring N           entries of each ring, a power of two (default 1024)\n"
	"  --frame-size N     bytes, 2048 to 4096 (default 4096)\n"
	"  --jumbo, --huge    packets larger than a frame; reserved huge pages\n"
	"  --busy-poll        poll the driver, without interrupts\n"
	"  --workers N        threads (default: one per queue, as CPUs allow)\n"
	"  --cpus LIST        CPUs to pin them to, in this order\n"
	"  --spin, --busy-poll  never sleep; poll the driver, without interrupts\n"
	"  --user NAME        become this user once all is open\n"
	"  --interval SECONDS between reports (default 1)\n"
	"  --json, --quiet    one JSON object per report; only the summary\n"
	"  --metrics [ADDR:]PORT  numbers of each queue, as OpenMetrics over HTTP\n"
	"Keys on a terminal: q quit, r reset, e explain. More: man pktgen\n";

/* Options */

#define AT(member) offsetof(struct capture, member)

static const struct option_row rows[] = {
	{ "snaplen", OPTION_U32, .offset = AT(snaplen), .min = 1,
	  .max = SNAPLEN_MAX },
	{ "size", OPTION_U64, .offset = AT(size), .min = 4096,
	  .max = INT64_MAX },
	{ "buffer", OPTION_U64, .offset = AT(buffer), .min = 1000000,
	  .max = 1ull << 40 },
	{ 0 },
};

static int take_words(struct capture *c, char **words, int n)
{
	const char *path;
	int code = interface_and_file(&c->ifname, &path, words, n);

	if (code != GO_ON)
		return code;
	/* Who reads the packets from us may write to the same terminal. */
	c->settings.quiet |= !strcmp(path, "-");
	return output_open(&c->file, path);
}

static int parse(struct capture *c, int argc, char **argv)
{
	const struct option_group groups[] = {
		{ rows, c },
		{ settings_interface, &c->settings },
		{ settings_jumbo, &c->settings },
		{ settings_threads, &c->settings },
		{ settings_spin, &c->settings },
		{ settings_end, &c->settings },
		{ settings_output, &c->settings },
		{ settings_metrics, &c->settings },
	};
	struct command_line line = { help, groups, 8 };
	int words, code = arguments_parse(&words, &line, argc, argv);

	return code == GO_ON ? take_words(c, argv + words, argc - words) : code;
}

/* The file's beginning and its end */

static size_t make_head(const struct capture *c, uint8_t *to)
{
	struct xskpkt_port_info port = { .size = sizeof(port) };
	struct utsname machine = { .sysname = "" };
	char os[160];
	size_t size;

	uname(&machine);
	xskpkt_port_info(c->session.port, &port);
	snprintf(os, sizeof(os), "%s %s", machine.sysname, machine.release);
	size = pcapng_section(to, machine.machine, os, "pktgen " VERSION);
	return size +
	       pcapng_interface(to + size, c->ifname, port.driver, c->snaplen);
}

static int finish_file(struct capture *c)
{
	_Alignas(4) uint8_t block[PCAPNG_BLOCK_MAX];
	struct pcapng_statistics end = { .started = c->time_of_day,
					 .ended = time_of_day() };
	struct capture_counts s;

	capture_count(c, &s);
	end.os_dropped = capture_lost_by_kernel(&s);
	end.received = s.got.packets + end.os_dropped;
	end.dropped = s.got.missed + end.os_dropped;
	end.delivered = s.written.packets;
	pcapng_statistics(block, &end);
	return writer_finish(c->writer, block);
}

/* Capturing */

/* Called again it does nothing. */
static void stop_collecting(struct attendance *a)
{
	struct capture *c = a->arg;
	int err = collector_stop(c->collector);

	if (!err)
		return;
	if (a->code == EXIT_OK)
		say("%s", xskpkt_errmsg());
	attend_end(a, "failure",
		   err == -ENODEV ? "the interface is gone"
				  : "it could not go on",
		   EXIT_FAILED);
	a->code = EXIT_FAILED;
}

static void hear_writer(struct attendance *a)
{
	const struct capture *c = a->arg;
	struct writer_counts written = writer_read(c->writer);

	if (!written.full)
		attend_end(a, "failure", "the file cannot be written",
			   EXIT_FAILED);
	else if (c->settings.count && written.packets == c->settings.count)
		attend_end(a, "count", "all packets of --count were captured",
			   EXIT_OK);
	else
		attend_end(a, "size", "the file has its --size", EXIT_OK);
}

static void hear(struct attendance *a)
{
	const struct capture *c = a->arg;

	if (writer_ended(c->writer))
		hear_writer(a);
	else if (collector_ended(c->collector))
		stop_collecting(a);
}

static void look(struct attendance *a)
{
	const struct capture *c = a->arg;

	if (xskpkt_port_state(c->session.port) != XSKPKT_STATE_GONE)
		return;
	say("%s", xskpkt_errmsg());
	attend_end(a, "failure", "the interface is gone", EXIT_FAILED);
}

static const struct attend_duties duties = { .news = hear, .look = look };

/* The packets first, then the file: none is in it that is not counted. */
static void stop(struct attendance *a)
{
	struct capture *c = a->arg;
	int err, last;

	stop_collecting(a);
	err = writer_stop(c->writer);
	last = finish_file(c);
	err = err ?: last;
	if (!err)
		return;
	say("%s: %s: what came later is lost", c->file.name,
	    err == -ETIMEDOUT ? "nobody reads it" : strerror(-err));
	a->code = EXIT_FAILED;
}

static int capture(struct capture *c)
{
	struct attendance a = {
		.duties = &duties,
		.settings = &c->settings,
		.arg = c,
		.signals = c->session.signals,
		.news = c->session.news,
	};

	c->started = now_ns();
	c->time_of_day = time_of_day();
	a.started = c->started;
	if (collector_start(c->collector))
		return EXIT_FAILED;
	attend(&a, &capture_style, c);
	stop(&a);
	return attend_report(&a);
}

static int start_writer(struct capture *c)
{
	_Alignas(4) uint8_t head[2 * PCAPNG_BLOCK_MAX];
	struct writer_plan plan = {
		.fd = c->file.fd,
		.head = head,
		.head_size = make_head(c, head),
		.count = c->settings.count,
		.size = c->size,
		.news = c->session.news,
	};
	int err;

	plan.spools = collector_spools(c->collector, &plan.spool_count);
	err = writer_start(&c->writer, &plan);
	if (err)
		say("%s: %s", c->file.name, strerror(-err));
	return err;
}

static int prepare(struct capture *c)
{
	struct collector_plan plan = {
		.port = c->session.port,
		.settings = &c->settings,
		.snaplen = c->snaplen,
		.buffer = c->buffer,
		.news = c->session.news,
	};

	if (collector_create(&c->collector, &plan) || output_begin(&c->file) ||
	    start_writer(c))
		return EXIT_FAILED;
	return EXIT_OK;
}

static int open_and_capture(struct capture *c)
{
	int code = session_open(&c->session, &c->settings, c->ifname,
				XSKPKT_PORT_RX_ONLY);
	int promiscuous = -1;

	if (code == EXIT_OK) {
		promiscuous = promiscuous_open(c->ifname);
		code = session_settle(&c->session);
	}
	if (code == EXIT_OK)
		code = prepare(c);
	if (code == EXIT_OK)
		code = capture(c);
	collector_stop(c->collector);
	writer_free(c->writer);
	collector_free(c->collector);
	promiscuous_close(promiscuous);
	session_close(&c->session);
	return code;
}

int capture_run(int argc, char **argv)
{
	static struct capture c = {
		.settings.interval = 1,
		.file.fd = -1,
		.snaplen = SNAPLEN_MAX,
		.buffer = BUFFER_DEFAULT,
	};
	int code = parse(&c, argc, argv);

	if (code == GO_ON)
		code = open_and_capture(&c);
	if (output_close(&c.file) && code == EXIT_OK)
		code = EXIT_FAILED;
	return code;
}
