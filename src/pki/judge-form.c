/*
 * The form of a certificate: what RFC 5280 and the CA/Browser Forum demand of how it is written,
 * and GnuTLS doesn't ask.
 *
 * Read in one pass over its extensions, once for each certificate at hand, because a certificate
 * stands in many paths and most have nothing to say.  Whether a fault counts is a matter of the
 * place in a path: see the rows of judge-table.c and the sentences in judge-marks.c.
 */
#include "pki/judging.h"

#include <string.h>

#include "pki/odd-name.h"

enum rule {
	FREE,
	NEVER,     /* must not be critical */
	IN_CAS,    /* must be critical in a CA; roots are older than the rule */
	ALWAYS,    /* must be critical */
	UNLESS_NO, /* must be critical where the subject is empty, and else not */
};

enum known {
	KEY_ID,
	KEY_USAGE,
	SAN,
	BASIC,
	NAME_LIMITS,
	POLICIES,
	MAPPINGS,
	ISSUER_KEY_ID,
	POLICY_LIMITS,
	PURPOSES,
	FRESHEST,
	USE_PERIOD,
	ANY_POLICY,
	ACCESS,
	SUBJECT_ACCESS,
};

#define ID(bytes) .id = (bytes), .len = sizeof(bytes) - 1

/* Identifiers as they stand in the DER: 2.5.29.n, and two of 1.3.6.1.5.5.7.1. */
static const struct known_row {
	const char *id;
	size_t len;
	uint8_t tag; /* of its value */
	bool filled; /* which may not be empty */
	enum rule critical;
	bool unread; /* GnuTLS doesn't know it, and refuses whatever has it critical */
} knowns[] = {
	[KEY_ID] = { ID("\x55\x1d\x0e"), .tag = DER_OCTETS, .filled = true, .critical = NEVER },
	[KEY_USAGE] = { ID("\x55\x1d\x0f"), .tag = DER_BITS, .filled = true },
	[SAN] = { ID("\x55\x1d\x11"), .tag = DER_SEQUENCE, .filled = true, .critical = UNLESS_NO },
	[BASIC] = { ID("\x55\x1d\x13"), .tag = DER_SEQUENCE, .critical = IN_CAS },
	[NAME_LIMITS] = { ID("\x55\x1d\x1e"), .tag = DER_SEQUENCE, .filled = true },
	[POLICIES] = { ID("\x55\x1d\x20"), .tag = DER_SEQUENCE, .filled = true },
	[MAPPINGS] = { ID("\x55\x1d\x21"), .tag = DER_SEQUENCE, .filled = true, .unread = true },
	[ISSUER_KEY_ID] = { ID("\x55\x1d\x23"), .tag = DER_SEQUENCE, .critical = NEVER },
	[POLICY_LIMITS] = { ID("\x55\x1d\x24"), .tag = DER_SEQUENCE, .filled = true,
		.critical = ALWAYS, .unread = true },
	[PURPOSES] = { ID("\x55\x1d\x25"), .tag = DER_SEQUENCE, .filled = true },
	[FRESHEST] = { ID("\x55\x1d\x2e"), .tag = DER_SEQUENCE, .filled = true, .critical = NEVER,
		.unread = true },
	[USE_PERIOD] = { ID("\x55\x1d\x10"), .tag = DER_SEQUENCE, .filled = true, .unread = true },
	[ANY_POLICY] = { ID("\x55\x1d\x36"), .tag = DER_INTEGER, .filled = true,
		.critical = ALWAYS },
	[ACCESS] = { ID("\x2b\x06\x01\x05\x05\x07\x01\x01"), .tag = DER_SEQUENCE, .filled = true,
		.critical = NEVER },
	[SUBJECT_ACCESS] = { ID("\x2b\x06\x01\x05\x05\x07\x01\x0b"), .tag = DER_SEQUENCE,
		.filled = true, .critical = NEVER, .unread = true },
};

#define KNOWN_COUNT (sizeof knowns / sizeof knowns[0])

static const struct known_row *known_of(struct der oid)
{
	for (size_t i = 0; i < KNOWN_COUNT; i++)
		if (oid.len == knowns[i].len && memcmp(oid.data, knowns[i].id, oid.len) == 0)
			return &knowns[i];
	return NULL;
}

/* ---- what each of them says ---- */

/* keyUsage, its bits from the left of the first octet */
#define USE_CERT_SIGN 0x04

static void read_usage(struct der body, struct form *form)
{
	struct der bits;
	unsigned unused;
	form->faults &= ~(unsigned)FAULT_NO_USAGE;
	if (der_bits(body, &bits, &unused) && bits.len > 0 && (bits.data[0] & USE_CERT_SIGN) != 0)
		form->faults |= FAULT_SIGNS;
}

static void read_basic(struct der body, struct form *form)
{
	struct der value;
	der_take(&body, DER_BOOLEAN, &value);
	if (der_take(&body, DER_INTEGER, &value))
		form->faults |= FAULT_CA_LIMITS;
}

static void read_issuer_key_id(struct der body, struct form *form)
{
	struct der id;
	if (der_take(&body, DER_CONTEXT + 0, &id) && id.len > 0)
		form->faults &= ~(unsigned)FAULT_NO_ISSUER_KEY_ID;
	else
		form->faults |= FAULT_ODD_KEY_ID;
}

#define SERVERS 1

/* The last octet of id-kp-…; 0 for others. */
static uint8_t purpose_of(struct der id)
{
	bool known = id.len == 8 && memcmp(id.data, "\x2b\x06\x01\x05\x05\x07\x03", 7) == 0;
	return known ? id.data[7] : 0;
}

/* Code signing, mail, time stamps, OCSP. */
static bool is_foreign(uint8_t purpose)
{
	return purpose == 3 || purpose == 4 || purpose == 8 || purpose == 9;
}

static void read_purposes(struct der body, struct form *form)
{
	bool servers = false, foreign = false;
	struct der id;
	while (der_take(&body, DER_OID, &id)) {
		if (id.len == 4 && memcmp(id.data, "\x55\x1d\x25\x00", 4) == 0)
			form->faults |= FAULT_ANY_PURPOSE;
		servers = servers || purpose_of(id) == SERVERS;
		foreign = foreign || is_foreign(purpose_of(id));
	}
	form->faults |= servers && foreign ? FAULT_MIXED_PURPOSES : 0;
}

static void read_names(struct der body, struct form *form)
{
	struct der_item item;
	while (!form->odd_name.len && der_next(&body, &item))
		if (name_is_odd(&item))
			form->odd_name = item.whole;
}

static void read_policy_limits(struct der body, struct form *form)
{
	struct der value;
	uint64_t number;
	if (der_take(&body, DER_CONTEXT + 0, &value) && der_number(value, &number))
		form->policy_after = number < JUDGE_DEPTH ? (int)number : JUDGE_DEPTH;
}

static void read_value(enum known which, struct der body, struct form *form)
{
	if (which == KEY_ID)
		form->faults &= ~(unsigned)FAULT_NO_KEY_ID;
	else if (which == KEY_USAGE)
		read_usage(body, form);
	else if (which == SAN)
		read_names(body, form);
	else if (which == BASIC)
		read_basic(body, form);
	else if (which == ISSUER_KEY_ID)
		read_issuer_key_id(body, form);
	else if (which == PURPOSES)
		read_purposes(body, form);
	else if (which == POLICIES)
		form->policies = true;
	else if (which == POLICY_LIMITS)
		read_policy_limits(body, form);
	else if (which == NAME_LIMITS && constraints_are_odd(body))
		form->faults |= FAULT_ODD_LIMITS;
}

/* ---- all of them ---- */

static void read_critical(const struct known_row *row, const struct extension *extension,
	const struct cert *cert, struct form *form)
{
	bool unnamed = cert->parts.subject.len == 0;
	bool ca = cert->info->ca && !cert->info->self_signed;
	bool must = row->critical == ALWAYS || (row->critical == IN_CAS && ca) ||
		    (row->critical == UNLESS_NO && unnamed);
	bool may = row->critical != NEVER && (row->critical != UNLESS_NO || unnamed);
	if (extension->critical && !may)
		form->critical = extension->oid;
	if (!extension->critical && must)
		form->lax = extension->oid;
	if (extension->critical && row->unread)
		form->unread = extension->oid;
}

static void read_extension(
	const struct extension *extension, const struct cert *cert, struct form *form)
{
	const struct known_row *row = known_of(extension->oid);
	struct der body;
	if (!row)
		return;
	enum known which = (enum known)(row - knowns);
	read_critical(row, extension, cert, form);
	if (which == NAME_LIMITS || which == POLICY_LIMITS || which == ANY_POLICY ||
		which == MAPPINGS)
		form->faults |= FAULT_CA_LIMITS;
	if (!der_only(extension->value, row->tag, &body) || (row->filled && body.len == 0))
		form->malformed = extension->oid;
	else
		read_value(which, body, form);
}

/* How its dates are written, which the record doesn't keep. */
static void read_dates(const struct parts *parts, struct form *form)
{
	struct der tbs, skipped, dates;
	struct der_item item;
	if (!der_only(parts->tbs, DER_SEQUENCE, &tbs))
		return;
	der_take(&tbs, DER_INSIDE + 0, &skipped);
	if (!der_take(&tbs, DER_INTEGER, &skipped) || !der_take(&tbs, DER_SEQUENCE, &skipped) ||
		!der_take(&tbs, DER_SEQUENCE, &skipped) || !der_take(&tbs, DER_SEQUENCE, &dates))
		return;
	while (der_next(&dates, &item))
		if (item.tag == DER_TIME && item.body.len > 4 &&
			memcmp(item.body.data, "2050", 4) < 0 &&
			memcmp(item.body.data, "1950", 4) >= 0)
			form->faults |= FAULT_TIMES;
}

static void read_key(const struct parts *parts, struct form *form)
{
	struct key_facts key;
	key_facts(parts, &key);
	size_t len = key.exponent.len;
	if (len > 0 && (key.bits % 8 != 0 || (key.exponent.data[len - 1] & 1) == 0))
		form->faults |= FAULT_ODD_KEY;
}

const struct form *form_of(struct member *member)
{
	const struct parts *parts = &member->cert->parts;
	const struct cert_info *info = member->cert->info;
	struct form *form = &member->form;
	struct der in = parts->extensions;
	struct extension extension;
	if (form->read)
		return form;
	*form = (struct form){ .read = true, .policy_after = -1 };
	if (parts->version >= 3)
		form->faults = FAULT_NO_ISSUER_KEY_ID | FAULT_NO_KEY_ID | FAULT_NO_USAGE;
	while (extension_next(&in, &extension))
		read_extension(&extension, member->cert, form);
	if (!info->ca || info->self_signed)
		form->faults &= ~(unsigned)(FAULT_NO_KEY_ID | FAULT_NO_USAGE);
	if (parts->subject.len == 0)
		form->faults |= FAULT_NO_NAME;
	read_dates(parts, form);
	read_key(parts, form);
	return form;
}
