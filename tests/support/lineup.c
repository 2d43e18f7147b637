#include "support/lineup.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

struct making_of {
	struct scene *scene;
	const struct lineup *row;
	struct generated *made[LINEUP_MAX];
};

/* An issuer may stand anywhere in the row. */
static struct generated *make(struct making_of *m, char letter)
{
	const struct given *certs = m->row->certs;
	size_t i = 0;
	while (i < LINEUP_MAX && certs[i].letter != letter)
		i++;
	if (i == LINEUP_MAX) {
		fail_msg("%s: there is no %c", m->row->what, letter);
		return NULL;
	}
	if (!m->made[i]) {
		struct certgen wish = certs[i].wish;
		wish.issuer = certs[i].by ? make(m, certs[i].by) : NULL;
		wish.key_of = certs[i].key_of ? make(m, certs[i].key_of) : NULL;
		m->made[i] = scene_make(m->scene, &wish);
	}
	return m->made[i];
}

static void place(struct making_of *m, const struct given *given)
{
	static const enum standing standings[] = {
		[LINEUP_KEPT] = STANDING_UNTRUSTED,
		[LINEUP_TRUSTED] = STANDING_TRUSTED,
		[LINEUP_BLOCKED] = STANDING_BLOCKED,
	};
	struct generated *made = make(m, given->letter);
	if (given->place >= LINEUP_KEPT)
		scene_hold(m->scene, made, standings[given->place]);
	if (given->place == LINEUP_SENT || given->sent)
		scene_present(m->scene, made);
}

static bool is_answered(const struct lineup *row)
{
	struct scene s;
	scene_begin(&s);
	struct making_of m = { .scene = &s, .row = row };
	s.question.host = !row->host ? "a.example" : *row->host ? row->host : NULL;
	s.question.purpose = row->any ? PURPOSE_ANY : row->client ? PURPOSE_CLIENT : PURPOSE_SERVER;
	s.question.leaf_first = true;
	s.openssl_differs = (strchr(row->answer, '~') && !row->openssl_too) || row->openssl_not;
	for (size_t i = 0; i < LINEUP_MAX && row->certs[i].letter; i++)
		place(&m, &row->certs[i]);
	scene_judge(&s);
	char *said = scene_answer(&s);
	bool same = strcmp(said, row->answer) == 0;
	if (!same)
		print_error("%s: \"%s\", not \"%s\"\n", row->what, said, row->answer);
	free(said);
	scene_end(&s);
	return same;
}

void lineup_expect(const struct lineup *rows, size_t count)
{
	size_t wrong = 0;
	for (size_t i = 0; i < count; i++)
		wrong += !is_answered(&rows[i]);
	assert_int_equal(wrong, 0);
}
