/*
 * Explain: why a certificate is trusted, link by link up to the anchor and who put that there; or
 * everything that speaks against it.
 *
 * The judgement is that of pki/judge.h, with the store as what is held.  Of the store only those
 * entries are read that may stand in the chain, so that the cost doesn't depend on its size.
 *
 * Life: `struct explanation x = {0}; app_explain_…(…, &x, &err); … explanation_done(&x)`, which is
 * called either way.
 */
#ifndef CERTARY_APP_EXPLAIN_H
#define CERTARY_APP_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "app/app.h"
#include "app/import.h"
#include "base/arena.h"
#include "pki/judge.h"

struct explain_question {
	const char *host; /* as typed; NULL: not asked */
	enum purpose purpose;
	int64_t at; /* seconds since 1970; 0: now */
	const struct staple *staples; /* that came with the chain; copied */
	size_t staple_count;
	bool live; /* the chain has just come from a server */
	const char *place; /* the service, "ldap.example:636", for trust within limits; NULL: none */
};

/* "server" or "client"; ERROR_USAGE for anything else. */
bool explain_parse_purpose(const char *text, enum purpose *out, struct error *err);

struct explained_step {
	const struct cert_info *info;
	const char *name; /* in the store, else one that is proposed */
	int state;        /* STATE_NONE: not in the store */
	bool presented;
	const char *revocation; /* what speaks for it; NULL: nothing is known, or a reason says it */
	bool by_system; /* not in the store: an anchor of the system's */
	const char *limits; /* of STATE_LIMITED: "for ldap.example:636 until 2026-12-01"; else NULL */
	const char *ticket; /* of them; NULL: none */
	const char *decided; /* who set them and when, as far as the journal tells; NULL: not looked up */
	bool holds;         /* they cover what is asked */
};

struct explained_path {
	struct explained_step *steps; /* from the leaf upwards */
	size_t step_count;
	const struct judge_reason *reasons; /* those that break first */
	size_t reason_count;
	bool trusted, anchored;
};

/* All texts are safe text and the explanation's own: it outlives a reload of the store. */
struct explanation {
	bool trusted, direct, cut; /* as in struct judgement */
	struct explained_path paths[JUDGE_PATHS]; /* paths[0] gives the answer */
	size_t path_count;                        /* at least 1 */
	const struct explained_step *anchor;      /* of paths[0]; NULL where it isn't trusted */
	const char *added, *by, *source;          /* of the anchor's entry; "": it doesn't say */
	/* The rest is private. */
	struct judge_question asked;
	const char *place;
	const char *file; /* whose certificates were presented; NULL: no file's */
	struct staple *staples;
	struct cert **presented;
	size_t presented_count;
	struct judgement judgement;
	struct arena texts;
};

/* A certificate of the store, alone. */
bool app_explain_entry(struct app *app, const struct entry *entry,
	const struct explain_question *question, struct explanation *out, struct error *err);

/*
 * The certificates of a haul as one chain, in whatever order; `leaf` is the one to explain, NULL:
 * the one that issued none of the others.
 */
bool app_explain_haul(struct app *app, const struct haul *haul, const struct import_item *leaf,
	const struct explain_question *question, struct explanation *out, struct error *err);

/* A chain as a peer sent it, the leaf first; the certificates are copied. */
bool app_explain_chain(struct app *app, const struct cert *const *certs, size_t count,
	const struct explain_question *question, struct explanation *out, struct error *err);

/* CERT, or a FILE with a chain; CERT wins.  ERROR_NOT_FOUND where it is neither. */
bool app_explain_text(struct app *app, const char *cert_or_file,
	const struct explain_question *question, struct explanation *out, struct error *err);
void explanation_done(struct explanation *explanation);

/* --- in words --------------------------------------------------------------------------------- */

/* Is the reason about revocation: lists, stapled answers? */
bool reason_is_revocation(const struct judge_reason *reason);

enum explained_kind {
	EXPLAINED_TRUSTED, /* begins a path */
	EXPLAINED_REFUSED, /* begins a path */
	EXPLAINED_STEP,    /* name is a certificate, text says how it is held */
	EXPLAINED_BREAKS,  /* one more reason why not; name is the certificate, as below */
	EXPLAINED_MARKS,   /* accepted, but people should know */
	EXPLAINED_NOTE,    /* about all of it */
	EXPLAINED_TELLS,   /* neither for nor against; name is the certificate */
	EXPLAINED_MISSING, /* as a step, behind the last: name is the issuer that nobody holds */
};

struct explained_line {
	enum explained_kind kind;
	size_t depth; /* of a step; 0 is the leaf */
	size_t gap;   /* of a step: blanks behind its name, so that the texts stand in a column */
	int state;    /* of a step; STATE_NONE: not in the store */
	char *name;   /* NULL: none */
	char *text;
};

/*
 * What both faces show, in order: of each path the verdict, its certificates and what is to be said
 * of them, where no path before it said so.
 *
 * Life: `struct explained_lines lines = {0}; explanation_lines(…); … explained_lines_done(&lines)`.
 */
struct explained_lines {
	struct explained_line *items;
	size_t count, cap;
};
void explanation_lines(const struct explanation *explanation, struct explained_lines *out);
void explained_lines_done(struct explained_lines *lines);

#endif
