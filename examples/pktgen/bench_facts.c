// SPDX-License-Identifier: BSD-2-Clause
/* bench_facts.c: on what, with what and when a benchmark was made */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <xskpkt/xskpkt.h>

#include "bench_facts.h"
#include "port_text.h"

/* What stands behind "key : " in a file of such lines. */
static void find_value(char *ret, size_t size, const char *path,
		       const char *key)
{
	FILE *file = fopen(path, "re");
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		char *value = strchr(line, ':');

		if (!value || strncmp(line, key, strlen(key)))
			continue;
		value += 1 + strspn(value + 1, " \t");
		snprintf(ret, size, "%.*s", (int)strcspn(value, "\n"), value);
		break;
	}
	if (file)
		fclose(file);
}

static void take_kernel(struct bench_facts *f)
{
	struct utsname u;

	if (uname(&u))
		return;
	snprintf(f->host, sizeof(f->host), "%s", u.nodename);
	snprintf(f->kernel, sizeof(f->kernel), "%s %s, %s", u.sysname,
		 u.release, u.machine);
}

static void take_date(struct bench_facts *f)
{
	time_t now = time(NULL);
	struct tm local;

	if (localtime_r(&now, &local))
		strftime(f->date, sizeof(f->date), "%Y-%m-%d %H:%M:%S %z",
			 &local);
}

/* As a shell would take it again. */
static void write_word(FILE *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-+=./,:@%";

	if (*word && !word[strspn(word, plain)]) {
		fputs(word, out);
		return;
	}
	fputc('\'', out);
	for (; *word; word++)
		if (*word == '\'')
			fputs("'\\''", out);
		else
			fputc(*word, out);
	fputc('\'', out);
}

static void take_command(struct bench_facts *f, int argc, char **argv)
{
	size_t size = 0;
	FILE *out = open_memstream(&f->command, &size);

	if (!out)
		return;
	fputs("pktgen", out);
	for (int i = 0; i < argc; i++) {
		fputc(' ', out);
		write_word(out, argv[i]);
	}
	if (fclose(out)) {
		free(f->command);
		f->command = NULL;
	}
}

void bench_facts_take(struct bench_facts *ret, int argc, char **argv)
{
	*ret = (struct bench_facts){ .host = "unknown",
				     .cpu = "unknown",
				     .kernel = "unknown",
				     .date = "unknown" };
	take_kernel(ret);
	take_date(ret);
	take_command(ret, argc, argv);
	find_value(ret->cpu, sizeof(ret->cpu), "/proc/cpuinfo", "model name");
	ret->cpus = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	if (getloadavg(&ret->load, 1) != 1)
		ret->load = -1;
	snprintf(ret->version, sizeof(ret->version), "pktgen %s, xskpkt %s",
		 VERSION, xskpkt_version());
}

void bench_facts_free(struct bench_facts *facts)
{
	free(facts->command);
}

void bench_facts_port(struct bench_port *ret, const struct xskpkt_port *port)
{
	struct xskpkt_port_info info = { .size = sizeof(info) };

	*ret = (struct bench_port){ .mode = "unknown" };
	if (xskpkt_port_info(port, &info))
		return;
	snprintf(ret->name, sizeof(ret->name), "%s", info.ifname);
	snprintf(ret->driver, sizeof(ret->driver), "%s",
		 info.driver[0] ? info.driver : "unknown");
	ret->mode = mode_name((enum xskpkt_mode)info.mode);
	ret->queues = info.queues;
	ret->all_queues = info.rx_queues;
	ret->mtu = info.mtu;
}
