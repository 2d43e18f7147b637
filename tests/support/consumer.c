#include "support/consumer.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "codec/pem.h"
#include "support/certgen.h"
#include "support/unit.h"

int consumer_setup(void **state)
{
	struct consumer *c = mem_new(sizeof *c);
	c->tmp = tmp_new();
	c->demand.now = 1764000000;
	*state = c;
	return 0;
}

int consumer_teardown(void **state)
{
	struct consumer *c = *state;
	deploy_plan_done(&c->plan);
	targets_done(&c->targets);
	buf_done(&c->record);
	for (size_t i = 0; i < c->made_count; i++)
		generated_free(c->made[i]);
	tmp_free(c->tmp);
	free(c);
	return 0;
}

static struct anchor *add(struct consumer *c, struct anchor *all, size_t *count, const char *name,
	const char *cn)
{
	const struct certgen wish = { .cn = cn, .ca = true };
	struct generated *made = certgen(&wish);
	assert_true(*count < CONSUMER_MOST);
	struct anchor *anchor = &all[(*count)++];
	c->made[c->made_count++] = made;
	anchor->der = generated_der(made, &anchor->len);
	anchor->name = name;
	fingerprint_of(anchor->der, anchor->len, &anchor->print);
	return anchor;
}

struct anchor *consumer_trust(struct consumer *c, const char *name, const char *cn)
{
	return add(c, c->trusted, &c->demand.trusted.count, name, cn);
}

struct anchor *consumer_block(struct consumer *c, const char *name, const char *cn)
{
	return add(c, c->blocked, &c->demand.blocked.count, name, cn);
}

struct anchor *consumer_system(struct consumer *c, const char *name, const char *cn)
{
	return add(c, c->system, &c->demand.system.count, name, cn);
}

void consumer_drop(struct consumer *c, const struct anchor *anchor)
{
	size_t i = (size_t)(anchor - c->trusted);
	assert_true(i < c->demand.trusted.count);
	c->demand.trusted.count--;
	memmove(&c->trusted[i], &c->trusted[i + 1],
		(c->demand.trusted.count - i) * sizeof *c->trusted);
}

struct target *consumer_target(struct consumer *c, const char *kind, const char *path)
{
	assert_true(c->targets.count < CONSUMER_MOST);
	struct target *target = targets_add(&c->targets);
	target->name = mem_format("%s %zu", kind, c->targets.count);
	target->kind = target_kind_named(kind);
	target->path = path ? mem_text(tmp_path(c->tmp, path)) : NULL;
	assert_non_null(target->kind);
	return target;
}

const struct deploy_target_plan *consumer_plan(struct consumer *c)
{
	struct error err = { 0 };
	deploy_plan_done(&c->plan);
	for (size_t i = 0; i < c->targets.count; i++)
		c->orders[i].target = &c->targets.items[i];
	c->demand.orders = c->orders;
	c->demand.count = c->targets.count;
	c->demand.trusted.items = c->trusted;
	c->demand.blocked.items = c->blocked;
	c->demand.system.items = c->system;
	if (!deploy_prepare(&c->demand, &c->plan, &err))
		fail_msg("%s", err.text);
	return c->plan.items;
}

static bool keep(void *ctx, const char *record, size_t len, bool *unsure, struct error *err)
{
	struct consumer *c = ctx;
	bool fails = ++c->keeps == c->keep_fails || (c->keep_fails_on && c->keeps > c->keep_fails);
	*unsure = fails && !c->keep_refuses;
	if (!fails || *unsure) {
		buf_cut(&c->record, 0);
		buf_add(&c->record, record, len);
	}
	return !fails || error_set(err, ERROR_FAILED, "no room for the record");
}

static bool drop(void *ctx, struct error *err)
{
	struct consumer *c = ctx;
	(void)err;
	buf_cut(&c->record, 0);
	return true;
}

static void watch(void *ctx, const char *what)
{
	struct consumer *c = ctx;
	if (c->watch)
		c->watch(c, what);
}

bool consumer_deploy(struct consumer *c)
{
	const struct deploy_hooks hooks = { .ctx = c, .keep = keep, .drop = drop, .progress = watch };
	c->err = (struct error){ 0 };
	return deploy_carry_out(&c->demand, &c->plan, &hooks, &c->err);
}

const struct deploy_target_plan *consumer_run(struct consumer *c)
{
	consumer_plan(c);
	if (!consumer_deploy(c))
		fail_msg("%s", c->err.text);
	assert_int_equal(consumer_leftovers(c), 0);
	assert_int_equal(c->record.len, 0);
	for (size_t i = 0; i < c->plan.count; i++)
		assert_int_equal(c->plan.items[i].outcome, DEPLOY_DONE);
	return c->plan.items;
}

/* --- crashes --------------------------------------------------------------------------------------- */

struct doomed {
	struct consumer *consumer;
	const char *at;
};

static bool keep_file(void *ctx, const char *record, size_t len, bool *unsure, struct error *err)
{
	const struct doomed *doomed = ctx;
	(void)unsure;
	(void)err;
	tmp_write(doomed->consumer->tmp, "record", record, len);
	return true;
}

static bool drop_file(void *ctx, struct error *err)
{
	(void)ctx;
	(void)err;
	return true;
}

static void die_there(void *ctx, const char *what)
{
	const struct doomed *doomed = ctx;
	if (strncmp(what, doomed->at, strlen(doomed->at)) == 0)
		_exit(0);
}

void consumer_crash(struct consumer *c, const char *at)
{
	struct doomed doomed = { c, at };
	const struct deploy_hooks hooks = { &doomed, keep_file, drop_file, die_there };
	size_t len;
	int status = 1;
	pid_t child = fork();
	if (child == 0) {
		deploy_carry_out(&c->demand, &c->plan, &hooks, &c->err);
		_exit(1); /* it didn't come there */
	}
	assert_true(child > 0 && waitpid(child, &status, 0) == child);
	assert_int_equal(status, 0);
	buf_cut(&c->record, 0);
	const char *record = tmp_read(c->tmp, "record", &len);
	buf_add(&c->record, record, len);
}

void consumer_recover(struct consumer *c)
{
	struct buf told = { 0 };
	struct error err = { 0 };
	if (!deploy_recover(buf_text(&c->record), c->record.len, &c->targets, &told, &err))
		fail_msg("%s", err.text);
	assert_true(told.len > 0);
	assert_int_equal(consumer_leftovers(c), 0);
	buf_cut(&c->record, 0);
	buf_done(&told);
}

static size_t left;

static int count_left(const char *path, const struct stat *st, int type, struct FTW *at)
{
	const char *name = path + at->base;
	(void)st;
	(void)type;
	left += strstr(name, ".certary-") != NULL;
	return 0;
}

size_t consumer_leftovers(struct consumer *c)
{
	left = 0;
	nftw(tmp_path(c->tmp, NULL), count_left, 8, FTW_PHYS);
	return left;
}

char *consumer_tally(const struct deploy_target_plan *plan)
{
	return mem_format("%zu added, %zu replaced, %zu removed, %zu kept, %zu theirs",
		plan->tally[DEPLOY_ADD], plan->tally[DEPLOY_REPLACE], plan->tally[DEPLOY_REMOVE],
		plan->tally[DEPLOY_KEEP], plan->theirs);
}

void consumer_pem(struct consumer *c, const char *path, const char *before, const struct anchor *anchor)
{
	struct buf text = { 0 };
	buf_text_add(&text, before);
	pem_write(&text, "CERTIFICATE", anchor->der, anchor->len);
	tmp_write(c->tmp, path, text.data, text.len);
	buf_done(&text);
}
