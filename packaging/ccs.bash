# SPDX-License-Identifier: Apache-2.0
# Completion of ccs for bash.  It asks ccs itself, whose help names commands, options and what they
# take, and so knows what this version knows.

# What option $3 of command $2 takes, in the word of the help: FILE, WHEN; or nothing.
_ccs_taken() {
	local line row='^ {1,6}((-[a-zA-Z]|--[a-z][a-z-]*)(, )?)+ ([A-Z][A-Z0-9.=_]*)'

	while IFS= read -r line; do
		[[ $line =~ $row && " ${BASH_REMATCH[0]//,/ } " == *" $3 "* ]] || continue
		printf '%s\n' "${BASH_REMATCH[4]}"
		return
	done < <("$1" "$2" --help 2>/dev/null)
}

_ccs_commands() {
	"$1" --help 2>/dev/null | sed -nE 's/^  ([a-z]+) .*/\1/p'
}

_ccs_options() {
	"$1" "$2" --help 2>/dev/null | grep -oE '^ {1,6}((-[a-zA-Z]|--[a-z][a-z-]*)(, )?)+' | tr -d ,
}

# What may stand directly behind command $2: `ccs config list`, `ccs exi decode`, `ccs ctl status`.
_ccs_verbs() {
	"$1" "$2" --help 2>/dev/null | sed -nE "
		s/^(Usage:| {6,}) *ccs $2 ([a-z]+( ?\| ?[a-z]+)*)( .*)?$/\2/p
		s/^  ([a-z]+)  +.*/\1/p" | tr -s '| ' '\n' | sort -u
}

# `section.key=` of everything that --set knows.
_ccs_keys() {
	"$1" config list --json 2>/dev/null |
		sed -nE 's/^\{"section":"([a-z]+)","key":"([a-z0-9_]+)".*/\1.\2=/p'
}

# The words for option $3 of command $2, which takes $4; none: names of files, as bash does it.
_ccs_values() {
	case $2:$3:$4 in
	*:-i:* | *:--interface:*) (cd /sys/class/net 2>/dev/null && echo *) ;;
	*:WHEN) echo auto always never ;;
	sim:*) ;;
	*KEY=VALUE) _ccs_keys "$1" ;;
	esac
}

_ccs() {
	local ccs=$1 word=$2 before=$3 command=${COMP_WORDS[1]} taken="" words=""

	if ((COMP_CWORD == 1)); then
		words="$(_ccs_commands "$ccs") --help --version"
	elif [[ $word == -* ]]; then
		words=$(_ccs_options "$ccs" "$command")
	elif [[ $before == -* ]] && taken=$(_ccs_taken "$ccs" "$command" "$before") && [[ $taken ]]; then
		words=$(_ccs_values "$ccs" "$command" "$before" "$taken")
		[[ $words == *= ]] && compopt -o nospace 2>/dev/null
	elif ((COMP_CWORD == 2)); then
		words=$(_ccs_verbs "$ccs" "$command")
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -o default -F _ccs ccs
