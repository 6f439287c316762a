// SPDX-License-Identifier: BSD-2-Clause
/* bench_json.c: a benchmark for programs: an object per trial, and a last */
#include "bench_view.h"
#include "forms.h"

/* What there is to say of a trial; a rate of null: as fast as it goes. */
static void set_trial(json_t *object, const struct trial_result *r)
{
	json_set_rate(object, "offered_pps", r->pps);
	json_set_rate(object, "seconds", r->seconds);
	json_set_count(object, "sent", r->sent);
	json_set_count(object, "received", r->received);
	json_object_set_new(object, "loss", json_real(trial_loss(r)));
}

static void set_wish(json_t *object, const char *key, double pps)
{
	json_object_set_new(object, key,
			    pps > 0 ? json_real(pps) : json_null());
}

int write_json_trial(FILE *out, const struct bench_plan *plan,
		     const struct trial *t, enum bench_test test,
		     const struct trial_result *r)
{
	json_t *object = json_object();

	json_set_text(object, "type", "trial");
	json_set_text(object, "command", "bench");
	json_set_text(object, "test", bench_test_names[__builtin_ctz(test)]);
	json_set_text(object, "size", plan->sizes[t->size].name);
	set_wish(object, "wanted_pps", t->pps);
	json_object_set_new(object, "burst", json_boolean(t->packets));
	set_trial(object, r);
	json_object_set_new(object, "behind",
			    json_boolean(trial_is_behind(t, r)));
	return json_write(object, out);
}

/* The summary */

static const char *limit_name(enum limit limit)
{
	return limit == LIMIT_GENERATOR ? "generator" : "device";
}

static json_t *throughput_json(const struct bench_size *size,
			       const struct bench_result *r)
{
	json_t *object = json_object();

	if (!(r->done & BENCH_THROUGHPUT)) {
		json_decref(object);
		return json_null();
	}
	json_set_rate(object, "pps", r->throughput.pps);
	json_set_rate(object, "bps", bench_bits(size, r->throughput.pps));
	json_set_text(object, "limit", limit_name(r->throughput.limit));
	return object;
}

static json_t *burst_json(const struct bench_result *r)
{
	json_t *object = json_object();

	if (!(r->done & BENCH_BURST)) {
		json_decref(object);
		return json_null();
	}
	json_set_count(object, "packets", r->burst.packets);
	json_set_text(object, "limit", limit_name(r->burst.limit));
	return object;
}

/* A trial at so many percent of the throughput, or of the most offered. */
static json_t *load_json(unsigned percent, double whole,
			 const struct trial_result *r)
{
	const struct trial t = { .pps = whole * percent / 100 };
	json_t *object = json_object();

	json_set_count(object, "load_percent", percent);
	set_trial(object, r);
	json_object_set_new(object, "behind",
			    json_boolean(trial_is_behind(&t, r)));
	return object;
}

static json_t *latency_json(const struct bench_result *r)
{
	json_t *loads = json_array();

	for (unsigned i = 0; i < r->latencies; i++) {
		json_t *load = load_json(bench_loads[i], r->throughput.pps,
					 &r->latency[i]);

		form_set_latency(load, "latency", &r->histograms[i]);
		json_array_append_new(loads, load);
	}
	return loads;
}

static json_t *loss_json(const struct bench_result *r)
{
	json_t *loads = json_array();

	for (unsigned i = 0; i < r->losses; i++)
		json_array_append_new(loads,
				      load_json(100 - 100 * i / BENCH_STEPS,
						r->top.pps, &r->loss[i]));
	return loads;
}

static json_t *missing_json(const struct bench_plan *plan,
			    const struct bench_result *r)
{
	json_t *object = json_object();

	for (unsigned i = 0; i < BENCH_TESTS; i++) {
		const char *why = bench_missing(plan, r, 1u << i);

		if (why)
			json_set_text(object, bench_test_names[i], why);
	}
	return object;
}

static json_t *size_json(const struct bench_plan *plan, unsigned i,
			 const struct bench_result *r)
{
	json_t *object = json_object(), *top = json_object();

	set_trial(top, &r->top);
	json_set_text(object, "size", plan->sizes[i].name);
	json_object_set_new(object, "bytes", json_real(plan->sizes[i].bytes));
	json_object_set_new(object, "top", r->tried ? top : json_null());
	if (!r->tried)
		json_decref(top);
	json_object_set_new(object, "throughput",
			    throughput_json(&plan->sizes[i], r));
	json_object_set_new(object, "latency", latency_json(r));
	json_object_set_new(object, "loss", loss_json(r));
	json_object_set_new(object, "burst", burst_json(r));
	json_object_set_new(object, "missing", missing_json(plan, r));
	return object;
}

static json_t *port_json(const struct bench_port *p)
{
	json_t *object = json_object();

	json_set_text(object, "name", p->name);
	json_set_text(object, "driver", p->driver);
	json_set_text(object, "mode", p->mode);
	json_set_count(object, "queues", p->queues);
	json_set_count(object, "mtu", p->mtu);
	return object;
}

static json_t *facts_json(const struct bench_facts *f)
{
	json_t *object = json_object();

	json_set_text(object, "host", f->host);
	json_set_text(object, "cpu", f->cpu);
	json_set_count(object, "cpus", f->cpus);
	json_set_text(object, "kernel", f->kernel);
	json_set_text(object, "version", f->version);
	json_set_text(object, "date", f->date);
	json_object_set_new(object, "load", json_real(f->load));
	json_object_set_new(object, "sender", port_json(&f->tx));
	json_object_set_new(object, "receiver", port_json(&f->rx));
	return object;
}

static json_t *plan_json(const struct bench_plan *plan)
{
	json_t *object = json_object();

	json_set_rate(object, "seconds", plan->seconds);
	json_object_set_new(object, "loss", json_real(plan->loss));
	json_object_set_new(object, "resolution", json_real(plan->resolution));
	json_set_count(object, "verify", plan->verify);
	return object;
}

int write_json_report(FILE *out, const struct bench_report *r,
		      const char *reason)
{
	json_t *object = json_object(), *sizes = json_array();

	for (unsigned i = 0; i < r->plan->size_count; i++)
		json_array_append_new(sizes,
				      size_json(r->plan, i, &r->results[i]));
	json_set_text(object, "type", "summary");
	json_set_text(object, "command", "bench");
	json_object_set_new(object, "complete", json_boolean(!r->stopped));
	json_set_text(object, "reason", reason);
	json_set_rate(object, "seconds", r->seconds);
	json_object_set_new(object, "plan", plan_json(r->plan));
	json_object_set_new(object, "machine", facts_json(r->facts));
	json_object_set_new(object, "sizes", sizes);
	return json_write(object, out);
}
