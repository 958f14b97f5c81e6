$SGRAD --frobnicate 2>&1 >/dev/null
# expect: sgrad: '--frobnicate' is no option of sgrad
# expect: Try 'sgrad --help'.
# exit: 2
