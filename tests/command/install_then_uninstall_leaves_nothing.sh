# Paths with blanks and quotes; a file and a directory that are not ours stay.
case $(readlink build) in */build) flavour=release ;; *) flavour=$(basename "$(readlink build)") ;; esac
unset MAKEFLAGS MAKELEVEL
place() { make -s -C "$SGRAD_ROOT" FLAVOUR="$flavour" share="$PWD/share" DESTDIR="$PWD/a stage" prefix="/opt/it's here" "$1" >make.log 2>&1 || cat make.log; }
mkdir -p "a stage/opt/it's here/share/nano"
echo mine >"a stage/opt/it's here/share/nano/mine.nanorc"
(cd "a stage" && find . | sort) >before
place install
place install
cd "a stage/opt/it's here" || exit
for file in bin/sgrad share/man/man1/sgrad.1 share/doc/sgrad/reference.md share/sgrad/examples/micrograd.sg \
  share/sgrad/examples/README.md share/sgrad/examples/pictures/moons.svg \
  share/bash-completion/completions/sgrad share/zsh/site-functions/_sgrad share/fish/vendor_completions.d/sgrad.fish \
  share/vim/vimfiles/syntax/sgrad.vim share/emacs/site-lisp/sgrad-mode.el share/nano/sgrad.nanorc \
  share/sgrad/editors/vscode/syntaxes/sgrad.tmLanguage.json; do
  [ -s "$file" ] || echo "no $file"
done
bin/sgrad share/sgrad/examples/micrograd.sg | head -n 1     # expect: 24.7041
grep -o '/opt/it.*sgrad/examples' share/man/man1/sgrad.1    # expect: /opt/it's here/share/sgrad/examples
cd ../../..
place uninstall
(cd "a stage" && find . | sort) | diff before -
place uninstall
