#include "app/trust.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/bag.h"
#include "pki/warning.h"
#include "store/journal.h"
#include "store/limits.h"
#include "app/internal.h"
#include "app/target.h"
#include "deploy/deploy.h"

#define KINDS_MOST  32 /* of targets; there are fewer */
#define BIT(state)  (1u << (state))
#define NOT_TRASH   (BIT(STATE_TRUSTED) | BIT(STATE_LIMITED) | BIT(STATE_UNTRUSTED) | BIT(STATE_BLOCKED))
#define ONLY_TRASH  BIT(STATE_TRASH)

static const struct decision_row rows[DECISION_COUNT] = {
	[DECISION_TRUST] = { .verb = "trust",
		.done = N_("trusted"),
		.help = N_("accept it, and what it signs where it is a CA"),
		.from = NOT_TRASH,
		.widens = true },
	[DECISION_UNTRUST] = { .verb = "untrust",
		.done = N_("untrusted"),
		.help = N_("no longer accept it; it waits for a decision"),
		.from = NOT_TRASH },
	[DECISION_BLOCK] = { .verb = "block",
		.done = N_("blocked"),
		.help = N_("refuse it, and every chain through it"),
		.from = NOT_TRASH },
	[DECISION_DELETE] = { .verb = "delete",
		.done = N_("moved to the trash"),
		.help = N_("move it to the trash, from where it can be restored"),
		.from = NOT_TRASH },
	[DECISION_RESTORE] = { .verb = "restore",
		.done = N_("restored"),
		.help = N_("take it from the trash back to the state it had"),
		.from = ONLY_TRASH,
		.widens = true },
	[DECISION_PURGE] = { .verb = "purge",
		.done = N_("removed"),
		.help = N_("empty the trash"),
		.from = ONLY_TRASH,
		.loses = true },
};

static const enum state goals[DECISION_COUNT] = {
	[DECISION_TRUST] = STATE_TRUSTED,
	[DECISION_UNTRUST] = STATE_UNTRUSTED,
	[DECISION_BLOCK] = STATE_BLOCKED,
	[DECISION_DELETE] = STATE_TRASH,
};

const struct decision_row *decision_row(enum decision which)
{
	return &rows[which];
}

bool decision_find(const char *verb, enum decision *out)
{
	for (int i = 0; i < DECISION_COUNT; i++) {
		if (strcmp(rows[i].verb, verb) == 0) {
			*out = (enum decision)i;
			return true;
		}
	}
	return false;
}

static bool refuse(enum decision which, const struct entry *entry, struct error *err)
{
	const char *hint = entry->state == STATE_TRASH ? _("it is in the trash: restore it first") :
							 _("it is not in the trash");
	return error_set(err, ERROR_FAILED, "%s %s: %s", rows[which].verb, entry->name, hint);
}

/* Of now or of once: who finds it among the trusted must not read that it has any. */
static bool has_limits(const struct entry *entry)
{
	return *entry->scope || *entry->until || *entry->ticket;
}

bool app_plan_decision(struct app *app, enum decision which, const struct entry *entry,
	struct plan *plan, struct error *err)
{
	plan->op = rows[which].verb;
	bool there = which == DECISION_DELETE && entry->state == STATE_TRASH;
	if (there || plan_has(plan, &entry->info.sha256))
		return true;
	if (!(rows[which].from & BIT(entry->state)))
		return refuse(which, entry, err);
	if (which == DECISION_PURGE) {
		plan_remove(plan, entry);
		return true;
	}
	enum state goal = which == DECISION_RESTORE ?
				  origins_state(app_origins(app), &entry->info.sha256) :
				  goals[which];
	if (entry->state == goal)
		return true;
	static const struct limits none = { "", "", "" };
	if (goal == STATE_TRUSTED && which == DECISION_TRUST && has_limits(entry))
		return app_plan_limits(app, &none, entry, goal, plan, err);
	plan_move(plan, entry, goal);
	return true;
}

bool app_plan_purge(struct app *app, struct plan *plan, struct error *err)
{
	uint32_t cursor = 0;
	struct entry e;
	plan->op = rows[DECISION_PURGE].verb;
	while (store_next(app_store(app), &cursor, &e))
		if (e.state == STATE_TRASH &&
			!app_plan_decision(app, DECISION_PURGE, &e, plan, err))
			return false;
	return true;
}

void app_plan_why(struct plan *plan, const char *why)
{
	free(plan->why);
	plan->why = why && *why ? text_typed(why) : NULL;
}

static enum anchor_shape shape_of(const struct cert_info *info)
{
	if (info->ca)
		return info->self_signed ? ANCHOR_ROOT : ANCHOR_INTERMEDIATE;
	return info->self_signed ? ANCHOR_SELF_SIGNED : ANCHOR_LEAF;
}

/* What the consumers make of it that this store feeds; of those at large where it feeds none. */
static void acceptance_words(struct app *app, enum anchor_shape shape, bool expired, struct buf *out)
{
	struct targets targets = { 0 };
	bool fed = app_targets(app, &targets, NULL) && targets.count > 0;
	const struct target_kind *kinds[KINDS_MOST];
	size_t count = 0;
	for (size_t i = 0; i < targets.count; i++) {
		size_t k = 0;
		while (k < count && kinds[k] != targets.items[i].kind)
			k++;
		if (k == count && count < KINDS_MOST)
			kinds[count++] = targets.items[i].kind;
	}
	deploy_acceptance(shape, expired, fed ? kinds : NULL, count, out);
	targets_done(&targets);
}

void app_anchor_words(struct app *app, const struct cert_info *info, struct buf *out)
{
	static const char *const words[] = {
		[ANCHOR_ROOT] = N_("A root CA: every certificate that it signs, for any name, is accepted."),
		[ANCHOR_INTERMEDIATE] = N_("An intermediate CA, in place of its root."),
		[ANCHOR_SELF_SIGNED] = N_("A self-signed certificate: exactly this one is accepted."),
		[ANCHOR_LEAF] = N_("A CA's certificate for one service, in place of the CA."),
	};
	enum anchor_shape shape = shape_of(info);
	bool expired = info->not_after < app_now();
	buf_format(out, "%s\n", lang_text(words[shape]));
	if (expired || shape == ANCHOR_INTERMEDIATE || shape == ANCHOR_LEAF)
		acceptance_words(app, shape, expired, out);
}

static void limited_words(const struct cert_info *info, struct buf *out)
{
	buf_text_add(out, info->ca ? _("A CA: what it signs is accepted within these limits.\n") :
				     _("Exactly this certificate is accepted within these limits.\n"));
	buf_text_add(out, _("Only certary knows them, in its judgements and in certary connect: for other "
			    "programs it isn't trusted.\n"));
}

/* The certificate of a row: from its entry, or from the file that the row would write. */
bool app_row_cert(const struct app *app, const struct plan_row *row, struct cert **out)
{
	struct entry entry;
	struct bag bag = { 0 };
	struct buf bytes = { 0 };
	if (store_find(app_store(app), &row->cert, &entry))
		return store_read_cert(app_store(app), &entry, out, NULL, NULL, NULL);
	bool ok = row->writes && plan_row_bytes(row, &bytes, NULL) &&
		  bag_read(buf_text(&bytes), bytes.len, &(struct bag_options){ 0 }, &bag, NULL) &&
		  bag.count > 0 && bag.items[0].der &&
		  cert_parse(bag.items[0].der, bag.items[0].len, out, NULL);
	bag_done(&bag);
	buf_done(&bytes);
	return ok;
}

/* What a CA signed loses its anchor with it. */
static void issued_words(const struct app *app, const struct plan_row *row, struct buf *out)
{
	struct entry ca, e;
	bool loses = (row->src.state == STATE_TRUSTED || row->src.state == STATE_LIMITED) &&
		     row->dst.state != STATE_TRUSTED && row->dst.state != STATE_LIMITED;
	size_t count = 0;
	uint32_t cursor = 0;
	if (!loses || !store_find(app_store(app), &row->cert, &ca) || !ca.info.ca)
		return;
	while (store_next_issuer(app_store(app), ca.info.subject, &cursor, &e))
		count += cert_info_issued_by(&e.info, &ca.info);
	if (count)
		buf_format(out, lang_n("%zu certificate in this store was issued by it.\n",
					"%zu certificates in this store were issued by it.\n", count),
			count);
}

void app_consequences(struct app *app, const struct plan_row *row, struct buf *out)
{
	struct cert *cert = NULL;
	struct warnings warnings = { 0 };
	issued_words(app, row, out);
	bool limited = row->dst.state == STATE_LIMITED && row->src.state != STATE_LIMITED;
	bool widens = row->dst.state == STATE_TRUSTED && row->src.state != STATE_TRUSTED;
	if ((!widens && !limited) || !app_row_cert(app, row, &cert))
		return;
	if (limited)
		limited_words(cert_info(cert), out);
	else
		app_anchor_words(app, cert_info(cert), out);
	warnings_of(cert, app_now(), &warnings);
	for (size_t i = 0; i < warnings.count; i++)
		if (strcmp(warnings.items[i].code, "any-ca") != 0) /* said above in other words */
			buf_format(out, "%s\n", warnings.items[i].text);
	warnings_done(&warnings);
	cert_free(cert);
}
