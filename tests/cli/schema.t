The generator names what is wrong in a schema file.  The shell script takes the lines of one.

  $ cat > "$TMP/schema" <<'EOF'
  > printf '%s\n' "set x" "namespace urn:x" "$@" > "$TMP/x.schema"
  > bounds=$PWD/../../schema/v2g.bounds
  > cd "$TMP" && "$BUILD/gen/ccs-schema" tables x "$bounds" x.schema > /dev/null
  > EOF
  $ sh "$TMP/schema" "element A" "  B short"
  $ sh "$TMP/schema" "element A" "  B nothing"
  x.schema:4: no type 'nothing'
  [1]
  $ sh "$TMP/schema" "element A" "  B"
  x.schema:4: a word is missing behind 'B'
  [1]
  $ sh "$TMP/schema" "element A" "  B short 3..x"
  x.schema:4: '3..x' is no range
  [1]
  $ sh "$TMP/schema" "element A" "  B ref"
  x.schema:4: no element 'B'
  [1]
  $ sh "$TMP/schema" "element A in B" "  C short"
  x.schema:3: no element 'B'
  [1]
  $ sh "$TMP/schema" "elephant A"
  x.schema:3: what is 'elephant'?
  [1]
  $ sh "$TMP/schema" "include xmldsig"
  x.schema:3: 'xmldsig' is not known yet
  [1]
  $ sh "$TMP/schema" "type A" "  B A"
  x.schema:3: elements nest deeper than the bounds say
  [1]
