/*
 * Doctor: what is amiss in a store, and mending what can be mended without a decision.
 *
 * A check is one row of the table in src/store/doctor.c.
 */
#ifndef CERTARY_STORE_DOCTOR_H
#define CERTARY_STORE_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "store/finding.h"
#include "store/store.h"

/* With mend, what can be mended without a decision is. */
bool doctor_run(struct store *store, bool mend, struct findings *out, struct error *err);

/* The checks with a line of help each, for the manual; ends with a row whose code is NULL. */
struct doctor_check {
	const char *code, *help;
};
const struct doctor_check *doctor_checks(void);

#endif
