/* sgrad: values of the language as figures: lists of numbers as curves, samples as points.
 *
 * Nothing here calls back into sgrad, so values need not be rooted. Every function returns false
 * with the error set, at the argument that is wrong.
 */
#ifndef SG_REPL_COMMAND_PLOT_DATA_H
#define SG_REPL_COMMAND_PLOT_DATA_H

#include "repl/command/command.h"
#include "view/plot/figure.h"

/* An argument and what it evaluated to. */
typedef struct sg_plot_value {
  sg_argument text;
  sg_value value;
} sg_plot_value;

/* The words of messages and the place that they point to. Always false. */
__attribute__((format(printf, 3, 4))) bool sg_plot_fail(sg_vm *vm, const sg_plot_value *at,
                                                        const char *format, ...);

/* A number, or a list of one: a sample of one feature. */
bool sg_plot_read_number(const sg_vm *vm, sg_value item, double *x);
/* The name of an axis or curve: the argument's text, or "" where that is long or has brackets. */
void sg_plot_name(char name[SG_NAME_SIZE], const sg_plot_value *argument);

enum { SG_CLASS_LIMIT = 24 };

/* Curves of a list of numbers, of a list of such lists, or of the fields of a record; over `xs`,
 * unless that is NULL. */
bool sg_plot_add_curves(sg_vm *vm, sg_figure *figure, const sg_plot_value *xs,
                        const sg_plot_value *ys);
/* Sets *out to samples that are lists of two numbers. */
bool sg_plot_need_samples(sg_vm *vm, const sg_plot_value *xs, sg_list **out);
/* Points of samples, a series for each class of `ys` (NULL: one without a name). With `outputs` not
 * 0 the classes are those that a model of so many outputs tells apart. */
bool sg_plot_add_classes(sg_vm *vm, sg_figure *figure, const sg_plot_value *xs,
                         const sg_plot_value *ys, uint32_t outputs);
/* Names the classes of such points: class k, or the class that is the k-th in order, gets the k-th
 * of the strings, of which there are as many as classes. */
bool sg_plot_name_classes(sg_vm *vm, sg_figure *figure, const sg_plot_value *labels);

#endif
