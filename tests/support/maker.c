#include "support/maker.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define NEED(call)                                                                                 \
	do {                                                                                       \
		struct error *e_ = &(struct error){ 0 }, *err = e_;                                \
		if (!(call))                                                                       \
			fail_msg("%s", err->text);                                                 \
	} while (0)

struct maker *maker_new(void)
{
	struct maker *m = mem_new(sizeof *m);
	m->counter = counter_new(0, STATE_TRUSTED);
	m->app = m->counter->app;
	return m;
}

void maker_free(struct maker *maker)
{
	identities_done(&maker->all);
	buf_done(&maker->pem);
	counter_free(maker->counter);
	free(maker);
}

int64_t maker_apply(struct maker *maker, struct plan *plan)
{
	int64_t seq = 0;
	NEED(app_apply(maker->app, plan, &seq, err));
	plan_done(plan);
	counter_reload(maker->counter);
	return seq;
}

void maker_make(struct maker *maker, enum route route, const char *cn, const char *passphrase)
{
	struct making making;
	struct new_key key;
	struct plan plan = { 0 };
	struct made made;
	making_init(maker->app, route, &making);
	making.kind = privkey_kind("ec256");
	making_set(&making.passphrase, passphrase);
	making_set(&making.name, cn);
	subject_set(&making.subject, "CN", cn);
	NEED(app_key_make(making.kind, passphrase, &key, err));
	NEED(app_plan_make(maker->app, &making, &key, &plan, &made, err));
	maker_apply(maker, &plan);
	buf_done(&maker->pem);
	buf_add(&maker->pem, made.pem.data, made.pem.len);
	made_done(&made);
	new_key_done(&key);
	making_done(&making);
}

const struct identity *maker_find(struct maker *maker, const char *name)
{
	const struct identity *found = NULL;
	identities_done(&maker->all);
	NEED(app_identities(maker->app, &maker->all, err));
	NEED(identities_find(&maker->all, name, false, &found, err));
	return found;
}

void maker_sign(struct maker *maker, const char *ca, const char *name, const char *profile)
{
	struct signing signing = { .profile = profile_named(profile), .days = 90 };
	struct new_key key;
	struct plan plan = { 0 };
	size_t len;
	const struct identity *asks = maker_find(maker, name);
	const uint8_t *der = request_der(identity_pending(asks)->request, &len);
	NEED(app_signing_bytes(maker->app, "request", der, len, &signing, err));
	signing.ca = maker_find(maker, ca);
	NEED(app_key_open(maker->app, signing.ca, NULL, &key, err));
	buf_done(&maker->pem);
	NEED(app_plan_sign(maker->app, &signing, &key, &plan, &maker->pem, err));
	maker_apply(maker, &plan);
	new_key_done(&key);
	signing_done(&signing);
}

void maker_attach(struct maker *maker, const char *name, const struct buf *bytes)
{
	struct parts *parts = parts_new();
	struct plan plan = { 0 };
	NEED(app_parts_add_bytes(maker->app, parts, "answer", bytes->data, bytes->len,
		&(struct parts_options){ 0 }, err));
	NEED(app_plan_identity_attach(maker->app, maker_find(maker, name), parts, &plan, err));
	maker_apply(maker, &plan);
	parts_free(parts);
}
