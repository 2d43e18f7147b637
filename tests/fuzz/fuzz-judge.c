/*
 * Certificates one behind the other, each with an octet before it that says how it comes: presented
 * or held, and with which standing.  Whatever they are, a judgement ends, keeps its promises and
 * says nothing that isn't safe.
 */
#include "fuzz/fuzz.h"

#include "base/text.h"
#include "pki/der.h"
#include "pki/judge.h"

#define NOW  1767225600 /* 2026-01-01 */
#define MANY 40

struct hand {
	struct cert *certs[MANY];
	uint8_t how[MANY];
	size_t count;
};

static enum standing standing_at(const struct hand *hand, size_t i)
{
	return (enum standing)(hand->how[i] & 3);
}

static enum standing standing(void *ctx, const struct fingerprint *print)
{
	const struct hand *hand = ctx;
	for (size_t i = 0; i < hand->count; i++)
		if (fingerprint_compare(&cert_info(hand->certs[i])->sha256, print) == 0)
			return standing_at(hand, i);
	return STANDING_STRANGER;
}

static void find(void *ctx, const struct judge_wish *wish, struct judge_pool *pool)
{
	const struct hand *hand = ctx;
	(void)wish;
	for (size_t i = 0; i < hand->count; i++) {
		size_t len;
		struct cert *copy;
		const uint8_t *der = cert_der(hand->certs[i], &len);
		must(cert_parse(der, len, &copy, NULL));
		if (!judge_offer(pool, copy, standing_at(hand, i)))
			return;
	}
}

static void check(const struct judgement *judgement)
{
	must(judgement->path_count <= JUDGE_PATHS);
	for (size_t i = 0; i < judgement->path_count; i++) {
		const struct judge_path *path = &judgement->paths[i];
		must(path->step_count > 0 && path->step_count <= JUDGE_DEPTH);
		must(!path->trusted || path->anchored);
		must(path->trusted || path->reason_count > 0);
		for (size_t r = 0; r < path->reason_count; r++) {
			must(text_is_safe(path->reasons[r].text) && *path->reasons[r].text);
			must(path->reasons[r].at < path->step_count);
			must(!path->trusted || path->reasons[r].weight == JUDGE_MARKS);
		}
		for (size_t s = 0; s < path->step_count; s++)
			must(!path->trusted || path->steps[s].standing != STANDING_BLOCKED);
	}
}

static void take_all(struct der in, struct hand *hand)
{
	struct der_item item;
	while (in.len > 1 && hand->count < MANY) {
		hand->how[hand->count] = *in.data++;
		in.len--;
		if (!der_next(&in, &item))
			return;
		if (cert_parse(item.whole.data, item.whole.len, &hand->certs[hand->count], NULL))
			hand->count++;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const hosts[] = { NULL, "a.example", "192.0.2.1", "b\xc3\xbc.example" };
	struct hand hand = { 0 };
	struct judgement judgement;
	const struct cert *presented[MANY];
	size_t count = 0;
	if (size == 0)
		return 0;
	struct judge_question question = { .now = NOW,
		.host = hosts[data[0] & 3],
		.purpose = (enum purpose)((data[0] >> 2) % 3),
		.leaf_first = data[0] >> 7 };
	struct judge_source source = { .ctx = &hand, .standing = standing, .find = find };
	take_all((struct der){ data + 1, size - 1 }, &hand);
	for (size_t i = 0; i < hand.count; i++)
		if (hand.how[i] & 4)
			presented[count++] = hand.certs[i];
	judge(presented, count, &question, &source, &judgement);
	check(&judgement);
	judgement_done(&judgement);
	for (size_t i = 0; i < hand.count; i++)
		cert_free(hand.certs[i]);
	return 0;
}
