// SPDX-License-Identifier: BSD-2-Clause
/* plan_text.c: plans as tables, as differences, and as JSON */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <xskpkt/plan.h>

#include "json.h"
#include "log.h"
#include "plan.h"

/* Enough for every queue that the kernel can count. */
#define FILE_MOST (16u << 20)
/* Changes when an older library could misread it. */
#define FORMAT 1

static int written(FILE *out, const char *ifname)
{
	int err;

	if (!fflush(out) && !ferror(out))
		return 0;
	err = errno ? -errno : -EIO;
	return fail(err, "%s: plan: cannot be written (%s)", ifname,
		    err_text(err));
}

/* A number, or a dash for -1. */
static const char *number(char ret[12], int32_t value)
{
	snprintf(ret, 12, value < 0 ? "-" : "%d", value);
	return ret;
}

int xskpkt_plan_print(const struct xskpkt_plan *plan, FILE *out)
{
	char irq[12], node[12];

	errno = 0;
	fprintf(out, "queue  run       irq cpu  worker cpu  frames on node\n");
	for (unsigned i = 0; i < plan->count; i++) {
		const struct plan_row *r = &plan->rows[i];

		fprintf(out, "%5u  %-8s  %7s  %10d  %14s\n", r->queue,
			run_name(r->run), number(irq, r->irq_cpu),
			r->worker_cpu, number(node, r->node));
	}
	for (unsigned i = 0; i < plan->note_count; i++)
		fprintf(out, "note: %s\n", plan->notes[i]);
	return written(out, plan->ifname);
}

static void tell_row(const struct plan_row *row, FILE *out)
{
	char irq[12], node[12];

	if (!row)
		fprintf(out, "not planned");
	else
		fprintf(out, "%s irq %s worker %d node %s", run_name(row->run),
			number(irq, row->irq_cpu), row->worker_cpu,
			number(node, row->node));
}

static bool same_row(const struct plan_row *a, const struct plan_row *b)
{
	return a && b && !memcmp(a, b, sizeof(*a));
}

/* The row at *i, if it is @queue's; then go past it. */
static const struct plan_row *next_row(const struct xskpkt_plan *plan,
				       unsigned *i, uint32_t queue)
{
	if (*i < plan->count && plan->rows[*i].queue == queue)
		return &plan->rows[(*i)++];
	return NULL;
}

static uint32_t queue_at(const struct xskpkt_plan *plan, unsigned i)
{
	return i < plan->count ? plan->rows[i].queue : UINT32_MAX;
}

unsigned xskpkt_plan_compare(const struct xskpkt_plan *a,
			     const struct xskpkt_plan *b, FILE *out)
{
	unsigned i = 0, k = 0, differ = 0;

	while (i < a->count || k < b->count) {
		uint32_t queue = min_u32(queue_at(a, i), queue_at(b, k));
		const struct plan_row *x = next_row(a, &i, queue);
		const struct plan_row *y = next_row(b, &k, queue);

		if (same_row(x, y))
			continue;
		differ++;
		if (!out)
			continue;
		fprintf(out, "queue %u: ", queue);
		tell_row(x, out);
		fprintf(out, " -> ");
		tell_row(y, out);
		fprintf(out, "\n");
	}
	return differ;
}

/* As JSON */

static const char *const plan_keys[] = { "version", "interface", "rows" };
static const char *const row_keys[] = { "queue", "run", "irq_cpu", "worker_cpu",
					"node" };

int xskpkt_plan_save(const struct xskpkt_plan *plan, FILE *out)
{
	errno = 0;
	fprintf(out, "{\n  \"version\": %d,\n  \"interface\": ", FORMAT);
	json_put_text(out, plan->ifname);
	fprintf(out, ",\n  \"rows\": [");
	for (unsigned i = 0; i < plan->count; i++) {
		const struct plan_row *r = &plan->rows[i];

		fprintf(out,
			"%s\n    {\"queue\": %u, \"run\": \"%s\", "
			"\"irq_cpu\": %d, \"worker_cpu\": %d, \"node\": %d}",
			i ? "," : "", r->queue, run_name(r->run), r->irq_cpu,
			r->worker_cpu, r->node);
	}
	fprintf(out, "\n  ]\n}\n");
	return written(out, plan->ifname);
}

/* One file being read. */
struct reading {
	char ifname[IF_NAMESIZE];
	struct plan_row *rows;
	unsigned count, room;
	uint32_t seen; /* of plan_keys */
};

struct row_reading {
	struct plan_row row;
	uint32_t seen; /* of row_keys */
};

static int read_run(struct json *j, uint32_t *ret)
{
	char name[16];
	int err;

	err = json_text(j, name, sizeof(name));
	if (err)
		return err;
	for (uint32_t run = XSKPKT_RUN_TWO_CORE; run_name(run); run++) {
		if (strcmp(name, run_name(run)))
			continue;
		*ret = run;
		return 0;
	}
	return json_refuse(j, "run \"%s\": give two-core, one-core or shared",
			   name);
}

static int read_int(struct json *j, int32_t *ret, int64_t least)
{
	int64_t value;
	int err;

	err = json_number(j, &value, least, INT32_MAX);
	if (!err)
		*ret = (int32_t)value;
	return err;
}

static int read_queue(struct json *j, uint32_t *ret)
{
	int64_t value;
	int err;

	err = json_number(j, &value, 0, PLAN_ROWS_MAX - 1);
	if (!err)
		*ret = (uint32_t)value;
	return err;
}

static int read_member(struct json *j, const char *key, void *arg)
{
	struct row_reading *r = arg;

	switch (json_key(j, key, row_keys, COUNT_OF(row_keys), &r->seen)) {
	case 0:
		return read_queue(j, &r->row.queue);
	case 1:
		return read_run(j, &r->row.run);
	case 2:
		return read_int(j, &r->row.irq_cpu, -1);
	case 3:
		return read_int(j, &r->row.worker_cpu, 0);
	case 4:
		return read_int(j, &r->row.node, -1);
	default:
		return -EINVAL;
	}
}

static int keep_row(struct reading *r, const struct plan_row *row)
{
	unsigned room = r->room ? 2 * r->room : 16;
	struct plan_row *rows;

	if (r->count == r->room) {
		rows = reallocarray(r->rows, room, sizeof(*rows));
		if (!rows)
			return fail(-ENOMEM, "plan: no memory for %u rows",
				    room);
		r->rows = rows;
		r->room = room;
	}
	r->rows[r->count++] = *row;
	return 0;
}

static int read_row(struct json *j, void *arg)
{
	struct row_reading row = { 0 };
	struct reading *r = arg;
	int err;

	err = json_object(j, read_member, &row);
	if (!err)
		err = json_all_seen(j, row_keys, COUNT_OF(row_keys), row.seen);
	/* So each is there once, and what is refused has its line. */
	if (!err && r->count && row.row.queue <= r->rows[r->count - 1].queue)
		err = json_refuse(j,
				  "queue %u follows queue %u: give each once, "
				  "in rising order",
				  row.row.queue, r->rows[r->count - 1].queue);
	if (!err)
		err = plan_check_row(&row.row);
	return err ?: keep_row(r, &row.row);
}

static int read_version(struct json *j)
{
	int64_t version;
	int err;

	err = json_number(j, &version, 0, INT32_MAX);
	if (!err && version != FORMAT)
		err = json_refuse(j,
				  "version %" PRId64 ": this library (%s) "
				  "knows %d",
				  version, VERSION, FORMAT);
	return err;
}

static int read_plan(struct json *j, const char *key, void *arg)
{
	struct reading *r = arg;

	switch (json_key(j, key, plan_keys, COUNT_OF(plan_keys), &r->seen)) {
	case 0:
		return read_version(j);
	case 1:
		return json_text(j, r->ifname, sizeof(r->ifname));
	case 2:
		return json_array(j, read_row, r);
	default:
		return -EINVAL;
	}
}

static int read_text(struct reading *r, const char *text)
{
	struct json j = { .at = text, .line = 1, .what = "plan" };
	int err;

	err = json_object(&j, read_plan, r);
	if (!err)
		err = json_end(&j);
	if (!err)
		err = json_all_seen(&j, plan_keys, COUNT_OF(plan_keys),
				    r->seen);
	if (!err && !*r->ifname)
		err = fail(-EINVAL, "plan: interface \"\": give its name");
	return err;
}

int xskpkt_plan_load(struct xskpkt_plan **ret, FILE *in)
{
	struct reading r = { 0 };
	struct xskpkt_plan *plan;
	char *text;
	int err;

	if (!ret || !in)
		return fail(-EINVAL, "xskpkt_plan_load: %s is NULL",
			    ret ? "in" : "ret");
	err = json_load(&text, in, FILE_MOST, "plan");
	if (err)
		return err;
	err = read_text(&r, text);
	if (!err)
		err = plan_alloc(&plan, r.ifname, r.count);
	if (!err) {
		memcpy(plan->rows, r.rows, r.count * sizeof(*r.rows));
		*ret = plan;
	}
	free(r.rows);
	free(text);
	return err;
}
