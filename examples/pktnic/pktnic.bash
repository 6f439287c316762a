# bash completion for pktnic(8)

_pktnic()
{
	local cur prev words cword split=false
	_init_completion -s 2>/dev/null || {
		cur=${COMP_WORDS[COMP_CWORD]}
		prev=${COMP_WORDS[COMP_CWORD - 1]}
	}

	if [[ $COMP_CWORD -eq 1 ]]; then
		COMPREPLY=($(compgen -W 'show plan tune restore watch --version --help' \
			-- "$cur"))
		return
	fi
	if [[ $prev == --netns ]]; then
		local spaces=$(cd /run/netns 2>/dev/null && echo *)
		COMPREPLY=($(compgen -W "$spaces" -- "$cur"))
		return
	fi
	case $prev in
	--mode)
		COMPREPLY=($(compgen -W 'auto two-core one-core' -- "$cur"))
		return
		;;
	--plan)
		COMPREPLY=($(compgen -W 'auto none' -- "$cur") $(compgen -f -- "$cur"))
		return
		;;
	--compare)
		COMPREPLY=($(compgen -f -- "$cur"))
		return
		;;
	--set)
		COMPREPLY=($(compgen -W 'channels= rings= coalescing= lro= gro= ntuple= rss=
			gro_flush_timeout= napi_defer_hard_irqs= threaded= busy_poll=
			busy_read=' -- "$cur"))
		return
		;;
	--queues | --row | --interval | --duration) return ;;
	esac
	if [[ $cur == -* ]]; then
		local options='--version --help' wish='--plan --mode --queues --siblings --row'
		case ${COMP_WORDS[1]} in
		show) options+=' --netns --json' ;;
		plan) options+=" $wish --compare --netns --json" ;;
		tune) options+=" $wish --set --dry-run" ;;
		restore) options+=' --all' ;;
		watch) options+=' --interval --duration --json --quiet' ;;
		esac
		COMPREPLY=($(compgen -W "$options" -- "$cur"))
		return
	fi

	local interfaces=$(cd /sys/class/net 2>/dev/null && echo *)
	COMPREPLY=($(compgen -W "$interfaces" -- "$cur"))
} &&
	complete -F _pktnic pktnic
