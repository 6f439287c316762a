// SPDX-License-Identifier: BSD-2-Clause
/* ledger.c: what was changed of an interface, in a file that outlives us */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"
#include "file.h"
#include "json.h"
#include "ledger.h"
#include "log.h"
#include "sys.h"

#define DIRECTORY "/run/xskpkt"
#define BOOT_ID "/proc/sys/kernel/random/boot_id"
#define BOOT_SIZE 40
/* Thousands of changes; no interface has as many settings. */
#define FILE_MOST (1u << 20)
/* Changes when an older library could misread it. */
#define FORMAT 1

static const char *const keys[] = { "version", "interface", "ifindex",
				    "boot",    "keep",      "changes" };
static const char *const change_keys[] = { "setting", "before", "ours" };

/* "net:[4026531840]" */
static int name_files(struct ledger *l)
{
	char link[64];
	ssize_t n;

	n = sys_readlink("/proc/thread-self/ns/net", link, sizeof(link) - 1);
	if (n < 0)
		return fail((int)n,
			    "%s: its network namespace has no name (%s): is "
			    "/proc mounted?",
			    l->ifname, err_text((int)n));
	link[n] = '\0';
	snprintf(l->path, sizeof(l->path), DIRECTORY "/%llu-%s",
		 strtoull(link + strcspn(link, "0123456789"), NULL, 10),
		 l->ifname);
	return 0;
}

static void file_of(const struct ledger *l, const char *suffix, char ret[112])
{
	snprintf(ret, 112, "%s%s", l->path, suffix);
}

static int take_lock(struct ledger *l)
{
	char path[112];
	int err;

	err = sys_mkdir(DIRECTORY);
	if (err && err != -EEXIST)
		return fail(err, "%s: cannot make " DIRECTORY " (%s)%s",
			    l->ifname, err_text(err),
			    err == -EACCES ? ": run as root" : "");
	file_of(l, ".lock", path);
	l->lock = sys_create(path, true);
	if (l->lock < 0)
		return fail(l->lock, "%s: %s: %s%s", l->ifname, path,
			    err_text(l->lock),
			    l->lock == -EACCES ? ": run as root" : "");
	err = sys_lock(l->lock);
	if (err == -EAGAIN)
		return fail(-EBUSY,
			    "%s: a running program tunes it, and will put it "
			    "back when it ends: 'fuser %s' tells which",
			    l->ifname, path);
	if (err)
		return fail(err, "%s: %s: cannot be locked (%s)", l->ifname,
			    path, err_text(err));
	return 0;
}

int ledger_open(struct ledger *ret, const struct netdev *dev)
{
	struct ledger l = { .lock = -1, .ifindex = dev->ifindex };
	int err;

	memcpy(l.ifname, dev->name, sizeof(l.ifname));
	err = name_files(&l);
	if (!err)
		err = take_lock(&l);
	if (err)
		ledger_close(&l);
	else
		*ret = l;
	return err;
}

void ledger_close(struct ledger *l)
{
	sys_close(l->lock);
	free(l->changes);
}

int ledger_add(struct ledger *l, const char *name, const char *before,
	       const char *ours)
{
	struct change *more =
		reallocarray(l->changes, l->count + 1, sizeof(*more));

	if (!more)
		return fail(-ENOMEM, "%s: no memory to note a change",
			    l->ifname);
	l->changes = more;
	more += l->count++;
	snprintf(more->name, sizeof(more->name), "%s", name);
	snprintf(more->before, sizeof(more->before), "%s", before);
	snprintf(more->ours, sizeof(more->ours), "%s", ours);
	return 0;
}

void ledger_drop(struct ledger *l, unsigned i)
{
	memmove(&l->changes[i], &l->changes[i + 1],
		(--l->count - i) * sizeof(*l->changes));
}

/* Writing */

static void print_member(FILE *out, const char *key, const char *value)
{
	fprintf(out, "\"%s\": ", key);
	json_put_text(out, value);
}

static void print_file(FILE *out, const struct ledger *l, const char *boot)
{
	fprintf(out, "{\"version\": %d, ", FORMAT);
	print_member(out, "interface", l->ifname);
	fprintf(out, ", \"ifindex\": %d, ", l->ifindex);
	print_member(out, "boot", boot);
	fprintf(out, ", \"keep\": %d, \"changes\": [", l->keep);
	for (unsigned i = 0; i < l->count; i++) {
		fprintf(out, "%s\n  {", i ? "," : "");
		print_member(out, "setting", l->changes[i].name);
		fprintf(out, ", ");
		print_member(out, "before", l->changes[i].before);
		fprintf(out, ", ");
		print_member(out, "ours", l->changes[i].ours);
		fprintf(out, "}");
	}
	fprintf(out, "\n]}\n");
}

static void boot_id(char ret[BOOT_SIZE])
{
	if (file_line(ret, BOOT_SIZE, BOOT_ID))
		strcpy(ret, "unknown");
}

static int write_file(const char *path, const char *text, size_t len)
{
	int fd = sys_create(path, false), err = 0;
	ssize_t n;

	if (fd < 0)
		return fd;
	while (len && !err) {
		n = sys_write(fd, text, len);
		if (n < 0)
			err = (int)n;
		else
			text += n, len -= (size_t)n;
	}
	/* /run is memory, but it need not be. */
	if (!err)
		err = sys_fsync(fd);
	sys_close(fd);
	return err;
}

static int replace_file(const struct ledger *l, const char *text, size_t len)
{
	char path[112], fresh[112];
	int err;

	file_of(l, ".json", path);
	file_of(l, ".new", fresh);
	err = len > FILE_MOST ? -EFBIG : write_file(fresh, text, len);
	if (!err)
		err = sys_rename(fresh, path);
	if (!err)
		return 0;
	sys_unlink(fresh);
	return fail(err,
		    "%s: %s: cannot be written (%s): nothing is changed "
		    "without it",
		    l->ifname, path, err_text(err));
}

static int remove_file(const struct ledger *l)
{
	char path[112];
	int err;

	file_of(l, ".json", path);
	err = sys_unlink(path);
	if (err && err != -ENOENT)
		return fail(err, "%s: %s: cannot be removed (%s)", l->ifname,
			    path, err_text(err));
	return 0;
}

int ledger_save(const struct ledger *l)
{
	char boot[BOOT_SIZE], *text = NULL;
	size_t len = 0;
	FILE *out;
	int err;

	if (!l->count)
		return remove_file(l);
	boot_id(boot);
	out = open_memstream(&text, &len);
	if (out)
		print_file(out, l, boot);
	if (!out || fclose(out))
		err = fail(-ENOMEM, "%s: no memory to note changes", l->ifname);
	else
		err = replace_file(l, text, len);
	free(text);
	return err;
}

/* Reading */

struct reading {
	struct ledger *ledger;
	struct change change;
	uint32_t seen, change_seen;
};

static int read_change_member(struct json *j, const char *key, void *arg)
{
	struct reading *r = arg;
	struct change *c = &r->change;

	switch (json_key(j, key, change_keys, COUNT_OF(change_keys),
			 &r->change_seen)) {
	case 0:
		return json_text(j, c->name, sizeof(c->name));
	case 1:
		return json_text(j, c->before, sizeof(c->before));
	case 2:
		return json_text(j, c->ours, sizeof(c->ours));
	default:
		return -EINVAL;
	}
}

static int read_change(struct json *j, void *arg)
{
	struct reading *r = arg;
	struct change *c = &r->change;
	int err;

	r->change_seen = 0;
	err = json_object(j, read_change_member, r);
	if (!err)
		err = json_all_seen(j, change_keys, COUNT_OF(change_keys),
				    r->change_seen);
	return err ?: ledger_add(r->ledger, c->name, c->before, c->ours);
}

static int read_version(struct json *j)
{
	int64_t version;

	return json_number(j, &version, FORMAT, FORMAT);
}

static int read_ifindex(struct json *j, struct ledger *l)
{
	int64_t number;
	int err = json_number(j, &number, 1, INT32_MAX);

	if (!err)
		l->ifindex = (int)number;
	return err;
}

static int read_keep(struct json *j, struct ledger *l)
{
	int64_t number;
	int err = json_number(j, &number, 0, 1);

	if (!err)
		l->keep = number;
	return err;
}

static int read_boot(struct json *j, struct ledger *l)
{
	char boot[BOOT_SIZE], now[BOOT_SIZE];
	int err = json_text(j, boot, sizeof(boot));

	boot_id(now);
	if (!err)
		l->current = !strcmp(boot, now);
	return err;
}

static int read_member(struct json *j, const char *key, void *arg)
{
	struct reading *r = arg;
	char ifname[IF_NAMESIZE];

	switch (json_key(j, key, keys, COUNT_OF(keys), &r->seen)) {
	case 0:
		return read_version(j);
	case 1:
		return json_text(j, ifname, sizeof(ifname));
	case 2:
		return read_ifindex(j, r->ledger);
	case 3:
		return read_boot(j, r->ledger);
	case 4:
		return read_keep(j, r->ledger);
	case 5:
		return json_array(j, read_change, r);
	default:
		return -EINVAL;
	}
}

static int read_text(struct ledger *l, const char *path, const char *text)
{
	struct json j = { .at = text, .line = 1, .what = path };
	struct reading r = { .ledger = l };
	int err;

	err = json_object(&j, read_member, &r);
	if (!err)
		err = json_end(&j);
	return err ?: json_all_seen(&j, keys, COUNT_OF(keys), r.seen);
}

int ledger_load(struct ledger *l)
{
	char path[112], *text = NULL;
	int n, err;

	file_of(l, ".json", path);
	err = sys_alloc((void **)&text, 1, FILE_MOST + 2);
	if (err)
		return fail(err, "%s: no memory to read %s", l->ifname, path);
	n = file_read(text, FILE_MOST + 2, path);
	if (n == -ENOENT)
		err = fail(n, "%s: nothing is on record to be put back",
			   l->ifname);
	else if (n < 0)
		err = fail(n, "%s: %s: %s", l->ifname, path, err_text(n));
	else
		err = read_text(l, path, text);
	free(text);
	return err;
}
