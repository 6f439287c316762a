/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spool.h: bytes from one thread to another, without a lock.
 *
 * The memory is mapped twice, one mapping behind the other, so that what wraps
 * around the end still lies in one piece for both sides:
 *
 *	|      ready      room    |      ready      room    |
 *	 '- memory ---------------  '- the same memory -----
 *
 * One thread fills: spool_room(), spool_add() ..., spool_publish().
 * One thread empties: spool_ready(), spool_done().
 */
#ifndef PKTGEN_SPOOL_H
#define PKTGEN_SPOOL_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct spool {
	uint8_t *memory;
	size_t size; /* a power of two */

	/* Who fills. Indices run freely and are masked on use. */
	_Alignas(64) uint64_t next;
	uint64_t emptied; /* as last loaded */
	_Atomic uint64_t filled_to;

	/* Who empties. */
	_Alignas(64) _Atomic uint64_t emptied_to;
};

/* @size: bytes, rounded up to a power of two. 0 or -errno. */
int spool_create(struct spool *s, size_t size);

/* What is zero or was not created is left alone. */
void spool_destroy(struct spool *s);

/* Where @bytes can be written, or NULL: it is full. */
static inline void *spool_room(struct spool *s, size_t bytes)
{
	if (s->next + bytes - s->emptied > s->size) {
		/* Pairs with spool_done(): we write after its last read. */
		s->emptied = atomic_load_explicit(&s->emptied_to,
						  memory_order_acquire);
		if (s->next + bytes - s->emptied > s->size)
			return NULL;
	}
	return s->memory + (s->next & (s->size - 1));
}

/* They are written. */
static inline void spool_add(struct spool *s, size_t bytes)
{
	s->next += bytes;
}

/* The other side may have all that was added. */
static inline void spool_publish(struct spool *s)
{
	/* Pairs with spool_ready(): it reads after our last write. */
	atomic_store_explicit(&s->filled_to, s->next, memory_order_release);
}

/* How many bytes there are, from *from on. */
static inline size_t spool_ready(struct spool *s, const void **from)
{
	uint64_t at =
		atomic_load_explicit(&s->emptied_to, memory_order_relaxed);

	*from = s->memory + (at & (s->size - 1));
	return atomic_load_explicit(&s->filled_to, memory_order_acquire) - at;
}

/* So many bytes are read, and may be written over. */
static inline void spool_done(struct spool *s, size_t bytes)
{
	uint64_t at =
		atomic_load_explicit(&s->emptied_to, memory_order_relaxed);

	atomic_store_explicit(&s->emptied_to, at + bytes, memory_order_release);
}

#endif
