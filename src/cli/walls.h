/* Walls around a command: see walls.c. */
#ifndef CERTARY_SRC_CLI_WALLS_H
#define CERTARY_SRC_CLI_WALLS_H

#include "cli/run.h"

/* Once its store is open and what was interrupted is put right; false where it can't do its work behind them. */
bool walls_raise(const struct run *run, struct error *err);

#endif
