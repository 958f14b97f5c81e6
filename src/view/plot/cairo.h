/* sgrad: a drawing as PNG or PDF, by the cairo library.
 *
 * cairo is opened when the first such picture is asked for (dlopen), so that neither the program's
 * start nor its build needs it.
 */
#ifndef SG_VIEW_PLOT_CAIRO_H
#define SG_VIEW_PLOT_CAIRO_H

#include "view/plot/drawing.h"

typedef enum sg_picture { SG_PICTURE_PNG, SG_PICTURE_PDF } sg_picture;

typedef enum sg_cairo_result {
  SG_CAIRO_OK,
  SG_CAIRO_MISSING, /* there is no cairo, or none that we know */
  SG_CAIRO_FAILED,  /* it says so */
  SG_CAIRO_MEMORY   /* out of memory, or Ctrl-C */
} sg_cairo_result;

/* Appends the file's bytes. A PNG has two pixels for each of the drawing's; `reason` gets what
 * cairo or the loader says of a failure, "" otherwise. */
enum { SG_CAIRO_REASON = 200 };
sg_cairo_result sg_cairo_write(const sg_drawing *drawing, sg_picture picture, sg_buffer *out,
                               char reason[SG_CAIRO_REASON]);

#endif
