// SPDX-License-Identifier: BSD-2-Clause
/*
 * nic_device.c: what sysfs shows of the device behind an interface, and of the
 * settings that its NAPIs have in common.
 */
#include <stdio.h>
#include <stdlib.h>

#include "file.h"
#include "nic.h"

static void read_node(struct xskpkt_nic *nic)
{
	nic->info.node = nic->dev.node;
	if (nic->info.node < 0)
		nic_unknown(nic, XSKPKT_NIC_NODE,
			    "the firmware does not say where the device is, as "
			    "on machines of one node");
}

static void read_cpus(struct xskpkt_nic *nic)
{
	char path[192];

	snprintf(path, sizeof(path), "%s/local_cpulist", nic->device);
	nic->info.local_cpus = nic_cpu_list(nic, path);
	if (!*nic->info.local_cpus)
		nic_unknown(nic, XSKPKT_NIC_CPUS,
			    "the device's bus has no local CPUs");
}

/* "8.0 GT/s PCIe" is 8000, "Unknown" is 0. */
static uint32_t read_speed(const struct xskpkt_nic *nic, const char *name)
{
	char path[192], text[64];
	double gigas;

	snprintf(path, sizeof(path), "%s/%s", nic->device, name);
	if (file_line(text, sizeof(text), path))
		return 0;
	gigas = strtod(text, NULL);
	return gigas > 0 && gigas < 1000 ? (uint32_t)(gigas * 1000 + 0.5) : 0;
}

/* 1 to 32 lanes; 255 stands for "unknown". */
static uint32_t read_width(const struct xskpkt_nic *nic, const char *name)
{
	char path[192];
	long lanes;

	snprintf(path, sizeof(path), "%s/%s", nic->device, name);
	return !file_number(&lanes, path) && lanes > 0 && lanes <= 32
		       ? (uint32_t)lanes
		       : 0;
}

static void read_pcie(struct xskpkt_nic *nic)
{
	struct xskpkt_nic_info *info = &nic->info;

	info->pcie_lanes = read_width(nic, "current_link_width");
	info->pcie_lanes_max = read_width(nic, "max_link_width");
	info->pcie_speed = read_speed(nic, "current_link_speed");
	info->pcie_speed_max = read_speed(nic, "max_link_speed");
	if (!info->pcie_lanes && !info->pcie_speed)
		nic_unknown(nic, XSKPKT_NIC_PCIE,
			    "the device has no PCIe link of its own");
}

static void no_device(struct xskpkt_nic *nic)
{
	static const uint32_t facts[] = { XSKPKT_NIC_BUS, XSKPKT_NIC_NODE,
					  XSKPKT_NIC_CPUS, XSKPKT_NIC_PCIE };
	const char *why = "it has no device: it is made of software";

	if (!nic->dev.in_sysfs)
		why = "no device found, and /sys shows another network "
		      "namespace";
	for (unsigned i = 0; i < COUNT_OF(facts); i++)
		nic_unknown(nic, facts[i], "%s", why);
}

static void read_device(struct xskpkt_nic *nic)
{
	struct xskpkt_nic_info *info = &nic->info;

	snprintf(info->bus, sizeof(info->bus), "%s", nic->dev.bus);
	if (!*info->bus)
		nic_unknown(nic, XSKPKT_NIC_BUS, "the driver does not tell");
	read_node(nic);
	read_cpus(nic);
	read_pcie(nic);
}

/* Of the interface */

static int64_t read_setting(const struct xskpkt_nic *nic, const char *name)
{
	char path[96];
	long value;

	snprintf(path, sizeof(path), "/sys/class/net/%s/%s", nic->dev.name,
		 name);
	return !file_number(&value, path) && value >= 0 ? value : -1;
}

static void fill(int64_t *setting, int64_t common)
{
	if (*setting < 0)
		*setting = common;
}

/* Where a NAPI's own settings are unknown, those it was made with are not. */
static void read_settings(struct xskpkt_nic *nic)
{
	int64_t defer = read_setting(nic, "napi_defer_hard_irqs");
	int64_t flush = read_setting(nic, "gro_flush_timeout");
	int64_t threaded = read_setting(nic, "threaded");

	for (unsigned i = 0; i < nic->vector_count; i++) {
		struct xskpkt_nic_vector *v = &nic->vectors[i];

		fill(&v->defer_hard_irqs, defer);
		fill(&v->gro_flush_timeout, flush);
		if (v->threaded < 0 && threaded <= INT32_MAX)
			v->threaded = (int32_t)threaded;
	}
	if (defer >= 0)
		nic_known(nic, XSKPKT_NIC_NAPI_SETTINGS);
}

void nic_ask_device(struct xskpkt_nic *nic)
{
	if (*nic->device)
		read_device(nic);
	else
		no_device(nic);
	if (nic->dev.in_sysfs)
		read_settings(nic);
}
