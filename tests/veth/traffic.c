// SPDX-License-Identifier: BSD-2-Clause
/* traffic.c: wires between two ports, and flows of numbered packets */
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "netdev.h"
#include "port.h"
#include "traffic.h"

#define BURST 64
/* Packets under way at once: a veth queue holds 256. */
#define WINDOW 128
#define PACKET_MAX 66000

int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Packets */

struct header {
	uint8_t to[6], from[6];
	uint16_t type; /* 0x88b5: for experiments */
	uint16_t zero;
	char magic[4];
	uint32_t flow, number, len;
};

void packet_make(uint8_t *buf, uint32_t len, uint32_t id, uint32_t seq)
{
	struct header h = { .to = { 2, 0, 0, 0, 0, 1 },
			    .from = { 2, 0, 0, 0, 0, 2 },
			    .type = __builtin_bswap16(0x88b5),
			    .magic = "xpkt",
			    .flow = id,
			    .number = seq,
			    .len = len };
	uint32_t seed = (seq * 2654435761u) ^ (id << 16);

	for (uint32_t i = 0; i < len; i++)
		buf[i] = (uint8_t)((seed + i * 40503u) >> 8);
	memcpy(buf, &h, len < sizeof(h) ? len : sizeof(h));
}

static uint32_t length_of(uint32_t len, uint32_t seq)
{
	return len != MIXED ? len : 64 + seq * 97 % (1518 - 64 + 1);
}

/* One packet into fresh frames. Returns its entries; 0: it needs more. */
static unsigned build(const struct flow *f, uint32_t seq,
		      struct xskpkt_queue *q, struct xskpkt_pkt *pkts,
		      unsigned max, uint32_t len)
{
	static _Thread_local uint8_t bytes[PACKET_MAX];
	uint32_t piece = f->piece ? f->piece : pool_room(q->port->pool);
	unsigned n = (len + piece - 1) / piece;
	unsigned got;

	if (n > max)
		return 0;
	got = xskpkt_queue_alloc(q, pkts, n);
	if (got < n) {
		xskpkt_queue_drop(q, pkts, got);
		return 0;
	}
	packet_make(bytes, len, f->id, seq);
	for (unsigned i = 0; i < n; i++) {
		uint32_t at = i * piece;

		pkts[i].len = len - at < piece ? len - at : piece;
		pkts[i].flags = i + 1 < n ? XSKPKT_PKT_MORE : 0;
		memcpy(pkts[i].data, bytes + at, pkts[i].len);
	}
	return n;
}

static unsigned count_packets(const struct xskpkt_pkt *pkts, unsigned n)
{
	unsigned count = 0;

	for (unsigned i = 0; i < n; i++)
		count += !(pkts[i].flags & XSKPKT_PKT_MORE);
	return count;
}

unsigned flow_send(struct flow *f, struct xskpkt_queue *q, unsigned n,
		   uint32_t len)
{
	struct xskpkt_pkt pkts[BURST];
	unsigned entries = 0, more, taken;

	for (unsigned i = 0; i < n; i++) {
		uint32_t seq = f->sent + i;

		more = build(f, seq, q, pkts + entries, BURST - entries,
			     length_of(len, seq));
		if (!more)
			break;
		entries += more;
	}
	taken = xskpkt_queue_tx(q, pkts, entries);
	xskpkt_queue_drop(q, pkts + taken, entries - taken);
	if (taken && pkts[taken - 1].flags & XSKPKT_PKT_MORE)
		FAIL("tx cut a packet");
	f->sent += count_packets(pkts, taken);
	return count_packets(pkts, taken);
}

uint32_t packet_check(const struct xskpkt_pkt *pkts, unsigned n, uint32_t *id)
{
	static _Thread_local uint8_t got[PACKET_MAX], want[PACKET_MAX];
	uint64_t len = xskpkt_pkt_bytes(pkts, n);
	struct header h;

	if (len > PACKET_MAX || len < sizeof(h))
		FAIL("a packet of %llu bytes", (unsigned long long)len);
	CHECK_EQ(xskpkt_pkt_copy(got, sizeof(got), pkts, n, 0), len);
	memcpy(&h, got, sizeof(h));
	if (memcmp(h.magic, "xpkt", 4))
		FAIL("a stranger's packet of %llu bytes, type 0x%04x",
		     (unsigned long long)len, __builtin_bswap16(h.type));
	CHECK_EQ(h.len, len);
	packet_make(want, (uint32_t)len, h.flow, h.number);
	if (memcmp(got, want, len))
		FAIL("packet %u of flow %u arrived changed", h.number, h.flow);
	*id = h.flow;
	return h.number;
}

/* The first packet of @pkts, and its place in the flow. */
static void check_packet(struct flow *f, const struct xskpkt_pkt *pkts,
			 unsigned n)
{
	uint32_t id, number = packet_check(pkts, n, &id);

	CHECK_EQ(id, f->id);
	if (number < f->seen || (!f->lossy && number != f->seen))
		FAIL("packet %u of flow %u came where %u was due", number, id,
		     f->seen);
	f->lost += number - f->seen;
	f->seen = number + 1;
}

unsigned flow_check(struct flow *f, const struct xskpkt_pkt *pkts, unsigned n)
{
	for (unsigned i = 0; i < n; i += xskpkt_pkt_entries(pkts + i, n - i)) {
		unsigned last = i + xskpkt_pkt_entries(pkts + i, n - i) - 1;

		CHECK_EQ(pkts[last].flags & XSKPKT_PKT_MORE, 0);
		check_packet(f, pkts + i, n - i);
	}
	return count_packets(pkts, n);
}

unsigned flow_receive(struct flow *f, struct xskpkt_queue *q)
{
	struct xskpkt_pkt pkts[BURST];
	unsigned n = xskpkt_queue_rx(q, pkts, BURST);
	unsigned count = flow_check(f, pkts, n);

	xskpkt_queue_drop(q, pkts, n);
	return count;
}

void flow_await(struct flow *f, struct xskpkt_queue *q)
{
	int64_t limit = now_ms() + 10000;

	while (f->seen < f->sent) {
		if (flow_receive(f, q))
			limit = now_ms() + 10000;
		else if (now_ms() > limit)
			FAIL("flow %u: %u packets were sent, %u came, then "
			     "none for 10 s",
			     f->id, f->sent, f->seen);
		else
			sched_yield();
	}
}

void flow_carry(struct flow *f, struct xskpkt_queue *from,
		struct xskpkt_queue *to, unsigned n, uint32_t len)
{
	uint32_t end = f->sent + n;
	int64_t limit = now_ms() + 10000;
	unsigned moved;

	while (f->sent < end) {
		unsigned window = WINDOW - (f->sent - f->seen);
		unsigned part = end - f->sent < window ? end - f->sent : window;

		moved = flow_send(f, from, part < BURST ? part : BURST, len);
		moved += flow_receive(f, to);
		if (moved)
			limit = now_ms() + 10000;
		else if (now_ms() > limit)
			FAIL("flow %u: nothing moves after %u of %u packets",
			     f->id, f->seen, f->sent);
	}
	flow_await(f, to);
}

unsigned arrival(const struct xskpkt_queue *from)
{
	uint32_t id = xskpkt_queue_id(from);

	/* The kernel notes in one place which queue a packet was sent on, and
	 * one more than the queue it was received on; veth leaves it alone. */
	if (xskpkt_queue_mode(from) == XSKPKT_MODE_GENERIC && id)
		return id - 1;
	return id;
}

void carry_all(struct xskpkt_port *from, struct xskpkt_port *to, unsigned n,
	       uint32_t len)
{
	for (unsigned i = 0; i < xskpkt_port_queues(from); i++) {
		struct xskpkt_queue *q = xskpkt_port_queue(from, i);
		struct flow f = { .id = 100 + i };

		flow_carry(&f, q, xskpkt_port_queue(to, arrival(q)), n, len);
	}
}

/* Books and traces */

struct xskpkt_pool_books check_books(struct xskpkt_pool *pool,
				     uint32_t received)
{
	struct xskpkt_pool_books b = { .size = sizeof(b) };

	CHECK_OK(xskpkt_pool_audit(pool, &b));
	CHECK_EQ(b.free + b.filled + b.received + b.sending, b.all);
	CHECK_EQ(b.received, received);
	return b;
}

void check_left_alone(const char *ifname, unsigned queues)
{
	int ifindex = (int)if_nametoindex(ifname);

	/* It may have been deleted, or live elsewhere by now. */
	if (!ifindex)
		return;
	CHECK_EQ(testnet_program_on(ifname), 0);
	for (uint32_t q = 0; q < queues; q++)
		UNTIL(netdev_queue_taken(ifindex, q) <= 0);
}

struct xskpkt_stats stats_of(struct xskpkt_queue *q)
{
	struct xskpkt_stats s = { .size = sizeof(s) };

	CHECK_OK(xskpkt_queue_stats(q, &s));
	return s;
}

struct xskpkt_stats port_stats_of(struct xskpkt_port *port)
{
	struct xskpkt_stats s = { .size = sizeof(s) };

	CHECK_OK(xskpkt_port_stats(port, &s));
	return s;
}

static int explain(struct xskpkt_port *port, char **text)
{
	size_t size;
	FILE *out = open_memstream(text, &size);
	int losses = xskpkt_port_explain(port, out);

	fclose(out);
	return losses;
}

void check_explains(struct xskpkt_port *port, const char *words)
{
	char *text;

	CHECK(explain(port, &text) > 0);
	CHECK_STR_HAS(text, words);
	free(text);
}

void check_explains_nothing(struct xskpkt_port *port)
{
	char *text;
	int losses = explain(port, &text);

	if (losses)
		FAIL("%d losses: %s", losses, text);
	free(text);
}

/* Wires */

void wire_make(struct wire *w, unsigned queues,
	       const struct xskpkt_pool_opts *pool)
{
	*w = (struct wire){ 0 };
	testnet_veth(&w->t, queues);
	CHECK_OK(xskpkt_pool_create(&w->pool, pool));
}

void wire_open(struct wire *w, unsigned queues,
	       const struct xskpkt_pool_opts *pool,
	       const struct xskpkt_port_opts *port)
{
	wire_make(w, queues, pool);
	port = port ? port : SMALL();
	CHECK_OK(xskpkt_port_open(&w->a, w->t.a, w->pool, port));
	CHECK_OK(xskpkt_port_open(&w->b, w->t.b, w->pool, port));
	CHECK_EQ(xskpkt_port_queues(w->a), xskpkt_port_queues(w->b));
}

void wire_close(struct wire *w)
{
	struct xskpkt_pool_books b = check_books(w->pool, 0);

	CHECK_EQ(b.bad_receives, 0);
	xskpkt_port_close(w->a);
	xskpkt_port_close(w->b);
	b = check_books(w->pool, 0);
	CHECK_EQ(b.free, b.all);
	xskpkt_pool_destroy(w->pool);
	check_left_alone(w->t.a, w->t.queues);
	check_left_alone(w->t.b, w->t.queues);
}

struct xskpkt_queue *wire_a(const struct wire *w, unsigned i)
{
	return xskpkt_port_queue(w->a, i);
}

struct xskpkt_queue *wire_b(const struct wire *w, unsigned i)
{
	return xskpkt_port_queue(w->b, i);
}

/* Processes */

int child_start(void (*fn)(void *arg), void *arg)
{
	int pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0)
		FAIL("fork: %s", strerror(errno));
	if (pid)
		return pid;
	fn(arg);
	fflush(NULL);
	_exit(0);
}

void child_join(int pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status))
		FAIL("a child ended with status 0x%x", status);
}

void child_run(void (*fn)(void *arg), void *arg)
{
	child_join(child_start(fn, arg));
}
