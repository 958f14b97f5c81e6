# A link that leads nowhere is neither followed nor replaced.
ln -s gone.safetensors link.safetensors
$SGRAD -e 'save(1, "link.safetensors")' 2>&1 | head -n 1 | sed "s|$PWD/||"
# expect: -e:1:1: error: cannot write link.safetensors: it is a link to a file that is not there
readlink link.safetensors                  # expect: gone.safetensors
echo link* gone*                           # expect: link.safetensors gone*
