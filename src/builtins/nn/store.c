/* sgrad: save and load: the table. */
#include "builtins/nn/store.h"

#include "base/interrupt.h"
#include "builtins/builtins.h"

#include <zlib.h>

bool sg_store_sum(sg_vm *vm, const char *bytes, size_t count, uint32_t *sum) {
  uLong crc = crc32(0, NULL, 0);
  while (count) {
    size_t part = count < SG_PIECE ? count : SG_PIECE;
    if (!sg_vm_poll(vm)) return false;
    crc = crc32(crc, (const Bytef *)bytes, (uInt)part);
    bytes += part;
    count -= part;
  }
  *sum = (uint32_t)crc;
  return true;
}

const sg_builtin sg_nn_store_builtins[] = {
    {.name = "save",
     .parameters = "x, path",
     .run = sg_run_save,
     .doc = "Writes a model, an optimizer, or any nesting of numbers, bools, strings, lists and "
            "records to a file in the safetensors format, from which `load` gives it back: numbers "
            "to the last bit, leaves as leaves, what is held together (a model and its optimizer "
            "in one record) together. A model's tensors are PyTorch's: `layers.0.weight` of shape "
            "[nout, nin], `layers.0.bias` of [nout]; a record's are named by its fields. The old "
            "file stays until the new one is whole. Source: "
            "https://github.com/huggingface/safetensors, \"Format\".",
     .example = "save([1, 2], \"w.safetensors\"); load(\"w.safetensors\")  # [1, 2]",
     .topic = "safetensors"},
    {.name = "load",
     .parameters = "path",
     .run = sg_run_load,
     .doc =
         "Reads a safetensors file. What `save` wrote comes back as it was. Of any other file it "
         "gives a record of the tensors by name, as nested lists: floats (F64, F32, F16, BF16) "
         "as leaves, to be trained - inside `no_grad { }` as constants -, whole numbers as "
         "constants, BOOL as bools. A damaged file is an error that says where.",
     .example = "save(linear(2, 1), \"m.st\"); load(\"m.st\").nin  # 2",
     .topic = "safetensors"},
    {.name = NULL},
};
