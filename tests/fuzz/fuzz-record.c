/* Any bytes as the record of a deployment under way: what is taken from it has a path and a target. */
#include "fuzz/fuzz.h"

#include "base/text.h"
#include "deploy/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct deployment_record record = { 0 };
	struct error err = { 0 };
	if (!deployment_record_read((const char *)data, size, &record, &err)) {
		must(err.text[0] && text_is_safe(err.text));
		deployment_record_done(&record);
		return 0;
	}
	must(record.phase == RECORD_GOING || record.phase == RECORD_DONE);
	for (size_t i = 0; i < record.staging->count; i++) {
		const struct file_change *change = &record.staging->items[i];
		must(change->path && *change->path == '/' && change->kind <= FILE_FOLDER);
	}
	for (size_t i = 0; i < record.targets.count; i++) {
		const struct target *target = &record.targets.items[i];
		must(target->name != NULL && (!target->path || *target->path == '/'));
		must(!target->kind || !(target->kind->needs & TARGET_PATH) || target->path);
	}
	deployment_record_done(&record);
	return 0;
}
