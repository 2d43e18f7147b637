/*
 * The certificate of the chain that is selected: all its properties, and why it is trusted or not.
 */
#include <stdlib.h>

#include "app/show.h"
#include "base/mem.h"
#include "console/pages.h"
#include "console/probe.h"

const struct probe_link *probe_current(const struct probe_work *work)
{
	return work->link < work->link_count ? &work->links[work->link] : NULL;
}

static void open_paper(struct desk *desk, const char *name, const struct cert *cert,
	const struct details *details)
{
	char *pem = app_pem(cert);
	paper_close(desk);
	desk->paper.name = mem_text(name);
	buf_text_add(&desk->paper.pem, pem);
	rows_heading(&desk->paper.words.rows, name);
	rows_details(&desk->paper.words.rows, details);
	free(pem);
}

/* As it is held here, else as it was sent. */
enum reaction probe_open_link(struct desk *desk, const struct probe_work *work,
	const struct probe_link *link)
{
	const struct cert *sent = link ? probe_sent(work, link) : NULL;
	struct shown shown = { 0 };
	struct details details = { 0 };
	struct error err = { 0 };
	struct entry e;
	if (!link || !link->info)
		return REACT_NONE;
	if (app_find(desk->app, &link->info->sha256, &e)) {
		if (!app_show_entry(desk->app, &e, &shown, &err)) {
			shown_done(&shown);
			return desk_error(desk, &err);
		}
		open_paper(desk, e.name, shown.cert, &shown.details);
	} else if (sent) {
		details_of(sent, app_now(), &details);
		open_paper(desk, link->name, sent, &details);
	} else {
		return REACT_NONE;
	}
	shown_done(&shown);
	details_done(&details);
	return paper_open(desk);
}

enum reaction action_probe_open(struct desk *desk)
{
	return probe_open_link(desk, desk->probe, probe_current(desk->probe));
}

char *probe_place(const struct probe_work *work)
{
	const struct report *report = work->probed.report;
	return endpoint_place(&(struct endpoint){ .host = report->host, .port = report->port });
}

/* The chain from the selected certificate on; of the leaf also whether it is the host's. */
bool probe_explain(struct desk *desk, struct explanation *out, struct error *err)
{
	struct probe_work *work = desk->why_endpoint ? ends_work(desk) : desk->probe;
	const struct probe_link *link = work ? probe_current(work) : NULL;
	const struct cert *certs[REPORT_CHAIN + 1], *first = link ? probe_sent(work, link) : NULL;
	size_t count = 0;
	struct entry e;
	if (!work || !work->done || !link || !link->info)
		return error_set(err, ERROR_NOT_FOUND, "It is no longer here.");
	const struct report *report = work->probed.report;
	char *place = probe_place(work);
	const struct explain_question question = {
		.purpose = link->number == 1 ? PURPOSE_SERVER : PURPOSE_ANY,
		.host = link->number != 1 ? NULL : work->wish.sni ? work->wish.sni : report->host,
		.place = place,
	};
	bool held = app_find(desk->app, &link->info->sha256, &e), ok;
	if (!first) {
		ok = held ? app_explain_entry(desk->app, &e, &question, out, err) :
			    error_set(err, ERROR_NOT_FOUND, "It is no longer in the store.");
		free(place);
		return ok;
	}
	certs[count++] = first;
	for (size_t i = 0; i < report->chain_count; i++)
		if (report->chain[i].cert && report->chain[i].cert != first)
			certs[count++] = report->chain[i].cert;
	ok = app_explain_chain(desk->app, certs, count, &question, out, err);
	free(place);
	return ok;
}

enum reaction action_probe_why(struct desk *desk)
{
	const struct probe_link *link = probe_current(desk->probe);
	return link && link->info ? why_probe(desk) : REACT_NONE;
}
