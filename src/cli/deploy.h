/*
 * Targets and deployments in print: shared by the commands that show them.
 */
#ifndef CERTARY_SRC_CLI_DEPLOY_H
#define CERTARY_SRC_CLI_DEPLOY_H

#include "app/target.h"
#include "base/json.h"
#include "deploy/plan.h"

struct json *target_json(const struct target *target);

/* after: with what came of it. */
void tell_deploy_plan(const struct deploy_plan *plan, bool after);

#endif
