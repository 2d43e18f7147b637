/*
 * What a judgement asks: how a certificate is held, and who might have issued another.  The store
 * answers, and behind it the system's anchors where the setting use_system_trust says so; what was
 * decided in the store counts more than they do.
 *
 * Or the store as it would be: a pretence says of one certificate how it were held, and what is judged
 * by that is what would come of it.  Trust within limits depends on which service is judged, and for
 * when: whoever judges one says so.
 */
#ifndef CERTARY_SRC_APP_SOURCE_H
#define CERTARY_SRC_APP_SOURCE_H

#include "app/app.h"
#include "pki/judge.h"
#include "store/limits.h"
#include "store/store.h"

/* As it is, asked of no service. */
struct judge_source app_source(struct app *app);

/* crl-shelf.c: revocation lists that were read, as long as their files stay as they are. */
struct shelf;
struct shelf *shelf_new(void);
void shelf_free(struct shelf *shelf);
struct crl *shelf_crl(struct shelf *shelf, struct store *store, const struct fingerprint *id);

/* The system's anchors, read once; none where the setting is off. */
struct system_anchors;
struct system_anchors *anchors_new(void);
void anchors_free(struct system_anchors *anchors);
bool anchors_has(const struct system_anchors *anchors, const struct fingerprint *print);
const struct cert *anchors_at(const struct system_anchors *anchors, size_t i); /* NULL behind the last */
void anchors_offer(const struct system_anchors *anchors, const struct judge_source *source,
	const struct judge_wish *wish, struct judge_pool *pool);

/* How certificates in this state are held, asked of no service; STATE_NONE and the trash: not at all. */
enum standing standing_of_state(int state);

struct pretence {
	struct fingerprint print;
	enum standing standing;
	const struct cert *cert; /* where the store hasn't got it: borrowed; else NULL */
	const struct limits *limits; /* trusted within these alone: borrowed; NULL: without any */
	/* Or a revocation list instead, and print is its id: borrowed; NULL with is_list: as if it were gone. */
	bool is_list;
	struct crl *list;
	const char *issuer; /* of the list: borrowed */
};

/* Borrows all of it, and lives as long as the source. */
struct imagined {
	struct app *app;
	const struct pretence *items;
	size_t count;
	const char *place; /* the service that is judged, as endpoint_place() has it; NULL: none */
	int64_t now;       /* what it is judged for; 0: the present */
};
struct judge_source imagined_source(const struct imagined *imagined);

#endif
