/*
 * What changed at an endpoint, as the commands print it.
 */
#ifndef CERTARY_SRC_CLI_CHANGE_H
#define CERTARY_SRC_CLI_CHANGE_H

#include "app/change.h"
#include "cli/run.h"

/* The verdict, then each reason in a line of its own. */
void print_change(const struct change *change, int indent);

void print_endpoint_change(const struct endpoint_change *change, const char *name, int indent);

struct json *change_json(const struct change *change);

/* As "change", null where it is none. */
void put_change(struct json *out, const struct endpoint_change *change);

#endif
