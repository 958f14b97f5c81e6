/* sgrad: how text stands out on a terminal. */
#ifndef SG_BASE_STYLE_H
#define SG_BASE_STYLE_H

#include "base/buffer.h"

typedef enum sg_style {
  SG_STYLE_PLAIN, /* ends any other */
  SG_STYLE_BOLD,
  SG_STYLE_DIM,
  SG_STYLE_CODE,
  SG_STYLE_ERROR,
  SG_STYLE_NOTE
} sg_style;

/* Appends the escape (ECMA-48 SGR) that begins a style; nothing unless `color`. */
void sg_style_begin(sg_buffer *out, bool color, sg_style style);
/* Appends the text in a style. It must hold no escapes of its own. */
void sg_style_puts(sg_buffer *out, bool color, sg_style style, const char *text);

#endif
