# completion.bash - completion of couplet's command line for bash

_couplet()
{
	# shellcheck disable=SC2034 # _init_completion sets them
	local cur prev words cword split
	_init_completion -s -n : 2>/dev/null || {
		cur=${COMP_WORDS[COMP_CWORD]}
		prev=${COMP_WORDS[COMP_CWORD-1]}
		words=("${COMP_WORDS[@]}")
	}
	local commands='init check preview sync couple uncouple resolve commit jobs errors explain verify simulate undo diff ledger convert test help'
	local common='--setup --ledger --new-ledger --jobs --now --format --max-errors --quiet --verbose
		--progress --color --help --version'
	local method='--modified --full --keep-creating --mapping --record --direction --create --allow'
	local report='--lang --mask --mask-key'
	local command='' word options=''

	for word in "${words[@]:1}"; do
		case " $commands " in
		*" $word "*)
			command=$word
			break
			;;
		esac
	done
	case $prev in
	--from)
		[ "$command" = convert ] && options='csv xml rapidstart cmt spreadsheet' || {
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
			return
		}
		;;
	-s | --setup | -l | --ledger | --report | --mask-key)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	-o | --output)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	--format)
		options='text json'
		;;
	--progress | --color)
		options='auto always never'
		;;
	--keep-creating)
		options='yes no'
		;;
	--direction)
		options='to from'
		;;
	--to)
		options='csv xml rapidstart cmt spreadsheet wizard'
		;;
	--lang)
		options='en nl'
		;;
	--ownership)
		options='person team'
		;;
	--status)
		[ "$command" = jobs ] && options='success failed' || options='error conflict warning notice'
		;;
	--allow)
		options='max-creates max-updates max-deletes max-blanked max-missing both-sided-full max-all-changed'
		;;
	-j | --jobs | --now | --max-errors | --since | --mapping | --record | --reset | --table | --delimiter | --encoding)
		return
		;;
	esac
	if [ -n "$options" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
		return
	fi
	case $command in
	'') options="$commands $common" ;;
	init) options="--ownership --from --reset $common" ;;
	preview) options="$method --exit-code --report $report $common" ;;
	sync) options="$method --output --commit $report $common" ;;
	couple) options="--mapping --create-unmatched --synch-after --from --allow --output --commit $report $common" ;;
	uncouple) options="--all --deleted --allow --output --commit $report $common" ;;
	resolve) options="--send --get --restore --delete --uncouple --retry --retry-all --from --allow --output --commit $report $common" ;;
	jobs | errors) options="--mapping --status --since $common" ;;
	undo) options="--delete-created --allow --output --commit $report $common" ;;
	explain) options="$method --match $common" ;;
	verify | simulate) options="--output $common" ;;
	ledger) options="check export import --mapping --output $common" ;;
	convert) options="--table --to --from --delimiter --encoding --record $common" ;;
	test) options="--update $common" ;;
	help) options="$commands" ;;
	*) options="$common" ;;
	esac
	if [[ $cur == -* || -z $command || $command == help ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
	elif [[ $command == ledger && $prev == ledger ]]; then
		mapfile -t COMPREPLY < <(compgen -W "check export import" -- "$cur")
	elif [[ $command == convert || $command == ledger ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	else
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
	fi
}
complete -F _couplet couplet
