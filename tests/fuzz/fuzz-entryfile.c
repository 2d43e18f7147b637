/* Any bytes as a file in the store: headers are safe, and survive being written. */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/text.h"
#include "codec/pem.h"
#include "store/entryfile.h"

static void check_again(const struct entry_file *file)
{
	struct buf text = { 0 };
	struct entry_file again = { 0 };
	entry_file_head(&text, &file->headers);
	pem_write(&text, "CERTIFICATE", file->der.data, file->der.len);
	entry_file_read(text.data, text.len, &again);
	must(again.headers.count == file->headers.count && again.certs == 1);
	must(again.der.len == file->der.len);
	for (size_t i = 0; i < file->headers.count; i++)
		must(strcmp(again.headers.items[i].value, file->headers.items[i].value) == 0);
	entry_file_done(&again);
	buf_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct entry_file file = { 0 };
	char *bytes = malloc(size + 1);
	must(bytes != NULL);
	memcpy(bytes, data, size);
	bytes[size] = '\0';
	entry_file_read(bytes, size, &file);
	for (size_t i = 0; i < file.headers.count; i++)
		must(text_is_safe(file.headers.items[i].value));
	if (file.der.len && !file.broken)
		check_again(&file);
	entry_file_done(&file);
	free(bytes);
	return 0;
}
