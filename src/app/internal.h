/*
 * What the verbs share: the open store.
 */
#ifndef CERTARY_SRC_APP_INTERNAL_H
#define CERTARY_SRC_APP_INTERNAL_H

#include "app/app.h"
#include "store/store.h"

struct haul;

/* In a child: forget what the parent has open, and open it anew. */
bool app_reopen(struct app *app, struct error *err);

struct store *app_store(const struct app *app); /* NULL before app_open_store() */

/*
 * For setting up: another store than the one that was named; the mode of a folder that is made for one;
 * will a run like this one find it again?
 */
void app_use_store(struct app *app, const char *path);
void app_store_mode(struct app *app, unsigned mode);
bool app_store_is_usual(const struct app *app);

/* declared.c: where configurations are looked for: "/", another folder in tests. */
const char *app_root_of_host(void);

/* show.c: read a FILE with one certificate at least; import_done() the haul either way. */
bool app_read_file(struct app *app, const char *path, struct haul *haul, struct error *err);

/* The system's anchors, where the settings want them; NULL where not. */
struct system_anchors;
const struct system_anchors *app_anchors(struct app *app);

/* Revocation lists at hand. */
struct shelf;
struct shelf *app_shelf(struct app *app);

/* trust.c: the certificate of a plan's row, from its entry or from what the row would write. */
struct cert;
bool app_row_cert(const struct app *app, const struct plan_row *row, struct cert **out);

/* remedy-words.c: how an operator types this certificate: its name in quotes where it needs them, or
 * digits of its fingerprint.  The caller frees. */
char *app_cert_word(struct app *app, const struct fingerprint *print);
char *app_shell_word(const char *text); /* as a shell takes it for one word; the caller frees */

/* limits.c: change the headers of limits (an empty one goes) and the state in one. */
struct limits;
bool app_plan_limits(struct app *app, const struct limits *limits, const struct entry *entry,
	enum state to, struct plan *plan, struct error *err);

/* When the next end of trust comes, as it was found in a generation of the store. */
struct app_ends {
	bool known;
	uint64_t generation;
	int64_t next;
};
struct app_ends *app_ends(struct app *app);

/* Where what lies in the trash came from; read anew after a change. */
struct origins;
const struct origins *app_origins(struct app *app);

/*
 * The longest run of ASCII letters and digits in these words that a text of each line must hold which
 * they match, for journal_line_may_say(); "" where there is none.  The caller frees.
 */
char *app_log_word(const char *folded);

#endif
