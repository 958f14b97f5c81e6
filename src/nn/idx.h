/* sgrad: the IDX format, in which MNIST comes (Y. LeCun, "The MNIST database"): two zero bytes, the
 * type of the numbers, how many dimensions, the size of each (32 bits), then the numbers, the last
 * dimension fastest. Everything has its highest byte first.
 */
#ifndef SG_NN_IDX_H
#define SG_NN_IDX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SG_IDX_DIMENSIONS = 255, SG_IDX_MESSAGE_SIZE = 96, SG_IDX_NUMBER_SIZE = 8 };

typedef struct sg_idx_type {
  uint8_t code;
  uint8_t bytes;    /* of a number, at most SG_IDX_NUMBER_SIZE */
  const char *name; /* "u8"; NULL ends the table */
  double (*read)(const unsigned char *bytes);
} sg_idx_type;

extern const sg_idx_type sg_idx_types[];

typedef struct sg_idx {
  const sg_idx_type *type;
  uint32_t dimensions; /* from 1 */
  uint32_t sizes[SG_IDX_DIMENSIONS];
  uint32_t header_bytes;
  uint64_t
      each; /* numbers of a sample: the product of all sizes but the first, at most UINT64_MAX */
} sg_idx;

/* What is wrong with a header, and at which byte. */
typedef struct sg_idx_error {
  uint64_t at;
  char message[SG_IDX_MESSAGE_SIZE];
} sg_idx_error;

/* Reads the header from a file's first bytes. False: they are no header. */
bool sg_idx_read_header(sg_idx *idx, const unsigned char *bytes, size_t count, sg_idx_error *error);
/* Where the numbers end, at most UINT64_MAX. */
uint64_t sg_idx_end(const sg_idx *idx);
/* "8000 x 28 x 28 of type u8", cut where it does not fit. */
void sg_idx_describe(const sg_idx *idx, char *out, size_t size);

#endif
