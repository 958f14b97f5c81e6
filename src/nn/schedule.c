/* sgrad: schedules. */
#include "nn/schedule.h"

#include <math.h>

static const double pi = 3.141592653589793238;

double sg_schedule_cosine(double lr, double steps, double last, double k) {
  return last + (lr - last) * (1. + cos(pi * k / steps)) / 2.;
}

double sg_schedule_step_decay(double lr, double every, double gamma, double k) {
  return lr * pow(gamma, floor(k / every));
}

double sg_schedule_warmup(double lr, double steps, double first, double last, double k) {
  return lr * (first + (last - first) * (k < steps ? k : steps) / steps);
}
