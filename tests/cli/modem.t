`ccs modem` on simulated modems.  A role is changed safely, and shown.

  $ cd "$TMP" && ccs modem role evse --sim one.pib --yes | sed 's/-[0-9T:-]*Z[-0-9]*\.pib/-DATE.pib/'
  backup: ./00b0525a0001-DATE.pib
    user's name: "" becomes "EVSE"
    coordinator (0 auto, 1 never, 2 always): "0" becomes "2"
    SLAC (0 off, 1 car, 2 charger): "0" becomes "2"
  written, and read back the same
  $ cd "$TMP" && ccs modem info --sim one.pib
  chip          QCA7005
  firmware      MAC-QCA7005-1.1.0.730-04-20140815-CS
  release       QCA7005 1.1 build 730 of 20140815
  MAC           00:b0:52:5a:00:01
  role          evse
  chip number   001b587c
  coordinator   2
  SLAC          2
  NID           ac9af57d4c2c14
  network key   (secret)
  device key    (secret)
  user's name   EVSE
  maker's name  OpenCCS simulation
  $ cd "$TMP" && ccs modem role evse --sim one.pib
  the modem has this role already
  $ cd "$TMP" && stat -c %a 00b0525a0001-*.pib && ccs modem info 00b0525a0001-*.pib | grep role
  600
  role          plain

The backup takes it back, byte for byte.

  $ cd "$TMP" && cp 00b0525a0001-*.pib saved && ccs modem restore saved --sim one.pib --yes | tail -n 1 && cmp saved one.pib
  written, and read back the same
  $ cd "$TMP" && ccs modem restore saved --sim one.pib
  the modem has this PIB already

Nobody is there to agree; then nothing is written.

  $ cd "$TMP" && ccs modem role ev --sim one.pib 2>&1 | tail -n 1; cmp saved one.pib
  ccs modem: nothing was written: nobody to ask here; --yes agrees

Without a backup nothing is written, and no backup is lost.

  $ cd "$TMP" && ccs modem role ev --sim one.pib --yes -d no 2>&1 | sed 's/-[0-9T:-]*Z[-0-9]*\.pib/-DATE.pib/'; cmp saved one.pib
  ccs modem: no/00b0525a0001-DATE.pib: No such file or directory
  $ cd "$TMP" && echo mine > mine && ccs modem backup mine --sim one.pib; cat mine
  ccs modem: mine: File exists
  mine
  $ cd "$TMP" && (trap "" XFSZ; ulimit -f 4; ccs modem backup part --sim one.pib); ls part
  ccs modem: part: File too large
  ls: cannot access 'part': No such file or directory
  [2]
  $ cd "$TMP" && printf '\0\0\0\140' > old.nvm && head -c 9000 /dev/zero >> old.nvm && ccs modem info old.nvm
  ccs modem: old.nvm: no sound PIB: it is in the older form of such files, which ccs does not read
  [1]
  $ cd "$TMP" && mkdir twice.d && ccs modem backup --sim one.pib -d twice.d >/dev/null && ccs modem backup --sim one.pib -d twice.d >/dev/null && ls twice.d | wc -l
  2

Whatever breaks, it says what the modem has now, and that is so.

  $ cd "$TMP" && ccs modem role ev --sim one.pib --yes --sim-fault power_loss:25 >/dev/null; cmp saved one.pib
  ccs modem: the modem refuses the PIB (unknown session, status 0x12)
  ccs modem: the modem was read: it has its old PIB, complete
  $ cd "$TMP" && ccs modem role ev --sim one.pib --yes --sim-fault locked >/dev/null; cmp saved one.pib
  ccs modem: the modem refuses the PIB (flash memory locked, status 0x23)
  ccs modem: the modem was read: it has its old PIB, complete
  $ cd "$TMP" && ccs modem role ev --sim one.pib --yes --sim-fault torn_commit >/dev/null; cmp saved one.pib
  ccs modem: after writing the modem had neither the new nor the old PIB
  ccs modem: the old PIB was written again, and read back the same
  $ cd "$TMP" && ccs modem role ev --sim one.pib --yes --sim-fault reads_badly:4; cmp saved one.pib
  ccs modem: the modem's PIB reads differently each time
  $ cd "$TMP" && ccs modem role ev --sim one.pib --yes --sim-fault zero_keys; cmp saved one.pib
  ccs modem: the PIB came over the power line: its keys read as zero
  $ cd "$TMP" && ccs modem role ev --sim one.pib --yes --sim-fault torn_always 2>&1 | sed 's/-[0-9T:-]*Z[-0-9]*\.pib/-DATE.pib/' | tail -n 3
  ccs modem: after writing the modem had neither the new nor the old PIB
  ccs modem: DANGER: it is not known what PIB the modem has now
  ccs modem: its backup is ./00b0525a0001-DATE.pib: power the modem off and on, then `ccs modem restore` it
  $ cd "$TMP" && cp saved dead.pib && ccs modem role ev --sim dead.pib --yes --sim-fault bricked_commit 2>&1 >/dev/null | sed 's/-[0-9T:-]*Z[-0-9]*\.pib/-DATE.pib/'
  ccs modem: the modem came back with its boot loader only
  ccs modem: it has to be given its firmware, which ccs does not do: `boot loader` in docs/manual.md
  ccs modem: DANGER: it is not known what PIB the modem has now
  ccs modem: its backup is ./00b0525a0001-DATE.pib

A modem gets its own backups only, and transmit levels that are its own.

  $ cd "$TMP" && cp one.pib torn && cp saved one.pib
  $ cd "$TMP" && cat > change.py <<'END'
  > """change.py TO [OFFSET HEX]...: the PIB `saved` with other bytes, and sound checksums."""
  > import struct, sys
  > pib = bytearray(open("saved", "rb").read())
  > for at, new in zip(sys.argv[2::2], sys.argv[3::2]):
  >     at = 0x3c0 + int(at, 16)
  >     pib[at:at + len(new) // 2] = bytes.fromhex(new)
  > if sys.argv[1] == "longer.pib":
  >     pib += bytes(4)
  >     pib[0x370:0x374] = struct.pack("<I", len(pib) - 0x3c0)
  > def sum_to(at, begin, end):
  >     total = 0xffffffff
  >     for (word,) in struct.iter_unpack("<I", pib[begin:end]): total ^= word
  >     pib[at:at + 4] = struct.pack("<I", total)
  > sum_to(0x374, 0x3c0, len(pib))
  > sum_to(0x3bc, 0x360, 0x3bc)
  > open(sys.argv[1], "wb").write(pib)
  > END
  $ cd "$TMP" && python3 change.py mac.pib 0c 00b0525a0009 && python3 change.py dak.pib 12 00112233445566778899aabbccddeeff && python3 change.py chip.pib 120 dc581b00 && python3 change.py levels.pib a0c ffff 1654 ff && python3 change.py longer.pib
  $ cd "$TMP" && for file in mac dak chip longer levels; do ccs modem restore $file.pib --sim one.pib --yes; cmp saved one.pib; done
  ccs modem: mac.pib is of another modem: it has another MAC
  ccs modem: dak.pib is of another modem: it has another device key
  ccs modem: chip.pib is of another chip
  ccs modem: longer.pib has another size than the modem's PIB: it is of another firmware
  ccs modem: levels.pib has other transmit levels: 3 bytes of 4623 differ; --other-levels accepts them
  $ cd "$TMP" && ccs modem restore levels.pib --sim one.pib --yes --other-levels >/dev/null; cmp levels.pib one.pib; cp saved one.pib
  ccs modem: levels.pib has other transmit levels: 3 bytes of 4623 differ
  $ cd "$TMP" && python3 - <<'END'
  > import struct
  > raw = bytearray(0x400)
  > raw[0], raw[5], raw[12:18] = 5, 4, bytes.fromhex("00b0525a0001")
  > total = 0xffffffff
  > for (word,) in struct.iter_unpack("<I", raw): total ^= word
  > raw[8:12] = struct.pack("<I", total)
  > open("raw.pib", "wb").write(raw)
  > END
  $ cd "$TMP" && ccs modem restore raw.pib --sim one.pib --yes --damaged
  ccs modem: raw.pib is of an older chip, whose PIB is not written
  [1]
  $ cd "$TMP" && ccs modem info raw.pib | head -n 1
  MAC           00:b0:52:5a:00:01

A modem with a damaged PIB gets its backup again.

  $ cd "$TMP" && cp torn one.pib

  $ cd "$TMP" && ccs modem restore saved --sim one.pib --yes
  ccs modem: the modem's PIB is damaged: a length or checksum in it is wrong
  ccs modem: when it is the modem's PIB that is damaged: --damaged
  [1]
  $ cd "$TMP" && cp one.pib torn && ccs modem backup kept --sim one.pib
  ccs modem: the modem's PIB is damaged: a length or checksum in it is wrong
  [1]
  $ cd "$TMP" && ccs modem backup kept --sim one.pib --damaged && cmp kept torn
  ccs modem: the modem's PIB is damaged: a length or checksum in it is wrong
  backup of the damaged PIB: kept
  $ cd "$TMP" && ccs modem restore saved --sim one.pib --yes --damaged 2>/dev/null | sed 's/-[0-9T:-]*Z[-0-9]*\.pib/-DATE.pib/' && cmp saved one.pib && cmp torn 00b052000003-*.pib
  backup of the damaged PIB: ./00b052000003-DATE.pib
  written, and read back the same
  $ cd "$TMP" && cp torn one.pib && ccs modem factory --sim one.pib --yes --damaged 2>&1 | sed 's/-[0-9T:-]*Z[-0-9]*\.pib/-DATE.pib/'; ls 00b052000003-*.pib | wc -l
  ccs modem: the modem's PIB is damaged: a length or checksum in it is wrong
  backup of the damaged PIB: ./00b052000003-DATE.pib
  the modem has a sound PIB now
  2
  $ cd "$TMP" && cp saved one.pib

--damaged helps nobody to write a PIB without keys, as they come over the power line.

  $ cd "$TMP" && ccs modem backup remote.pib --sim one.pib --sim-fault zero_keys --damaged
  ccs modem: the PIB came over the power line: its keys read as zero
  [1]
  $ cd "$TMP" && python3 change.py remote.pib 12 00000000000000000000000000000000
  $ cd "$TMP" && ccs modem restore remote.pib --sim one.pib --yes --damaged --hidden-device-key; cmp saved one.pib
  ccs modem: remote.pib is of another modem: it has another device key
  $ cd "$TMP" && cp torn one.pib && ccs modem restore remote.pib --sim one.pib --yes --damaged --hidden-device-key 2>&1 | tail -n 2; cmp torn one.pib; cp saved one.pib
  ccs modem: the PIB to write came over the power line: it has no keys
  ccs modem: nothing was written
  $ cd "$TMP" && ccs modem role ev --sim two.pib --sim-modem ar7420 --yes | tail -n 1
  written, and read back the same
  $ cd "$TMP" && ccs modem restore two.pib --sim one.pib --yes; cmp saved one.pib
  ccs modem: two.pib is of another chip
  $ cd "$TMP" && ccs modem restore two.pib --sim one.pib --yes --damaged; cmp saved one.pib
  ccs modem: two.pib is of another chip
  $ cd "$TMP" && cp torn one.pib && ccs modem restore two.pib --sim one.pib --yes --damaged 2>&1 | tail -n 2; cmp torn one.pib; cp saved one.pib
  ccs modem: the PIB to write is of another chip
  ccs modem: nothing was written

Modems, their network, and files that are none.

  $ cd "$TMP" && ccs modem list --sim one.pib
  00:b0:52:5a:00:01  local   QCA7005       NID ac9af57d4c2c14  MAC-QCA7005-1.1.0.730-04-20140815-CS
  $ cd "$TMP" && cp one.pib shop.pib && ccs modem key 50D3E4933F855B7040784DF815AA8DB7 --sim shop.pib && ccs modem list --sim shop.pib
  00:b0:52:5a:00:01 has the key of network b0f2e695666b03
  00:b0:52:5a:00:01  local   QCA7005       NID b0f2e695666b03  MAC-QCA7005-1.1.0.730-04-20140815-CS
  00:b0:52:5a:00:02  remote  QCA7005       NID b0f2e695666b03  MAC-QCA7005-1.1.0.730-04-20140815-CS
  $ cd "$TMP" && ccs modem list --json --sim shop.pib | tail -n 1
  {"v":1,"kind":"modem","mac":"00:b0:52:5a:00:02","local":false,"chip":"QCA7005","firmware":"MAC-QCA7005-1.1.0.730-04-20140815-CS","nid":"b0f2e695666b03"}
  $ cd "$TMP" && ccs modem info --json one.pib
  {"v":1,"kind":"modem","mac":"00:b0:52:5a:00:01","role":"plain","chip_number":"001b587c","coordinator":0,"slac":0,"nid":"ac9af57d4c2c14","user":"","maker":"OpenCCS simulation"}
  $ cd "$TMP" && ccs modem info --json --sim one.pib --show-secrets | grep -o '"chip":.*"role"\|"nmk":.*'
  "chip":"QCA7005","firmware":"MAC-QCA7005-1.1.0.730-04-20140815-CS","release":"QCA7005 1.1 build 730 of 20140815","role"
  "nmk":"6954a952b1791dc057fffcf1d030fc18","dak":"55ddd16865ac981233fd9f876f616bfa"}

A modem that does not give its PIB says first what it is.

  $ cd "$TMP" && ccs modem info --sim one.pib --sim-fault silent:1
  chip          QCA7005
  firmware      MAC-QCA7005-1.1.0.730-04-20140815-CS
  release       QCA7005 1.1 build 730 of 20140815
  ccs modem: the modem does not give its PIB
  [1]
  $ cd "$TMP" && ccs modem info --json --sim one.pib --sim-fault zero_keys 2>/dev/null
  {"v":1,"kind":"modem","mac":"00:b0:52:5a:00:01","local":true,"chip":"QCA7005","firmware":"MAC-QCA7005-1.1.0.730-04-20140815-CS","release":"QCA7005 1.1 build 730 of 20140815","problem":"the PIB came over the power line: its keys read as zero"}
  [1]

  $ cd "$TMP" && ccs modem watch -n 1 --sim one.pib | head -n 1
  no link  network ac9af57d4c2c14  as station
  $ cd "$TMP" && ccs modem watch -n 1 --sim shop.pib
  link up  network b0f2e695666b03  as station
    00:b0:52:5a:00:02  to it 9 Mbit/s, from it 9 Mbit/s
    blocks lost  0.12 % to it, 1.00 % from it
    carriers     ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂
  $ cd "$TMP" && ccs modem key 50D3E4933F855B7040784DF815AA8DB7 --join --sim one.pib
  00:b0:52:5a:00:01 has the key of network b0f2e695666b03
  another modem of this network is there
  $ cd "$TMP" && ccs modem key B59319D7E8157BA001B018669CCEE30D --join --sim one.pib
  00:b0:52:5a:00:01 has the key of network 026bcba5354e08
  no other modem of this network is there
  [1]
  $ cd "$TMP" && for key in B59319D7E8157BA001B018669CCEE30D 50D3E4933F855B7040784DF815AA8DB7; do ccs modem key $key --join --sim two.pib --sim-modem ar7420 | tail -n 1; done
  no other modem of this network is there
  another modem of this network is there
  $ cd "$TMP" && echo HomePlugAV0123 | ccs modem key passphrase --sim one.pib && ccs modem info one.pib --show-secrets | grep 'network key'
  00:b0:52:5a:00:01 has the key of network 026bcba5354e08
  network key   b59319d7e8157ba001b018669ccee30d
  $ cd "$TMP" && printf 'HomePlugAV0123\r\n' | ccs modem key passphrase --sim one.pib
  00:b0:52:5a:00:01 has the key of network 026bcba5354e08
  $ cd "$TMP" && echo HomePlugAV | ccs modem key passphrase --sim one.pib
  00:b0:52:5a:00:01 has the key of network b0f2e695666b03
  $ cd "$TMP" && echo B59319D7E8157BA001B018669CCEE30D | ccs modem key - --sim one.pib
  00:b0:52:5a:00:01 has the key of network 026bcba5354e08
  $ cd "$TMP" && cp one.pib was.pib; for line in elevenchars 'twelve chär' 'zwölf Zeichen' "$(printf 'a\tb12345678901')" "$(head -c 65 /dev/zero | tr '\0' x)"; do echo "$line" | ccs modem key passphrase --sim one.pib; done; cmp one.pib was.pib
  ccs modem: a passphrase has 12 to 64 characters, of ASCII
  ccs modem: a passphrase has 12 to 64 characters, of ASCII
  ccs modem: a passphrase has 12 to 64 characters, of ASCII
  ccs modem: a passphrase has 12 to 64 characters, of ASCII
  ccs modem: a passphrase has 12 to 64 characters, of ASCII
  $ cd "$TMP" && ccs modem key 00000000000000000000000000000000 --sim one.pib; echo 12 | ccs modem key - --sim one.pib; for nid in 010203040506ff 01020304050640 00000000000000; do ccs modem key random --nid $nid --sim one.pib; done; cmp one.pib was.pib
  ccs modem: a key of zeros is none
  ccs modem: a key is 32 hex digits
  ccs modem: a NID is 14 hex digits, the last two at most 3f, not 010203040506ff
  ccs modem: a NID is 14 hex digits, the last two at most 3f, not 01020304050640
  ccs modem: a NID is 14 hex digits, the last two at most 3f, not 00000000000000
  $ cd "$TMP" && ccs modem key 50D3E4933F855B7040784DF815AA8DB7 --nid 01020304050607 --sim one.pib && ccs modem role ev --sim one.pib 2>&1 | tail -n 2
  00:b0:52:5a:00:01 has the key of network 01020304050607
  ccs modem: its network identifier is not that of its network key; should the modem refuse: `ccs modem key random` first
  ccs modem: nothing was written: nobody to ask here; --yes agrees
  $ cd "$TMP" && ccs modem reset --sim one.pib
  restarted, and there again

Done is what is seen, not what the modem says.

  $ cd "$TMP" && ccs modem reset --sim one.pib --sim-fault no_reset
  ccs modem: the modem does not confirm a restart
  [1]
  $ cd "$TMP" && ccs modem role ev --sim three.pib --yes >/dev/null && cp three.pib ev.pib && ccs modem factory --sim three.pib 2>&1 | sed 's/-[0-9T:-]*Z[-0-9]*\.pib/-DATE.pib/'; cmp ev.pib three.pib
  backup: ./00b0525a0001-DATE.pib
  ccs modem: nothing was written: nobody to ask here; --yes agrees
  $ cd "$TMP" && ccs modem factory --sim three.pib --yes --sim-fault no_factory >/dev/null; cmp ev.pib three.pib
  ccs modem: the modem says that it did, and has the same PIB as before: was that the factory's?
  $ cd "$TMP" && ccs modem factory --sim three.pib --yes --sim-fault silent:15 2>&1 | sed 's/-[0-9T:-]*Z[-0-9]*\.pib/-DATE.pib/' | tail -n +2
  ccs modem: the modem does not give the PIB that it has now
  ccs modem: DANGER: it is not known what PIB the modem has now
  ccs modem: its backup is ./00b0525a0001-DATE.pib: power the modem off and on, then `ccs modem restore` it
  $ cd "$TMP" && cp ev.pib three.pib && rm -rf no && ccs modem factory --sim three.pib --yes -d no 2>&1 | sed 's/-[0-9T:-]*Z[-0-9]*\.pib/-DATE.pib/'; cmp ev.pib three.pib
  ccs modem: no/00b0525a0001-DATE.pib: No such file or directory
  $ cd "$TMP" && ccs modem factory --sim three.pib --yes | tail -n +2 && ccs modem info three.pib | grep role
    user's name: "PEV" becomes ""
    coordinator (0 auto, 1 never, 2 always): "1" becomes "0"
    SLAC (0 off, 1 car, 2 charger): "1" becomes "0"
  back to the factory's PIB
  role          plain
  $ cd "$TMP" && head -c 9000 saved > short && ccs modem info short
  ccs modem: short: no sound PIB: the input ends before the message does
  [1]
  $ cd "$TMP" && ccs modem info modem.t
  ccs modem: modem.t: No such file or directory
  [1]

A simulated modem's file changes when its PIB does, and what is no PIB stays what it is.

  $ cd "$TMP" && head -c 50000 /dev/zero > long && head -c 300 saved > cut && cat saved saved > twice && for file in long cut twice; do cp $file $file.was; ccs modem key random --sim $file; cmp $file $file.was; done
  ccs modem: long: is not the PIB of a modem to simulate
  ccs modem: cut: is not the PIB of a modem to simulate
  ccs modem: twice: is not the PIB of a modem to simulate
  $ cd "$TMP" && cp saved same.pib && chmod 400 same.pib && ls -i same.pib > inode && ccs modem list --sim same.pib >/dev/null && ls -i same.pib | cmp - inode
  $ cd "$TMP" && ccs modem key random --sim same.pib >/dev/null; cmp -s saved same.pib || stat -c %a same.pib; ls same.pib*
  600
  same.pib

Used wrongly.

  $ ccs modem
  ccs modem: what to do?: see `ccs modem --help`
  [2]
  $ ccs modem role charger --sim "$TMP/one.pib"
  ccs modem: a role is ev, evse or plain, not charger
  [2]
  $ ccs modem list
  ccs modem: which interface is the modem at?  -i NAME: see `ccs modem --help`
  [2]
  $ ccs modem key 1234 --sim "$TMP/one.pib"
  ccs modem: a key is 32 hex digits, `-`, `passphrase` or `random`, not 1234
  [2]
  $ ccs modem list --join --sim "$TMP/one.pib"
  ccs modem: --join is not for list: see `ccs modem --help`
  [2]
  $ ccs modem reset -d . -n 5 --sim "$TMP/one.pib"
  ccs modem: --folder is not for reset: see `ccs modem --help`
  [2]
  $ ccs modem reset --sim "$TMP/one.pib" --sim-fault power_loss:abc
  ccs modem: no number of a question, from 1: power_loss:abc
  [2]
  $ ccs modem reset --sim "$TMP/one.pib" --sim-fault none
  ccs modem: no such fault: none
  ccs modem: there are: silent loses_answer *odd_bytes no_factory foreign_mac foreign_dak session_ends no_flash (glob)
  [2]
  $ ccs modem list -i none_such 2>/dev/null
  [3]
