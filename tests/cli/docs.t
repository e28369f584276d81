What README and manual show is what comes out.

  $ ccs sim -w "$TMP/demo.pcapng" > "$TMP/decode"
  $ ccs decode "$TMP/demo.pcapng" >> "$TMP/decode" && ccs summary "$TMP/demo.pcapng" > "$TMP/summary"
  $ sed -n 's/^    \( *[0-9]*\.[0-9]\{3\} .*\)/\1/p' ../../README.md ../../docs/manual.md > "$TMP/lines" && wc -l < "$TMP/lines"
  13
  $ while IFS= read -r line; do grep -qxF -- "$line" "$TMP/decode" || echo "not so: $line"; done < "$TMP/lines"
  $ sed -n '/\$ ccs summary build/,/^$/s/^    \([^$].*\)/\1/p' ../../docs/manual.md | diff - "$TMP/summary"
  $ ccs sim -q precharge -w "$TMP/failed.pcapng" > "$TMP/said" && ccs summary "$TMP/failed.pcapng" | head -n 4 > "$TMP/failed"
  $ sed -n '/\$ ccs summary failed/,/^$/s/^    \([^$].*\)/\1/p' ../../README.md | diff - "$TMP/failed"
  $ ccs exi trace din 809a02033140000000000051f0 > "$TMP/trace"
  $ sed -n '/\$ ccs exi trace din/,$s/^    \([^$].*\)/\1/p' ../../docs/manual.md | diff - "$TMP/trace"

Every option of every command stands in the manual; the pages of the commands are made of their help.

  $ cat > "$TMP/options" <<'EOF'
  > ccs --help | sed -n 's/^  \([a-z]*\) .*/\1/p' | while read c; do ccs $c --help; done |
  > 	grep -oE -- '--[a-z][a-z-]+' | sort -u | grep -vxE -- '--help|--version'
  > EOF
  $ for o in $(sh "$TMP/options"); do grep -q -- "\`$o\b" ../../docs/manual.md || echo "$o is not in docs/manual.md"; done

The pages for hardware and for changing over: their commands, options and keys exist, their configurations are
right, and no key of pyPLC is forgotten.

  $ cd ../../docs && cat from-pyplc.md hardware.md raspberry.md beaglebone.md > "$TMP/pages"
  $ grep -oE '(^ +|`|sudo |# )ccs [a-z]+' "$TMP/pages" | sed 's/.*ccs //' | sort -u > "$TMP/commands" && grep -c . "$TMP/commands"
  14
  $ for c in $(cat "$TMP/commands"); do ccs $c --help > "$TMP/help" || echo "no command: $c"; done
  $ grep -oE -- '[ `(]--[a-z][a-z-]+' "$TMP/pages" | cut -c2- | sort -u > "$TMP/used" && { sh "$TMP/options"; echo --now; } | sort | comm -23 "$TMP/used" -
  $ for f in $(grep -oE '\]\([a-zA-Z-]+\.md' "$TMP/pages" | cut -c3- | sort -u); do ls "../../docs/$f" > "$TMP/help" || echo "no page: $f"; done
  $ for f in $(grep -oE 'docs/examples/[a-z0-9/.-]+' "$TMP/pages" | sort -u); do ls "../../$f" > "$TMP/help" || echo "no example: $f"; done
  $ ccs config list --json | sed -nE 's/^."section":"([a-z]+)","key":"([^"]+)".*/[\1] \2/p' | sort > "$TMP/known"
  $ grep -oE '\[[a-z0-9]+\] [a-z][a-z0-9_.-]+' "$TMP/pages" | sort -u > "$TMP/used" && comm -23 "$TMP/used" "$TMP/known"
  $ grep -oE -- '--set [a-z]+\.[a-z_]+' "$TMP/pages" | sed -E 's/--set ([a-z]+)\./[\1] /' | sort -u > "$TMP/used" && comm -23 "$TMP/used" "$TMP/known"
  $ awk '/^    \[/ { n++; on = 1 } /^$/ { on = 0 } on { print > ENVIRON["TMP"] "/block" n ".conf" }' "$TMP/pages"
  $ for f in "$TMP"/block*.conf; do ccs config show -c "$f" > "$TMP/shown" || echo "wrong: $f"; done
  $ for f in "$TMP"/block*.conf; do ccs config check "$f"; done 2>&1 | sed 's/keys set [0-9]*/some/;s/ lacks.*/ is a part/;/1 fault/d'
  right: some, files 1, chargers 1
  right: some, files 1, chargers 1
  right: some, files 1, chargers 1
  right: some, files 1, chargers 1
  ccs config: [ev] is a part
  right: some, files 1, chargers 1
  ccs config: [evse] is a part
  $ sed -n '/general/,/END/s/^  > \([a-z_]*\) = .*/\1/p' config_import.t > "$TMP/keys" && grep -c . "$TMP/keys"
  35
  $ for k in $(cat "$TMP/keys"); do grep -q "\`$k\`" ../../docs/from-pyplc.md || echo "$k is not in docs/from-pyplc.md"; done
