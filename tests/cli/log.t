Logs and consoles of other tools: messages in hex, with what is known about their time.

  $ cat > "$TMP/log" <<'EOF'
  > # a comment
  > 2023-05-01T12:00:00.000000=init
  > 2023-05-01T12:00:00.500000=ED 809A004011D018038131A0007400
  > [ 1200ms] [CONNMGR] 01 fe 80 01 00 00 00 04 80 40 00 40
  > EOF
  $ ccs decode "$TMP/log" | head -n 2
  Session 1, 2023-05-01T12:00:00.500000Z, begins with a message: its beginning was not captured
       0.000      3 EV→SE  SessionSetupReq          EVCCID 00:e0:4c:68:00:1d

Our own JSON lines are read back: decoding them again gives the same messages.

  $ "$BUILD/bench/make_session" 5 > "$TMP/session.pcapng"
  $ ccs decode --json --only msg "$TMP/session.pcapng" > "$TMP/first.jsonl"
  $ ccs decode --json --only msg "$TMP/first.jsonl" | diff - "$TMP/first.jsonl" && wc -l < "$TMP/first.jsonl"
  88
