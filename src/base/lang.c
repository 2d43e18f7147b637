#include "base/lang.h"

#include <errno.h>
#include <langinfo.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef CERTARY_LOCALEDIR
#define CERTARY_LOCALEDIR "/usr/local/share/locale"
#endif

#define DOMAIN "certary"
#define FIRST  "help" /* asked for early: jobs that may open nothing have the catalogue mapped then */

static bool seen_by_people, on;
static locale_t english; /* for strerror() and GnuTLS, whose messages stand in ours */
static _Thread_local bool paused;

/* A time that is written like a program's is one: the C locale's own has two digits for the year. */
static bool is_c(const char *locale)
{
	return !locale || strcmp(locale, "POSIX") == 0 || strcmp(locale, "C") == 0 ||
	       strncmp(locale, "C.", 2) == 0;
}

/* Ours, and that of the C library's own words. */
static void open_catalogues(void)
{
	lang_text(FIRST);
	(void)strerror(ENOENT);
}

void lang_init(bool seen)
{
	const char *folder = secure_getenv("CERTARY_TEST_LOCALES");
	setlocale(LC_CTYPE, "");
	if (!seen || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		return;
	seen_by_people = on = true;
	setlocale(LC_MESSAGES, "");
	setlocale(LC_TIME, "");
	english = newlocale(LC_MESSAGES_MASK, "C", duplocale(LC_GLOBAL_LOCALE));
	bindtextdomain(DOMAIN, folder ? folder : CERTARY_LOCALEDIR);
	bind_textdomain_codeset(DOMAIN, "UTF-8");
	open_catalogues();
}

/*
 * A server often has no locale but C.UTF-8; gettext then goes by LANGUAGE alone, which it leaves aside
 * in the locale C.
 */
void lang_choose(const char *code)
{
	if (!seen_by_people || !*code)
		return;
	on = strcmp(code, "en") != 0;
	if (!on) {
		setlocale(LC_MESSAGES, "C"); /* strerror() and GnuTLS with us */
		return;
	}
	if (strcmp(setlocale(LC_MESSAGES, NULL), "C") == 0)
		setlocale(LC_MESSAGES, "C.UTF-8");
	setenv("LANGUAGE", code, 1);
	open_catalogues();
}

bool lang_is_on(void)
{
	return on && !paused;
}

bool lang_pause(void)
{
	bool was = paused;
	paused = true;
	if (english)
		uselocale(english);
	return was;
}

void lang_resume(bool was)
{
	paused = was;
	if (english && !was)
		uselocale(LC_GLOBAL_LOCALE);
}

/* The empty text is a catalogue's head; a context is for the catalogue alone. */
const char *lang_text(const char *text)
{
	const char *said = lang_is_on() && text && *text ? dgettext(DOMAIN, text) : text;
	const char *context = said == text && text ? strchr(text, *LANG_CONTEXT) : NULL;
	return context ? context + 1 : said;
}

const char *lang_n(const char *one, const char *many, size_t count)
{
	if (!lang_is_on())
		return count == 1 ? one : many;
	return dngettext(DOMAIN, one, many, count);
}

/* The locale's order and marks of a date, with four digits for the year; NULL: ISO. */
static const char *order_of_day(void)
{
	static char format[32];
	const char *own = nl_langinfo(D_FMT);
	if (!lang_is_on() || is_c(setlocale(LC_TIME, NULL)) || strlen(own) >= sizeof format)
		return NULL;
	for (size_t i = 0; own[i]; i++)
		if ((unsigned char)own[i] >= 0x80)
			return "%Y/%m/%d"; /* as East Asia writes it in tables */
	memcpy(format, own, strlen(own) + 1);
	for (char *c = format; (c = strchr(c, '%')); c++)
		if (c[1] == 'y')
			c[1] = 'Y';
	return format;
}

char *lang_date(char out[CLOCK_ISO], int64_t when)
{
	time_t seconds = (time_t)when;
	struct tm tm;
	const char *order = order_of_day();
	if (!order || !gmtime_r(&seconds, &tm) || tm.tm_year < -900 || tm.tm_year > 8099)
		return clock_date(out, when);
	size_t len = strftime(out, CLOCK_ISO, order, &tm);
	return len > 0 && len <= 10 ? out : clock_date(out, when);
}

char *lang_time(char out[CLOCK_ISO], int64_t when)
{
	char iso[CLOCK_ISO];
	clock_iso(iso, when);
	lang_date(out, when);
	if (strncmp(out, iso, 10) == 0)
		return memcpy(out, iso, sizeof iso);
	snprintf(out + strlen(out), CLOCK_ISO - strlen(out), " %.8s UTC", iso + 11);
	return out;
}

const char *lang_kept(char out[CLOCK_ISO], const char *kept)
{
	int64_t when;
	size_t len = kept ? strlen(kept) : 0;
	bool is_day = len == strlen("2026-11-23"), is_time = len == strlen("2026-11-23T04:39:00Z");
	if ((!is_day && !is_time) || !clock_parse(kept, &when))
		return kept;
	return is_day ? lang_date(out, when) : lang_time(out, when);
}
