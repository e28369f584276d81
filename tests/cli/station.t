Used wrongly, a station does not begin.

  $ ccs ev
  ccs ev: on which interface? -i IF: see `ccs ev --help`
  [2]
  $ ccs evse -i
  ccs evse: a value is missing behind -i: see `ccs evse --help`
  [2]
  $ ccs ev --port 50000
  ccs ev: no such option: --port: see `ccs ev --help`
  [2]
  $ ccs evse -i eth0 eth1
  ccs evse: what is eth1: see `ccs evse --help`
  [2]
  $ ccs evse -i eth0 --attenuation much 2>&1 | sed 's/ is not.*//'
  ccs evse: --attenuation: [evse] sim_attenuation: 'much'
  $ ccs evse -c /nowhere.conf -i eth0
  ccs evse: /nowhere.conf: cannot be read: No such file or directory
  [2]

Nor does one whose hardware is not complete: a service with exit status 2 is not started again.

  $ ccs ev -c /dev/null -i lo --set ev.preset=dieter
  ccs ev: [ev] lacks max_voltage or max_voltage_from, max_current or max_current_from, battery_voltage: see `ccs hw list`
  [2]
  $ ccs evse -c /dev/null -i lo --set evse.preset=didebo --set evse.max_current_from=none
  ccs evse: [evse] lacks max_current or max_current_from, isolation (or without_monitor = yes): see `ccs hw list --evse`
  [2]
  $ grep -h '^RestartPrevent' "$BUILD"/packaging/ccs-ev*@.service
  RestartPreventExitStatus=2
  RestartPreventExitStatus=2

An interface that is not there: one line, before any word of a station.

  $ ccs ev -c /dev/null -i nowhere0
  ccs ev: no interface 'nowhere0': there are * (glob)
  [3]
  $ ccs evse -c /dev/null -i nowhere0
  ccs evse: no interface 'nowhere0': there are * (glob)
  [3]

Faults are about what this side says.

  $ ccs evse -i lo --fault 'evse PreChargeRes wrong-code'
  ccs evse: --fault: expected a value: see `ccs evse --help`
  [2]
  $ ccs evse -i lo --fault 'ev CurrentDemandReq lost'
  ccs evse: --fault is about what this side says, not ev CurrentDemandReq lost: see `ccs evse --help`
  [2]
  $ ccs evse -i lo --fault pyplc:17
  ccs evse: --fault: pyplc:1 to pyplc:16, not pyplc:17: see `ccs evse --help`
  [2]
  $ ccs ev -i lo --fault pyplc:7
  ccs ev: --fault is about what this side says, not evse PreChargeRes wrong-code FAILED after 1: see `ccs ev --help`
  [2]
