#include "pki/cert.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

struct cert_info *cert_info_copy(const struct cert_info *info)
{
	struct cert_info *copy = mem_copy(info, sizeof *info);
	copy->subject = mem_text(info->subject);
	copy->issuer = mem_text(info->issuer);
	copy->cn = mem_text(info->cn);
	copy->org = mem_text(info->org);
	copy->unit = mem_text(info->unit);
	copy->serial = mem_text(info->serial);
	copy->signature = mem_text(info->signature);
	copy->key_id = mem_text(info->key_id);
	copy->issuer_key_id = mem_text(info->issuer_key_id);
	copy->sans = info->san_count == 0 ? NULL : mem_new(info->san_count * sizeof *copy->sans);
	for (size_t i = 0; i < info->san_count; i++)
		copy->sans[i] = mem_text(info->sans[i]);
	return copy;
}

void cert_info_free(struct cert_info *info)
{
	if (!info)
		return;
	free(info->subject);
	free(info->issuer);
	free(info->cn);
	free(info->org);
	free(info->unit);
	free(info->serial);
	free(info->signature);
	free(info->key_id);
	free(info->issuer_key_id);
	for (size_t i = 0; i < info->san_count; i++)
		free(info->sans[i]);
	free(info->sans);
	free(info);
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
