// SPDX-License-Identifier: BSD-2-Clause
/*
 * The CPUs that this process may use, here and on machines that are made up.
 *
 * Linked with --wrap: files of /proc and /sys say what a test wants them to.
 */
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include "machine.h"
#include "sys.h"
#include "unit.h"

static struct {
	const char *path, *text;
} files[4];

int __real_sys_open(const char *path, int flags);
int __wrap_sys_open(const char *path, int flags);

int __wrap_sys_open(const char *path, int flags)
{
	for (unsigned i = 0; i < COUNT_OF(files) && files[i].path; i++) {
		int fd;

		if (strcmp(path, files[i].path))
			continue;
		fd = sys_memfd("file", 0, 0);
		CHECK(fd >= 0);
		CHECK_EQ(write(fd, files[i].text, strlen(files[i].text)),
			 strlen(files[i].text));
		CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
		return fd;
	}
	return __real_sys_open(path, flags);
}

static void free_machine(void *m)
{
	machine_free(m);
}

static const struct machine *read_machine(void)
{
	static struct machine m;

	machine_free(&m);
	CHECK_OK(machine_read(&m));
	return &m;
}

static void free_at_end(const struct machine *m)
{
	test_at_end(free_machine, (void *)m);
}

/* What is planned with is what the kernel lets this thread run on. */
TEST(the_cpus_are_those_of_the_affinity)
{
	const struct machine *m = read_machine();
	unsigned last = m->cpus[m->cpu_count - 1].id;
	char list[64], want[16];
	cpu_set_t set;

	free_at_end(m);
	CHECK_EQ(sched_getaffinity(0, sizeof(set), &set), 0);
	for (unsigned i = 0; i < m->cpu_count; i++)
		CHECK(CPU_ISSET(m->cpus[i].id, &set));
	CHECK(m->node_count > 0);
	CPU_ZERO(&set);
	CPU_SET(last, &set);
	CHECK_EQ(sched_setaffinity(0, sizeof(set), &set), 0);
	m = read_machine();
	CHECK_EQ(m->cpu_count, 1);
	CHECK_EQ(m->cpus[0].id, last);
	CHECK(machine_cpu(m, last) == &m->cpus[0]);
	CHECK(!machine_cpu(m, last + 1));
	machine_cpu_list(m, list, sizeof(list));
	snprintf(want, sizeof(want), "%u", last);
	CHECK_STR_EQ(list, want);
}

/* The tightest limit of a group and those around it counts, in whole CPUs. */
TEST(the_control_group_limits_the_time)
{
	static const struct {
		const char *groups, *inner, *outer;
		unsigned quota;
	} cases[] = {
		{ "1:cpu:/x\n0::/a/b\n", "150000 100000", "400000 100000", 1 },
		{ "0::/a/b\n", "max 100000", "400000 100000", 4 },
		{ "0::/a/b\n", "50000 100000", "max 100000", 1 },
		{ "0::/a/b\n", "max 100000", "max 100000", 0 },
		{ "0::/a/b\n", "200000 0", "nonsense", 0 },
		{ "0::/a/b", "800000 100000", "", 8 },
		{ "0::/a\n", "100000 100000", "max 100000", 0 },
		{ "10::/a/b\n", "100000 100000", "max 100000", 0 },
		{ "", "100000 100000", "max 100000", 0 },
	};

	free_at_end(read_machine());
	files[0].path = "/proc/self/cgroup";
	files[1].path = "/sys/fs/cgroup/a/b/cpu.max";
	files[2].path = "/sys/fs/cgroup/a/cpu.max";
	for (unsigned i = 0; i < COUNT_OF(cases); i++) {
		files[0].text = cases[i].groups;
		files[1].text = cases[i].inner;
		files[2].text = cases[i].outer;
		CHECK_EQ(read_machine()->quota, cases[i].quota);
	}
}

/* The kernel's list of isolated CPUs marks them; nonsense marks none. */
TEST(isolated_cpus_are_marked)
{
	const struct machine *m = read_machine();
	char first[16];

	free_at_end(m);
	files[0].path = "/sys/devices/system/cpu/isolated";
	snprintf(first, sizeof(first), "%u\n", m->cpus[0].id);
	files[0].text = first;
	m = read_machine();
	CHECK(m->cpus[0].isolated);
	files[0].text = "\n";
	CHECK(!read_machine()->cpus[0].isolated);
	files[0].text = "nonsense\n";
	CHECK(!read_machine()->cpus[0].isolated);
}

/* hwloc can be told of another machine: then nothing here limits it. */
TEST(another_machine_can_be_planned_for)
{
	const struct machine *m;

	setenv("HWLOC_SYNTHETIC", "pack:2 [numa(memory=1GB)] l3:2 core:3 pu:2",
	       1);
	m = read_machine();
	free_at_end(m);
	CHECK_EQ(m->cpu_count, 24);
	CHECK_EQ(m->node_count, 2);
	CHECK(m->l3);
	CHECK_EQ(m->quota, 0);
	CHECK_EQ(m->cpus[0].core, m->cpus[1].core);
	CHECK(m->cpus[1].core != m->cpus[2].core);
	CHECK_EQ(m->cpus[0].cache, m->cpus[5].cache);
	CHECK(m->cpus[5].cache != m->cpus[6].cache);
	CHECK_EQ(m->cpus[11].node, 0);
	CHECK_EQ(m->cpus[12].node, 1);
	CHECK_EQ(machine_distance(m, 1, 1), DISTANCE_LOCAL);
	CHECK_EQ(machine_distance(m, 0, 1), DISTANCE_REMOTE);
	CHECK_EQ(machine_distance(m, 0, 7), DISTANCE_REMOTE);
	CHECK_EQ(machine_distance(m, -1, 0), DISTANCE_REMOTE);
	CHECK(machine_has_memory(m, 1));
	CHECK(!machine_has_memory(m, 2));
	CHECK(!machine_has_memory(m, -1));
}
