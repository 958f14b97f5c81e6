# Classes may be bools, or targets that say one: where their largest number stands.
export LC_ALL=C
xs='[[0, 0], [1, 1], [0, 1], [1, 0]]'
$SGRAD -e ":scatter $xs [false, true, true, false]" | head -1
# expect: x[1]   o false   x true
$SGRAD -e ":scatter $xs [[1, 0, 0], [0, 0, 1], [0.1, 0.2, 0.7], [0, 1, 0]]" | head -1
# expect: x[1]   o class 0   x class 1   + class 2
