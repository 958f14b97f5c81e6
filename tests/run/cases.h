/* sgrad tests: the kinds of test, by the end of the file's name:
 *
 *   .sg        a script with its expectations (expect.h)
 *   .sh        the same for the shell; $SGRAD, unquoted, runs the program
 *   .session   what stands on the screen of a session: lines typed behind "> " or "..", and
 * answers .md        its blocks: ```sgrad a script, where a comment behind print(...) is what it
 * prints;
 *              ```sh commands that succeed, where a comment behind `sgrad ...` is what it prints;
 *              ```console a session, or "$ " commands with what they print. "<!-- not run" on the
 *              line before leaves one out, "<!-- continues" puts the block before in front
 *   (none)     a program that runs tests of its own; its last line is "N passed, M failed"
 */
#ifndef TESTS_RUN_CASES_H
#define TESTS_RUN_CASES_H

#include "process.h"

typedef struct runner {
  const char *program; /* absolute path */
  const char *under;   /* words before it on the command line, "" for none */
  const char *root;    /* the project, absolute */
  int seconds;         /* that a test may take */
  sg_memory memory;
  unsigned passed, failed;
} runner;

/* Runs the tests of one file, reports failures on standard output, counts. */
void run_file(runner *r, const char *path);

#endif
