#include "pki/subject.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/lang.h"
#include "base/mem.h"
#include "pki/naming.h"

/* Bounds of RFC 5280, appendix A.1. */
static const struct subject_kind kinds[] = {
	{ "C", N_("Country"), N_("two letters, such as DE"), "2.5.4.6", 2, true },
	{ "ST", NC_("subject", "State"), N_("state or province, in full"), "2.5.4.8", 128, true },
	{ "L", N_("Locality"), N_("town"), "2.5.4.7", 128, true },
	{ "O", N_("Organisation"), N_("the company, as registered"), "2.5.4.10", 64, true },
	{ "OU", N_("Unit"), N_("department; public CAs no longer take it"), "2.5.4.11", 64, true },
	{ "CN", N_("Common name"), N_("the one that matters: host name, person or CA"), "2.5.4.3", 64,
		true },
	{ "email", N_("E-mail"), N_("whom to ask; seldom needed"), "1.2.840.113549.1.9.1", 255, true },
	{ "serialNumber", N_("Serial number"), N_("of a device or person"), "2.5.4.5", 64, false },
	{ "street", N_("Street"), N_("street and number"), "2.5.4.9", 128, false },
	{ "postalCode", N_("Postal code"), N_("of the town"), "2.5.4.17", 40, false },
	{ "title", N_("Title"), N_("of a person"), "2.5.4.12", 64, false },
	{ "UID", N_("User ID"), N_("as in a directory"), "0.9.2342.19200300.100.1.1", 256, false },
	{ "DC", N_("Domain component"), N_("a label of a domain, as in a directory"),
		"0.9.2342.19200300.100.1.25", 63, false },
};

#define COUNT (sizeof kinds / sizeof kinds[0])

const struct subject_kind *subject_kind_at(size_t i)
{
	return i < COUNT ? &kinds[i] : NULL;
}

const struct subject_kind *subject_kind(const char *key)
{
	for (size_t i = 0; i < COUNT; i++)
		if (strcasecmp(kinds[i].key, key) == 0)
			return &kinds[i];
	return NULL;
}

static struct subject_item *find(const struct subject *subject, const struct subject_kind *kind)
{
	for (size_t i = 0; i < subject->count; i++)
		if (subject->items[i].kind == kind)
			return &subject->items[i];
	return NULL;
}

const char *subject_get(const struct subject *subject, const char *key)
{
	struct subject_item *item = find(subject, subject_kind(key));
	return item ? item->value : NULL;
}

static char *trimmed(const char *value)
{
	value += strspn(value, " ");
	size_t len = strlen(value);
	while (len > 0 && value[len - 1] == ' ')
		len--;
	return mem_textn(value, len);
}

static void insert(struct subject *subject, size_t at, const struct subject_kind *kind, char *value)
{
	subject->items =
		mem_grow(subject->items, subject->count, &subject->cap, sizeof *subject->items);
	memmove(subject->items + at + 1, subject->items + at,
		(subject->count - at) * sizeof *subject->items);
	subject->items[at] = (struct subject_item){ kind, value };
	subject->count++;
}

static void take_out(struct subject *subject, struct subject_item *item)
{
	size_t at = (size_t)(item - subject->items);
	free(item->value);
	subject->count--;
	memmove(item, item + 1, (subject->count - at) * sizeof *item);
}

/* Before the first that a form asks for later: the order is the form's, whatever was set first. */
static size_t place(const struct subject *subject, const struct subject_kind *kind)
{
	size_t at = 0;
	while (at < subject->count && subject->items[at].kind < kind)
		at++;
	return at;
}

void subject_set(struct subject *subject, const char *key, const char *value)
{
	const struct subject_kind *kind = subject_kind(key);
	struct subject_item *item = find(subject, kind);
	char *plain = trimmed(value ? value : "");
	if (*plain == '\0') {
		free(plain);
		if (item)
			take_out(subject, item);
	} else if (item) {
		free(item->value);
		item->value = plain;
	} else {
		insert(subject, place(subject, kind), kind, plain);
	}
}

void subject_add(struct subject *subject, const char *key, const char *value)
{
	insert(subject, subject->count, subject_kind(key), trimmed(value));
}

void subject_copy(struct subject *to, const struct subject *from)
{
	for (size_t i = 0; i < from->count; i++)
		insert(to, i, from->items[i].kind, mem_text(from->items[i].value));
	sans_copy(&to->sans, &from->sans);
}

void subject_done(struct subject *subject)
{
	for (size_t i = 0; i < subject->count; i++)
		free(subject->items[i].value);
	free(subject->items);
	sans_done(&subject->sans);
	*subject = (struct subject){ 0 };
}
