/* Trusting what a service presented, before there is a store: its chain is shown, y takes it along. */
#include <stdlib.h>
#include <string.h>

#include "app/trust.h"
#include "base/lang.h"
#include "base/mem.h"
#include "console/setup.h"
#include "pki/fingerprint.h"

static struct setup_item *selected(struct desk *desk)
{
	struct setup_items *list = &desk->setup->lists[SETUP_ENDPOINTS];
	return list->count ? &list->items[list->list.cursor] : NULL;
}

static const struct cert *anchor_of(struct desk *desk, const struct setup_item *item)
{
	const struct setup_work *work = desk->setup;
	return item && item->report ? app_setup_anchor(desk->app, &work->answers, &work->found,
					      item->report, item->host) : NULL;
}

static void add_chain(struct rows *rows, const struct report *report)
{
	for (size_t i = 0; i < report->chain_count; i++)
		if (report->chain[i].cert)
			rows_add(rows, ROLE_VALUE, i ? "" : N_("sent"),
				cert_info(report->chain[i].cert)->subject);
}

/* A service may have been asked once more since: trusted is what was shown, or nothing. */
static enum reaction answered(struct desk *desk, struct dialog *dialog, bool done)
{
	struct setup_work *work = desk->setup;
	const struct setup_item *item = selected(desk);
	const struct cert *anchor = done ? anchor_of(desk, item) : NULL;
	size_t len;
	(void)dialog;
	if (!done)
		return REACT_REPAINT;
	if (!anchor || fingerprint_compare(&cert_info(anchor)->sha256, &work->asked) != 0) {
		desk_say(desk, ROLE_WARNING, "it is no longer there");
		return REACT_REPAINT;
	}
	const uint8_t *der = cert_der(anchor, &len);
	work->takes = mem_grow(work->takes, work->take_count, &work->take_cap, sizeof *work->takes);
	struct setup_take *take = &work->takes[work->take_count++];
	*take = (struct setup_take){ .place = mem_text(item->key) };
	buf_add(&take->der, der, len);
	work->touched = true;
	return setup_look_around(desk);
}

static struct dialog *question(struct desk *desk, const struct setup_item *item,
	const struct cert_info *info)
{
	struct rows rows = { 0 };
	struct buf words = { 0 };
	char *groups = fingerprint_groups(info->sha256.bytes, FINGERPRINT_SIZE);
	rows_format(&rows, ROLE_HEADING, NULL, "%s", item->text);
	add_chain(&rows, item->report);
	rows_blank(&rows);
	app_anchor_words(desk->app, info, &words);
	rows_lines(&rows, ROLE_WARNING, "", buf_text(&words));
	rows_add(&rows, ROLE_VALUE, "trust", info->subject);
	rows_lines(&rows, ROLE_VALUE, "SHA-256", groups);
	rows_add(&rows, ROLE_DIM, NULL,
		_("Whoever stands between may have sent this: compare the fingerprint with what "
		  "its "
		  "owner says."));
	buf_done(&words);
	free(groups);
	return dialog_confirm(N_("Trust what it presented?"), DIALOG_DANGER, &rows, N_("trust it"));
}

enum reaction setup_trust(struct desk *desk)
{
	const struct setup_item *item = selected(desk);
	if (!item || !item->report || !item->report->chain_count) {
		desk_say(desk, ROLE_STATUS, "it wasn't asked yet: p does");
		return REACT_REPAINT;
	}
	setup_lists_answer(desk->setup);
	const struct cert *anchor = anchor_of(desk, item);
	if (!anchor) {
		desk_say(desk, ROLE_STATUS, "there is nothing in what it presented whose trust would "
			"change that");
		return REACT_REPAINT;
	}
	desk->setup->asked = cert_info(anchor)->sha256;
	return desk_ask(desk, question(desk, item, cert_info(anchor)), answered);
}

void setup_takes_done(struct setup_work *work)
{
	for (size_t i = 0; i < work->take_count; i++) {
		free(work->takes[i].place);
		buf_done(&work->takes[i].der);
	}
	free(work->takes);
}
