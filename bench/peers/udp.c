// SPDX-License-Identifier: BSD-2-Clause
/*
 * udp.c: round trips by UDP sockets
 *
 *	peer_udp echo [spin]                     sends back what comes
 *	peer_udp ping ADDRESS SECONDS [spin]     p50, p99 and p99.9 in ns
 *
 * With "spin" both sides never sleep, as a program on AF_XDP may do as well.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"

#define PORT 7007
/* With headers a frame of 64 bytes. */
#define BYTES 22
#define SAMPLES_MAX (4u << 20)
#define WARM_NS 200000000ull
/* One that is lost is sent again. */
#define PATIENCE_NS 100000000ull
/* The other end may not have started yet. */
#define START_NS 5000000000ull

static int flags; /* of each call that receives */

static int open_socket(void)
{
	const struct timeval patience = { .tv_usec = PATIENCE_NS / 1000 };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
				 sizeof(patience)))
		bench_die("UDP: %s", strerror(errno));
	return fd;
}

static void echo(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons(PORT) };
	int fd = open_socket();
	char text[BYTES];

	if (bind(fd, (struct sockaddr *)&address, sizeof(address)))
		bench_die("UDP port %d: %s", PORT, strerror(errno));
	for (;;) {
		socklen_t len = sizeof(address);
		ssize_t n = recvfrom(fd, text, sizeof(text), flags,
				     (struct sockaddr *)&address, &len);

		if (n > 0)
			sendto(fd, text, (size_t)n, 0,
			       (struct sockaddr *)&address, len);
	}
}

/* ns; 0: it was lost. */
static uint64_t round_trip(int fd)
{
	char text[BYTES] = "ping";
	uint64_t start = bench_ns();

	if (send(fd, text, sizeof(text), 0) < 0)
		return 0;
	while (recv(fd, text, sizeof(text), flags) < 0)
		if (bench_ns() - start > PATIENCE_NS)
			return 0;
	return bench_ns() - start;
}

static void await_first(int fd, const char *to)
{
	uint64_t start = bench_ns();

	while (!round_trip(fd)) {
		if (bench_ns() - start > START_NS)
			bench_die("%s does not answer", to);
		usleep(1000);
	}
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void ping(const char *to, double seconds)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons(PORT) };
	uint32_t *samples = calloc(SAMPLES_MAX, sizeof(*samples));
	int fd = open_socket();
	uint64_t start, ns;
	size_t n = 0;

	if (!inet_aton(to, &address.sin_addr) ||
	    connect(fd, (struct sockaddr *)&address, sizeof(address)))
		bench_die("%s: %s", to, strerror(errno));
	await_first(fd, to);
	start = bench_ns();
	while (bench_ns() - start < WARM_NS)
		round_trip(fd);
	start = bench_ns();
	while ((double)(bench_ns() - start) < seconds * 1e9 &&
	       n < SAMPLES_MAX) {
		ns = round_trip(fd);
		if (ns)
			samples[n++] = (uint32_t)ns;
	}
	if (!n)
		bench_die("%s answers no more", to);
	qsort(samples, n, sizeof(*samples), compare);
	printf("%u %u %u\n", samples[n / 2], samples[n * 99 / 100],
	       samples[n * 999 / 1000]);
	free(samples);
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[argc - 1], "spin"))
		flags = MSG_DONTWAIT;
	if (argc > 1 && !strcmp(argv[1], "echo"))
		echo();
	if (argc < 4 || strcmp(argv[1], "ping"))
		bench_die("usage: peer_udp echo [spin] | "
			  "ping ADDRESS SECONDS [spin]");
	ping(argv[2], atof(argv[3]));
	return 0;
}
