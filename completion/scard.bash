# Completion of scard for bash (installed as .../bash-completion/completions/scard). What there is to choose
# the tool itself tells, from the tables that its help is made from.

# The words up to the cursor, into `words`: bash takes them apart at ':' and '=', where no blank is, too.
_scard_words() {
    local line=$COMP_LINE word i
    words=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $i -eq 0 || $line == [[:blank:]]* || -z $word ]]; then
            line=${line#"${line%%[![:blank:]]*}"}
            words+=("$word")
        else
            words[${#words[@]} - 1]+=$word
        fi
        line=${line#"$word"}
    done
}

_scard() {
    local words line word quote= before= i
    COMPREPLY=()
    _scard_words
    word=${words[${#words[@]} - 1]}
    [[ $word != [\"\']* ]] || quote=${word:0:1}
    for ((i = 1; i < ${#words[@]}; i++)); do
        words[i]=${words[i]//[\\\"\']/}
    done
    word=${words[${#words[@]} - 1]}
    # What stands before the last ':' or '=' is a word of its own to bash, and stays as it is.
    [[ -n $quote || $word != *[:=]* ]] || before=${word%"${word##*[:=]}"}
    while IFS= read -r line; do
        line=${line%%$'\t'*}
        case $line in
            :files) compopt -o filenames; mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "${word#"$before"}") ;;
            :folders) compopt -o filenames; mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "${word#"$before"}") ;;
            :programs) mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -c -- "$word") ;;
            *)
                line=${line#"$before"}
                [[ -n $quote ]] || printf -v line '%q' "$line"
                COMPREPLY+=("$line")
                ;;
        esac
    done < <("${words[0]/#\~\//$HOME/}" __complete -- "${words[@]:1}" 2> /dev/null)
}

complete -F _scard scard
