/* sgrad tests: what the files of tests/run share about running one case. */
#ifndef TESTS_RUN_CASE_H
#define TESTS_RUN_CASE_H

#include "cases.h"
#include "expect.h"

enum { WORDS = 64, FOLDER_SIZE = 32, COMMAND_SIZE = 8192 };

/* A command line: words of texts that others hold; NULL ends. */
typedef struct words {
  char *items[WORDS];
  int count;
} words;

void words_add(words *list, char *text); /* cuts the text at its blanks */

/* Counts a test, and prints its name and complaint when there is one. */
void report_case(runner *r, const char *name, sg_buffer *complaint);
/* Runs a process in a folder of its own. */
void run_case(runner *r, const char *name, process *p, expectation *wanted);
void run_script(runner *r, const char *name, char *path, expectation *wanted);
/* [text, end) is what a screen shows: "> " lines and answers. */
void run_session(runner *r, const char *name, const char *text, const char *end);

/* Runs the blocks of a Markdown document. */
void run_document(runner *r, const char *path, sg_buffer *text);

#endif
