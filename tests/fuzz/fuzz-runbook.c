/*
 * Any bytes as a runbook: what is shown of it is safe, and places lie within the text, so that a
 * change touches what it is about.
 */
#include "fuzz/fuzz.h"

#include "app/runbook.h"
#include "base/text.h"

static void check_text(const char *text)
{
	must(!text || text_is_safe(text));
}

static void check_step(const struct runbook *book, const struct runbook_step *step)
{
	check_text(step->text);
	check_text(step->filled);
	check_text(step->who);
	check_text(step->why);
	check_text(step->note);
	must(step->box < step->end && step->end <= book->text.len);
	must(step->done_from <= step->done_to && step->done_to <= step->end);
	must(step->note_from <= step->note_to && step->note_to <= step->end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = { 0 };
	struct runbook book;
	struct plan plan = { 0 };
	struct error err = { 0 };
	buf_add(&text, data, size);
	runbook_parse("fuzz.txt", &text, &book);
	check_text(book.name);
	must(book.text.len == size);
	for (size_t i = 0; i < book.input_count; i++) {
		check_text(book.inputs[i].name);
		check_text(book.inputs[i].value);
		must(book.inputs[i].from <= book.inputs[i].to && book.inputs[i].to <= size);
	}
	for (size_t i = 0; i < book.step_count; i++)
		check_step(&book, &book.steps[i]);
	if (book.step_count) {
		must(app_plan_runbook_tick(&book, 0, !book.steps[0].done, "why", &plan));
		must(app_plan_runbook_note(&book, book.step_count - 1, "a note", &plan, &err));
	}
	plan_done(&plan);
	runbook_done(&book);
	buf_done(&text);
	return 0;
}
