/*
 * What is told here of a certificate is in its row of the index: a page of the list opens no file.
 */
#include "console/list-columns.h"

#include <stdio.h>
#include <string.h>

#include "base/lang.h"

#define CELL 200 /* bytes of a text that is put together */

/* A cell's text: borrowed from the entry, or written into `out`. */
typedef const char *cell_text_fn(const struct entry *e, char out[CELL]);

static const char *name_of(const struct entry *e, char out[CELL])
{
	(void)out;
	return e->name;
}

static const char *state_of(const struct entry *e, char out[CELL])
{
	(void)out;
	return _(state_name((int)e->state));
}

/* How long it lasts, in one number. */
static const char *days_of(const struct entry *e, char out[CELL])
{
	int64_t days = cert_days_left(&e->info, app_now());
	if (days > 99999)
		return _("never");
	snprintf(out, CELL, "%lld", (long long)days);
	return out;
}

static const char *subject_of(const struct entry *e, char out[CELL])
{
	(void)out;
	return e->info.subject;
}

static const char *issuer_of(const struct entry *e, char out[CELL])
{
	(void)out;
	return e->info.issuer;
}

static const char *from_of(const struct entry *e, char out[CELL])
{
	return lang_date(out, e->info.not_before);
}

static const char *until_of(const struct entry *e, char out[CELL])
{
	return lang_date(out, e->info.not_after);
}

static const char *key_of(const struct entry *e, char out[CELL])
{
	if (e->info.key_bits == 0)
		return e->info.key_algorithm;
	snprintf(out, CELL, "%s %u", e->info.key_algorithm, e->info.key_bits);
	return out;
}

static const char *kind_of(const struct entry *e, char out[CELL])
{
	(void)out;
	if (e->info.ca)
		return e->info.self_signed ? _("root") : _("CA");
	return e->info.self_signed ? _("self-signed") : _("leaf");
}

static const char *serial_of(const struct entry *e, char out[CELL])
{
	(void)out;
	return e->info.serial;
}

static const char *print_of(const struct entry *e, char out[CELL])
{
	return fingerprint_hex(&e->info.sha256, out);
}

/* As many as fit, whole; the kind stands before each only where it isn't a host. */
static const char *hosts_of(const struct entry *e, char out[CELL])
{
	size_t len = 0;
	out[0] = '\0';
	for (const char *san = NULL; (san = cert_info_san(&e->info, san)) != NULL;) {
		const char *text = strncmp(san, "DNS:", 4) == 0 ? san + 4 : san;
		size_t more = strlen(text) + 2;
		if (len == 0 && more >= CELL)
			return text;
		if (len + more >= CELL)
			break;
		len += (size_t)snprintf(out + len, CELL - len, "%s%s", len ? ", " : "", text);
	}
	return out;
}

static const char *signature_of(const struct entry *e, char out[CELL])
{
	(void)out;
	return e->info.signature;
}

static const char *added_of(const struct entry *e, char out[CELL])
{
	return lang_kept(out, e->added);
}

static const char *source_of(const struct entry *e, char out[CELL])
{
	(void)out;
	return e->source;
}

static const char *note_of(const struct entry *e, char out[CELL])
{
	(void)out;
	return e->note;
}

static const char *scope_of(const struct entry *e, char out[CELL])
{
	(void)out;
	return e->scope;
}

static const char *end_of(const struct entry *e, char out[CELL])
{
	return lang_kept(out, e->until);
}

static const char *ticket_of(const struct entry *e, char out[CELL])
{
	(void)out;
	return e->ticket;
}

enum {
	NAME, STATE, DAYS, SUBJECT, ISSUER, KIND, FROM, UNTIL, KEY, SIGNATURE, SERIAL,
	FINGERPRINT, HOSTS, ADDED, SOURCE, NOTE, SCOPE, END, TICKET, COLUMNS
};

static const char *state_word(size_t i)
{
	return i < STATE_COUNT ? state_name((int)i) : NULL;
}

static const char *kind_word(size_t i)
{
	static const char *const words[] = { N_("root"), N_("CA"), N_("self-signed"), N_("leaf") };
	return i < sizeof words / sizeof *words ? words[i] : NULL;
}

static const struct grid_column columns[COLUMNS] = {
	[NAME] = { "name", N_("the name that people gave"),
		{ .title = N_("Name"), .min = 14, .want = 34, .stretch = true }, false },
	[STATE] = { "state", N_("trusted, limited, untrusted, blocked, trash"),
		{ .title = N_("State"), .min = 9, .want = 9, .rank = 1, .word = state_word },
		false },
	[DAYS] = { "days", N_("days until it expires"),
		{ .title = N_("Days"), .min = 6, .want = 6, .right = true }, false },
	[SUBJECT] = { "subject", N_("whom it is about"),
		{ .title = N_("Subject"), .min = 16, .want = 30, .rank = 2, .stretch = true },
		false },
	[ISSUER] = { "issuer", N_("who signed it"),
		{ .title = N_("Issuer"), .min = 16, .want = 30, .stretch = true }, true },
	[KIND] = { "kind", N_("root, CA, self-signed, leaf"),
		{ .title = N_("Kind"), .min = 4, .want = 11, .word = kind_word }, true },
	[FROM] = { "from", N_("the day that it begins"),
		{ .title = N_("From"), .min = 10, .want = 10 }, true },
	[UNTIL] = { "until", N_("the day that it ends"),
		{ .title = N_("Until"), .min = 10, .want = 10 }, true },
	[KEY] = { "key", N_("algorithm and size of its key"),
		{ .title = N_("Key"), .min = 8, .want = 10 }, true },
	[SIGNATURE] = { "signature", N_("how it is signed"),
		{ .title = N_("Signature"), .min = 10, .want = 14 }, true },
	[SERIAL] = { "serial", N_("its serial number"),
		{ .title = N_("Serial"), .min = 10, .want = 20 }, true },
	[FINGERPRINT] = { "fingerprint", N_("its SHA-256"),
		{ .title = N_("Fingerprint"), .min = 12, .want = 16, .stretch = true }, true },
	[HOSTS] = { "hosts", N_("its subject alternative names"),
		{ .title = N_("Hosts"), .min = 12, .want = 24, .stretch = true }, true },
	[ADDED] = { "added", N_("when it came into the store"),
		{ .title = N_("Added"), .min = 10, .want = 20 }, true },
	[SOURCE] = { "source", N_("where it came from"),
		{ .title = N_("Source"), .min = 12, .want = 24, .stretch = true }, true },
	[NOTE] = { "note", N_("what was noted"),
		{ .title = N_("Note"), .min = 12, .want = 24, .stretch = true }, true },
	[SCOPE] = { "for", N_("the services that its trust is limited to"),
		{ .title = N_("For"), .min = 12, .want = 20, .stretch = true }, true },
	[END] = { "end", N_("when its trust ends"),
		{ .title = N_("Trust ends"), .min = 10, .want = 10 }, true },
	[TICKET] = { "ticket", N_("what its trust was given for"),
		{ .title = N_("Ticket"), .min = 8, .want = 12 }, true },
};

const struct grid_kind certificate_grid = GRID(columns, REMEMBER_COLUMNS_CERTIFICATES);

/* found: a search looks at it, so that what it found is to be seen. */
static const struct cell {
	cell_text_fn *text;
	bool found;
} cells[COLUMNS] = {
	[NAME] = { name_of, true },
	[STATE] = { state_of, false },
	[DAYS] = { days_of, false },
	[SUBJECT] = { subject_of, true },
	[ISSUER] = { issuer_of, true },
	[KIND] = { kind_of, false },
	[FROM] = { from_of, false },
	[UNTIL] = { until_of, false },
	[KEY] = { key_of, false },
	[SIGNATURE] = { signature_of, false },
	[SERIAL] = { serial_of, true },
	[FINGERPRINT] = { print_of, true },
	[HOSTS] = { hosts_of, true },
	[ADDED] = { added_of, false },
	[SOURCE] = { source_of, false },
	[NOTE] = { note_of, true },
	[SCOPE] = { scope_of, false },
	[END] = { end_of, false },
	[TICKET] = { ticket_of, false },
};

static enum role role_of(const struct desk *desk, const struct entry *e, size_t which, bool marked)
{
	static const enum role states[STATE_COUNT] = {
		[STATE_TRUSTED] = ROLE_TRUSTED,
		[STATE_LIMITED] = ROLE_LIMITED,
		[STATE_UNTRUSTED] = ROLE_UNTRUSTED,
		[STATE_BLOCKED] = ROLE_BLOCKED,
		[STATE_TRASH] = ROLE_TRASH,
	};
	static const enum role validities[] = {
		[VALIDITY_VALID] = ROLE_NORMAL,
		[VALIDITY_EXPIRING] = ROLE_EXPIRING,
		[VALIDITY_EXPIRED] = ROLE_EXPIRED,
		[VALIDITY_FUTURE] = ROLE_EXPIRING,
	};
	if (which == STATE)
		return states[e->state];
	if (which == DAYS)
		return validities[entry_validity(e, app_now(), desk->query.days, desk->query.percent)];
	return marked ? ROLE_MARKED : which == NAME ? ROLE_NORMAL : ROLE_DIM;
}

void certificate_cell(const struct desk *desk, const struct entry *e, size_t which,
	struct area area, const struct column *column, const struct column_place *place,
	const struct list_row *row, bool marked)
{
	char out[CELL];
	if (place->cols == 0)
		return;
	columns_cell(area, 0, column, place, list_role(row, role_of(desk, e, which, marked)),
		cells[which].text(e, out), cells[which].found ? desk->found : NULL);
}
