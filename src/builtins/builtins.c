/* sgrad: the list of the tables of builtins, and the constants. */
#include "builtins/builtins.h"

#include <math.h>
#include <stddef.h>

/* clang-format off */
const sg_builtin *const sg_builtin_tables[] = {
    sg_math_builtins,
    sg_aggregate_builtins,
    sg_list_builtins,
    sg_sequence_builtins,
    sg_string_builtins,
    sg_convert_builtins,
    sg_random_builtins,
    sg_graph_builtins,
    sg_gradient_builtins,
    sg_nn_model_builtins,
    sg_nn_loss_builtins,
    sg_nn_optimizer_builtins,
    sg_nn_schedule_builtins,
    sg_nn_metric_builtins,
    sg_nn_train_builtins,
    sg_nn_store_builtins,
    sg_csv_builtins,
    sg_data_builtins,
    sg_io_builtins,
    NULL,
};
/* clang-format on */

const sg_builtin_constant sg_builtin_constants[] = {
    {"pi", 3.141592653589793238, "The ratio of a circle's circumference to its diameter."},
    {"inf", INFINITY, "Positive infinity."},
    {"nan", NAN, "Not a number. It equals nothing, not even itself: see isnan."},
    {NULL, 0, NULL},
};
