/*
 * A judgement with everything around it: certificates made, held, presented, and the answer as a
 * line that a test can compare.
 *
 *	struct scene s;
 *	scene_begin(&s);
 *	struct generated *root = scene_make(&s, &(struct certgen){ .cn = "Root", .ca = true });
 *	scene_hold(&s, root, STANDING_TRUSTED);
 *	scene_present(&s, leaf);
 *	scene_expect(&s, "no expired@0 ~v1@1");
 *	scene_end(&s);
 *
 * Each judgement is compared with what GnuTLS says by its own clock and in one go; where it is
 * "trusted", OpenSSL must agree, and "another-path" be marked just where GnuTLS refuses the chain in
 * the order in which it was presented.
 */
#ifndef CERTARY_TESTS_SCENE_H
#define CERTARY_TESTS_SCENE_H

#include "pki/judge.h"
#include "support/certgen.h"

#define SCENE_NOW "2025-07-02T00:00:00Z"
#define SCENE_MAX 1040

struct scene {
	struct generated *made[SCENE_MAX];
	size_t made_count;
	struct holding {
		struct cert *cert;
		enum standing standing;
	} held[SCENE_MAX];
	size_t held_count;
	struct cert *presented[SCENE_MAX];
	size_t presented_count;
	struct judge_question question; /* now is SCENE_NOW, the rest is zero */
	bool openssl_differs;           /* known not to agree here */
	bool ca_as_host;                /* GnuTLS takes a CA's name for a host outside its limits */
	struct judgement judgement;     /* the last one */
	size_t wishes, offers;          /* of the last one */
};

void scene_begin(struct scene *scene);
void scene_end(struct scene *scene);

struct generated *scene_make(struct scene *scene, const struct certgen *wish);
void scene_hold(struct scene *scene, const struct generated *made, enum standing standing);
void scene_present(struct scene *scene, const struct generated *made);
void scene_forget(struct scene *scene); /* nothing is held or presented any more */

void scene_judge(struct scene *scene);

/*
 * Judge, and compare "yes", "direct" or "no", then the reasons of the first path in their order:
 * code@index, with "~" before those that only mark.
 */
void scene_expect(struct scene *scene, const char *answer);

/* The same line; the caller frees. */
char *scene_answer(const struct scene *scene);

/* The sentence of the first path's reason with this code; fails where there is none. */
const char *scene_text(const struct scene *scene, const char *code);

#endif
