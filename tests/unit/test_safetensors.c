/* sgrad: tests of the safetensors format: what other programs write, headers that are wrong, and
 * the notes of save. */
#include "store_kit.h"

Suite *safetensors_suite(void);

/* ---- files of others ---- */

#define ONE(type, shape, end)                                                                      \
  "{\"x\":{\"dtype\":\"" type "\",\"shape\":" shape ",\"data_offsets\":[0," end "]}}"

static const struct {
  const char *header, *data;
  size_t bytes;
  const char *printed;
} types[] = {
    {ONE("F64", "[2]", "16"), "\0\0\0\0\0\0\xF8\x3F\0\0\0\0\0\0\xF0\xFF", 16, "{x: [1.5, -inf]}"},
    {ONE("F32", "[3]", "12"), "\0\0\xC0\x3F\0\0\x80\x7F\1\0\0\0", 12,
     "{x: [1.5, inf, 1.401298464324817e-45]}"},
    {ONE("F16", "[6]", "12"), "\0\x3E\0\xBC\0\x7C\1\x7C\1\0\xFF\x7B", 12,
     "{x: [1.5, -1, inf, nan, 5.960464477539063e-08, 65504]}"},
    {ONE("BF16", "[2]", "4"), "\xC0\x3F\x80\xFF", 4, "{x: [1.5, -inf]}"},
    {ONE("I64", "[2]", "16"), "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0\0\0\0\0\0\x80", 16,
     "{x: [-1, -9.223372036854776e+18]}"},
    {ONE("I32", "[]", "4"), "\xFE\xFF\xFF\xFF", 4, "{x: -2}"},
    {ONE("I16", "[1,1]", "2"), "\0\x80", 2, "{x: [[-32768]]}"},
    {ONE("I8", "[2]", "2"), "\x80\x7F", 2, "{x: [-128, 127]}"},
    {ONE("U64", "[1]", "8"), "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8,
     "{x: [1.8446744073709552e+19]}"},
    {ONE("U32", "[1]", "4"), "\xFF\xFF\xFF\xFF", 4, "{x: [4294967295]}"},
    {ONE("U16", "[1]", "2"), "\xFF\xFF", 2, "{x: [65535]}"},
    {ONE("U8", "[2]", "2"), "\xFF\0", 2, "{x: [255, 0]}"},
    {ONE("BOOL", "[2]", "2"), "\1\0", 2, "{x: [true, false]}"},
    {ONE("F32", "[2,0,3]", "0"), "", 0, "{x: [[], []]}"},
    {"{}", "", 0, "{}"},
    {"{\"\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1]}}", "\1", 1, "{\"\": [1]}"},
    {" { } \n\t\r", "", 0, "{}"},
    {"{\"__metadata__\":{\"format\":\"pt\",\"a\":\"\"},\"b.w\":{\"data_offsets\":[1,2],\"shape\":["
     "1],"
     "\"dtype\":\"I8\"},\"a\\u00e4\\ud83d\\ude00\":{\"dtype\":\"I8\",\"shape\":[1],\"data_"
     "offsets\":"
     "[0,1]}}",
     "\1\2", 2, "{\"b.w\": [2], \"a\xC3\xA4\xF0\x9F\x98\x80\": [1]}"},
};

START_TEST(test_reads_what_others_write) {
  put_tensors(types[_i].header, types[_i].data, types[_i].bytes);
  ck_assert_str_eq(print_of("print(load(\"f\"), end=\"\")"), types[_i].printed);
}
END_TEST

START_TEST(test_floats_of_others_are_leaves) {
  put_tensors(
      "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"n\":{\"dtype\":\"U8\","
      "\"shape\":[1],\"data_offsets\":[4,5]}}",
      "\0\0\xC0\x3F\7", 5);
  ck_assert_str_eq(print_of("r = load(\"f\"); c = no_grad { load(\"f\") }\n"
                            "print(is_node(r.w[0]), is_node(r.n[0]), is_node(c.w[0]), end=\"\")"),
                   "true false false");
}
END_TEST

/* ---- damage ---- */

static const struct {
  const char *header;
  size_t bytes; /* of data */
  const char *message;
} bad[] = {
    {"", 0, "f: at byte 8: '{' expected"},
    {"[]", 0, "f: at byte 8: '{' expected"},
    {"{} x", 0, "f: at byte 11: something follows the end"},
    {"{", 0, "f: at byte 9: a string expected"},
    {"{\"a\"}", 0, "f: at byte 12: ':' expected"},
    {"{\"a\":1}", 0, "f: at byte 13: 'a': '{' expected"},
    {"{\"a\":{}}", 0,
     "f: at byte 9: 'a': a tensor has a dtype, a shape and data_offsets, each once"},
    {"{\"a\":{\"dtype\":\"F64\",\"dtype\":\"F64\"}}", 0,
     "f: at byte 28: 'a': a tensor has a dtype, a shape and data_offsets, each once"},
    {"{\"a\":{\"type\":\"F64\"}}", 0,
     "f: at byte 14: 'a': a tensor has a dtype, a shape and data_offsets, each once"},
    {ONE("F8", "[]", "1"), 1,
     "f: at byte 22: 'x': unknown dtype: F64, F32, F16, BF16, I8 to I64, U8 to U64 and BOOL can be "
     "read"},
    {ONE("F64", "[01]", "8"), 8, "f: at byte 37: 'x': a whole number from 0 expected"},
    {ONE("F64", "[-1]", "8"), 8, "f: at byte 37: 'x': a whole number from 0 expected"},
    {ONE("F64", "[1.0]", "8"), 8, "f: at byte 37: 'x': a whole number from 0 expected"},
    {ONE("F64", "[1e0]", "8"), 8, "f: at byte 37: 'x': a whole number from 0 expected"},
    {ONE("F64", "[1,]", "8"), 8, "f: at byte 39: 'x': a whole number from 0 expected"},
    {ONE("F64", "[1 1]", "8"), 8, "f: at byte 39: 'x': ',' or ']' expected"},
    {ONE("F64", "[18446744073709551616]", "8"), 8, "f: at byte 37: 'x': a number beyond 2^64"},
    {ONE("F64", "[2]", "8"), 8,
     "f: at byte 9: 'x': its shape is that of 2 numbers of type F64, its data_offsets leave 8 "
     "bytes"},
    {ONE("F64", "[4294967296,4294967296]", "0"), 0,
     "f: at byte 9: 'x': its shape is that of 18446744073709551615 numbers of type F64, its "
     "data_offsets leave 0 bytes"},
    {ONE("F64", "[2305843009213693952]", "0"), 0,
     "f: at byte 9: 'x': its shape is that of 2305843009213693952 numbers of type F64, its "
     "data_offsets leave 0 bytes"},
    {ONE("F64", "[4294967296]", "34359738368"), 8, "f: a list holds at most 2147483647 items"},
    {ONE("F64", "[1152921504606846976]", "9223372036854775808"), 8,
     "f: a list holds at most 2147483647 items"},
    {ONE("U8", "[2147483647]", "2147483647"), 4,
     "f: cut short at byte 83, in the data of 'x', which should end at byte 2147483726"},
    {ONE("F64", "[4294967296,0]", "0"), 0,
     "f: at byte 9: 'x': its shape is that of more than 65536 lists without numbers"},
    {ONE("F64", "[1]", "8,9"), 8, "f: at byte 60: 'x': two offsets expected"},
    {"{\"x\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[8,0]}}", 8,
     "f: at byte 9: 'x': its data end before they begin"},
    {"{\"x\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[8,16]}}", 16,
     "f: at byte 9: the data of 'x' begin at offset 8, those before them end at 0"},
    {"{\"x\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},\"y\":{\"dtype\":\"U8\","
     "\"shape\":"
     "[2],\"data_offsets\":[1,3]}}",
     3, "f: at byte 61: the data of 'y' begin at offset 1, those before them end at 2"},
    {"{\"x\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},\"x\":{\"dtype\":\"U8\","
     "\"shape\":"
     "[0],\"data_offsets\":[0,0]}}",
     0, "f: at byte 61: this name comes for the second time"},
    {"{\"__metadata__\":{},\"__metadata__\":{}}", 0,
     "f: at byte 27: this name comes for the second time"},
    {"{\"__metadata__\":{\"a\":1}}", 0, "f: at byte 29: a string expected"},
    {"{\"__metadata__\":{\"sgrad\":\"\",\"sgrad\":\"\"}}", 0,
     "f: at byte 36: this key comes for the second time"},
    {"{\"\xFF\":1}", 0, "f: at byte 10: this is not UTF-8 text"},
    {"{\"\\x\":1}", 0, "f: at byte 10: no escape that JSON has"},
    {"{\"\\ud800x\":1}", 0, "f: at byte 10: half of a surrogate pair"},
    {"{\"\\ud800\\u0020\":1}", 0, "f: at byte 10: half of a surrogate pair"},
    {"{\"\\udc00\":1}", 0, "f: at byte 10: half of a surrogate pair"},
    {"{\"\\u12g4\":1}", 0, "f: at byte 14: four hexadecimal digits expected"},
    {"{\"\t\":1}", 0, "f: at byte 10: a control character in a string"},
    {"{\"a", 0, "f: at byte 9: this string is never closed"},
    {ONE("U8", "[1]", "1"), 2, "f: at byte 62: more follows behind the data"},
    {"{\"__metadata__\":{\"sgrad\":\"{}\"}}", 0,
     "f: in the metadata's \"sgrad\", at byte 1: a key is missing"},
    {"{\"__metadata__\":{\"sgrad\":\"{\\\"version\\\":2}\"}}", 0,
     "f was written by a later sgrad: its version is 2, this sgrad reads 1"},
    {"{\"__metadata__\":{\"sgrad\":\"{\\\"version\\\":1,\\\"crc32\\\":[0],\\\"value\\\":null}\"}}",
     0, "f: at byte 25: the metadata's \"sgrad\" is damaged"},
};

START_TEST(test_says_what_is_wrong) {
  char data[64] = {0};
  put_tensors(bad[_i].header, data, bad[_i].bytes);
  ck_assert_str_eq(print_of("load(\"f\")"), bad[_i].message);
}
END_TEST

START_TEST(test_lengths_that_lie) {
  static const struct {
    const char *bytes;
    size_t count;
    const char *message;
  } files[] = {
      {"", 0, "f: cut short at byte 0, in the length of the header, which should end at byte 8"},
      {"\2\0\0\0", 4,
       "f: cut short at byte 4, in the length of the header, which should end at byte 8"},
      {"\2\0\0\0\0\0\0\0{", 9,
       "f: cut short at byte 9, in the header, which should end at byte 10"},
      {"\0\0\0\0\1\0\0\0{}", 10, "f: at byte 0: a header of 4294967296 bytes, 100000000 at most"},
      {"\0\0\0\0\0\0\0\x80{}", 10,
       "f: at byte 0: a header of 9223372036854775808 bytes, 100000000 at most"},
      {"\0\xE1\xF5\5\0\0\0\0{}", 10,
       "f: cut short at byte 10, in the header, which should end at byte 100000008"},
  };
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    put_file("f", files[i].bytes, files[i].count);
    ck_assert_str_eq(print_of("load(\"f\")"), files[i].message);
  }
}
END_TEST

/* Notes without checksums, in files with the tensors w (two numbers 1, 2), m (one row of them) and
 * b (a bool). */
static const struct {
  const char *rest, *printed;
} notes[] = {
    {"'leaves':0,'value':{'tensor':'w'}}", "[1, 2]"},
    {"'leaves':2,'value':{'leaves':'w','at':[[0,2]]}}", "[1, 2]"},
    {"'leaves':2,'value':{'leaves':'w','at':[[1,1],[0,1]]}} ", "[1, 2]"},
    {"'leaves':3,'value':{'model':'neuron','weight':'m','bias':null,'act':'relu','training':false,"
     "'at':1}}",
     "neuron(2, "},
    {"'leaves':0,'value':-1.5e1}", "-15"},
    {"'leaves':9,'value':null}", "too many leaves"},
    {"'leaves':0,'value':{'tensor':'v'}}", "the file has no tensor of this name"},
    {"'leaves':0,'value':{'list':[{'tensor':'w'},{'tensor':'w'}]}}",
     "this tensor comes for the second time"},
    {"'leaves':0,'value':{'record':{'a':1,'a':2}}}", "this key comes for the second time"},
    {"'leaves':0,'value':{'tensor':'w','at':1}}", "an unknown key"},
    {"'leaves':0,'value':{}}", "an empty object"},
    {"'leaves':0,'value':{'what':1}}", "not known to this version of sgrad"},
    {"'leaves':0,'value':nul}", "a number expected"},
    {"'leaves':0,'value':1} 2", "something follows the end"},
    {"'leaves':0,'value':1,'more':1}", "an unknown key"},
    {"'value':1}", "another key expected"},
    {"'leaves':1,'value':{'leaves':'w','at':[[0,1]]}}", "too few leaves"},
    {"'leaves':3,'value':{'leaves':'w','at':[[0,3]]}}", "too many leaves"},
    {"'leaves':3,'value':{'leaves':'w','at':[[0,2],[2,1]]}}", "too many leaves"},
    {"'leaves':2,'value':{'leaves':'w','at':[[0,0]]}}", "no leaves have these numbers"},
    {"'leaves':2,'value':{'leaves':'w','at':[[1,2]]}}", "no leaves have these numbers"},
    {"'leaves':2,'value':{'leaves':'w','at':[[3,1]]}}", "no leaves have these numbers"},
    {"'leaves':2,'value':{'leaves':'w','at':[[0,18446744073709551615]]}}",
     "no leaves have these numbers"},
    {"'leaves':2,'value':{'leaves':'w','at':[[0,2,1]]}}", "a run of leaves is two numbers"},
    {"'leaves':2,'value':{'leaves':'w','at':[[0]]}}", "',' expected"},
    {"'leaves':2,'value':{'leaves':'b','at':[[0,1]]}}", "these are no numbers"},
    {"'leaves':0,'value':{'function':'no such'}}", "there is no builtin of this name"},
    {"'leaves':0,'value':{'function':'relu','held':[]}}", "this function holds nothing"},
    {"'leaves':0,'value':{'function':'cosine','held':[0.1,-1]}}",
     "cosine() takes a number above 0 for 'steps', not -1"},
    {"'leaves':0,'value':{'function':'cosine','held':[0.1,5]}}", "cosine(0.1, 5, 0)"},
    {"'leaves':0,'value':{'model':'transformer'}}", "there is no model of this name"},
    {"'leaves':3,'value':{'model':'layer','weight':'w','bias':null,'act':'relu','training':false,'"
     "at':"
     "0}}",
     "the shape of this tensor does not fit"},
    {"'leaves':3,'value':{'model':'layer','weight':'m','bias':'w','act':'relu','training':false,'"
     "at':"
     "0}}",
     "weight and bias do not fit each other"},
    {"'leaves':3,'value':{'model':'layer','weight':'m','bias':null,'act':'mul','training':false,'"
     "at':"
     "0}}",
     "there is no activation of this name"},
    {"'leaves':3,'value':{'model':'layer','weight':'m','bias':null,'act':'relu','training':1,'at':"
     "0}}",
     "true or false expected"},
    {"'leaves':1,'value':{'model':'layer','weight':'m','bias':null,'act':'relu','training':false,'"
     "at':"
     "0}}",
     "no leaves have these numbers"},
    {"'leaves':0,'value':{'model':'mlp','layers':[],'training':false}}", "a model without stages"},
    {"'leaves':0,'value':{'model':'sequential','layers':[1],'training':false}}",
     "what is no stage stands among the stages"},
    {"'leaves':0,'value':{'model':'mlp','layers':[{'function':'relu'}],'training':false}}",
     "what is no stage stands among the stages"},
    {"'leaves':0,'value':{'model':'dropout','p':2,'training':false}}", "no probability"},
    {"'leaves':0,'value':{'optimizer':'sgd'}}", "an optimizer without parameters"},
    {"'leaves':1,'value':{'optimizer':'lion'}}", "there is no optimizer of this name"},
    {"'leaves':1,'value':{'optimizer':'sgd','hyper':{'lr':-1}}}",
     "sgd() takes a number from 0 for 'lr', not -1"},
#define SGD                                                                                        \
  "'value':{'optimizer':'sgd','hyper':{'lr':1,'momentum':0.5,'dampening':0,'weight_decay':0,"      \
  "'nesterov':false,'maximize':false},'rate':null,'steps':7,'own':'w','from':0,"
    {"'leaves':2," SGD "'params':[[1,1],[0,1]],'state':{}}}",
     "sgd(2 parameters, lr=1, momentum=0.5, dampening=0, weight_decay=0, nesterov=false, "
     "maximize=false)"},
    {"'leaves':2," SGD "'params':[],'state':{}}}", "an optimizer without parameters"},
    {"'leaves':2," SGD "'params':[[0,2],[0,1]],'state':{}}}", "a leaf for the second time"},
    {"'leaves':2," SGD "'params':[[0,1],[0,1]],'state':{}}}", "a leaf for the second time"},
    {"'leaves':2," SGD "'params':[[0,2]],'state':{'sum':'m'}}}", "there is no state of this name"},
    {"'leaves':2," SGD "'params':[[0,2]],'state':{'momentum_buffer':'v'}}}",
     "the file has no tensor of this name"},
    {"'leaves':2," SGD "'params':[[0,2]],'state':{'momentum_buffer':'m'}}}",
     "the shape of this tensor does not fit"},
};

START_TEST(test_notes_written_by_hand) {
  char header[4000];
  static const double numbers[] = {1, 2, 1, 2};
  char data[33] = {0};
  memcpy(data, numbers, sizeof numbers);
  data[32] = 1;
  size_t used = (size_t)snprintf(
      header, sizeof header, "{\"__metadata__\":{\"sgrad\":\"{\\\"version\\\":1,\\\"crc32\\\":[],");
  for (const char *c = notes[_i].rest; *c; c++)
    used += (size_t)snprintf(header + used, sizeof header - used, *c == '\'' ? "\\\"" : "%c", *c);
  snprintf(header + used, sizeof header - used,
           "\"},\"w\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]},\"m\":{\"dtype\":"
           "\"F64\",\"shape\":[1,2],\"data_offsets\":[16,32]},\"b\":{\"dtype\":\"BOOL\",\"shape\":"
           "[1],\"data_offsets\":[32,33]}}");
  put_tensors(header, data, sizeof data);
  const char *printed = print_of("print([load(\"f\")], end=\"\")");
  ck_assert_msg(strstr(printed, notes[_i].printed) != NULL, "%s: %s", notes[_i].rest, printed);
}
END_TEST

START_TEST(test_deep_metadata) {
  char header[ROOM];
  size_t used =
      (size_t)snprintf(header, sizeof header,
                       "{\"__metadata__\":{\"sgrad\":\"{\\\"version\\\":1,\\\"crc32\\\":[],"
                       "\\\"leaves\\\":0,\\\"value\\\":");
  for (int i = 0; i < 1000; i++)
    used += (size_t)snprintf(header + used, sizeof header - used, "{\\\"list\\\":[");
  snprintf(header + used, sizeof header - used, "\"}}");
  put_tensors(header, "", 0);
  ck_assert_msg(strstr(print_of("load(\"f\")"), "nested too deeply") != NULL, "%s",
                run.error.message);
}
END_TEST

Suite *safetensors_suite(void) {
  Suite *suite = suite_create("safetensors");
  TCase *tests = tcase_create("files");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  LOOP(tests, test_reads_what_others_write, types);
  tcase_add_test(tests, test_floats_of_others_are_leaves);
  LOOP(tests, test_says_what_is_wrong, bad);
  tcase_add_test(tests, test_lengths_that_lie);
  LOOP(tests, test_notes_written_by_hand, notes);
  tcase_add_test(tests, test_deep_metadata);
  suite_add_tcase(suite, tests);
  return suite;
}
