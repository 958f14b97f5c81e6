printf '#!/usr/bin/env sgrad\nprint("hello", args)\n' >hello.sg
chmod +x hello.sg
./hello.sg -x --yes          # expect: hello ["-x", "--yes"]
