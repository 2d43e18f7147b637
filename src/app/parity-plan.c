/* What to type, there and here: commands that people read before they paste them. */
#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "app/parity.h"
#include "app/show.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "pki/cert.h"

#define BLOCKS_MOST 20 /* PEM blocks that one pastes; more of them are files to copy */

static struct parity_step *add(struct parity_steps *steps, char *take)
{
	steps->items = mem_grow(steps->items, steps->count, &steps->cap, sizeof *steps->items);
	struct parity_step *step = &steps->items[steps->count++];
	*step = (struct parity_step){ .command = take };
	return step;
}

void parity_steps_done(struct parity_steps *steps)
{
	for (size_t i = 0; i < steps->count; i++) {
		free(steps->items[i].command);
		free(steps->items[i].pem);
		free(steps->items[i].file);
	}
	free(steps->items);
	*steps = (struct parity_steps){ 0 };
}

/* A manifest says nothing of limits: what has them elsewhere waits for somebody who gives it some here. */
static enum state known_state(enum state state)
{
	return state == STATE_LIMITED ? STATE_UNTRUSTED : state;
}

static const char *verb_of(enum state state)
{
	static const char *const verbs[STATE_COUNT] = { [STATE_TRUSTED] = "trust",
		[STATE_UNTRUSTED] = "untrust",
		[STATE_BLOCKED] = "block",
		[STATE_TRASH] = "delete" };
	return verbs[known_state(state)];
}

static char *import_of(const struct manifest_entry *e, const char *from)
{
	char *name = app_shell_word(e->name), *file = app_shell_word(from);
	bool plain = strcmp(from, "-") == 0;
	char *command = mem_format("certary import --yes --state %s --name %s %s",
		state_name((int)known_state(e->state)), name, plain ? "-" : file);
	free(name);
	free(file);
	return command;
}

static void add_verb(struct parity_steps *out, const char *verb, const struct manifest_entry *e)
{
	char hex[FINGERPRINT_HEX];
	add(out, mem_format("certary %s --yes %s", verb, fingerprint_hex(&e->sha256, hex)));
}

static void add_rename(struct parity_steps *out, const struct manifest_entry *e, const char *name)
{
	char hex[FINGERPRINT_HEX], *word = app_shell_word(name);
	fingerprint_hex(&e->sha256, hex);
	add(out, mem_format("certary rename --yes -- %s %s", hex, word));
	free(word);
}

/* The predecessor gives its name away before the successor comes, and goes when that is there. */
static void make_room(struct parity_steps *out, const struct manifest_entry *old,
	const struct manifest_entry *next)
{
	char date[CLOCK_ISO];
	if (strcmp(old->name, next->name) != 0)
		return;
	char *name = mem_format("%s (until %s)", old->name, clock_date(date, old->not_after));
	add_rename(out, old, name);
	free(name);
}

/* --- there --------------------------------------------------------------------------------- */

static bool add_import(struct app *app, const struct manifest_entry *e, bool as_file,
	struct parity_steps *out, struct error *err)
{
	struct entry entry;
	struct cert *cert = NULL;
	if (!app_find(app, &e->sha256, &entry))
		return error_set(err, ERROR_FAILED, "%s: it is no longer here", e->name);
	if (!store_read_cert(app_store(app), &entry, &cert, NULL, NULL, err))
		return false;
	if (as_file) {
		char *name = text_safe(entry.file, strlen(entry.file));
		struct parity_step *step = add(out, import_of(e, name));
		step->file = mem_format(
			"%s/%s/%s", app_store_path(app), state_name((int)entry.state), name);
		free(name);
	} else {
		add(out, import_of(e, "-"))->pem = app_pem(cert);
	}
	cert_free(cert);
	return true;
}

/* One deployment mends whatever is off with a target. */
static void add_once(struct parity_steps *out, char *take)
{
	for (size_t i = 0; i < out->count; i++) {
		if (strcmp(out->items[i].command, take) == 0) {
			free(take);
			return;
		}
	}
	add(out, take);
}

static void add_target(const struct parity_row *row, struct parity_steps *out)
{
	const struct manifest_target *t = row->target_here;
	char *name = app_shell_word(t->name), *path = app_shell_word(t->path);
	if (row->kind != PARITY_TARGET_MISSING)
		add_once(out, mem_format("certary deploy %s", name));
	else
		add(out, mem_format("certary target add --name %s --kind %s%s%s", name, t->kind,
				 *t->path ? " --path " : "", *t->path ? path : ""));
	free(path);
	free(name);
}

static bool add_there(struct app *app, const struct parity_row *row, bool as_file,
	struct parity_steps *out, struct error *err)
{
	switch (row->kind) {
	case PARITY_MISSING:
		return add_import(app, row->here, as_file, out, err);
	case PARITY_OLDER:
		make_room(out, row->there, row->here);
		if (!add_import(app, row->here, as_file, out, err))
			return false;
		add_verb(out, "delete", row->there);
		return true;
	case PARITY_EXTRA:
		add_verb(out, "delete", row->there);
		return true;
	case PARITY_STATE:
		add_verb(out, verb_of(row->here->state), row->here);
		return true;
	case PARITY_NAME:
		add_rename(out, row->here, row->here->name);
		return true;
	case PARITY_TARGET_MISSING:
	case PARITY_TARGET_OTHER:
	case PARITY_TARGET_STATE:
		add_target(row, out);
		return true;
	default: /* what is newer there is for this store to take */
		return true;
	}
}

bool app_parity_there(struct app *app, const struct parity_server *server, struct parity_steps *out,
	struct error *err)
{
	const struct parity *p = &server->parity;
	bool as_file = p->counts[PARITY_MISSING] + p->counts[PARITY_OLDER] > BLOCKS_MOST;
	for (size_t i = 0; i < p->count; i++)
		if (!add_there(app, &p->rows[i], as_file, out, err))
			return false;
	return true;
}

/* --- here ---------------------------------------------------------------------------------- */

static void add_fetch(const struct parity_server *server, const struct manifest_entry *e,
	struct parity_steps *out)
{
	char hex[FINGERPRINT_HEX], *import = import_of(e, "-");
	char *host = app_shell_word(server->host ? server->host : "HOST");
	add(out, mem_format("ssh -- %s certary show --pem %s | %s", host,
			 fingerprint_hex(&e->sha256, hex), import));
	free(import);
	free(host);
}

void app_parity_here(const struct parity_server *server, struct parity_steps *out)
{
	for (size_t i = 0; i < server->parity.count; i++) {
		const struct parity_row *row = &server->parity.rows[i];
		if (row->kind != PARITY_EXTRA && row->kind != PARITY_NEWER)
			continue;
		if (row->here)
			make_room(out, row->here, row->there);
		add_fetch(server, row->there, out);
		if (row->here)
			add_verb(out, "delete", row->here);
	}
}
