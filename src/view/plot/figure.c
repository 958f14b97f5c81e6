/* sgrad: what a plot shows. */
#include "view/plot/figure.h"

#include "base/interrupt.h"
#include "base/utf8.h"

#include <string.h>

void sg_figure_init(sg_figure *figure, sg_memory *memory) {
  *figure = (sg_figure){.memory = memory};
}

void sg_figure_clear(sg_figure *figure) {
  SG_RELEASE(figure->memory, &figure->points);
  SG_RELEASE(figure->memory, &figure->series);
  sg_region_clear(&figure->region);
  sg_figure_init(figure, figure->memory);
}

void sg_figure_name(char *out, size_t size, const char *text, size_t bytes) {
  size_t used = 0;
  for (size_t i = 0; i < bytes;) {
    uint32_t code;
    size_t length = sg_utf8_decode(text + i, bytes - i, &code);
    bool fits = length > 0 && !sg_is_unprintable(code);
    size_t more = fits ? length : 1;
    if (used + more + (i + more < bytes ? 3 : 0) >= size) {
      memcpy(out + used, "...", 3);
      used += 3;
      break;
    }
    memcpy(out + used, fits ? text + i : "?", more);
    used += more;
    i += length > 0 ? length : 1;
  }
  out[used] = 0;
}

sg_panel *sg_figure_add_panel(sg_figure *figure) {
  if (figure->panel_count == SG_PANELS) return NULL;
  sg_panel *panel = &figure->panels[figure->panel_count++];
  *panel = (sg_panel){.first = figure->series.count};
  return panel;
}

sg_series *sg_figure_add_series(sg_figure *figure, const char *name, uint32_t color, bool line) {
  if (!SG_RESERVE(figure->memory, &figure->series, (size_t)figure->series.count + 1)) return NULL;
  sg_series *series = &figure->series.items[figure->series.count++];
  *series = (sg_series){.first = figure->points.count, .color = color, .line = line};
  sg_figure_name(series->name, sizeof series->name, name, strlen(name));
  figure->panels[figure->panel_count - 1].count++;
  return series;
}

bool sg_figure_add_point(sg_figure *figure, double x, double y) {
  if (!SG_RESERVE(figure->memory, &figure->points, (size_t)figure->points.count + 1)) return false;
  figure->points.items[figure->points.count++] = (sg_point){x, y};
  figure->series.items[figure->series.count - 1].count++;
  return true;
}

bool sg_panel_needs_legend(const sg_figure *figure, const sg_panel *panel) {
  if (panel->count != 1) return panel->count > 1;
  const char *name = figure->series.items[panel->first].name;
  return name[0] != 0 && strncmp(name, panel->y_name, strlen(name)) != 0;
}

/* The points of a panel are consecutive too: from *first to before *end. */
static void find_points(const sg_figure *figure, const sg_panel *panel, uint32_t *first,
                        uint32_t *end) {
  const sg_series *series = figure->series.items + panel->first;
  *first = *end = 0;
  if (panel->count == 0) return;
  *first = series[0].first;
  *end = series[panel->count - 1].first + series[panel->count - 1].count;
}

bool sg_figure_range(const sg_figure *figure, const sg_panel *panel, sg_range *x, sg_range *y) {
  uint32_t first, end;
  find_points(figure, panel, &first, &end);
  *x = *y = SG_RANGE_EMPTY;
  SG_EACH (i, first, end) {
    sg_point p = figure->points.items[i];
    if (!sg_panel_shows(panel, p)) continue;
    sg_range_add(x, p.x);
    sg_range_add(y, p.y);
  }
  return !sg_gave_up(end);
}

static bool count_skipped(sg_figure *figure, const sg_panel *panel) {
  uint32_t first, end;
  find_points(figure, panel, &first, &end);
  SG_EACH (i, first, end) {
    figure->skipped += !sg_panel_shows(panel, figure->points.items[i]);
  }
  return !sg_gave_up(end);
}

bool sg_figure_fit(sg_figure *figure) {
  figure->skipped = 0;
  for (uint32_t i = 0; i < figure->panel_count; i++) {
    sg_panel *panel = &figure->panels[i];
    sg_range x, y;
    if (!count_skipped(figure, panel)) return false;
    if (i == 0 && figure->region.scores != NULL) continue;
    if (!sg_figure_range(figure, panel, &x, &y)) return false;
    sg_scale_set(&panel->x, x);
    sg_scale_set(&panel->y, y);
    if (!panel->exact) continue;
    sg_scale_widen(&panel->x, 0.08);
    sg_scale_widen(&panel->y, 0.08);
  }
  return true;
}
