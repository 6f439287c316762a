// SPDX-License-Identifier: BSD-2-Clause
/* pktgen capture: what is in its files, and how they end. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "captures.h"
#include "harness.h"
#include "pcapng.h"
#include "program.h"
#include "schema.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct program cap, gen;

/* A file for the program to write, in a directory that goes with the test. */
static const char *a_file(void)
{
	static unsigned number;
	static char path[64];

	if (!number && mount("none", "/mnt", "tmpfs", 0, "size=64m"))
		SKIP("a tmpfs cannot be mounted: %s", strerror(errno));
	snprintf(path, sizeof(path), "/mnt/%u.pcapng", number++);
	return path;
}

static void need(const char *tool)
{
	if (try_run("command -v %s", tool))
		SKIP("%s is not installed", tool);
}

/* What the last block of a file says. */
struct numbers {
	uint64_t received, dropped, os_dropped, delivered;
	uint64_t missed; /* what its packets say, summed up */
	uint64_t packets;
};

/* A file, block by block. */
struct blocks {
	uint8_t *bytes;
	size_t size, at;
	uint32_t type;
	const uint8_t *body, *options, *end;
};

static struct blocks blocks_of(const char *path)
{
	struct capture file = { .fd = open(path, O_RDONLY | O_CLOEXEC) };
	struct blocks b = { .bytes = capture_bytes(&file),
			    .size = capture_size(&file) };

	close(file.fd);
	return b;
}

/* The next one; false, and they are let go of: there is none. */
static bool next_block(struct blocks *b)
{
	const uint8_t *start = b->bytes + b->at;
	uint32_t size, kept = 0;

	if (b->at == b->size) {
		free(b->bytes);
		return false;
	}
	memcpy(&b->type, start, 4);
	memcpy(&size, start + 4, 4);
	b->at += size;
	CHECK(b->at <= b->size);
	b->body = start + 20;
	b->end = start + size - 4;
	if (b->type == PCAPNG_PACKET) {
		memcpy(&kept, b->body, 4);
		b->body += 8;
	}
	b->options = b->body + ((kept + 3) & ~3u);
	return true;
}

static uint64_t option_of(const struct blocks *b, uint16_t want)
{
	const uint8_t *at = b->options;
	uint64_t value = 0;
	uint16_t code, len;

	for (; at + 4 <= b->end; at += 4 + ((len + 3) & ~3)) {
		memcpy(&code, at, 2);
		memcpy(&len, at + 2, 2);
		if (code == want && len <= 8)
			memcpy(&value, at + 4, len);
	}
	return value;
}

static struct numbers numbers_of(const char *path)
{
	struct blocks b = blocks_of(path);
	struct numbers n = { 0 };

	while (next_block(&b)) {
		if (b.type == PCAPNG_PACKET) {
			n.packets++;
			n.missed += option_of(&b, 4);
		} else if (b.type == 5) {
			n.received = option_of(&b, 4);
			n.dropped = option_of(&b, 5);
			n.os_dropped = option_of(&b, 7);
			n.delivered = option_of(&b, 8);
			CHECK_EQ(b.at, b.size);
		}
	}
	return n;
}

/* It holds packets 0 to @n - 1, whole, in order. */
static void file_has(const char *path, unsigned n)
{
	struct capture want;

	capture_packets(&want, n, 0);
	captures_agree(want.path, path);
	capture_end(&want);
}

static void send_to(const struct testnet *t, unsigned n)
{
	int fd = packet_socket(t->a);

	packets_send(fd, 1, 2, n);
	close(fd);
}

/* What is in the file */

/* Every packet, whole, in order, and numbers that agree. */
static void check_capture(const char *options)
{
	struct numbers n;
	struct testnet t;
	const char *path;

	testnet_veth(&t, 1);
	path = a_file();
	program_start(&cap, "pktgen capture %s --count 1000 %s %s", options,
		      t.b, path);
	program_opens(&cap, t.b);
	send_to(&t, 1000);
	CHECK_EQ(program_end(&cap), 0);
	CHECK_STR_EQ(cap.errors, "");
	file_has(path, 1000);
	n = numbers_of(path);
	CHECK_EQ(n.packets, 1000);
	CHECK_EQ(n.received, 1000);
	CHECK_EQ(n.delivered, 1000);
	CHECK_EQ(n.dropped, 0);
	CHECK_EQ(n.os_dropped, 0);
	CHECK_STR_HAS(cap.text, "received 1,000 packets, 60,000 bytes");
	CHECK_STR_HAS(cap.text, "all packets of --count were captured");
	CHECK_STR_HAS(cap.text, "Nothing was lost.");
}

TEST(all_that_arrives_is_written)
{
	check_capture("");
}

TEST(all_is_written_in_generic_mode)
{
	check_capture("--mode generic --spin --frame-size 2048");
}

TEST(all_is_written_without_root)
{
	check_capture("--user nobody --buffer 1M --ring 4096");
}

/* By the clock of the wall, and never backwards. */
TEST(times_are_those_of_the_day)
{
	char why[PCAP_ERRBUF_SIZE];
	struct timespec before, after;
	struct pcap_pkthdr *head;
	const u_char *data;
	const char *path;
	struct testnet t;
	pcap_t *p;

	testnet_veth(&t, 1);
	path = a_file();
	program_start(&cap, "pktgen capture --count 100 %s %s", t.b, path);
	program_opens(&cap, t.b);
	clock_gettime(CLOCK_REALTIME, &before);
	send_to(&t, 100);
	CHECK_EQ(program_end(&cap), 0);
	clock_gettime(CLOCK_REALTIME, &after);
	p = pcap_open_offline_with_tstamp_precision(
		path, PCAP_TSTAMP_PRECISION_NANO, why);
	CHECK(p);
	while (pcap_next_ex(p, &head, &data) == 1) {
		struct timespec at = { head->ts.tv_sec, head->ts.tv_usec };

		CHECK(at.tv_sec > before.tv_sec ||
		      (at.tv_sec == before.tv_sec &&
		       at.tv_nsec >= before.tv_nsec));
		before = at;
	}
	CHECK(after.tv_sec > before.tv_sec ||
	      (after.tv_sec == before.tv_sec &&
	       after.tv_nsec >= before.tv_nsec));
	pcap_close(p);
}

/* Of each packet its beginning, and how long it was. */
TEST(a_snap_length_cuts)
{
	char why[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *head;
	const u_char *data;
	struct packet want;
	struct testnet t;
	const char *path;
	unsigned n = 0;
	pcap_t *p;

	testnet_veth(&t, 1);
	path = a_file();
	program_start(&cap, "pktgen capture --snaplen 21 --count 10 %s %s", t.b,
		      path);
	program_opens(&cap, t.b);
	send_to(&t, 10);
	CHECK_EQ(program_end(&cap), 0);
	p = pcap_open_offline(path, why);
	CHECK(p);
	for (; pcap_next_ex(p, &head, &data) == 1; n++) {
		want = packet_make(1, 2, n);
		CHECK_EQ(head->caplen, 21);
		CHECK_EQ(head->len, PACKET_SIZE);
		CHECK(!memcmp(data, &want, 21));
	}
	CHECK_EQ(n, 10);
	pcap_close(p);
}

/* A packet of several frames is one packet. */
TEST(jumbo_packets_are_joined)
{
	struct packet p = packet_make(1, 2, 9);
	struct testnet t;
	struct capture want;
	const char *path;
	int fd;

	testnet_veth(&t, 1);
	testnet_mtu(&t, 9000);
	path = a_file();
	if (program_run(&cap, "pktgen capture --jumbo --duration 0.01 %s %s",
			t.b, path))
		SKIP("no packets of several frames: %s", cap.errors);
	program_start(&cap, "pktgen capture --jumbo --count 1 %s %s", t.b,
		      path);
	program_opens(&cap, t.b);
	fd = packet_socket(t.a);
	packet_send(fd, &p, 9014);
	CHECK_EQ(program_end(&cap), 0);
	capture_packet(&want, &p, 9014);
	captures_agree(want.path, path);
	capture_end(&want);
	close(fd);
}

/* Each of several queues keeps its order, and all is written. */
TEST(all_queues_are_captured)
{
	unsigned seen[4] = { 0 };
	struct testnet t;
	struct capture c;
	struct blocks b;
	const char *path;

	testnet_veth(&t, 4);
	path = a_file();
	capture_packets(&c, 200, 0);
	program_start(&cap,
		      "pktgen capture --workers 2 --count 800 --quiet %s %s",
		      t.b, path);
	program_opens(&cap, t.b);
	for (unsigned q = 0; q < 4; q++)
		CHECK_EQ(program_run(&gen,
				     "pktgen replay --quiet --max --queues "
				     "%u-%u %s %s",
				     q, q, t.a, c.path),
			 0);
	CHECK_EQ(program_end(&cap), 0);
	CHECK_EQ(capture_count(path), 800);
	for (b = blocks_of(path); next_block(&b);) {
		uint64_t queue = option_of(&b, 6);
		struct packet want;

		if (b.type != PCAPNG_PACKET)
			continue;
		CHECK(queue < 4);
		want = packet_make(1, 2, seen[queue]++);
		CHECK(!memcmp(b.body, &want, PACKET_SIZE));
	}
	for (unsigned q = 0; q < 4; q++)
		CHECK_EQ(seen[q], 200);
	capture_end(&c);
}

/* Captured, replayed and captured again: the same bytes. */
TEST(what_is_captured_can_be_replayed)
{
	const char *first, *second;
	char path[64];
	struct testnet t;

	testnet_veth(&t, 2);
	first = a_file();
	program_start(&cap, "pktgen capture --count 500 %s %s", t.b, first);
	program_opens(&cap, t.b);
	send_to(&t, 500);
	CHECK_EQ(program_end(&cap), 0);
	snprintf(path, sizeof(path), "%s", first);

	second = a_file();
	program_start(&cap, "pktgen capture --count 500 %s %s", t.a, second);
	program_opens(&cap, t.a);
	CHECK_EQ(program_run(&gen, "pktgen replay %s %s", t.b, path), 0);
	CHECK_EQ(program_end(&cap), 0);
	captures_agree(path, second);
}

/* Others read it */

static const char *capture_of(struct testnet *t, unsigned n)
{
	const char *path;

	testnet_veth(t, 1);
	path = a_file();
	program_start(&cap, "pktgen capture --count %u %s %s", n, t->b, path);
	program_opens(&cap, t->b);
	send_to(t, n);
	CHECK_EQ(program_end(&cap), 0);
	return path;
}

TEST(tcpdump_reads_it)
{
	struct testnet t;
	const char *path;

	need("tcpdump");
	path = capture_of(&t, 20);
	run("tcpdump -nte -r %s 2>/dev/null >/mnt/said", path);
	run("test $(grep -c 'ethertype Unknown (0x88b5), length 60' /mnt/said) "
	    "= 20");
}

TEST(tshark_reads_it)
{
	struct testnet t;
	const char *path;

	need("tshark");
	path = capture_of(&t, 20);
	run("HOME=/mnt tshark -r %s -T fields -e frame.len -e "
	    "frame.interface_name -e frame.packet_flags_direction -e "
	    "frame.packet_flags_reception_type -e eth.type 2>/mnt/errors "
	    ">/mnt/said",
	    path);
	run("test $(grep -c '^60\t%s\t[0x]*1\t[0x]*1\t0x88b5$' /mnt/said) = 20",
	    t.b);
	run("! grep -i -e malformed -e damaged -e cut /mnt/errors");
}

TEST(capinfos_knows_its_times)
{
	struct testnet t;
	const char *path;

	need("capinfos");
	path = capture_of(&t, 20);
	run("capinfos %s >/mnt/said", path);
	run("grep -q 'precision: *nanoseconds (9)' /mnt/said");
	run("grep -q 'Number of packets: *20' /mnt/said");
	run("grep -q 'application: *pktgen 0.1.0' /mnt/said");
	run("grep -q 'oper-sys: *Linux' /mnt/said");
	run("grep -q 'Name = %s' /mnt/said", t.b);
	run("grep -q 'Number of stat entries = 1' /mnt/said");
}

/* Into a pipe, as it comes. The summary goes to stderr. */
TEST(stdout_can_be_piped)
{
	struct testnet t;
	int status;
	pid_t pid;

	need("tcpdump");
	testnet_veth(&t, 1);
	a_file();
	pid = fork();
	if (!pid) {
		run("bash -c '%s capture --count 30 %s - 2>/mnt/errors | "
		    "tcpdump -nte -r - >/mnt/said 2>/dev/null; "
		    "test ${PIPESTATUS[0]} = 0'",
		    program_path("pktgen"), t.b);
		_exit(0);
	}
	while (!testnet_program_on(t.b))
		usleep(10000);
	send_to(&t, 30);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 0);
	run("test $(grep -c 'length 60' /mnt/said) = 30");
	run("grep -q 'stdout: 30 packets' /mnt/errors");
}

/* How it ends */

TEST(a_size_is_kept)
{
	struct testnet t;
	const char *path;
	struct stat st;

	testnet_veth(&t, 1);
	path = a_file();
	program_start(&cap, "pktgen capture --size 10k %s %s", t.b, path);
	program_opens(&cap, t.b);
	send_to(&t, 500);
	CHECK_EQ(program_end(&cap), 0);
	CHECK_STR_HAS(cap.text, "the file has its --size");
	CHECK(!stat(path, &st));
	CHECK(st.st_size <= 10000 && st.st_size > 9500);
	CHECK_EQ(capture_count(path), numbers_of(path).delivered);
}

static void check_signal(int sig)
{
	struct testnet t;
	const char *path;

	testnet_veth(&t, 1);
	path = a_file();
	program_start(&cap, "pktgen capture --interval 0.1 %s %s", t.b, path);
	program_opens(&cap, t.b);
	send_to(&t, 50);
	program_writes(&cap, "file 50 packets");
	kill(cap.pid, sig);
	CHECK_EQ(program_end(&cap), 0);
	CHECK_EQ(numbers_of(path).delivered, 50);
	file_has(path, 50);
	CHECK_EQ(testnet_program_on(t.b), 0);
}

TEST(sigint_ends_it_well)
{
	check_signal(SIGINT);
}

TEST(sigterm_ends_it_well)
{
	check_signal(SIGTERM);
}

TEST(the_time_ends_it_well)
{
	struct testnet t;
	const char *path;

	testnet_veth(&t, 1);
	path = a_file();
	CHECK_EQ(program_run(&cap, "pktgen capture --duration 0.2 %s %s", t.b,
			     path),
		 0);
	CHECK_STR_HAS(cap.text, "the time is up");
	CHECK_EQ(capture_count(path), 0);
}

TEST(it_ends_when_the_interface_goes)
{
	struct testnet t;
	const char *path;

	testnet_veth(&t, 1);
	path = a_file();
	program_start(&cap, "pktgen capture --interval 0.1 %s %s", t.b, path);
	program_opens(&cap, t.b);
	send_to(&t, 5);
	program_writes(&cap, "file 5 packets");
	run("ip link del %s", t.b);
	CHECK_EQ(program_end(&cap), 1);
	CHECK_STR_HAS(cap.text, "the interface is gone");
	file_has(path, 5);
}

/* The disk */

TEST(a_full_disk_is_said)
{
	struct testnet t;

	testnet_veth(&t, 1);
	if (mount("none", "/mnt", "tmpfs", 0, "size=64k"))
		SKIP("a tmpfs cannot be mounted: %s", strerror(errno));
	program_start(&cap, "pktgen capture %s /mnt/file", t.b);
	program_opens(&cap, t.b);
	send_to(&t, 2000);
	CHECK_EQ(program_end(&cap), 1);
	CHECK_STR_HAS(cap.errors, "/mnt/file: No space left on device");
	CHECK_STR_HAS(cap.text, "packets could not be written");
	CHECK(capture_count("/mnt/file") > 100);
}

/* A reader that goes away ends it. */
TEST(a_closed_pipe_is_said)
{
	struct testnet t;
	int status;
	pid_t pid;

	testnet_veth(&t, 1);
	a_file();
	pid = fork();
	if (!pid) {
		run("bash -c '%s capture %s - 2>/mnt/errors | head -c 1000 "
		    ">/dev/null; test ${PIPESTATUS[0]} = 1'",
		    program_path("pktgen"), t.b);
		_exit(0);
	}
	while (!testnet_program_on(t.b))
		usleep(10000);
	for (unsigned i = 0; waitpid(pid, &status, WNOHANG) != pid; i++) {
		CHECK(i < 1000);
		send_to(&t, 10);
		usleep(10000);
	}
	CHECK_EQ(status, 0);
	run("grep -q 'stdout: Broken pipe' /mnt/errors");
}

TEST(a_terminal_gets_no_packets)
{
	char said[512];
	int terminal, status;
	pid_t pid;
	ssize_t n;

	program_path("pktgen");
	pid = forkpty(&terminal, NULL, NULL, NULL);
	if (!pid) {
		execl(program_path("pktgen"), "pktgen", "capture", "lo", "-",
		      NULL);
		_exit(127);
	}
	n = read(terminal, said, sizeof(said) - 1);
	said[n > 0 ? n : 0] = '\0';
	CHECK_STR_HAS(said, "stdout is a terminal");
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(WEXITSTATUS(status), 2);
	close(terminal);
}

/* Files are as before when nothing could be captured. */
TEST(a_failure_leaves_files_alone)
{
	const char *path;

	testnet_enter();
	path = a_file();
	CHECK_EQ(program_run(&cap, "pktgen capture no-such-if %s", path), 1);
	CHECK_STR_HAS(cap.errors, "no-such-if");
	CHECK(access(path, F_OK));
	run("echo precious >%s", path);
	CHECK_EQ(program_run(&cap, "pktgen capture no-such-if %s", path), 1);
	run("grep -q precious %s", path);
	CHECK_EQ(program_run(&cap, "pktgen capture lo /no/such/dir/file"), 1);
	CHECK_STR_HAS(cap.errors, "/no/such/dir/file: No such file");
	CHECK_EQ(program_run(&cap, "pktgen capture lo /mnt"), 1);
	CHECK_STR_HAS(cap.errors, "/mnt: Is a directory");
}

/* Memory that is not there is not asked for, or the machine would suffer. */
TEST(a_buffer_that_cannot_be_is_refused)
{
	struct testnet t;
	const char *path;

	testnet_veth(&t, 1);
	path = a_file();
	CHECK_EQ(program_run(&cap, "pktgen capture --buffer 1000G %s %s", t.b,
			     path),
		 1);
	CHECK_STR_HAS(cap.errors, "no memory for a buffer of 953674 MiB");
	CHECK(access(path, F_OK));
}

/* An older and longer file does not shine through. */
TEST(a_file_is_written_anew)
{
	struct testnet t;
	const char *path;

	testnet_veth(&t, 1);
	path = a_file();
	run("head -c 100000 /dev/zero >%s", path);
	CHECK_EQ(program_run(&cap, "pktgen capture --duration 0.01 %s %s", t.b,
			     path),
		 0);
	CHECK_EQ(capture_count(path), 0);
	CHECK_EQ(numbers_of(path).packets, 0);
}

/* Losses */

/* What the kernel had no room for stands in the file and in the summary. */
TEST(losses_in_the_kernel_are_counted)
{
	struct numbers n;
	struct testnet t;
	const char *path;

	testnet_veth(&t, 1);
	path = a_file();
	program_start(&cap, "pktgen capture --ring 64 --interval 0.1 %s %s",
		      t.b, path);
	program_opens(&cap, t.b);
	program_writes(&cap, "rx");
	program_freeze(&cap);
	send_to(&t, 1000);
	kill(cap.pid, SIGCONT);
	usleep(300000);
	program_interrupt(&cap);
	n = numbers_of(path);
	CHECK_EQ(n.received, 1000);
	CHECK(n.os_dropped > 100);
	CHECK_EQ(n.dropped, n.os_dropped);
	CHECK_EQ(n.delivered + n.dropped, 1000);
	CHECK_EQ(n.packets, n.delivered);
	CHECK_STR_HAS(cap.text, " packets were lost:\n");
}

/* Into a pipe, whose other end is returned. */
static int capture_into_pipe(pid_t *pid, const struct testnet *t)
{
	int ends[2];

	CHECK(!pipe2(ends, O_CLOEXEC));
	*pid = fork();
	if (!*pid) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(open("/mnt/errors", O_WRONLY | O_CREAT, 0600),
		     STDERR_FILENO);
		execl(program_path("pktgen"), "pktgen", "capture", "--buffer",
		      "1M", "--json", t->b, "-", NULL);
		_exit(127);
	}
	close(ends[1]);
	while (!testnet_program_on(t->b))
		usleep(10000);
	return ends[0];
}

/* Copy what comes until nothing does for so long. False: nothing came. */
static bool copy(int from, int to, int ms)
{
	struct pollfd p = { .fd = from, .events = POLLIN };
	uint8_t chunk[4096];
	bool any = false;
	ssize_t n = 1;

	while (n > 0 && poll(&p, 1, ms) == 1) {
		n = read(from, chunk, sizeof(chunk));
		CHECK_EQ(write(to, chunk, (size_t)n), n);
		any |= n > 0;
	}
	return any;
}

/* So does what we had no room for, since the reader slept; the packets say
 * where. */
TEST(losses_in_the_buffer_are_counted)
{
	char text[8192], want[64];
	unsigned sent = 30000;
	const char *path;
	struct numbers n;
	struct testnet t;
	int in, out;
	pid_t pid;

	testnet_veth(&t, 1);
	path = a_file();
	in = capture_into_pipe(&pid, &t);
	out = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	/* More than the buffer and the pipe have room for. */
	send_to(&t, sent);
	copy(in, out, 300);
	/* One that is written, and says how many were not. */
	do {
		send_to(&t, 1);
		sent++;
	} while (!copy(in, out, 300));
	kill(pid, SIGINT);
	copy(in, out, -1);
	CHECK_EQ(waitpid(pid, &(int){ 0 }, 0), pid);
	close(out);
	close(in);

	n = numbers_of(path);
	CHECK_EQ(n.received, sent);
	CHECK(n.missed > 1000);
	CHECK_EQ(n.missed, n.dropped - n.os_dropped);
	CHECK_EQ(n.delivered + n.dropped, sent);
	CHECK_EQ(n.packets, n.delivered);
	out = open("/mnt/errors", O_RDONLY | O_CLOEXEC);
	text[read(out, text, sizeof(text) - 1)] = '\0';
	close(out);
	snprintf(want, sizeof(want), "\"missed\":%ju", (uintmax_t)n.missed);
	CHECK_STR_HAS(text, want);
}

/* A reader that sleeps for ever does not keep it from ending. */
TEST(a_reader_that_sleeps_does_not_hold_it_up)
{
	struct testnet t;
	int in, status;
	pid_t pid;

	testnet_veth(&t, 1);
	a_file();
	in = capture_into_pipe(&pid, &t);
	send_to(&t, 5000);
	kill(pid, SIGINT);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(WEXITSTATUS(status), 1);
	run("grep -q 'stdout: nobody reads it' /mnt/errors");
	close(in);
}

/* The command line, and reports */

TEST(what_is_asked_wrongly_is_refused)
{
	static const struct {
		const char *words, *sentence;
	} cases[] = {
		{ "", "name an interface and a file" },
		{ "a0", "name an interface and a file" },
		{ "a0 /no/f g", "g: an interface and a file are enough" },
		{ "an-interface-name-too-long f", "no interface's name" },
		{ "--nonsense a0 f", "no option --nonsense" },
		{ "--snaplen 0 a0 f", "--snaplen 0" },
		{ "--snaplen 262145 a0 f", "--snaplen 262145" },
		{ "--size 100 a0 f", "--size 100" },
		{ "--buffer 1 a0 f", "--buffer 1" },
		{ "--buffer 9999G a0 f", "--buffer 9999G" },
		{ "--count 0 a0 f", "--count 0" },
		{ "--duration x a0 f", "--duration x" },
		{ "--queues 0 a0 f", "--queues 0" },
		{ "--workers 0 a0 f", "--workers 0" },
		{ "--user root a0 f", "root again" },
	};

	for (unsigned i = 0; i < COUNT(cases); i++) {
		int code =
			program_run(&cap, "pktgen capture %s", cases[i].words);

		if (code != 2)
			FAIL("%s: it returned %d", cases[i].words, code);
		CHECK_STR_HAS(cap.errors, cases[i].sentence);
		CHECK_STR_EQ(cap.text, "");
	}
}

/* Each report of --json has what the schema says, and nothing else. */
TEST(json_is_as_documented)
{
	struct testnet t;

	testnet_veth(&t, 1);
	CHECK_EQ(program_run(&cap,
			     "pktgen capture --json --interval 0.1 "
			     "--duration 0.5 %s %s",
			     t.b, a_file()),
		 0);
	CHECK_STR_HAS(cap.text, "{\"type\":\"interval\",");
	json_decref(schema_check("pktgen.json", "capture", cap.text));
}

/* On a terminal there is a table, and keys are heard. */
TEST(the_table_lives_and_hears_keys)
{
	static char seen[1 << 16];
	int terminal, status;
	struct testnet t;

	testnet_veth(&t, 2);
	terminal = program_start_on_terminal(
		&cap, "pktgen capture --interval 0.2 %s %s", t.b, a_file());
	terminal_shows(terminal, seen, sizeof(seen), "pktgen capture");
	terminal_shows(terminal, seen, sizeof(seen), ".pcapng: 0 packets");
	send_to(&t, 40);
	terminal_shows(terminal, seen, sizeof(seen), ".pcapng: 40 packets");
	CHECK_EQ(write(terminal, "r", 1), 1);
	CHECK_EQ(write(terminal, "e", 1), 1);
	terminal_shows(terminal, seen, sizeof(seen), "not zero-copy: ");
	CHECK_EQ(write(terminal, "q", 1), 1);
	terminal_shows(terminal, seen, sizeof(seen), "received 40 packets");
	CHECK_EQ(waitpid(cap.pid, &status, 0), cap.pid);
	CHECK_EQ(status, 0);
	close(terminal);
}
