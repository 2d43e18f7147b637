#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int64_t clock_now(void)
{
	const char *fixed = secure_getenv("CERTARY_TEST_CLOCK");
	int64_t when;
	if (fixed && clock_parse(fixed, &when))
		return when;
	return (int64_t)time(NULL);
}

int64_t clock_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void split(int64_t when, struct tm *tm)
{
	time_t t = (time_t)when;
	if (!gmtime_r(&t, tm))
		*tm = (struct tm){ .tm_year = 8099, .tm_mon = 11, .tm_mday = 31 };
	if (tm->tm_year > 8099)
		tm->tm_year = 8099;
	if (tm->tm_year < -1900)
		tm->tm_year = -1900;
}

/* The modulo tells the compiler what split() made sure of: the text always fits. */
char *clock_iso(char out[CLOCK_ISO], int64_t when)
{
	struct tm tm;
	split(when, &tm);
	snprintf(out, CLOCK_ISO, "%04u-%02u-%02uT%02u:%02u:%02uZ",
		(unsigned)(tm.tm_year + 1900) % 10000, (unsigned)(tm.tm_mon + 1) % 100,
		(unsigned)tm.tm_mday % 100, (unsigned)tm.tm_hour % 100, (unsigned)tm.tm_min % 100,
		(unsigned)tm.tm_sec % 100);
	return out;
}

char *clock_date(char out[CLOCK_ISO], int64_t when)
{
	clock_iso(out, when);
	out[10] = '\0';
	return out;
}

bool clock_parse(const char *text, int64_t *when)
{
	struct tm tm = { 0 };
	int used = 0;
	if (sscanf(text, "%4d-%2d-%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &used) != 3)
		return false;
	if (text[used] == 'T') {
		int more = 0;
		if (sscanf(text + used, "T%2d:%2d:%2dZ%n", &tm.tm_hour, &tm.tm_min, &tm.tm_sec,
			    &more) != 3)
			return false;
		used += more;
	}
	if (used < 10 || text[used] != '\0')
		return false;
	if (tm.tm_mon < 1 || tm.tm_mon > 12 || tm.tm_mday < 1 || tm.tm_mday > 31)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	*when = (int64_t)timegm(&tm);
	return true;
}

int64_t clock_days(int64_t from, int64_t to)
{
	int64_t span = to - from;
	return span >= 0 ? span / CLOCK_DAY : -((-span + CLOCK_DAY - 1) / CLOCK_DAY);
}
