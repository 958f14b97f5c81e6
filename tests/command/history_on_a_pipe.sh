printf ':history\n' | $SGRAD -i -q -n 2>&1 | sed -n 's/.*error: //p'
# expect: there is no history: no lines are edited here
