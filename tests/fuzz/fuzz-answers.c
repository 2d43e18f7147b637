/* Any bytes as the answers of a setup: what was taken is written, and read again as it was. */
#include "fuzz/file.h"
#include "fuzz/lsan.h"

#include <string.h>

#include "app/setup.h"
#include "base/text.h"

static void same(const struct answers *a, const struct answers *b)
{
	for (int i = 0; i < ANSWER_COUNT; i++) {
		enum answer which = (enum answer)i;
		must(strcmp(answers_text(a, which), answers_text(b, which)) == 0);
		must(answers_yes(a, which) == answers_yes(b, which));
		must(a->values[i].count == b->values[i].count);
		for (size_t k = 0; k < a->values[i].count; k++)
			must(strcmp(a->values[i].items[k], b->values[i].items[k]) == 0);
	}
}

static void write_and_read(const struct answers *answers)
{
	struct answers again;
	struct buf text = { 0 };
	struct fuzz_file file;
	answers_init(&again);
	answers_write(answers, &text);
	fuzz_file(&file, (const uint8_t *)text.data, text.len);
	must(answers_read(&again, file.path, NULL));
	same(answers, &again);
	fuzz_file_done(&file);
	answers_done(&again);
	buf_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct answers answers;
	struct error err = { 0 };
	struct fuzz_file file;
	answers_init(&answers);
	fuzz_file(&file, data, size);
	if (answers_read(&answers, file.path, &err))
		write_and_read(&answers);
	else
		must(err.text[0] && text_is_safe(err.text));
	fuzz_file_done(&file);
	answers_done(&answers);
	return 0;
}
