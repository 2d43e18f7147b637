/*
 * Making an identity: what its form, its flow and its outcome share.
 */
#ifndef CERTARY_SRC_CONSOLE_MAKE_H
#define CERTARY_SRC_CONSOLE_MAKE_H

#include "console/desk.h"
#include "pki/preset.h"

struct make_work {
	struct making begun;  /* what the form began with: whose fields it doesn't show are kept */
	struct making making; /* as the form was accepted */
	const struct preset *preset;
	struct key_job *job;
	struct new_key key;
	bool has_key;
	struct made made;
	char *cert_path, *key_path; /* bytes; NULL: none */
};

/* make-form.c */
struct form *make_form(const struct making *begun, const char *title);
void make_form_check(struct desk *desk, struct form *form, struct rows *verdict);

/* What stands in the form, as a making; what can't be read of it becomes a row.  making_done() it. */
void make_form_read(struct desk *desk, struct form *form, struct making *out, struct rows *verdict);

/* Everything that its maker should hear, of the preset as well. */
void make_advise(struct desk *desk, const struct making *making, struct advice *out);

/* Open the form for a new identity or a renewal.  Takes the making. */
enum reaction make_open(struct desk *desk, struct making *take, const char *title);

/* make-paper.c: what is asked for, and what was made of it. */
void make_wish_rows(const struct make_work *work, struct rows *rows);
enum reaction make_paper(struct desk *desk, struct make_work *work);

#endif
