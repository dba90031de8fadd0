# Completions of vmxedit for fish 3.1 and later.
#
# The program finds the candidates. What it prints is never evaluated.

function __vmxedit_candidates
    set -l typed (commandline -opc)
    set -l word (commandline -ct)
    # A quote may still be open.
    set -l unquoted (string unescape -- $word 2>/dev/null)
    or set unquoted (string replace -r '^[\'"]' '' -- $word)
    set -l words (string replace -r '^~/' "$HOME/" -- $typed "$unquoted")
    set -l found (command vmxedit complete -- $words 2>/dev/null </dev/null)
    if string match -q '~/*' -- "$unquoted"
        # As it was typed.
        set found (string replace -- "$HOME/" '~/' $found)
    end
    printf '%s\n' $found
end

complete -c vmxedit -f -k -a '(__vmxedit_candidates)'
