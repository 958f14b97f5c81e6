/* sgrad: data sets made by formula: samples in groups, each with a target.
 *
 * Invariant: group g holds the samples starts[g] .. starts[g + 1] - 1, and a sample's place without
 * noise depends on its number alone. Random numbers are drawn centres first, then sample by sample
 * in the order asked for, feature by feature; where there is no noise none are drawn. To add a set,
 * add a row to the table and a builtin of its name.
 */
#ifndef SG_NN_DATASET_H
#define SG_NN_DATASET_H

#include "base/memory.h"
#include "base/random.h"

enum { SG_DATASET_MOST = 1000000 }; /* groups or features of a set */

typedef struct sg_dataset sg_dataset;

typedef struct sg_dataset_row {
  const char *name;    /* NULL ends the table */
  const char *formula; /* Markdown, as :help shows it */
  const char *source;
  bool
      last_gets_rest; /* of samples that do not divide evenly; else the first groups get one more */
  /* Writes sample k of a group of `count` to x[features]. Returns its target. */
  double (*fill)(const sg_dataset *set, uint32_t group, uint32_t k, sg_random *random, double *x);
} sg_dataset_row;

extern const sg_dataset_row sg_datasets[];
const sg_dataset_row *sg_dataset_find(const char *name); /* or NULL */

struct sg_dataset {
  const sg_dataset_row *row;
  sg_memory *memory; /* not owned */
  uint32_t features;
  uint32_t groups;
  uint32_t *starts; /* [groups + 1], owned */
  double *noises;   /* [groups], owned: the standard deviation of the normal noise, from 0 */
  double *centers;  /* [groups * features], owned; NULL until sg_dataset_add_centers */
  double factor;    /* circles: the inner radius */
  double turns;     /* spiral: how often an arm goes round */
};

/* Without samples and noise. False: out of memory; to be cleared all the same. */
bool sg_dataset_init(sg_dataset *set, sg_memory *memory, const sg_dataset_row *row, uint32_t groups,
                     uint32_t features);
void sg_dataset_clear(sg_dataset *set);
/* Spreads n samples evenly over the groups. */
void sg_dataset_share(sg_dataset *set, uint32_t n);
/* Room for centers, all zeros. False: out of memory. */
bool sg_dataset_add_centers(sg_dataset *set);
static inline uint32_t sg_dataset_count(const sg_dataset *set) { return set->starts[set->groups]; }
/* Writes sample i, noise included, to x[features]. Returns its target. */
double sg_dataset_sample(const sg_dataset *set, uint32_t i, sg_random *random, double *x);

#endif
