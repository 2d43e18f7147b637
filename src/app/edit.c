#include "app/edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "app/internal.h"
#include "app/written.h"

#define NOTE_MOST 4000 /* bytes: a line that people can still read */

/* A new file is the old one with one header changed: all others, known or not, are kept. */
static bool plan_header(struct app *app, const struct entry *entry, const char *key,
	const char *was, const char *now, struct plan *plan, struct error *err)
{
	struct cert *cert = NULL;
	struct headers headers = { 0 };
	size_t len;
	char base[FINGERPRINT_HEX];
	headers_set(&headers, "Name", entry->name);
	if (!store_read_cert(app_store(app), entry, &cert, &headers, base, err)) {
		headers_done(&headers);
		return false;
	}
	headers_set(&headers, key, now);
	const uint8_t *der = cert_der(cert, &len);
	plan_edit(plan, entry, &headers, der, len, base, was, now);
	headers_done(&headers);
	cert_free(cert);
	return true;
}

static bool check_name(struct app *app, const struct entry *entry, const char *name,
	struct error *err)
{
	if (!*name)
		return error_set(err, ERROR_USAGE, "rename %s: the new name is empty", entry->name);
	if (!name_is_short(name, err))
		return error_wrap(err, "rename %s", entry->name);
	struct entry other;
	if (store_find_name(app_store(app), name, &other) && other.row != entry->row)
		return error_set(err, ERROR_FAILED,
			"rename %s: another certificate is called %s (choose another name)",
			entry->name, name);
	return true;
}

bool app_plan_rename(struct app *app, const struct entry *entry, const char *name, struct plan *plan,
	struct error *err)
{
	char *safe = text_typed(name);
	plan->op = "rename";
	bool ok = check_name(app, entry, safe, err);
	if (ok && strcmp(safe, entry->name) != 0)
		ok = plan_header(app, entry, "Name", entry->name, safe, plan, err);
	free(safe);
	return ok;
}

bool app_plan_note(struct app *app, const struct entry *entry, const char *note, struct plan *plan,
	struct error *err)
{
	char *safe = text_typed(note);
	if (strlen(safe) > NOTE_MOST) {
		free(safe);
		return error_set(err, ERROR_USAGE, "note %s: longer than %d bytes (keep it elsewhere and "
			"note where)", entry->name, NOTE_MOST);
	}
	const char *was = entry->note;
	plan->op = "note";
	bool ok = strcmp(safe, was) == 0 ||
		  plan_header(app, entry, "Note", *was ? was : NULL, *safe ? safe : NULL, plan, err);
	free(safe);
	return ok;
}
