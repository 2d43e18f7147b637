#include "pki/cert.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "pki/record.h"

const char **record_text(struct cert_info *info, enum record_text which)
{
	const char **const texts[RECORD_TEXTS] = {
		[RECORD_SUBJECT] = &info->subject,
		[RECORD_ISSUER] = &info->issuer,
		[RECORD_CN] = &info->cn,
		[RECORD_ORG] = &info->org,
		[RECORD_UNIT] = &info->unit,
		[RECORD_SERIAL] = &info->serial,
		[RECORD_SIGNATURE] = &info->signature,
		[RECORD_KEY_ID] = &info->key_id,
		[RECORD_ISSUER_KEY_ID] = &info->issuer_key_id,
		[RECORD_SANS] = &info->sans,
	};
	return texts[which];
}

size_t record_text_size(const struct cert_info *info, enum record_text which)
{
	struct cert_info copy = *info;
	const char *text = *record_text(&copy, which);
	if (!text)
		return 0;
	return which == RECORD_SANS ? info->sans_len : strlen(text) + 1;
}

struct cert_info *cert_info_copy(const struct cert_info *info)
{
	size_t sizes[RECORD_TEXTS], size = sizeof *info;
	for (size_t i = 0; i < RECORD_TEXTS; i++)
		size += sizes[i] = record_text_size(info, i);
	struct cert_info *copy = mem_new(size);
	char *at = (char *)(copy + 1);
	*copy = *info;
	for (size_t i = 0; i < RECORD_TEXTS; i++) {
		const char **text = record_text(copy, i);
		*text = sizes[i] > 0 ? memcpy(at, *text, sizes[i]) : NULL;
		at += sizes[i];
	}
	return copy;
}

void cert_info_free(struct cert_info *info)
{
	free(info);
}

const char *cert_info_san(const struct cert_info *info, const char *previous)
{
	const char *next = previous ? previous + strlen(previous) + 1 : info->sans;
	return info->sans_len > 0 && next < info->sans + info->sans_len ? next : NULL;
}

bool cert_info_issued_by(const struct cert_info *info, const struct cert_info *issuer)
{
	bool other = fingerprint_compare(&info->sha256, &issuer->sha256) != 0;
	bool key = !info->issuer_key_id || !issuer->key_id ||
		   strcmp(info->issuer_key_id, issuer->key_id) == 0;
	return other && key && strcmp(info->issuer, issuer->subject) == 0;
}

int64_t cert_days_left(const struct cert_info *info, int64_t now)
{
	return clock_days(now, info->not_after);
}

/* The last second belongs to the life of a certificate, hence the one. */
int cert_percent_left(const struct cert_info *info, int64_t now)
{
	int64_t life = info->not_after - info->not_before + 1;
	int64_t left = info->not_after - now + 1;
	if (life <= 0 || left <= 0)
		return 0;
	return left >= life ? 100 : (int)(left * 100 / life);
}
