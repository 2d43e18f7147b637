/*
 * Files that two targets change, by whatever names: each is put in place once, or not at all.
 */
#ifndef CERTARY_SRC_DEPLOY_OVERLAP_H
#define CERTARY_SRC_DEPLOY_OVERLAP_H

#include "deploy/plan.h"

/*
 * What a target changes just as one before it does is left to that one; where they differ, the later
 * target becomes unavailable and says which is the other.
 */
void overlaps_resolve(struct deploy_plan *plan);

#endif
