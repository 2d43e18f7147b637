/*
 * Any bytes as a request: its record and all rows are safe, and what it wishes for can be checked.
 * As PEM, too.
 */
#include "fuzz/fuzz.h"

#include "base/text.h"
#include "pki/request.h"

static void check_details(const struct request *request)
{
	struct details details = { 0 };
	request_details(request, &details);
	for (size_t i = 0; i < details.count; i++)
		must(text_is_safe(details.items[i].label) && text_is_safe(details.items[i].text));
	details_done(&details);
}

static void check_subject(const struct request *request)
{
	struct subject subject = { 0 };
	struct advice advice = { 0 };
	request_subject(request, &subject, &advice);
	subject_complete(&subject, profile_named("server"), &advice);
	subject_check(&subject, profile_named("server"), &advice);
	for (size_t i = 0; i < advice.count; i++)
		must(text_is_safe(advice.items[i].text));
	advice_done(&advice);
	subject_done(&subject);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request *request;
	struct error err = { 0 };
	if (!request_read(data, size, &request, &err)) {
		must(!request && err.text[0] && text_is_safe(err.text));
		return 0;
	}
	const struct request_info *info = request_info(request);
	must(text_is_safe(info->subject) && (!info->cn || text_is_safe(info->cn)));
	must(info->sans->count <= SANS_MOST);
	check_details(request);
	check_subject(request);
	request_free(request);
	return 0;
}
