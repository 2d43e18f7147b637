#include "base/program.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/runner.h"

int program_start(const struct program_wish *wish, struct program *out)
{
	return runner_stands() ? ask_start(wish, out) : child_start(wish, out);
}

enum program_news program_next(const struct program *program, bool wait, int *status)
{
	return program->word >= 0 ? ask_next(program, wait, status) : child_next(program, wait, status);
}

bool program_ended(const struct program *program, int *status)
{
	enum program_news news;
	do
		news = program_next(program, false, status);
	while (news != PROGRAM_NONE && news != PROGRAM_ENDED);
	return news == PROGRAM_ENDED;
}

void program_kill(const struct program *program, int signo)
{
	if (program->word >= 0)
		ask_kill(program, signo);
	else
		child_kill(program, signo);
}

void program_done(struct program *program)
{
	if (program->word >= 0)
		close(program->word);
	*program = (struct program){ .pid = -1, .word = -1 };
}
