/*
 * A small table of commands with a family, for whatever takes a table.
 */
#ifndef CERTARY_TESTS_FAMILIES_H
#define CERTARY_TESTS_FAMILIES_H

#include "app/command.h"

enum { FAMILIES_LOOK, FAMILIES_VAULT_LIST, FAMILIES_VAULT_SHOW, FAMILIES_VAULT_ADD, FAMILIES_VALUE };

static const struct command_row families_rows[] = {
	[FAMILIES_LOOK] = { .name = "look",
		.words = "FILE",
		.least = 1,
		.most = 1,
		.group = GROUP_CERTIFICATES,
		.help = "look at a file",
		.more = "What a file holds is said in words, which may take more than the one line that "
			"stands in the overview; this is why there is a paragraph." },
	[FAMILIES_VAULT_LIST] = { .name = "vault list",
		.options = (const enum option[]){ OPTION_JSON, OPTION_COUNT },
		.group = GROUP_IDENTITIES,
		.help = "what is in the vault" },
	[FAMILIES_VAULT_SHOW] = { .name = "vault show",
		.words = "NAME",
		.least = 1,
		.most = 1,
		.options = (const enum option[]){ OPTION_JSON, OPTION_STATE, OPTION_COUNT },
		.group = GROUP_IDENTITIES,
		.help = "one of them in full" },
	[FAMILIES_VAULT_ADD] = { .name = "vault add",
		.words = "NAME…",
		.least = 1,
		.most = SIZE_MAX,
		.options = (const enum option[]){ OPTION_WHY, OPTION_DRY_RUN, OPTION_YES, OPTION_COUNT },
		.group = GROUP_IDENTITIES,
		.writes = true,
		.help = "put something into it" },
	[FAMILIES_VALUE] = { .name = "value",
		.options = (const enum option[]){ OPTION_NAME, OPTION_JSON, OPTION_COUNT },
		.group = GROUP_STORE,
		.help = "what it is worth" },
};

static const struct command_table families = { families_rows,
	sizeof families_rows / sizeof *families_rows };

#endif
