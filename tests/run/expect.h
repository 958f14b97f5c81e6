/* sgrad tests: what a script says that it does, in comments of its own:
 *
 *   # expect: TEXT          the next line that it prints
 *   # error: [L:C: ]TEXT    the next error that it reports; a TEXT that ends in ... is a beginning
 *   # note: TEXT            a note among those reported
 *   # exit: N               the exit status, when it is not 0, or 1 where there is an error
 *   # options: WORDS        words before the script on the command line
 *   # args: WORDS           words behind it
 *   # stdin: TEXT           the next line that it reads
 */
#ifndef TESTS_RUN_EXPECT_H
#define TESTS_RUN_EXPECT_H

#include "process.h"

typedef enum field { EXPECT, ERROR, NOTE, EXIT, OPTIONS, ARGS, STDIN, FIELD_COUNT } field;

/* The lines given for each field, each ended by a newline. */
typedef struct expectation {
  sg_buffer lines[FIELD_COUNT];
  enum {
    ALL,    /* the output is exactly the lines expected */
    SOME,   /* it may hold more between them */
    SESSION /* it may hold more behind one that ends in "...", until the next prompt */
  } extent;
} expectation;

void expectation_init(expectation *wanted, sg_memory *memory);
void expectation_clear(expectation *wanted);
void expectation_read(expectation *wanted, const char *text, size_t bytes);
void expectation_add(expectation *wanted, field which, const char *text, size_t bytes);
/* True: there is none at all about what the script does. */
bool expectation_is_empty(const expectation *wanted);
/* Appends to `complaint` what is not as expected: nothing when all is. */
void expectation_compare(expectation *wanted, process *seen, sg_buffer *complaint);
/* The difference of two texts, line by line. */
void compare_lines(sg_buffer *complaint, const char *what, sg_buffer *wanted, sg_buffer *seen);

/* Takes the next line, without its end, off the text that starts at *text; NULL: none is left. */
const char *next_line(const char **text, const char *end, size_t *bytes);

#endif
