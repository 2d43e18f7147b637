# bash completion for certary(1).  The program itself knows what may come next and how that is quoted
# here; what it prints is taken as text and never evaluated.

_certary()
{
	local first reply IFS=$'\n'
	COMPREPLY=()
	{
		IFS= read -r first || return 0
		while IFS= read -r reply; do
			COMPREPLY+=("$reply")
		done
	} < <(command certary --complete bash "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
	case $first in
	nospace) compopt -o nospace ;;
	files) compopt -o bashdefault -o default ;;
	esac
}

complete -F _certary certary
