A session from nothing: what a person sees.

  $ ccs sim | sed -n '1,7p'
       0.000        EV→SE  station                  unplugged
       0.000        SE→EV  station                  waiting for a car
       0.000        EV→SE  station                  plugged in, waiting for the control pilot
       0.000        EV→SE  modem                    QCA7005
       0.000        SE→EV  modem                    QCA7005
       0.010        SE→EV  station                  a car is plugged in
       1.201        SE→EV  station                  matching
  $ ccs sim -q | grep -A1 '^Session 1'
  Session 1  2026-03-01T12:00:* (glob)
    OK          Stopped by the car, * (glob)

Only one round of the loop a second is shown, unless all are wanted.

  $ ccs sim | grep -c CurrentDemandReq | sed 's/^[23].$/some/'
  some
  $ ccs sim --every-round | grep -c CurrentDemandReq | sed 's/^[23]..$/all/'
  all

For programs.

  $ ccs sim --json | grep -c '"type":"CurrentDemandRes"' | sed 's/^[23]..$/all/'
  all
  $ ccs sim --csv | head -n 1 | cut -c1-20
  session,frame,time_s

The capture is what ccs decode and ccs summary read.

  $ ccs sim -q -w "$TMP/a.pcapng" > "$TMP/said"
  $ ccs summary "$TMP/a.pcapng" > "$TMP/read"
  $ sed 1d "$TMP/said" | cmp - "$TMP/read" && echo the same
  the same

Settings.

  $ ccs sim --soc 60 --protocol iso2 -q | grep -E '^  (protocol|charge) '
    protocol    ISO 15118-2  DC_extended  ExternalPayment
    charge      SoC 60 to 60 %  * (glob)
  $ ccs sim --set battery.so=20
  ccs sim: --set:1: there is no setting 'battery.so'; the nearest is battery.soc
  [2]
  $ ccs sim --set battery.soc=200%
  ccs sim: --set:1: battery.soc = '200%': expected 0 % to 100 %
  [2]
  $ ccs sim --set battery.soc=much
  ccs sim: --set:1: battery.soc = 'much': expected a number with %
  [2]

A script of one's own, and its mistakes: file, line, what was expected.

  $ printf 'title Mine\nplug\nwait ev precharge\nunplug by-force\nwait over within 200 s\nexpect ev failed unplugged\nexpect event pulled-live\nexpect event live-plug\n' > "$TMP/own.sim"
  $ ccs sim -q "$TMP/own.sim" > "$TMP/out"
  $ printf 'plug\nwait ev charghing\n' > "$TMP/bad.sim"
  $ ccs sim "$TMP/bad.sim"
  ccs sim: */bad.sim:2: 'charghing': expected one of idle handshake * (glob)
  [2]
  $ printf 'plug\n\nplugg\n' > "$TMP/bad.sim"
  $ ccs sim "$TMP/bad.sim"
  ccs sim: */bad.sim:3: 'plugg': expected KEY = VALUE, or a step: `ccs sim --list` has them (glob)
  [2]
  $ printf 'message evse PreChargeRes wrong-code FINE\n' > "$TMP/bad.sim"
  $ ccs sim "$TMP/bad.sim"
  ccs sim: */bad.sim:1: * (glob)
  [2]
  $ ccs sim no-such-scenario
  ccs sim: no-such-scenario: No such file or directory: it is no scenario of `ccs sim --list` either
  [2]

What does not become as the script says.

  $ printf 'plug\nwait ev charging\nstop ev\nwait over\nexpect ev charged full\n' > "$TMP/not.sim"
  $ ccs sim -q "$TMP/not.sim" > "$TMP/out"
  ccs sim: */not.sim:5: the car's session ended otherwise than expected: it is somebody at the car wanted the end (glob)
  [1]

The matrix of faults.

  $ ccs sim --faults pyplc | cut -c1-55
  ok   1 * (glob)
  ok   2 * (glob)
  ok   3 * (glob)
  ok   4 * (glob)
  ok   5 * (glob)
  ok   6 * (glob)
  ok   7 * (glob)
  ok   8 * (glob)
  ok   9 * (glob)
  ok   10 * (glob)
  ok   11 * (glob)
  ok   12 * (glob)
  ok   13 * (glob)
  ok   14 * (glob)
  ok   15 * (glob)
  ok   16 * (glob)
  16 faulty sessions, 0 failed, in * s (glob)
  $ ccs sim --faults --show 'iso2 ac charging: emergency evse'
  # iso2 ac charging: emergency evse
  protocol = iso2
  mode = ac
  plug
  wait ev charging
  emergency evse
  wait 10 s
  stop ev
  
  $ ccs sim --faults nothing-like-this
  ccs sim: no case of the matrix has 'nothing-like-this' in its name
  [2]
