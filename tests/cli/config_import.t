pyPLC's configuration in ours: what became of each key, then the keys that follow from it.

  $ cat > "$TMP/pyPlc.ini" <<'END'
  > [general]
  > mode = PevMode
  > is_simulation_without_modems = false
  > eth_interface = eth1
  > eth_windows_interface_name = none
  > display_via_serial = yes
  > light_bulb_demo = yes
  > soc_simulation = yes
  > evse_simulate_precharge = yes
  > digital_output_device = beaglebone
  > analog_input_device = none
  > use_evsepresentvoltage_for_precharge_end = no
  > use_physical_inlet_voltage_during_chargeloop = no
  > u_delta_max_for_end_of_precharge = 10
  > serial_port = auto
  > serial_baud = 19200
  > mqtt_broker = localhost
  > mqtt_topic = car
  > charge_target_voltage = 230
  > exit_on_session_end = False
  > allow_new_session_after_stopping = True
  > exit_if_no_local_link_address_is_found = True
  > log_the_evse_mac_to_file = True
  > testsuite_enable = No
  > udp_syslog_enable = Yes
  > charge_parameter_backend = none
  > evsemode_environment = none
  > evse_power_supply_control_via_special_homeplug_message = False
  > evse_printtrace = False
  > evse_show_decoded_transmit_message = False
  > sniffer_print_raw_exi = False
  > soc_callback_enabled = False
  > soc_callback_endpoint = http://192.0.2.1
  > soc_fallback_energy_capacity = 2700
  > logging_url = http://192.0.2.1/add
  > smart_listener_configuration = 1
  > END
  $ cd "$TMP" && ccs config import pyPlc.ini > ccs.conf && ccs config check ccs.conf
  ccs config: [ev] lacks max_voltage or max_voltage_from, max_current or max_current_from, inlet_voltage, battery_voltage: see `ccs hw list`
  ccs config: 1 fault
  [2]
  $ cd "$TMP" && ccs config check -c ccs.conf --set ev.preset=sim
  right: keys set 13, files 1, chargers 1
  $ cd "$TMP" && grep -v '^#' ccs.conf | sed '/^$/d'
  [ev]
  interface = eth1
  forever = yes
  target_voltage = 230 V
  preset = beaglebone
  display_port = auto
  soc = simulated
  news = oled
  [evse]
  interface = eth1
  [safety]
  precharge_voltage = 10 V
  [quirks]
  reported-voltage = no
  late-load = yes
  [record]
  directory = /var/lib/ccs/sessions
  $ cd "$TMP" && grep -A1 -e '# mode' -e '# eth_i' -e '# exit_on' -e '# mqtt_b' ccs.conf
  # mode = PevMode
  #     PevMode is the command `ccs ev`, EvseMode `ccs evse`, others `ccs listen`
  --
  # eth_interface = eth1
  #     is [ev] interface = eth1, [evse] interface = eth1
  --
  # mqtt_broker = localhost
  #     not in use: is for [mqtt], which tells what the stations do
  --
  # exit_on_session_end = False
  #     is [ev] forever = yes

Hardware: what pyPLC had in its program and we do not is said.

  $ cat > "$TMP/hardware" <<'END'
  > cd "$TMP" && { echo '[general]'; printf '%s\n' "$@"; } > hw.ini && ccs config import hw.ini | sed '/^#     /d;/^# [a-z_]* =/d;/^$/d'
  > END
  $ sh "$TMP/hardware" digital_output_device=dieter analog_input_device=none use_evsepresentvoltage_for_precharge_end=yes
  # hw.ini of pyPLC, by `ccs config import`
  # Still to be said: [ev] lacks max_voltage or max_voltage_from, max_current or max_current_from, battery_voltage: see `ccs hw list`
  # pyPLC had 398 V, 100 A and a battery of 230 V.
  [ev]
  preset = dieter
  inlet_voltage = none
  [quirks]
  reported-voltage = yes
  $ sh "$TMP/hardware" display_via_serial=yes digital_output_device=dieter serial_port=/dev/ttyUSB0 | tail -n +4
  [ev]
  preset = dieter
  dieter_port = /dev/ttyUSB0
  news = dieter
  $ sh "$TMP/hardware" digital_output_device=celeron55device serial_port=/dev/ttyS1 serial_baud=115200 charge_parameter_backend=chademo | tail -n +4
  [ev]
  preset = celeron55
  celeron55_port = /dev/ttyS1
  celeron55_baud = 115200
  battery_voltage = chademo
  soc = chademo
  target_voltage_from = chademo
  target_current_from = chademo
  $ sh "$TMP/hardware" evsemode_environment=focccicape | tail -n +2
  # Still to be said: [evse] lacks max_voltage or max_voltage_from, max_current or max_current_from, set_voltage with set_current (or supply), present_voltage, isolation (or without_monitor = yes): see `ccs hw list --evse`
  # pyPLC had 450 V, 200 A, and did not measure the isolation.
  [evse]
  preset = focccicape
  $ sh "$TMP/hardware" evsemode_environment=focccicape evse_simulate_precharge=yes | tail -n +4
  [evse]
  preset = focccicape
  present_voltage = simulated
  present_current = simulated
  supply = simulated
  set_voltage = simulated
  set_current = simulated
  $ sh "$TMP/hardware" evsemode_environment=focccicape evse_simulate_precharge=yes evse_power_supply_control_via_special_homeplug_message=yes | grep simulated
  [1]
  $ sh "$TMP/hardware" evsemode_environment=none evse_simulate_precharge=yes soc_simulation=yes | grep simulated
  [1]
  $ sh "$TMP/hardware" soc_simulation=yes digital_output_device=dieter | grep soc
  soc = simulated
  $ sh "$TMP/hardware" soc_simulation=yes digital_output_device=dieter charge_parameter_backend=chademo | grep soc
  soc = chademo
  $ sh "$TMP/hardware" soc_simulation=yes digital_output_device=celeron55device | grep soc
  [1]
  $ sh "$TMP/hardware" eth_interface=eth0 evsemode_environment=none evse_power_supply_control_via_special_homeplug_message=True | tail -n +4
  [ev]
  interface = eth0
  [evse]
  interface = eth0
  preset = custom
  homeplug_interface = eth0
  present_voltage = homeplug
  supply = homeplug
  set_voltage = homeplug
  set_current = homeplug
  $ sh "$TMP/hardware" mode=PevMode digital_output_device=mqtt charge_parameter_backend=mqtt mqtt_broker=broker mqtt_topic=car | tail -n +6
  [ev]
  preset = mqtt
  mqtt_topic = car
  [evse]
  mqtt_topic = car
  [mqtt]
  broker = broker
  $ sh "$TMP/hardware" soc_callback_enabled=True soc_callback_endpoint=http://192.0.2.1/ev_state soc_fallback_energy_capacity=2700 | tail -n +2
  # A wallbox that only wants to know the state of charge, and charges with AC itself:
  # [evse] ac_phases = 3, probe = yes: a short session asks, without voltage.
  [webhook]
  smartevse = http://192.0.2.1/ev_state
  capacity = 27 kWh

What pyPLC did not do is said.

  $ printf '[general]\ndigital_output_device = mqtt\nmqtt_broker = box\n' > "$TMP/mqtt.ini" && ccs config import "$TMP/mqtt.ini" | grep -A1 '^# New'
  # New: broker and Home Assistant are told what the station does; with an empty
  # [mqtt] topic they are not.

Battery and inlet are real also where there is no board, or a broker in its place; what nobody measures is assumed, as
boards have it.

  $ sh "$TMP/hardware" mode=PevMode digital_output_device=none charge_parameter_backend=chademo analog_input_device=mqtt mqtt_broker=b | grep -v '^#'
  [ev]
  preset = custom
  inlet_voltage = mqtt
  battery_voltage = chademo
  soc = chademo
  cp_duty = assumed
  plug = assumed
  target_voltage_from = chademo
  target_current_from = chademo
  lock_feedback = assumed
  contactor_feedback = assumed
  [mqtt]
  broker = b
  $ sh "$TMP/hardware" mode=PevMode digital_output_device=mqtt charge_parameter_backend=chademo analog_input_device=mqtt | grep -v '^#'
  [ev]
  preset = mqtt
  battery_voltage = chademo
  soc = chademo
  target_voltage_from = chademo
  target_current_from = chademo
  $ sh "$TMP/hardware" mode=PevMode digital_output_device=dieter analog_input_device=mqtt | grep -v '^#'
  [ev]
  preset = dieter
  inlet_voltage = mqtt
  $ sh "$TMP/hardware" mode=PevMode digital_output_device=none charge_parameter_backend=none analog_input_device=none | grep -v '^#'
  [1]
  $ sh "$TMP/hardware" mode=PevMode digital_output_device=celeron55device | grep 'said\|had'
  # Still to be said: [ev] lacks max_voltage or max_voltage_from, max_current or max_current_from: see `ccs hw list`
  # pyPLC had 398 V, 100 A and a battery of 230 V.

Each role takes what is its own: the template names a car's board for chargers, too.

  $ sh "$TMP/hardware" mode=EvseMode digital_output_device=dieter charge_parameter_backend=mqtt evsemode_environment=focccicape logging_url=http://192.0.2.1/add | grep -v '^#'
  [evse]
  preset = focccicape
  $ sh "$TMP/hardware" mode=PevMode digital_output_device=none evsemode_environment=focccicape | grep -v '^#'
  [1]
  $ sh "$TMP/hardware" mode=ListenMode digital_output_device=dieter logging_url=http://192.0.2.1/add | grep -v '^#'
  [upload]
  url = http://192.0.2.1/add

What has no key here has words that fit the value.

  $ printf '%s\n' '[general]' mode=EvseMode evse_simulate_precharge=no allow_new_session_after_stopping=False digital_output_device=none analog_input_device=none charge_parameter_backend=none evsemode_environment=none log_the_evse_mac_to_file=no light_bulb_demo=maybe > "$TMP/words.ini"
  $ ccs config import "$TMP/words.ini" 2> "$TMP/error" | grep '^#     '
  #     PevMode is the command `ccs ev`, EvseMode `ccs evse`, others `ccs listen`
  #     a real supply: [evse] set_voltage, set_current, present_voltage = a driver
  #     not there: after a stop it waits for the next car; [evse] once = yes ends after any
  #     not in use: is for a car
  #     nothing follows from it
  #     not in use: is for a car
  #     there is none
  #     is [record] directory: empty, nothing is recorded
  #     is neither yes nor no

Something is said of each key, and none is unknown.

  $ grep -c = "$TMP/pyPlc.ini" > "$TMP/keys" && grep -c '^# [a-z].* = ' "$TMP/ccs.conf" | diff - "$TMP/keys"
  $ grep -c 'no key of pyPLC' "$TMP/ccs.conf"
  0
  [1]

Faults.

  $ cd "$TMP" && printf '[general]\nlight_bulb_demo = 7\ncharge_target_voltage = high\nfoo = 1\n' > wrong.ini
  $ cd "$TMP" && ccs config import wrong.ini > /dev/null
  ccs config: wrong.ini:2: light_bulb_demo: '7' is not yes or no
  ccs config: wrong.ini:3: [ev] target_voltage: 'high' is not a number from 0 to 1500 V
  [2]
  $ cd "$TMP" && echo '[general]' > empty.ini && ccs config import empty.ini > /dev/null
  ccs config: empty.ini: holds no key of pyPLC
  [2]
  $ ccs config import
  ccs config: import which file?  `ccs config import pyPlc.ini`
  [2]
