#include <string.h>

#include "tui/form-parts.h"

static void fault(struct buf *faults, const struct form_field *field, const char *what)
{
	buf_format(faults, "%s: %s\n",
		field->key     ? field->key
		: field->label ? field->label
			       : "?",
		what);
}

static const struct form_field *find(const struct form_field *fields, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (fields[i].key && strcmp(fields[i].key, key) == 0)
			return &fields[i];
	return NULL;
}

static void check_key(const struct form_field *fields, size_t i, struct buf *faults)
{
	const struct form_field *field = &fields[i];
	if (!field->key && field->kind != FORM_HEADING && field->kind != FORM_NOTE)
		fault(faults, field, "has no key");
	if (field->key && (!*field->key || strchr(field->key, '.')))
		fault(faults, field, "is no key: it may not be empty or have a dot");
	if (field->key && find(fields, i, field->key))
		fault(faults, field, "is there twice");
}

static void check_words(const struct form_field *field, struct buf *faults)
{
	bool told = field->help && *field->help;
	if (field->kind != FORM_NOTE && (!field->label || !*field->label))
		fault(faults, field, "has no label");
	if (!told && field->kind != FORM_HEADING && field->kind != FORM_NOTE)
		fault(faults, field, "has no help");
	for (size_t i = 0; i < field->option_count; i++)
		if (!field->options[i].label || !*field->options[i].label)
			fault(faults, field, "has an option without a label");
}

bool form_check(const struct form_field *fields, size_t count, struct buf *faults)
{
	size_t before = faults->len;
	for (size_t i = 0; i < count; i++) {
		const struct form_field *field = &fields[i], *other;
		check_key(fields, i, faults);
		check_words(field, faults);
		if (field->kind == FORM_NUMBER && field->least >= field->most)
			fault(faults, field, "has no range");
		if (field->option_count > 0 && field->kind != FORM_CHOICE)
			fault(faults, field, "has options and is no choice");
		other = field->match ? find(fields, count, field->match) : NULL;
		if (field->match && (!other || other == field || other->kind != FORM_SECRET ||
					    field->kind != FORM_SECRET))
			fault(faults, field, "repeats what is no other secret");
	}
	return faults->len == before;
}
