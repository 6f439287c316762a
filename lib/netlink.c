// SPDX-License-Identifier: BSD-2-Clause
/* netlink.c: one question at a time, over a plain netlink socket */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "compiler.h"
#include "netlink.h"
#include "sys.h"

/* The kernel answers at once; this only ends a wait for an answer that was
 * lost. */
#define PATIENCE_S 2
/* Reads per question. A dump of 64 Ki queues takes fewer. */
#define MAX_READS 4096

static int set_up(int fd)
{
	struct timeval patience = { .tv_sec = PATIENCE_S };
	int on = 1;

	/* Before Linux 4.12 refusals come without a sentence: no loss. */
	sys_setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	return sys_setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
			      sizeof(patience));
}

int netlink_open(struct netlink *nl, int protocol)
{
	int err;

	*nl = (struct netlink){ .fd = -1 };
	err = sys_socket(AF_NETLINK, SOCK_RAW, protocol);
	if (err < 0)
		return err;
	nl->fd = err;
	err = set_up(nl->fd);
	if (err)
		netlink_close(nl);
	return err;
}

void netlink_close(struct netlink *nl)
{
	sys_close(nl->fd);
	nl->fd = -1;
}

struct nlmsghdr *netlink_question(void *buf, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *question = mnl_nlmsg_put_header(buf);

	question->nlmsg_type = type;
	question->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	return question;
}

struct nlmsghdr *netlink_generic(void *buf, const struct netlink_family *family,
				 uint8_t command, uint16_t flags)
{
	struct nlmsghdr *question = netlink_question(buf, family->id, flags);
	struct genlmsghdr *generic =
		mnl_nlmsg_put_extra_header(question, sizeof(*generic));

	generic->cmd = command;
	generic->version = 1;
	return question;
}

static int note_sentence(const struct nlattr *attr, void *arg)
{
	struct netlink *nl = arg;

	if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG &&
	    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
		snprintf(nl->said, sizeof(nl->said), "%s",
			 mnl_attr_get_str(attr));
	return MNL_CB_OK;
}

/* An acknowledgement (0) or a refusal, perhaps with a sentence of its own. */
static int verdict(struct netlink *nl, const struct nlmsghdr *answer)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(answer);
	size_t skip = sizeof(*error);

	if (mnl_nlmsg_get_payload_len(answer) < sizeof(*error))
		return -EBADMSG;
	/* The question is repeated in front of the attributes, unless capped.
	 */
	if (!(answer->nlmsg_flags & NLM_F_CAPPED))
		skip += error->msg.nlmsg_len - sizeof(error->msg);
	if (answer->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_parse(answer, (unsigned)skip, note_sentence, nl);
	return error->error;
}

/* The status at the end of a dump is an int; 0 when all went well. */
static int dump_status(const struct nlmsghdr *answer)
{
	if (mnl_nlmsg_get_payload_len(answer) < sizeof(int))
		return 0;
	return *(const int *)mnl_nlmsg_get_payload(answer);
}

/* Sort what one read brought. 1: more to come, 0 or -errno: it is over. */
static int sort(struct netlink *nl, const void *buf, int len, mnl_cb_t each,
		void *arg)
{
	const struct nlmsghdr *answer = buf;

	for (; mnl_nlmsg_ok(answer, len);
	     answer = mnl_nlmsg_next(answer, &len)) {
		if (answer->nlmsg_seq != nl->seq)
			continue; /* of a question that timed out */
		if (answer->nlmsg_type == NLMSG_ERROR)
			return verdict(nl, answer);
		if (answer->nlmsg_type == NLMSG_DONE)
			return dump_status(answer);
		if (each)
			each(answer, arg);
	}
	return 1;
}

int netlink_ask(struct netlink *nl, struct nlmsghdr *question, mnl_cb_t each,
		void *arg)
{
	ssize_t n;
	int err;

	nl->said[0] = 0;
	question->nlmsg_seq = ++nl->seq;
	n = sys_write(nl->fd, question, question->nlmsg_len);
	if (n < 0)
		return (int)n;
	for (int i = 0; i < MAX_READS; i++) {
		n = sys_read(nl->fd, question, NETLINK_BUFFER);
		if (n == -EINTR)
			continue;
		if (n < 0)
			return n == -EAGAIN ? -ETIMEDOUT : (int)n;
		err = sort(nl, question, (int)n, each, arg);
		if (err <= 0)
			return err;
	}
	return -ETIMEDOUT;
}

bool netlink_number(uint64_t *ret, const struct nlattr *attr)
{
	switch (mnl_attr_get_payload_len(attr)) {
	case sizeof(uint8_t):
		*ret = mnl_attr_get_u8(attr);
		return true;
	case sizeof(uint16_t):
		*ret = mnl_attr_get_u16(attr);
		return true;
	case sizeof(uint32_t):
		*ret = mnl_attr_get_u32(attr);
		return true;
	case sizeof(uint64_t):
		*ret = mnl_attr_get_u64(attr);
		return true;
	}
	return false;
}

static int note_command(const struct nlattr *attr, void *arg)
{
	struct netlink_family *family = arg;

	if (mnl_attr_get_type(attr) == CTRL_ATTR_OP_ID &&
	    mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
		family->last_command =
			max_u32(family->last_command, mnl_attr_get_u32(attr));
	return MNL_CB_OK;
}

static int note_family(const struct nlattr *attr, void *arg)
{
	struct netlink_family *family = arg;
	const struct nlattr *op;

	if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
	    mnl_attr_validate(attr, MNL_TYPE_U16) >= 0)
		family->id = mnl_attr_get_u16(attr);
	if (mnl_attr_get_type(attr) == CTRL_ATTR_OPS)
		mnl_attr_for_each_nested(op, attr)
			mnl_attr_parse_nested(op, note_command, family);
	return MNL_CB_OK;
}

static int on_family(const struct nlmsghdr *answer, void *arg)
{
	return mnl_attr_parse(answer, sizeof(struct genlmsghdr), note_family,
			      arg);
}

int netlink_family(struct netlink_family *ret, struct netlink *nl,
		   const char *name)
{
	const struct netlink_family control = { .id = GENL_ID_CTRL };
	char buf[NETLINK_BUFFER] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct netlink_family found = { 0 };
	struct nlmsghdr *question;
	int err;

	question = netlink_generic(buf, &control, CTRL_CMD_GETFAMILY, 0);
	mnl_attr_put_strz(question, CTRL_ATTR_FAMILY_NAME, name);
	err = netlink_ask(nl, question, on_family, &found);
	if (err)
		return err;
	if (!found.id)
		return -EBADMSG;
	*ret = found;
	return 0;
}
