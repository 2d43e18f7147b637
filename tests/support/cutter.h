/*
 * A door before another server, on the test's own loop: it lets a number of the server's bytes through,
 * for each visitor one step more, and then hangs up or goes silent.
 */
#ifndef CERTARY_TESTS_CUTTER_H
#define CERTARY_TESTS_CUTTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/loop.h"

struct cutter;

struct cutter *cutter_start(struct loop *loop, uint16_t to, size_t step, bool silent);
uint16_t cutter_port(const struct cutter *cutter);
void cutter_stop(struct cutter *cutter);

#endif
