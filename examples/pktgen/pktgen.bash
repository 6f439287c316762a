# bash completion for pktgen(8)

# The options of a command are those in its --help, and stand here so that
# completion needs no program.
_pktgen_interface='--mode --queues --ring --frame-size --huge --busy-poll
	--user'
_pktgen_threads='--workers --cpus'
_pktgen_common='--duration --count --interval --json --quiet --metrics
	--version --help'
_pktgen_pattern='--proto --src --dst --src-port --dst-port --src-mac --dst-mac
	--flows --random --size --vlan --tcp-flags --tos --ttl --ethertype
	--ipv6'

_pktgen_options()
{
	local most="$_pktgen_interface $_pktgen_threads $_pktgen_common"

	case $1 in
	tx) echo "$most $_pktgen_pattern --raw --no-mark --rate --engine --plan" ;;
	rx) echo "$most --flows --flows-top --no-mark --jumbo --spin --plan" ;;
	ping) echo "$most $_pktgen_pattern --rate --timeout" ;;
	replay) echo "$most --speed --rate --max --max-gap --loop --pad --partial
		--memory --jumbo" ;;
	capture) echo "$most --snaplen --size --buffer --jumbo --spin" ;;
	bench) echo "$_pktgen_interface $_pktgen_threads
		${_pktgen_pattern/--size /} --spin --tests --sizes --seconds
		--loss --resolution --verify --rate --quick --report --json
		--quiet --version --help" ;;
	*) echo '--version --help' ;;
	esac
}

_pktgen()
{
	local cur prev words cword split=false
	_init_completion -s 2>/dev/null || {
		cur=${COMP_WORDS[COMP_CWORD]}
		prev=${COMP_WORDS[COMP_CWORD - 1]}
	}
	local command=${COMP_WORDS[1]} choice=

	case $prev in
	--mode) choice='auto zerocopy copy generic' ;;
	--proto) choice='udp tcp icmp arp eth' ;;
	--engine) choice='afxdp kernel' ;;
	--frame-size) choice='2048 4096' ;;
	--ring) choice='256 512 1024 2048 4096' ;;
	--rate) choice='max 1k 10k 100k 1M 10M 1Gbit 10Gbit' ;;
	--size) [[ $command == capture ]] || choice='60 imix 60,590,1514' ;;
	--sizes) choice='64,512,1518 64,128,256,512,1024,1280,1518,imix' ;;
	--tests) choice='throughput latency loss burst' ;;
	--plan)
		choice='auto none'
		COMPREPLY=($(compgen -f -- "$cur"))
		;;
	--report)
		COMPREPLY=($(compgen -f -- "$cur"))
		return
		;;
	--user) choice=$(compgen -u) ;;
	--duration | --count | --interval | --metrics | --queues | --workers | \
		--cpus | --src | --dst | --src-port | --dst-port | --src-mac | \
		--dst-mac | --vlan | --tcp-flags | --tos | --ttl | --flows | \
		--ethertype | --random | --raw | --flows-top | --timeout | \
		--seconds | --loss | --resolution | --verify | \
		--speed | --max-gap | --loop | --memory | --snaplen | --buffer)
		return
		;;
	*)
		if [[ $COMP_CWORD -eq 1 ]]; then
			choice='tx rx ping replay capture bench --version --help'
		elif [[ $cur == -* ]]; then
			choice=$(_pktgen_options "$command")
		else
			choice=$(cd /sys/class/net 2>/dev/null && echo *)
			[[ $command != replay && $command != capture ]] ||
				COMPREPLY=($(compgen -f -- "$cur"))
		fi
		;;
	esac
	COMPREPLY+=($(compgen -W "$choice" -- "$cur"))
} &&
	complete -F _pktgen pktgen
