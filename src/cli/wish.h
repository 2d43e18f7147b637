/*
 * What the words of `generate` and `request` wish for.
 */
#ifndef CERTARY_SRC_CLI_WISH_H
#define CERTARY_SRC_CLI_WISH_H

#include "app/identity.h"
#include "app/making.h"
#include "cli/run.h"
#include "pki/preset.h"

struct order {
	struct making making;
	const struct preset *preset;     /* NULL: none */
	struct identities all;           /* of a renewal */
	const struct identity *renewed;  /* NULL: something new */
	struct advice advice;
};

/* Read the words, and the identity that is renewed; order_done() either way. */
bool order_read(struct run *run, struct order *order, struct error *err);
void order_done(struct order *order);

#endif
