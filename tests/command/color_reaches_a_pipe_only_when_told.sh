escapes() { "$@" 2>&1 | grep -c "$(printf '\033')" || true; }
escapes $SGRAD -e 'nowhere'                              # expect: 0
escapes $SGRAD --color=never -e 'nowhere'                # expect: 0
[ "$(escapes $SGRAD --color=always -e 'nowhere')" -gt 0 ] && echo always      # expect: always
[ "$(CLICOLOR_FORCE=1 escapes $SGRAD -e 'nowhere')" -gt 0 ] && echo forced    # expect: forced
CLICOLOR_FORCE=1 NO_COLOR=1 escapes $SGRAD -e 'nowhere'  # expect: 0
