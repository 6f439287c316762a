# bash completion for pktnic(8)

_pktnic()
{
	local cur prev words cword split=false
	_init_completion -s 2>/dev/null || {
		cur=${COMP_WORDS[COMP_CWORD]}
		prev=${COMP_WORDS[COMP_CWORD - 1]}
	}

	if [[ $COMP_CWORD -eq 1 ]]; then
		COMPREPLY=($(compgen -W 'show --version --help' -- "$cur"))
		return
	fi
	if [[ $prev == --netns ]]; then
		local spaces=$(cd /run/netns 2>/dev/null && echo *)
		COMPREPLY=($(compgen -W "$spaces" -- "$cur"))
		return
	fi
	if [[ $cur == -* ]]; then
		COMPREPLY=($(compgen -W '--netns --json --version --help' \
			-- "$cur"))
		return
	fi

	local interfaces=$(cd /sys/class/net 2>/dev/null && echo *)
	COMPREPLY=($(compgen -W "$interfaces" -- "$cur"))
} &&
	complete -F _pktnic pktnic
