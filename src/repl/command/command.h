/* sgrad: what the files of commands share: arguments, evaluation, output, and their functions. */
#ifndef SG_REPL_COMMAND_COMMAND_H
#define SG_REPL_COMMAND_COMMAND_H

#include "repl/commands.h"

/* A part of a command's line: within `rest`, not zero-terminated. */
typedef struct sg_argument {
  const char *start;
  size_t bytes;
  size_t offset; /* bytes before it in the arguments, which begin without blanks */
} sg_argument;

sg_argument sg_argument_part(sg_argument text, size_t from, size_t bytes);

/* The whole of a command's arguments: without blanks around it and a comment behind it. */
sg_argument sg_argument_whole(const char *rest);
/* Takes the first word off `*line` (blanks inside brackets and quotes belong to a word), or the
 * last. False: none is left. */
bool sg_argument_first(sg_argument *line, sg_argument *word);
bool sg_argument_last(sg_argument *line, sg_argument *word);
bool sg_argument_is(sg_argument argument, const char *text);
/* Without quotes around it. */
sg_argument sg_argument_unquoted(sg_argument word);
/* A word that names a file, without quotes around it; between them a backslash stands before a
 * quote or a backslash. Without quotes, `~/` is the person's home. False: error set (none given, or
 * too long). */
enum { SG_PATH_SIZE = 4096 };
bool sg_argument_path(sg_vm *vm, sg_argument word, char path[SG_PATH_SIZE]);
/* The same without an error. False: it is too long. */
bool sg_argument_copy_path(sg_argument word, char path[SG_PATH_SIZE]);

/* words.c: what a word may be that stands behind an expression. NAME=VALUE, and no
 * comparison; `value` may be empty. */
bool sg_argument_option(sg_argument word, sg_argument *name, sg_argument *value);
/* Whether its name ends so (case ignored), a quote behind it aside, and does not begin so. */
bool sg_argument_has_suffix(sg_argument word, const char *suffix);
/* Whether a word belongs to the expression before it: "y + 1" does, "y compact" does not. */
bool sg_argument_continues(sg_argument before, sg_argument word);
/* Whether text can end an operand, so that no operand can follow it. */
bool sg_argument_ends_operand(sg_argument text);
/* yes, true, no, false; else an error that names the option. */
bool sg_argument_switch(sg_vm *vm, const char *name, sg_argument value, bool *on);

/* Parses `text`, a part of the running command's line: as one expression, or as statements. Errors
 * show the place in that line. The program is the caller's; its source must outlive it. */
typedef enum sg_command_syntax { SG_COMMAND_EXPRESSION, SG_COMMAND_STATEMENTS } sg_command_syntax;
typedef struct sg_command_text {
  sg_source *source;
  sg_program *program;
} sg_command_text;
bool sg_command_parse(sg_vm *vm, sg_argument text, sg_command_syntax syntax, sg_command_text *out);
/* Runs it. `result` is as sg_vm_run's, may be NULL. */
bool sg_command_execute(sg_vm *vm, sg_argument text, const sg_command_text *parsed, bool echo,
                        sg_value *result);
void sg_command_text_clear(sg_command_text *text);
/* All three: the value of an expression. Not rooted. */
bool sg_command_evaluate(sg_vm *vm, sg_argument text, sg_value *result);
/* The same, when it must be a node; `command` is for the message. */
bool sg_command_evaluate_node(sg_vm *vm, sg_argument text, const char *command, sg_node *node);
/* Gives the error of a function that an argument evaluated to its places in the program. Always
 * false. */
bool sg_command_relocate(sg_vm *vm, sg_argument text);
/* Gives the error just made an argument as its place. Always false. */
bool sg_command_point_at(sg_vm *vm, sg_argument text);

/* Writes what a buffer holds and releases it. False: the buffer had failed, or the output did. */
bool sg_command_print(sg_vm *vm, sg_buffer *buffer);

/* Calls `visit` for the names of the examples that :examples lists. False: out of memory, or
 * `visit` said so. */
bool sg_examples_each(sg_memory *memory, bool (*visit)(void *context, const char *name),
                      void *context);

sg_command_run sg_command_ast, sg_command_boundary, sg_command_examples, sg_command_graph,
    sg_command_help, sg_command_history, sg_command_load, sg_command_plot, sg_command_quit,
    sg_command_reset, sg_command_save, sg_command_scatter, sg_command_set, sg_command_tape,
    sg_command_time, sg_command_vars;

#endif
