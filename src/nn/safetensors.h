/* sgrad: the safetensors format (https://github.com/huggingface/safetensors, "Format"): the length
 * of the header in 8 bytes, lowest first; the header, JSON: for each tensor its name, type, shape
 * and the bytes where its numbers lie in the data, and "__metadata__", texts by name; the data, row
 * by row, with neither gaps nor overlaps.
 *
 * Invariant of a table of tensors: names differ; those that sg_tensors_parse or sg_tensors_arrange
 * have been over lie one behind the other in the order of `order`, and their sizes agree with their
 * bytes.
 */
#ifndef SG_NN_SAFETENSORS_H
#define SG_NN_SAFETENSORS_H

#include "base/buffer.h"

enum {
  SG_TENSOR_DIMENSIONS = 64,
  SG_TENSOR_NUMBER_SIZE = 8,
  SG_TENSORS_LENGTH_BYTES = 8,
  SG_TENSORS_HEADER_LIMIT = 100000000, /* bytes: what the reference implementation reads */
  SG_TENSORS_EMPTY_LISTS = 1 << 16     /* a shape with a 0 in it stands for no more */
};

typedef enum sg_tensor_kind { SG_TENSOR_FLOAT, SG_TENSOR_WHOLE, SG_TENSOR_BOOL } sg_tensor_kind;

typedef struct sg_tensor_type {
  const char *name; /* "F64"; NULL ends the table */
  uint8_t bytes;    /* of a number, at most SG_TENSOR_NUMBER_SIZE */
  sg_tensor_kind kind;
  double (*read)(const unsigned char *bytes); /* as near as a double comes */
} sg_tensor_type;

extern const sg_tensor_type sg_tensor_types[];
extern const sg_tensor_type *const sg_tensor_f64, *const sg_tensor_bool;

typedef struct sg_tensor {
  uint32_t name; /* where it begins in `names` */
  uint32_t name_bytes;
  const sg_tensor_type *type;
  uint32_t dimensions;
  uint32_t sizes;      /* where they begin in `sizes` */
  uint32_t place;      /* in the header, of what it says of this one */
  uint64_t begin, end; /* bytes of the data */
} sg_tensor;

typedef struct sg_tensors {
  sg_memory *memory; /* not owned */
  sg_tensor *items;  /* owned, as the rest */
  uint32_t count;
  uint32_t capacity;
  struct {
    uint64_t *items;
    uint32_t count;
    uint32_t capacity;
  } sizes;
  sg_buffer names;
  uint32_t *index; /* open addressing by name, number + 1 */
  uint32_t index_size;
  uint32_t *order;     /* [count] by place in the data; NULL before */
  uint64_t data_size;  /* bytes */
  uint32_t note_place; /* in the header */
  bool has_note;       /* the metadata has a text of ours: */
  sg_buffer note;
} sg_tensors;

/* What is wrong with a header, and at which byte of it. No message: out of memory or, if memory
 * yields, Ctrl-C. */
typedef struct sg_tensors_error {
  size_t at;
  char message[160];
} sg_tensors_error;

void sg_tensors_init(sg_tensors *tensors, sg_memory *memory);
void sg_tensors_clear(sg_tensors *tensors);

/* NULL: there is none of that name. */
sg_tensor *sg_tensors_find(const sg_tensors *tensors, const char *name, size_t bytes);
static inline const char *sg_tensor_name(const sg_tensors *tensors, const sg_tensor *tensor) {
  return tensors->names.items + tensor->name;
}
/* How many bytes of it a message shows. */
int sg_tensor_name_shown(const sg_tensors *tensors, const sg_tensor *tensor);
static inline const uint64_t *sg_tensor_sizes(const sg_tensors *tensors, const sg_tensor *tensor) {
  return tensors->sizes.items + tensor->sizes;
}
/* The product of the sizes, 1 without any; at most UINT64_MAX. */
uint64_t sg_tensor_numbers(const sg_tensors *tensors, const sg_tensor *tensor);

/* Adds a tensor whose name is new. NULL: out of memory. */
sg_tensor *sg_tensors_add(sg_tensors *tensors, const char *name, size_t bytes,
                          const sg_tensor_type *type, const uint64_t *sizes, uint32_t dimensions);
/* Gives each its place, those with larger numbers first. False: out of memory. */
bool sg_tensors_arrange(sg_tensors *tensors);
/* Appends everything before the data: length, header, blanks up to a multiple of 8. `note` goes to
 * the metadata. False: the header is longer than SG_TENSORS_HEADER_LIMIT; or `out` has failed. */
bool sg_tensors_write(const sg_tensors *tensors, const char *note, size_t note_bytes,
                      sg_buffer *out);

/* The length in a file's first bytes. */
uint64_t sg_tensors_read_length(const unsigned char bytes[SG_TENSORS_LENGTH_BYTES]);
/* Reads a header into an empty table. */
bool sg_tensors_parse(sg_tensors *tensors, const char *header, size_t bytes,
                      sg_tensors_error *error);

#endif
