#include "console/mouse.h"

#include "base/clock.h"
#include "console/pages.h"
#include "tui/spot.h"

#define DOUBLE_MS 400

static enum reaction press(struct desk *desk, const char *name, mouse_send_fn *send)
{
	struct key key;
	return key_parse(name, &key) ? send(desk, &key) : REACT_NONE;
}

/*
 * A page of two panes says how the keyboard goes from one to the other.  Of two lists each knows whether
 * it has it; a text beside one list has it where the list hasn't.
 */
static bool is_other_pane(const struct desk *desk, const struct spot *spot)
{
	size_t focused, lists = spot_lists(&focused);
	if (desk->dialog || !pages[desk_page(desk)].pane)
		return false;
	if (spot->kind == SPOT_LIST)
		return !spot->focus;
	return spot->kind == SPOT_TEXT && lists == 1 && focused == 1;
}

static enum reaction change_pane(struct desk *desk)
{
	return pages[desk_page(desk)].pane(desk);
}

/* The wheel is the pane's under the pointer, and the keyboard stays where it is. */
static enum reaction wheel(struct desk *desk, const struct key *key, mouse_send_fn *send)
{
	struct spot spot;
	if (!spot_at(key->row, key->col, &spot) || !is_other_pane(desk, &spot))
		return send(desk, key);
	change_pane(desk);
	enum reaction r = send(desk, key);
	change_pane(desk);
	return r | REACT_REPAINT;
}

/* A search that is being typed ends as by Enter: the click is no part of it. */
static enum reaction end_typing(struct desk *desk, mouse_send_fn *send)
{
	const struct page_row *page = &pages[desk_page(desk)];
	bool typing = !desk->dialog && !page->whole && page->typing && page->typing(desk);
	return typing ? press(desk, "Enter", send) : REACT_NONE;
}

static enum reaction click_pane(struct desk *desk, const struct spot *spot, const struct key *key,
	mouse_send_fn *send)
{
	bool elsewhere = is_other_pane(desk, spot);
	enum reaction r = elsewhere ? change_pane(desk) : REACT_NONE;
	r |= send(desk, key);
	if (!(r & REACT_ACCEPT))
		return r;
	r &= ~(unsigned)REACT_ACCEPT;
	bool tick = key->col < spot->area.x + spot->tick;
	return elsewhere && !tick ? r : r | press(desk, spot->key, send);
}

static enum reaction click(struct desk *desk, const struct key *key, mouse_send_fn *send)
{
	const struct page_row *page = &pages[desk_page(desk)];
	struct spot spot;
	bool found = spot_at(key->row, key->col, &spot);
	desk_heard(desk);
	enum reaction r = end_typing(desk, send);
	if (!found)
		return r | send(desk, key); /* a form knows its fields */
	switch (spot.kind) {
	case SPOT_KEY:
		return r | press(desk, spot.key, send);
	case SPOT_COLUMN:
		r |= REACT_REPAINT;
		return page->sort && !desk->dialog ? r | page->sort(desk, spot.column) : r;
	case SPOT_LIST:
	case SPOT_TEXT:
		return r | click_pane(desk, &spot, key, send);
	}
	return r;
}

/* The second half of a double click isn't meant for what the first one has opened. */
static bool is_second_half(const struct desk *desk, const struct key *key, int64_t now)
{
	const struct last_click *last = &desk->click;
	return last->opened && last->row == key->row && last->col == key->col &&
	       now - last->ms < DOUBLE_MS;
}

enum reaction mouse_key(struct desk *desk, const struct key *key, mouse_send_fn *send)
{
	const struct dialog *dialog = desk->dialog;
	enum page page = desk_page(desk);
	int64_t now = clock_ms();
	if (key->mouse != MOUSE_PRESS)
		return wheel(desk, key, send);
	if (is_second_half(desk, key, now))
		return REACT_NONE;
	enum reaction r = click(desk, key, send);
	desk->click = (struct last_click){ .row = key->row,
		.col = key->col,
		.ms = now,
		.opened = desk->dialog != dialog || desk_page(desk) != page || r & REACT_LAYOUT };
	return r;
}
