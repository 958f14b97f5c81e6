/* sgrad: an argument that is a batch. */
#include "builtins/batch.h"

#include "builtins/argument.h"

#include <stdio.h>

static const char *get_name(const sg_call *call, uint32_t i, char name[48]) {
  sg_vm_parameter_name(call, i, name, 48);
  return name;
}

/* One sample: a list of as many numbers as the first one. */
static bool read_sample(sg_vm *vm, const sg_call *call, uint32_t i, uint32_t s,
                        sg_given_batch *batch) {
  char name[48];
  sg_value v = batch->items[s];
  if (!sg_is_list(v))
    return sg_vm_fail(vm, "%s() takes samples that are lists for '%s', but item %u is %s",
                      call->builtin->name, get_name(call, i, name), s, sg_type_phrase(v));
  const sg_list *sample = sg_as_list(v);
  if (s == 0) batch->width = sample->count;
  if (!sample->count)
    return sg_vm_fail(vm, "%s() of an empty sample: item %u of '%s'", call->builtin->name, s,
                      get_name(call, i, name));
  if (sample->count != batch->width)
    return sg_vm_fail(vm,
                      "%s() takes samples of one size for '%s': item 0 has %u numbers, item %u %u",
                      call->builtin->name, get_name(call, i, name), batch->width, s, sample->count);
  SG_EACH (k, 0, sample->plain ? 0 : sample->count)
    if (!sg_is_number(sample->items[k]))
      return sg_vm_fail(vm, "%s() takes numbers for '%s', but item %u of sample %u is %s",
                        call->builtin->name, get_name(call, i, name), k, s,
                        sg_type_phrase(sample->items[k]));
  return sg_vm_is_whole(vm, sample->count);
}

static bool read_samples(sg_vm *vm, const sg_call *call, uint32_t i, sg_given_batch *batch) {
  batch->form = SG_BATCH_SAMPLES;
  for (uint32_t s = 0; s < batch->count; s++)
    if (!read_sample(vm, call, i, s, batch) || !sg_poll_at(vm, s)) return false;
  return true;
}

bool sg_need_batch(sg_vm *vm, const sg_call *call, uint32_t i, sg_given_batch *batch) {
  char name[48];
  sg_value v = call->args[i];
  *batch = (sg_given_batch){SG_BATCH_NUMBER, 1, 1, &call->args[i]};
  if (sg_is_number(v)) return true;
  if (!sg_is_list(v))
    return sg_vm_fail_argument(vm, call, i, "a number, a list of numbers or a list of such lists");
  sg_list *list = sg_as_list(v);
  *batch = (sg_given_batch){SG_BATCH_NUMBERS, list->count, 1, list->items};
  if (!list->count)
    return sg_vm_fail(vm, "%s() of an empty list: '%s'", call->builtin->name,
                      get_name(call, i, name));
  if (sg_is_list(list->items[0])) return read_samples(vm, call, i, batch);
  return sg_need_numbers(vm, call, i, false, &list);
}

bool sg_given_total(sg_vm *vm, const sg_given_batch *batch, uint32_t *out) {
  uint64_t total = (uint64_t)batch->count * batch->width;
  *out = (uint32_t)total;
  return total <= SG_COUNT_LIMIT || sg_vm_fail_memory(vm);
}

void sg_given_describe(const sg_given_batch *batch, char out[SG_BATCH_TEXT_SIZE]) {
  if (batch->form == SG_BATCH_NUMBER)
    snprintf(out, SG_BATCH_TEXT_SIZE, "a number");
  else if (batch->form == SG_BATCH_NUMBERS)
    snprintf(out, SG_BATCH_TEXT_SIZE, "%u number%s", batch->count, batch->count == 1 ? "" : "s");
  else
    snprintf(out, SG_BATCH_TEXT_SIZE, "%u sample%s of %u", batch->count,
             batch->count == 1 ? "" : "s", batch->width);
}

static bool lay_out(sg_vm *vm, const sg_given_batch *batch, sg_value *out) {
  for (uint32_t s = 0; s < batch->count; s++) {
    const sg_value *sample = sg_as_list(batch->items[s])->items;
    SG_EACH (k, 0, batch->width) out[(size_t)k * batch->count + s] = sample[k];
    if (!sg_vm_poll(vm)) return false;
  }
  return true;
}

bool sg_flat_open(sg_vm *vm, const sg_given_batch *batch, sg_flat *flat) {
  uint32_t total;
  *flat = (sg_flat){sg_vector_list(batch->items, batch->count), NULL};
  if (batch->form != SG_BATCH_SAMPLES) return true;
  if (!sg_given_total(vm, batch, &total)) return false;
  flat->owned = sg_allocate(vm->memory, total * sizeof *flat->owned);
  if (!flat->owned) return sg_vm_fail_memory(vm);
  flat->vector = sg_vector_list(flat->owned, total);
  if (lay_out(vm, batch, flat->owned)) return true;
  sg_flat_clear(vm, flat);
  return false;
}

void sg_flat_clear(sg_vm *vm, sg_flat *flat) {
  if (flat->owned) sg_release(vm->memory, flat->owned, flat->vector.count * sizeof *flat->owned);
  flat->owned = NULL;
}
