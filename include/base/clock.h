/*
 * Time is an input: everything that asks for the present asks here.
 *
 * Times are seconds since 1970 in UTC (int64_t: certificates end in the year 9999).  Tests fix the
 * clock with CERTARY_TEST_CLOCK=2026-01-01T00:00:00Z, which is ignored in a process that gained
 * privileges (secure_getenv).
 */
#ifndef CERTARY_BASE_CLOCK_H
#define CERTARY_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_DAY 86400
#define CLOCK_ISO 24 /* room for a formatted time and its NUL */

int64_t clock_now(void);
int64_t clock_ms(void); /* monotonic milliseconds, for timers only */

/* "2026-11-23T04:39:00Z"; years outside 0..9999 are clamped. Returns out. */
char *clock_iso(char out[CLOCK_ISO], int64_t when);
char *clock_date(char out[CLOCK_ISO], int64_t when); /* "2026-11-23" */

/* Reads the two forms above. */
bool clock_parse(const char *text, int64_t *when);

/* Whole days from `from` to `to`, rounded down: -1 is "ended within the last day". */
int64_t clock_days(int64_t from, int64_t to);

#endif
