/*
 * What the commands share: how they are called, how they print, ask and end.
 */
#ifndef CERTARY_SRC_CLI_RUN_H
#define CERTARY_SRC_CLI_RUN_H

#include <stdbool.h>

#include "app/app.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "cli/cli.h"

struct run {
	struct app *app;
	const struct arguments *args;
};

/* A command: true is exit 0; otherwise the error's code and one line on standard error.  An error
 * with an empty text has been told already. */
typedef bool run_fn(struct run *run, struct error *err);

run_fn run_list, run_show, run_import, run_rename, run_note, run_decision, run_purge, run_undo,
	run_log, run_probe, run_explain, run_match, run_doctor, run_help, run_export;

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

/* A column of text, filled up with blanks or cut to so many columns. */
void print_cell(struct buf *line, const char *safe, size_t columns, bool last);

/* entry-json.c */
struct json *entry_json(const struct entry *entry);
void info_json(struct json *object, const struct cert_info *info);
struct json *plan_json(const struct plan *plan);

/* explain.c */
struct explanation;
struct explained_lines;
void print_explained(const struct explained_lines *lines);
struct json *explanation_json(const struct explanation *explanation);

/* ask.c: questions on the terminal, and only there. */
bool ask_possible(void);
bool ask_yes(const char *question);
bool ask_line(const char *prompt, const char *shown, const char *proposed, struct buf *out);
bool ask_secret(const char *prompt, struct buf *out); /* not echoed; buf_wipe() it */
bool read_password(const struct run *run, struct buf *out, struct error *err);

/* carry-out.c: show the plan, ask where a terminal is there, carry it out, say what was done. */
enum carry_need {
	CARRY_FREELY,        /* off a terminal it needs no confirmation */
	CARRY_CONFIRMATION,  /* without one it is refused with ERROR_SECRET */
};
bool carry_out(struct run *run, struct plan *plan, enum carry_need need, bool ask,
	struct json *take_more, struct error *err);

/* The same from the beginning, and again where somebody else was quicker. */
typedef bool plan_fn(struct run *run, struct plan *plan, struct error *err);
bool plan_and_carry_out(struct run *run, plan_fn *make, enum carry_need need, bool ask,
	struct error *err);

#endif
