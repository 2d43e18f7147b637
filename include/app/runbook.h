/*
 * Runbooks: checklists with roles, for what several people do together over days.
 *
 * A runbook is a text file of the store:
 *
 *	Runbook: Jira Align
 *	Template: mutual-tls
 *
 *	Inputs
 *	  Test host: align.example
 *
 *	Steps
 *	[x] security: Have the fingerprint of the partner's CA read out by phone.
 *	      $ certary match {Partner CA file} {Partner CA fingerprint}
 *	      done: 2026-01-01T00:00:00Z by root (TICKET-1)
 *	      note: Mrs Ito, +81 …
 *
 * A step is a line that begins with a box; the lines below it that begin with a dollar sign, done:
 * or note: are its own.  What else stands in the file is kept byte for byte: people write what they
 * like between these.  Steps have no numbers in the file; they are counted.
 */
#ifndef CERTARY_APP_RUNBOOK_H
#define CERTARY_APP_RUNBOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "app/app.h"

enum runbook_role {
	RUNBOOK_SECURITY,
	RUNBOOK_USER_MANAGER,
	RUNBOOK_ADMINISTRATOR,
	RUNBOOK_OPERATIONS,
	RUNBOOK_NOBODY, /* the line names none of them */
};
const char *runbook_role_name(enum runbook_role role); /* "user manager"; "" */

/* All texts are safe text.  Places are offsets into the text of the file. */
struct runbook_input {
	char *name, *value; /* value "" where it isn't filled in */
	size_t from, to;    /* of the value, with the blanks before it */
};

struct runbook_step {
	bool done;
	enum runbook_role role;
	char *text;
	char *command; /* as written; NULL: none */
	char *filled;  /* the command with the inputs; what isn't filled in stands as <name> */
	bool held;     /* {name} still stands in it: the value can't be quoted there, since the hole
			  is within quotes, or would be an option, since it begins with a dash */
	char *when, *who, *why; /* NULL where the file doesn't say */
	char *note;    /* NULL: none */
	size_t box, end;             /* the sign in the box; behind the last line of its own */
	size_t done_from, done_to;   /* the line that says who; the same where there is none */
	size_t note_from, note_to;
};

struct runbook {
	char *name, *template; /* template "" where the file doesn't say */
	char *file;            /* bytes */
	char base[FINGERPRINT_HEX];
	struct buf text;
	struct runbook_input *inputs;
	size_t input_count, input_cap;
	struct runbook_step *steps;
	size_t step_count, step_cap;
	size_t done_count;
};

struct runbooks {
	struct runbook *items; /* by name */
	size_t count, cap;
};

/* The record of a text; never fails: what isn't understood is kept as it is.  runbook_done() it. */
void runbook_parse(const char *file, const struct buf *text, struct runbook *out);
void runbook_done(struct runbook *book);

/* The value, "" where there is none; and the first step that is open, NULL: none. */
const char *runbook_input(const struct runbook *book, const char *name);
const struct runbook_step *runbook_next(const struct runbook *book);

/* All of them, read anew.  Life: `struct runbooks all = {0}` … runbooks_done(). */
bool app_runbooks(struct app *app, struct runbooks *out, struct error *err);
void runbooks_done(struct runbooks *all);

/* ERROR_NOT_FOUND for none or several of that name. */
bool app_runbook_find(const struct runbooks *all, const char *name, const struct runbook **out,
	struct error *err);

/* "3" to 2; ERROR_NOT_FOUND where there is no such step. */
bool app_runbook_step(const struct runbook *book, const char *text, size_t *out, struct error *err);

/*
 * A new one from a template: NULL is the one for mutual TLS.  partner and identity fill in these
 * inputs, NULL: not yet.  ERROR_USAGE where there is no such template or the name is none,
 * ERROR_FAILED where one is called that already.
 */
struct runbook_wish {
	const char *name, *template, *partner, *identity; /* as typed */
};
bool app_plan_runbook_new(struct app *app, const struct runbook_wish *wish, struct plan *plan,
	struct error *err);

/* Tick a step off or open it, fill in an input, note something: as typed.  What is so adds no row. */
bool app_plan_runbook_tick(const struct runbook *book, size_t step, bool done, const char *why,
	struct plan *plan);
bool app_plan_runbook_set(const struct runbook *book, const char *input, const char *value,
	struct plan *plan, struct error *err);
bool app_plan_runbook_note(const struct runbook *book, size_t step, const char *note,
	struct plan *plan, struct error *err);
bool app_plan_runbook_remove(const struct runbook *book, struct plan *plan);

#endif
