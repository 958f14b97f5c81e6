status() { "$@" >/dev/null 2>&1; echo $?; }
status $SGRAD -e '1'                          # expect: 0
status $SGRAD -e 'nowhere'                    # expect: 1
status $SGRAD -e 'x = )'                      # expect: 1
status $SGRAD -e 'exit(7)'                    # expect: 7
status $SGRAD --no-such-option                # expect: 2
status $SGRAD -e                              # expect: 2
status $SGRAD --seed=many                     # expect: 2
status $SGRAD --color=sometimes               # expect: 2
status $SGRAD --max-memory=0                  # expect: 2
status $SGRAD --max-memory=1X                 # expect: 2
status $SGRAD missing.sg                      # expect: 2
status $SGRAD .                               # expect: 2
status $SGRAD --check -e 'x = )'              # expect: 1
status $SGRAD --check -e 'nowhere'            # expect: 0
status $SGRAD --help                          # expect: 0
status $SGRAD --version                       # expect: 0
