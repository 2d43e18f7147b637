/*
 * The properties of one certificate: provenance, warnings, every field.
 */
#include <stdlib.h>
#include <string.h>

#include "app/show.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/text.h"
#include "console/pages.h"

#define REST_MS 70 /* keys that come faster are one that is held */

/* A heading with nothing under it. */
static bool is_empty(const struct details *details, size_t i)
{
	return details->items[i].kind == DETAIL_SECTION &&
	       (i + 1 == details->count || details->items[i + 1].kind == DETAIL_SECTION);
}

void rows_details(struct rows *rows, const struct details *details)
{
	for (size_t i = 0; i < details->count; i++) {
		const struct detail *d = &details->items[i];
		if (is_empty(details, i))
			continue;
		if (d->kind == DETAIL_WARNING)
			rows_about(rows, ROLE_WARNING, "!", d->text);
		else if (d->kind == DETAIL_SECTION)
			rows_heading(rows, d->label);
		else
			rows_format(rows, ROLE_VALUE, d->label, "%s%s", d->text,
				d->critical ? _(" (critical)") : "");
	}
}

static void fill(struct desk *desk, const struct entry *e)
{
	struct shown shown = { 0 };
	struct error err = { 0 };
	rows_done(&desk->detail.rows);
	if (app_show_entry(desk->app, e, &shown, &err)) {
		rows_heading(&desk->detail.rows, e->name);
		rows_details(&desk->detail.rows, &shown.details);
	} else {
		rows_add(&desk->detail.rows, ROLE_ERROR, NULL, err.text);
	}
	shown_done(&shown);
}

static bool shows(const struct desk *desk, const struct entry *e)
{
	return e && desk->has_shown && fingerprint_compare(&e->info.sha256, &desk->shown) == 0;
}

static void follow(struct desk *desk, const struct entry *e)
{
	if (!shows(desk, e))
		pager_start(&desk->detail);
	desk->has_shown = e != NULL;
	desk->detail_stale = false;
	rows_done(&desk->detail.rows);
	if (e) {
		desk->shown = e->info.sha256;
		fill(desk, e);
	}
	pager_changed(&desk->detail);
}

static void rested(void *ctx)
{
	struct desk *desk = ctx;
	int64_t left = desk->passed_ms + REST_MS - clock_ms();
	if (left > 0) {
		loop_after(desk->loop, (int)left, rested, desk);
		return;
	}
	desk->resting = false;
	desk->pending--;
	desk->reaction |= REACT_REPAINT;
}

/*
 * A key that is held runs through the list faster than anybody reads: the properties beside it, a
 * screenful of bytes for each certificate, wait until it is let go.  One step shows them at once.
 */
static bool is_passing(struct desk *desk)
{
	int64_t now = clock_ms(), last = desk->passed_ms;
	if (desk_page(desk) != PAGE_LIST || desk->dialog || desk->detail_focus)
		return false;
	desk->passed_ms = now;
	if (!last || now - last >= REST_MS)
		return false;
	if (!desk->resting) {
		desk->resting = true;
		desk->pending++;
		loop_after(desk->loop, REST_MS, rested, desk);
	}
	return true;
}

void detail_page_reload(struct desk *desk)
{
	desk->detail_stale = true;
}

void detail_page_draw(struct desk *desk, struct area area)
{
	const struct entry *e = desk_current(desk);
	bool same = shows(desk, e);
	if (!same ? !is_passing(desk) : desk->detail_stale)
		follow(desk, e);
	else if (desk->only_moved)
		return;
	area_clear(area, ROLE_NORMAL);
	pager_draw(&desk->detail, area);
}

bool detail_page_typing(const struct desk *desk)
{
	return desk->detail_typing != NULL;
}

enum reaction detail_page_key(struct desk *desk, const struct key *key)
{
	return desk_text_key(desk, &desk->detail, key);
}

void detail_page_position(struct desk *desk, char *out, size_t size)
{
	desk_text_position(&desk->detail, out, size);
}

enum reaction action_open(struct desk *desk)
{
	if (!desk_current(desk) || desk_page(desk) == PAGE_DETAIL)
		return REACT_NONE;
	desk_push(desk, PAGE_DETAIL);
	return REACT_LAYOUT;
}

static dialog_end_fn match_end;

static enum reaction ask_match(struct desk *desk, const char *typed, const char *problem)
{
	struct entry found;
	const struct entry *e = app_find(desk->app, &desk->about, &found) ? &found : NULL;
	struct rows rows = { 0 };
	if (!e)
		return REACT_REPAINT;
	rows_add(&rows, ROLE_VALUE, NULL, e->name);
	rows_add(&rows, problem ? ROLE_ERROR : ROLE_DIM, NULL,
		problem ? problem
			: _("SHA-256 or SHA-1, in any notation: typed, or pasted from a mail."));
	return desk_ask(desk,
		dialog_ask(
			N_("Compare a fingerprint"), &rows, N_("Fingerprint"), LINE_PLAIN, typed),
		match_end);
}

static enum reaction match_end(struct desk *desk, struct dialog *dialog, bool done)
{
	struct entry found;
	const struct entry *e = app_find(desk->app, &desk->about, &found) ? &found : NULL;
	struct fingerprint_match match;
	struct error err = { 0 };
	if (!done || !e)
		return REACT_REPAINT;
	if (!app_match(&e->info, dialog_text(dialog), &match, &err))
		return ask_match(desk, dialog_text(dialog), err.text);
	char *words = app_match_words(&match, 1);
	struct rows rows = { 0 };
	rows_add(&rows, ROLE_VALUE, NULL, e->name);
	rows_add(&rows, match.match ? ROLE_GOOD : ROLE_ERROR, NULL, words);
	free(words);
	return desk_ask(desk,
		dialog_message(N_("Fingerprint"), match.match ? DIALOG_CALM : DIALOG_DANGER, &rows),
		NULL);
}

enum reaction action_match(struct desk *desk)
{
	const struct entry *e = desk_current(desk);
	if (!e)
		return REACT_NONE;
	desk->about = e->info.sha256;
	return ask_match(desk, NULL, NULL);
}

enum reaction action_copy(struct desk *desk)
{
	const struct entry *e = desk_current(desk);
	char hex[FINGERPRINT_HEX];
	if (!e)
		return REACT_NONE;
	fingerprint_hex(&e->info.sha256, hex);
	screen_copy(hex, strlen(hex));
	desk_say(desk, ROLE_STATUS, "sent to the clipboard, if the terminal allows it: %s", hex);
	return REACT_REPAINT;
}
