The configuration: what is set, where it came from, and what is wrong with it.

  $ mkdir -p "$TMP/ccs/conf.d" && cat > "$TMP/ccs/ccs.conf" <<'END'
  > # a car in the garage
  > [ev]
  > interface = eth1
  > max_current = 120 A
  > END
  $ printf '[ev]\nmax_current = 90\nuntil_soc = 80\n' > "$TMP/ccs/conf.d/10-night.conf"
  $ cd "$TMP" && ccs config check -c ccs --set log.json=yes
  right: keys set 5, files 2, chargers 1
  $ cd "$TMP" && ccs config show --changed -c ccs --set log.json=yes
  [ev]
  interface = eth1                             ; ccs/ccs.conf:3
  max_current = 90 A                           ; ccs/conf.d/10-night.conf:2
  until_soc = 80 %                             ; ccs/conf.d/10-night.conf:3
  [log]
  json = yes                                   ; --set
  $ cd "$TMP" && ccs config show --json -c ccs until_soc
  {"section":"ev","key":"until_soc","value":"80 %","source":"ccs/conf.d/10-night.conf","line":3}
  $ ccs config show -c "$TMP/ccs" battery.soc
  [sim]
  battery.soc = 50 %                           ; default

What is shown is a file with the same meaning.

  $ cd "$TMP" && ccs config show -c ccs > all.conf && ccs config show -c all.conf | sed 's/ *;.*//' > again
  $ cd "$TMP" && sed 's/ *;.*//' all.conf | diff - again

Every fault in one line: file, line, what was wrong, what was expected.

  $ cat > "$TMP/wrong.conf" <<'END'
  > [ev]
  > max_curent = 90
  > until_soc = 120 %
  > [evse]
  > authorisation = everybody
  > [timings]
  > relaxed = yes
  > END
  $ cd "$TMP" && ccs config check wrong.conf
  ccs config: wrong.conf:2: no key 'max_curent' in [ev]: is it 'max_current'?
  ccs config: wrong.conf:3: [ev] until_soc: '120 %' is not a number from 0 to 100 %
  ccs config: wrong.conf:5: [evse] authorisation: 'everybody' is not one of free, ctl, deny
  ccs config: wrong.conf:7: no section [timings]: is it [timing]?
  ccs config: 4 faults
  [2]
  $ ccs config check "$TMP/none.conf" 2>&1 | sed "s|$TMP/||"
  ccs config: none.conf: cannot be read: No such file or directory
  ccs config: 1 fault

Real hardware that is not enough to charge with, all of it at once.

  $ ccs config check -c /dev/null --set ev.preset=dieter --set evse.preset=focccicape --set evse.isolation=exec
  ccs config: [ev] lacks max_voltage or max_voltage_from, max_current or max_current_from, battery_voltage: see `ccs hw list`
  ccs config: [evse] lacks max_voltage or max_voltage_from, max_current or max_current_from, set_voltage with set_current (or supply), present_voltage: see `ccs hw list --evse`
  ccs config: 2 faults
  [2]
  $ ccs config check -c /dev/null --set ev.preset=focccicape
  ccs config: [ev] preset = focccicape: that is the board of a charger, for [evse]
  ccs config: 1 fault
  [2]

R48: nobody gets syslog unless he is named.

  $ ccs config show -c /dev/null syslog
  [syslog]
  to =                                         ; default
  port = 514                                   ; default

Several chargers: what [evse] says holds for each.

  $ cat > "$TMP/two.conf" <<'END'
  > [evse left]
  > interface = eth1
  > [evse right]
  > interface = eth2
  > max_power = 22 kW
  > [evse]
  > max_power = 50 kW
  > END
  $ cd "$TMP" && ccs config show --changed -c two.conf
  [evse left]
  interface = eth1                             ; two.conf:2
  max_power = 50 kW                            ; two.conf:7
  [evse right]
  interface = eth2                             ; two.conf:4
  max_power = 22 kW                            ; two.conf:5

  $ cd "$TMP" && ccs config show --changed -c two.conf --set "evse right.tries=5" "evse right"
  [evse right]
  interface = eth2                             ; two.conf:4
  tries = 5                                    ; --set
  max_power = 22 kW                            ; two.conf:5

The list, and what is made of the table.

  $ ccs config list until_soc
  [ev]  the car, `ccs ev`
    until_soc = 0 %
        a number from 0 to 100 %
        ends the session at this state of charge; 0: does not
  $ ccs config list ev.until_soc | head -n 2
  [ev]  the car, `ccs ev`
    until_soc = 0 %
  $ ccs config show -c /dev/null evse.probe
  [evse]
  probe = no                                   ; default
  $ ccs config list ev.probe
  ccs config: no section or key 'ev.probe': see `ccs config list`
  [2]
  $ ccs config list --json until_soc
  {"section":"ev","key":"until_soc","default":"0 %","expected":"a number from 0 to 100 %","text":"ends the session at this state of charge; 0: does not"}
  $ ccs config example | sed 's/^#\([^ ]\)/\1/' > "$TMP/example.conf" && ccs config check "$TMP/example.conf" | sed 's/set [0-9]*/set N/'
  right: keys set N, files 1, chargers 1
  $ ccs config list --json | wc -l > "$TMP/keys" && ccs config manual | grep -c '^\.It Cm ' | diff - "$TMP/keys"

Ages of values that the hardware may have: bounded, and not more than the session allows.

  $ ccs config check -c /dev/null --set "ev.max_age=soc=20s inlet_voltage=500ms" --set evse.max_age=energy_wh=30
  right: keys set 2, files 1, chargers 1
  $ ccs config check -c /dev/null --set ev.max_age=inlet_voltage=4s
  ccs config: --set: [ev] max_age: inlet_voltage=4s is not 100ms to 3s
  ccs config: 1 fault
  [2]
  $ ccs config check -c /dev/null --set ev.max_age=battery_voltage=3s
  ccs config: --set: [ev] max_age: battery_voltage=3s is more than [safety] sensor_age: set that, too
  ccs config: 1 fault
  [2]
  $ ccs config check -c /dev/null --set ev.max_age=emergency=1.1s
  ccs config: --set: [ev] max_age: emergency=1.1s is not 100ms to 1s
  ccs config: 1 fault
  [2]
  $ ccs config check -c /dev/null --set evse.max_age=cp_state=2s
  ccs config: --set: [evse] max_age: cp_state=2s is not 100ms to 1s
  ccs config: 1 fault
  [2]
  $ ccs config check -c /dev/null --set "ev.max_age=cp_state=1s 3s"
  ccs config: --set: [ev] max_age: cp_state is no value of this side; see `ccs hw list`
  ccs config: --set: [ev] max_age: '3s' is not value=age
  ccs config: 2 faults
  [2]
  $ ccs hw list -c /dev/null --set ev.preset=custom --set ev.max_age=soc=20s | grep -E '^value +soc '
  value   soc                 -            0.0 to 100.0 %  20.0 s, then unknown

Used wrongly.

  $ ccs config
  ccs config: list, show, check, import, example or manual: see `ccs config --help`
  [2]
  $ ccs config list no_such_key
  ccs config: no section or key 'no_such_key': see `ccs config list`
  [2]
  $ ccs config show --set ev.tries
  ccs config: --set: 'ev.tries' is not section.key=value
  [2]
  $ ccs config show --frob
  ccs config: no such option: --frob: see `ccs config --help`
  [2]
  $ ccs config show --set
  ccs config: this option needs a value: --set: see `ccs config --help`
  [2]
