#compdef couplet
# completion.zsh - completion of couplet's command line for zsh

_couplet() {
	local -a commands common method report
	local command word

	commands=(
		'init:write a setup, an empty ledger and a README'
		'check:read everything and report what is wrong'
		'preview:show what sync would do'
		'sync:write import files, logs and the new ledger'
		'couple:couple records with the rows that are the same thing'
		'uncouple:take couplings out of the ledger'
		'resolve:answer a conflict or a failure'
		'commit:make the ledger of a folder the current one'
		'jobs:print the job log of output folders'
		'errors:print the error log of output folders'
		'explain:tell why sync does with one record what it does'
		'verify:prove that the import files of a folder were imported'
		'simulate:write the world after an import'
		'undo:write import files that take back what a folder did'
		'diff:compare two output folders by decision'
		'ledger:check the ledger, or exchange couplings with Business Central'
		'convert:write the records of a file in another format'
		'test:run regression cases'
		'help:tell about a command'
	)
	common=(
		'(-s --setup)'{-s,--setup}'[the setup file]:file:_files'
		'(-l --ledger)'{-l,--ledger}'[the ledger]:file:_files'
		'--new-ledger[a missing ledger is an empty one]'
		'(-j --jobs)'{-j,--jobs}'[threads]:number:'
		'--now[the time of the run]:RFC 3339 time:'
		'--format[what goes to standard output]:format:(text json)'
		'--max-errors[print at most so many findings]:number:'
		'(-q --quiet)'{-q,--quiet}'[only errors]'
		'(-v --verbose)'{-v,--verbose}'[warnings, notices and what was read]'
		'--progress[stage, rows and rate]:when:(auto always never)'
		'--color[colours]:when:(auto always never)'
		'(-h --help)'{-h,--help}'[help]'
		'(-V --version)'{-V,--version}'[the version]'
	)
	method=(
		'--modified[what changed since the last synchronization]'
		'--full[all records]'
		'--keep-creating[whether later runs may create records]:answer:(yes no)'
		'*--mapping[only this mapping]:mapping:'
		'*--record[only this record]:MAPPING\:KEY:'
		'--direction[of the records]:direction:(to from)'
		'--create[create uncoupled records]'
		'*--allow[lift a guard]:guard:(max-creates max-updates max-deletes max-blanked max-missing both-sided-full max-all-changed)'
	)
	report=(
		'--lang[language of the report]:language:(en nl)'
		'--mask[replace values in the report by tokens]'
		'--mask-key[a secret for the tokens]:file:_files'
	)
	for word in ${words[2,CURRENT-1]}; do
		if [[ -n ${(M)commands:#$word:*} ]]; then
			command=$word
			break
		fi
	done
	case $command in
	'') _arguments $common '1:command:{ _describe command commands }' ;;
	init) _arguments $common '--ownership[who owns the records]:owner:(person team)' \
		'*--from[take Business Central mappings from]:file:_files' '--reset[print a default mapping]:mapping:' '*:folder:_directories' ;;
	preview) _arguments $common $method $report '--exit-code[exit with 1 when there is anything to do]' \
		'--report[write a web page]:file:_files' ;;
	sync) _arguments $common $method $report '(-o --output)'{-o,--output}'[the output folder]:folder:_directories' \
		'--commit[adopt the new ledger at once]' ;;
	couple) _arguments $common $report '*--mapping[match the uncoupled records of this mapping]:mapping:' \
		'--create-unmatched[create records that match no row]' \
		'--synch-after[synchronize what was coupled]' \
		'--from[couple the pairs of this file]:file:_files' \
		'*--allow[lift a guard]:guard:(max-creates max-updates max-deletes max-blanked max-missing both-sided-full max-all-changed)' \
		'(-o --output)'{-o,--output}'[the output folder]:folder:_directories' \
		'--commit[adopt the new ledger at once]' '*:argument:' ;;
	uncouple) _arguments $common $report '(-o --output)'{-o,--output}'[the output folder]:folder:_directories' \
		'--commit[adopt the new ledger at once]' '--all[all couplings of the mapping]' \
		'--deleted[only those with a side deleted]' '*--allow[lift a guard]:guard:(max-missing)' \
		'*:mapping or key:' ;;
	resolve) _arguments $common $report '(-o --output)'{-o,--output}'[the output folder]:folder:_directories' \
		'--commit[adopt the new ledger at once]' '--send[the ERP record wins]' '--get[the CRM row wins]' \
		'--restore[insert the deleted record again]' '--delete[delete the surviving record]' \
		'--uncouple[take the coupling out]' '--retry[no longer skip it]' \
		'--retry-all[no longer skip anything]' '--from[decisions in a copy of errors.csv]:file:_files' \
		'*--allow[lift a guard]:guard:(max-creates max-updates max-deletes max-blanked max-missing max-all-changed)' \
		'*:mapping or key:' ;;
	jobs) _arguments $common '*--mapping[only this mapping]:mapping:' '--status[only these]:status:(success failed)' \
		'--since[only runs since]:time:' \
		'*:folder:_directories' ;;
	errors) _arguments $common '*--mapping[only this mapping]:mapping:' \
		'--status[only this severity]:severity:(error conflict warning notice)' \
		'--since[only runs since]:time:' '*:folder:_directories' ;;
	explain) _arguments $common $method '--match[also what couple would match it with]' \
		'1:mapping:' '2:key:' '3:field:' ;;
	verify) _arguments $common '(-o --output)'{-o,--output}'[the list]:file:_files' '*:folder:_directories' ;;
	undo) _arguments $common $report '--delete-created[delete what was created]' '*--allow[lift a guard]:guard:' \
		'(-o --output)'{-o,--output}'[the output folder]:folder:_directories' '--commit[adopt the new ledger at once]' \
		'*:folder:_directories' ;;
	simulate) _arguments $common '(-o --output)'{-o,--output}'[the new folder]:folder:_directories' '*:folder:_directories' ;;
	ledger) _arguments $common '(-o --output)'{-o,--output}'[the new ledger]:file:_files' \
		'*--mapping[whose couplings they are]:mapping:' '1:action:(check export import)' '*:file:_files' ;;
	convert) _arguments $common '--table[which table]:table:' \
		'--to[the format of OUT]:format:(csv xml rapidstart cmt spreadsheet wizard)' \
		'--from[the format of IN]:format:(csv xml rapidstart cmt spreadsheet)' \
		'--delimiter[between values]:character:' '--encoding[of IN]:encoding:' \
		'--record[elements to a record]:path:' '*:file:_files' ;;
	test) _arguments $common '--update[make what comes out the new expectations]' '*:case:_directories' ;;
	help) _describe command commands ;;
	*) _arguments $common '*:folder:_directories' ;;
	esac
}

_couplet "$@"
