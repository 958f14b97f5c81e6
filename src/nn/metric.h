/* sgrad: metrics: how many samples a model gets right. A result that Ctrl-C came before means
 * nothing. On plain numbers, laid out as a batch is
 * (graph/shaped.h): the score of sample s for class k lies at k * samples + s. */
#ifndef SG_NN_METRIC_H
#define SG_NN_METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The place of the largest of `count` numbers, `step` apart: the first of several, the first nan.
 */
uint32_t sg_metric_argmax(const double *x, uint32_t count, size_t step);

/* Where one score decides between two classes: 0.5 where targets are 0 and 1 and all scores lie
 * from 0 to 1, as probabilities do; else 0, the middle of logits and of -1 and 1. */
double sg_metric_threshold(const double *scores, const double *targets, uint32_t samples);
/* How many scores lie above the threshold where the target is 1, and at most there where it is not.
 * A nan is wrong. */
uint32_t sg_metric_count_signs(const double *scores, const double *targets, uint32_t samples,
                               double threshold);
/* How many samples have their largest score at the class that `classes` says. A nan among the
 * scores is wrong. */
uint32_t sg_metric_count_classes(const double *scores, const uint32_t *classes, uint32_t samples,
                                 uint32_t width);

#endif
