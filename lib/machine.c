// SPDX-License-Identifier: BSD-2-Clause
/* machine.c: the CPUs that may be used, from hwloc and from the kernel */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hwloc.h>

#include "compiler.h"
#include "file.h"
#include "log.h"
#include "machine.h"
#include "sys.h"

#define CGROUP_ROOT "/sys/fs/cgroup"

/* hwloc's objects have numbers of their own, unlike each other. */
static uint32_t number_of(hwloc_topology_t t, hwloc_obj_t pu,
			  hwloc_obj_type_t type)
{
	hwloc_obj_t obj = hwloc_get_ancestor_obj_by_type(t, type, pu);

	return obj ? (uint32_t)obj->gp_index : UINT32_MAX;
}

static uint32_t cache_of(hwloc_topology_t t, hwloc_obj_t pu, bool l3)
{
	return number_of(t, pu, l3 ? HWLOC_OBJ_L3CACHE : HWLOC_OBJ_PACKAGE);
}

static uint32_t core_of(hwloc_topology_t t, hwloc_obj_t pu)
{
	uint32_t core = number_of(t, pu, HWLOC_OBJ_CORE);

	return core != UINT32_MAX ? core : (uint32_t)pu->gp_index;
}

static int read_cpus(struct machine *m, hwloc_topology_t t,
		     hwloc_const_bitmap_t usable, hwloc_const_bitmap_t isolated)
{
	int count = hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_PU);
	hwloc_obj_t pu = NULL;
	int err;

	err = sys_alloc((void **)&m->cpus, (size_t)count, sizeof(*m->cpus));
	if (err)
		return err;
	m->l3 = hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_L3CACHE) > 0;
	while ((pu = hwloc_get_next_obj_by_type(t, HWLOC_OBJ_PU, pu))) {
		if (!hwloc_bitmap_isset(usable, pu->os_index))
			continue;
		m->cpus[m->cpu_count++] = (struct cpu){
			.id = pu->os_index,
			.core = core_of(t, pu),
			.cache = cache_of(t, pu, m->l3),
			.node = hwloc_bitmap_first(pu->nodeset),
			.isolated = hwloc_bitmap_isset(isolated, pu->os_index),
		};
	}
	return 0;
}

static int read_nodes(struct machine *m, hwloc_topology_t t)
{
	int count = hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_NUMANODE);
	hwloc_obj_t node = NULL;
	int err;

	err = sys_alloc((void **)&m->nodes, (size_t)count, sizeof(*m->nodes));
	if (err)
		return err;
	while ((node = hwloc_get_next_obj_by_type(t, HWLOC_OBJ_NUMANODE, node)))
		m->nodes[m->node_count++] = (struct node){
			.id = (int32_t)node->os_index,
			.memory = node->attr->numanode.local_memory > 0,
		};
	return 0;
}

static void guess_distances(struct machine *m)
{
	unsigned n = m->node_count;

	for (unsigned i = 0; i < n * n; i++)
		m->distances[i] = i / n == i % n ? DISTANCE_LOCAL
						 : DISTANCE_REMOTE;
}

static void note_distances(struct machine *m, struct hwloc_distances_s *d)
{
	if (d->nbobjs != m->node_count)
		return;
	for (unsigned i = 0; i < d->nbobjs * d->nbobjs; i++)
		m->distances[i] = (uint32_t)d->values[i];
}

static int read_distances(struct machine *m, hwloc_topology_t t)
{
	struct hwloc_distances_s *d;
	unsigned count = 1;
	int err;

	err = sys_alloc((void **)&m->distances, m->node_count,
			m->node_count * sizeof(*m->distances));
	if (err)
		return err;
	guess_distances(m);
	if (!hwloc_distances_get_by_type(t, HWLOC_OBJ_NUMANODE, &count, &d,
					 HWLOC_DISTANCES_KIND_MEANS_LATENCY,
					 0) &&
	    count) {
		note_distances(m, d);
		hwloc_distances_release(t, d);
	}
	return 0;
}

static int from_topology(struct machine *ret, hwloc_topology_t t,
			 hwloc_const_bitmap_t usable,
			 hwloc_const_bitmap_t isolated)
{
	struct machine m = { 0 };
	int err;

	err = read_cpus(&m, t, usable, isolated);
	if (!err)
		err = read_nodes(&m, t);
	if (!err)
		err = read_distances(&m, t);
	if (err) {
		machine_free(&m);
		return fail(err, "the machine's topology: %s", err_text(err));
	}
	if (!m.cpu_count) {
		machine_free(&m);
		return fail(-EINVAL, "there is no CPU that this process may "
				     "use: see taskset -cp $$");
	}
	*ret = m;
	return 0;
}

static int sets_create(hwloc_bitmap_t *usable, hwloc_bitmap_t *isolated)
{
	*usable = hwloc_bitmap_alloc_full();
	*isolated = hwloc_bitmap_alloc();
	if (*usable && *isolated)
		return 0;
	return fail(-ENOMEM, "the machine's topology: no memory");
}

int machine_of(struct machine *ret, hwloc_topology_t topology,
	       const char *usable, const char *isolated)
{
	hwloc_bitmap_t can, alone;
	int err;

	err = sets_create(&can, &alone);
	if (!err && usable)
		hwloc_bitmap_list_sscanf(can, usable);
	if (!err && isolated)
		hwloc_bitmap_list_sscanf(alone, isolated);
	if (!err)
		err = from_topology(ret, topology, can, alone);
	hwloc_bitmap_free(can);
	hwloc_bitmap_free(alone);
	return err;
}

/* "150000 100000": time and period; whole CPUs, at least one. "max": 0. */
static uint32_t quota_at(const char *group)
{
	char path[PATH_MAX + 32], line[64];
	unsigned long time, period;

	snprintf(path, sizeof(path), CGROUP_ROOT "%s/cpu.max", group);
	if (file_line(line, sizeof(line), path) ||
	    sscanf(line, "%lu %lu", &time, &period) != 2 || !period)
		return 0;
	return time < period ? 1 : (uint32_t)(time / period);
}

/* The tightest of the groups that this process is in, outermost included. */
static uint32_t read_quota(void)
{
	char text[PATH_MAX], *group, *slash;
	uint32_t quota = 0;

	if (file_read(text, sizeof(text), "/proc/self/cgroup") < 0)
		return 0;
	group = strstr(text, "0::/"); /* the last line, of version 2 */
	if (!group || (group != text && group[-1] != '\n'))
		return 0;
	group += strlen("0::");
	group[strcspn(group, "\n")] = '\0';
	while ((slash = strrchr(group, '/'))) {
		uint32_t here = quota_at(group);

		if (here && (!quota || here < quota))
			quota = here;
		*slash = '\0';
	}
	return quota;
}

/* Threads inherit the affinity of who starts them. */
static int read_limits(hwloc_bitmap_t usable, hwloc_bitmap_t isolated,
		       hwloc_topology_t t)
{
	char list[1024];

	if (hwloc_get_cpubind(t, usable, HWLOC_CPUBIND_THREAD))
		return fail(-errno, "which CPUs may be used: %s",
			    err_text(-errno));
	if (!file_line(list, sizeof(list), "/sys/devices/system/cpu/isolated"))
		hwloc_bitmap_list_sscanf(isolated, list);
	return 0;
}

static int read_here(struct machine *ret, hwloc_topology_t t)
{
	hwloc_bitmap_t usable, isolated;
	int err;

	err = sets_create(&usable, &isolated);
	/* HWLOC_XMLFILE and HWLOC_SYNTHETIC: what would be on another one? */
	if (!err && hwloc_topology_is_thissystem(t))
		err = read_limits(usable, isolated, t);
	if (!err)
		err = from_topology(ret, t, usable, isolated);
	if (!err && hwloc_topology_is_thissystem(t))
		ret->quota = read_quota();
	hwloc_bitmap_free(usable);
	hwloc_bitmap_free(isolated);
	return err;
}

int machine_read(struct machine *ret)
{
	hwloc_topology_t t;
	int err;

	if (hwloc_topology_init(&t))
		return fail(-ENOMEM, "the machine's topology: no memory");
	if (hwloc_topology_load(t))
		err = fail(-EIO, "the machine's topology: hwloc cannot load "
				 "it: does lstopo work?");
	else
		err = read_here(ret, t);
	hwloc_topology_destroy(t);
	return err;
}

void machine_free(struct machine *m)
{
	free(m->cpus);
	free(m->nodes);
	free(m->distances);
	*m = (struct machine){ 0 };
}

static int node_index(const struct machine *m, int32_t id)
{
	for (unsigned i = 0; i < m->node_count; i++)
		if (m->nodes[i].id == id)
			return (int)i;
	return -1;
}

uint32_t machine_distance(const struct machine *m, int32_t from, int32_t to)
{
	int a = node_index(m, from), b = node_index(m, to);

	if (a < 0 || b < 0)
		return DISTANCE_REMOTE;
	return m->distances[(unsigned)a * m->node_count + (unsigned)b];
}

bool machine_has_memory(const struct machine *m, int32_t node)
{
	int i = node_index(m, node);

	return i >= 0 && m->nodes[i].memory;
}

const struct cpu *machine_cpu(const struct machine *m, uint32_t id)
{
	for (unsigned i = 0; i < m->cpu_count; i++)
		if (m->cpus[i].id == id)
			return &m->cpus[i];
	return NULL;
}

void machine_cpu_list(const struct machine *m, char *ret, size_t size)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();

	*ret = '\0';
	for (unsigned i = 0; set && i < m->cpu_count; i++)
		hwloc_bitmap_set(set, m->cpus[i].id);
	if (set)
		hwloc_bitmap_list_snprintf(ret, size, set);
	hwloc_bitmap_free(set);
}
