What `ccs inject` says when it is used wrongly, or there is no such interface.

  $ ccs inject ffffffffffff02000000000188e10000
  ccs inject: on which interface? -i IF: see `ccs inject --help`
  [2]
  $ ccs inject -i veth0
  ccs inject: no frame: see `ccs inject --help`
  [2]
  $ ccs inject -i veth0 --count 0 ff
  ccs inject: --count is 1 to 1000000, not 0: see `ccs inject --help`
  [2]
  $ ccs inject -i veth0 --interval 1s ff
  ccs inject: --interval is 1 to 60000 ms, not 1s: see `ccs inject --help`
  [2]
  $ ccs inject -i veth0 ff:ff
  ccs inject: ff:ff: No such file or directory: neither a file nor a frame in hex
  [2]
  $ ccs inject -i veth0 ffffffffffff02000000000188e1000
  ccs inject: the frame is not pairs of hex digits
  [2]
  $ printf '# frames\nffffffffffff02000000000188e10000\nnothing\n' | ccs inject -i veth0 -
  ccs inject: -:3: the frame is not pairs of hex digits
  [2]
  $ printf 'ffffffffffff020000000001\n' > "$TMP/short" && cd "$TMP" && ccs inject -i veth0 short
  ccs inject: short:1: the frame has not 14 to 1514 bytes
  [2]
  $ ccs inject -i veth0 --frob
  ccs inject: no such option: --frob: see `ccs inject --help`
  [2]
  $ ccs inject -i nowhere0 ffffffffffff02000000000188e10000
  ccs inject: no interface 'nowhere0': there are * (glob)
  [3]
