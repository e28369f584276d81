How the command is used, and what it says when it is used wrongly: one line, exit status 2.

  $ ccs --version
  ccs 0.1.0
  $ ccs --help | head -n 1
  Usage: ccs COMMAND [OPTION]... [FILE]...
  $ ccs 2>/dev/null
  [2]
  $ ccs frob
  ccs: no command 'frob': see `ccs --help`
  [2]
  $ ccs decode
  ccs decode: no file: see `ccs decode --help`
  [2]
  $ ccs decode --frob x
  ccs decode: no such option: --frob: see `ccs decode --help`
  [2]
  $ ccs decode --session 0 x
  ccs decode: no number of a session: 0: see `ccs decode --help`
  [2]
  $ ccs decode --color sometimes x
  ccs decode: --color is auto, always or never, not sometimes: see `ccs decode --help`
  [2]

Every command explains itself.

  $ ccs --help | sed -n 's/^  \([a-z]*\) .*/\1/p' | while read c; do ccs $c --help | head -n 1; done | grep -vc '^Usage: ccs '
  0
  [1]
