/* sgrad: the topics of the reference. */
#include "view/reference.h"

#include <string.h>
#include <strings.h>

static const char opening[] = "<!-- :help ";
static const char closing[] = " -->\n";

/* Whether the line behind a heading's gives it names. */
static bool is_named(const char *heading) {
  const char *line = strchr(heading, '\n');
  return line != NULL && strncmp(line + 1, opening, strlen(opening)) == 0;
}

/* Where the next section begins, or subsection with names of its own: at the newline before its
 * heading; or the end. */
static const char *find_section(const char *text) {
  static const char section[] = "\n## ", subsection[] = "\n### ";
  while ((text = strstr(text, "\n##")) != NULL) {
    if (strncmp(text, section, strlen(section)) == 0) return text;
    if (strncmp(text, subsection, strlen(subsection)) == 0 && is_named(text + 1)) return text;
    text++;
  }
  return sg_reference + sg_reference_bytes;
}

/* Reads the section at `start`. False: it is no topic. */
static bool read_topic(const char *start, sg_topic *topic) {
  const char *heading = start + strspn(start, "\n# ");
  if (!is_named(heading)) return false;
  const char *line = strchr(heading, '\n'), *names = line + 1 + strlen(opening);
  const char *end = strstr(names, closing);
  if (end == NULL) return false;
  const char *body = end + strlen(closing);
  *topic = (sg_topic){heading, (size_t)(line - heading),
                      names,   (size_t)(end - names),
                      body,    (size_t)(find_section(body - 1) - body)};
  return true;
}

bool sg_topic_next(sg_topic *topic) {
  const char *at = topic->body != NULL ? topic->body + topic->body_bytes : sg_reference;
  for (at = find_section(at); *at != '\0'; at = find_section(at + 1))
    if (read_topic(at, topic)) return true;
  return false;
}

const char *sg_topic_name(const sg_topic *topic, size_t i, char out[SG_TOPIC_NAME_SIZE]) {
  const char *at = topic->names, *end = at + topic->names_bytes;
  for (; at < end; i--) {
    size_t bytes = 0;
    while (at + bytes < end && at[bytes] != ' ') bytes++;
    size_t kept = bytes < SG_TOPIC_NAME_SIZE ? bytes : SG_TOPIC_NAME_SIZE - 1;
    memcpy(out, at, kept);
    out[kept] = '\0';
    if (i == 0) return out;
    at += bytes + 1;
  }
  return NULL;
}

static bool has_name(const sg_topic *topic, const char *name) {
  char known[SG_TOPIC_NAME_SIZE];
  for (size_t i = 0; sg_topic_name(topic, i, known) != NULL; i++)
    if (strcmp(known, name) == 0) return true;
  return topic->heading_bytes == strlen(name) &&
         strncasecmp(topic->heading, name, topic->heading_bytes) == 0;
}

bool sg_topic_find(const char *name, sg_topic *topic) {
  *topic = (sg_topic){0};
  while (sg_topic_next(topic))
    if (has_name(topic, name)) return true;
  return false;
}
