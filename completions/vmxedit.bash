# Completions of vmxedit for bash 4.4 and later.
#
# The program finds the candidates. What it prints is never evaluated.

# Splits the line up to the cursor into words without their quotes: sets `words`; of the last word, `quote` to a quote that is
# still open, `cut` to the length of what stays because bash takes it for another word, and `home` to `~/` at its start.
__vmxedit_split() {
    local line=$1 char quoted=0 i
    words=() quote='' cut=0 home=''
    local word='' is_word=
    for ((i = 0; i < ${#line}; i++)); do
        char=${line:i:1}
        case $quote$char in
        [[:blank:]])
            if [[ $is_word ]]; then words+=("$word"); fi
            word='' is_word='' cut=0 home=''
            continue
            ;;
        \\)
            ((++i))
            word+=${line:i:1}
            ;;
        \' | \")
            quote=$char quoted=${#word}
            ;;
        "''" | '""') quote='' ;;
        \"\\)
            char=${line:i+1:1}
            case $char in
            [\"\\\$\`]) ((++i)) ;;
            *) char=\\ ;;
            esac
            word+=$char
            ;;
        \~)
            if [[ ! $is_word && ${line:i+1:1} == / ]]; then
                home=\~/
                word=$HOME/
                ((++i))
            else
                word+=$char
            fi
            ;;
        *)
            word+=$char
            if [[ ! $quote && $COMP_WORDBREAKS == *"$char"* ]]; then cut=${#word}; fi
            ;;
        esac
        is_word=1
    done
    words+=("$word")
    if [[ $quote ]]; then cut=$quoted; fi
}

_vmxedit() {
    local words quote cut home value
    __vmxedit_split "${COMP_LINE:0:COMP_POINT}"
    # Variables may be set in front of the command.
    while [[ ${#words[@]} -gt 1 && ${words[0]##*/} != vmxedit ]]; do words=("${words[@]:1}"); done
    if ((cut)); then home=''; fi
    COMPREPLY=()
    while IFS=$'\t' read -r value _; do
        if [[ $home ]]; then value=${value#"$HOME"/}; else value=${value:cut}; fi
        case $quote in
        \') value=${value//\'/\'\\\'\'} ;;
        \")
            value=${value//\\/\\\\}
            value=${value//\"/\\\"}
            value=${value//\$/\\\$}
            value=${value//\`/\\\`}
            # It would insert a former line, also inside these quotes.
            value=${value//!/\"\'!\'\"}
            ;;
        *) if [[ $value ]]; then printf -v value %q "$value"; fi ;;
        esac
        COMPREPLY+=("$home$value")
    done < <(command vmxedit complete -- "${words[@]}" 2>/dev/null </dev/null)
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[=/.@] ]]; then compopt -o nospace; fi
}

complete -o nosort -F _vmxedit vmxedit
