Used wrongly, nobody is asked.

  $ ccs ctl
  ccs ctl: no command: see `ccs ctl --help`
  [2]
  $ ccs ctl fly
  ccs ctl: cannot do fly: see `ccs ctl --help`
  [2]
  $ ccs ctl set max_current left
  ccs ctl: set needs KEY=VALUE, as evse.max_current=32A: see `ccs ctl --help`
  [2]
  $ ccs ctl stop left right
  ccs ctl: what is right: see `ccs ctl --help`
  [2]
  $ ccs ctl --frob status
  ccs ctl: no such option: --frob: see `ccs ctl --help`
  [2]
  $ XDG_RUNTIME_DIR= ccs ctl --set general.run_directory=/nowhere status
  ccs ctl: no station is running: looked into /nowhere
  [3]
