/*
 * Parity: this store beside those of other servers, and what to type to bring them in line.
 *
 * The others are asked by ssh, several at a time (`ssh -o BatchMode=yes -- HOST certary list
 * --json`), or have left a manifest in a file.  Nothing is changed, here or there: the plans are
 * commands for people to carry out.
 */
#ifndef CERTARY_APP_PARITY_H
#define CERTARY_APP_PARITY_H

#include <stdbool.h>
#include <stddef.h>

#include "app/app.h"
#include "base/error.h"
#include "base/json.h"
#include "check/manifest.h"
#include "check/parity.h"

struct parity_server {
	char *label;      /* as the operator named it; safe text */
	char *host; /* for ssh: as named, else as the manifest says; safe text; NULL: not known */
	bool compared;
	bool unreached;   /* a host that wasn't reached or gave no answer */
	struct error error; /* why it wasn't compared */
	struct manifest manifest;
	struct parity parity; /* borrows from the two manifests */
};

struct parities {
	struct manifest here;
	struct parity_server *servers; /* in the order of the words */
	size_t count;
};

/*
 * A word is a manifest's file where there is such a file or a slash in it, "-" is standard input,
 * and everything else a host, user@host or ssh://user@host:port.  ERROR_USAGE where a word can be
 * none of these; what becomes of each of them stands in its row.
 *
 * Life: app_parity() … parities_done(), also where it says false.
 */
bool app_parity(struct app *app, const char *const *words, size_t count, struct parities *out,
	struct error *err);
void parities_done(struct parities *parities);

/* May this word be given to ssh as a host? */
bool parity_host_fits(const char *word, struct error *err);

/* This server's own: entries without the trash, and targets. */
bool app_manifest(struct app *app, struct manifest *out, struct error *err);
struct json *app_manifest_target(const struct manifest_target *target);
char *app_host_name(void); /* safe text; the caller frees */

/* One line to type, and what goes with it. */
struct parity_step {
	char *command; /* safe text */
	char *pem;     /* what it reads on standard input; NULL: nothing */
	char *file; /* else the file of this store that is to be copied there first; NULL: none */
};

struct parity_steps {
	struct parity_step *items;
	size_t count, cap;
};

/*
 * What to type there so that it has what this store has.  Certificates go along as PEM blocks, or
 * where they are many as files to be copied.
 */
bool app_parity_there(struct app *app, const struct parity_server *server, struct parity_steps *out,
	struct error *err);

/* What to type here for what this store lacks. */
void app_parity_here(const struct parity_server *server, struct parity_steps *out);
void parity_steps_done(struct parity_steps *steps);

#endif
