Input that is damaged, or no capture at all: one line that says what is wrong, and exit status 1.

  $ : > "$TMP/empty"; ccs decode "$TMP/empty" 2>&1 | sed "s|$TMP/||"
  ccs decode: empty: the file is empty
  $ ccs decode "$TMP/empty" 2> "$TMP/error"
  [1]
  $ echo hello | ccs decode -
  ccs decode: stdin: no capture, and as text it holds no message (hex of EXI or V2GTP)
  [1]
  $ printf '\037\213\010\000\000\000\000\000\000\003' | ccs decode -
  ccs decode: stdin: not a pcap or pcapng capture but compressed (gzip): unpack it first
  [1]
  $ printf '\001\002\003\000\005\006\007\010\011' | ccs decode -
  ccs decode: stdin: not a pcap or pcapng capture but unknown data
  [1]

No such file, and a folder, are wrong use; a full disk is the machine's fault.

  $ ccs decode no-such-file
  ccs decode: no-such-file: No such file or directory
  [2]
  $ ccs decode /
  ccs decode: /: Is a directory
  [2]
  $ echo 80400040 | ccs decode - > /dev/full
  ccs decode: writing: No space left on device
  [3]

A reader who has seen enough ends it quietly.

  $ yes 80400040 | head -n 20000 | ccs decode --only msg - | head -n 1
       0.000      1 SE→EV  supportedAppProtocolRes  OK_SuccessfulNegotiation  id 1

Link types that carry no charging session are named once.

  $ h='\324\303\262\241\002\000\004\000\000\000\000\000\000\000\000\000\000\000\004\000'
  > p='\000\000\100\146\000\000\000\000\004\000\000\000\004\000\000\000abcd'
  > printf "$h\343\000\000\000$p$p" | ccs decode -
  ccs decode: stdin: frame 1: link type 227 (SocketCAN) is not Ethernet, Linux cooked or raw IP
  ccs decode: stdin: frame 2: 2 packets have a link type that cannot be read
  [1]

Files that end early, and lengths that lie.

  $ h='\324\303\262\241\002\000\004\000\000\000\000\000\000\000\000\000\000\000\004\000\001\000\000\000'
  > printf "$h"'\000\000\100\146' | ccs decode -
  ccs decode: stdin: frame 1: the file ends in the middle of a record header* (glob)
  [1]
  $ h='\324\303\262\241\002\000\004\000\000\000\000\000\000\000\000\000\000\000\004\000\001\000\000\000'
  > printf "$h"'\000\000\100\146\000\000\000\000\377\377\377\177\377\377\377\177abcd' | ccs decode -
  ccs decode: stdin: frame 1: a packet of 2147483647 bytes is announced, which cannot be true* (glob)
  [1]
  $ "$BUILD/bench/make_session" 10 > "$TMP/whole.pcapng"; head -c 9000 "$TMP/whole.pcapng" > "$TMP/part.pcapng"
  $ ccs decode "$TMP/part.pcapng" 2> "$TMP/error" | tail -n 1
  *TCP open at end* (glob)
  $ sed "s|$TMP/||" "$TMP/error"
  ccs decode: part.pcapng: frame *: the file ends in the middle of a block* (glob)

Nothing of a charging session is no fault.

  $ printf '\324\303\262\241\002\000\004\000\000\000\000\000\000\000\000\000\000\000\004\000\001\000\000\000' | ccs decode -
  ccs decode: stdin: nothing of a charging session in 0 packets

A message that cannot be decoded is shown, with the place, and decoding goes on.

  $ printf '80400040\n01fe800100000004809a0040\n809a004011d018038131a0007400\n' | ccs decode --only msg -
       0.000      1 SE→EV  supportedAppProtocolRes  OK_SuccessfulNegotiation  id 1
       0.000      2        din                      the input ends before the message does  at bit * (glob)
       0.000      3 EV→SE  SessionSetupReq          EVCCID 00:e0:4c:68:00:1d
  ccs decode: stdin: line 2: 1 of 3 messages could not be decoded, this is the first
  [1]
