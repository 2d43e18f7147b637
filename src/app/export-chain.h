/* The certificates above one, as far as the store holds them. */
#ifndef CERTARY_SRC_APP_EXPORT_CHAIN_H
#define CERTARY_SRC_APP_EXPORT_CHAIN_H

#include "app/app.h"

/*
 * Call add() for each intermediate CA from the one above the leaf to the one below the root, and add
 * to `doubts` what is wrong with them, a sentence in each line.
 */
bool export_chain(struct app *app, const struct cert *leaf,
	bool (*add)(void *ctx, const struct cert *cert, struct error *err), void *ctx,
	struct buf *doubts, struct error *err);

#endif
