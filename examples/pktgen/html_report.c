// SPDX-License-Identifier: BSD-2-Clause
/* html_report.c: the page as a whole, and as a file */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "html.h"
#include "html_page.h"
#include "say.h"

/* Nothing is fetched, whatever may stand in the page. */
#define POLICY "default-src 'none'; style-src 'unsafe-inline'"

static void write_head(FILE *out, const struct bench_report *r)
{
	const struct bench_facts *f = r->facts;

	fputs("<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" "
	      "lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"" POLICY
	      "\"/>\n<meta name=\"viewport\" "
	      "content=\"width=device-width, initial-scale=1\"/>\n"
	      "<meta name=\"color-scheme\" content=\"light dark\"/>\n<title>",
	      out);
	html_format(out, "%s to %s: pktgen bench, %s", f->tx.name, f->rx.name,
		    f->date);
	fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n", html_style);
}

static void write_title(FILE *out, const struct bench_report *r)
{
	const struct bench_facts *f = r->facts;

	fputs("<header>\n<p class=\"kind\">pktgen bench</p>\n<h1>", out);
	html_format(out, "%s → %s", f->tx.name, f->rx.name);
	fputs("</h1>\n<p class=\"when\">", out);
	html_format(out, "%s on %s, %u size%s, %.0f s", f->date, f->host,
		    r->plan->size_count, r->plan->size_count == 1 ? "" : "s",
		    r->seconds);
	fputs("</p>\n", out);
	if (r->stopped) {
		fputs("<p class=\"stopped\"><strong>Not complete.</strong> ",
		      out);
		html_format(out,
			    "It ended early: %s. What was measured until "
			    "then is below.",
			    r->stopped);
		fputs("</p>\n", out);
	}
	fputs("</header>\n", out);
}

static void write_page(FILE *out, const struct bench_report *r)
{
	write_head(out, r);
	fputs("<body>\n<main>\n", out);
	write_title(out, r);
	html_summary(out, r);
	html_throughput(out, r);
	html_loss(out, r);
	html_latency(out, r);
	html_burst(out, r);
	html_missing(out, r);
	html_setup(out, r);
	fputs("</main>\n</body>\n</html>\n", out);
}

/* As open() would have made it; mkostemp() lets only us read it. */
static int make_readable(int fd)
{
	mode_t mask = umask(0);

	umask(mask);
	return fchmod(fd, 0666 & ~mask) ? -errno : 0;
}

/* In the same directory, so that it can take the other's place at once. */
static int open_beside(FILE **ret, char *temporary)
{
	int fd = mkostemp(temporary, O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = make_readable(fd);
	*ret = err ? NULL : fdopen(fd, "w");
	if (*ret)
		return 0;
	close(fd);
	unlink(temporary);
	return err ? err : -ENOMEM;
}

static int close_whole(FILE *out)
{
	bool failed;

	errno = 0;
	failed = fflush(out) || ferror(out) || fsync(fileno(out));
	if (fclose(out) || failed)
		return errno ? -errno : -EIO;
	return 0;
}

/* NULL for @r: only try. */
static int write_file(const struct bench_report *r, const char *path,
		      char *temporary)
{
	FILE *out = NULL;
	int err = open_beside(&out, temporary);

	if (err)
		return err;
	if (r)
		write_page(out, r);
	err = close_whole(out);
	if (!err && r && rename(temporary, path))
		err = -errno;
	if (err || !r)
		unlink(temporary);
	return err;
}

static int write_or_try(const struct bench_report *r, const char *path)
{
	char *temporary = NULL;
	struct stat there;
	int err;

	if (!stat(path, &there) && !S_ISREG(there.st_mode)) {
		say("--report %s: that is no plain file", path);
		return -EINVAL;
	}
	if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
		return -ENOMEM;
	err = write_file(r, path, temporary);
	if (err)
		say("--report %s: it cannot be written: %s", path,
		    strerror(-err));
	free(temporary);
	return err;
}

int html_report_write(const struct bench_report *report, const char *path)
{
	return write_or_try(report, path);
}

int html_report_check(const char *path)
{
	return write_or_try(NULL, path);
}
