/* sgrad: what stands in the nodes of a picture: names and values as Graphviz's HTML-like labels. */
#ifndef SG_VIEW_LABEL_H
#define SG_VIEW_LABEL_H

#include "view/elements.h"

#define SG_OPERATION_COLOR "#e9a63a"

/* Text as it may stand in a label: what means something to Graphviz escaped, what is unprintable as
 * an escape that can be read, the middle of a long one left out. */
void sg_label_text(sg_buffer *out, const char *text);

/* The label of a number, angle brackets included: name, value and, with `grad`, gradient below each
 * other. With `operation`, its operation stands beside the name. */
void sg_label_number(sg_buffer *out, const sg_element *element, bool grad, bool operation);

void sg_label_group(sg_buffer *out, const sg_number_group *leaves, bool grad);
/* Of an element that is a layer. */
void sg_label_layer(sg_buffer *out, const sg_element *element, bool grad);

/* The formulas of an operation and its derivatives, such as "y = a * b; dy/da = b; dy/db = a", as
 * an attribute; nothing for a block or when they are long. */
void sg_label_tooltip(sg_buffer *out, sg_op op);

#endif
