/*
 * The table is asked row by row, then the verdict follows from what weighs and from the two facts that
 * prove something: a key that was kept, an issuer whose signature was checked.
 *
 * A new key alone says little, as ACME clients make one each time: it is routine where the same CA signed
 * it, no reason weighs and the old certificate was due.
 */
#include "check/change.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "check/changing.h"

static const char *const names[CHANGE_COUNT] = {
	[CHANGE_SAME] = N_("same"),
	[CHANGE_RENEWAL] = N_("routine renewal"),
	[CHANGE_NEW_KEY] = N_("new key"),
	[CHANGE_NEW_ISSUER] = N_("new issuer"),
	[CHANGE_SUSPICIOUS] = N_("suspicious"),
};

const char *change_name(enum change_verdict verdict)
{
	return names[verdict];
}

const char *change_weight_name(enum change_weight weight)
{
	static const char *const weights[] = {
		[CHANGE_ALARMS] = "alarms",
		[CHANGE_WEIGHS] = "weighs",
		[CHANGE_TELLS] = "tells",
		[CHANGE_CALMS] = "calms",
	};
	return weights[weight];
}

static void add(struct change *out, const struct change_row *row, struct buf *text)
{
	if (text->len == 0)
		buf_text_add(text, _(row->text));
	out->reasons = mem_grow(out->reasons, out->count, &out->cap, sizeof *out->reasons);
	out->reasons[out->count++] = (struct change_reason){ .code = row->code,
		.text = buf_take(text),
		.weight = row->weight };
}

static size_t count_of(const struct change *c, enum change_weight weight)
{
	size_t count = 0;
	for (size_t i = 0; i < c->count; i++)
		count += c->reasons[i].weight == weight;
	return count;
}

static enum change_verdict verdict_of(const struct change_question *q, const struct change *c)
{
	bool mends = q->new.trusted && !q->old.trusted;
	size_t weighs = q->known || mends ? 0 : count_of(c, CHANGE_WEIGHS);
	bool key = change_key_kept(q, NULL), issuer = change_issuer_kept(q);
	bool claimed = change_issuer_claimed(q, NULL);
	bool own = q->old.leaf->self_signed && q->new.leaf->self_signed &&
		   strcmp(q->old.leaf->issuer, q->new.leaf->issuer) == 0;
	if (count_of(c, CHANGE_ALARMS) > 0 || weighs > 1)
		return CHANGE_SUSPICIOUS;
	if (!issuer && !claimed && !own)
		return CHANGE_NEW_ISSUER;
	if (key)
		return CHANGE_RENEWAL;
	return issuer && weighs == 0 && change_was_due(q) ? CHANGE_RENEWAL : CHANGE_NEW_KEY;
}

void change_judge(const struct change_question *question, struct change *out)
{
	*out = (struct change){ .verdict = CHANGE_SAME };
	if (fingerprint_compare(&question->old.leaf->sha256, &question->new.leaf->sha256) == 0)
		return;
	for (const struct change_row *row = change_rows; row->code; row++) {
		struct buf text = { 0 };
		if (row->test(question, &text))
			add(out, row, &text);
		buf_done(&text);
	}
	out->verdict = verdict_of(question, out);
}

void change_done(struct change *change)
{
	for (size_t i = 0; i < change->count; i++)
		free(change->reasons[i].text);
	free(change->reasons);
	*change = (struct change){ 0 };
}

/* What speaks for a routine renewal stands last among its reasons. */
char *change_words(const struct change *change)
{
	const struct change_reason *first = change->count ? &change->reasons[0] : NULL;
	for (size_t i = 0; change->verdict == CHANGE_RENEWAL && i < change->count; i++)
		if (change->reasons[i].weight == CHANGE_CALMS) {
			first = &change->reasons[i];
			break;
		}
	return mem_format("%s%s%s", _(names[change->verdict]), first ? ": " : "",
		first ? first->text : "");
}

const struct change_help *change_codes(void)
{
	static struct change_help codes[64];
	size_t n = 0;
	for (const struct change_row *row = change_rows; row->code && n + 1 < 64; row++)
		codes[n++] = (struct change_help){ row->code, row->help };
	return codes;
}
