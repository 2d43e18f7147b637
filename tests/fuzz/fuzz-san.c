/* Any text as a name, a host, a service: what is taken is shown safely, and read again as the same. */
#include "fuzz/fuzz.h"

#include <string.h>

#include "app/probe.h"
#include "base/text.h"
#include "net/lookup.h"
#include "pki/san.h"

static void check_san(const char *text)
{
	struct san san, again;
	struct error err = { 0 };
	struct buf shown = { 0 };
	if (!san_parse(text, &san, &err)) {
		must(err.text[0] && text_is_safe(err.text));
		return;
	}
	san_show(&san, false, &shown);
	must(text_is_safe(buf_text(&shown)));
	must(san_parse(buf_text(&shown), &again, &err));
	must(again.kind == san.kind && strcmp(again.value, san.value) == 0);
	san_done(&again);
	san_done(&san);
	buf_done(&shown);
}

static void check_host(const char *text)
{
	struct error err = { 0 };
	struct probe_wish wish;
	char *host = lookup_host(text, &err);
	must(host ? *host && strlen(host) < 256 : err.text[0] && text_is_safe(err.text));
	free(host);
	if (probe_wish_parse(text, NULL, &wish, &err)) {
		must(*wish.host && wish.port && wish.dialect);
		probe_wish_done(&wish);
	} else {
		must(err.text[0] && text_is_safe(err.text));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	must(text != NULL);
	check_san(text);
	check_host(text);
	free(text);
	return 0;
}
