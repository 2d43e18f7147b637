/*
 * What the search for remedies and its words share.
 */
#ifndef CERTARY_SRC_APP_MENDING_H
#define CERTARY_SRC_APP_MENDING_H

#include "app/remedy.h"
#include "app/services.h"
#include "base/buf.h"

/* What is asked instead of the question: what the other side would have to change. */
struct variant {
	struct judge_question question;
	const struct explained_path *late; /* NULL: the dates are as they are */
	bool host;                         /* by another name */
};

struct mending {
	struct app *app;
	const struct explanation *x;
	struct services services;
	struct remedies *out;
};

/* Is it trusted, asked so and held so? */
bool mends(const struct mending *m, const struct variant *v, const struct pretence *items,
	size_t count);

struct remedy *remedy_add(struct mending *m, enum remedy_kind kind);

bool remedy_lacks_issuer(const struct explained_path *path);

/* remedy-decide.c: offer what helps; false where nothing does. */
bool remedy_try_steps(struct mending *m, const struct variant *v);
bool remedy_try_trash(struct mending *m, const struct variant *v);

/* remedy-words.c */
bool is_host_san(const char *san); /* "DNS:…" or "IP:…" */
bool remedy_waits(const struct mending *m, const struct variant *v); /* for a time to come */
void remedy_put_peer(const struct mending *m, const struct variant *v, struct buf *out);
void remedy_put_others(struct mending *m, const struct pretence *item, struct remedy *remedy,
	struct buf *out);
char *remedy_nearest(struct mending *m);

#endif
