#include "codec/base64.h"

#include <string.h>

#include "support/unit.h"

static const struct {
	const char *bytes, *text;
} vectors[] = {
	/* RFC 4648, section 10 */
	{ "", "" },
	{ "f", "Zg==\n" },
	{ "fo", "Zm8=\n" },
	{ "foo", "Zm9v\n" },
	{ "foob", "Zm9vYg==\n" },
	{ "fooba", "Zm9vYmE=\n" },
	{ "foobar", "Zm9vYmFy\n" },
};

static void knows_the_vectors_of_the_standard(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct buf text = { 0 }, bytes = { 0 };

		base64_encode(&text, vectors[i].bytes, strlen(vectors[i].bytes));
		assert_string_equal(buf_text(&text), vectors[i].text);
		assert_null(base64_decode(text.data ? text.data : "", text.len, &bytes));
		assert_string_equal(buf_text(&bytes), vectors[i].bytes);
		buf_done(&text);
		buf_done(&bytes);
	}
}

static void returns_every_byte_at_every_length(void **state)
{
	uint8_t in[300];

	(void)state;
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 7);
	for (size_t len = 0; len <= sizeof(in); len++) {
		struct buf text = { 0 }, out = { 0 };

		base64_encode(&text, in, len);
		assert_null(base64_decode(buf_text(&text), text.len, &out));
		assert_int_equal(out.len, len);
		assert_memory_equal(buf_text(&out), in, len);
		buf_done(&text);
		buf_done(&out);
	}
}

static void white_space_may_stand_anywhere(void **state)
{
	struct buf out = { 0 };
	const char *text = " Z\tm\r\n9\nv\rY\v\fm=\n = ";

	(void)state;
	/* The last letter has bits that no byte takes: they are let go, as elsewhere. */
	assert_null(base64_decode(text, strlen(text), &out));
	assert_string_equal(buf_text(&out), "foob");
	buf_done(&out);
}

static void refuses_what_is_not_base64(void **state)
{
	static const char *const bad[] = { "Z", "Zg", "Zg=", "Zg===", "Zm8",
		"Zm8==", "Zm9v=", "Zm9vY", "Zm9v-_==", "Zm9v\x80", "Zg==Zg==", "====", "Zm=9v",
		"Zm9vü" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct buf out = { 0 };

		if (!base64_decode(bad[i], strlen(bad[i]), &out))
			fail_msg("%s was taken", bad[i]);
		buf_done(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_vectors_of_the_standard),
		cmocka_unit_test(returns_every_byte_at_every_length),
		cmocka_unit_test(white_space_may_stand_anywhere),
		cmocka_unit_test(refuses_what_is_not_base64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
