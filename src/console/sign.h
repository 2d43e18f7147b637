/*
 * Signing a request: what its form and its flow share.
 */
#ifndef CERTARY_SRC_CONSOLE_SIGN_H
#define CERTARY_SRC_CONSOLE_SIGN_H

#include "console/desk.h"

struct sign_work {
	struct identity ca; /* a copy: the list may be read anew meanwhile */
	struct signing signing;
	struct new_key key;
	char *crl_url, *issuer_url, *path; /* NULL: none */
	struct buf pem;
	struct buf pasted; /* a request, while its CA is chosen */
};

/* sign-form.c: what the request says, and what it gets. */
struct form *sign_form(const struct sign_work *work);
void sign_form_check(struct desk *desk, struct form *form, struct rows *verdict);

/* What stands in the form goes into the signing; what can't be read of it becomes a row. */
void sign_form_read(struct sign_work *work, struct form *form, struct rows *verdict);

#endif
