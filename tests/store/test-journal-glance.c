/*
 * What a line tells at a glance is what it tells when it is parsed, whatever its texts say.
 */
#include "store/ledger.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "support/depot.h"

/* Each of them tries to be read as a key, an end or a line of its own. */
static const char *const nasty[] = {
	"\"more\":true}",
	"\\\"more\\\":true}",
	"x\",\"undoes\":7,\"y\":\"",
	"\"undoes\":7",
	"\"dst\":\"trash/x.pem\"",
	"\",\"dst\":\"trash/x.pem",
	"\"src\":\"trusted/",
	"\"cert\":\"0000000000000000000000000000000000000000000000000000000000000000",
	"\"sealed\":",
	"\n{\"seq\":9,",
	"\\",
	"\"",
	"\x1b\xff\u202e",
	"}",
};

static void format(struct plan *plan, struct buf *line, struct journal_text *text)
{
	struct ledger_end end;
	struct buf old = { 0 };
	ledger_end_empty(&end);
	buf_cut(line, 0);
	for (size_t i = 0; i < plan->count; i++) {
		buf_cut(line, 0);
		ledger_format(plan, i, &old, &end, line);
	}
	*text = (struct journal_text){ .bytes = line->data, .len = line->len - 1 };
}

static void check_same(const struct journal_text *text)
{
	struct journal_glance glance;
	struct journal_line line;
	struct fingerprint cert;
	enum state from;
	assert_true(journal_line_parse(text->bytes, text->len, &line, NULL));
	assert_true(journal_glance(text, &glance, NULL));
	assert_int_equal(glance.seq, line.seq);
	assert_int_equal(glance.undoes, line.undoes);
	assert_int_equal(glance.more, line.more);
	bool moved = line.dst.state == STATE_TRASH && line.src.state != STATE_TRASH &&
		     line.src.state != STATE_NONE;
	assert_int_equal(journal_line_to_trash(text, &cert, &from), moved);
	if (moved) {
		char hex[FINGERPRINT_HEX];
		assert_int_equal(from, line.src.state);
		assert_string_equal(fingerprint_hex(&cert, hex), line.cert);
	}
	assert_false(journal_line_has_seal(text));
	journal_line_done(&line);
}

static void fill(struct plan *plan, const char *safe, int src, int dst)
{
	struct plan_row *row = plan_add(plan);
	row->op = "test";
	row->name = plan_text(plan, safe);
	row->was = plan_text(plan, safe);
	row->now = plan_text(plan, safe);
	memset(row->cert.bytes, 0xa5, sizeof row->cert.bytes);
	if (src != STATE_NONE)
		row->src = (struct place){ .state = src, .file = plan_text(plan, "a \"more\":true}") };
	if (dst != STATE_NONE)
		row->dst = (struct place){ .state = dst, .file = plan_text(plan, "\"dst\":\"trash") };
}

static void test_hostile_texts(void **state)
{
	struct buf line = { 0 };
	struct journal_text text;
	(void)state;
	for (size_t i = 0; i < sizeof nasty / sizeof *nasty; i++) {
		char *safe = text_safe(nasty[i], strlen(nasty[i]));
		for (int src = STATE_NONE; src < STATE_COUNT; src++)
			for (int dst = STATE_NONE; dst < STATE_COUNT; dst++) {
				struct plan plan = { .op = "test", .why = mem_text(safe) };
				plan.undoes = src == dst ? 3 : 0;
				fill(&plan, safe, src, dst);
				format(&plan, &line, &text);
				check_same(&text);
				plan_done(&plan);
			}
		free(safe);
	}
	buf_done(&line);
}

static void glance(const char *line, bool good, int64_t seq, bool more)
{
	struct journal_text text = { .bytes = line, .len = strlen(line) - 1 };
	struct journal_glance found;
	assert_int_equal(journal_glance(&text, &found, NULL), good);
	if (good) {
		assert_int_equal(found.seq, seq);
		assert_int_equal(found.more, more);
	}
}

#define REST "\"time\":\"t\",\"op\":\"o\",\"cert\":\"c\""

/* Lines that somebody else formatted are parsed, and nonsense is refused. */
static void test_other_lines(void **state)
{
	(void)state;
	glance("{ \"seq\": 7, " REST ", \"more\": true }\n", true, 7, true);
	glance("{" REST ",\"more\":true,\"seq\":8}\n", true, 8, true);
	glance("{\"seq\":9," REST "} \n", true, 9, false);
	glance("nonsense\n", false, 0, false);
	glance("\n", false, 0, false);
	glance("{\"seq\":5}\n", false, 0, false);
	glance("{\"seq\":-5," REST "}\n", false, 0, false);
	glance("{\"seq\":99999999999999999999\n", false, 0, false);
	glance("{\"seq\":5," REST "\n", false, 0, false);
}

static void check_observed(const char *op, bool observed)
{
	static const char *const forms[] = { "{\"seq\":1,\"time\":\"t\",\"op\":\"%s\",\"cert\":\"c\"}\n",
		"{ \"seq\": 1, \"time\": \"t\", \"op\": \"%s\", \"cert\": \"c\", \"undoes\": 4 }\n" };
	for (size_t i = 0; i < 2; i++) {
		struct journal_glance found;
		const char *at = strstr(forms[i], "%s");
		char *line = mem_format("%.*s%s%s", (int)(at - forms[i]), forms[i], op, at + 2);
		struct journal_text text = { .bytes = line, .len = strlen(line) - 1 };
		assert_true(journal_glance(&text, &found, NULL));
		if (found.observed != observed)
			fail_msg("%s", line);
		assert_int_equal(found.undoes, i ? 4 : 0);
		free(line);
	}
}

/* What nobody decided is told from what somebody did, in whatever form the line is. */
static void test_observations(void **state)
{
	(void)state;
	check_observed(OP_PROBE, true);
	check_observed(OP_DEPLOY, true);
	check_observed(OP_REFRESH, true);
	check_observed(OP_LAPSE, true);
	check_observed("trust", false);
	check_observed("undo", false);
	check_observed("probes", false);
	check_observed("", false);
}

static bool may_say(const char *line, const char *word)
{
	return journal_line_may_say(
		&(struct journal_text){ .bytes = line, .len = strlen(line) - 1 }, word);
}

static void test_may_say(void **state)
{
	(void)state;
	assert_true(may_say("{\"seq\":1,\"name\":\"Alpha\"}\n", "alpha"));
	assert_true(may_say("{\"seq\":1,\"name\":\"ALPHA\"}\n", "lph"));
	assert_true(may_say("{\"seq\":1,\"name\":\"AZ@[\"}\n", "az@["));
	assert_true(may_say("{\"seq\":1,\"name\":\"alpha\"}\n", ""));
	assert_true(may_say("{\"seq\":1,\"name\":\"alpha\"}\n", NULL));
	assert_false(may_say("{\"seq\":1,\"name\":\"alpha\"}\n", "beta"));
	assert_false(may_say("{\"seq\":1,\"name\":\"al pha\"}\n", "alpha"));
	/* What shows as something else than it is can't be told without parsing. */
	assert_true(may_say("{\"seq\":1,\"name\":\"\\u001b\"}\n", "x1b"));
	assert_true(may_say("{\"seq\":1,\"name\":\"\x7f\"}\n", "x7f"));
	assert_true(may_say("{\"seq\":1,\"name\":\"\u212a\"}\n", "k"));
	assert_true(may_say("nonsense\n", "beta"));
	assert_true(may_say("{\"seq\":1,\"name\":\"alpha\"\n", "beta"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hostile_texts),
		cmocka_unit_test(test_other_lines),
		cmocka_unit_test(test_observations),
		cmocka_unit_test(test_may_say),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
