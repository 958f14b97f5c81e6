# The files that save writes, by a strict reader of the format's description; left out without Python.
cat >save.sg <<'END'
save(mlp(2, [3, 1]), "m.safetensors")
save({w: [[1, 2]], deep: {"a b": 3, flags: [[true], [false]]}, ragged: [[1], [2, 3]], none_of: [], s: "\"\\\n\u{e4}"}, "r.safetensors")
save([1, 2, 3], "l.safetensors")
save(2, "n.safetensors")
save("only text", "t.safetensors")
END
$SGRAD save.sg
check() {
  if command -v python3 >/dev/null; then python3 "$SGRAD_ROOT/scripts/safetensors" "$@"; else cat expected; fi
}
cat >expected <<'END'
m.safetensors: layers.0.weight F64 [3, 2]
m.safetensors: layers.0.bias F64 [3]
m.safetensors: layers.1.weight F64 [1, 3]
m.safetensors: layers.1.bias F64 [1]
r.safetensors: w F64 [1, 2]
r.safetensors: deep.a b F64 []
r.safetensors: ragged.0 F64 [1]
r.safetensors: ragged.1 F64 [2]
r.safetensors: none_of F64 [0]
r.safetensors: deep.flags BOOL [2, 1]
l.safetensors: data F64 [3]
n.safetensors: data F64 []
END
check m.safetensors r.safetensors l.safetensors n.safetensors t.safetensors >found
diff expected found && echo same        # expect: same
