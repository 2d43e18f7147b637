/*
 * What services present, where answers name a certificate by its fingerprint that no file here has.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app/probe.h"
#include "app/setup.h"
#include "base/mem.h"

struct asking {
	const struct answers *answers;
	struct probe_wish *wishes;
	const char **places; /* of each wish; borrowed */
	size_t count;
	struct report **reports; /* of each wish; NULL: none came */
	struct setup_presented *presented;
	size_t presented_count, presented_cap;
};

static bool is_among(const struct setup_found *found, const char *hex)
{
	char has[FINGERPRINT_HEX];
	for (size_t i = 0; i < found->haul.count; i++)
		if (strcasecmp(fingerprint_hex(&found->haul.items[i].sha256, has), hex) == 0)
			return true;
	return false;
}

static bool is_whole(const char *word)
{
	return strlen(word) == FINGERPRINT_HEX - 1 && strspn(word, "0123456789abcdefABCDEF") ==
		FINGERPRINT_HEX - 1;
}

static bool lacks_any(const struct answers *answers, const struct setup_found *found)
{
	const struct answer_value *value = &answers->values[ANSWER_IMPORT];
	for (size_t i = 0; i < value->count; i++)
		if (is_whole(value->items[i]) && !is_among(found, value->items[i]))
			return true;
	return false;
}

static void add_place(struct asking *asking, const char *place)
{
	struct error ignored;
	if (probe_wish_parse(place, NULL, &asking->wishes[asking->count], &ignored))
		asking->places[asking->count++] = place;
}

static void choose_places(struct asking *asking, const struct setup_found *found)
{
	const struct answer_value *value = &asking->answers->values[ANSWER_ENDPOINTS];
	size_t most = found->endpoint_count + value->count + 1;
	asking->wishes = mem_new(most * sizeof *asking->wishes);
	asking->places = mem_new(most * sizeof *asking->places);
	asking->reports = mem_new(most * sizeof(struct report *));
	for (size_t i = 0; i < found->endpoint_count; i++)
		if (setup_wants_endpoint(asking->answers, &found->endpoints[i]))
			add_place(asking, found->endpoints[i].place);
	for (size_t i = 0; i < value->count; i++)
		if (strcmp(value->items[i], FOUND_ALL) != 0 && strcmp(value->items[i], FOUND_PROPOSED) != 0)
			add_place(asking, value->items[i]);
}

static bool is_named(const struct answers *answers, const struct cert *cert)
{
	const struct answer_value *value = &answers->values[ANSWER_IMPORT];
	char hex[FINGERPRINT_HEX];
	fingerprint_hex(&cert_info(cert)->sha256, hex);
	for (size_t i = 0; i < value->count; i++)
		if (strcasecmp(value->items[i], hex) == 0)
			return true;
	return false;
}

static void asked(void *ctx, size_t number, struct probed *take)
{
	struct asking *asking = ctx;
	struct report *report = asking->reports[number] = take->report;
	take->report = NULL;
	probed_done(take);
	for (size_t i = 0; report && i < report->chain_count; i++) {
		const struct cert *cert = report->chain[i].cert;
		if (!cert || !is_named(asking->answers, cert))
			continue;
		asking->presented = mem_grow(asking->presented, asking->presented_count,
			&asking->presented_cap, sizeof *asking->presented);
		struct setup_presented *p = &asking->presented[asking->presented_count++];
		p->place = asking->places[number];
		p->der = cert_der(cert, &p->len);
	}
}

static void asking_done(struct asking *asking)
{
	for (size_t i = 0; i < asking->count; i++) {
		probe_wish_done(&asking->wishes[i]);
		report_free(asking->reports[i]);
	}
	free(asking->wishes);
	free(asking->places);
	free(asking->reports);
	free(asking->presented);
}

bool app_setup_ask(struct app *app, const struct answers *answers, const struct setup_wish *wish,
	struct setup_found *found, struct error *err)
{
	struct asking asking = { .answers = answers };
	const struct probe_calls calls = { .each = asked, .ctx = &asking };
	struct setup_wish again = *wish;
	struct setup_found more;
	if (!answers_yes(answers, ANSWER_PROBE) || !lacks_any(answers, found))
		return true;
	choose_places(&asking, found);
	bool ok = asking.count == 0 || app_probe_all(app, asking.wishes, asking.count, &calls, err);
	again.presented = asking.presented;
	again.presented_count = asking.presented_count;
	if (ok && asking.presented_count && (ok = app_setup_find(app, &again, &more, err))) {
		setup_found_done(found);
		*found = more;
	}
	asking_done(&asking);
	return ok;
}
