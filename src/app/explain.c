#include "app/explain.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/lang.h"
#include "base/mem.h"
#include "app/internal.h"
#include "app/source.h"
#include "app/trust.h"
#include "store/journal.h"

bool explain_parse_purpose(const char *text, enum purpose *out, struct error *err)
{
	bool server = strcmp(text, "server") == 0;
	*out = server ? PURPOSE_SERVER : PURPOSE_CLIENT;
	return server || strcmp(text, "client") == 0 ||
	       error_set(err, ERROR_USAGE, "%s: a purpose is server or client", text);
}

/* ---- the answer ---- */

static const char *keep(struct explanation *x, char *take)
{
	const char *kept = arena_text(&x->texts, take);
	free(take);
	return kept;
}

static const char *keep_limits(const struct entry *e, struct explanation *x)
{
	struct buf words = { 0 };
	const struct limits limits = limits_of(e);
	limits_show(&limits, &words);
	return keep(x, buf_take(&words));
}

static struct explained_step step_of(struct app *app, const struct judge_step *from,
	struct explanation *x)
{
	const struct cert_info *info = cert_info(from->cert);
	struct entry e;
	bool held = store_find(app_store(app), &info->sha256, &e);
	bool limited = held && e.state == STATE_LIMITED;
	return (struct explained_step){
		.info = info,
		.name = held ? arena_text(&x->texts, e.name) : keep(x, cert_proposed_name(info)),
		.state = held ? (int)e.state : STATE_NONE,
		.presented = from->presented,
		.revocation = from->revocation,
		.by_system = !held && from->standing == STANDING_TRUSTED,
		.limits = limited ? keep_limits(&e, x) : NULL,
		.ticket = limited && *e.ticket ? arena_text(&x->texts, e.ticket) : NULL,
		.holds = limited && from->standing == STANDING_TRUSTED,
	};
}

static void add_path(struct app *app, const struct judge_path *from, struct explanation *x)
{
	struct explained_path *path = &x->paths[x->path_count++];
	*path = (struct explained_path){
		.steps = mem_new(from->step_count * sizeof *path->steps),
		.step_count = from->step_count,
		.reasons = from->reasons,
		.reason_count = from->reason_count,
		.trusted = from->trusted,
		.anchored = from->anchored,
	};
	for (size_t i = 0; i < from->step_count; i++)
		path->steps[i] = step_of(app, &from->steps[i], x);
}

/* Who put it there stands in its file alone. */
static void add_anchor(struct app *app, struct explanation *x)
{
	const struct explained_path *path = &x->paths[0];
	struct headers headers = { 0 };
	struct cert *cert = NULL;
	struct entry e;
	x->added = x->by = x->source = "";
	if (!x->trusted)
		return;
	x->anchor = &path->steps[path->step_count - 1];
	if (!store_find(app_store(app), &x->anchor->info->sha256, &e))
		return;
	store_read_cert(app_store(app), &e, &cert, &headers, NULL, NULL);
	const char *by = headers_get(&headers, "By");
	x->added = arena_text(&x->texts, e.added);
	x->by = arena_text(&x->texts, by ? by : "");
	x->source = arena_text(&x->texts, e.source);
	headers_done(&headers);
	cert_free(cert);
}

static void keep_staples(const struct explain_question *question, struct explanation *x)
{
	x->staples = mem_new((question->staple_count + 1) * sizeof *x->staples);
	for (size_t i = 0; i < question->staple_count; i++)
		x->staples[i] = (struct staple){
			mem_copy(question->staples[i].bytes, question->staples[i].len),
			question->staples[i].len };
}

static void explain(struct app *app, const struct explain_question *question, bool leaf_first,
	struct explanation *x)
{
	keep_staples(question, x);
	x->asked = (struct judge_question){
		.staples = x->staples,
		.staple_count = question->staple_count,
		.live = question->live,
		.now = question->at ? question->at : app_now(),
		.host = question->host ? arena_text(&x->texts, question->host) : NULL,
		.purpose = question->purpose,
		.leaf_first = leaf_first,
	};
	x->place = question->place ? arena_text(&x->texts, question->place) : NULL;
	const struct imagined im = { app, NULL, 0, x->place, x->asked.now };
	const struct judge_source source = imagined_source(&im);
	judge((const struct cert *const *)x->presented, x->presented_count, &x->asked, &source,
		&x->judgement);
	x->trusted = x->judgement.trusted;
	x->direct = x->judgement.direct;
	x->cut = x->judgement.cut;
	for (size_t i = 0; i < x->judgement.path_count; i++)
		add_path(app, &x->judgement.paths[i], x);
	add_anchor(app, x);
}

/* ---- who set limits ---- */

struct deciding {
	char hex[FINGERPRINT_HEX];
	struct buf words; /* of the last decision that was met */
};

static bool note_decision(void *ctx, const struct journal_line *line)
{
	struct deciding *d = ctx;
	if (line->dst.state != STATE_LIMITED || strcmp(line->cert, d->hex) != 0 ||
		strcmp(line->op, decision_row(DECISION_TRUST)->verb) != 0)
		return true;
	buf_cut(&d->words, 0);
	buf_format(&d->words, _("on %.10s by %s"), line->time, line->who ? line->who : _("somebody"));
	if (line->why && *line->why)
		buf_format(&d->words, ": %s", line->why);
	return true;
}

/* The file says who added the certificate, and the journal alone who trusted it so far. */
static void find_deciders(struct app *app, struct explanation *x)
{
	for (size_t p = 0; p < x->path_count; p++)
		for (size_t i = 0; i < x->paths[p].step_count; i++) {
			struct explained_step *step = &x->paths[p].steps[i];
			struct deciding d = { 0 };
			struct error ignored;
			if (!step->limits)
				continue;
			fingerprint_hex(&step->info->sha256, d.hex);
			journal_each(app_store(app), d.hex, note_decision, &d, &ignored);
			if (d.words.len > 0)
				step->decided = arena_text(&x->texts, buf_text(&d.words));
			buf_done(&d.words);
		}
}

/* ---- what is presented ---- */

bool app_explain_entry(struct app *app, const struct entry *entry,
	const struct explain_question *question, struct explanation *out, struct error *err)
{
	out->presented = mem_new(sizeof(struct cert *));
	if (!store_read_cert(app_store(app), entry, &out->presented[0], NULL, NULL, err))
		return false;
	out->presented_count = 1;
	explain(app, question, true, out);
	find_deciders(app, out);
	return true;
}

static bool present(const struct haul *haul, const struct import_item *item, struct explanation *x,
	struct error *err)
{
	struct import_more more = { 0 };
	bool ok = import_item_read(haul, item, &more, err) &&
		  cert_parse(more.der.data, more.der.len, &x->presented[x->presented_count], err);
	x->presented_count += ok;
	import_more_done(&more);
	return ok;
}

/* One more than are judged, if there are so many: then the judgement says that there were. */
bool app_explain_haul(struct app *app, const struct haul *haul, const struct import_item *leaf,
	const struct explain_question *question, struct explanation *out, struct error *err)
{
	const size_t most = JUDGE_PRESENTED + 1;
	if (haul->count == 0)
		return error_set(err, ERROR_FAILED, "there is no certificate to explain");
	out->presented = mem_new(most * sizeof(struct cert *));
	if (leaf && !present(haul, leaf, out, err))
		return false;
	for (size_t i = 0; i < haul->count && out->presented_count < most; i++)
		if (&haul->items[i] != leaf && !present(haul, &haul->items[i], out, err))
			return false;
	explain(app, question, leaf != NULL, out);
	return true;
}

static bool present_copy(const struct cert *cert, struct explanation *x, struct error *err)
{
	size_t len;
	const uint8_t *der = cert_der(cert, &len);
	bool ok = cert_parse(der, len, &x->presented[x->presented_count], err);
	x->presented_count += ok;
	return ok;
}

bool app_explain_chain(struct app *app, const struct cert *const *certs, size_t count,
	const struct explain_question *question, struct explanation *out, struct error *err)
{
	if (count == 0)
		return error_set(err, ERROR_FAILED, "there is no certificate to explain");
	out->presented = mem_new(count * sizeof(struct cert *));
	for (size_t i = 0; i < count; i++)
		if (!present_copy(certs[i], out, err))
			return false;
	explain(app, question, true, out);
	return true;
}

bool app_explain_text(struct app *app, const char *cert_or_file,
	const struct explain_question *question, struct explanation *out, struct error *err)
{
	struct entry entry;
	struct haul haul = { 0 };
	struct error not_found = { 0 };
	if (!app_open_store(app, APP_STORE_THERE, err))
		return false;
	if (app_resolve(app, cert_or_file, &entry, &not_found))
		return app_explain_entry(app, &entry, question, out, err);
	if (!fs_exists(AT_FDCWD, cert_or_file)) {
		*err = not_found;
		return false;
	}
	bool ok = app_read_file(app, cert_or_file, &haul, err) &&
		  app_explain_haul(app, &haul, NULL, question, out, err);
	if (ok)
		out->file = arena_text(&out->texts, cert_or_file);
	import_done(&haul);
	return ok;
}

void explanation_done(struct explanation *x)
{
	for (size_t i = 0; i < x->path_count; i++)
		free(x->paths[i].steps);
	judgement_done(&x->judgement);
	for (size_t i = 0; i < x->asked.staple_count; i++)
		free((void *)(uintptr_t)x->staples[i].bytes);
	free(x->staples);
	for (size_t i = 0; i < x->presented_count; i++)
		cert_free(x->presented[i]);
	free(x->presented);
	arena_done(&x->texts);
	*x = (struct explanation){ 0 };
}
