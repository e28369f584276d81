`ccs hw`: drivers, what is bound, live values, outputs.

  $ ccs hw list -c /dev/null | sed -n 's/^\([a-z0-9_]*\): .*/\1/p' | sort | tr '\n' ,
  adc,assumed,can_display,celeron55,chademo,didebo,dieter,exec,gpio,homeplug,mqtt,oled,pwm,simulated,
  $ ccs hw list -c /dev/null --set ev.preset=dieter | grep -E ' (inlet_voltage|contactor)  '
  value   inlet_voltage       dieter       -20.000 to 1500.000 V  1.0 s, then stop
  command contactor           dieter       0 or 1
  $ ccs hw list -c /dev/null --set ev.news=can_display | grep -E ' (news|cp_state)  '
  command cp_state            -            B to D
  command news                can_display  0 or 1
  $ ccs hw list -c /dev/null --evse | grep -E ' (cp_state|cp_fault|isolation)  '
  value   cp_state            -            A to F  1.0 s, then emergency
  value   isolation           -            invalid, running, valid, warning, fault, none  1.0 s, then emergency
  command cp_fault            -            E to F
  $ ccs hw list -c /dev/null | grep -oE '^(value   inlet_voltage|command news|assumed)'
  value   inlet_voltage
  command news
  assumed
  $ ccs hw list -c /dev/null | grep -A2 '^exec:'
  exec: a program that speaks `name value` on stdin and stdout
      measures    all
      carries out all
  $ ccs hw list -c /dev/null --evse --json --set evse.cp_state=assumed | grep '"cp_state","d'
  {"value":"cp_state","driver":"assumed","least":"A","most":"F","unit":""}
  $ ccs hw list -c /dev/null --evse=left
  ccs hw: no charger 'left': see `ccs config show evse`
  [2]
  $ ccs hw
  ccs hw: list, watch or test? see `ccs hw --help`
  [2]
  $ ccs hw watch --seconds x
  ccs hw: what is x: see `ccs hw --help`
  [2]
  $ ccs hw watch --seconds 9223372036854775807
  ccs hw: what is 9223372036854775807: see `ccs hw --help`
  [2]
  $ ccs hw watch -c /dev/null
  ccs hw: nothing is bound (preset = sim): `ccs hw list` shows what can be
  [2]
  $ ccs hw test -c /dev/null --yes --set ev.preset=focccicape
  ccs hw: nothing is bound (preset = focccicape): `ccs hw list` shows what can be
  [2]
  $ ccs hw test -c /dev/null
  ccs hw: this moves lock and relays: with no plug in and nobody at it, add --yes
  [2]
  $ ccs hw test -c /dev/null --yes --live
  ccs hw: --live is for --contactors
  [2]
  $ ccs hw test -c /dev/null --yes --voltage 20
  ccs hw: --voltage and --current are a charger's: --evse
  [2]
  $ ccs hw test -c /dev/null --yes --evse --voltage 1501
  ccs hw: what is 1501: see `ccs hw --help`
  [2]
  $ ccs hw test -c /dev/null --yes --evse --voltage 401 --set evse.max_voltage=400V
  ccs hw: --voltage or --current is above max_voltage or max_current: see `ccs config show evse`
  [2]
  $ ccs hw watch -c /dev/null --set ev.soc=dieter
  ccs hw: [ev] soc = dieter: this driver measures no soc; see `ccs hw list`
  [3]
  $ ccs hw watch -c /dev/null --set ev.soc=celeron55 --set ev.celeron55_baud=12345
  ccs hw: celeron55_baud: serial ports have no 12345
  [3]
  $ ccs hw watch --seconds 1 -c /dev/null --set ev.soc=exec --set "ev.exec_command=exec ../../docs/examples/board.sh $$"
  soc                 unknown  (exec)
  ccs hw: exec: is there
  soc                 42.0 %  (exec)
