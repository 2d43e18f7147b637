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

bool app_setup_foretell(struct app *app, const struct answers *answers,
	const struct setup_found *found, const struct report *report, const char *host, char **why)
{
	struct chosen chosen = { 0 };
	struct judgement j;
	size_t count = 0;
	*why = NULL;
	if (report->chain_count == 0 || !report->chain[0].cert)
		return false;
	choose(answers, found, &chosen);
	const struct cert **chain = mem_new(report->chain_count * sizeof(const struct cert *));
	for (size_t i = 0; i < report->chain_count; i++)
		if (report->chain[i].cert)
			chain[count++] = report->chain[i].cert;
	const struct judge_question question = { .now = app_now(),
		.host = host,
		.purpose = PURPOSE_SERVER,
		.leaf_first = true };
	const struct imagined imagined = { .app = app, .items = chosen.items, .count = chosen.count };
	const struct judge_source source = imagined_source(&imagined);
	judge(chain, count, &question, &source, &j);
	bool trusted = j.trusted;
	if (!trusted)
		*why = mem_text(j.paths[0].reason_count ? j.paths[0].reasons[0].text : _("it isn't trusted"));
	judgement_done(&j);
	free(chain);
	chosen_done(&chosen);
	return trusted;
}
