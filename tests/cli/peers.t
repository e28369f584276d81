The cars and chargers that were met, as recorded sessions leave them.

  $ cat > "$TMP/peers.jsonl" <<'END'
  > {"v":1,"kind":"peer","side":"ev","id":"02:CC:50:00:00:01","mac":"02:cc:50:00:00:01","first":"2026-03-01T12:00:00.000000Z","last":"2026-11-22T10:15:59.000000Z","sessions":12,"verdict":"ok","outcome":"stopped_by_ev","note":"the blue van"}
  > {"v":1,"kind":"peer","side":"evse","mac":"02:cc:50:00:00:02","first":"2026-11-22T10:15:59.000000Z","last":"2026-11-22T10:15:59.000000Z","sessions":1,"verdict":"failed","outcome":"slac_unanswered"}
  > END
  $ ccs peers "$TMP"
           id                  mac                first seen (UTC)  last seen         sessions  last ended
  car      02:CC:50:00:00:01   02:cc:50:00:00:01  2026-03-01 12:00  2026-11-22 10:15        12  ok stopped_by_ev  the blue van
  charger  -                   02:cc:50:00:00:02  2026-11-22 10:15  2026-11-22 10:15         1  failed slac_unanswered
  $ ccs peers --json "$TMP/peers.jsonl" | diff - "$TMP/peers.jsonl"

Lines that are no peers are said, and nothing in the file steers the terminal.

  $ printf '%s\n' '{"side":"ev","id":"\u001b[2Jx","sessions":1}' 'hand-made' '' '{"side":"ev"}' '{"side":"ev","id":"x","note":"\u001b[2J"}' > "$TMP/odd"
  $ printf '{"side":"ev","id":"y","note":"\177"}' >> "$TMP/odd"
  $ ccs peers "$TMP/odd"
  ccs peers: */odd: line 1 is no peer (glob)
  ccs peers: */odd: line 2 is no peer (glob)
  ccs peers: */odd: line 3 is no peer (glob)
  ccs peers: */odd: line 4 is no peer (glob)
           id                  mac                first seen (UTC)  last seen         sessions  last ended
  car      x                   -                  -                 -                        0  \u001b[2J
  car      y                   -                  -                 -                        0  ?
  [1]

Used wrongly.

  $ ccs peers "$TMP/nowhere"
  ccs peers: */nowhere/peers.jsonl: No such file or directory: which folder has the recorded sessions? (glob)
  [2]
  $ ccs peers --frob
  ccs peers: no such option: --frob: see `ccs peers --help`
  [2]
  $ ccs peers a b
  ccs peers: one folder, not also b: see `ccs peers --help`
  [2]

A summary reads the capture in a session's folder.

  $ mkdir "$TMP/2026-03-01T12-00-00Z" && "$BUILD/bench/make_session" 10 > "$TMP/2026-03-01T12-00-00Z/capture.pcapng"
  $ ccs summary "$TMP/2026-03-01T12-00-00Z" | grep -c 'EVCCID 02:CC:50:00:00:01'
  1
  $ ccs summary "$TMP"
  ccs summary: */capture.pcapng: No such file or directory (glob)
  [2]
