/*
 * How an endpoint will stand: what it presented, judged by what would be trusted.
 */
#include <stdlib.h>

#include "app/internal.h"
#include "app/setup.h"
#include "app/source.h"
#include "base/lang.h"
#include "base/mem.h"
#include "net/report.h"

struct chosen {
	struct pretence *items;
	struct cert **certs;
	size_t count;
};

static void choose(const struct answers *answers, const struct setup_found *found, struct chosen *out)
{
	bool system = answers_is(answers, ANSWER_ANCHORS, "system");
	out->items = mem_new((found->haul.count + 1) * sizeof *out->items);
	out->certs = mem_new((found->haul.count + 1) * sizeof(struct cert *));
	for (size_t i = 0; i < found->haul.count; i++) {
		const struct setup_source *source = setup_source_of(found, i);
		struct import_more more = { 0 };
		struct cert *cert;
		bool meant = source && source->system ? system : setup_wants_cert(answers, found, i);
		if (meant && import_item_read(&found->haul, &found->haul.items[i], &more, NULL) &&
			cert_parse(more.der.data, more.der.len, &cert, NULL)) {
			out->certs[out->count] = cert;
			out->items[out->count++] = (struct pretence){
				.print = found->haul.items[i].sha256,
				.standing = STANDING_TRUSTED,
				.cert = cert };
		}
		import_more_done(&more);
	}
}

static void chosen_done(struct chosen *chosen)
{
	for (size_t i = 0; i < chosen->count; i++)
		cert_free(chosen->certs[i]);
	free(chosen->certs);
	free(chosen->items);
}

/* One more than was chosen may be imagined: `more`, NULL for none. */
struct foretold {
	struct chosen chosen;
	const struct cert **chain;
	struct judgement judgement;
};

static void foretell(struct app *app, const struct answers *answers, const struct setup_found *found,
	const struct report *report, const char *host, const struct cert *more, struct foretold *out)
{
	size_t count = 0;
	*out = (struct foretold){ 0 };
	choose(answers, found, &out->chosen);
	if (more) /* there is room for it */
		out->chosen.items[out->chosen.count] = (struct pretence){
			.print = cert_info(more)->sha256, .standing = STANDING_TRUSTED, .cert = more };
	out->chain = mem_new(report->chain_count * sizeof(const struct cert *));
	for (size_t i = 0; i < report->chain_count; i++)
		if (report->chain[i].cert)
			out->chain[count++] = report->chain[i].cert;
	const struct judge_question question = { .now = app_now(),
		.host = host,
		.purpose = PURPOSE_SERVER,
		.leaf_first = true };
	const struct imagined imagined = { .app = app,
		.items = out->chosen.items,
		.count = out->chosen.count + (more != NULL) };
	const struct judge_source source = imagined_source(&imagined);
	judge(out->chain, count, &question, &source, &out->judgement);
}

static void foretold_done(struct foretold *f)
{
	judgement_done(&f->judgement);
	free(f->chain);
	chosen_done(&f->chosen);
}

bool app_setup_foretell(struct app *app, const struct answers *answers,
	const struct setup_found *found, const struct report *report, const char *host, char **why)
{
	struct foretold f;
	*why = NULL;
	if (report->chain_count == 0 || !report->chain[0].cert)
		return false;
	foretell(app, answers, found, report, host, NULL, &f);
	const struct judge_path *path = &f.judgement.paths[0];
	bool trusted = f.judgement.trusted;
	if (!trusted)
		*why = mem_text(path->reason_count ? path->reasons[0].text : _("it isn't trusted"));
	foretold_done(&f);
	return trusted;
}

/* The topmost of its path that is a CA and came with it; the path's certificates may be the judgement's. */
static const struct cert *top_presented(const struct foretold *f, const struct report *report)
{
	const struct judge_path *path = &f->judgement.paths[0];
	for (size_t i = path->step_count; i-- > 0;)
		for (size_t k = 0; k < report->chain_count; k++)
			if (report->chain[k].cert && path->steps[i].cert == report->chain[k].cert &&
				cert_info(path->steps[i].cert)->ca)
				return path->steps[i].cert;
	return report->chain[0].cert;
}

const struct cert *app_setup_anchor(struct app *app, const struct answers *answers,
	const struct setup_found *found, const struct report *report, const char *host)
{
	struct foretold f;
	if (report->chain_count == 0 || !report->chain[0].cert)
		return NULL;
	foretell(app, answers, found, report, host, NULL, &f);
	const struct cert *top = top_presented(&f, report);
	bool trusted = f.judgement.trusted;
	foretold_done(&f);
	if (trusted)
		return NULL;
	foretell(app, answers, found, report, host, top, &f);
	trusted = f.judgement.trusted;
	foretold_done(&f);
	return trusted ? top : NULL;
}
