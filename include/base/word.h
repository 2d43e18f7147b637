/*
 * A text as a shell takes it for one word: in quotes where it needs them, or as it is.
 */
#ifndef CERTARY_BASE_WORD_H
#define CERTARY_BASE_WORD_H

char *shell_word(const char *text); /* the caller frees */

#endif
