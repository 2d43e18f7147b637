/*
 * What could be done is a short list: somebody decides otherwise about a certificate of the paths; what
 * lies in the trash comes back; the other side renews what is over; it is called by another name.
 * First each alone, then together with what the other side must do, and the first round in which
 * anything helps is the answer.
 */
#include "app/mending.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/journal.h"

const char *remedy_kind_name(enum remedy_kind kind)
{
	static const char *const names[] = {
		[REMEDY_DECIDE] = "decide",
		[REMEDY_RENEW] = "renew",
		[REMEDY_WAIT] = "wait",
		[REMEDY_HOST] = "host",
		[REMEDY_ISSUER] = "issuer",
		[REMEDY_CHAIN] = "chain",
		[REMEDY_NOTHING] = "nothing",
	};
	return names[kind];
}

void remedies_done(struct remedies *remedies)
{
	for (size_t i = 0; i < remedies->count; i++) {
		free(remedies->items[i].command);
		free(remedies->items[i].text);
	}
	free(remedies->items);
	free(remedies->nearest);
	*remedies = (struct remedies){ 0 };
}

struct remedy *remedy_add(struct mending *m, enum remedy_kind kind)
{
	struct remedies *out = m->out;
	out->items = mem_grow(out->items, out->count, &out->cap, sizeof *out->items);
	struct remedy *remedy = &out->items[out->count++];
	*remedy = (struct remedy){ .kind = kind };
	return remedy;
}

/* ---- trying ---- */

static void judge_as(const struct mending *m, const struct variant *v, const struct pretence *items,
	size_t count, struct judgement *out)
{
	const struct imagined im = { m->app, items, count };
	const struct judge_source source = imagined_source(&im);
	judge((const struct cert *const *)m->x->presented, m->x->presented_count, &v->question,
		&source, out);
}

bool mends(const struct mending *m, const struct variant *v, const struct pretence *items,
	size_t count)
{
	struct judgement j;
	judge_as(m, v, items, count, &j);
	bool trusted = j.trusted;
	judgement_done(&j);
	return trusted;
}

static bool has_code(const struct explanation *x, const char *code)
{
	for (size_t p = 0; p < x->path_count; p++)
		for (size_t i = 0; i < x->paths[p].reason_count; i++)
			if (strcmp(x->paths[p].reasons[i].code, code) == 0)
				return true;
	return false;
}

/* A time at which every certificate of the path is valid, and not now; false where there is none. */
static bool find_time(const struct explained_path *path, int64_t now, int64_t *out)
{
	int64_t from = INT64_MIN, to = INT64_MAX;
	for (size_t i = 0; i < path->step_count; i++) {
		const struct cert_info *info = path->steps[i].info;
		from = info->not_before > from ? info->not_before : from;
		to = info->not_after < to ? info->not_after : to;
	}
	*out = now > to ? to : from;
	return from <= to && (now > to || now < from);
}

/* The first name of it that is one; of one that has only patterns no name is asked. */
static bool find_host(const struct mending *m, const struct variant *like, struct variant *out)
{
	const struct cert_info *leaf = m->x->paths[0].steps[0].info;
	bool any = false;
	*out = *like;
	out->host = true;
	out->question.host = NULL;
	for (const char *san = NULL; !out->question.host && (san = cert_info_san(leaf, san));) {
		if (!is_host_san(san))
			continue;
		any = true;
		if (!strchr(san, '*'))
			out->question.host = strchr(san, ':') + 1;
	}
	return any;
}

/* ---- what can be decided ---- */

enum { HELD_LEAF, HELD_CA, HELD_ROOT };

static int rank_of(const struct cert_info *info, size_t at)
{
	return at == 0 ? HELD_LEAF : info->self_signed ? HELD_ROOT : HELD_CA;
}

static char *import_command(const struct mending *m, const struct fingerprint *print)
{
	char *file = app_shell_word(m->x->file), *command = NULL;
	for (size_t i = 0; i < m->x->presented_count && !command; i++)
		if (fingerprint_compare(&cert_info(m->x->presented[i])->sha256, print) == 0)
			command = m->x->presented_count == 1 ?
				mem_format("certary import %s", file) :
				mem_format("certary import --pick %zu %s", i + 1, file);
	free(file);
	return command;
}

static char *decision_command(struct mending *m, const struct pretence *item, int state)
{
	const char *verb = item->standing == STANDING_TRUSTED ? "trust" : "untrust";
	char *word = app_cert_word(m->app, &item->print), *command;
	if (state == STATE_NONE && m->x->file)
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
	int rank = rank_of(info, at);
	char *name = cert_proposed_name(info);
	size_t len = text_fit(name, 60, NULL);
	const char *more = name[len] ? "…" : "";
	if (item->standing != STANDING_TRUSTED)
		buf_format(out, "lifts the block of %.*s%s", (int)len, name, more);
	else if (rank == HELD_LEAF && !info->ca)
		buf_text_add(out, "trusts exactly this certificate");
	else
		buf_format(out, "trusts the %s %.*s%s and what it signs",
			rank == HELD_ROOT || info->self_signed ? "root" : "CA", (int)len, name,
			more);
	if (state == STATE_BLOCKED && item->standing == STANDING_TRUSTED)
		buf_text_add(out, ", which somebody has blocked");
	else if (state == STATE_TRASH)
		buf_text_add(out, ", which lies in the trash");
	free(name);
}

static void offer(struct mending *m, const struct variant *v, const struct pretence *item,
	const struct cert_info *info, int state, size_t at)
{
	struct buf text = { 0 };
	struct remedy *remedy = remedy_add(m, REMEDY_DECIDE);
	put_decision(item, info, state, at, &text);
	remedy_put_peer(m, v, &text);
	remedy_put_others(m, item, remedy, &text);
	remedy->command = decision_command(m, item, state);
	remedy->text = buf_take(&text);
	remedy->cert = item->print;
	remedy->simple = state == STATE_UNTRUSTED || state == STATE_BLOCKED;
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

/* From the leaf upwards, in all paths side by side. */
static bool try_steps(struct mending *m, const struct variant *v)
{
	const struct explanation *x = m->x;
	bool any = false;
	for (size_t at = 0; at < JUDGE_DEPTH; at++)
		for (size_t p = 0; p < x->path_count; p++) {
			if (at >= x->paths[p].step_count || was_tried(x, p, at))
				continue;
			const struct explained_step *step = &x->paths[p].steps[at];
			if (step->state != STATE_TRUSTED && !is_over(m, step->info))
				any |= try_one(m, v, x->judgement.paths[p].steps[at].cert,
					step->info, step->state, at);
		}
	return any;
}

/* ---- what is missing ---- */

static const struct explained_step *end_of(const struct explained_path *path)
{
	return &path->steps[path->step_count - 1];
}

static bool lacks_issuer(const struct explained_path *path)
{
	for (size_t i = 0; i < path->reason_count; i++)
		if (strcmp(path->reasons[i].code, "issuer-missing") == 0)
			return true;
	return false;
}

/* It may only have been deleted. */
static bool try_trash(struct mending *m, const struct variant *v)
{
	bool any = false;
	for (size_t p = 0; p < m->x->path_count; p++) {
		const struct explained_path *path = &m->x->paths[p];
		const struct cert_info *end = end_of(path)->info;
		const struct judge_wish wish = { end->issuer, end->issuer_key_id };
		struct entry e;
		if (!lacks_issuer(path))
			continue;
		for (uint32_t at = 0; store_next_subject(app_store(m->app), end->issuer, &at, &e);)
			if (e.state == STATE_TRASH && judge_fits(&wish, e.info.subject, e.info.key_id))
				any |= try_one(m, v, NULL, &e.info, STATE_TRASH, path->step_count);
	}
	return any;
}

/*
 * Nobody knows the certificate that is missing.  What can be told is whether anything else is in the
 * way: whether the path holds if its end is taken for good.
 */
static bool try_issuer(struct mending *m, const struct variant *v)
{
	for (size_t p = 0; p < m->x->path_count; p++) {
		const struct explained_path *path = &m->x->paths[p];
		const struct cert *cert = m->x->judgement.paths[p].steps[path->step_count - 1].cert;
		const struct cert_info *end = cert_info(cert);
		const struct pretence item = { end->sha256, STANDING_TRUSTED, cert };
		if (!lacks_issuer(path) || !mends(m, v, &item, 1))
			continue;
		struct buf text = { 0 };
		char *url = cert_issuer_url(cert);
		size_t len = text_fit(end->issuer, 120, NULL);
		buf_format(&text, "import its issuer %.*s%s", (int)len, end->issuer,
			end->issuer[len] ? "…" : "");
		if (end->issuer_key_id)
			buf_format(&text, ", key identifier %.64s", end->issuer_key_id);
		if (url)
			buf_format(&text, ", from %s", url);
		buf_text_add(&text, ": nothing else is in the way if that signed it and is trusted");
		remedy_put_peer(m, v, &text);
		remedy_add(m, REMEDY_ISSUER)->text = buf_take(&text);
		free(url);
		return true;
	}
	return false;
}

/* ---- rounds ---- */

static bool try_peer(struct mending *m, const struct variant *v)
{
	struct buf text = { 0 };
	if ((!v->late && !v->host) || !mends(m, v, NULL, 0))
		return false;
	bool waits = remedy_waits(m, v);
	struct remedy *remedy = remedy_add(m,
		!v->late ? REMEDY_HOST : waits ? REMEDY_WAIT : REMEDY_RENEW);
	remedy_put_peer(m, v, &text);
	remedy->text = buf_take(&text);
	return true;
}

static bool try_round(struct mending *m, const struct variant *v)
{
	bool peer = try_peer(m, v);
	bool steps = !peer && try_steps(m, v);
	bool trash = !peer && try_trash(m, v);
	bool issuer = !peer && try_issuer(m, v);
	return peer || steps || trash || issuer;
}

/* As it is; at another time; by another name; both. */
static bool try_rounds(struct mending *m)
{
	const struct variant as_is = { .question = m->x->asked };
	struct variant by_name, v;
	bool found = try_round(m, &as_is);
	bool named = m->x->asked.host && has_code(m->x, "wrong-host") &&
		     find_host(m, &as_is, &by_name);
	for (size_t p = 0; p < m->x->path_count && !found; p++) {
		v = as_is;
		if (find_time(&m->x->paths[p], v.question.now, &v.question.now)) {
			v.late = &m->x->paths[p];
			found = try_round(m, &v);
		}
	}
	found = found || (named && try_round(m, &by_name));
	for (size_t p = 0; p < m->x->path_count && !found && named; p++) {
		v = by_name;
		if (find_time(&m->x->paths[p], v.question.now, &v.question.now)) {
			v.late = &m->x->paths[p];
			found = try_round(m, &v);
		}
	}
	return found;
}

/* ---- when nothing helps, and when nothing has to ---- */

/* What is wrong with the leaf even where it is trusted itself, at a good time, by its own name. */
static void add_nothing(struct mending *m)
{
	struct judgement j;
	struct variant v = { .question = m->x->asked };
	const struct cert *leaf = m->x->judgement.paths[0].steps[0].cert;
	const struct pretence item = { cert_info(leaf)->sha256, STANDING_TRUSTED, leaf };
	struct explained_step step = m->x->paths[0].steps[0];
	const struct explained_path alone = { .steps = &step, .step_count = 1 };
	v.question.host = NULL;
	find_time(&alone, v.question.now, &v.question.now);
	judge_as(m, &v, &item, 1, &j);
	const char *why = j.path_count && j.paths[0].reason_count && !j.trusted ?
				  j.paths[0].reasons[0].text :
				  NULL;
	remedy_add(m, REMEDY_NOTHING)->text = mem_format(
		"nothing that can be decided here: the other side must present another "
		"certificate.%s%s",
		why ? " Even if this one were trusted itself: " : "", why ? why : "");
	judgement_done(&j);
}

/* Trusted, but by what the other side left out and is held here by chance. */
static void add_chain(struct mending *m)
{
	const struct explained_path *path = &m->x->paths[0];
	struct buf names = { 0 };
	for (size_t i = 1; i + 1 < path->step_count && m->x->presented_count > 0; i++)
		if (!path->steps[i].presented)
			buf_format(&names, "%s%s", names.len ? ", " : "", path->steps[i].name);
	if (names.len)
		remedy_add(m, REMEDY_CHAIN)->text = mem_format(
			"tell whoever runs it to send %s, too: it is trusted here because that is "
			"held here, and fails elsewhere",
			buf_text(&names));
	buf_done(&names);
}

bool app_remedies(struct app *app, const struct explanation *x, struct remedies *out,
	struct error *err)
{
	struct mending m = { .app = app, .x = x, .out = out };
	if (x->trusted) {
		if (x->asked.leaf_first && x->asked.host)
			add_chain(&m);
		return true;
	}
	bool ok = services_read(app, &m.services, err);
	if (ok && !try_rounds(&m))
		add_nothing(&m);
	if (ok && has_code(x, "issuer-missing"))
		out->nearest = remedy_nearest(&m);
	services_done(&m.services);
	return ok;
}
