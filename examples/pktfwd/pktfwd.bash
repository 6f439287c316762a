# bash completion for pktfwd(8)

_pktfwd()
{
	local cur prev words cword split=false
	_init_completion -s 2>/dev/null || {
		cur=${COMP_WORDS[COMP_CWORD]}
		prev=${COMP_WORDS[COMP_CWORD - 1]}
	}

	case $prev in
	--mode)
		COMPREPLY=($(compgen -W 'auto zerocopy copy generic' -- "$cur"))
		return
		;;
	--frame-size)
		COMPREPLY=($(compgen -W '2048 4096' -- "$cur"))
		return
		;;
	--ring)
		COMPREPLY=($(compgen -W '256 512 1024 2048 4096' -- "$cur"))
		return
		;;
	--user)
		COMPREPLY=($(compgen -u -- "$cur"))
		return
		;;
	--plan)
		COMPREPLY=($(compgen -W 'auto none' -- "$cur") $(compgen -f -- "$cur"))
		return
		;;
	--queues | --workers | --cpus | --ageing | --duration | --count | \
		--interval | --metrics)
		return
		;;
	esac

	if [[ $cur == -* ]]; then
		COMPREPLY=($(compgen -W '--mode --queues --ring --frame-size
			--jumbo --huge --busy-poll --workers --cpus --plan --spin --ageing --user
			--duration --count --interval --json --metrics --quiet
			--version --help' -- "$cur"))
		return
	fi

	local interfaces=$(cd /sys/class/net 2>/dev/null && echo *)
	[[ $COMP_CWORD -ne 1 ]] || interfaces+=' wire reflect bridge sink'
	COMPREPLY=($(compgen -W "$interfaces" -- "$cur"))
} &&
	complete -F _pktfwd pktfwd
