#!/bin/sh
# Makes docs/demo.svg, the recording that the README shows: a session of about 20 seconds.
#
# usage: contrib/recording.sh [OUTPUT]     record to OUTPUT, by default docs/demo.svg
#        contrib/recording.sh --session    run the session: type its commands, and run them
#        contrib/recording.sh --text       print the commands and what they print, at once
#
# Needs vmxedit on PATH. A recording also needs termtosvg (`pip install termtosvg-ng`), and script (package bsdutils).
set -eu

repository=$(cd "$(dirname "$0")/.." && pwd)
self=$repository/contrib/$(basename "$0")
columns=104
rows=28

# The session, one command on a line. In its directory, mac.vmx is off and web.vmx is suspended.
commands() {
    cat <<'END'
vmxedit get mac.vmx memsize guestOS
vmxedit set mac.vmx memsize=4096 --backup
vmxedit set web.vmx memsize=4096
vmxedit apply -p macos-serial --diff -q mac.vmx
vmxedit restore mac.vmx
vmxedit get mac.vmx memsize
END
}

make_directory() {
    directory=$(mktemp -d)
    trap 'rm -rf "$directory"' EXIT
    cd "$directory"
    cp "$repository/examples/snow-leopard.vmx" mac.vmx
    cp mac.vmx web.vmx
    touch web.vmss
    # No setting of the user has an effect.
    export VMXEDIT_CONFIG='' HOME="$directory"
    unset VMXEDIT_PRESET_PATH NO_COLOR CLICOLOR CLICOLOR_FORCE
}

# Prints a text as if it were typed.
type_text() {
    rest=$1
    while [ -n "$rest" ]; do
        printf %s "${rest%"${rest#?}"}"
        rest=${rest#?}
        sleep 0.03
    done
}

session() {
    make_directory
    commands | while IFS= read -r line; do
        printf '\033[1m$\033[0m '
        sleep 0.7
        type_text "$line"
        sleep 0.3
        printf '\n'
        sh -c "$line" </dev/null || true
        sleep 1.2
    done
    sleep 2
}

text() {
    make_directory
    commands | while IFS= read -r line; do
        printf '$ %s\n' "$line"
        sh -c "$line" </dev/null 2>&1 || true
    done
}

record() {
    output=$1
    # It records what a terminal shows, so it needs one itself.
    TERM=xterm-256color script -qec \
        "termtosvg '$output' -g ${columns}x$rows -t gjm8 -m 60 -M 3000 -D 3000 -c '$self --session'" /dev/null >/dev/null
    if grep -q '<script' "$output"; then
        echo "$output contains a script" >&2
        exit 1
    fi
    size=$(wc -c <"$output")
    if [ "$size" -ge 100000 ]; then
        echo "$output has $size bytes, 100000 or more" >&2
        exit 1
    fi
    echo "$output: $size bytes"
}

case ${1-} in
--session) session ;;
--text) text ;;
-*)
    sed -n 's/^# usage: /usage: /p; s/^#        /       /p' "$self" >&2
    exit 2
    ;;
*) record "${1:-$repository/docs/demo.svg}" ;;
esac
