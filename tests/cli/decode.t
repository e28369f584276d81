A session that our own encoders made: matching, discovery, DIN SPEC 70121, ten seconds of charging.

  $ "$BUILD/bench/make_session" 10 > "$TMP/session.pcapng"
  $ ccs decode "$TMP/session.pcapng" | sed -n '2p;21,26p'
       0.000      1 EV→SE  CM_SLAC_PARM.REQ         car 02:cc:50:00:00:01  run id 0cc5de3015118003
       4.956     20 EV→SE  SDPRequest               no TLS, TCP
       4.962     21 SE→EV  SDPResponse              [fe80::cc:50ff:fe00:2]:61851, no TLS, TCP
       4.992     23 EV→SE  TCP opened               50021 → [fe80::cc:50ff:fe00:2]:61851
       5.012     25 EV→SE  supportedAppProtocolReq  1: DIN 70121 v2.0 id 1
       5.024     26 SE→EV  supportedAppProtocolRes  OK_SuccessfulNegotiation  id 1
       5.024     26 SE→EV  protocol                 DIN 70121 agreed
  $ ccs decode --only PreChargeRe "$TMP/session.pcapng" | head -n 2
      12.669     67 EV→SE  PreChargeReq             target 357.9 V 1.0 A  SoC 32 %
      12.684     68 SE→EV  PreChargeRes             present 127.3 V
  $ ccs decode --only CurrentDemandRes "$TMP/session.pcapng" | wc -l
  10
  $ ccs decode --csv "$TMP/session.pcapng" | wc -l
  11

What was asked for and is not there is said.

  $ cd "$TMP" && ccs decode --session 2 session.pcapng
  ccs decode: session.pcapng: no session 2, there is 1
  [1]
  $ ccs decode --only CurentDemand --only sdp "$TMP/session.pcapng"
       4.956     20 EV→SE  SDPRequest               no TLS, TCP
       4.962     21 SE→EV  SDPResponse              [fe80::cc:50ff:fe00:2]:61851, no TLS, TCP
  ccs decode: --only CurentDemand: there is nothing of this kind; did you mean CurrentDemandReq?

Several files are told apart.

  $ cd "$TMP" && ccs decode --only SDPRequest session.pcapng session.pcapng
  ==> session.pcapng <==
       4.956     20 EV→SE  SDPRequest               no TLS, TCP
  ==> session.pcapng <==
       4.956     20 EV→SE  SDPRequest               no TLS, TCP
  $ cd "$TMP" && ccs decode --format pyplc-maclog session.pcapng session.pcapng
  # session.pcapng
  2026-03-01T12:00:00.004000 SECC MAC 02:CC:50:00:00:02
  # session.pcapng
  2026-03-01T12:00:00.004000 SECC MAC 02:CC:50:00:00:02
  $ ccs decode --csv one two
  ccs decode: one file at a time in this form, not also two: see `ccs decode --help`
  [2]

From stdin it is the same, and colours come only when asked for.

  $ ccs decode "$TMP/session.pcapng" > "$TMP/text"
  $ ccs decode - < "$TMP/session.pcapng" | cmp - "$TMP/text"
  $ ccs decode --color always "$TMP/session.pcapng" | sed 's/\x1b\[[0-9]*m//g' | cmp - "$TMP/text"

Everything in it decodes, and what is decoded encodes to the same bytes.

  $ ccs decode --json "$TMP/session.pcapng" | grep '"kind":"msg"' > "$TMP/messages"
  $ wc -l < "$TMP/messages"
  98
  $ ccs exi encode --json < "$TMP/messages" | grep -o '"exi":"[0-9a-f]*"' > "$TMP/encoded"
  $ grep -o '"exi":"[0-9a-f]*"' "$TMP/messages" | cmp - "$TMP/encoded"

Network keys are shown only when asked for.

  $ ccs decode --json "$TMP/session.pcapng" | grep -c '"nmk"'
  0
  [1]
  $ ccs decode --json --show-secrets "$TMP/session.pcapng" | grep -c '"nmk"'
  1

What is no capture, or is damaged, gets one line; exit status 1. What is not there, 2.

  $ ccs decode "$TMP/nothing"
  ccs decode: */nothing: No such file or directory (glob)
  [2]
  $ : > "$TMP/empty" && ccs decode "$TMP/empty"
  ccs decode: */empty: the file is empty (glob)
  [1]
  $ echo hello > "$TMP/hello" && ccs decode "$TMP/hello"
  ccs decode: */hello: no capture, and as text it holds no message (hex of EXI or V2GTP) (glob)
  [1]
  $ head -c 8000 "$TMP/session.pcapng" > "$TMP/cut" && ccs decode "$TMP/cut" 2>&1 >/dev/null | wc -l
  1

The logs of pyPLC, for the programs that read those; its EXI log is read back.

  $ ccs decode --format pyplc-exi "$TMP/session.pcapng" > "$TMP/exi" && sed -n '1,4p;$p' "$TMP/exi"
  init
  2026-03-01T12:00:05.012000=DH 8000dbab9371d3234b71d1b981899189d191818991d26b9b3a232b30020000040040
  2026-03-01T12:00:05.024000=Dh 80400040
  2026-03-01T12:00:05.084000=ED 809a02000000000000000011d0180b314000000400
  closing
  $ ccs decode --json "$TMP/exi" | grep -o '"exi":"[0-9a-f]*"' > "$TMP/again"
  $ grep -o '"exi":"[0-9a-f]*"' "$TMP/messages" | cmp - "$TMP/again"
  $ ccs decode --format pyplc-maclog "$TMP/session.pcapng"
  2026-03-01T12:00:00.004000 SECC MAC 02:CC:50:00:00:02
  $ ccs decode --format pyplc-decoded "$TMP/session.pcapng" | sed -n '1,2p;5,6p'
  # V2G messages, by ccs decode
  # JSON as in docs/records.md
  Packet #26 [2026-03-01 12:00:05.024000] 80400040 means:
  {"supportedAppProtocolRes":{"ResponseCode":"OK_SuccessfulNegotiation","SchemaID":1}}
  $ ccs decode --format pyplc-values "$TMP/session.pcapng" | sed -n '3,4p;$p'
  [2026-03-01 12:00:07.374000] EVRESSSOC=32
  [2026-03-01 12:00:07.689000] EVRESSSOC=32
  [2026-03-01 12:00:25.874000] EVSEPresentVoltage=2.2

Of a log of clara, which has the time since its start, the status of the charger, too.

  $ ccs decode --json --only CurrentDemandRes "$TMP/session.pcapng" | sed -n 's/.*"exi":"\([0-9a-f]*\)".*/\1/p;2q' > "$TMP/exis"
  $ n=0; while read -r exi; do n=$((n + 1)); printf '[01:0%d.250] tcp: :01fe8001%08x%s\n' $n $((${#exi} / 2)) "$exi"; done < "$TMP/exis" > "$TMP/claralog"
  $ ccs decode --format pyplc-values "$TMP/claralog" | sed -n '3,5p;$p'
  [1970-01-01 00:01:01.250000] EVSEPresentVoltage=365.1
  [1970-01-01 00:01:01.250000] EVSEPresentCurrent=60.0
  [1970-01-01 00:01:01.250000] EVSEStatusCode=1
  [1970-01-01 00:01:02.250000] EVSEStatusCode=1

A message of another set is a comment.

  $ ccs sim -q -w "$TMP/iso2.pcapng" --protocol iso2 > /dev/null; ccs decode --format pyplc-exi "$TMP/iso2.pcapng" | sed -n '4p'
  # 2026-03-01T12:00:06.892004 of another message set: SessionSetupReq
  $ ccs sim -w "$TMP/s.pcapng" --format pyplc-exi > "$TMP/live" && ccs decode --format pyplc-exi "$TMP/s.pcapng" | cmp - "$TMP/live" && tail -n 1 "$TMP/live"
  closing
  $ ccs decode --format clara "$TMP/session.pcapng"
  ccs decode: no such format: clara: see `ccs decode --help`
  [2]
