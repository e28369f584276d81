What `ccs listen` and `ccs doctor` say when they are used wrongly, or there is no such interface.

  $ ccs listen
  ccs listen: on which interface? -i IF: see `ccs listen --help`
  [2]
  $ ccs listen -i
  ccs listen: this option needs a value: -i: see `ccs listen --help`
  [2]
  $ ccs listen -i eth0 eth1
  ccs listen: what is eth1: see `ccs listen --help`
  [2]
  $ ccs listen -i eth0 --seconds 0
  ccs listen: --seconds is 1 to 31536000, not 0: see `ccs listen --help`
  [2]
  $ ccs listen -i eth0 --seconds 1h
  ccs listen: --seconds is 1 to 31536000, not 1h: see `ccs listen --help`
  [2]
  $ ccs listen -i eth0 --join --passive
  ccs listen: --join sends a key to the modem, --passive nothing: see `ccs listen --help`
  [2]
  $ ccs listen -i eth0 --frob
  ccs listen: no such option: --frob: see `ccs listen --help`
  [2]
  $ ccs listen -i nowhere0
  ccs listen: no interface 'nowhere0': there are * (glob)
  [3]
  $ ccs doctor
  ccs doctor: on which interface? -i IF: see `ccs doctor --help`
  [2]
  $ ccs doctor -i eth0 eth1
  ccs doctor: what is eth1: see `ccs doctor --help`
  [2]
  $ ccs doctor --frob
  ccs doctor: no such option: --frob: see `ccs doctor --help`
  [2]
  $ ccs doctor -i nowhere0
  ccs doctor: no interface 'nowhere0': there are * (glob)
  [3]
