/*
 * What the commands that meet the network share.
 */
#ifndef CERTARY_SRC_CLI_PROBE_H
#define CERTARY_SRC_CLI_PROBE_H

#include "app/endpoint.h"
#include "app/probe.h"
#include "cli/run.h"

/* What we show if asked: --identity, opened. */
struct probe_client {
	struct identities all;
	const struct identity *identity; /* NULL: nobody */
	struct new_key key;
	bool opened;
};
bool probe_open_identity(struct run *run, struct probe_client *client, struct error *err);
void probe_client_done(struct probe_client *client);

/* The options and the word of a command; both are given back whatever it says. */
bool probe_read_wish(struct run *run, const char *word, struct probe_wish *wish,
	struct probe_client *client, struct error *err);

/* Keep what isn't trusted, unless the operator said not to: rows without a source are new. */
bool probe_keep_plan(struct run *run, const struct probed *probed, struct plan *plan,
	struct error *err);

/* The same, and tell; out, where given, tells what was kept.  What can't be kept is warned of. */
void probe_keep(struct run *run, const struct probed *probed, struct json *out);

/* The same without a word. */
bool probe_keep_quietly(struct run *run, const struct probed *probed, struct error *err);

/* explain HOST:PORT: ask it, and explain what it presents. */
bool probe_and_explain(struct run *run, const char *word, struct error *err);

/* The same of a saved one, asked as it was saved. */
bool explain_endpoint(struct run *run, const struct endpoint *endpoint, struct error *err);

/* --- probe-show.c --------------------------------------------------------------------------- */

void print_probed(const struct probed *probed);
struct json *probed_json(const struct probed *probed);

/* check.c: how an endpoint stands. */
struct checked;
void print_checked(const struct checked *item);
struct json *checked_json(const struct checked *item);

struct json *endpoint_json(const struct endpoint *endpoint);

#endif
