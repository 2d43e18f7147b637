/*
 * Everything that speaks against a path, not just the first.
 *
 * The verdict has two owners.  GnuTLS decides on signatures, rights and strength; the rows that
 * EXPLAIN say in words what it found, and where it accepts the path all the same they are marks:
 * another program will refuse it.  Dates, blocking, names and where the path ends are decided here.
 * A path without an anchor is judged as if its end were one, so that what else is wrong is known.
 */
#include "pki/judging.h"

#include <stdlib.h>

#include "base/lang.h"
#include "base/mem.h"

static unsigned roles_of(const struct place *place)
{
	bool trusted = place->member->standing == STANDING_TRUSTED;
	bool last = place->at + 1 == place->path->count;
	unsigned role = place->at == 0 ? (trusted ? DIRECT : LEAF) : (trusted ? ANCHOR : MIDDLE);
	return role | (last ? (trusted ? 0 : END) : LINK);
}

static bool warns(const struct place *place, warning_fn *test, struct buf *text)
{
	const struct cert *cert = place->member->cert;
	struct look look = {
		.info = cert->info,
		.parts = &cert->parts,
		.now = place->question->now,
	};
	key_facts(&cert->parts, &look.key);
	return test(&look, text);
}

/* Of the end of a broken path GnuTLS has seen nothing: it stood there as an anchor. */
static enum judge_weight weight(enum owner owner, const struct place *place, unsigned roles)
{
	if (owner == EXPLAINS)
		return place->accepted && (roles & END) == 0 ? JUDGE_MARKS : JUDGE_BREAKS;
	return owner == MARKS ? JUDGE_MARKS : JUDGE_BREAKS;
}

void reason_add(struct judge_path *out, const char *code, struct buf *text, size_t at,
	enum judge_weight weight)
{
	size_t to = out->reason_count;
	out->reasons =
		mem_grow(out->reasons, out->reason_count, &out->reason_cap, sizeof *out->reasons);
	for (; weight == JUDGE_BREAKS && to > 0 && out->reasons[to - 1].weight == JUDGE_MARKS; to--)
		out->reasons[to] = out->reasons[to - 1];
	out->reasons[to] = (struct judge_reason){ code, buf_take(text), at, weight };
	out->reason_count++;
}

static bool fails_at(const struct check_row *row, const struct place *place, struct buf *text)
{
	if (row->fault)
		return (form_of(place->member)->faults & row->fault) != 0;
	return row->test ? row->test(place, text) : warns(place, row->warn, text);
}

static void ask(const struct check_row *row, const struct place *place, struct judge_path *out)
{
	struct buf text = { 0 };
	unsigned roles = roles_of(place);
	if ((row->where & roles) == 0)
		return;
	bool fails = fails_at(row, place, &text);
	if (fails && text.len == 0)
		buf_text_add(&text, _(row->text));
	if (fails)
		reason_add(out, row->code, &text, place->at, weight(row->owner, place, roles));
	buf_done(&text);
}

static void ask_all(struct place *place, struct judge_path *out)
{
	const struct path *path = place->path;
	for (const struct check_row *row = check_rows; row->code; row++) {
		for (size_t at = 0; at < path->count; at++) {
			place->at = at;
			place->member = path->members[at];
			place->issuer = at + 1 < path->count ? path->members[at + 1] : NULL;
			ask(row, place, out);
		}
	}
}

static void judge_fates(struct place *place, struct fate *fates, struct judge_path *out)
{
	const struct path *path = place->path;
	for (size_t at = 0; at < path->count; at++) {
		place->at = at;
		place->member = path->members[at];
		place->issuer = at + 1 < path->count ? path->members[at + 1] : NULL;
		fate_judge(place, &fates[at]);
		out->steps[at].revocation = fate_words(&fates[at]);
	}
	place->fates = fates;
}

static void add_verdict(unsigned status, struct judge_path *out)
{
	struct buf text = { 0 }, words = { 0 };
	verdict_words(status, &words);
	buf_format(&text, _("GnuTLS refuses the chain: %s."), buf_text(&words));
	buf_done(&words);
	reason_add(out, "gnutls", &text, 0, JUDGE_BREAKS);
}

/* Does any certificate of the path break the limits of one above it, as far as is seen here? */
static bool breaks_limits(const struct path *path, const struct place *like)
{
	struct buf text = { 0 };
	bool found = false;
	for (size_t at = 0; at < path->count && !found; at++) {
		struct place place = *like;
		place.at = at;
		place.member = path->members[at];
		found = check_name_constraints(&place, &text) ||
			(at > 0 && check_path_length(&place, &text));
	}
	buf_done(&text);
	return found;
}

/*
 * Of a CA at the end of a path GnuTLS takes the common name for a host, and misses it among the
 * names that the CA above may issue for; nobody calls a CA by its name.
 */
static bool takes_ca_for_host(unsigned status, const struct path *path, const struct place *place)
{
	return status == (GNUTLS_CERT_INVALID | GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE) &&
	       path->members[0]->cert->info->ca && !breaks_limits(path, place);
}

void path_check(struct judge_pool *pool, const struct path *path, struct judge_path *out)
{
	unsigned status = verdict_of(path, pool->question);
	struct fate fates[JUDGE_DEPTH];
	struct place place = {
		.pool = pool,
		.question = pool->question,
		.path = path,
	};
	if (takes_ca_for_host(status, path, &place))
		status = 0;
	place.accepted = status == 0;
	judge_fates(&place, fates, out);
	ask_all(&place, out);
	for (size_t at = 0; at < path->count; at++)
		fate_done(&fates[at]);
	out->anchored = path->end == END_ANCHOR;
	if (out->anchored && status != 0)
		add_verdict(status, out);
	out->trusted =
		out->anchored && (out->reason_count == 0 || out->reasons[0].weight == JUDGE_MARKS);
}
