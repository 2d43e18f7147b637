/*
 * The console: the face for somebody at a terminal.
 */
#ifndef CERTARY_CONSOLE_CONSOLE_H
#define CERTARY_CONSOLE_CONSOLE_H

#include <stdbool.h>

#include "base/error.h"

struct console_options {
	const char *store, *config; /* as in struct app_options */
	const char *theme;          /* NULL: the setting's */
	bool read_only;
	bool plain; /* whatever the settings say */
	bool setup;       /* the wizard opens, whether there is a store or not */
	const char *root; /* where it looks around; NULL: "/" */
};

/* Run until the operator leaves; the terminal is given back in every case. */
bool console_run(const struct console_options *options, struct error *err);

#endif
