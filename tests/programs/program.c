// SPDX-License-Identifier: BSD-2-Clause
/* program.c: installed programs as processes, and packets for them */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "program.h"

#define TYPE 0x88b5 /* for experiments */
#define WORDS_MAX 64

/* Programs */

/* They lie beside the tests in the build directory. */
const char *program_path(const char *name)
{
	bool peer = !strncmp(name, "peer_", 5);
	static char path[8192];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) / 2);

	CHECK(len > 0);
	path[len] = '\0';
	snprintf(strrchr(path, '/'), sizeof(path) / 2, "/../%s/%s/%s",
		 peer ? "bench" : "examples", peer ? "peers" : name, name);
	if (access(path, X_OK))
		SKIP("%s is not built", name);
	return path;
}

static void become(const char *path, char *line)
{
	char *words[WORDS_MAX + 1] = { NULL };
	unsigned n = 0;

	for (char *w = strtok(line, " "); w && n < WORDS_MAX;
	     w = strtok(NULL, " "))
		words[n++] = w;
	execv(path, words);
	_exit(127);
}

#define LINE 1024

/* The line; returns the path of the program that it begins with. */
static const char *write_line(char *line, const char *format, va_list args)
{
	char name[64];

	CHECK(vsnprintf(line, LINE, format, args) < LINE);
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(line, " "), line);
	return program_path(name);
}

static void start(struct program *p, const char *format, va_list args)
{
	char line[LINE];
	const char *path = write_line(line, format, args);

	p->out = memfd_create("out", MFD_CLOEXEC);
	p->err = memfd_create("err", MFD_CLOEXEC);
	p->pid = fork();
	if (!p->pid) {
		dup2(p->out, STDOUT_FILENO);
		dup2(p->err, STDERR_FILENO);
		become(path, line);
	}
	CHECK(p->pid > 0);
}

int program_start_on_terminal(struct program *p, const char *format, ...)
{
	struct winsize size = { .ws_row = 24, .ws_col = 100 };
	char line[LINE];
	const char *path;
	va_list args;
	int terminal;

	va_start(args, format);
	path = write_line(line, format, args);
	va_end(args);
	p->pid = forkpty(&terminal, NULL, NULL, &size);
	if (!p->pid)
		become(path, line);
	CHECK(p->pid > 0);
	fcntl(terminal, F_SETFD, FD_CLOEXEC);
	return terminal;
}

void terminal_shows(int terminal, char *seen, size_t size, const char *words)
{
	struct pollfd p = { .fd = terminal, .events = POLLIN };
	size_t len = 0;
	ssize_t n;

	seen[0] = '\0';
	while (!strstr(seen, words)) {
		if (poll(&p, 1, PATIENCE_MS) != 1)
			FAIL("\"%s\" does not come, only: %s", words, seen);
		n = read(terminal, seen + len, size - 1 - len);
		if (n <= 0)
			FAIL("\"%s\" did not come, only: %s", words, seen);
		len += (size_t)n;
		seen[len] = '\0';
	}
}

void program_start(struct program *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	start(p, format, args);
	va_end(args);
}

static const char *read_all(int fd, char *text, size_t size)
{
	ssize_t len = pread(fd, text, size - 1, 0);

	text[len > 0 ? len : 0] = '\0';
	return text;
}

const char *program_text(struct program *p)
{
	return read_all(p->out, p->text, sizeof(p->text));
}

const char *program_errors(struct program *p)
{
	return read_all(p->err, p->errors, sizeof(p->errors));
}

/* It still runs, and there is time. */
static void wait_a_little(struct program *p, unsigned *ms, const char *what)
{
	siginfo_t info = { 0 };

	waitid(P_PID, (id_t)p->pid, &info, WEXITED | WNOHANG | WNOWAIT);
	if (info.si_pid || *ms > PATIENCE_MS)
		FAIL("it does not %s: %s%s", what, program_text(p),
		     program_errors(p));
	*ms += 10;
	usleep(10000);
}

void program_opens(struct program *p, const char *ifname)
{
	unsigned ms = 0;

	while (!testnet_program_on(ifname))
		wait_a_little(p, &ms, "open the interface");
}

void program_writes(struct program *p, const char *words)
{
	unsigned ms = 0;

	while (!strstr(program_text(p), words) &&
	       !strstr(program_errors(p), words))
		wait_a_little(p, &ms, words);
}

int program_end(struct program *p)
{
	int status = 0;

	CHECK_EQ(waitpid(p->pid, &status, 0), p->pid);
	program_text(p);
	program_errors(p);
	close(p->out);
	close(p->err);
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}

void program_freeze(struct program *p)
{
	int status;

	kill(p->pid, SIGSTOP);
	CHECK_EQ(waitpid(p->pid, &status, WUNTRACED), p->pid);
	CHECK(WIFSTOPPED(status));
}

void program_interrupt(struct program *p)
{
	kill(p->pid, SIGINT);
	if (program_end(p))
		FAIL("Ctrl-C did not end it well: %s", p->errors);
}

int program_run(struct program *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	start(p, format, args);
	va_end(args);
	return program_end(p);
}

/* Packets */

struct packet packet_make(uint8_t from, uint8_t to, uint32_t number)
{
	struct packet p = { .to = { 2, 0, 0, 0, 0, to },
			    .from = { 2, 0, 0, 0, 0, from },
			    .type = htons(TYPE),
			    .number = number };

	if (to == BROADCAST)
		memset(p.to, 0xff, sizeof(p.to));
	memset(p.filler, (int)number, sizeof(p.filler));
	return p;
}

int packet_socket(const char *ifname)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(TYPE),
				  .sll_ifindex = (int)if_nametoindex(ifname) };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(TYPE));
	int bytes = 16 << 20;

	CHECK(fd >= 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
	CHECK_EQ(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

void packet_send(int fd, const struct packet *p, unsigned size)
{
	while (send(fd, p, size, 0) != (ssize_t)size)
		if (errno != ENOBUFS)
			FAIL("send: %s", strerror(errno));
}

void packets_send(int fd, uint8_t from, uint8_t to, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct packet p = packet_make(from, to, i);

		packet_send(fd, &p, PACKET_SIZE);
		/* A burst fits into the rings whoever runs when. */
		if (i % 256 == 255)
			usleep(2000);
	}
}

unsigned packet_receive(int fd, struct packet *ret, int ms)
{
	struct sockaddr_ll from = { .sll_pkttype = PACKET_OUTGOING };
	struct pollfd p = { .fd = fd, .events = POLLIN };
	socklen_t len;
	ssize_t n = 0;

	while (from.sll_pkttype == PACKET_OUTGOING) {
		if (poll(&p, 1, ms) != 1)
			return 0;
		len = sizeof(from);
		n = recvfrom(fd, ret, sizeof(*ret), 0, (struct sockaddr *)&from,
			     &len);
		CHECK(n > 0);
	}
	return (unsigned)n;
}

void packets_expect(int fd, uint8_t from, uint8_t to, uint32_t n)
{
	struct packet got;

	for (uint32_t i = 0; i < n; i++) {
		struct packet want = packet_make(from, to, i);
		unsigned size = packet_receive(fd, &got, PATIENCE_MS);

		if (!size)
			FAIL("only %u of %u packets came", i, n);
		CHECK_EQ(size, PACKET_SIZE);
		CHECK_EQ(got.number, i);
		CHECK(!memcmp(&got, &want, size));
	}
	packets_none(fd);
}

void packets_none(int fd)
{
	struct packet got;

	CHECK_EQ(packet_receive(fd, &got, 50), 0);
}

/* Hosts */

void hosts_make(struct hosts *h, unsigned queues)
{
	testnet_veth_far(&h->left, queues);
	testnet_veth_far(&h->right, queues);
	run_in(h->left.far, "ip addr add 10.0.0.1/24 dev %s", h->left.b);
	run_in(h->right.far, "ip addr add 10.0.0.2/24 dev %s", h->right.b);
}
