/* sgrad: lines of a source. The type itself is in base/error.h. */
#ifndef SG_BASE_SOURCE_H
#define SG_BASE_SOURCE_H

#include "base/error.h"

/* The line that holds byte `offset` (at most the length), without its end and a byte order mark. */
void sg_source_line(const sg_source *source, uint32_t offset, sg_span *line);

#endif
