#include "store/folder.h"

#include <string.h>

#include "base/lang.h"
#include "base/mem.h"

#define FILE_BYTES (1u << 20)
#define LIST_BYTES (96u << 20) /* CRL_MOST as PEM */

static const struct folder_row rows[FOLDER_COUNT] = {
	[STATE_TRUSTED] = { N_("trusted"), 0755, 0644, false, FILE_BYTES },
	[STATE_LIMITED] = { N_("limited"), 0755, 0644, false, FILE_BYTES },
	[STATE_UNTRUSTED] = { N_("untrusted"), 0755, 0644, false, FILE_BYTES },
	[STATE_BLOCKED] = { N_("blocked"), 0755, 0644, false, FILE_BYTES },
	[STATE_TRASH] = { N_("trash"), 0755, 0644, false, FILE_BYTES },
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
	return folder >= 0 && folder < FOLDER_COUNT ? rows[folder].name : N_("none");
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

static const char *const helps[FOLDER_COUNT] = {
	[STATE_TRUSTED] = "certificates that are accepted, and those that they sign where they are CAs; any "
			  "program may read this folder as it is",
	[STATE_LIMITED] = "certificates that are trusted for some services only, or until a day",
	[STATE_UNTRUSTED] = "certificates that wait for a decision, with the evidence of where they were seen",
	[STATE_BLOCKED] = "certificates that were decided against: no chain through one of them is accepted, "
			  "and none is offered again",
	[STATE_TRASH] = "deleted certificates, until they are restored or purged",
	[FOLDER_KEYS] = "private keys in PKCS#8, plain or sealed, a file each called by the SHA-256 of the "
			"public key",
	[FOLDER_REQUESTS] = "certificate requests, those that wait and those that were answered",
	[FOLDER_IDENTITIES] = "what belongs to a key: its name, its certificates, what is sent with each",
	[FOLDER_ISSUED] = "certificates that a CA of this store has signed",
	[FOLDER_DISCARDED] = "deleted keys, identities and requests, until they are restored or purged",
	[FOLDER_CRLS] = "revocation lists, one of each CA",
	[FOLDER_RUNBOOKS] = "checklists, a text file each",
	[FOLDER_REPORTS] = "what each endpoint presented and when: observations, which may be removed at any "
			   "time",
	[FOLDER_DEPLOYED] = "what was written to each target, to tell later what somebody else changed",
	[FOLDER_ROOT] = "the store itself",
};

const char *folder_help(int folder)
{
	return helps[folder] ? helps[folder] : "";
}
