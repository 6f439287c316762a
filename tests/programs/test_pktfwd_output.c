// SPDX-License-Identifier: BSD-2-Clause
/* pktfwd: what it tells: table, lines, JSON, metrics, summary. */
#include <arpa/inet.h>
#include <jansson.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "harness.h"
#include "program.h"

static struct program fwd;

/* JSON, checked by a schema: each member is there, of its type, and no other.
 * The letters are those of json_unpack(). */

#define LOST "{s:I, s:I, s:I, s:I, s:I, s:I, s:I!}"

static void unpack_lost(json_t *lost)
{
	json_int_t n[7];
	json_error_t e;

	if (json_unpack_ex(lost, &e, 0, LOST, "rx_ring_full", &n[0],
			   "rx_no_frame", &n[1], "tx_ring_full", &n[2],
			   "tx_device", &n[3], "no_port", &n[4], "no_copy",
			   &n[5], "invalid", &n[6]))
		FAIL("lost: %s", e.text);
}

static const char *const counts[] = { "rx_packets", "rx_bytes", "tx_packets",
				      "tx_bytes",   "filtered", "flooded",
				      "polls",      "wakeups",  "sleeps" };
static const char *const rates[] = { "rx_pps", "rx_bps", "tx_pps", "tx_bps" };

/* The members that all tables of numbers have; returns how many. */
static size_t check_numbers(json_t *object)
{
	for (unsigned i = 0; i < 9; i++) {
		json_t *n = json_object_get(object, counts[i]);

		if (!json_is_integer(n) || json_integer_value(n) < 0)
			FAIL("%s is no count", counts[i]);
	}
	for (unsigned i = 0; i < 4; i++) {
		json_t *n = json_object_get(object, rates[i]);

		if (!json_is_real(n) || json_real_value(n) < 0)
			FAIL("%s is no rate", rates[i]);
	}
	unpack_lost(json_object_get(object, "lost"));
	return 14;
}

static void check_queue(json_t *queue)
{
	size_t n = check_numbers(queue);
	const char *mode = json_string_value(json_object_get(queue, "mode"));
	json_t *worker = json_object_get(queue, "worker");

	CHECK(json_is_integer(json_object_get(queue, "queue")));
	CHECK(json_is_real(json_object_get(queue, "packets_per_poll")));
	CHECK(json_is_integer(worker) || json_is_null(worker));
	CHECK(mode && strstr("zerocopy copy generic -", mode));
	CHECK_EQ(json_object_size(queue), n + 4);
}

static void check_port(json_t *port)
{
	json_t *queues, *queue;
	const char *name, *state;
	json_int_t reopened;
	json_error_t e;
	size_t i;

	if (json_unpack_ex(port, &e, 0, "{s:s, s:s, s:I, s:o!}", "name", &name,
			   "state", &state, "reopened", &reopened, "queues",
			   &queues))
		FAIL("port: %s", e.text);
	CHECK(strstr("up down away", state));
	CHECK(json_array_size(queues) > 0);
	json_array_foreach(queues, i, queue) check_queue(queue);
}

static void check_worker(json_t *worker)
{
	json_error_t e;
	json_int_t number;
	double percent;

	if (json_unpack_ex(worker, &e, 0, "{s:I, s:F!}", "worker", &number,
			   "cpu_percent", &percent))
		FAIL("worker: %s", e.text);
	CHECK(percent >= 0 && percent < 1000);
}

static void check_explain(json_t *explain)
{
	const char *port;
	json_t *lines, *line;
	size_t i;

	json_object_foreach(explain, port, lines)
		json_array_foreach(lines, i, line) CHECK(json_is_string(line));
}

/* Returns the object, which has to be of this type. */
static json_t *check_report(const char *line, const char *type)
{
	json_t *root, *total, *ports, *workers, *item;
	const char *got, *forwarding;
	size_t i, members = 7;
	json_error_t e;
	double time, seconds;

	root = json_loads(line, JSON_REJECT_DUPLICATES, &e);
	if (!root)
		FAIL("%s in: %s", e.text, line);
	if (json_unpack_ex(root, &e, 0, "{s:s, s:s, s:F, s:F, s:o, s:o, s:o}",
			   "type", &got, "forwarding", &forwarding, "time",
			   &time, "seconds", &seconds, "total", &total, "ports",
			   &ports, "workers", &workers))
		FAIL("%s in: %s", e.text, line);
	CHECK_STR_EQ(got, type);
	CHECK_EQ(json_object_size(total), check_numbers(total));
	json_array_foreach(ports, i, item) check_port(item);
	json_array_foreach(workers, i, item) check_worker(item);
	if (!strcmp(forwarding, "bridge")) {
		members++;
		CHECK(json_is_integer(json_object_get(root, "addresses")));
	}
	if (!strcmp(type, "summary")) {
		members += 2;
		CHECK(json_is_string(json_object_get(root, "reason")));
		check_explain(json_object_get(root, "explain"));
	}
	CHECK_EQ(json_object_size(root), members);
	return root;
}

/* All of it: intervals, of which there are so many at least, and a summary,
 * which is returned. */
static json_t *check_json(char *text, unsigned intervals)
{
	char *line = strtok(text, "\n"), *next;
	unsigned n = 0;
	json_t *summary;

	for (; (next = strtok(NULL, "\n")); line = next, n++)
		json_decref(check_report(line, "interval"));
	CHECK(n >= intervals);
	CHECK(line);
	summary = check_report(line, "summary");
	return summary;
}

static json_int_t total(const json_t *report, const char *key)
{
	json_t *object = json_object_get(report, "total");

	return json_integer_value(json_object_get(object, key));
}

static const char *reason(const json_t *report)
{
	return json_string_value(json_object_get(report, "reason"));
}

/* One object per interval and a last one, as the manual has it, and its
 * numbers are right. */
static void check_json_of(const char *options, const char *ends)
{
	struct testnet t, u;
	json_t *summary;
	int a, b;

	testnet_veth(&t, 2);
	testnet_veth(&u, 2);
	a = packet_socket(t.a);
	b = packet_socket(u.a);
	program_start(&fwd, "pktfwd %s --json --interval 0.1 %s %s", options,
		      t.b, strcmp(ends, "one") ? u.b : "");
	program_writes(&fwd, "interval");
	packets_send(a, 1, 2, 500);
	usleep(300000);
	program_interrupt(&fwd);
	summary = check_json(fwd.text, 3);
	CHECK_EQ(total(summary, "rx_packets"), 500);
	CHECK_EQ(total(summary, "rx_bytes"), 500 * PACKET_SIZE);
	CHECK_STR_EQ(reason(summary), "signal");
	json_decref(summary);
	close(a);
	close(b);
}

TEST(json_of_a_wire_is_as_documented)
{
	check_json_of("wire", "two");
}

TEST(json_of_a_bridge_is_as_documented)
{
	check_json_of("bridge", "two");
}

TEST(json_of_a_sink_is_as_documented)
{
	check_json_of("sink", "one");
}

TEST(json_of_reflect_is_as_documented)
{
	check_json_of("reflect", "one");
}

/* The first queue of the first port. */
static json_t *first_queue(const json_t *report)
{
	json_t *port = json_array_get(json_object_get(report, "ports"), 0);

	return json_array_get(json_object_get(port, "queues"), 0);
}

static size_t queue_count(const json_t *report)
{
	json_t *port = json_array_get(json_object_get(report, "ports"), 0);

	return json_array_size(json_object_get(port, "queues"));
}

/* Each option does what it says, seen from the report. */
static json_t *report_with(const struct testnet *t, const char *options)
{
	int code = program_run(&fwd,
			       "pktfwd --json --quiet --duration 0.1 %s "
			       "%s %s",
			       options, t->a, t->b);

	if (code)
		FAIL("with %s it returned %d: %s", options, code, fwd.errors);
	CHECK_STR_EQ(fwd.errors, "");
	return check_json(fwd.text, 0);
}

static void check_option(const struct testnet *t, const char *options,
			 size_t queues, size_t workers, const char *mode)
{
	json_t *r = report_with(t, options), *q = first_queue(r);

	CHECK_EQ(queue_count(r), queues);
	CHECK_EQ(json_array_size(json_object_get(r, "workers")), workers);
	CHECK_STR_EQ(json_string_value(json_object_get(q, "mode")), mode);
	CHECK_STR_EQ(reason(r), "duration");
	json_decref(r);
}

TEST(options_do_what_they_say)
{
	struct testnet t;
	json_t *r;

	testnet_veth(&t, 4);
	check_option(&t, "--mode copy --workers 1", 4, 1, "copy");
	check_option(&t, "--mode generic --workers 2", 4, 2, "generic");
	check_option(&t, "--queues 2 --workers 4 --spin", 2, 2, "copy");
	check_option(&t, "--queues 1,3 --workers 1", 2, 1, "copy");
	check_option(&t, "--ring 64 --workers 4", 4, 4, "copy");
	check_option(&t, "--ring 4096 --workers 3", 4, 3, "copy");
	check_option(&t, "--frame-size 2048 --cpus 0", 4, 1, "copy");
	check_option(&t, "--frame-size 3000 --workers 1", 4, 1, "copy");
	check_option(&t, "--jumbo --workers 1", 4, 1, "copy");
	r = report_with(&t, "--queues 3-3");
	CHECK_EQ(queue_count(r), 1);
	CHECK_EQ(json_integer_value(json_object_get(first_queue(r), "queue")),
		 3);
	json_decref(r);
}

/* A spinning thread uses its CPU, another hardly any. */
TEST(only_with_spin_does_it_use_the_cpu_for_nothing)
{
	double percent[2];
	struct testnet t;

	testnet_veth(&t, 1);
	for (unsigned spin = 0; spin < 2; spin++) {
		json_t *r, *w;

		CHECK_EQ(program_run(&fwd,
				     "pktfwd --json --quiet --duration 1 "
				     "--workers 1 %s %s %s",
				     spin ? "--spin" : "", t.a, t.b),
			 0);
		r = check_json(fwd.text, 0);
		w = json_array_get(json_object_get(r, "workers"), 0);
		percent[spin] =
			json_number_value(json_object_get(w, "cpu_percent"));
		json_decref(r);
	}
	CHECK(percent[0] < 10);
	CHECK(percent[1] > 3 * percent[0] && percent[1] > 15);
}

/* Lines */

/* Elsewhere than on a terminal there is a line per interval, then the sum. */
TEST(lines_come_at_each_interval)
{
	unsigned lines = 0;
	struct testnet t;

	testnet_veth(&t, 1);
	CHECK_EQ(program_run(&fwd, "pktfwd --interval 0.2 --duration 1.1 %s %s",
			     t.a, t.b),
		 0);
	for (const char *c = fwd.text; (c = strstr(c, "; lost 0\n")); c++)
		lines++;
	CHECK(lines >= 3 && lines <= 5);
	CHECK_STR_HAS(fwd.text, " rx 0 pps 0 bit/s tx 0 pps 0 bit/s;");
	CHECK_STR_HAS(fwd.text, "\npktfwd wire: 1.1 s, the time is up\n");
	CHECK_STR_HAS(fwd.text, "queue 0: copy mode\n  not zero-copy: ");
}

TEST(quiet_leaves_the_summary)
{
	struct testnet t;

	testnet_veth(&t, 1);
	CHECK_EQ(program_run(&fwd,
			     "pktfwd --quiet --interval 0.1 --duration 0.5 "
			     "%s %s",
			     t.a, t.b),
		 0);
	CHECK(!strncmp(fwd.text, "\npktfwd wire: ", 14));
	CHECK_STR_EQ(fwd.errors, "");
}

/* What is lost is counted by cause, and it is said what can be done. */
TEST(losses_are_explained)
{
	json_t *summary, *lost;
	struct testnet t;
	int a;

	testnet_veth(&t, 1);
	a = packet_socket(t.a);
	program_start(&fwd, "pktfwd sink --json --ring 64 %s", t.b);
	program_opens(&fwd, t.b);
	program_freeze(&fwd);
	packets_send(a, 1, 2, 1000);
	kill(fwd.pid, SIGCONT);
	usleep(200000);
	program_interrupt(&fwd);
	CHECK_STR_HAS(fwd.text, "packets were dropped");
	summary = check_json(fwd.text, 0);
	lost = json_object_get(json_object_get(summary, "total"), "lost");
	CHECK_EQ(total(summary, "rx_packets") +
			 json_integer_value(
				 json_object_get(lost, "rx_ring_full")) +
			 json_integer_value(
				 json_object_get(lost, "rx_no_frame")),
		 1000);
	CHECK(total(summary, "rx_packets") < 200);
	json_decref(summary);
	close(a);
}

/* The same in the summary for people. */
TEST(losses_are_explained_in_the_summary)
{
	struct testnet t;
	int a;

	testnet_veth(&t, 1);
	a = packet_socket(t.a);
	program_start(&fwd, "pktfwd sink --ring 64 %s", t.b);
	program_opens(&fwd, t.b);
	program_freeze(&fwd);
	packets_send(a, 1, 2, 1000);
	kill(fwd.pid, SIGCONT);
	usleep(200000);
	program_interrupt(&fwd);
	CHECK_STR_HAS(fwd.text, " packets were lost:\n");
	CHECK_STR_HAS(fwd.text, "arrived when no frame was free");
	CHECK_STR_HAS(fwd.text, "more frames, a larger fill_ring");
	close(a);
}

/* A reader that goes away ends it, and it is a failure. */
TEST(it_ends_when_nobody_reads)
{
	struct testnet t;

	testnet_veth(&t, 1);
	run("bash -c 'timeout 20 %s --json --interval 0.1 %s %s | head -n 1; "
	    "test ${PIPESTATUS[0]} = 1'",
	    program_path("pktfwd"), t.a, t.b);
	CHECK_EQ(testnet_program_on(t.a), 0);
}

/* Metrics */

/* What a server on @port of this namespace answers. */
static const char *fetch(unsigned port, const char *request)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	static char answer[1 << 17];
	size_t len = 0;
	ssize_t n;

	CHECK(!connect(fd, (struct sockaddr *)&at, sizeof(at)));
	CHECK_EQ(write(fd, request, strlen(request)), strlen(request));
	while ((n = read(fd, answer + len, sizeof(answer) - 1 - len)) > 0)
		len += (size_t)n;
	answer[len] = '\0';
	close(fd);
	return answer;
}

#define GET(path) "GET " path " HTTP/1.0\r\n\r\n"

/* Every line is a comment or a sample: name, labels, number. */
static void check_samples(char *page)
{
	char *line = strtok(page, "\n"), *next, *end;

	for (; (next = strtok(NULL, "\n")); line = next) {
		if (!strncmp(line, "# ", 2))
			continue;
		CHECK(!strncmp(line, "pktfwd_", 7));
		CHECK(strchr(line, '{') && strstr(line, "\"} "));
		strtod(strrchr(line, ' ') + 1, &end);
		CHECK(!*end);
	}
	CHECK_STR_EQ(line, "# EOF");
}

static void need_metrics(void)
{
	program_run(&fwd, "pktfwd --metrics 9918");
	if (strstr(fwd.errors, "built without libmicrohttpd"))
		SKIP("built without libmicrohttpd");
}

/* In their format, complete, also when root has been dropped. */
TEST(metrics_are_served)
{
	const char *answer, *body;
	struct testnet t;
	char want[128];
	int a;

	need_metrics();
	testnet_veth(&t, 2);
	a = packet_socket(t.a);
	program_start(&fwd, "pktfwd sink --user nobody --metrics :9918 %s",
		      t.b);
	program_writes(&fwd, "rx 0 pps");
	packets_send(a, 1, 2, 300);
	usleep(100000);

	answer = fetch(9918, GET("/metrics"));
	CHECK_STR_HAS(answer, " 200 OK\r\n");
	CHECK_STR_HAS(answer, "application/openmetrics-text; version=1.0.0");
	snprintf(want, sizeof(want), "pktfwd_up{interface=\"%s\"} 1\n", t.b);
	CHECK_STR_HAS(answer, want);
	CHECK_STR_HAS(answer, "mode=\"copy\"} 1\n");
	CHECK_STR_HAS(answer, "cause=\"rx_ring_full\"} 0\n");
	CHECK_STR_HAS(answer, "} 300\n");
	body = strstr(answer, "\r\n\r\n") + 4;
	check_samples((char *)body);

	CHECK_STR_HAS(fetch(9918, GET("/")), " 404 ");
	CHECK_STR_HAS(fetch(9918, "POST /metrics HTTP/1.0\r\n\r\n"), " 405 ");
	program_interrupt(&fwd);
	close(a);
}

/* Table */

/* The table is redrawn in its place, and each key does what it says. */
TEST(the_table_lives_and_hears_keys)
{
	static char seen[1 << 16];
	struct testnet t;
	int terminal, status, a;

	testnet_veth(&t, 2);
	a = packet_socket(t.a);
	terminal = program_start_on_terminal(
		&fwd, "pktfwd sink --interval 0.2 %s", t.b);
	terminal_shows(terminal, seen, sizeof(seen), "q quit  r reset");
	terminal_shows(terminal, seen, sizeof(seen), "PKT/POLL");
	terminal_shows(terminal, seen, sizeof(seen), "copy");
	terminal_shows(terminal, seen, sizeof(seen), "\033["); /* upwards */

	/* Losses show, and are gone after a reset. */
	program_freeze(&fwd);
	packets_send(a, 1, 2, 9000);
	kill(fwd.pid, SIGCONT);
	terminal_shows(terminal, seen, sizeof(seen), "Lost, by cause:");
	CHECK_EQ(write(terminal, "r", 1), 1);
	terminal_shows(terminal, seen, sizeof(seen), "lost 0\033");

	CHECK_EQ(write(terminal, "e", 1), 1);
	terminal_shows(terminal, seen, sizeof(seen), "not zero-copy: ");
	/* The way out, which a line of 100 has no room for. */
	terminal_shows(terminal, seen, sizeof(seen), "NIC or kernel");
	CHECK_EQ(write(terminal, "x", 1), 1);
	CHECK_EQ(write(terminal, "q", 1), 1);
	terminal_shows(terminal, seen, sizeof(seen), "stopped by q");
	CHECK_EQ(waitpid(fwd.pid, &status, 0), fwd.pid);
	CHECK_EQ(status, 0);
	close(terminal);
	close(a);
}

/* A terminal that is closed ends it. */
TEST(it_ends_with_its_terminal)
{
	static char seen[1 << 16];
	struct testnet t;
	int terminal, status;

	testnet_veth(&t, 1);
	terminal = program_start_on_terminal(
		&fwd, "pktfwd sink --interval 0.2 %s", t.b);
	terminal_shows(terminal, seen, sizeof(seen), "PKT/POLL");
	close(terminal);
	CHECK_EQ(waitpid(fwd.pid, &status, 0), fwd.pid);
	CHECK(WIFEXITED(status));
	CHECK_EQ(testnet_program_on(t.b), 0);
}

/* The terminal is as it was before. */
TEST(the_terminal_is_left_as_it_was)
{
	struct termios before, after;
	static char seen[1 << 16];
	struct testnet t;
	int terminal, status;

	testnet_veth(&t, 1);
	terminal = program_start_on_terminal(
		&fwd, "pktfwd sink --interval 0.2 %s", t.b);
	CHECK(!tcgetattr(terminal, &before));
	terminal_shows(terminal, seen, sizeof(seen), "PKT/POLL");
	CHECK(!tcgetattr(terminal, &after));
	CHECK(!(after.c_lflag & (ICANON | ECHO)));
	kill(fwd.pid, SIGTERM);
	terminal_shows(terminal, seen, sizeof(seen), "stopped by a signal");
	CHECK(!tcgetattr(terminal, &after));
	CHECK_EQ(after.c_lflag, before.c_lflag);
	CHECK_EQ(waitpid(fwd.pid, &status, 0), fwd.pid);
	CHECK_EQ(status, 0);
	close(terminal);
}
