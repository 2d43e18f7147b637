/*
 * What may come next on a command line: the completion of both faces and of the shells.
 *
 * Everything follows from the tables: commands, options, the values of options that are a closed list,
 * and for words what the row of the command calls them ("CERT", "FILE" …).  Names come from the store.
 * Nothing is written, nobody is asked, and what can't be read adds nothing.
 *
 * Words are taken as a shell has parted and unquoted them; quoting what is handed out is up to the face.
 */
#ifndef CERTARY_APP_COMPLETE_H
#define CERTARY_APP_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#include "app/app.h"
#include "app/command.h"

/*
 * At most so many names are handed out of those in the store.  What all that fit begin with is what
 * those that are handed out begin with: the first and the last of them are among these.
 */
#define COMPLETIONS_MOST 500

struct completion {
	char *text;       /* the whole word; names are safe text, files' names, too */
	char *help;       /* a few words about it, safe text; NULL: none */
	bool open;        /* the word goes on: "certs/", "C=" */
};

/* Life: `struct completions out = {0}` … completions_done(). */
struct completions {
	struct completion *items;
	size_t count, cap;
	bool files;  /* names of files fit here, too: completions_files() adds them */
	size_t skip; /* bytes of the begun word that stand before a file's name: of "--output=" */
};
void completions_done(struct completions *out);

struct completion_ask {
	const struct command_table *table;
	struct app *app;          /* its store is open; NULL: no names */
	const char *const *words; /* those before, without the program's own */
	size_t count;
	const char *begun;        /* the word that is to be completed; "" where none is begun */
	bool global;              /* with the options that every command knows */
};

/* Append all that the begun word may become. */
void complete_words(const struct completion_ask *ask, struct completions *out);

/* Append the files and folders that it may become, where out->files says so; "~/" is the caller's home. */
void complete_files(const char *begun, struct completions *out);

/*
 * A line that is being typed, up to the cursor, parted as a shell does it: blanks part, quotation marks
 * hold together, a backslash takes one character as it is, and behind ; | & or an opening bracket another
 * command begins.  Nothing is expanded.  What stands before `breaks` (readline's COMP_WORDBREAKS; may be "")
 * within the begun word, or before its open quotation mark, stays as it was typed.
 */
struct typed_line {
	char **words; /* unquoted, without what is redirected */
	size_t count, cap;
	char *begun;  /* the last one, unquoted; "" behind a blank */
	size_t start; /* where it begins in the line */
	size_t stays; /* so many bytes of the unquoted word */
	char quote;   /* the mark that is open: ' or "; 0: none */
	bool redirect; /* it is a file that the shell opens */
	bool home;     /* it begins with "~/", unquoted */
};
void typed_line_read(const char *line, const char *breaks, struct typed_line *out);
void typed_line_done(struct typed_line *line);

/* "~/x" as a path; anything else as it is.  The caller frees. */
char *complete_home(const char *path);

#endif
