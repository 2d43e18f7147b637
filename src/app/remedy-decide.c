/* Remedies that somebody decides here: about a certificate of the paths, or one in the trash. */
#include "app/mending.h"

#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/journal.h"

static char *import_command(const struct mending *m, const struct fingerprint *print)
{
	char *safe = text_safe(m->x->file, strlen(m->x->file)); /* what can't be typed is seen */
	char *file = app_shell_word(safe), *command = NULL;
	for (size_t i = 0; i < m->x->presented_count && !command; i++)
		if (fingerprint_compare(&cert_info(m->x->presented[i])->sha256, print) == 0)
			command = m->x->presented_count == 1 ?
				mem_format("certary import %s", file) :
				mem_format("certary import --pick %zu %s", i + 1, file);
	free(file);
	free(safe);
	return command;
}

/* What was pasted has neither a file nor a place in the store: no command can name it. */
static bool is_nameless(const struct mending *m, int state)
{
	return state == STATE_NONE && !m->x->file && !m->x->place;
}

static char *decision_command(struct mending *m, const struct pretence *item, int state)
{
	const char *verb = item->standing == STANDING_TRUSTED ? "trust" : "untrust";
	char *word = app_cert_word(m->app, &item->print), *command;
	if (is_nameless(m, state))
		command = NULL;
	else if (state == STATE_NONE && m->x->file)
		command = import_command(m, &item->print);
	else if (state != STATE_TRASH)
		command = mem_format("certary %s %s", verb, word);
	else if (standing_of_state((int)origins_state(app_origins(m->app), &item->print)) ==
		 item->standing)
		command = mem_format("certary restore %s", word);
	else
		command = mem_format("certary restore %s && certary %s %s", word, verb, word);
	free(word);
	return command;
}

static void put_decision(const struct pretence *item, const struct cert_info *info, int state,
	size_t at, struct buf *out)
{
	char *name = cert_proposed_name(info);
	size_t len = text_fit(name, 60, NULL);
	const char *more = name[len] ? "…" : "";
	if (item->standing != STANDING_TRUSTED)
		buf_format(out, _("lifts the block of %.*s%s"), (int)len, name, more);
	else if (at == 0 && !info->ca)
		buf_text_add(out, _("trusts exactly this certificate"));
	else
		buf_format(out, info->self_signed ? _("trusts the root %.*s%s and what it signs") :
						    _("trusts the CA %.*s%s and what it signs"),
			(int)len, name, more);
	if (state == STATE_BLOCKED && item->standing == STANDING_TRUSTED)
		buf_text_add(out, _(", which somebody has blocked"));
	else if (state == STATE_TRASH)
		buf_text_add(out, _(", which lies in the trash"));
	free(name);
}

/* ---- for this service alone ---- */

static void put_option(struct buf *out, const char *option, const char *value)
{
	if (!*value)
		return;
	char *word = app_shell_word(value);
	buf_format(out, " %s %s", option, word);
	free(word);
}

/* "certary trust NAME --for a:636 --for b:443 --until 2026-12-01" */
static char *limits_command(struct mending *m, const struct fingerprint *print,
	const struct limits *limits)
{
	struct buf out = { 0 };
	char *word = app_cert_word(m->app, print);
	const char *place;
	size_t len, cursor = 0;
	buf_format(&out, "certary trust %s", word);
	while (limits_next(limits, &cursor, &place, &len)) {
		char *one = mem_textn(place, len);
		put_option(&out, "--for", one);
		free(one);
	}
	put_option(&out, "--until", limits->until);
	put_option(&out, "--ticket", limits->ticket);
	free(word);
	return buf_take(&out);
}

/* One that is trusted for others goes on to be. */
static char *wider_scope(const struct mending *m, const struct entry *e)
{
	return *e->scope ? mem_format("%s, %s", e->scope, m->x->place) : mem_text(m->x->place);
}

/* Only a certificate of the store can have limits, and one whose end has come begins anew. */
static void try_here(struct mending *m, const struct variant *v, const struct cert_info *info, int state)
{
	struct entry e;
	bool limited = state == STATE_LIMITED;
	if (!m->x->place || (state != STATE_UNTRUSTED && !limited && state != STATE_NONE) ||
		(state == STATE_NONE && m->x->file) ||
		(limited && !app_find(m->app, &info->sha256, &e)))
		return;
	const struct limits was = limited ? limits_of(&e) : (struct limits){ "", "", "" };
	bool goes_on = limited && !limits_are_over(&was, app_now());
	char *scope = goes_on ? wider_scope(m, &e) : mem_text(m->x->place);
	const struct limits limits = { scope, goes_on ? was.until : "", goes_on ? was.ticket : "" };
	const struct pretence item = { .print = info->sha256,
		.standing = STANDING_TRUSTED,
		.cert = state == STATE_NONE ? m->x->judgement.paths[0].steps[0].cert : NULL,
		.limits = &limits };
	if (!mends(m, v, &item, 1)) {
		free(scope);
		return;
	}
	struct buf text = { 0 };
	struct remedy *remedy = remedy_add(m, REMEDY_DECIDE);
	bool more = goes_on && *was.scope;
	buf_format(&text, more ? _("trusts exactly this certificate, for %s as well") :
				 _("trusts exactly this certificate, for %s alone"), m->x->place);
	remedy_put_peer(m, v, &text);
	remedy->command = limits_command(m, &info->sha256, &limits);
	remedy->text = buf_take(&text);
	remedy->cert = info->sha256;
	remedy->simple = state != STATE_NONE;
	remedy->decision = DECISION_TRUST;
	remedy->until = mem_text(limits.until);
	remedy->ticket = mem_text(limits.ticket);
	remedy->scope = scope;
}

static void offer(struct mending *m, const struct variant *v, const struct pretence *item,
	const struct cert_info *info, int state, size_t at)
{
	struct buf text = { 0 };
	struct remedy *remedy = remedy_add(m, REMEDY_DECIDE);
	if (is_nameless(m, state))
		buf_text_add(&text, _("import it as trusted: "));
	put_decision(item, info, state, at, &text);
	remedy_put_peer(m, v, &text);
	remedy_put_others(m, item, remedy, &text);
	remedy->command = decision_command(m, item, state);
	remedy->text = buf_take(&text);
	remedy->cert = item->print;
	remedy->simple = state == STATE_UNTRUSTED || state == STATE_BLOCKED || state == STATE_LIMITED;
	remedy->decision = item->standing == STANDING_TRUSTED ? DECISION_TRUST : DECISION_UNTRUST;
}

/* Without its block before trusted: what admits less comes first. */
static bool try_one(struct mending *m, const struct variant *v, const struct cert *cert,
	const struct cert_info *info, int state, size_t at)
{
	struct pretence item = { .print = info->sha256, .standing = STANDING_UNTRUSTED };
	if (state == STATE_NONE)
		item.cert = cert;
	bool helps = state == STATE_BLOCKED && mends(m, v, &item, 1);
	if (!helps) {
		item.standing = STANDING_TRUSTED;
		helps = mends(m, v, &item, 1);
	}
	if (helps && at == 0 && item.standing == STANDING_TRUSTED && !info->ca)
		try_here(m, v, info, state);
	if (helps)
		offer(m, v, &item, info, state, at);
	return helps;
}

/* Did it stand in a path before, or lower in this one? */
static bool was_tried(const struct explanation *x, size_t p, size_t at)
{
	const struct fingerprint *print = &x->paths[p].steps[at].info->sha256;
	for (size_t i = 0; i < p; i++)
		if (at < x->paths[i].step_count &&
			fingerprint_compare(&x->paths[i].steps[at].info->sha256, print) == 0)
			return true;
	return false;
}

/* Deciding about it is in vain: what will be trusted one day is another one. */
static bool is_over(const struct mending *m, const struct cert_info *info)
{
	return info->not_after < m->x->asked.now;
}

/* Who withdrew it had reasons, and nobody should trust it all the same. */
static bool is_revoked(const struct explained_path *path, size_t at)
{
	for (size_t i = 0; i < path->reason_count; i++)
		if (path->reasons[i].at == at && path->reasons[i].weight == JUDGE_BREAKS &&
			reason_is_revocation(&path->reasons[i]))
			return true;
	return false;
}

/* From the leaf upwards, in all paths side by side. */
bool remedy_try_steps(struct mending *m, const struct variant *v)
{
	const struct explanation *x = m->x;
	bool any = false;
	for (size_t at = 0; at < JUDGE_DEPTH; at++)
		for (size_t p = 0; p < x->path_count; p++) {
			if (at >= x->paths[p].step_count || was_tried(x, p, at))
				continue;
			const struct explained_step *step = &x->paths[p].steps[at];
			if (step->state != STATE_TRUSTED && !is_over(m, step->info) &&
				!is_revoked(&x->paths[p], at))
				any |= try_one(m, v, x->judgement.paths[p].steps[at].cert,
					step->info, step->state, at);
		}
	return any;
}

/* It may only have been deleted. */
bool remedy_try_trash(struct mending *m, const struct variant *v)
{
	bool any = false;
	for (size_t p = 0; p < m->x->path_count; p++) {
		const struct explained_path *path = &m->x->paths[p];
		const struct cert_info *end = path->steps[path->step_count - 1].info;
		const struct judge_wish wish = { end->issuer, end->issuer_key_id };
		struct entry e;
		if (!remedy_lacks_issuer(path))
			continue;
		for (uint32_t at = 0; store_next_subject(app_store(m->app), end->issuer, &at, &e);)
			if (e.state == STATE_TRASH && judge_fits(&wish, e.info.subject, e.info.key_id))
				any |= try_one(m, v, NULL, &e.info, STATE_TRASH, path->step_count);
	}
	return any;
}
