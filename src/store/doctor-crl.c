/* What is amiss among revocation lists: files that nobody finds, or that say something else. */
#include <stdlib.h>

#include "store/crls.h"
#include "store/doctoring.h"
#include "store/record.h"

static bool visit(void *ctx, const char *name)
{
	struct doctor *d = ctx;
	struct fingerprint named;
	struct crl_record record;
	struct error err = { 0 };
	if (name[0] == '.')
		return true;
	if (!record_file_hash(FOLDER_CRLS, name, &named))
		doctor_file(d, "crl", FOLDER_CRLS, name, "isn't called as files are here, so that "
			"nothing looks at it: import it (certary crl import), and remove it here");
	else if (!store_crl(d->store, &named, &record, &err))
		doctor_file(d, "crl", FOLDER_CRLS, name, "can't be used: %s", err.text);
	else
		crl_record_done(&record);
	return true;
}

void doctor_crls(struct doctor *d)
{
	if (d->store->dirs[FOLDER_CRLS] >= 0)
		fs_list(d->store->dirs[FOLDER_CRLS], visit, d, NULL);
}
