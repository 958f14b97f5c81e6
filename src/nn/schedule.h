/* sgrad: schedules: a learning rate as a function of the step k, counted from 0. The formulas are
 * those of PyTorch's schedulers of the names given, in closed form. */
#ifndef SG_NN_SCHEDULE_H
#define SG_NN_SCHEDULE_H

/* last + (lr - last) * (1 + cos(pi * k / steps)) / 2: CosineAnnealingLR. I. Loshchilov, F. Hutter
 * 2017. After `steps` it rises again. */
double sg_schedule_cosine(double lr, double steps, double last, double k);
/* lr * gamma**floor(k / every): StepLR. */
double sg_schedule_step_decay(double lr, double every, double gamma, double k);
/* lr * (first + (last - first) * min(k, steps) / steps): LinearLR. */
double sg_schedule_warmup(double lr, double steps, double first, double last, double k);

#endif
