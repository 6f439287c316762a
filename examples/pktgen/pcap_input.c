// SPDX-License-Identifier: BSD-2-Clause
/* pcap_input.c: a capture file of Ethernet packets, opened by libpcap */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pcap_input.h"
#include "say.h"

#define CHUNK (1 << 18)

const char *pcap_input_name(const char *path)
{
	return strcmp(path, "-") ? path : "stdin";
}

static int refuse(const char *path, const char *why)
{
	say("%s: %s", pcap_input_name(path), why);
	return -1;
}

/* Returns how many bytes, 0 at the end, or -1 after it was said why. */
static ssize_t copy_chunk(int to, int from, char *chunk, const char *path)
{
	ssize_t n;

	do
		n = read(from, chunk, CHUNK);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return refuse(path, strerror(errno));
	/* Memory takes all of it or has no more. */
	if (write(to, chunk, (size_t)n) != n)
		return refuse(path, "there is no memory for it");
	return n;
}

static int copy_all(int to, int from, const char *path, uint64_t memory)
{
	char *chunk = malloc(CHUNK);
	uint64_t bytes = 0;
	ssize_t n = 1;

	while (chunk && n > 0) {
		n = copy_chunk(to, from, chunk, path);
		bytes += n > 0 ? (uint64_t)n : 0;
		if (bytes <= memory)
			continue;
		say("%s: it has more than the %llu MiB it may have: see "
		    "--memory",
		    pcap_input_name(path), (unsigned long long)memory >> 20);
		n = -1;
	}
	free(chunk);
	return chunk && !n ? 0 : -1;
}

/* The same bytes in memory; @from is closed. */
static int copy_of(int from, const char *path, uint64_t memory)
{
	int to = memfd_create("packets", MFD_CLOEXEC);

	if (to < 0)
		refuse(path, strerror(errno));
	else if (copy_all(to, from, path, memory) ||
		 lseek(to, 0, SEEK_SET) < 0) {
		close(to);
		to = -1;
	}
	close(from);
	return to;
}

static int open_path(const char *path)
{
	int fd;

	if (strcmp(path, "-"))
		fd = open(path, O_RDONLY | O_CLOEXEC);
	else
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return refuse(path, strerror(errno));
	if (!isatty(fd))
		return fd;
	close(fd);
	return refuse(path, "it is a terminal: give a file, or a pipe");
}

/* A descriptor that can seek and has something in it. */
static int open_input(const char *path, uint64_t memory)
{
	int fd = open_path(path);
	struct stat st = { 0 };

	if (fd < 0)
		return -1;
	if (!fstat(fd, &st) && S_ISDIR(st.st_mode)) {
		close(fd);
		return refuse(path, "it is a directory");
	}
	if (!S_ISREG(st.st_mode))
		fd = copy_of(fd, path, memory);
	if (fd >= 0 && !fstat(fd, &st) && !st.st_size) {
		close(fd);
		return refuse(path, "it is empty");
	}
	return fd;
}

static pcap_t *open_pcap(FILE *file, const char *path)
{
	char why[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_fopen_offline_with_tstamp_precision(
		file, PCAP_TSTAMP_PRECISION_NANO, why);

	if (!pcap)
		refuse(path, why);
	return pcap;
}

static bool is_ethernet(pcap_t *pcap, const char *path)
{
	int type = pcap_datalink(pcap);
	const char *name = pcap_datalink_val_to_name(type);

	if (type == DLT_EN10MB)
		return true;
	say("%s: its packets are %s (link type %d): only Ethernet can be sent",
	    pcap_input_name(path), name ? name : "of an unknown kind", type);
	return false;
}

pcap_t *pcap_input_open(const char *path, uint64_t memory)
{
	int fd = open_input(path, memory);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	pcap_t *pcap = file ? open_pcap(file, path) : NULL;

	if (!pcap) {
		if (file)
			fclose(file);
		else if (fd >= 0)
			close(fd);
		return NULL;
	}
	/* Here the file belongs to it. */
	if (is_ethernet(pcap, path))
		return pcap;
	pcap_close(pcap);
	return NULL;
}
