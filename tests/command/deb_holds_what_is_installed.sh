# The package of this build's program: `make deb` builds another, which takes too long here.
for tool in dpkg-deb dpkg-shlibdeps strip; do command -v $tool >/dev/null || exit 0; done
case $(readlink build) in */build) ;; *) exit 0 ;; esac
unset MAKEFLAGS MAKELEVEL
export DPKG_DEB_COMPRESSOR_TYPE=none
places=$("$SGRAD_ROOT/scripts/deb" places)
make -s -C "$SGRAD_ROOT" install share="$PWD/share" DESTDIR="$PWD/root" $places >make.log 2>&1 || cat make.log
package=$("$SGRAD_ROOT/scripts/deb" pack "$PWD/root" "$SGRAD_ROOT/build/tables.txt" "$PWD" 2>pack.log) || cat pack.log
version=$($SGRAD --version)
[ "$(dpkg-deb -f "$package" Package Version | sed 's/.*: //' | tr '\n' ' ')" = "$version " ] || dpkg-deb -I "$package"
dpkg-deb -f "$package" Depends | grep -q libc6 || echo 'no libc6'
dpkg-deb -f "$package" Recommends | grep -qx 'graphviz, libcairo2' || echo 'no graphviz, no cairo'
dpkg-deb -c "$package" | sed 's/.* \.//' >files
for file in /usr/bin/sgrad /usr/share/man/man1/sgrad.1.gz /usr/share/doc/sgrad/copyright /usr/share/doc/sgrad/changelog.gz \
  /usr/share/sgrad/examples/micrograd.sg /usr/share/zsh/vendor-completions/_sgrad /etc/emacs/site-start.d/50sgrad.el; do
  grep -qx "$file" files || echo "no $file"
done
! grep -e /usr/share/sgrad/installed -e LICENSE files
