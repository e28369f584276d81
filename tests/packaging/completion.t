Tab.

  $ ccs --help | sed -nE 's/^  ([a-z]+) .*/\1/p' > "$TMP/expected"; printf '%s\n' --help --version >> "$TMP/expected"; ./complete ccs '' | diff "$TMP/expected" -
  $ ./complete ccs ev
  ev
  evse
  $ ./complete ccs exi ''
  decode
  encode
  trace
  $ ./complete ccs config e
  example
  $ ./complete ccs ctl sta
  start
  status
  $ ./complete ccs modem r
  reset
  restore
  role
  $ ./complete ccs decode --co
  --color
  $ ./complete ccs decode -
  -v
  --verbose
  --session
  --only
  --json
  --csv
  --format
  --keylog
  --show-secrets
  --color
  --help
  --version

What an option takes.

  $ ./complete ccs decode --color ''
  auto
  always
  never
  $ ./complete ccs ev -i lo
  lo
  $ ./complete ccs evse --set evse.po
  evse.port=

A scenario of the simulation has other keys, which its --list shows.

  $ ./complete ccs sim --set ''

Files are left to bash.

  $ ./complete ccs decode ''
  $ ./complete ccs decode --keylog ''

No such command.

  $ ./complete ccs nonsense --
