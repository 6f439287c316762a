// SPDX-License-Identifier: BSD-2-Clause
/* interface.c: the one interface that a command is about */
#include "arguments.h"
#include "pktnic.h"
#include "say.h"

int take_interface(const char **ret, int words, int argc, char **argv)
{
	if (words != argc - 1)
		return say_usage(words < argc ? "give one interface only"
					      : "give an interface");
	*ret = argv[words];
	return check_interfaces(ret, 1);
}
