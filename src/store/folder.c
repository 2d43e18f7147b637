#include "store/folder.h"

#include <string.h>

#include "base/mem.h"

#define FILE_BYTES (1u << 20)
#define LIST_BYTES (96u << 20) /* CRL_MOST as PEM */

static const struct folder_row rows[FOLDER_COUNT] = {
	[STATE_TRUSTED] = { "trusted", 0755, 0644, false, FILE_BYTES },
	[STATE_LIMITED] = { "limited", 0755, 0644, false, FILE_BYTES },
	[STATE_UNTRUSTED] = { "untrusted", 0755, 0644, false, FILE_BYTES },
	[STATE_BLOCKED] = { "blocked", 0755, 0644, false, FILE_BYTES },
	[STATE_TRASH] = { "trash", 0755, 0644, false, FILE_BYTES },
	[FOLDER_KEYS] = { "keys", 0700, 0600, true, FILE_BYTES },
	[FOLDER_REQUESTS] = { "requests", 0755, 0644, false, FILE_BYTES },
	[FOLDER_IDENTITIES] = { "identities", 0755, 0644, false, FILE_BYTES },
	[FOLDER_ISSUED] = { "issued", 0755, 0644, false, FILE_BYTES },
	[FOLDER_DISCARDED] = { "discarded", 0700, 0600, true, FILE_BYTES },
	[FOLDER_CRLS] = { "crls", 0755, 0644, false, LIST_BYTES },
	[FOLDER_RUNBOOKS] = { "runbooks", 0755, 0644, false, FILE_BYTES },
	[FOLDER_REPORTS] = { "reports", 0755, 0644, false, FILE_BYTES },
	[FOLDER_DEPLOYED] = { "deployed", 0755, 0644, false, FILE_BYTES },
	[FOLDER_ROOT] = { ".", 0755, 0644, false, FILE_BYTES },
};

const struct folder_row *folder_row(int folder)
{
	return &rows[folder];
}

const char *folder_name(int folder)
{
	return folder >= 0 && folder < FOLDER_COUNT ? rows[folder].name : "none";
}

bool folder_parse(const char *name, int *out)
{
	for (int i = 0; i < FOLDER_COUNT; i++) {
		if (strcmp(name, rows[i].name) == 0) {
			*out = i;
			return true;
		}
	}
	return false;
}

/* Behind the name that it had stands what it was. */
static const char *const origins[FOLDER_COUNT] = {
	[FOLDER_KEYS] = ".key",
	[FOLDER_IDENTITIES] = ".identity",
	[FOLDER_REQUESTS] = ".request",
};

char *discarded_name(int folder, const char *file)
{
	return mem_format("%s%s", file, origins[folder] ? origins[folder] : "");
}

char *discarded_origin(const char *name, int *folder)
{
	const char *suffix = strrchr(name, '.');
	for (int i = 0; suffix && i < FOLDER_COUNT; i++) {
		if (!origins[i] || strcmp(suffix, origins[i]) != 0)
			continue;
		*folder = i;
		return mem_textn(name, (size_t)(suffix - name));
	}
	return NULL;
}
