# Runs on the host: reads requests from standard input, one word on a line, and answers on standard output.
#
# POSIX sh: BusyBox ash (ESXi), dash, bash. Words arrive as the escapes of `printf %b`, so that no byte of a name can
# become code. An answer is a list of frames: a line with the secret token and a header, then the content.

LC_ALL=C
export LC_ALL
# They change what `ls` prints.
unset QUOTING_STYLE TIME_STYLE BLOCK_SIZE LS_BLOCK_SIZE
umask 077
# Only absolute folders: the script works in folders of other users.
path=
rest=$PATH:
while [ -n "$rest" ]; do
    case $rest in
    /*) path=$path${path:+:}${rest%%:*} ;;
    esac
    rest=${rest#*:}
done
# An empty PATH is the present folder.
PATH=${path:-/bin:/usr/bin}
IFS= read -r token || exit 0

# Prints the start of a frame.
frame() {
    printf '\n%s %s\n' "$token" "$*"
}

# Prints a frame about something that failed, with the message of the tool in `why`.
fail() {
    frame failed "$1"
    printf '%s\n' "$why"
}

# Succeeds if the program exists.
has() {
    command -v "$1" >/dev/null 2>&1
}

# Sets `word` to the next word of the request.
next() {
    IFS= read -r word || exit 0
    case $word in
    *\\*)
        word=$(printf '%b.' "$word")
        word=${word%.}
        ;;
    esac
}

# Runs a program for 5 seconds at most, where `timeout` exists. BusyBox had another form of it before 2018.
if has timeout && timeout 5 true 2>/dev/null; then
    limited() { timeout 5 "$@"; }
elif has timeout && timeout -t 5 true 2>/dev/null; then
    limited() { timeout -t 5 "$@"; }
else
    limited() { "$@"; }
fi

if has sha256sum; then
    sum_tool=sha256
elif has openssl; then
    sum_tool=sha256
else
    sum_tool='cksum'
fi

# Prints the checksum of standard input.
sum() {
    if has sha256sum; then
        set -- "$(sha256sum)"
        printf '%s\n' "${1%% *}"
    elif has openssl; then
        set -- "$(openssl dgst -sha256)"
        printf '%s\n' "${1##* }"
    else
        cksum
    fi
}

if stat -c %i / >/dev/null 2>&1; then
    stat_tool=gnu
elif stat -f %i / >/dev/null 2>&1; then
    stat_tool=bsd
else
    stat_tool='ls'
fi

# Prints the metadata of files, each in a frame: "entry" for the file itself, "target", "file" and "opened" behind a link. Fails if
# a file has none. The token is not an argument of a program: every user sees those.
metadata() {
    kind=$1
    shift
    lines=$(stat_lines "$kind" "$@") || {
        # One of them is not there: they are examined one by one.
        [ $# -gt 1 ] || return 1
        failed=
        for file; do
            metadata "$kind" "$file" || failed=yes
        done
        [ -z "$failed" ]
        return
    }
    while [ $# -gt 0 ]; do
        frame "$kind ${lines%%
*}"
        printf '%s\n' "$1"
        lines=${lines#*
}
        shift
    done
}

# Prints a line with the metadata of each file, or fails.
stat_lines() {
    follow=
    [ "$1" = entry ] || follow=-L
    shift
    case $stat_tool in
    gnu) stat $follow -c '%f %d %i %s %u %g %h %Y %Z' -- "$@" 2>/dev/null ;;
    bsd) stat $follow -f '%Xp %d %i %z %u %g %l %m %c' -- "$@" 2>/dev/null ;;
    ls)
        for file; do
            # shellcheck disable=SC2012 # The name comes last, and is not taken from here.
            fields=$(ls -ldin $follow -- "$file" 2>/dev/null) || return 1
            # shellcheck disable=SC2086 # The fields are separate words.
            set -f && set -- $fields && set +f
            printf '%s\n' "ls $2 $1 $6 $4 $5 $3"
        done
        ;;
    esac
}

# Prints the user id of the owner of a file or folder; a link is followed.
owner() {
    # shellcheck disable=SC2012 # The name comes last, and is not taken from here.
    fields=$(ls -ldnL -- "$1" 2>/dev/null) || return 1
    # shellcheck disable=SC2086 # The fields are separate words.
    set -f && set -- $fields && set +f
    printf '%s' "$3"
}

# Prints the user id of the owner of a link, given what `ls -ldin` prints about it. A link with several names has no owner: the
# creator of this name is not known.
owner_in() {
    # shellcheck disable=SC2086 # The fields are separate words.
    set -f && set -- $1 && set +f
    [ "$3" != 1 ] || printf '%s' "$4"
}

# Prints the target of a link, and a dot.
link_target() {
    if has readlink; then
        readlink -- "$1" && printf .
    else
        # shellcheck disable=SC2012 # A name with " -> " in it leads nowhere.
        target=$(ls -ld -- "$1" && printf .)
        printf '%s' "${target#* -> }"
    fi
}

user=$(id -u)

# bash sets PWD before it changes the folder: a link that another process puts there in between is followed unnoticed.
trusts_pwd=yes
[ -z "${BASH_VERSION-}${KSH_VERSION-}${ZSH_VERSION-}" ] || trusts_pwd=no

# Goes to the folder `$1`. Fails if the shell is in another one than `$2` then, because another process has put a link there.
go_to() {
    cd -P "$1" 2>/dev/null && is_at "$2"
}

# Succeeds if the shell is in this folder.
is_at() {
    [ "$PWD" = "$1" ] || return 1
    [ "$trusts_pwd" = no ] || return 0
    [ "$(working_folder)" = "$1
." ]
}

# Prints the folder that the shell is in, as the kernel knows it, and a dot on a separate line.
working_folder() {
    if [ -x /bin/pwd ]; then
        /bin/pwd -P
    elif [ -e /proc/self/cwd ] && has readlink; then
        readlink /proc/self/cwd
    else
        pwd -P
    fi
    echo .
}

# Goes to the folder of a path, component by component, and sets `name` to the last component; empty for a folder. Sets
# `is_link` to yes if a link leads to the file itself, `link_folder` and `link_name` to that link, and `foreign_links` to the
# owners of links that belong neither to the user nor to root. Fails with `reason` set.
walk() {
    rest=$1
    name=
    foreign_links=
    is_link=no
    link_name=
    links=0
    reason=missing
    case $rest in
    /*) cd -P / || return 1 ;;
    *) cd -P "$base" || return 1 ;;
    esac
    while [ -n "$rest" ]; do
        case $rest in
        /*)
            rest=${rest#/}
            continue
            ;;
        */*)
            part=${rest%%/*}
            rest=${rest#*/}
            is_last=
            [ -n "$rest" ] || is_last='folder'
            ;;
        *)
            part=$rest
            rest=
            is_last='file'
            ;;
        esac
        [ "$part" != . ] || continue
        if [ "$part" != .. ] && [ -h "./$part" ]; then
            links=$((links + 1))
            if [ "$links" -gt 40 ]; then
                reason=loop
                return 1
            fi
            before=$(ls -ldin -- "./$part" 2>/dev/null)
            target=$(link_target "./$part" 2>/dev/null)
            case $target in
            *.) target=${target%.} ;;
            *) before= ;;
            esac
            target=${target%"
"}
            # Another process may exchange two links, and exchange them again: owner and target have to be those of one.
            # BusyBox prints `?` for some bytes.
            case $before in
            *" -> $target") ;;
            *'?'*) [ "$(ls -ldin -- "./$part" 2>/dev/null)" = "$before" ] || before= ;;
            *) before= ;;
            esac
            if [ -z "$before" ] || [ -z "$target" ]; then
                reason=moved
                return 1
            fi
            link_owner=$(owner_in "$before")
            case $link_owner in
            0 | "$user") ;;
            *) foreign_links="$foreign_links ${is_last:-folder}:${link_owner:-unknown}" ;;
            esac
            if [ "$is_last" = file ] && [ "$is_link" = no ]; then
                is_link=yes
                link_folder=$PWD
                link_name=$part
            fi
            [ "$is_last" != folder ] || target=$target/
            case $target in
            /*) cd -P / || return 1 ;;
            esac
            rest=$target${rest:+/$rest}
        elif [ -d "./$part" ]; then
            before=$PWD
            if ! cd -P "./$part" 2>/dev/null; then
                reason=denied
                return 1
            fi
            # Another process may have put a link in the place of the folder.
            if [ "$part" != .. ] && ! is_at "${before%/}/$part"; then
                reason=moved
                return 1
            fi
        elif [ "$is_last" = file ]; then
            name=$part
        elif [ -e "./$part" ]; then
            reason=not-folder
            return 1
        else
            reason=missing
            return 1
        fi
    done
    return 0
}

# Sets `untrusted` to the first owner of a link that is not also that of what the link leads to: of the folder, which is held
# open, or of the file, which is `$1`.
check_links() {
    untrusted=
    folder_owner=
    for link in $foreign_links; do
        case $link in
        *:unknown) untrusted=unknown ;;
        file:*) [ "${link#*:}" = "$1" ] || untrusted=${link#*:} ;;
        *)
            [ -n "$folder_owner" ] || folder_owner=$(owner .)
            [ "${link#*:}" = "$folder_owner" ] || untrusted=${link#*:}
            ;;
        esac
        [ -z "$untrusted" ] || return 1
    done
}

# Walks as `walk` does, from the folder `$1` on.
walk_from() {
    base=$1
    walk "$2"
    status=$?
    base=$home
    return $status
}

# Prints the names of the .vmx files in the folder, each in a frame.
vmx_files() {
    for file in ./*.[vV][mM][xX] ./.[!.]*.[vV][mM][xX] ./..?*.[vV][mM][xX]; do
        if [ -f "$file" ] && [ "$file" != ./.vmx ]; then
            frame "$1"
            printf '%s\n' "${file#./}"
        fi
    done
}

# Finds the file that a path means, also the only .vmx of a folder, and goes to its folder.
locate() {
    walk "$1" || return 1
    [ -z "$name" ] || return 0
    if [ ! -r . ]; then
        reason=denied
        return 1
    fi
    found=
    for file in ./*.[vV][mM][xX] ./.[!.]*.[vV][mM][xX] ./..?*.[vV][mM][xX]; do
        if [ ! -f "$file" ] || [ "$file" = ./.vmx ]; then
            continue
        fi
        if [ -n "$found" ]; then
            reason=several
            vmx_files candidate
            return 1
        fi
        found=${file#./}
    done
    if [ -z "$found" ]; then
        reason=none
        for file in ./* ./.[!.]* ./..?*; do
            if [ -e "$file" ] || [ -h "$file" ]; then
                frame candidate
                printf '%s\n' "${file#./}"
            fi
        done
        return 1
    fi
    name=$found
    frame located
    printf '%s\n' "$name"
}

# Succeeds if `name` is a regular file that can be read. Sets `reason` otherwise.
readable() {
    if [ ! -e "./$name" ]; then
        if [ -h "./$name" ]; then reason=dangling; else reason=missing; fi
    elif [ ! -f "./$name" ]; then
        reason='not-regular device'
        [ ! -p "./$name" ] || reason='not-regular fifo'
        [ ! -S "./$name" ] || reason='not-regular socket'
        [ ! -d "./$name" ] || reason='not-regular folder'
    elif [ ! -r "./$name" ]; then
        reason=denied
    else
        return 0
    fi
    return 1
}

# Goes to a folder in this one, unless it is a link or another process puts one in its place.
enter() {
    go_to "./$1" "${PWD%/}/$1"
}

# Goes to a folder in this one that only the user can change: that of another user who put it in its place is refused.
enter_own() {
    enter "$1" && [ "$(owner .)" = "$user" ]
}

# Puts the metadata of all entries of the folder into `listing`, and what links lead to into `link_targets`. What the edits of
# other files change is in `passing`: configurations, their locks and backups, the lock of the file itself, and files that are
# there for a moment.
list_folder() {
    list_entries
    # An entry may have been removed meanwhile.
    [ -z "$incomplete" ] || list_entries
}

list_entries() {
    listing=
    passing=
    link_targets=
    incomplete=
    [ -r . ] || incomplete=yes
    set -- ./* ./.[!.]* ./..?*
    at=0
    kept=
    changing=
    links=
    for entry; do
        at=$((at + 1))
        case $entry in
        './*' | './.[!.]*' | './..?*') [ -e "$entry" ] || [ -h "$entry" ] || continue ;;
        esac
        # Only numbers of arguments are evaluated.
        case $entry in
        *.[vV][mM][xX]* | ./.*.vmxedit-* | "./$name.lck" | "./$link_name.lck") changing="$changing \"\${$at}\"" ;;
        *) kept="$kept \"\${$at}\"" ;;
        esac
        [ ! -h "$entry" ] || links="$links \"\${$at}\""
        if [ "${at%00}" != "$at" ] || [ "$at" = $# ]; then
            collect_entries "$@"
            kept=
            changing=
            links=
        fi
    done
    # The last argument may be a pattern that matches nothing.
    collect_entries "$@"
}

# Adds the metadata of the entries whose numbers are in `kept`, `changing` and `links` to what `list_entries` gathers.
collect_entries() {
    if [ -n "$kept" ]; then
        eval "collect entry $kept" || incomplete=yes
        listing=$listing$collected
    fi
    if [ -n "$changing" ]; then
        eval "collect entry $changing" || incomplete=yes
        passing=$passing$collected
    fi
    if [ -n "$links" ]; then
        # What a dangling link leads to has no metadata.
        eval "collect target $links"
        link_targets=$link_targets$collected
    fi
}

# Puts the metadata of files into `collected`. A name may end with line feeds, which `$(...)` would remove.
collect() {
    collected=$(if metadata "$@"; then echo y; else echo n; fi)
    last=${collected#"${collected%?}"}
    collected=${collected%?}
    [ "$last" = y ]
}

# Prints the names of the first 1000 folders and files of the folder, each in a frame. A link counts as what it leads to.
list_names() {
    at=0
    for entry in ./* ./.[!.]* ./..?*; do
        if [ -d "$entry" ]; then
            frame name folder
        elif [ -f "$entry" ]; then
            frame name file
        else
            continue
        fi
        printf '%s\n' "${entry#./}"
        at=$((at + 1))
        [ "$at" -lt 1000 ] || break
    done
}

# Prints the members of a lock directory of the folder.
lock_members() {
    [ -d "./$1" ] && [ ! -h "./$1" ] || return 0
    (
        enter "$1" || exit 0
        frame lock ${#1}
        printf '%s' "$1"
        [ -r . ] || frame unreadable
        for member in ./* ./.[!.]*; do
            [ -e "$member" ] || [ -h "$member" ] || continue
            if [ -f "$member" ] && [ ! -h "$member" ]; then
                member=${member#./}
                frame member ${#member}
                printf '%s' "$member"
                # One byte more than a valid member has.
                limited dd if="./$member" bs=513 count=1 2>/dev/null || [ ! -f "./$member" ] || frame unreadable
            else
                member=${member#./}
                frame not-member ${#member}
                printf '%s' "$member"
            fi
        done
    )
}

# Prints the locks of the folder, and the small files that describe snapshots and disks. The client asks for those that it
# misses.
small_files() {
    heads=0
    for entry in ./* ./.[!.]*; do
        case $entry in
        *.lck) lock_members "${entry#./}" ;;
        *-flat.vmdk | *-delta.vmdk | *-ctk.vmdk | *-sesparse.vmdk | *-rdm.vmdk | *-rdmp.vmdk | *-[sf][0-9][0-9][0-9].vmdk) ;;
        *.[vV][mM][sS][dD] | *.[vV][mM][dD][kK])
            if [ -f "$entry" ] && [ ! -h "$entry" ] && [ -r "$entry" ] && [ "$heads" -lt 1000 ]; then
                heads=$((heads + 1))
                entry=${entry#./}
                frame head ${#entry}
                printf '%s' "$entry"
                limited dd if="./$entry" bs=65536 count=1 2>/dev/null
            fi
            ;;
        esac
    done
}

# Succeeds if a process is not there any more, or no other process has waited for it yet.
has_ended() {
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
    # shellcheck disable=SC2086 # The fields are separate words.
    set -f && set -- ${stat##*) } && set +f
    # The first thread of a process can end before the others.
    [ "${1-}" = Z ] && [ "${18-}" = 1 ]
}

# The name of the processes that run VMs. Arguments of processes are searched for it, among them this script: it may not have
# the name as one word, and starts no program with it.
monitor=vmware-
monitor=${monitor}vmx

# Puts the processes that run VMs into `processes`, once in a request, each with its folder and its arguments on separate
# lines.
list_processes() {
    [ -z "$processes" ] || return 0
    processes=$(frame processes)
    case $system in
    Linux)
        has_waited=no
        if ! [ -r /proc/1/comm ]; then
            processes=$processes$(frame hidden)
        fi
        for process in /proc/[0-9]*; do
            { read -r program <"$process/comm"; } 2>/dev/null || continue
            case $program in
            "$monitor"*)
                ! has_ended "${process#/proc/}" || continue
                # A process that is starting has no arguments for a moment. All of them wait at the same time.
                if [ "$has_waited" = no ] && [ -z "$(tr -d '\0' <"$process/cmdline" 2>/dev/null)" ]; then
                    has_waited=yes
                    sleep 0.1 2>/dev/null || sleep 1
                    ! has_ended "${process#/proc/}" || continue
                fi
                cwd=$(link_target "$process/cwd" 2>/dev/null)
                cwd=${cwd%"
."}
                # Arguments are separated by line feeds below.
                form=plain
                [ -z "$(tr -cd '\n' <"$process/cmdline" 2>/dev/null | tr '\n' x)" ] || form=ambiguous
                processes=$processes$(
                    frame process "${process#/proc/}" "$form" "${#cwd}" "$program"
                    printf '%s' "$cwd"
                    tr '\0' '\n' <"$process/cmdline" 2>/dev/null
                )
                ;;
            esac
        done
        ;;
    Darwin)
        if commands=$(ps -axww -o pid=,args= 2>/dev/null) && [ -n "$commands" ]; then
            processes=$processes$(
                frame commands
                printf '%s\n' "$commands" | while IFS= read -r line; do
                    case $line in
                    (*"$monitor"*) printf '%s\n' "$line" ;;
                    esac
                done
            )
        else
            processes=$processes$(frame unlisted)
        fi
        ;;
    VMkernel) ;; # `esxcli` lists them.
    *) processes=$processes$(frame unlisted) ;;
    esac
}

# Runs a tool and prints what it prints, its exit status and why it failed.
run_tool() {
    frame tool "$1" "$2"
    exec 6>&1
    why=$(limited "$@" 2>&1 >&6 6>&- </dev/null)
    status=$?
    frame status "$status"
    # Other messages may differ each time: they would change the fingerprint.
    [ "$status" = 0 ] || printf '%s\n' "$why"
    exec 6>&-
}

# Puts what the host's tools print about all VMs into `tools`, once in a request.
list_tools() {
    [ -z "$tools" ] || return 0
    tools=$(
        ! has vmrun || run_tool vmrun list
        ! has vim-cmd || run_tool vim-cmd vmsvc/getallvms
        ! has esxcli || run_tool esxcli vm process list
        frame tools-end
    )
}

# Puts the power state of the registered VMs whose file may be that of `name` into `states`; for a disk or a list of snapshots,
# of any .vmx in the folder.
list_states() {
    states=
    has vim-cmd || return 0
    # bash 3.2, the shell of macOS, takes the parenthesis of a pattern for the end of `$(`, unless the pattern has both.
    states=$(
        printf '%s\n' "$tools" | while read -r id line; do
            case $id in
            ('' | *[!0-9]*) continue ;;
            esac
            for file in "./$name" ./*.[vV][mM][xX]; do
                case $file in
                ("./$name") ;;
                (*) case $name in (*.[vV][mM][xX]) continue ;; esac ;;
                esac
                case "$line " in
                (*"/${file#./} "* | *"] ${file#./} "*)
                    frame state "$id"
                    run_tool vim-cmd vmsvc/power.getstate "$id"
                    break
                    ;;
                esac
            done
        done
    )
}

# Gathers all evidence of the power state of the VM of `name`, and sets `fingerprint` to its checksum.
gather() {
    list_folder
    list_processes
    list_tools
    list_states
    fingerprint=$(printf '%s' "$listing$link_targets$processes$tools$states" | sum)
}

# Prints a file: its content and metadata; with "view" also its folder and all evidence of the power state.
show_file() {
    reason=missing
    if ! locate "$2" || ! readable; then
        # shellcheck disable=SC2086 # The kind of a file is a word of its own.
        frame failed $reason
        return
    fi
    if [ "$1" = view ]; then
        gather
        frame folder "$(stat -f -c %t . 2>/dev/null)"
        printf '%s\n' "$PWD"
        metadata target .
        [ -z "$incomplete" ] || frame unreadable
        printf '%s%s%s%s%s' "$listing" "$passing" "$link_targets" "$processes" "$states"
        if [ -n "$tools_unsent" ]; then
            printf '%s' "$tools"
            tools_unsent=
        fi
        frame fingerprint "$fingerprint"
        small_files
        if [ "$is_link" = yes ] && [ "$system" != VMkernel ]; then
            frame link-folder
            printf '%s\n' "$link_folder"
            frame link-name
            printf '%s\n' "$link_name"
            (go_to "$link_folder" "$link_folder" && metadata entry "./$link_name.lck" && lock_members "$link_name.lck")
        fi
    else
        frame folder
        printf '%s\n' "$PWD"
    fi
    frame name "$is_link"
    printf '%s\n' "$name"
    send_content "$1"
}

# Prints the content of the file and, with "view", its metadata: all of what was opened, whatever its name means meanwhile.
send_content() {
    { command exec 4<"./$name"; } 2>/dev/null || {
        frame failed denied
        return
    }
    if handle_of 4 "$name" failed; then
        if [ ! -f "$handle" ]; then
            frame failed not-regular device
        elif [ "$(file_size "$handle")" -gt "$max_size" ]; then
            frame failed too-large
        else
            if [ "$1" = view ]; then
                check_links "$(owner "$handle")" || frame untrusted "$untrusted"
                metadata file "$handle"
            fi
            frame content
            cat <&4 || frame failed denied
        fi
    fi
    exec 4<&-
}

# Prints the size of a file.
file_size() {
    # shellcheck disable=SC2012 # The name comes last, and is not taken from here.
    fields=$(ls -ldnL -- "$1" 2>/dev/null)
    # shellcheck disable=SC2086 # The fields are separate words.
    set -f && set -- $fields && set +f
    printf '%s' "${5-0}"
}

# Prints an entry of a folder that another user may replace at any time: the metadata of what was opened, and its content.
show_entry() {
    if ! go_to "$1" "$1" || [ -h "./$2" ] || [ ! -f "./$2" ]; then
        frame failed missing
        return
    fi
    { command exec 4<"./$2"; } 2>/dev/null || {
        frame failed denied
        return
    }
    handle_of 4 "$2" failed || {
        exec 4<&-
        return
    }
    metadata opened "$handle"
    frame content
    cat <&4
    exec 4<&-
}

# Prints the paths of the files below the folder `word` whose names match one of the patterns.
search() {
    folder=$word
    case $folder in
    /*) ;;
    *) folder=$home/$folder ;;
    esac
    if [ ! -d "$folder" ]; then
        frame failed not-folder
        return
    fi
    same=
    [ "$one" != one ] || same=-xdev
    for pattern; do
        set -- "$@" -o -name "$pattern"
        shift
    done
    shift
    # shellcheck disable=SC2086,SC2016 # One word or none; the inner shell expands it.
    token=$token find "$folder/" $same -name '*.lck' -prune -o -type f '(' "$@" ')' -exec sh -c '
        for file; do
            printf "\n%s found\n%s\n" "$token" "$file"
        done' sh {} + 2>/dev/null
    # shellcheck disable=SC2181 # The command is long.
    [ $? -eq 0 ] || frame incomplete
}

# Takes VMware's lock of `name`, and that of a link to it; on ESXi a lock of its own. `machine` and `random` come from the
# client. With `lock_mode` set to try, a lock that is held is left alone. Fails with a frame that says why.
take_lock() {
    lock=$name.lck
    member=
    link_member=
    if [ "$system" = VMkernel ]; then
        take_esxi_lock
        return
    fi
    take_queue_lock || return 1
    [ "$is_link" = yes ] || return 0
    # A process that opens the file by the link takes the lock next to the link.
    folder=$PWD
    here=
    if { command exec 8<.; } 2>/dev/null && [ -e "/proc/$$/fd/8" ]; then
        here=/proc/$$/fd/8
    fi
    own_lock=$lock
    own_member=$member
    member=
    lock=$link_name.lck
    if ! cd -P "$link_folder" 2>/dev/null; then
        status=0
    elif ! is_at "$link_folder"; then
        # Another process has replaced the folder.
        frame changed
        status=1
    elif [ -w . ]; then
        take_queue_lock
        status=$?
    else
        status=0
        waited=0
        if [ -n "$(first_in_queue)" ] && [ "$lock_mode" = take ]; then
            frame changed
            status=1
        fi
    fi
    link_lock=$lock
    link_member=$member
    lock=$own_lock
    member=$own_member
    if ! go_to "${here:-$folder}" "$folder"; then
        [ "$status" != 0 ] || frame changed
        status=1
    fi
    exec 8<&-
    [ "$status" = 0 ] || release_lock
    return "$status"
}

# Takes the lock `lock` in this folder, and sets `member`.
take_queue_lock() {
    if [ -h "./$lock" ] || { [ -e "./$lock" ] && [ ! -d "./$lock" ]; }; then
        [ "$lock_mode" != try ] || return 0
        frame refused lock-is-file
        return 1
    fi
    enter_lock || return 1
    waited=0
    while true; do
        holder=$(first_in_queue)
        case $holder in
        '') return 0 ;;
        entering) ;;
        # Other runs of vmxedit are waited for.
        peer*) [ "$waited" -ge $((patience * 10)) ] && break ;;
        *) break ;;
        esac
        if sleep 0.1 2>/dev/null; then
            waited=$((waited + 1))
        else
            sleep 1
            waited=$((waited + 10))
        fi
    done
    leave_lock "$lock" "$member"
    member=
    [ "$lock_mode" != try ] || return 0
    case $holder in
    peer*)
        frame refused locked
        printf '%s\n' "${holder#peer }"
        ;;
    # The client looks again, and reports what holds it.
    *) frame changed ;;
    esac
    return 1
}

# Prints the permissions of the folder as `umask` takes them. Users without access to the folder have none to its locks.
folder_permissions() {
    # shellcheck disable=SC2012 # The name comes last, and is not taken from here.
    fields=$(ls -ldn . 2>/dev/null)
    bits=${fields#?}
    user_bits=${bits%"${bits#???}"}
    bits=${bits#???}
    group_bits=${bits%"${bits#???}"}
    bits=${bits#???}
    other_bits=${bits%"${bits#???}"}
    printf 'u=rwx%s,g=%s,o=%s' "$(letters "$user_bits")" "$(letters "$group_bits")" "$(letters "$other_bits")"
}

# Prints the letters of permissions: `rws` are `rwx`.
letters() {
    printf '%s' "$1" | tr -d 'STl-' | tr s x | tr t x
}

# Enters the queue of the lock as VMware does: a folder D, a file E with the number and more digits, renamed to M.
enter_lock() {
    permissions=$(folder_permissions)
    if [ "$has_mv_t" = no ] && ! folder_is_trusted; then
        frame refused folder
        return 1
    fi
    for _ in 1 2 3 4 5 6 7 8; do
        # Each attempt uses new digits: after one, other processes know its name.
        digits=${random%% *}
        random=${random#* }
        number=${digits%???????????????}
        # The process that releases the lock removes the directory.
        why=$({ umask "$permissions" && mkdir "./$lock"; } 2>&1)
        if [ ! -d "./$lock" ]; then
            case $why in
            *[Ee]xist*) continue ;;
            esac
            fail lock-folder
            return 1
        fi
        why=$(
            {
                enter "$lock" || exit 2
                # VMware may have let other users write into its lock.
                if [ "$has_mv_t" = no ] && ! folder_is_trusted && ! { chmod go-w . && folder_is_trusted; }; then
                    echo 'other users can change it'
                    exit 2
                fi
                umask 022
                # Another process may be entering with the same number: its files are left alone.
                mkdir "./D$number.lck" || exit 2
                if [ -e "./M$number.lck" ] || [ -h "./M$number.lck" ]; then
                    rmdir "./D$number.lck"
                    exit 2
                fi
                lamport=0
                for other in ./M*.lck; do
                    if read_member "${other#./}" && [ "$member_lamport" -gt "$lamport" ]; then
                        lamport=$member_lamport
                    fi
                done
                # VMware reads ten digits.
                [ "$lamport" -lt 9999999999 ] || lamport=9999999998
                text="$machine $execution $((lamport + 1)) X $start lc=$checksum"
                [ "$namespace" = "$first_namespace" ] || [ -z "$namespace" ] || text="$text ns=$namespace"
                padding=$((512 - ${#text}))
                # `set -C` does not protect from a device or a pipe that is there already: no other process knows the name.
                entry=E$digits.lck
                set -C
                if { printf '%s' "$text" && dd if=/dev/zero bs="$padding" count=1 2>/dev/null; } | cat >"./$entry" &&
                    move "./$entry" "./M$number.lck"; then
                    rmdir "./D$number.lck"
                    exit 0
                fi
                rm -f "./$entry"
                rmdir "./D$number.lck"
                exit 1
            } 2>&1
        )
        case $? in
        0)
            member=M$number.lck
            return 0
            ;;
        1)
            (enter "$lock" && rm -f "./E$number"*.lck "./M$number.lck" && rmdir "./D$number.lck") 2>/dev/null
            ;;
        esac
    done
    rmdir "./$lock" 2>/dev/null
    fail lock-folder
    return 1
}

# Reads the lock member `$1`: `member_machine`, `member_execution`, `member_lamport`, `member_namespace`. Fails with 1 for what
# VMware does not take for one: another size or form. Fails with 2 for one that cannot be read.
read_member() {
    case $1 in
    [MED][0-9][0-9][0-9][0-9][0-9].lck | E[0-9][0-9][0-9][0-9][0-9]*.lck) ;;
    *) return 1 ;;
    esac
    [ -f "./$1" ] && [ ! -h "./$1" ] || return 1
    # One byte more than a valid member has. The dot keeps what follows the text.
    text=$( (limited dd if="./$1" bs=513 count=1 2>/dev/null || echo unreadable) | tr '\0' '\n' && echo .)
    if [ "${text%unreadable
.}" != "$text" ]; then
        # The process that releases the lock may have removed it.
        [ ! -f "./$1" ] || return 2
        return 1
    fi
    [ "${#text}" = 513 ] || return 1
    set -f
    # shellcheck disable=SC2086 # The words of a member are separate.
    set -- ${text%%"
"*}
    set +f
    [ $# -ge 5 ] || return 1
    case $3 in
    '' | *[!0-9]* | ???????????*) return 1 ;;
    esac
    case $4 in
    X | S) ;;
    *) return 1 ;;
    esac
    member_machine=$1
    member_execution=$2
    member_lamport=$3
    # A number with leading zeros would be octal.
    while [ "${member_lamport#0}" != "$member_lamport" ] && [ "$member_lamport" != 0 ]; do
        member_lamport=${member_lamport#0}
    done
    shift 5
    member_namespace=
    for word; do
        case $word in
        ns=*) member_namespace=${word#ns=} ;;
        esac
    done
}

# Reads the member that a process is writing: the file E of `number`.
read_entry() {
    for entry in "./E$number"*.lck; do
        if read_member "${entry#./}"; then
            return 0
        fi
    done
    return 1
}

# Prints what is before our member in the queue, or the first valid member if we have none: "entering", "peer" and the id of
# a run of vmxedit, or "other". Removes what dead processes of this host left.
first_in_queue() {
    (
        enter "$lock" || exit 0
        own=
        if [ -n "$member" ] && read_member "$member"; then
            own=$member_lamport
        fi
        for other in ./D*.lck; do
            if [ ! -d "$other" ] || [ -h "$other" ]; then
                continue
            fi
            number=${other#./D}
            number=${number%.lck}
            if [ "M$number.lck" != "$member" ]; then
                if { ! read_entry && ! read_member "M$number.lck"; } || ! is_dead; then
                    # VMware takes a process that is still entering after that time for dead.
                    if [ "$waited" -lt 90 ]; then
                        echo entering
                        exit 0
                    fi
                fi
            fi
            rmdir "$other" 2>/dev/null
            rm -f "./E$number"*.lck
        done
        # A killed process leaves a file without its folder.
        for other in ./E*.lck; do
            [ -f "$other" ] || continue
            number=${other#./E?????}
            number=${other%"$number"}
            [ -d "./D${number#./E}.lck" ] || rm -f "$other"
        done
        for other in ./M*.lck; do
            other=${other#./}
            [ "$other" != "$member" ] || continue
            read_member "$other"
            case $? in
            0) ;;
            2)
                echo other
                exit 0
                ;;
            *) continue ;;
            esac
            if is_dead; then
                rm -f "./$other"
                continue
            fi
            if [ -n "$own" ]; then
                [ "$member_lamport" -le "$own" ] || continue
                # The number of a name decides between equal ones. Leading zeros would make it octal.
                if [ "$member_lamport" -eq "$own" ]; then
                    their=${other#M} our=${member#M}
                    [ "1${their%.lck}" -lt "1${our%.lck}" ] || continue
                fi
            fi
            case $member_execution in
            *'(vmxedit)') echo "peer $member_execution" ;;
            *) echo other ;;
            esac
            exit 0
        done
    )
}

# Succeeds if no process is in a PID namespace any more. Only root sees the namespaces of all processes.
has_ended_namespace() {
    [ "$sees_all" = yes ] && [ "$user" = 0 ] || return 1
    # shellcheck disable=SC2012 # Names of processes are not in the output.
    case $(ls -ld /proc/[0-9]*/ns/pid 2>/dev/null) in
    *"[$1]"*) return 1 ;;
    *'['*) return 0 ;;
    *) return 1 ;;
    esac
}

# Succeeds if the process of the member that was read last, `PID` or `PID-START(PROGRAM)`, has certainly ended.
is_dead() {
    [ "$member_machine" = "$stale_machine" ] || return 1
    case $member_namespace in
    '') [ "$sees_all" = yes ] || return 1 ;;
    "$namespace") ;;
    *)
        has_ended_namespace "$member_namespace"
        return
        ;;
    esac
    pid=${member_execution%%[!0-9]*}
    [ -n "$pid" ] || return 1
    if [ "$system" = Darwin ]; then
        [ -z "$(ps -p "$pid" -o pid= 2>/dev/null)" ]
        return
    fi
    if [ ! -d "/proc/$pid" ]; then
        [ "$hides_processes" = no ]
        return
    fi
    stat=$(cat "/proc/$pid/stat" 2>/dev/null) || return 1
    # shellcheck disable=SC2086 # The fields are separate words.
    set -f && set -- ${stat##*) } && set +f
    # The first thread of a process can end before the others.
    if [ "${1-}" = Z ] && [ "${18-}" = 1 ]; then
        return 0
    fi
    case $member_execution in
    "$pid"-[1-9]*)
        started=${member_execution#*-}
        started=${started%%[!0-9]*}
        [ "${20-$started}" != "$started" ]
        ;;
    *) return 1 ;;
    esac
}

# Takes a lock that other runs of this script see: on ESXi, the kernel locks files for VMware. The file `holder` in it names the
# host, the process, the time, a random word and the id of the machine. A lock of a process of this host that has ended is
# removed, and one of another host, or one that names no process, after ten minutes.
take_esxi_lock() {
    lock=.$name.vmxedit-lock
    waited=0
    attempts=0
    if [ "$has_mv_t" = no ] && ! folder_is_trusted; then
        frame refused folder
        return 1
    fi
    while true; do
        attempts=$((attempts + 1))
        if why=$(mkdir "./$lock" 2>&1); then
            holder="$(uname -n) $$ $(date +%s) $lock_name $machine"
            if why=$({ enter_own "$lock" && set -C && printf '%s\n' "$holder" | cat >./holder; } 2>&1); then
                member=holder
                return 0
            fi
            rm -f "./$lock/holder"
            rmdir "./$lock"
            fail lock-folder
            return 1
        fi
        if [ ! -d "./$lock" ]; then
            # The process that has released it may have removed it.
            if [ ! -e "./$lock" ] && [ ! -h "./$lock" ] && [ "$attempts" -lt 8 ]; then
                continue
            fi
            fail lock-folder
            return 1
        fi
        found=$(esxi_holder "$lock")
        if esxi_lock_is_stale; then
            stale=.$name.vmxedit-$lock_name.old
            if move "./$lock" "./$stale"; then
                if [ "$(esxi_holder "$stale")" = "$found" ]; then
                    remove_esxi_lock "$stale"
                    [ "$attempts" -ge 8 ] || continue
                fi
                # Another run has removed that lock, and this is its own. If it is lost, that run stops before it changes the file.
                [ ! -d "./$stale" ] || move "./$stale" "./$lock" || remove_esxi_lock "$stale"
            fi
        fi
        [ "$lock_mode" != try ] || return 0
        if [ "$waited" -ge "$patience" ]; then
            frame refused locked
            # shellcheck disable=SC2086 # The fields are separate words.
            set -f && set -- $found && set +f
            printf '%s\n' "process ${2:-?} of ${1:-?}"
            return 1
        fi
        sleep 1
        waited=$((waited + 1))
    done
}

# Prints the holder of an ESXi lock.
esxi_holder() {
    [ ! -f "./$1/holder" ] || limited dd if="./$1/holder" bs=512 count=1 2>/dev/null
}

remove_esxi_lock() {
    (enter_own "$1" && rm -f ./holder)
    rmdir "./$1" 2>/dev/null
}

# Succeeds if the ESXi lock that this run has taken is still its own, and for every other lock.
holds_lock() {
    [ "$member" != holder ] || [ "$(esxi_holder "$lock")" = "$holder" ]
}

# Succeeds if the ESXi lock with the holder `found` has no owner any more.
esxi_lock_is_stale() {
    # shellcheck disable=SC2086 # The fields are separate words.
    set -f && set -- $found && set +f
    for number in "${2-}" "${3-}"; do
        case $number in
        '' | 0* | *[!0-9]* | ???????????*)
            lock_is_old
            return
            ;;
        esac
    done
    if [ $# = 5 ] && [ "$5" = "$stale_machine" ] && ! is_running "$2"; then
        return 0
    fi
    age=$(($(date +%s) - $3))
    # A clock may be wrong: the time of the folder has to agree.
    if [ "$age" -ge 0 ] && [ "$age" -lt 600 ]; then
        return 1
    fi
    lock_is_old
}

# Succeeds if the folder of the lock was changed more than ten minutes ago.
lock_is_old() {
    [ -n "$(find "./$lock" -prune -mmin +10 2>/dev/null)" ]
}

# Succeeds if a process of this host runs, or that is not known.
is_running() {
    if [ -e "/proc/$$/fd" ]; then
        [ -e "/proc/$1" ]
        return
    fi
    why=$(kill -0 "$1" 2>&1) && return 0
    case $why in
    *ermitted*) return 0 ;;
    *) return 1 ;;
    esac
}

# Removes a member of a lock, and the lock if it was the last one.
leave_lock() {
    [ -n "$2" ] || return 0
    (enter "$1" && rm -f "./$2")
    rmdir "./$1" 2>/dev/null
}

# Releases the locks, and removes the new files if they are still there.
release_lock() {
    for left in "$new" "$copy"; do
        [ -z "$left" ] || rm -f "./$left"
    done
    new=
    copy=
    if holds_lock; then
        leave_lock "$lock" "$member"
    fi
    member=
    if [ -n "$link_member" ]; then
        (go_to "$link_folder" "$link_folder" && leave_lock "$link_lock" "$link_member") 2>/dev/null
        link_member=
    fi
}

# Renames the copy to the name of the next backup, which it sets `backup` to: NAME.SUFFIX, then .1 and so on after the largest.
# No file of another program is overwritten, and no empty backup is left if the script is killed.
name_backup() {
    largest=
    for file in "./$name$suffix" "./$name$suffix".*; do
        [ -e "$file" ] || [ -h "$file" ] || continue
        number=${file#"./$name$suffix"}
        number=${number#.}
        case $number in
        '') number=0 ;;
        0* | *[!0-9]* | ??????????*) continue ;;
        esac
        if [ -z "$largest" ] || [ "$number" -gt "$largest" ]; then
            largest=$number
        fi
    done
    number=
    [ -z "$largest" ] || number=$((largest + 1))
    [ "${number:-0}" -le 999999999 ] || number=
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        backup=$name$suffix${number:+.$number}
        if [ ! -e "./$backup" ] && [ ! -h "./$backup" ]; then
            # A link never replaces a file. Where there are none, that the name is free has to do.
            if [ "$has_ln_t" = yes ] && ln -T "./$copy" "./$backup" 2>/dev/null; then
                rm -f "./$copy"
            elif [ -e "./$backup" ] || [ -h "./$backup" ] || ! rename "./$copy" "./$backup"; then
                number=$((${number:-0} + 1))
                continue
            fi
            why='another process has replaced it'
            is_copy "./$backup"
            return
        fi
        number=$((${number:-0} + 1))
    done
    return 1
}

# Succeeds if a file is the copy that was written.
is_copy() {
    # shellcheck disable=SC2012 # The name comes last, and is not taken from here.
    fields=$(ls -din -- "$1" 2>/dev/null)
    # shellcheck disable=SC2086 # The fields are separate words.
    set -f && set -- $fields && set +f
    [ "${1-}" = "$copy_inode" ]
}

# Succeeds if only the user and root can change the folder.
folder_is_trusted() {
    # shellcheck disable=SC2012 # The name comes last, and is not taken from here.
    fields=$(ls -ldn .) || return 1
    # shellcheck disable=SC2086 # The fields are separate words.
    set -f && set -- $fields && set +f
    case $1 in
    ?????w* | ????????w* | *+) return 1 ;;
    esac
    if [ "$system" = Darwin ]; then
        # The entries of an access control list follow on lines of their own.
        case $(ls -lde . 2>/dev/null) in
        *"$line_and_space"[0-9]*) return 1 ;;
        esac
    fi
    [ "$3" = 0 ] || [ "$3" = "$user" ]
}

# Sets `handle` to a path of the file that is open as `$1`, whatever its name `$2` means now. Without `/proc`, a user who can
# change the folder could put a link there: the folder is refused then, with a frame of the kind `$3`. (`/dev/fd` of other
# systems shares the position in the file.)
handle_of() {
    handle=/proc/$$/fd/$1
    if [ ! -e "$handle" ]; then
        handle=./$2
        folder_is_trusted || {
            frame "${3:-refused}" folder
            return 2
        }
    fi
}

# Opens the old file as 4, and sets its metadata.
open_old() {
    if [ -h "./$name" ] || [ ! -f "./$name" ] || ! command exec 4<"./$name"; then
        frame changed
        return 2
    fi
    handle_of 4 "$name" || return 2
    old_handle=$handle
    # shellcheck disable=SC2012 # The name comes last, and is not taken from here.
    fields=$(ls -ldinL -- "$old_handle") || return 1
    # shellcheck disable=SC2086 # The fields are separate words.
    set -f && set -- $fields && set +f
    inode=$1 links=$3 user_of_file=$4 group_of_file=$5
    # An edit does not undo a change of the permissions.
    if [ "${2%"${2#??????????}"} $4 $5" != "$seen" ]; then
        frame changed
        return 2
    fi
    if [ ! -w "$old_handle" ]; then
        why='Permission denied'
        fail old
        return 2
    fi
    check_links "$user_of_file" || {
        frame refused untrusted "$untrusted"
        return 2
    }
    size=$6
    # Another process may have put something else there, or have made it too large to read.
    if [ ! -f "$old_handle" ] || ! [ "$size" -le "$max_size" ]; then
        frame changed
        return 2
    fi
    group_limit=7
    if has_acl "$2" "$old_handle" "$name"; then
        if [ "$lossy" != yes ]; then
            frame refused acl
            return 2
        fi
        group_limit=$(group_permissions)
    fi
    if [ "$links" -gt 1 ] && [ "$break_links" != yes ]; then
        frame refused links
        return 2
    fi
}

# Succeeds if a file has an access control list: its mode, as `ls` prints it, a path of it, and its name. BusyBox does not show
# that in the mode.
has_acl() {
    case $1 in
    *+) return 0 ;;
    esac
    if [ "$system" = Darwin ]; then
        # The entries of the list follow on lines of their own.
        case $(ls -lde "./$3" 2>/dev/null) in
        *"$line_and_space"[0-9]*) ;;
        *) return 1 ;;
        esac
    else
        has getfacl && [ -n "$(getfacl -cs -- "$2" 2>/dev/null)" ]
    fi
}

# Prints the permissions of the group in the access control list of the old file, as a digit. The mode has the largest ones of
# all users and groups in the list. What is not known is nothing.
group_permissions() {
    if [ "$system" = Darwin ]; then
        echo 7
        return
    fi
    digit=0
    set -f
    for line in $(getfacl -c -- "$old_handle" 2>/dev/null); do
        case $line in
        group::*)
            case $line in *::r*) digit=$((digit + 4)) ;; esac
            case $line in *::?w*) digit=$((digit + 2)) ;; esac
            case $line in *::??x*) digit=$((digit + 1)) ;; esac
            ;;
        esac
    done
    echo "$digit"
}

# Prints what the old file has, from its beginning to its size when it was opened and a little more: it may grow meanwhile.
old_content() {
    dd if="$old_handle" bs=65536 count=$((size / 65536 + 1))
}

# Refuses a file that was just created, with the name `$2`, if the folder gives other users rights to it: they may have opened
# it. A file system that gives one mode to all files is accepted.
check_private() {
    # shellcheck disable=SC2012 # The name comes last, and is not taken from here.
    created=$(ls -ldnL -- "$1") || return 1
    if ! has_acl "${created%% *}" "$1" "$2"; then
        case $created in
        -rw-------*) return 0 ;;
        esac
        chmod 600 "$1" 2>/dev/null
        # shellcheck disable=SC2012
        private=$(ls -ldnL -- "$1") || return 1
        [ "${created%% *}" != "${private%% *}" ] || return 0
    fi
    frame refused default-acl
    return 2
}

# Gives the file `$1` the owner and the mode of the old one.
copy_metadata() {
    if [ "$user" = 0 ] || [ "$user_of_file" != "$user" ]; then
        chown "$user_of_file:$group_of_file" "$1" 2>/dev/null
    else
        chgrp "$group_of_file" "$1" 2>/dev/null
    fi
    mode_of_new=$mode
    if ! has_owner "$1"; then
        if [ "$lossy" != yes ]; then
            frame refused owner
            return 2
        fi
        # Other users would get the rights of the former ones.
        mode_of_new=$harmless_mode
    fi
    [ "$group_limit" = 7 ] || mode_of_new=$(printf '%o' $((0$mode_of_new & (07707 | group_limit << 3))))
    why=$(chmod "$mode_of_new" "$1" 2>&1)
}

# Succeeds if a file has the owner and the group of the old one.
has_owner() {
    # shellcheck disable=SC2012 # The name comes last, and is not taken from here.
    fields=$(ls -ldnL -- "$1") || return 1
    # shellcheck disable=SC2086 # The fields are separate words.
    set -f && set -- $fields && set +f
    [ "$3:$4" = "$user_of_file:$group_of_file" ]
}

# Writes the new file next to the old one, with its mode and owner.
write_new() {
    set -C
    # `command`: a shell exits when a redirection of `exec` alone fails.
    if ! command exec 3>"./$new"; then
        set +C
        why=$(mkdir "./$new" 2>&1)
        rmdir "./$new" 2>/dev/null
        return 1
    fi
    set +C
    handle_of 3 "$new" || return 2
    check_private "$handle" "$new" || return
    # `cat` says why it cannot write.
    why=$({ printf '%b' "$content" | cat >&3; } 2>&1) || return 1
    # Later, the owner of the old file owns this one, and can make it endless.
    [ "$(sum <"$handle")" = "$new_sum" ] || {
        frame failed transfer
        return 2
    }
    copy_metadata "$handle" || return
    [ -z "$modified" ] || set_time "$handle"
    sync_file 3
}

# Copies the old file next to it, with its mode, owner and time. Not a hard link: an interrupted run would leave a file with
# two names, which is not edited.
copy_old() {
    copy=.$name.vmxedit-$copy_name.old
    set -C
    if ! command exec 5>"./$copy"; then
        set +C
        why=$(mkdir "./$copy" 2>&1)
        rmdir "./$copy" 2>/dev/null
        return 1
    fi
    set +C
    handle_of 5 "$copy" || return 2
    check_private "$handle" "$copy" || return
    # Other lines say how much was copied.
    why=$(old_content 2>&1 >&5) || {
        why=${why%%"
"*}
        return 1
    }
    copy_metadata "$handle" || return
    touch -r "$old_handle" "$handle" 2>/dev/null
    # shellcheck disable=SC2012 # The name comes last, and is not taken from here.
    fields=$(ls -dinL -- "$handle" 2>/dev/null)
    # shellcheck disable=SC2086 # The fields are separate words.
    set -f && set -- $fields && set +f
    copy_inode=${1-}
    sync_file 5
}

# Gives a file the time `modified`. A host that cannot do that has no error: only `restore` uses the time.
set_time() {
    format=+%Y%m%d%H%M.%S
    time=$(date -u -d "@$modified" "$format" 2>/dev/null || date -u -r "$modified" "$format" 2>/dev/null) &&
        TZ=UTC0 touch -t "$time" "$1" 2>/dev/null
}

# Waits until the content of the file that is open as `$1` is on the disk.
sync_file() {
    [ "$durable" != no ] || return 0
    why=$({ dd if=/dev/null bs=1 conv=fsync,notrunc >&"$1"; } 2>&1) && return 0
    case $why in
    # This dd cannot sync, or this file system.
    *[Ii]nvalid* | *[Uu]nknown* | *[Ii]llegal* | *[Uu]sage* | *unsupported*)
        if ! has sync; then
            why='dd cannot sync a file here, and sync is missing'
            return 1
        fi
        why=$(sync 2>&1)
        ;;
    *) return 1 ;;
    esac
}

# The words of a request to replace a file, in their order.
path=
machine=      # The id of this machine in locks.
stale_machine= # The id of this machine in locks that may be removed, or - for none.
checksum=     # Of the path of the lock directory.
random=       # Numbers of 20 digits, one for each attempt to enter a lock. The first five digits are those of the member.
random_name=  # A part of the name of the new file.
copy_name=    # A part of the name of the copy that becomes the backup: not known before it exists.
lock_name=    # A word in a lock on ESXi, and a part of the name of a stale one.
patience=     # How many seconds the lock is waited for.
lock_mode=    # take, or try: a lock that is held is no reason to refuse.
expected=     # The fingerprint that the client has seen, or -.
old_sum=      # The checksum of the old content.
new_sum=      # The checksum of the new content.
seen=         # The mode as `ls` prints it, the user id and the group id of the file that the client has seen.
mode=         # The permission bits of the file.
harmless_mode= # Those that it gets where its owner cannot be kept.
modified=     # The time of the last change that the file gets, in seconds since 1970, unless it is empty.
suffix=       # Keeps the old file under its name with this suffix, unless it is empty.
durable=      # no: the file is not synced.
lossy=        # yes: an owner or an access control list that cannot be kept is no reason to refuse.
break_links=  # yes: other hard links keep the old content.
reload=       # The id under which ESXi has registered the VM, unless it is empty.
lines=        # The number of lines of the content that follow.
request='path machine stale_machine checksum random random_name copy_name lock_name patience lock_mode expected old_sum
    new_sum seen mode harmless_mode modified suffix durable lossy break_links reload lines'

# Puts the new content in the place of the file.
replace() {
    new=
    copy=
    member=
    if ! walk "$1"; then
        # shellcheck disable=SC2086 # The kind of a file is a word of its own.
        frame failed $reason
        return
    fi
    check_links "$(owner "./$name")" || {
        frame refused untrusted "$untrusted"
        return
    }
    take_lock || return
    if [ -n "$member" ]; then
        for left in "./.$name.vmxedit-"????????????????.new "./.$name.vmxedit-"????????????????.old; do
            if [ -f "$left" ]; then
                rm -f "$left"
            elif [ -d "$left" ] && [ ! -h "$left" ]; then
                remove_esxi_lock "${left#./}"
            fi
        done
    fi
    new=.$name.vmxedit-$random_name.new
    exchange
    status=$?
    exec 3>&- 4<&- 5>&-
    case $status in
    0 | 2) ;;
    *) fail write ;;
    esac
    release_lock
    [ "$status" = 0 ] || return
    [ -z "$reload" ] || reload "$reload"
    frame replaced
}

# Makes an ESXi host read a configuration again.
reload() {
    if why=$(limited vim-cmd vmsvc/reload "$1" 2>&1 </dev/null); then
        frame reloaded
    else
        frame not-reloaded $?
        printf '%s\n' "$why"
    fi
}

# Compares the file and the evidence with what the client has seen, and renames the new file over it. Fails with 1 and `why` if
# the new file cannot be written, and with 2 if the reason is printed.
exchange() {
    open_old || return
    if [ "$expected" != - ]; then
        gather
        if [ "$fingerprint" != "$expected" ]; then
            frame changed
            return 2
        fi
    fi
    write_new || return
    new_handle=$handle
    if [ -n "$suffix" ]; then
        copy_old
        case $? in
        0) ;;
        2) return 2 ;;
        *)
            fail backup
            return 2
            ;;
        esac
    fi
    # shellcheck disable=SC2012 # The name comes last, and is not taken from here.
    fields=$(ls -ldin -- "./$name" 2>/dev/null)
    # shellcheck disable=SC2086 # The fields are separate words.
    set -f && set -- $fields && set +f
    if [ "${1-}" != "$inode" ] || [ "$(old_content 2>/dev/null | sum)" != "$old_sum" ]; then
        frame changed
        return 2
    fi
    if ! holds_lock; then
        frame changed
        return 2
    fi
    if [ -n "$suffix" ]; then
        if ! name_backup; then
            fail backup
            return 2
        fi
        copy=
    fi
    if ! rename "./$new" "./$name" && ! is_renamed; then
        [ -z "$suffix" ] || rm -f "./$backup"
        fail rename
        return 2
    fi
    new=
    if [ -n "$suffix" ]; then
        frame backup
        printf '%s\n' "$backup"
    fi
    # A host without `sync` has no way to sync a folder.
    if [ "$durable" != no ] && has sync && ! why=$(sync . 2>&1) && ! why=$(sync 2>&1); then
        fail sync
    fi
    return 0
}

# Succeeds if the new file has the name of the old one: `mv` may be killed after it has renamed it.
is_renamed() {
    # shellcheck disable=SC2012 # The name comes last, and is not taken from here.
    fields="$(ls -dinL -- "$new_handle" 2>/dev/null | sed 's/^ *//; s/ .*//') $(ls -din -- "./$name" 2>/dev/null)"
    # shellcheck disable=SC2086 # The fields are separate words.
    set -f && set -- $fields && set +f
    [ ! -e "./$new" ] && [ -n "${2-}" ] && [ "$1" = "$2" ]
}

# Renames a file over another one. With `mv -T`, never into a folder that another process puts in its place.
rename() {
    if [ "$has_mv_t" = no ] && ! folder_is_trusted; then
        why='other users can change the folder'
        return 1
    fi
    why=$(move "$1" "$2" 2>&1)
}

# Renames a file or folder, never into a folder. Without `mv -T`, the caller has checked that only the user can change this one.
move() {
    if [ "$has_mv_t" = yes ]; then
        mv -fT -- "$1" "$2"
    elif [ -d "$2" ]; then
        echo 'it is a directory' >&2
        return 1
    else
        mv -f -- "$1" "$2"
    fi
}

system=$(uname -s)
# `mv -T` of a name that does not exist fails in one way, an unknown option in another.
has_mv_t=no
case $(mv -fT -- ./.vmxedit-none-1 ./.vmxedit-none-2 2>&1) in
*nvalid* | *nrecognized* | *sage* | *llegal*) ;;
*) has_mv_t=yes ;;
esac
has_ln_t=no
case $(ln -T ./.vmxedit-none-1 ./.vmxedit-none-2 2>&1) in
*nvalid* | *nrecognized* | *sage* | *llegal*) ;;
*) has_ln_t=yes ;;
esac
# A line feed and a space: with these, the entries of an access control list begin.
line_and_space=$(printf '\n .')
line_and_space=${line_and_space%.}
home=$(pwd)
base=$home
# The largest file that is sent, in bytes.
max_size=268435456
# Whether the user sees the processes of the whole host, and whether some of those in its PID namespace are hidden.
sees_all=no
hides_processes=no
namespace=
# The PID namespace that the system starts with; the source is PROC_PID_INIT_INO in the kernel.
first_namespace=4026531836
execution=$$
start=0
if [ "$system" = Linux ]; then
    # Other runs of vmxedit wait for a lock of one.
    { printf vmxedit >"/proc/$$/comm"; } 2>/dev/null
    if { read -r stat <"/proc/$$/stat"; } 2>/dev/null; then
        # shellcheck disable=SC2086 # The fields are separate words.
        set -f && set -- ${stat##*) } && set +f
        start=${20}
        execution="$$-$start(vmxedit)"
    fi
fi
if [ "$system" = Linux ]; then
    namespace=$(link_target /proc/self/ns/pid 2>/dev/null)
    namespace=${namespace%%]*}
    namespace=${namespace##*[}
fi
case $system in
Linux) [ "$namespace" != "$first_namespace" ] || sees_all=yes ;;
Darwin) sees_all=yes ;;
esac
# The option `hidepid` of /proc hides processes of other users.
if [ "$system" = Linux ] && ! [ -r /proc/1/comm ]; then
    hides_processes=yes
    sees_all=no
fi
frame host "$system" "$user" "$sum_tool" "$sees_all" "$(date +%s)"
uname -n
cat /sys/class/net/eth[0-7]/address 2>/dev/null
frame end

while IFS= read -r verb; do
    tools=
    processes=
    tools_unsent=yes
    case $verb in
    content | view)
        next
        count=$word
        while [ "$count" -gt 0 ]; do
            next
            cd / || exit 1
            frame file
            show_file "$verb" "$word"
            count=$((count - 1))
        done
        ;;
    registered)
        if has vim-cmd; then
            run_tool vim-cmd vmsvc/getallvms
        else
            frame failed no-tool
        fi
        ;;
    reload)
        next
        reload "$word"
        ;;
    search)
        next
        one=$word
        next
        count=$word
        set --
        while [ "$count" -gt 0 ]; do
            next
            set -- "$@" "$word"
            count=$((count - 1))
        done
        next
        search "$@"
        ;;
    part)
        next
        skip=$word
        next
        blocks=$word
        next
        folder=$word
        next
        if cd -P "$folder" 2>/dev/null && [ -f "$word" ]; then
            frame part
            limited dd if="$word" bs=512 skip="$skip" count="$blocks" 2>/dev/null || frame failed denied
        elif [ -e "$word" ]; then
            frame failed not-regular
        else
            frame failed missing
        fi
        ;;
    entry)
        next
        folder=$word
        next
        show_entry "$folder" "$word"
        ;;
    stat)
        next
        folder=$word
        next
        if cd -P "$folder" 2>/dev/null; then
            metadata target "$word"
        fi
        ;;
    list)
        next
        folder=$word
        next
        reason=missing
        if cd -P "$folder" 2>/dev/null && walk_from "$folder" "${word%/}/"; then
            list_folder
            frame folder "$(stat -f -c %t . 2>/dev/null)"
            printf '%s\n' "$PWD"
            metadata target .
            [ -z "$incomplete" ] || frame unreadable
            printf '%s%s%s' "$listing" "$passing" "$link_targets"
            small_files
            check_links "" || frame untrusted "$untrusted"
        else
            frame failed "$reason"
        fi
        ;;
    names)
        next
        if walk "${word%/}/"; then
            list_names
        else
            frame failed "$reason"
        fi
        ;;
    process)
        next
        pid=$word
        next
        if [ -n "$word" ] && [ "$word" != "$namespace" ]; then
            if has_ended_namespace "$word"; then frame dead; else frame unknown; fi
            frame end
            continue
        fi
        word=$pid
        if [ -d "/proc/$word" ]; then
            frame alive
            cat "/proc/$word/stat" 2>/dev/null
        elif [ "$system" = Darwin ]; then
            if [ -z "$(ps -p "$word" -o pid= 2>/dev/null)" ]; then frame dead; else frame unknown; fi
        elif [ "$sees_all" = yes ]; then
            frame dead
        else
            frame unknown
        fi
        ;;
    replace)
        for variable in $request; do
            next
            eval "$variable=\$word"
        done
        content=
        while [ "$lines" -gt 0 ]; do
            IFS= read -r word || exit 0
            content=$content$word
            lines=$((lines - 1))
        done
        # Now nothing of the request is missing: it has come as a whole.
        IFS= read -r word || exit 0
        [ "$word" = end ] || exit 0
        # An edit that has begun is finished, also without a connection.
        trap '' HUP INT QUIT PIPE TERM
        replace "$path"
        trap - HUP INT QUIT PIPE TERM
        ;;
    esac
    frame end
done
