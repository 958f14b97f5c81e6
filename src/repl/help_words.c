/* sgrad: the keywords, operators and other words without a row elsewhere that :help explains. */
#include "repl/help.h"

#include <string.h>

const sg_help_word sg_help_words[] = {
    {"and", "a and b", "True when both bools are. b is looked at only when a is true.",
     "1 < 2 and 2 < 3  # true"},
    {"or", "a or b", "True when one of the bools is. b is looked at only when a is false.",
     "1 > 2 or 2 < 3  # true"},
    {"not", "not a", "The opposite of a bool.", "not 1 > 2  # true"},
    {"in", "x in xs",
     "Whether a list holds an item equal to x, a record the key x, a string the text x.",
     "2 in [1, 2]  # true"},
    {"not in", "x not in xs", "The opposite of `x in xs`.", "2 not in [1, 3]  # true"},
    {"if", "if c { a } elif d { b } else { e }",
     "Runs the block of the first condition that is true, or that of `else`. Conditions are bools. "
     "It is an expression too: its value is that of the block that ran.",
     "if 2 > 1 { \"yes\" } else { \"no\" }  # \"yes\""},
    {"elif", NULL, "The next condition of an `if`, looked at when those before it are false.",
     "if 1 > 2 { 1 } elif 2 > 1 { 2 } else { 3 }  # 2"},
    {"else", NULL, "What runs when no condition of an `if` is true.",
     "if 1 > 2 { 1 } else { 3 }  # 3"},
    {"for", "for x in xs { ... }",
     "Runs the block once for each item of a list, character of a string or key of a record. "
     "`for a, b in pairs` unpacks. In brackets it makes a list: `[e for x in xs if c]`.",
     "s = 0; for x in [1, 2, 3] { s += x }; s  # 6"},
    {"while", "while c { ... }", "Runs the block again and again as long as the condition is true.",
     "n = 1; while n < 100 { n *= 2 }; n  # 128"},
    {"break", "break", "Leaves the innermost loop.",
     "for x in [1, 2, 3] { if x == 2 { break } }; x  # 2"},
    {"continue", "continue", "Goes on with the next turn of the innermost loop.",
     "for x in [1, 2] { if x > 1 { continue }; y = x }; y  # 1"},
    {"return", "return e",
     "Leaves the function with a value; `return` alone with none. The last expression of a block "
     "is its value without it.",
     "def f(x) { return x + 1 }; f(2)  # 3"},
    {"def", "def f(x, y=2) { ... }",
     "Defines a function whose value is the last expression of its block. `f(x, y=2) = e` does it "
     "in one line, `x => e` makes a function without a name.",
     "def f(x, y=2) { z = x * y; z + 1 }; f(3)  # 7"},
    {"global", "global x", "First in a function: lets it assign the outermost x.",
     "n = 0; def f() { global n; n += 1 }; f(); n  # 1"},
    {"nonlocal", "nonlocal x",
     "First in a function: lets it assign the x of the function around it.",
     "def f() { n = 0; def g() { nonlocal n; n = 5 }; g(); n }; f()  # 5"},
    {"true", "true", "One of the two bools, what a comparison that holds gives.", "1 < 2  # true"},
    {"false", "false", "One of the two bools, what a comparison that does not hold gives.",
     "1 > 2  # false"},
    {"none", "none", "No value: what a function without a result returns.",
     "[1, 2].append(3) == none  # true"},
    {"no_grad", "no_grad { ... }",
     "Records no graph inside: operations give constants, and stored constants stay constants. Its "
     "value is that of the block. It is the way to build data.",
     "x = 3; no_grad { is_node(x * x) }  # false"},
    {"args", "args",
     "The strings behind the script's name on the command line: a list, empty at the prompt.",
     "len(args)  # 0"},
    {"+", "a + b", "Adds two numbers, or joins two strings or two lists.", "[1] + [2]  # [1, 2]"},
    {"-", "a - b", "Subtracts two numbers; `-a` is the negative of one.", "7 - 2 - 1  # 4"},
    {"*", "a * b", "Multiplies two numbers; a list or string times a whole number repeats it.",
     "\"ab\" * 2  # \"abab\""},
    {"/", "a / b", "Divides two numbers. By 0 it gives inf, -inf or nan, as IEEE 754 says.",
     "7 / 2  # 3.5"},
    {"//", "a // b", "Divides and rounds down to a whole number, as in Python.", "-7 // 2  # -4"},
    {"%", "a % b", "What `a // b` leaves over; it has the sign of b, as in Python.", "-7 % 3  # 2"},
    {"**", "a ** b",
     "a to the power b; `^` is the same operator. `2**3**2` is `2**(3**2)`, and `-2**2` is -4.",
     "2**10  # 1024"},
    {"^", NULL, "a to the power b; `**` is the same operator.", "2^10  # 1024"},
    {"==", "a == b",
     "Whether two values are equal: lists and records by their contents, values of different types "
     "never. It compares data: no gradient passes.",
     "[1, 2] == [1, 2]  # true"},
    {"!=", "a != b", "Whether two values differ.", "1 != 2  # true"},
    {"<", "a < b",
     "Whether a is below b: two numbers, or two strings by code point. Chains are as in "
     "mathematics: `0 < x < 1`.",
     "0 < 0.5 < 1  # true"},
    {"<=", "a <= b", "Whether a is below b or equal to it.", "2 <= 2  # true"},
    {">", "a > b", "Whether a is above b.", "\"b\" > \"a\"  # true"},
    {">=", "a >= b", "Whether a is above b or equal to it.", "2 >= 3  # false"},
    {"=", "x = e",
     "Stores a value under a name. A constant number becomes a leaf of the graph, which has a "
     "gradient. `f(x) = e` defines a function; `a, b = xs` unpacks a list.",
     "a, b = 1, 2; [b, a]  # [2, 1]"},
    {"+=", "x += e", "Computes `x + e` and stores it as x; a list is extended in place.",
     "x = 3; x += 1; x  # 4"},
    {"-=", "x -= e", "Computes `x - e` and stores it as x.", "x = 3; x -= 1; x  # 2"},
    {"*=", "x *= e", "Computes `x * e` and stores it as x.", "x = 3; x *= 2; x  # 6"},
    {"/=", "x /= e", "Computes `x / e` and stores it as x.", "x = 3; x /= 2; x  # 1.5"},
    {"//=", "x //= e", "Computes `x // e` and stores it as x.", "x = 7; x //= 2; x  # 3"},
    {"%=", "x %= e", "Computes `x % e` and stores it as x.", "x = 7; x %= 4; x  # 3"},
    {"**=", "x **= e", "Computes `x ** e` and stores it as x; `^=` is the same.",
     "x = 3; x **= 2; x  # 9"},
    {"^=", NULL, "Computes `x ** e` and stores it as x; `**=` is the same.",
     "x = 3; x ^= 2; x  # 9"},
    {"=>", "x => e",
     "A function without a name: `(x, y=2) => e` with several parameters, `() => { ... }` with a "
     "block. It extends as far right as it can.",
     "map(x => x**2, [1, 2, 3])  # [1, 4, 9]"},
    {"(", "f(a, k=v)",
     "Calls a function: arguments by position, then by name. Around an expression it groups; "
     "`(1, 2)` is a list.",
     "round(2.675, n=2)  # 2.67"},
    {")", NULL, "Closes a `(`.", "(1 + 2) * 3  # 9"},
    {"[", "xs[i], xs[a:b:step]",
     "An item of a list, a character of a string, a field of a record; a slice copies. Counted "
     "from "
     "0, negative from the end. Alone, `[1, 2]` is a list.",
     "[10, 20, 30][-1]  # 30"},
    {"]", NULL, "Closes a `[`.", "[10, 20, 30][1:]  # [20, 30]"},
    {"{", "{key: value}",
     "A record; behind `if`, `for`, `while`, `def`, `no_grad` and `=>` it opens a block.",
     "{w: 1, \"a b\": 2}.w  # 1"},
    {"}", NULL, "Closes a `{`.", "{w: 1}  # {w: 1}"},
    {".", "x.name, x.f(a)",
     "A field of a record; `.data`, `.grad` and `.label` of a number. Any function is a method: "
     "`x.f(a)` is `f(x, a)`.",
     "(-3).abs().sqrt()  # 1.73205"},
    {",", "a, b", "Separates arguments, items and targets; `a, b = b, a` swaps.",
     "a, b = 1, 2; a, b = b, a; a  # 2"},
    {":", ":name",
     "At the beginning of a line a command, see `:help commands`. In a record it stands behind a "
     "key, in `xs[a:b]` between the bounds of a slice.",
     "[1, 2, 3][:2]  # [1, 2]"},
    {";", "e; e", "Ends a statement, as a newline does. At the prompt it keeps the value quiet.",
     "x = 2; x + 1  # 3"},
    {"#", "# text", "A comment, up to the end of the line.", "1 + 1  # 2"},
    {NULL, NULL, NULL, NULL},
};

const sg_help_word *sg_help_find_word(const char *name) {
  for (const sg_help_word *word = sg_help_words; word->name != NULL; word++)
    if (strcmp(word->name, name) == 0) return word;
  return NULL;
}
