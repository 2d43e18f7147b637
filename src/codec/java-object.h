/*
 * Serialised Java objects: how a JCEKS keeps a secret key.
 *
 * Such an entry doesn't say how long it is, so it must be walked to reach the next one.
 */
#ifndef CERTARY_CODEC_JAVA_OBJECT_H
#define CERTARY_CODEC_JAVA_OBJECT_H

#include <stdbool.h>

#include "codec/span.h"

/*
 * Step over one stream whose object has only texts and byte arrays for fields, as Java's sealed
 * objects have.  False where it is cut short or something else.
 */
bool java_object_skip(struct span *in);

#endif
