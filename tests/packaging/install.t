What is installed, and that it works where it lies.

  $ DESTDIR="$TMP/root" meson install -C "$BUILD" --no-rebuild --quiet
  $ ln -s "$(dirname "$(dirname "$(find "$TMP/root" -path '*/bin/ccs')")")" "$TMP/usr"
  $ cd "$TMP/usr" && find . -type f | grep -vE '^./include/ccs/|/ccs-[a-z]+\.1$' | sed 's|/lib/[^/]*-linux-[^/]*|/lib|' | LC_ALL=C sort
  ./bin/ccs
  ./lib/libccs.a
  ./lib/pkgconfig/libccs.pc
  ./lib/systemd/system/ccs-ev@.service
  ./lib/systemd/system/ccs-evse@.service
  ./lib/systemd/system/ccs-listen@.service
  ./lib/sysusers.d/ccs.conf
  ./lib/tmpfiles.d/ccs.conf
  ./share/bash-completion/completions/ccs
  ./share/ccs/service.conf
  ./share/doc/ccs/ccs.conf.example
  ./share/doc/ccs/examples/70-ccs.rules
  ./share/doc/ccs/examples/board.sh
  ./share/doc/ccs/examples/hardware.conf
  ./share/man/man1/ccs.1
  ./share/man/man5/ccs.conf.5

Nothing lies beside the prefix, and nothing where Debian's plc-utils has its `pev` and `evse`.

  $ find "$TMP/root" -type f | grep -vF "$(readlink "$TMP/usr")/"
  [1]

Each command has its page, and each page its command.

  $ ccs --help | sed -nE 's/^  ([a-z]+) .*/ccs-\1.1/p' | sort > "$TMP/commands"; wc -l < "$TMP/commands" | grep -c '^[1-9]'
  1
  $ cd "$TMP/usr/share/man/man1" && ls ccs-*.1 | diff "$TMP/commands" -
  $ cat > "$TMP/missing" <<'EOF'
  > for command in $(sed 's/^ccs-//; s/\.1$//' "$TMP/commands"); do
  > 	tr -d '\\"' < "$TMP/usr/share/man/man1/ccs-$command.1" > "$TMP/page"
  > 	for o in $(ccs "$command" --help | grep -oE '^ {1,6}-[^ ]*(, --[a-z-]*)?' | sed 's/\[.*//' | tr -d ,); do
  > 		grep -qE "^.It.* Fl ${o#-}( |$|\[)" "$TMP/page" || echo "$o is not in ccs-$command.1"
  > 	done
  > done
  > EOF
  $ sh "$TMP/missing"

The headers are all there, and each can be used alone.

  $ cd ../../include && find ccs -name '*.h' | sort > "$TMP/headers"
  $ cd "$TMP/usr/include" && find ccs -name '*.h' | grep -v '^ccs/msg/' | sort | diff "$TMP/headers" -
  $ cd "$TMP/usr/include" && find ccs -name '*.h' | while read h; do echo "#include \"$h\"" | cc -std=c11 -Wall -Wextra -Werror -fsyntax-only -I. -x c - || echo "$h"; done
  $ grep -hE '^(Name|Libs|Version)' "$TMP"/usr/lib/*/pkgconfig/libccs.pc
  Name: libccs
  Version: * (glob)
  Libs: -L${libdir} -lccs

The examples give services every serial port that `auto` takes, and those of boards.

  $ sed -nE 's/^\t\{ 0x([0-9a-f]{4}), .*/\1/p' ../../linux/hw/serial.c | sort > "$TMP/adapters" && wc -l < "$TMP/adapters"
  6
  $ grep -oE 'idVendor}=="[0-9a-f]{4}' "$TMP/usr/share/doc/ccs/examples/70-ccs.rules" | sed 's/.*"//' | sort | diff "$TMP/adapters" -
  $ grep -E '^(Dev.*tty|Supp)' "$TMP/usr/share/doc/ccs/examples/hardware.conf"
  SupplementaryGroups=dialout
  DeviceAllow=char-ttyUSB rw
  DeviceAllow=char-ttyACM rw
  DeviceAllow=char-ttyS rw
  DeviceAllow=char-ttyAMA rw

The installed command runs, and its example configuration is right; what a service has beside it can be overridden.

  $ "$TMP/usr/bin/ccs" --version
  ccs * (glob)
  $ "$TMP/usr/bin/ccs" config check "$TMP/usr/share/doc/ccs/ccs.conf.example"
  right: keys set 0, files 1, chargers 1
  $ mkdir "$TMP/etc" && "$TMP/usr/bin/ccs" config show --changed -c "$TMP/usr/share/ccs/service.conf" -c "$TMP/etc"
  [record]
  directory = /var/lib/ccs/sessions            ; */share/ccs/service.conf:4 (glob)
  $ printf '[record]\ndirectory =\n' > "$TMP/etc/ccs.conf" && "$TMP/usr/bin/ccs" config show --changed -c "$TMP/usr/share/ccs/service.conf" -c "$TMP/etc"
  [record]
  directory =                                  ; */etc/ccs.conf:2 (glob)
