// SPDX-License-Identifier: BSD-2-Clause
/* fake_nic.c: a NIC made of files and answers */
#include <errno.h>
#include <ftw.h>
#include <libgen.h>
#include <limits.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <linux/sockios.h>

#include "fake_nic.h"
#include "harness.h"
#include "netdev_family.h"
#include "netlink.h"
#include "sys.h"

/* What a call is replaced by, and what it was. */
#define TAKES_OVER(type, name, ...)      \
	type __real_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__)

#define ANSWERS 512
#define ANSWER_SIZE 4096
#define IFINDEX 7

enum { NETDEV = 1, ETHTOOL = 2 };

struct fake_nic fake;

static char root[64];
static char interrupts[1 << 16];
static struct answer {
	int family;
	uint8_t command;
	_Alignas(8) char bytes[ANSWER_SIZE];
} answers[ANSWERS];
static unsigned answer_count;

/* The tree */

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void remove_tree(void *unused)
{
	(void)unused;
	nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void make_root(void)
{
	if (*root) {
		remove_tree(NULL);
	} else {
		strcpy(root, "/tmp/fake_nic.XXXXXX");
		test_at_end(remove_tree, NULL);
		if (!mkdtemp(root))
			FAIL("mkdtemp: %s", strerror(errno));
		return;
	}
	mkdir(root, 0700);
}

static void make_parents(char *path)
{
	for (char *c = path + strlen(root) + 1; (c = strchr(c, '/')); c++) {
		*c = '\0';
		mkdir(path, 0700);
		*c = '/';
	}
}

void fake_bytes(const char *path, const void *bytes, size_t size)
{
	char real[PATH_MAX];
	FILE *file;

	snprintf(real, sizeof(real), "%s%s", root, path);
	make_parents(real);
	file = fopen(real, "w");
	if (!file || fwrite(bytes, 1, size, file) != size || fclose(file))
		FAIL("%s: %s", real, strerror(errno));
}

void fake_file(const char *path, const char *format, ...)
{
	char text[1 << 14];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fake_bytes(path, text, strlen(text));
}

TAKES_OVER(int, sys_open, const char *path, int flags)
{
	char real[PATH_MAX];

	if (strncmp(path, "/sys/", 5) && strncmp(path, "/proc/", 6))
		return __real_sys_open(path, flags);
	snprintf(real, sizeof(real), "%s%s", root, path);
	return __real_sys_open(real, flags);
}

void fake_irq(int irq, const char *name, const char *asked,
	      const char *effective)
{
	size_t used = strlen(interrupts);
	char path[128];

	snprintf(interrupts + used, sizeof(interrupts) - used,
		 "%4d:  11  0  PCI-MSIX-%s  %d-edge      %s\n", irq, fake.bus,
		 irq, name);
	fake_bytes("/proc/interrupts", interrupts, strlen(interrupts));
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/msi_irqs/%d",
		 fake.bus, irq);
	fake_file(path, "msix\n");
	snprintf(path, sizeof(path), "/proc/irq/%d/smp_affinity_list", irq);
	fake_file(path, "%s\n", asked);
	snprintf(path, sizeof(path), "/proc/irq/%d/effective_affinity_list",
		 irq);
	fake_file(path, "%s\n", effective);
}

void fake_device(int node, const char *cpus)
{
	fake_file(FAKE_DEVICE "/numa_node", "%d\n", node);
	fake_file(FAKE_DEVICE "/local_cpulist", "%s\n", cpus);
}

/* Netlink */

static int family_of(const char *name)
{
	return !strcmp(name, "netdev") ? NETDEV : ETHTOOL;
}

struct nlmsghdr *fake_netlink(const char *family, uint8_t command)
{
	struct answer *a = &answers[answer_count++];
	struct nlmsghdr *message;

	if (answer_count > ANSWERS)
		FAIL("more than %d answers", ANSWERS);
	a->family = family_of(family);
	a->command = command;
	message = mnl_nlmsg_put_header(a->bytes);
	mnl_nlmsg_put_extra_header(message, sizeof(struct genlmsghdr));
	return message;
}

void fake_queue(uint32_t id, uint32_t type, uint32_t napi, bool taken)
{
	struct nlmsghdr *answer = fake_netlink("netdev", QUEUE_GET);
	struct nlattr *nest;

	mnl_attr_put_u32(answer, QUEUE_ID, id);
	mnl_attr_put_u32(answer, QUEUE_TYPE, type);
	mnl_attr_put_u32(answer, QUEUE_IFINDEX, IFINDEX);
	if (napi)
		mnl_attr_put_u32(answer, QUEUE_NAPI, napi);
	if (taken) {
		nest = mnl_attr_nest_start(answer, QUEUE_XSK);
		mnl_attr_nest_end(answer, nest);
	}
}

void fake_napi(uint32_t id, int irq)
{
	struct nlmsghdr *answer = fake_netlink("netdev", NAPI_GET);

	mnl_attr_put_u32(answer, NAPI_ID, id);
	mnl_attr_put_u32(answer, NAPI_IFINDEX, IFINDEX);
	if (irq >= 0)
		mnl_attr_put_u32(answer, NAPI_IRQ, (uint32_t)irq);
}

void fake_numbers(uint8_t command, const uint32_t (*numbers)[2], unsigned n)
{
	struct nlmsghdr *answer = fake_netlink("ethtool", command);

	for (unsigned i = 0; i < n; i++)
		mnl_attr_put_u32(answer, (uint16_t)numbers[i][0],
				 numbers[i][1]);
}

static void fake_name(struct nlmsghdr *answer, uint32_t number,
		      const char *name)
{
	struct nlattr *nest;

	nest = mnl_attr_nest_start(answer, ETHTOOL_A_STRINGS_STRING);
	mnl_attr_put_u32(answer, ETHTOOL_A_STRING_INDEX, number);
	mnl_attr_put_strz(answer, ETHTOOL_A_STRING_VALUE, name);
	mnl_attr_nest_end(answer, nest);
}

void fake_names(void)
{
	struct nlmsghdr *answer =
		fake_netlink("ethtool", ETHTOOL_MSG_STRSET_GET);
	struct nlattr *sets, *set, *strings;

	sets = mnl_attr_nest_start(answer, ETHTOOL_A_STRSET_STRINGSETS);
	set = mnl_attr_nest_start(answer, ETHTOOL_A_STRINGSETS_STRINGSET);
	mnl_attr_put_u32(answer, ETHTOOL_A_STRINGSET_ID, ETH_SS_FEATURES);
	strings = mnl_attr_nest_start(answer, ETHTOOL_A_STRINGSET_STRINGS);
	fake_name(answer, 0, "tx-scatter-gather");
	fake_name(answer, 1, "rx-lro");
	fake_name(answer, 33, "rx-gro");
	fake_name(answer, 40, "hw-tc-offload");
	fake_name(answer, 70, "rx-ntuple-filter"); /* has no bit */
	mnl_attr_nest_end(answer, strings);
	mnl_attr_nest_end(answer, set);
	mnl_attr_nest_end(answer, sets);
}

static void fake_bits(struct nlmsghdr *answer, uint16_t attr, uint64_t bits)
{
	struct nlattr *nest = mnl_attr_nest_start(answer, attr);

	mnl_attr_put_u32(answer, ETHTOOL_A_BITSET_SIZE, 64);
	mnl_attr_put(answer, ETHTOOL_A_BITSET_VALUE, sizeof(bits), &bits);
	mnl_attr_nest_end(answer, nest);
}

void fake_features(uint64_t active, uint64_t hw, uint64_t fixed)
{
	struct nlmsghdr *answer =
		fake_netlink("ethtool", ETHTOOL_MSG_FEATURES_GET);

	fake_bits(answer, ETHTOOL_A_FEATURES_ACTIVE, active);
	fake_bits(answer, ETHTOOL_A_FEATURES_HW, hw);
	fake_bits(answer, ETHTOOL_A_FEATURES_NOCHANGE, fixed);
}

/* Headers stay, as libmnl would not hand on a message without. */
void fake_spoil(uint64_t *state)
{
	for (unsigned i = 0; i < answer_count; i++) {
		struct nlmsghdr *message = (struct nlmsghdr *)answers[i].bytes;
		uint32_t len = message->nlmsg_len;

		for (uint32_t k = NLMSG_HDRLEN; k < len; k++) {
			*state = *state * 6364136223846793005u + 1;
			if (*state >> 60 == 0)
				answers[i].bytes[k] = (char)(*state >> 32);
		}
		if (*state >> 62 == 0)
			message->nlmsg_len =
				(uint32_t)(NLMSG_HDRLEN +
					   (*state >> 16) % (len - 15));
	}
}

TAKES_OVER(int, netlink_open, struct netlink *nl, int protocol)
{
	(void)protocol;
	*nl = (struct netlink){ .fd = -1 };
	return 0;
}

TAKES_OVER(int, netlink_family, struct netlink_family *ret, struct netlink *nl,
	   const char *name)
{
	int family = family_of(name);

	(void)nl;
	if (family == NETDEV ? fake.no_netdev : fake.no_ethtool)
		return -ENOENT;
	*ret = (struct netlink_family){ .id = (uint16_t)family,
					.last_command = fake.last_command };
	return 0;
}

/* The first answer shows whether there is any; a list may be empty. */
TAKES_OVER(int, netlink_ask, struct netlink *nl, struct nlmsghdr *question,
	   mnl_cb_t each, void *arg)
{
	const struct genlmsghdr *generic = mnl_nlmsg_get_payload(question);
	const uint8_t command = generic->cmd;
	const int family = question->nlmsg_type;
	bool dump = (question->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	unsigned n = 0;

	(void)nl;
	if (fake.ask_err)
		return fake.ask_err;
	for (unsigned i = 0; i < answer_count; i++)
		if (answers[i].family == family &&
		    answers[i].command == command) {
			each((struct nlmsghdr *)answers[i].bytes, arg);
			n++;
		}
	return n || dump ? 0 : -EOPNOTSUPP;
}

/* Link and program */

TAKES_OVER(int, link_open, struct link *l, int ifindex, const char *name)
{
	(void)name;
	*l = (struct link){ .fd = -1,
			    .ifindex = ifindex,
			    .busy = ATOMIC_FLAG_INIT,
			    .state = fake.state,
			    .carrier = fake.carrier };
	return 0;
}

TAKES_OVER(struct occupant, occupant_find, int ifindex)
{
	(void)ifindex;
	return fake.occupant;
}

/* ioctl */

static int tell_rss(struct ethtool_rxfh *rss)
{
	uint32_t entries = rss->indir_size, key = rss->key_size;

	if (!fake.rss_size)
		return -EOPNOTSUPP;
	rss->indir_size = fake.rss_size;
	rss->key_size = fake.rss_key_size;
	if (!entries && !key)
		return 0;
	if (entries != fake.rss_size || key != fake.rss_key_size)
		return -EINVAL;
	memcpy(rss->rss_config, fake.rss_table, entries * sizeof(uint32_t));
	memset((char *)(rss->rss_config + entries), 0x6d, key);
	return 0;
}

static int take_rss(const struct ethtool_rxfh *rss)
{
	fake.rss_writes++;
	if (rss->key_size || rss->hfunc ||
	    (rss->indir_size && rss->indir_size != fake.rss_size))
		return -EINVAL;
	for (uint32_t i = 0; i < fake.rss_size; i++)
		fake.rss_table[i] = rss->indir_size ? rss->rss_config[i]
						    : i % fake.combined;
	fake.rss_default = !rss->indir_size;
	return 0;
}

static int ethtool(void *data)
{
	struct ethtool_drvinfo *drvinfo = data;
	struct ethtool_channels *channels = data;
	struct ethtool_rxnfc *flow = data;

	switch (*(uint32_t *)data) {
	case ETHTOOL_GDRVINFO:
		snprintf(drvinfo->driver, sizeof(drvinfo->driver), "%s",
			 fake.driver);
		snprintf(drvinfo->bus_info, sizeof(drvinfo->bus_info), "%s",
			 fake.bus);
		return 0;
	case ETHTOOL_GCHANNELS:
		channels->combined_count = fake.combined;
		return 0;
	case ETHTOOL_GRSSH:
		return tell_rss(data);
	case ETHTOOL_SRSSH:
		return take_rss(data);
	case ETHTOOL_GRXRINGS:
		flow->data = fake.combined;
		return 0;
	case ETHTOOL_SRXFH:
		if (fake.hash_fields[flow->flow_type & 15] == UINT64_MAX)
			return -EOPNOTSUPP;
		fake.hash_fields[flow->flow_type & 15] = flow->data;
		return 0;
	case ETHTOOL_GRXFH:
		if (fake.hash_fields[flow->flow_type & 15] == UINT64_MAX)
			return -EOPNOTSUPP;
		flow->data = fake.hash_fields[flow->flow_type & 15];
		return 0;
	}
	return -EOPNOTSUPP;
}

TAKES_OVER(int, sys_ioctl, int fd, unsigned long request, void *arg)
{
	struct ifreq *ifr = arg;

	if (strcmp(ifr->ifr_name, "eth0") && request != SIOCGIFNAME)
		return -ENODEV;
	switch (request) {
	case SIOCGIFINDEX:
		ifr->ifr_ifindex = IFINDEX;
		return 0;
	case SIOCGIFMTU:
		ifr->ifr_mtu = (int)fake.mtu;
		return 0;
	case SIOCGIFNAME:
		strcpy(ifr->ifr_name, "eth0");
		return 0;
	case SIOCGIFHWADDR:
		memcpy(ifr->ifr_hwaddr.sa_data, "\2\0\0\0\0\7", 6);
		return 0;
	case SIOCETHTOOL:
		return ethtool(ifr->ifr_data);
	}
	return __real_sys_ioctl(fd, request, arg);
}

void fake_nic(const char *driver, const char *bus, unsigned queues)
{
	make_root();
	memset(answers, 0, sizeof(answers));
	answer_count = 0;
	*interrupts = '\0';
	fake = (struct fake_nic){ .driver = driver,
				  .bus = bus,
				  .mtu = 1500,
				  .combined = queues,
				  .last_command = BIND_TX,
				  .state = XSKPKT_STATE_UP };
	memset(fake.hash_fields, 0xff, sizeof(fake.hash_fields));
}
