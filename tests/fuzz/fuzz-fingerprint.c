/* Any text as a fingerprint that somebody reads out. */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/clock.h"
#include "pki/fingerprint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size), digits[FINGERPRINT_HEX];
	struct fingerprint sha256 = { { 0 } };
	uint8_t sha1[SHA1_SIZE] = { 0 };
	struct fingerprint_match match;
	int64_t when;
	must(text != NULL);
	if (fingerprint_digits(text, digits, sizeof digits))
		must(strspn(digits, "0123456789abcdef") == strlen(digits) && *digits);
	if (fingerprint_match(&sha256, sha1, text, &match))
		must(match.match || (match.group >= 1 && match.group <= 16));
	clock_parse(text, &when);
	free(text);
	return 0;
}
