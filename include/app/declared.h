/*
 * The services of this server: what their configurations declare, what lies in the files that these
 * name, and what their ports serve.
 *
 * Configurations are read here (check/declared.h); certificates and keys, which are foreign bytes,
 * in a job that sends no more than records and fingerprints of keys; ports are asked by probes.
 * Nothing is kept, and nothing is changed.
 *
 * Life: app_declared() → declarations … declarations_done().
 */
#ifndef CERTARY_APP_DECLARED_H
#define CERTARY_APP_DECLARED_H

#include <stdbool.h>
#include <stddef.h>

#include "app/app.h"
#include "app/probe.h"
#include "check/agreement.h"

struct declared_wish {
	const char *root;                 /* NULL: this server (or CERTARY_TEST_ROOT, for tests) */
	const struct declared_kind *kind; /* NULL: all */
	bool ask;                         /* its ports, too: those of this host, whatever root is */
};

/* A disagreement by itself: it outlives the configuration. */
struct declared_finding {
	const char *code; /* static */
	enum outcome_level level;
	char *text, *where; /* safe text; "/etc/…/postgresql.conf:105", "by default" */
};

struct declared_findings {
	struct declared_finding *items; /* the worst first */
	size_t count;
};
void declared_findings_done(struct declared_findings *findings);

struct declared_judged {
	const struct declared_service *service; /* borrowed */
	struct stored *stored;                  /* one for each of its files */
	struct served *served;                  /* one for each port that was asked */
	struct probed *probed;                  /* behind each of these */
	bool *probed_done;
	size_t served_count;
	struct declared_findings findings;
	enum outcome_level level;
};

struct declarations {
	struct declared all;
	struct declared_judged *items; /* in the order of all.items */
	size_t count;
	/* The rest is private. */
	char *root;
};

/* False where root is no folder, or the job broke. */
bool app_declared(struct app *app, const struct declared_wish *wish, struct declarations *out,
	struct error *err);
void declarations_done(struct declarations *declarations);

/* The worst of all: OUTCOME_WARNING, where something couldn't be read, at least. */
enum outcome_level declarations_level(const struct declarations *declarations);

/*
 * A port of this host that somebody probed by another way: what the service that is declared there
 * says to it.  name gets that service's (the caller frees); false where none is declared, or the
 * report is of another host.  report->address tells.
 */
bool declarations_judge(struct app *app, const struct declarations *declarations,
	const struct probe_wish *wish, const struct probed *probed, char **name,
	struct declared_findings *out);

/* Is this numeric address one of this host's? */
bool address_is_local(const char *address);

#endif
