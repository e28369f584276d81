What README and manual show is what comes out.

  $ "$BUILD/bench/make_session" > "$TMP/demo.pcapng"
  $ ccs decode "$TMP/demo.pcapng" > "$TMP/decode" && ccs sim >> "$TMP/decode" && ccs summary "$TMP/demo.pcapng" > "$TMP/summary"
  $ sed -n 's/^    \( *[0-9]*\.[0-9]\{3\} .*\)/\1/p' ../../README.md ../../docs/manual.md > "$TMP/lines" && wc -l < "$TMP/lines"
  13
  $ while IFS= read -r line; do grep -qxF -- "$line" "$TMP/decode" || echo "not so: $line"; done < "$TMP/lines"
  $ sed -n '/\$ ccs summary build/,/^$/s/^    \([^$].*\)/\1/p' ../../docs/manual.md | diff - "$TMP/summary"
  $ "$BUILD/bench/make_session" 0 | ccs summary - | head -n 5 > "$TMP/failed"
  $ sed -n '/\$ ccs summary failed/,/^$/s/^    \([^$].*\)/\1/p' ../../README.md | diff - "$TMP/failed"
  $ ccs exi trace din 809a02033140000000000051f0 > "$TMP/trace"
  $ sed -n '/\$ ccs exi trace din/,$s/^    \([^$].*\)/\1/p' ../../docs/manual.md | diff - "$TMP/trace"

Every option of every command stands in the manual; the pages of the commands are made of their help.

  $ cat > "$TMP/options" <<'EOF'
  > ccs --help | sed -n 's/^  \([a-z]*\) .*/\1/p' | while read c; do ccs $c --help; done |
  > 	grep -oE -- '--[a-z][a-z-]+' | sort -u | grep -vxE -- '--help|--version'
  > EOF
  $ for o in $(sh "$TMP/options"); do grep -q -- "\`$o\b" ../../docs/manual.md || echo "$o is not in docs/manual.md"; done
