/*
 * What could be done is a short list: somebody decides otherwise about a certificate of the paths; what
 * lies in the trash comes back; the other side renews what is over; it is called by another name.
 * First each alone, then together with what the other side must do, and the first round in which
 * anything helps is the answer.
 */
#include "app/mending.h"

#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"

const char *remedy_kind_name(enum remedy_kind kind)
{
	static const char *const names[] = {
		[REMEDY_DECIDE] = "decide",
		[REMEDY_RENEW] = "renew",
		[REMEDY_WAIT] = "wait",
		[REMEDY_HOST] = "host",
		[REMEDY_ISSUER] = "issuer",
		[REMEDY_CHAIN] = "chain",
		[REMEDY_FETCH] = "fetch",
		[REMEDY_NOTHING] = "nothing",
	};
	return names[kind];
}

void remedies_done(struct remedies *remedies)
{
	for (size_t i = 0; i < remedies->count; i++) {
		free(remedies->items[i].command);
		free(remedies->items[i].text);
		free(remedies->items[i].scope);
		free(remedies->items[i].until);
		free(remedies->items[i].ticket);
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
	const struct imagined im = { m->app, items, count, m->x->place, v->question.now };
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

/* ---- what is missing ---- */

bool remedy_lacks_issuer(const struct explained_path *path)
{
	for (size_t i = 0; i < path->reason_count; i++)
		if (strcmp(path->reasons[i].code, "issuer-missing") == 0)
			return true;
	return false;
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
		const struct pretence item = { .print = end->sha256,
			.standing = STANDING_TRUSTED, .cert = cert };
		if (!remedy_lacks_issuer(path) || !mends(m, v, &item, 1))
			continue;
		struct buf text = { 0 };
		char *url = cert_issuer_url(cert);
		size_t len = text_fit(end->issuer, 120, NULL);
		struct buf issuer = { 0 };
		buf_format(&issuer, "%.*s%s", (int)len, end->issuer, end->issuer[len] ? "…" : "");
		if (end->issuer_key_id)
			buf_format(&issuer, _(", key identifier %.64s"), end->issuer_key_id);
		if (url)
			buf_format(&issuer, _(", from %s"), url);
		buf_format(&text, _("import its issuer %s: nothing else is in the way if that signed it "
				    "and is trusted"), buf_text(&issuer));
		buf_done(&issuer);
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
	bool steps = !peer && remedy_try_steps(m, v);
	bool trash = !peer && remedy_try_trash(m, v);
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
	const struct pretence item = { .print = cert_info(leaf)->sha256,
		.standing = STANDING_TRUSTED, .cert = leaf };
	struct explained_step step = m->x->paths[0].steps[0];
	const struct explained_path alone = { .steps = &step, .step_count = 1 };
	v.question.host = NULL;
	find_time(&alone, v.question.now, &v.question.now);
	judge_as(m, &v, &item, 1, &j);
	const char *why = j.path_count && j.paths[0].reason_count && !j.trusted ?
				  j.paths[0].reasons[0].text :
				  NULL;
	remedy_add(m, REMEDY_NOTHING)->text = why ?
		mem_format(_("nothing that can be decided here: the other side must present another "
			     "certificate. Even if this one were trusted itself: %s"), why) :
		mem_text(_("nothing that can be decided here: the other side must present another "
			   "certificate."));
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
			_("tell whoever runs it to send %s, too: it is trusted here because that is "
			  "held here, and fails elsewhere"),
			buf_text(&names));
	buf_done(&names);
}

/* One for all that is outdated. */
static void add_fetch(struct mending *m)
{
	const struct explained_path *path = &m->x->paths[0];
	for (size_t i = 0; i < path->reason_count; i++) {
		const struct explained_step *step = &path->steps[path->reasons[i].at];
		if (strcmp(path->reasons[i].code, "crl-outdated") != 0)
			continue;
		bool held = step->state != STATE_NONE && step->state != STATE_TRASH;
		char *word = held ? app_cert_word(m->app, &step->info->sha256) : mem_text("--all");
		struct remedy *remedy = remedy_add(m, REMEDY_FETCH);
		remedy->command = mem_format("certary crl fetch %s", word);
		remedy->text = mem_text(_("gets the revocation list of its CA, where that offers one"));
		free(word);
		return;
	}
}

bool app_remedies(struct app *app, const struct explanation *x, struct remedies *out,
	struct error *err)
{
	struct mending m = { .app = app, .x = x, .out = out };
	if (x->trusted) {
		if (x->asked.leaf_first && x->asked.host)
			add_chain(&m);
		add_fetch(&m);
		return true;
	}
	bool ok = services_read(app, &m.services, err);
	if (ok && !try_rounds(&m))
		add_nothing(&m);
	if (ok && has_code(x, "issuer-missing"))
		out->nearest = remedy_nearest(&m);
	if (ok)
		add_fetch(&m);
	services_done(&m.services);
	return ok;
}
