Single messages: decode, encode, explain.

  $ ccs exi encode '{"proto":"din","body":{"Header":{"SessionID":"0cc5000000000001"},"Body":{"SessionStopReq":{}}}}'
  809a02033140000000000051f0
  $ ccs exi decode din 809a02033140000000000051f0
  {"Header":{"SessionID":"0cc5000000000001"},"Body":{"SessionStopReq":{}}}
  $ ccs exi trace din 809a02033140000000000051f0 | sed -n '1,3p;7p'
  byte.bit width  bits                      meaning
     0.0     8  10000000                  header: no options, version 1
     1.0     7  1001101                   SE
     2.2    72  000010000000110011000...  SessionID: value "0cc5000000000001"

As a stream, a line in is a line out, also when it cannot be decoded.

  $ printf 'din 809a02033140000000000051f0\ndin 809a00\n' | ccs exi decode --json
  {"proto":"din","type":"SessionStopReq","body":{"Header":{"SessionID":"0cc5000000000001"},"Body":{"SessionStopReq":{}}}}
  {"proto":"din","error":"the input ends before the message does *","field":"V2G_Message/Header/SessionID","bit":18} (glob)
  [1]

Encoding refuses what the schema does not allow, and says where.

  $ echo '{"proto":"din","body":{"Header":{"SessionID":"00"},"Body":{"SessionSetupReq":{"EVCCID":"000102030405060708"}}}}' | ccs exi encode --json
  {"error":*"field":"V2G_Message/Body/SessionSetupReq/EVCCID"* (glob)
  [1]
  $ echo '{"proto":"din","body":{"Header":{"SessionID":"00"},"Body":{"SessionSetupReq":{"EVCCId":"00"}}}}' | ccs exi encode --json
  {"error":"no element of this name here *","field":"V2G_Message/Body/SessionSetupReq"* (glob)
  [1]
  $ ccs exi encode 'hello' 2>&1 | head -n 1
  ccs exi: not a JSON object with proto and body

A message of the command line that is none: one line on stderr, nothing on stdout.

  $ ccs exi decode frob 00
  ccs exi: no message set 'frob': see `ccs exi --help`
  [2]
  $ ccs exi decode din 0g
  ccs exi: '0g' is not hex: pairs of digits 0-9, a-f
  [2]
  $ ccs exi decode din 809a 2>/dev/null
  [1]
  $ ccs exi frob
  ccs exi: decode [SET HEX], encode [JSON] or trace SET HEX: see `ccs exi --help`
  [2]

Of a stream, each line has its answer.

  $ printf 'frob 00\napp 80400040\n' | ccs exi decode 2>/dev/null | wc -l
  2
