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
		*tm = (struct tm){ .tm_year = when < 0 ? -1900 : 8099, .tm_mday = 1 };
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

/* Digits where the shape has 0, and the shape's own characters elsewhere: sscanf() is more lenient. */
static bool has_shape(const char *text, const char *shape)
{
	for (; *shape; text++, shape++)
		if (*shape == '0' ? *text < '0' || *text > '9' : *text != *shape)
			return false;
	return *text == '\0';
}

bool clock_parse(const char *text, int64_t *when)
{
	struct tm tm = { 0 };
	if (!has_shape(text, "0000-00-00") && !has_shape(text, "0000-00-00T00:00:00Z"))
		return false;
	sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour,
		&tm.tm_min, &tm.tm_sec);
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	struct tm asked = tm;
	int64_t seconds = (int64_t)timegm(&tm);
	/* timegm() makes March of a 30 February, and so with all that is out of range. */
	if (tm.tm_mon != asked.tm_mon || tm.tm_mday != asked.tm_mday ||
		tm.tm_hour != asked.tm_hour || tm.tm_min != asked.tm_min || tm.tm_sec != asked.tm_sec)
		return false;
	*when = seconds;
	return true;
}

int64_t clock_days(int64_t from, int64_t to)
{
	int64_t span = to - from;
	return span >= 0 ? span / CLOCK_DAY : -((-span + CLOCK_DAY - 1) / CLOCK_DAY);
}
