/*
 * Plans of what came out of files for an identity that is there: an answer, a renewal, those above them.
 */
#include <stdlib.h>
#include <string.h>

#include "app/parts.h"
#include "app/written.h"
#include "base/mem.h"

static bool put_older(const struct identity *was, const struct cert *leaf, struct identity *now,
	struct error *err)
{
	size_t at = 0, chain, firsts[64], lengths[64], count = 0;
	const struct cert *own;
	bool ok = true;
	while (count < 64 && (own = identity_own(was, &at, &chain))) {
		bool same = fingerprint_compare(&cert_info(own)->sha256, &cert_info(leaf)->sha256) == 0;
		firsts[count] = at - chain - 1;
		lengths[count] = chain + 1;
		count += !same;
	}
	while (ok && count-- > 0)
		ok = identity_put(now, (const struct cert *const *)was->certs + firsts[count],
			lengths[count], err);
	return ok;
}

static bool same_certs(const struct identity *a, const struct identity *b)
{
	bool same = a->cert_count == b->cert_count;
	for (size_t i = 0; same && i < a->cert_count; i++)
		same = fingerprint_compare(&cert_info(a->certs[i])->sha256,
			       &cert_info(b->certs[i])->sha256) == 0;
	return same;
}

/* The request that waited is answered by this certificate. */
static void plan_answered(const struct identity *identity, const struct cert *leaf,
	struct plan *plan)
{
	char hex[FINGERPRINT_HEX];
	fingerprint_hex(&cert_info(leaf)->sha256, hex);
	for (size_t i = 0; i < identity->request_count; i++) {
		const struct identity_request *request = &identity->requests[i];
		struct headers headers = { 0 };
		if (headers_get(&request->record.headers, "Answered"))
			continue;
		headers_copy(&request->record.headers, &headers);
		headers_set(&headers, "Answered", hex);
		plan_request_edit(plan, identity, request, &headers, "pending", "answered");
		headers_done(&headers);
	}
}

static bool plan_certs(const struct identity *was, const struct belong_group *group,
	struct plan *plan, struct error *err)
{
	size_t count;
	struct identity now;
	const struct cert **sent = group_sent(group, &count);
	const struct cert *before = identity_cert(was);
	bool fresh = !before || fingerprint_compare(&cert_info(before)->sha256,
						&cert_info(sent[0])->sha256) != 0;
	identity_init(&now, &was->id);
	headers_copy(&was->record.headers, &now.record.headers);
	bool ok = put_older(was, sent[0], &now, err) && identity_put(&now, sent, count, err);
	if (ok && !same_certs(was, &now)) {
		plan_identity_edit(plan, was, &now, NULL,
			fresh ? "a new certificate" : "its chain");
		plan_row_brings(plan, cert_info(sent[0]));
	}
	if (ok && fresh)
		plan_answered(was, sent[0], plan);
	identity_done(&now);
	free(sent);
	return ok;
}

static bool has_request(const struct identity *identity, const struct request *request)
{
	size_t len;
	struct fingerprint hash;
	const uint8_t *der = request_der(request, &len);
	fingerprint_of(der, len, &hash);
	for (size_t i = 0; i < identity->request_count; i++)
		if (fingerprint_compare(&identity->requests[i].sha256, &hash) == 0)
			return true;
	return false;
}

size_t parts_plan_requests(const struct identity *identity, const struct parts *parts,
	struct plan *plan)
{
	size_t count = 0;
	for (size_t i = 0; i < parts->count; i++) {
		const struct keyring_item *item = &parts->items[i].item;
		size_t len;
		struct headers headers = { 0 };
		struct fingerprint hash;
		if (item->kind != KEYRING_REQUEST ||
			memcmp(request_info(item->request)->spki, identity->id.bytes,
				FINGERPRINT_SIZE) != 0)
			continue;
		const uint8_t *der = request_der(item->request, &len);
		fingerprint_of(der, len, &hash);
		count++;
		if (has_request(identity, item->request) || plan_has(plan, &hash))
			continue;
		written_headers(&headers, parts->items[i].file);
		plan_request_create(plan, identity, &headers, der, len);
		headers_done(&headers);
	}
	return count;
}

static bool is_sent(const struct belong_group *group, const struct cert_info *info)
{
	size_t count;
	bool found = false;
	const struct cert **sent = group_sent(group, &count);
	for (size_t i = 0; i < count && !found; i++)
		found = fingerprint_compare(&cert_info(sent[i])->sha256, &info->sha256) == 0;
	free(sent);
	return found;
}

/* The group also has what the identity had: do the files bring anything that is of use to it? */
static bool brings_any(const struct parts *parts, const struct identity *identity,
	const struct belong_group *group)
{
	for (size_t i = 0; i < parts->count; i++) {
		const struct keyring_item *item = &parts->items[i].item;
		if (item->kind != KEYRING_CERT)
			continue;
		const struct cert_info *info = cert_info(item->cert);
		if (memcmp(info->spki, identity->id.bytes, FINGERPRINT_SIZE) == 0 ||
			is_sent(group, info))
			return true;
	}
	return false;
}

bool parts_plan_attach(struct app *app, const struct identity *identity, const struct parts *parts,
	struct plan *plan, bool *found, struct error *err)
{
	struct gathered g;
	gathered_init(app, parts, identity, &g);
	const struct belong_group *group = gathered_group(&g, identity);
	bool has_leaf = group && group->leaf != BELONG_NONE && brings_any(parts, identity, group);
	*found = parts_plan_requests(identity, parts, plan) > 0 || has_leaf;
	bool ok = !has_leaf || plan_certs(identity, group, plan, err);
	gathered_done(&g);
	return ok;
}

static bool has_cert(const struct parts *parts)
{
	for (size_t i = 0; i < parts->count; i++)
		if (parts->items[i].item.kind == KEYRING_CERT)
			return true;
	return false;
}

bool app_plan_identity_attach(struct app *app, const struct identity *identity,
	struct parts *parts, struct plan *plan, struct error *err)
{
	bool found;
	plan->op = "attach";
	if (identity->record.folder == FOLDER_DISCARDED)
		return error_set(err, ERROR_FAILED, "attach %s: it is in the trash: restore it first",
			identity_name(identity));
	if (!parts_plan_attach(app, identity, parts, plan, &found, err))
		return false;
	if (found && plan->count == 0 && !has_cert(parts))
		return error_set(err, ERROR_FAILED, "%s: this request is known already, and the CA's "
			"answer isn't among them", identity_name(identity));
	return found || error_set(err, ERROR_FAILED, "%s: none of these certificates and requests "
		"is for its key", identity_name(identity));
}
