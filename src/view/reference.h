/* sgrad: the language reference (grammar/reference.md), as the program carries it, and its topics.
 *
 * A topic is a section whose heading a line "<!-- :help NAME OTHER... -->" follows: what `:help`
 * calls it, first the name under which it is listed. A subsection with such a line is a topic of
 * its own, and no part of its section's. The text is constant and read only when a topic is asked
 * for.
 */
#ifndef SG_VIEW_REFERENCE_H
#define SG_VIEW_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>

extern const char sg_reference[]; /* Markdown; zero-terminated */
extern const size_t sg_reference_bytes;

enum { SG_TOPIC_NAME_SIZE = 32 };

/* Ranges of the reference, not zero-terminated; all within one section. */
typedef struct sg_topic {
  const char *heading; /* "Control flow" */
  size_t heading_bytes;
  const char *names; /* "control if for while", blanks between */
  size_t names_bytes;
  const char *body; /* what follows that line, up to the next section */
  size_t body_bytes;
} sg_topic;

/* The topic behind `*topic`, all zero to begin with. False: there are no more. */
bool sg_topic_next(sg_topic *topic);
/* Copies name `i` of the topic, cut to the size, and returns it; NULL: it has no more. */
const char *sg_topic_name(const sg_topic *topic, size_t i, char out[SG_TOPIC_NAME_SIZE]);
/* The topic of that name, or whose heading it is, in any case. */
bool sg_topic_find(const char *name, sg_topic *topic);

#endif
