/*
 * Which identities show: by how they stand, and by words.
 */
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/text.h"
#include "console/pages.h"

static bool shows_live(const struct identity_row *row)
{
	return row->state != IDENTITY_DISCARDED;
}

static bool shows_pending(const struct identity_row *row)
{
	return row->state == IDENTITY_PENDING || (shows_live(row) && row->renewing);
}

static bool shows_ending(const struct identity_row *row)
{
	return row->state == IDENTITY_EXPIRED || row->state == IDENTITY_EXPIRING;
}

static bool shows_cas(const struct identity_row *row)
{
	return shows_live(row) && strcmp(row->kind, "CA") == 0;
}

static bool shows_discarded(const struct identity_row *row)
{
	return row->state == IDENTITY_DISCARDED;
}

static const struct show_row {
	const char *key, *text, *words; /* words: for the status line */
	bool (*shows)(const struct identity_row *row);
} show_rows[SHOW_COUNT] = {
	[SHOW_LIVE] = { "a", N_("all but the trash"), "", shows_live },
	[SHOW_PENDING] = { "p", N_("pending: a request waits for its answer"), N_("pending "),
		shows_pending },
	[SHOW_ENDING] = { "e", N_("expired, or soon"), N_("expiring "), shows_ending },
	[SHOW_CAS] = { "c", N_("CAs"), N_("CAs "), shows_cas },
	[SHOW_DISCARDED] = { "x", N_("the trash: R restores, P purges"), N_("trash "),
		shows_discarded },
};

static bool has_words(const char *text, const char *folded)
{
	struct buf buf = { 0 };
	text_fold(&buf, text ? text : "");
	bool has = strstr(buf_text(&buf), folded) != NULL;
	buf_done(&buf);
	return has;
}

/* Name, note and ticket, and whatever its certificates and requests are made out to. */
static bool matches(const struct identity *identity, const char *folded)
{
	bool has = has_words(identity_name(identity), folded) ||
		   has_words(identity_text(identity, "Note"), folded) ||
		   has_words(identity_text(identity, "Key"), folded);
	for (size_t i = 0; !has && i < identity->cert_count; i++) {
		const struct cert_info *info = cert_info(identity->certs[i]);
		has = has_words(info->subject, folded);
		for (const char *san = NULL; !has && (san = cert_info_san(info, san));)
			has = has_words(san, folded);
	}
	for (size_t i = 0; !has && i < identity->request_count; i++) {
		const struct identity_request *request = &identity->requests[i];
		const struct request_info *info = request_info(request->request);
		has = has_words(info->subject, folded) ||
		      has_words(headers_get(&request->record.headers, "Ticket"), folded);
		for (size_t k = 0; !has && k < info->sans->count; k++)
			has = has_words(info->sans->items[k].value, folded);
	}
	return has;
}

bool ids_shows(const struct desk *desk, const struct identity *identity)
{
	const struct identity_view *ids = &desk->ids;
	struct identity_row row;
	app_identity_row(desk->app, &ids->all, identity, &row);
	return show_rows[ids->filter].shows(&row) &&
	       (!ids->search.len || matches(identity, ids->search.data));
}

void identities_narrowing(const struct desk *desk, struct buf *out)
{
	const struct identity_view *ids = &desk->ids;
	buf_text_add(out, lang_text(show_rows[ids->filter].words));
	if (ids->search.len)
		buf_format(out, "/%s ", ids->search.data);
}

static enum reaction filter_end(struct desk *desk, struct dialog *dialog, bool done)
{
	if (done)
		desk->ids.filter = (enum identity_filter)dialog_value(dialog);
	desk->ids.stale = true;
	return REACT_REPAINT;
}

enum reaction action_filter_identities(struct desk *desk)
{
	struct dialog_option options[SHOW_COUNT];
	for (int i = 0; i < SHOW_COUNT; i++)
		options[i] = (struct dialog_option){
			.key = show_rows[i].key, .text = show_rows[i].text, .value = i
		};
	return desk_ask(
		desk, dialog_choose(N_("Show only"), NULL, options, SHOW_COUNT), filter_end);
}

static enum reaction search_given(struct desk *desk, struct dialog *dialog, bool done)
{
	char *safe = text_typed(done ? dialog_text(dialog) : "");
	buf_cut(&desk->ids.search, 0);
	text_fold(&desk->ids.search, safe);
	free(safe);
	desk->ids.stale = true;
	return REACT_REPAINT;
}

/* In the text of one that is open; in the list Esc, or nothing typed, shows all again. */
enum reaction action_search_identities(struct desk *desk)
{
	if (desk_page(desk) == PAGE_IDENTITY)
		return action_search(desk);
	return desk_ask(desk,
		dialog_ask(N_("Search identities"), NULL, N_("Those with"), LINE_PLAIN,
			buf_text(&desk->ids.search)),
		search_given);
}
