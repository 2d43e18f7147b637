/*
 * What the commands share: how they are called, how they print, ask and end.
 */
#ifndef CERTARY_SRC_CLI_RUN_H
#define CERTARY_SRC_CLI_RUN_H

#include <stdbool.h>

#include "app/app.h"
#include "app/making.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "base/lang.h"
#include "cli/cli.h"
#include "pki/advice.h"
#include "pki/details.h"

struct new_note;

struct run {
	struct app *app;
	const struct arguments *args;
	struct new_note *note; /* written in an editor, instead of a word; NULL: none was */
};

/* A command: true is exit 0; otherwise the error's code and one line on standard error.  An error
 * with an empty text has been told already. */
typedef bool run_fn(struct run *run, struct error *err);

run_fn run_list, run_show, run_import, run_rename, run_note, run_decision, run_purge, run_undo,
	run_log, run_explain, run_match, run_doctor, run_setup, run_help, run_export, run_generate, run_sign,
	run_identity_list, run_identity_show, run_identity_import, run_identity_attach,
	run_identity_edit, run_identity_move, run_ca_issued, run_ca_revoke, run_ca_crl, run_probe,
	run_connect, run_rehearse, run_endpoint_add, run_endpoint_list, run_endpoint_remove,
	run_check, run_impact, run_compare, run_endpoint_history, run_endpoint_accept,
	run_target_add, run_target_list, run_target_show, run_target_remove, run_deploy,
	run_crl_list, run_crl_show, run_crl_import, run_crl_remove, run_crl_fetch,
	run_services,
	run_parity, run_exchange, run_runbook_list, run_runbook_show, run_runbook_change;

static inline bool run_has(const struct run *run, enum option which)
{
	return run->args->set[which];
}

/* print.c: everything printed is safe text; standard output that can't be written is an error. */
void print_text(const char *safe);
void print_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
void print_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
bool print_is_ascii(void); /* standard output is a terminal without UTF-8 */
void print_json(const struct json *value);
bool print_flush(struct error *err);

/*
 * Prose goes to standard output, or aside, to standard error, where standard output is for what other
 * programs read.
 */
void tell(bool aside, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tell_field(bool aside, const char *label, const char *text);
void tell_details(bool aside, const struct details *details);
void tell_advice(bool aside, const struct advice *advice); /* but what refuses: that is an error */

/* A column of text, filled up with blanks or cut to so many columns. */
void print_cell(struct buf *line, const char *safe, size_t columns, bool last);

/* The columns that a word takes in the language that is on, and no fewer than `least`. */
size_t print_columns(size_t least, const char *word);

/*
 * table.c: a list for people.  `struct table t = { columns, count, { 0 } }`, table_hold() for words,
 * marked N_(), that stand in a column, table_head(), then table_row() with a cell for each column: safe
 * text, in the language that is on, NULL or "" where there is none.  In plain words (--plain, the
 * setting) each row is a fact a line.
 */
#define TABLE_MOST 8
struct table_column {
	const char *title, *word; /* above a column; before a fact; both marked N_() */
	size_t columns;           /* 0: as many as it takes, which only the last one may */
};
struct table {
	const struct table_column *columns;
	size_t count; /* at most TABLE_MOST */
	size_t widths[TABLE_MOST];
};
void table_hold(struct table *table, size_t column, const char *word);
void table_head(struct table *table);
void table_row(const struct table *table, const char *const *cells);
void table_end(void); /* in plain words also nothing is said */
void print_in_words(bool yes);
bool print_is_in_words(void);

/* Columns of the terminal, or else $COLUMNS; 0: as many as it takes. */
size_t print_width(void);

/* entry-json.c */
struct json *entry_json(const struct entry *entry);
void info_json(struct json *object, const struct cert_info *info);
struct json *plan_json(const struct plan *plan);
struct json *advice_json(const struct advice *advice);

/* identity-json.c: nothing secret. */
struct json *identity_json(const struct run *run, const struct identities *all,
	const struct identity *identity);
struct json *sans_list_json(const struct sans *sans);

/* timeline.c: check --timeline, and a line to standard error where the clock is in doubt. */
bool show_timeline(struct run *run, int64_t from, struct error *err);
void warn_of_clock(struct run *run);

/* check.c: those of the word for a level */
size_t level_columns(void);

/* services.c */
struct declared_findings;
struct json *declared_findings_json(const struct declared_findings *findings);

/* impact.c */
struct impact;
struct json *impact_json(const struct impact *impact);
unsigned spare_reasons(const struct run *run); /* enum spare_reason, of --unused and --expired */

/* explain.c */
struct explanation;
struct explained_lines;
void print_explained(const struct explained_lines *lines);
struct json *explanation_json(const struct explanation *explanation);
bool print_remedies(struct run *run, const struct explanation *explanation, struct error *err);
bool put_remedies(struct run *run, const struct explanation *explanation, struct json *out,
	struct error *err);

/* ask.c: questions on the terminal, and only there.  Their literals are translated inside. */
bool ask_possible(void);
bool ask_yes(const char *question);
bool ask_line(const char *prompt, const char *shown, const char *proposed, struct buf *out);
bool ask_secret(const char *prompt, struct buf *out); /* not echoed; buf_wipe() it */
bool ask_new_secret(const char *prompt, struct buf *out, struct error *err); /* twice */

/* The first line of the file that an option names; nothing where it isn't given. */
bool read_secret(const struct run *run, enum option file, struct buf *out, struct error *err);
bool read_password(const struct run *run, struct buf *out, struct error *err);

/*
 * note.c: the text of a note for a plan, where the note of `what` stands as `now` (safe, NULL for
 * none): the word, or what comes out of an editor; NULL where it was left as it was.  The first call
 * edits and asks by a stale error for a plan of what is there then.  run_note_change() is
 * plan_and_carry_out(), and keeps what was written where that fails.
 */
bool note_text(struct run *run, size_t word, const char *what, const char *now, const char **out,
	struct error *err);

/*
 * open-key.c: the key of an identity, by the passphrase that a file holds or that is asked for.
 * passphrase (may be NULL) gets it.  Missing it is ERROR_SECRET, a wrong one ERROR_FAILED.
 */
bool open_key(struct run *run, const struct identity *identity, enum option file,
	struct new_key *out, struct buf *passphrase, struct error *err);

/* Open the store for a command that may make one; nothing is made before make_store(). */
bool open_or_imagine(struct run *run, struct error *err);
bool make_store(struct run *run, struct error *err);

/* ca.c: an identity that signs. */
bool find_ca(struct run *run, const char *name, struct identities *all,
	const struct identity **out, struct error *err);

/* output.c: files beside the store.  NULL: standard output. */
const char *output_path(const struct run *run, enum option which);

/* Before anything is done: may the file be written? */
bool output_check(const struct run *run, enum option which, struct error *err);
bool output_save(const struct run *run, enum option which, const struct buf *bytes, bool has_key,
	struct error *err);

/* carry-out.c: show the plan, ask where a terminal is there, carry it out, say what was done. */
enum carry_need {
	CARRY_FREELY,        /* off a terminal it needs no confirmation */
	CARRY_CONFIRMATION,  /* without one it is refused with ERROR_SECRET */
};
void print_plan(const struct run *run, const struct plan *plan, bool dry, bool aside);

/* Ask and do it, unless it is only tried; *seq is 0 where nothing was done. */
bool carry(struct run *run, struct plan *plan, enum carry_need need, bool ask, int64_t *seq,
	struct error *err);
bool carry_out(struct run *run, struct plan *plan, enum carry_need need, bool ask,
	struct json *take_more, struct error *err);

/* The same from the beginning, and again where somebody else was quicker. */
typedef bool plan_fn(struct run *run, struct plan *plan, struct error *err);
bool plan_and_carry_out(struct run *run, plan_fn *make, enum carry_need need, bool ask,
	struct error *err);

bool run_note_change(struct run *run, plan_fn *make, struct error *err); /* note.c */

#endif
