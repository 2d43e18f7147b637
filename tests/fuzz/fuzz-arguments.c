/* Any words as a command line; a line break parts two words. */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/text.h"
#include "cli/cli.h"

#define WORDS_MOST 40

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size), *save = NULL;
	char *argv[WORDS_MOST + 1] = { (char[]){ "certary" } };
	struct arguments args;
	struct error err = { 0 };
	int argc = 1;
	must(text != NULL);
	for (char *w = strtok_r(text, "\n", &save); w && argc < WORDS_MOST; w = strtok_r(NULL, "\n", &save))
		argv[argc++] = w;
	if (!cli_parse(&command_table, argc, argv, &args, &err))
		must(err.code == ERROR_USAGE && err.text[0] && text_is_safe(err.text));
	else
		must(args.count < (size_t)argc);
	arguments_done(&args);
	free(text);
	return 0;
}
