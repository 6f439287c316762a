// SPDX-License-Identifier: BSD-2-Clause
/*
 * fuzz_opts: structs of options with anything in them. What is refused has a
 * sentence and leaves the output alone; what is taken works.
 */
#include <xskpkt/xskpkt.h>

#include "fake_kernel.h"
#include "input.h"

/* No struct is larger: the library would not read it further. */
#define ROOM 4096

/* A struct of the caller's: its size as it should be, or else any. */
static void take_struct(struct input *in, void *ret, size_t right)
{
	size_t size = right;
	uint32_t kind = take_below(in, 8);

	if (kind == 0)
		size = (size_t)take_number(in, 8);
	else if (kind == 1)
		size = take_below(in, ROOM + 10);
	memset(ret, 0, ROOM);
	take_bytes(in, ret, right);
	if (kind == 2) /* something behind what this version knows */
		take_bytes(in, (char *)ret + right, 16);
	memcpy(ret, &size, sizeof(size));
}

static void check_refused(int err, const void *ret, const void *before)
{
	MUST(err < 0 && err > -4096);
	MUST(ret == before);
	MUST(*xskpkt_errmsg());
}

static void try_pool(struct input *in)
{
	_Alignas(8) char room[ROOM];
	struct xskpkt_pool_opts *opts = (void *)room;
	struct xskpkt_pool_books books = { .size = sizeof(books) };
	struct xskpkt_pool_info info = { .size = sizeof(info) };
	struct xskpkt_pool *pool = (void *)opts;
	int err;

	take_struct(in, room, sizeof(*opts));
	/* As much memory as this machine can spare. */
	if (opts->frames <= 1u << 31)
		opts->frames %= 1000;
	err = xskpkt_pool_create(&pool, opts);
	if (err) {
		check_refused(err, pool, opts);
		return;
	}
	MUST(!xskpkt_pool_info(pool, &info));
	MUST(!xskpkt_pool_audit(pool, &books));
	MUST(books.all == info.frames && books.free == info.frames);
	MUST(info.room && info.room < info.frame_size);
	if (info.frames)
		memset(info.base, 1, (size_t)info.frames * info.frame_size);
	xskpkt_pool_destroy(pool);
}

static const char *take_string(struct input *in)
{
	static const char *const strings[] = { NULL, "", "/no/such/path",
					       "a-name" };

	return strings[take_below(in, 4)];
}

/* An interface that is not there: all is checked, and nothing touched. */
static void try_port(struct input *in)
{
	_Alignas(8) char room[ROOM], program_room[ROOM];
	struct xskpkt_port_opts *opts = (void *)room;
	struct xskpkt_program *program = (void *)program_room;
	uint32_t queues[16];
	struct xskpkt_port *port = (void *)opts;
	struct xskpkt_pool *pool;
	char name[24] = "%";
	int err;

	take_struct(in, room, sizeof(*opts));
	take_struct(in, program_room, sizeof(*program));
	take_bytes(in, queues, sizeof(queues));
	take_bytes(in, name + 1, take_below(in, sizeof(name) - 1));
	program->object = take_string(in);
	program->name = take_string(in);
	program->map = take_string(in);
	program->prog_fd = program->prog_fd < 0 ? program->prog_fd : 900;
	program->map_fd = program->map_fd < 0 ? program->map_fd : 900;
	opts->queues = take_below(in, 2) ? queues : NULL;
	opts->queue_count = take_below(in, 3) ? take_below(in, 17) : 0;
	opts->netns = take_string(in);
	opts->netns_fd = (int)take_below(in, 3) - 1;
	opts->program = take_below(in, 2) ? program : NULL;

	MUST(!xskpkt_pool_create(&pool, NULL));
	err = xskpkt_port_open(&port, name, pool, opts);
	check_refused(err, port, opts);
	xskpkt_pool_destroy(pool);
}

static int serve(struct xskpkt_queue *q, void *arg)
{
	(void)q;
	return arg ? -1 : 0;
}

static void take_worker(struct input *in, struct xskpkt_worker *w,
			struct xskpkt_queue **queues)
{
	take_struct(in, w, sizeof(*w));
	w->queues = take_below(in, 9) ? queues : NULL;
	w->queue_count = take_below(in, 3) ? 1 : take_below(in, 258);
	w->flags %= 5;
	w->cpu = take_below(in, 3) ? 0 : w->cpu;
	w->reserved %= 2;
	w->serve = take_below(in, 9) ? serve : NULL;
	w->arg = take_below(in, 5) ? NULL : w;
}

/* An array of them: they lie as far apart as the first one says. */
static void try_workers(struct input *in)
{
	_Alignas(8) static char room[ROOM], array[3 * ROOM];
	struct fake_kernel *k = fake_kernel_start(
		&(struct fake_opts){ .queues = 4, .frames = 512 });
	struct xskpkt_queue *queues[260];
	unsigned n = 1 + take_below(in, 3);
	struct xskpkt_workers *all = (void *)room;
	size_t size = 0;
	int err;

	for (unsigned i = 0; i < 260; i++)
		queues[i] = take_below(in, 20) ? k->queues[(i + n) % 4] : NULL;
	for (unsigned i = 0; i < n; i++) {
		take_worker(in, (void *)room, queues + i);
		memcpy(array + i * size, room, ROOM);
		if (!i)
			memcpy(&size, room, sizeof(size));
		if (size > ROOM)
			break; /* the others are not looked at */
	}
	err = xskpkt_workers_start(&all, (void *)array, n);
	if (err)
		check_refused(err, all, room);
	else
		xskpkt_workers_free(all);
	fake_kernel_stop(k);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };

	switch (take_below(&in, 3)) {
	case 0:
		try_pool(&in);
		break;
	case 1:
		try_port(&in);
		break;
	default:
		try_workers(&in);
	}
	return 0;
}
