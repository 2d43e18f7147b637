/* Any bytes as settings: every value is of its kind and within its range, whatever the file says. */
#include "fuzz/file.h"
#include "fuzz/lsan.h"

#include "base/text.h"
#include "conf/settings.h"

static void check(const struct settings *settings, enum setting which)
{
	const struct setting_row *row = setting_row(which);
	switch (row->type) {
	case SETTING_TEXT:
		must(settings_text(settings, which) != NULL);
		break;
	case SETTING_INT:
		must(settings_int(settings, which) >= row->min && settings_int(settings, which) <= row->max);
		break;
	case SETTING_CHOICE:
		must(settings_word(settings, which) != NULL);
		break;
	case SETTING_BOOL:
		settings_bool(settings, which);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings *settings = settings_new();
	struct error err = { 0 };
	struct fuzz_file file;
	fuzz_file(&file, data, size);
	if (!settings_read(settings, file.path, &err))
		must(err.text[0] && text_is_safe(err.text));
	for (int i = 0; i < SETTING_COUNT; i++) {
		check(settings, (enum setting)i);
		must(!err.text[0] || !settings_is_set(settings, (enum setting)i));
	}
	fuzz_file_done(&file);
	settings_free(settings);
	return 0;
}
