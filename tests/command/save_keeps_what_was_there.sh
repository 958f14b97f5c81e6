prompt() { $SGRAD -i -q -n 2>&1 | sed 's/^\(> \)*//; /^$/d'; }
echo 'my work' >mine.sg
printf 'x = 1;\n:save mine.sg\n' | prompt
# expect: <prompt>:1:1: error: there is a file 'mine.sg' already
# expect: :save mine.sg
# expect: ^~~~~~~~~~~~~
# expect: note: ':save mine.sg overwrite' replaces it
cat mine.sg                             # expect: my work
printf 'x = 1;\n:save mine.sg overwrite\ny = 2;\n:save mine.sg\n' | prompt
# expect: saved 1 statement to mine.sg
# expect: saved 2 statements to mine.sg
tail -1 mine.sg                         # expect: y = 2;
# What somebody changed since is theirs; so is what another session saved.
(printf 'x = 1;\n:save "a b.sg"\n'; sleep 0.2; printf 'y = 2;\nprint("now")\n'; sleep 1; printf ':save "a b.sg"\n') |
  $SGRAD -i -q -n 2>&1 | while read -r line; do case "$line" in *now*) echo '# mine' >>'a b.sg' ;; *error*) echo "${line#> }" ;; esac; done
# expect: <prompt>:1:1: error: there is a file 'a b.sg' already
tail -1 'a b.sg'                        # expect: # mine
printf ':save mine.sg\n' | prompt | grep -c 'already'        # expect: 1
# An empty file, and what is no file, hold nothing.
: >empty.sg
printf ':save empty.sg\n:save /dev/stdout\n:save /dev/null\n' | $SGRAD --seed=1 -i -q -n
# expect: > saved 0 statements to empty.sg
# expect: > # A session of sgrad, saved by :save. To repeat it: sgrad FILE, or :load FILE
# expect: seed(1)
# expect: saved 0 statements to /dev/stdout
# expect: > saved 0 statements to /dev/null
# expect: >
for wrong in '' 'x.sg twice' 'no/such/folder/x.sg' '.' '/dev/full'; do
  printf ':save %s\n' "$wrong" | prompt | sed -n "s/.*error: //; s|$PWD|HERE|; /^[a-zA-Z':]/p" | grep -v '^:save'
done
# expect: expected the name of a file
# expect: ':save' takes a file and the word 'overwrite', not 'twice'
# expect: cannot write no/such/folder/x.sg: No such file or directory
# expect: cannot write HERE: Is a directory
# expect: cannot write /dev/full: No space left on device
echo *.sg* *.tmp*                       # expect: a b.sg empty.sg mine.sg *.tmp*
# In a script it saves what has run before it.
$SGRAD --seed=1 -e 'x = 1
y = 2
:save script.sg
z = 3'
sed 1,2d script.sg
# expect: x = 1
# expect: y = 2
# What failed after it had begun is shown, but not repeated; the random numbers are as without it.
printf 'for i in range(3) {\n  random()\n  nope\n}\nx = random()\nwhile true { error("no") }\nbreak\n:save failed.sg overwrite\nx\n' |
  $SGRAD --seed=3 -i -q -n 2>/dev/null | tail -2 | head -1     # expect: > 0.690638
sed 1,2d failed.sg
# expect: # Not repeated: it failed, or was stopped, after it had begun.
# expect: # for i in range(3) {
# expect: #   random()
# expect: #   nope
# expect: # }
# expect: x = random()
# expect: # Not repeated: it failed, or was stopped, after it had begun.
# expect: # while true { error("no") }
# Commands that are kept: those that change something, files by their whole path.
echo 'part = 1' >part.sg
printf ':set digits\n:set digits 4\n:se digits=5\n:load part.sg # a part\n:load nowhere.sg\n:save commands.sg\n' | $SGRAD -i -q -n >out 2>&1
sed "1,2d; s|$PWD|HERE|" commands.sg
# expect: :set digits 4
# expect: :set digits=5
# expect: :load "HERE/part.sg"
mkdir 'a"b'
echo 'quoted = 2' >'a"b/part.sg'
printf ':load a"b/part.sg\n:save commands.sg overwrite\n' | $SGRAD -i -q -n >out 2>&1
sed "1,2d; s|$PWD|HERE|" commands.sg    # expect: :load "HERE/a\"b/part.sg"
$SGRAD -e ':load commands.sg' -p quoted # expect: 2
# A file that failed half-way: what it had done.
printf 'x = 1\ny = 2\nnope\n' >half.sg
printf ':save half-saved.sg\n' | $SGRAD -i -q -n half.sg >out 2>&1
sed 1,2d half-saved.sg
# expect: x = 1
# expect: y = 2
