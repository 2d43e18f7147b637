/*
 * What the console remembers of identities: the page that lists them, the form that is open, the
 * paper that is being read, and what is under way between these.
 */
#ifndef CERTARY_SRC_CONSOLE_IDENTITIES_H
#define CERTARY_SRC_CONSOLE_IDENTITIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/identity.h"
#include "app/making.h"
#include "app/signing.h"
#include "tui/form.h"
#include "tui/list.h"
#include "tui/pager.h"

struct desk;
struct dialog;

/* Which of them show; a row each in identity-filter.c. */
enum identity_filter {
	SHOW_LIVE,
	SHOW_PENDING,
	SHOW_ENDING,
	SHOW_CAS,
	SHOW_DISCARDED,
	SHOW_COUNT
};

struct identity_view {
	struct identities all;
	bool read, stale;
	enum identity_filter filter;
	struct buf search; /* folded */
	size_t *shown;     /* numbers of those that show */
	size_t shown_count;
	struct list list;
	struct fingerprint selected; /* the cursor stays on the identity, not on the row */
	bool has_selected;
	struct pager detail;
	struct fingerprint detailed;
	bool has_detailed, detail_stale, detail_focus;
	struct fingerprint about; /* what a dialog is about */
};

/* A form fills the screen; its owner says what speaks against it, and what it leads to. */
typedef void sheet_check_fn(struct desk *desk, struct form *form, struct rows *verdict);
typedef enum reaction sheet_accept_fn(struct desk *desk, struct form *form);
typedef void sheet_close_fn(struct desk *desk);

struct sheet {
	struct form *form;
	size_t checked, opened; /* form_changed() at the last check, and as it was opened */
	sheet_check_fn *check;
	sheet_accept_fn *accept;
	sheet_close_fn *close;
};

/* Something written: what stands in it, and the lines to paste, which take the screen alone. */
struct paper {
	struct pager words, lines;
	struct buf pem;
	bool alone;  /* the lines show, and nothing else */
	char *name;  /* what its file may be called, safe text */
	struct cert *cert; /* a self-signed one that can be trusted here; NULL: none */
};

/* A key that is asked the passphrase for, and what it is wanted for. */
typedef enum reaction key_then_fn(struct desk *desk, struct new_key *take);
struct key_question {
	struct fingerprint id;
	const char *title; /* static */
	key_then_fn *then;
	struct key_job *job; /* it is being opened; NULL: no */
};

struct make_work;
struct sign_work;
struct file_work;
struct out_work;

/* The list of what a CA has signed. */
struct issued_view {
	struct fingerprint ca;
	struct issued_list all;
	struct fingerprint about; /* that is asked about */
	bool stale;
	struct list list;
	int64_t days; /* of the revocation list that is made */
};

#endif
