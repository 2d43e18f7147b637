/*
 * Languages: what people read is said in theirs, what programs read never is.
 *
 * One rule decides: a language is on where somebody looks, that is in the console and where a command
 * prints to a terminal, both in UTF-8.  Off, every function here gives back the English text that it
 * was given and ISO 8601 dates, so that pipes, --json, the store and its journal don't depend on who
 * ran certary.  Text that is kept (entries, receipts, the journal) is English always: it is written
 * without `_()`, or between lang_pause() and lang_resume(), and translated by whoever shows it.
 *
 * A literal is marked where it stands:
 *
 *     print_text(_("nothing matches\n"));            said here and now
 *     { .help = N_("the whole line") }               a row of a table; who shows it says _(row->help)
 *     lang_n("%zu file\n", "%zu files\n", count)     a whole sentence for one and one for many
 *
 *     { .label = NC_("subject", "State") }           where the English word has another sense elsewhere
 *
 * and not at all as the literal of a function that translates it itself: error_set(), error_wrap(),
 * error_errno(), desk_say() and the others in po/keywords.  A sentence is never put together from
 * pieces: other languages order them otherwise.  po/README.md tells how a language is added.
 */
#ifndef CERTARY_BASE_LANG_H
#define CERTARY_BASE_LANG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

#define _(text) lang_text(text)
#define N_(text) text
#define NC_(context, text) context LANG_CONTEXT text
#define LANG_CONTEXT "\004" /* as in catalogues; only lang_text() may show what NC_() marks */

/*
 * Once, at the start: characters as the environment has them, and the language where `seen` says that
 * somebody looks.  lang_choose() follows when the settings are known.
 */
void lang_init(bool seen);

/* A language by its code, such as "de", over what the environment says; "" leaves that.  "en" is English. */
void lang_choose(const char *code);

bool lang_is_on(void);

/*
 * English for a while, for what is kept, and in this thread alone; messages of the C library and of GnuTLS,
 * too.  What lang_pause() gives back is given to lang_resume().
 */
bool lang_pause(void);
void lang_resume(bool was);

/* The text in the language that is on, or `text` itself.  Borrowed, for good. */
const char *lang_text(const char *text) __attribute__((format_arg(1)));

/* The same of the form that `count` things take.  `one` and `many` hold the same conversions. */
const char *lang_n(const char *one, const char *many, size_t count)
	__attribute__((format_arg(1), format_arg(2)));

/* A day, "2026-11-23" or as the locale writes it in digits; ten columns at most.  Returns out. */
char *lang_date(char out[CLOCK_ISO], int64_t when);

/* The same with the time of day behind it, in UTC: "2026-11-23T04:39:00Z", "23.11.2026 04:39:00 UTC". */
char *lang_time(char out[CLOCK_ISO], int64_t when);

/*
 * lang_time() of a time as it is kept, "2026-11-23T04:39:00Z", lang_date() of a day, "2026-11-23"; `kept`
 * itself where it is something else.
 */
const char *lang_kept(char out[CLOCK_ISO], const char *kept);

#endif
