/*
 * What runbooks begin with.
 */
#ifndef CERTARY_SRC_APP_RUNBOOK_TEMPLATE_H
#define CERTARY_SRC_APP_RUNBOOK_TEMPLATE_H

#include "app/runbook.h"

struct template_step {
	enum runbook_role role;
	const char *text, *command; /* command NULL: none; {Input} stands for its value */
};

struct template {
	const char *name, *help;
	const char *const *inputs;         /* ends with NULL */
	const struct template_step *steps; /* ends with a text of NULL */
};

extern const struct template runbook_templates[]; /* ends with a name of NULL */

#endif
