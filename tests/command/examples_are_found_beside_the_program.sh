for program in $SGRAD; do :; done
mkdir -p usr/bin usr/share/sgrad/examples
cp "$program" usr/bin/sgrad
printf '# A first program.\n# More of it.\nx = 41\n' >usr/share/sgrad/examples/first.sg
usr/bin/sgrad -e ':examples' | sed -n 2p               # expect:   first  A first program.
echo "bare = 1" >usr/share/sgrad/examples/zero.sg; echo no >usr/share/sgrad/examples/notes.txt
usr/bin/sgrad -e ":examples" | sed -n 3p               # expect:   zero
usr/bin/sgrad -e ':examples f
print(x + 1)' | tail -1                                # expect: 42
cd / && "$OLDPWD/usr/bin/sgrad" -e ':examples f' | grep -c 'usr/share/sgrad/examples/first.sg'  # expect: 1
