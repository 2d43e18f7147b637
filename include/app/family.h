/*
 * Who signed a certificate, and what it signed, among those of the store: as names and key identifiers
 * tell, and whatever their state.  Both can be copied: this leads to certificates, and judges none
 * (that is app/explain.h).
 */
#ifndef CERTARY_APP_FAMILY_H
#define CERTARY_APP_FAMILY_H

#include "app/app.h"

/*
 * Its issuer; of several, those of a name and key that were certified more than once, the one that counts
 * most: trusted before others, then the one that lasts longest.  Returns how many there are, in the trash
 * only where there is none elsewhere; 0 also for what signed itself.
 */
size_t app_issuer_of(struct app *app, const struct cert_info *info, struct entry *out);

/* How many it signed that aren't in the trash, itself not among them; one of them goes to out. */
size_t app_issued_by(struct app *app, const struct cert_info *info, struct entry *out);

#endif
