/* sgrad: how text stands out on a terminal. */
#include "base/style.h"

void sg_style_begin(sg_buffer *out, bool color, sg_style style) {
  static const char *const escapes[] = {
      [SG_STYLE_PLAIN] = "\x1b[0m",    [SG_STYLE_BOLD] = "\x1b[1m",
      [SG_STYLE_DIM] = "\x1b[2m",      [SG_STYLE_CODE] = "\x1b[36m",
      [SG_STYLE_ERROR] = "\x1b[1;31m", [SG_STYLE_NOTE] = "\x1b[1;36m"};
  if (color) sg_buffer_puts(out, escapes[style]);
}

void sg_style_puts(sg_buffer *out, bool color, sg_style style, const char *text) {
  sg_style_begin(out, color, style);
  sg_buffer_puts(out, text);
  sg_style_begin(out, color, SG_STYLE_PLAIN);
}
