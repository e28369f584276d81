The Debian packages in $BUILD; lintian, where it is, has nothing to say.

  $ ! command -v lintian > /dev/null || lintian --allow-root --fail-on error,warning "$BUILD"/*.changes
  $ for p in openccs libccs-dev; do dpkg-deb -x "$BUILD"/${p}_*.deb "$TMP/$p"; done

  $ cd "$TMP/openccs" && find . -type f | sed 's/\.gz$//' | grep -v '/ccs-[a-z]*\.1$' | LC_ALL=C sort
  ./lib/systemd/system/ccs-ev@.service
  ./lib/systemd/system/ccs-evse@.service
  ./lib/systemd/system/ccs-listen@.service
  ./usr/bin/ccs
  ./usr/lib/sysusers.d/ccs.conf
  ./usr/lib/tmpfiles.d/ccs.conf
  ./usr/share/bash-completion/completions/ccs
  ./usr/share/ccs/service.conf
  ./usr/share/doc/openccs/CHANGES.md
  ./usr/share/doc/openccs/PROTOCOL.md
  ./usr/share/doc/openccs/README.md
  ./usr/share/doc/openccs/SECURITY.md
  ./usr/share/doc/openccs/beaglebone.md
  ./usr/share/doc/openccs/ccs.conf.example
  ./usr/share/doc/openccs/changelog
  ./usr/share/doc/openccs/copyright
  ./usr/share/doc/openccs/drivers.md
  ./usr/share/doc/openccs/examples/70-ccs.rules
  ./usr/share/doc/openccs/examples/board.sh
  ./usr/share/doc/openccs/examples/hardware.conf
  ./usr/share/doc/openccs/from-pyplc.md
  ./usr/share/doc/openccs/hardware.md
  ./usr/share/doc/openccs/install.md
  ./usr/share/doc/openccs/manual.md
  ./usr/share/doc/openccs/mqtt.md
  ./usr/share/doc/openccs/raspberry.md
  ./usr/share/doc/openccs/records.md
  ./usr/share/man/man1/ccs.1
  ./usr/share/man/man5/ccs.conf.5
  $ cd "$TMP/libccs-dev" && find . -type f | grep -v '^./usr/include/ccs/' | sed 's|/lib/[^/]*-linux-[^/]*|/lib|' | LC_ALL=C sort
  ./usr/lib/libccs.a
  ./usr/lib/pkgconfig/libccs.pc
  ./usr/share/doc/libccs-dev/changelog.gz
  ./usr/share/doc/libccs-dev/copyright

The command is of the package's version, and needs no more than what Debian's packages hold.

  $ "$TMP/openccs/usr/bin/ccs" --version | sed "s/ $(dpkg-deb -f "$BUILD"/openccs_*.deb Version)\$/ as packaged/"
  ccs as packaged
  $ "$TMP/openccs/usr/bin/ccs" --help | sed -nE 's/^  ([a-z]+) .*/ccs-\1.1.gz/p' | sort > "$TMP/pages"
  $ ls "$TMP/openccs/usr/share/man/man1" | grep -v '^ccs\.1' | diff "$TMP/pages" -

The services start the command where it is, once somebody has chosen an interface.

  $ grep -h ^ExecStart "$TMP"/openccs/lib/systemd/system/*.service
  ExecStart=/usr/bin/ccs ev -i %i -c /usr/share/ccs/service.conf -c /etc/ccs --forever
  ExecStart=/usr/bin/ccs evse -i %i -c /usr/share/ccs/service.conf -c /etc/ccs
  ExecStart=/usr/bin/ccs listen -i %i -c /usr/share/ccs/service.conf -c /etc/ccs
  $ dpkg-deb --ctrl-tarfile "$BUILD"/openccs_*.deb | tar -xO ./postinst | grep -oE 'systemd-(sysusers|tmpfiles) .* ccs.conf'
  systemd-sysusers ${DPKG_ROOT:+--root="$DPKG_ROOT"} ccs.conf
  systemd-tmpfiles ${DPKG_ROOT:+--root="$DPKG_ROOT"} --create ccs.conf
  $ dpkg-deb --ctrl-tarfile "$BUILD"/openccs_*.deb | tar -xO ./postinst | grep -cE 'systemctl|deb-systemd'
  0
  [1]

The library: a program of somebody else.

  $ cat > "$TMP/program.c" <<'EOF'
  > #include <ccs/error.h>
  > #include <ccs/message.h>
  > #include <stdio.h>
  > int main(void)
  > {
  > 	return puts(ccs_error_name(CCS_ERR_SPACE)) < 0;
  > }
  > EOF
  $ export PKG_CONFIG_LIBDIR="$(dirname "$TMP"/libccs-dev/usr/lib/*/pkgconfig/libccs.pc)" PKG_CONFIG_SYSROOT_DIR="$TMP/libccs-dev" && cc -std=c11 -Wall -Wextra -Werror -o "$TMP/program" "$TMP/program.c" $(pkg-config --cflags --libs libccs) && "$TMP/program"
  CCS_ERR_SPACE
