# Completes `leidraad` by asking it. Bash takes words apart at `=` and `@`: they are put together again, and what stands before them is left out
# of what it is told.
_leidraad() {
    local IFS=$'\013' words=() at word
    for ((at = 0; at <= COMP_CWORD; at++)); do
        word=${COMP_WORDS[at]}
        if ((at > 0)) && [[ $word == [=@]* || ${COMP_WORDS[at - 1]} == *[=@] ]]; then
            words[-1]+=$word
        else
            words+=("$word")
        fi
    done
    local last=${words[-1]}
    local before=${last%"${last##*[=@]}"}
    COMPREPLY=($(_CLAP_IFS="$IFS" _CLAP_COMPLETE_INDEX=$((${#words[@]} - 1)) _CLAP_COMPLETE_COMP_TYPE=$COMP_TYPE _CLAP_COMPLETE_SPACE=false \
        COMPLETE=bash leidraad -- "${words[@]}" 2>/dev/null))
    COMPREPLY=("${COMPREPLY[@]#"$before"}")
    if [[ ${COMPREPLY-} == *[=/] ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -o bashdefault -o nosort -F _leidraad leidraad
