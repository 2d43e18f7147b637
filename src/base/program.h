/* A program that runs: a child of ours, or the runner's (base/runner.h), whom a socket leads to. */
#ifndef CERTARY_SRC_BASE_PROGRAM_H
#define CERTARY_SRC_BASE_PROGRAM_H

#include <stdbool.h>
#include <sys/types.h>

struct program_wish {
	const char *const *argv; /* a path first, or a name that is looked for along PATH */
	const char *const *env;  /* NULL: that of the process, or of its runner */
	int fds[3];              /* what it has as 0, 1 and 2; -1: /dev/null, of which only 0 makes sense */
	bool bound;              /* leads a group of its own, in the folder /, and is killed where we are */
};

struct program {
	pid_t pid; /* -1: the runner's */
	int word;  /* -1: ours */
	bool bound;
};

enum program_news {
	PROGRAM_NONE, /* nothing new; never where it was waited for */
	PROGRAM_STOPPED,
	PROGRAM_CONTINUED,
	PROGRAM_ENDED, /* also where nothing more can be learned of it: then status is -1 */
};

/* 0, or an errno; then there is nothing to be done with it. */
int program_start(const struct program_wish *wish, struct program *out);

/* What happened to it; status is what waitpid() has of one that ended. Not asked again once it has. */
enum program_news program_next(const struct program *program, bool wait, int *status);
bool program_ended(const struct program *program, int *status); /* without waiting */

void program_kill(const struct program *program, int signo); /* a bound one's whole group */
void program_done(struct program *program);                  /* one that runs is left to itself */

/* program-child.c: the same for a child of ours, whoever may be asked. */
int child_start(const struct program_wish *wish, struct program *out);
enum program_news child_next(const struct program *program, bool wait, int *status);
void child_kill(const struct program *program, int signo);

/* runner.c: by the runner. */
int ask_start(const struct program_wish *wish, struct program *out);
enum program_news ask_next(const struct program *program, bool wait, int *status);
void ask_kill(const struct program *program, int signo);

/* runner-talk.c: what is said between the two. */
#define ASK_MOST (128u << 10) /* bytes of all words */
#define ASK_FDS  4            /* the socket to answer on, and 0, 1, 2 of the program */

struct asked_words {
	char *bytes;
	const char **argv, **env; /* env may be NULL */
	bool bound;
};

struct news {
	int what; /* of enum program_news; the first one is PROGRAM_NONE, with an errno or 0 */
	int value;
};

bool words_send(int fd, const struct program_wish *wish, const int fds[ASK_FDS]); /* errno */
/* 1: came; 0: nobody is left who could ask; -1: nothing that could be understood. */
int words_receive(int fd, struct asked_words *out, int fds[ASK_FDS]);

/* runner-agent.c: one program, from its start to its end, for whoever is at the other end of fds[0]. */
_Noreturn void agent_run(const struct asked_words *words, const int fds[ASK_FDS], bool allowed);

#endif
