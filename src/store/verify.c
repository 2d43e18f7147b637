/*
 * Verification of the journal: the chain runs over the bytes of the lines, whatever they say.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/lang.h"
#include "store/internal.h"
#include "store/ledger.h"
#include "store/lock.h"

#define PATIENCE_MS 2000
static const struct timespec pause = { .tv_nsec = 2000000 };

struct verify {
	struct journal_check *check;
	int64_t number;
	char head[FINGERPRINT_HEX];
};

static bool wrong(struct verify *v, const char *why)
{
	v->check->bad_line = v->number ? v->number : 1; /* of an emptied journal the first is missing */
	snprintf(v->check->why, sizeof v->check->why, "%s", why);
	return false;
}

static bool verify_line(void *ctx, const struct journal_text *text, struct error *err)
{
	struct verify *v = ctx;
	struct journal_line line;
	struct fingerprint hash;
	v->number++;
	if (!journal_line_parse(text->bytes, text->len, &line, err))
		return wrong(v, _("it is no line of a journal"));
	int64_t seq = line.seq;
	journal_line_done(&line);
	if (journal_line_has_seal(text)) {
		v->number--;
		return wrong(v, _("it is not the line that was written last"));
	}
	if (!journal_line_follows(text, v->head))
		return wrong(v, _("the line before it was changed, or lines are missing between them"));
	if (seq != v->number)
		return wrong(v, _("its number is out of order"));
	fingerprint_of(text->bytes, text->len, &hash);
	fingerprint_hex(&hash, v->head);
	v->check->lines++;
	return true;
}

static void verify_end(struct verify *v, const struct ledger_end *end, const struct lock *seal)
{
	if (end->torn > 0) {
		v->number++;
		wrong(v, _("it was cut off (a crash; the next change mends it)"));
		return;
	}
	v->check->head_known = seal->head[0] != '\0';
	if (v->check->head_known && strcmp(seal->head, v->head) != 0)
		wrong(v, _("it is not the line that was written last, or lines behind it are missing"));
}

static bool verify_once(const struct store *store, const struct lock *seal,
	struct journal_check *out, struct error *err)
{
	struct verify v = { .check = out };
	struct ledger_end end;
	*out = (struct journal_check){ 0 };
	ledger_end_empty(&end);
	memcpy(v.head, end.head, sizeof v.head);
	if (!ledger_find_end(store->root, &end, err))
		return false;
	if (!ledger_each_text(store->root, 0, verify_line, &v, err))
		return false;
	if (out->bad_line == 0)
		verify_end(&v, &end, seal);
	return true;
}

/* While somebody writes, journal and seal are not of one moment: look again. */
bool journal_verify(const struct store *store, struct journal_check *out, struct error *err)
{
	for (int64_t end = clock_ms() + PATIENCE_MS;; nanosleep(&pause, NULL)) {
		struct lock before, after;
		struct error unread = { 0 };
		lock_peek(store->root, &before);
		bool ok = verify_once(store, &before, out, &unread);
		bool held = lock_is_held(store->root);
		lock_peek(store->root, &after);
		bool still = lock_same(&before, &after) && (after.open < 0 || !held);
		if (!still && clock_ms() < end)
			continue;
		if (!ok)
			*err = unread;
		return ok;
	}
}
