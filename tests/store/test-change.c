/*
 * One row, forwards and back, from wherever a crash may have left it; also where renameat2() can't say
 * that nothing is to be replaced, which is that of this program where a test says so.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "store/internal.h"
#include "support/depot.h"
#include "support/unit.h"

#define SEQ 4711
#define TEMP "trusted/.new-4711"

static int no_exchange; /* errno of the call, 0 where it works */

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
	if (!no_exchange)
		return (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, flags);
	errno = no_exchange;
	return -1;
}

/* A certificate that is going to be in trusted/, or is there and gets another name. */
struct bench {
	struct depot *d;
	struct plan plan;
	struct plan_row *row;
	struct buf bytes;
	const char *file; /* "trusted/…" */
	struct error err;
};

static void begin(struct bench *b, bool edit)
{
	struct fingerprint hash;
	*b = (struct bench){ .d = depot_new(edit ? 1 : 0, STATE_TRUSTED), .plan.op = "test" };
	if (edit) {
		depot_plan_name(b->d, &b->plan, 0, "new");
	} else {
		depot_make(b->d, &(struct certgen){ .cn = "x" });
		depot_plan_create(b->d, &b->plan, 0, STATE_TRUSTED, "x");
	}
	b->row = &b->plan.rows[0];
	assert_true(plan_row_bytes(b->row, &b->bytes, NULL));
	fingerprint_of(b->bytes.data, b->bytes.len, &hash);
	fingerprint_hex(&hash, b->row->hash);
	char path[200];
	snprintf(path, sizeof path, "trusted/%s", b->row->dst.file);
	b->file = plan_text(&b->plan, path);
	depot_write(b->d, TEMP, b->bytes.data, b->bytes.len);
}

static void end(struct bench *b)
{
	no_exchange = 0;
	buf_done(&b->bytes);
	plan_done(&b->plan);
	depot_free(b->d);
}

static bool forward(struct bench *b)
{
	return change_forward(b->d->store, b->row, SEQ, &b->err);
}

static bool exists(struct bench *b, const char *name)
{
	return access(depot_path(b->d, name), F_OK) == 0;
}

static void check_written(struct bench *b)
{
	char path[200];
	snprintf(path, sizeof path, "store/%s", b->file);
	assert_string_equal(tmp_read(b->d->tmp, path, NULL), buf_text(&b->bytes));
	assert_false(exists(b, TEMP));
}

static void check_said(const struct bench *b, const char *text)
{
	if (!strstr(b->err.text, text))
		fail_msg("'%s' doesn't say '%s'", b->err.text, text);
}

static const int exchange[] = { 0, EINVAL, ENOSYS };

static void test_forward_and_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct bench b;
		begin(&b, i % 2);
		no_exchange = exchange[i / 2];
		for (int again = 0; again < 2; again++) {
			assert_true(forward(&b));
			check_written(&b);
		}
		end(&b);
	}
}

static void test_somebody_elses_in_the_way(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct bench b;
		begin(&b, false);
		no_exchange = exchange[i];
		depot_write(b.d, b.file, "mine", 4);
		assert_false(forward(&b));
		check_said(&b, "can't be moved: File exists");
		assert_int_equal(errno, EEXIST);
		assert_true(exists(&b, TEMP));
		end(&b);
	}
}

static void test_other_errors(void **state)
{
	struct bench b;
	(void)state;
	begin(&b, false);
	no_exchange = EIO;
	assert_false(forward(&b));
	check_said(&b, "can't be moved: Input/output error");
	assert_false(exists(&b, b.file));
	end(&b);
}

/* Neither is the temporary there, nor what was in it. */
static void test_content_is_gone(void **state)
{
	(void)state;
	for (int other = 0; other < 2; other++) {
		struct bench b;
		begin(&b, false);
		unlink(depot_path(b.d, TEMP));
		if (other)
			depot_write(b.d, b.file, "mine", 4);
		assert_false(forward(&b));
		check_said(&b, "its new content is gone");
		end(&b);
	}
}

static void test_moves(void **state)
{
	struct bench b;
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		begin(&b, true);
		plan_move(&b.plan, depot_entry(b.d, 0), STATE_BLOCKED);
		b.row = &b.plan.rows[1];
		no_exchange = exchange[i];
		assert_true(forward(&b));
		assert_true(forward(&b));
		assert_false(exists(&b, b.file));
		assert_true(change_backward(b.d->store, b.row, SEQ, NULL, &b.err));
		assert_true(change_backward(b.d->store, b.row, SEQ, NULL, &b.err));
		assert_true(exists(&b, b.file));
		assert_true(forward(&b));
		/* There twice: one of them is somebody else's. */
		depot_write(b.d, b.file, "mine", 4);
		assert_false(forward(&b));
		end(&b);
	}
}

static void test_edit_and_back(void **state)
{
	struct bench b;
	struct buf old = { 0 };
	char path[200];
	size_t len;
	(void)state;
	begin(&b, true);
	snprintf(path, sizeof path, "store/%s", b.file);
	const char *text = tmp_read(b.d->tmp, path, &len);
	buf_add(&old, text, len);
	assert_true(change_backward(b.d->store, b.row, SEQ, &old, &b.err)); /* nothing was done yet */
	assert_string_equal(tmp_read(b.d->tmp, path, NULL), buf_text(&old));
	assert_true(forward(&b));
	for (int again = 0; again < 2; again++) {
		assert_true(change_backward(b.d->store, b.row, SEQ, &old, &b.err));
		assert_string_equal(tmp_read(b.d->tmp, path, NULL), buf_text(&old));
		assert_true(exists(&b, TEMP));
	}
	assert_true(forward(&b));
	check_written(&b);
	buf_done(&old);
	end(&b);
}

static void test_creation_and_back(void **state)
{
	struct bench b;
	(void)state;
	begin(&b, false);
	assert_true(forward(&b));
	for (int again = 0; again < 2; again++) {
		assert_true(change_backward(b.d->store, b.row, SEQ, NULL, &b.err));
		assert_false(exists(&b, b.file));
		assert_true(exists(&b, TEMP));
	}
	end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forward_and_again),
		cmocka_unit_test(test_somebody_elses_in_the_way),
		cmocka_unit_test(test_other_errors),
		cmocka_unit_test(test_content_is_gone),
		cmocka_unit_test(test_moves),
		cmocka_unit_test(test_edit_and_back),
		cmocka_unit_test(test_creation_and_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
