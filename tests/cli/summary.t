What happened in a session that our own encoders made.

  $ "$BUILD/bench/make_session" 600 > "$TMP/session.pcapng"
  $ ccs summary "$TMP/session.pcapng" | sed -n '1,2p;4,5p;22,24p'
  Session 1  2026-03-01T12:00:00Z  616.189 s  frames 1-1302
    OK          Stopped by the car, * (glob)
    car         02:cc:50:00:00:01  random  EVCCID 02:CC:50:00:00:01
    charger     02:cc:50:00:00:02  random  EVSEID DE*CCS*E0001
    charge      SoC 32 to 65 %  2.2 to 387.0 V  60.0 to 120.0 A  peak 45.9 kW  energy 6.7 kWh
    limited by  the car's demand 79 %  the charger's current 20 %  below the demand 1 %
    answers     charger median 15.0 ms, max 15.0 ms (frame 1302)
  $ ccs summary --json "$TMP/session.pcapng" | grep -o '"verdict":"[a-z]*"'
  "verdict":"ok"

The same recording, cut off while charging.

  $ head -c 40000 "$TMP/session.pcapng" > "$TMP/cut"
  $ ccs summary --json "$TMP/cut" 2>/dev/null | grep -o '"verdict":"[a-z]*"'
  "verdict":"incomplete"
