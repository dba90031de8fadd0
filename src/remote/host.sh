# Runs on the host: reads requests from standard input, one word on a line, and answers on standard output.
#
# POSIX sh: BusyBox ash (ESXi), dash, bash. Words arrive as the escapes of `printf %b`, so that no byte of a name can
# become code. An answer is a list of frames: a line with the secret token and a header, then the content.

LC_ALL=C
export LC_ALL
umask 077
# An edit that has begun is finished, also without a connection.
trap '' HUP INT QUIT PIPE TERM
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

# Prints the metadata of files, each after the token: "entry" for the file itself, "target" behind a link.
metadata() {
    kind=$1
    shift
    follow=
    [ "$kind" = entry ] || follow=-L
    case $stat_tool in
    gnu) stat $follow -c "
$token $kind %f %d %i %s %u %g %h %Y %Z
%n" -- "$@" 2>/dev/null ;;
    bsd) stat $follow -f "
$token $kind %Xp %d %i %z %u %g %l %m %c
%N" -- "$@" 2>/dev/null ;;
    ls)
        for file; do
            # shellcheck disable=SC2012 # The name comes last, and is not taken from here.
            fields=$(ls -ldin $follow -- "$file" 2>/dev/null) || continue
            # shellcheck disable=SC2086 # The fields are separate words.
            set -f && set -- $fields && set +f
            frame "$kind ls $2 $1 $6 $4 $5 $3"
            printf '%s\n' "$file"
        done
        ;;
    esac
    return 0
}

# Prints the user id of the owner of an entry; with -L, of the target of a link. A link with several names has no owner: who
# made this one is not known.
owner() {
    # shellcheck disable=SC2012 # The name comes last, and is not taken from here.
    fields=$(ls -ldn "$@" 2>/dev/null) || return 1
    # shellcheck disable=SC2086 # The fields are separate words.
    set -f && set -- "$1" $fields && set +f
    [ "$1" != -L ] && [ "$3" -gt 1 ] || printf '%s' "$4"
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

# Goes to the folder of a path, component by component, and sets `name` to the last component; empty for a folder. Sets
# `is_link` to yes if a link leads to the file itself, and `untrusted` to the first link that belongs neither to the user, nor
# to root, nor to the owner of its target. Fails with `reason` set.
walk() {
    rest=$1
    name=
    untrusted=
    is_link=no
    links=0
    case $rest in
    /*) cd -P / || return 1 ;;
    *) cd -P "$home" || return 1 ;;
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
            target=$(link_target "./$part")
            target=${target%.}
            target=${target%"
"}
            link_owner=$(owner -- "./$part")
            case $link_owner in
            0 | "$user") ;;
        ?*) [ "$link_owner" = "$(owner -L -- "./$part")" ] || [ -n "$untrusted" ] || untrusted=$link_owner:$part ;;
            *) [ -n "$untrusted" ] || untrusted=unknown:$part ;;
            esac
            [ "$is_last" != file ] || is_link=yes
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
            if [ "$part" != .. ] && [ "$PWD" != "${before%/}/$part" ]; then
                reason=moved
                return 1
            fi
        elif [ -n "$is_last" ] && [ "$is_last" = file ]; then
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

# Prints the names of the files in the folder with this ending, each in a frame.
names_ending() {
    for file in ./*.[vV][mM][xX]; do
        if [ -f "$file" ] && [ "$file" != ./.vmx ]; then
            frame "$1"
            printf '%s\n' "${file#./}"
        fi
    done
}

# Finds the file that a path means: also the only .vmx of a folder. `walk` goes to its folder, or for a file that is only
# read, a plain `cd`.
locate() {
    if [ "$2" = view ]; then
        walk "$1" || return 1
    elif [ ! -d "$1" ]; then
        name=${1##*/}
        untrusted=
        cd -P "${1%/*}/" 2>/dev/null || return 1
        return 0
    else
        cd -P "$1" 2>/dev/null || return 1
        name=
    fi
    [ -z "$name" ] || return 0
    found=
    for file in ./*.[vV][mM][xX]; do
        [ -f "$file" ] || continue
        if [ -n "$found" ]; then
            reason=several
            names_ending candidate
            return 1
        fi
        found=${file#./}
    done
    if [ -z "$found" ]; then
        reason=none
        for file in ./*; do
            [ ! -e "$file" ] || frame candidate && printf '%s\n' "${file#./}"
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
        reason=not-regular
    elif [ ! -r "./$name" ]; then
        reason=denied
    else
        return 0
    fi
    return 1
}

# Goes to a folder in this one, unless it is a link or another process puts one in its place.
enter() {
    before=$PWD
    cd -P "./$1" 2>/dev/null && [ "$PWD" = "${before%/}/$1" ]
}

# Puts the names of all entries of the folder into `listing`, with their metadata. The lock of the file at hand, `omit`, and
# what edits put there for a moment are in `passing`.
list_folder() {
    set --
    passing=
    for entry in ./* ./.[!.]* ./..?*; do
        [ -e "$entry" ] || [ -h "$entry" ] || continue
        case ${entry#./} in
        "$omit" | .*.vmxedit-*) passing=$passing$(metadata entry "$entry") ;;
        *) set -- "$@" "$entry" ;;
        esac
    done
    listing=
    [ $# -eq 0 ] || listing=$(metadata entry "$@")
    link_targets=
    for entry; do
        [ ! -h "$entry" ] || link_targets=$link_targets$(metadata target "$entry")
    done
}

# Prints the members of a lock directory of the folder.
lock_members() {
    [ -d "./$1" ] && [ ! -h "./$1" ] || return 0
    (
        enter "$1" || exit 0
        frame lock ${#1}
        printf '%s' "$1"
        for member in ./* ./.[!.]*; do
            [ -e "$member" ] || [ -h "$member" ] || continue
            if [ -f "$member" ] && [ ! -h "$member" ]; then
                member=${member#./}
                frame member ${#member}
                printf '%s' "$member"
                # One byte more than a valid member has.
                dd bs=513 count=1 <"$member" 2>/dev/null
            else
                member=${member#./}
                frame not-member ${#member}
                printf '%s' "$member"
            fi
        done
    )
}

# Prints the locks of the folder, and the small files that describe snapshots and disks.
small_files() {
    for entry in ./* ./.[!.]*; do
        case $entry in
        *.lck) lock_members "${entry#./}" ;;
        *.[vV][mM][sS][dD] | *.[vV][mM][dD][kK])
            if [ -f "$entry" ] && [ ! -h "$entry" ] && [ -r "$entry" ]; then
                entry=${entry#./}
                frame head ${#entry}
                printf '%s' "$entry"
                dd bs=65536 count=1 <"./$entry" 2>/dev/null
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

# Puts the `vmware-vmx` processes into `processes`, once in a request, each with its folder and its arguments on separate
# lines.
list_processes() {
    [ -z "$processes" ] || return 0
    processes=$(frame processes)
    case $system in
    Linux)
        if ! [ -r /proc/1/comm ]; then
            processes=$processes$(frame hidden)
        fi
        for process in /proc/[0-9]*; do
            { read -r program <"$process/comm"; } 2>/dev/null || continue
            case $program in
            vmware-vmx*)
                ! has_ended "${process#/proc/}" || continue
                # A process that is starting has no arguments for a moment.
                for _ in 1 2 3; do
                    [ -z "$(tr -d '\0' <"$process/cmdline" 2>/dev/null)" ] || break
                    sleep 0.1 2>/dev/null || sleep 1
                done
                ! has_ended "${process#/proc/}" || continue
                processes=$processes$(
                    frame process "${process#/proc/}" "$program"
                    cwd=$(link_target "$process/cwd" 2>/dev/null)
                    printf '%s' "${cwd%.}"
                    tr '\0' '\n' <"$process/cmdline" 2>/dev/null
                )
                ;;
            esac
        done
        ;;
    Darwin)
        # shellcheck disable=SC2009 # pgrep does not print the arguments.
        processes=$processes$(
            frame commands
            ps -axww -o pid=,args= | grep '[v]mware-vmx'
        )
        ;;
    esac
}

# Runs a tool, for 5 seconds at most where `timeout` exists, and prints what it prints and its exit status.
run_tool() {
    frame tool "$1" "$2"
    if has timeout; then
        timeout 5 "$@" 2>/dev/null </dev/null
    else
        "$@" 2>/dev/null </dev/null
    fi
    frame status $?
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

# Puts the power state of the registered VMs whose line has the name of the file into `states`.
list_states() {
    states=
    has vim-cmd || return 0
    states=$(
        printf '%s\n' "$tools" | while read -r id line; do
            case $id in
            '' | *[!0-9]*) continue ;;
            esac
            case $line in
            *"$name"*)
                frame state "$id"
                run_tool vim-cmd vmsvc/power.getstate "$id"
                ;;
            esac
        done
    )
}

# Gathers all evidence of the power state of the VM of `name`, and sets `fingerprint` to its checksum.
gather() {
    omit=$name.lck
    list_folder
    list_processes
    list_tools
    list_states
    fingerprint=$(printf '%s' "$listing$link_targets$processes$tools$states" | sum)
}

# Prints a file: its content and metadata; with "view" also its folder and all evidence of the power state.
show_file() {
    reason=missing
    if ! locate "$2" "$1" || ! readable; then
        frame failed "$reason"
        return
    fi
    if [ "$1" = view ]; then
        gather
        frame folder
        printf '%s\n' "$PWD"
        metadata target .
        printf '%s%s%s%s%s' "$listing" "$passing" "$link_targets" "$processes" "$states"
        if [ -n "$tools_unsent" ]; then
            printf '%s' "$tools"
            tools_unsent=
        fi
        frame fingerprint "$fingerprint"
        small_files
    fi
    if [ "$1" = view ]; then
        [ -z "$untrusted" ] || frame untrusted "${untrusted%%:*}"
        frame name "$is_link"
        printf '%s\n' "$name"
        metadata target "./$name"
    fi
    frame content
    cat <"./$name" || frame failed denied
}

# Prints an entry of a folder that another user may replace at any time: the metadata of what was opened, and its content.
show_entry() {
    if ! cd -P "$1" 2>/dev/null || [ "$PWD" != "$1" ] || [ -h "./$2" ] || [ ! -f "./$2" ]; then
        frame failed missing
        return
    fi
    command exec 4<"./$2" 2>/dev/null || {
        frame failed denied
        return
    }
    handle=/proc/$$/fd/4
    [ -e "$handle" ] || handle=/dev/fd/4
    if [ ! -e "$handle" ]; then
        handle=./$2
        folder_is_trusted || {
            exec 4<&-
            frame failed folder
            return
        }
    fi
    metadata opened "$handle"
    frame content
    cat <&4
    exec 4<&-
}

# Prints the paths of the .vmx files below a folder.
search() {
    case $1 in
    /*) ;;
    *) set -- "$home/$1" "$2" ;;
    esac
    if [ ! -d "$1" ]; then
        frame failed not-folder
        return
    fi
    [ "$2" != one ] || same=-xdev
    # shellcheck disable=SC2086,SC2016 # One word or none; the inner shell expands it.
    token=$token find "$1/" $same -name '*.lck' -prune -o -type f -name '*?.[vV][mM][xX]' -exec sh -c '
        for file; do
            printf "\n%s found\n%s\n" "$token" "$file"
        done' sh {} + 2>/dev/null
    # shellcheck disable=SC2181 # The command is long.
    [ $? -eq 0 ] || frame incomplete
}

# Takes VMware's lock of `name`, or on ESXi a lock of its own. `machine` and `random` come from the client. Prints why it
# is held, and fails.
take_lock() {
    lock=$name.lck
    member=
    if [ "$system" = VMkernel ]; then
        take_esxi_lock
        return
    fi
    if [ -h "./$lock" ] || { [ -e "./$lock" ] && [ ! -d "./$lock" ]; }; then
        frame refused lock-is-file
        return 1
    fi
    enter_lock || return 1
    waited=0
    while true; do
        holder=$(first_in_queue)
        [ -n "$holder" ] || return 0
        if [ "$waited" -ge $((patience * 10)) ]; then
            release_lock
            frame refused locked
            lock_members "$lock"
            return 1
        fi
        if sleep 0.1 2>/dev/null; then
            waited=$((waited + 1))
        else
            sleep 1
            waited=$((waited + 10))
        fi
    done
}

# Enters the queue of the lock as VMware does: a folder D, a file E with the number, renamed to M.
enter_lock() {
    for number in $random; do
        # Who releases the lock removes the directory. Its mode is 0777, as VMware's: other users take the lock in it.
        (umask 0 && mkdir "./$lock") 2>/dev/null
        (
            enter "$lock" || exit 2
            umask 022
            mkdir "./D$number.lck" 2>/dev/null || exit 2
            if [ -e "./M$number.lck" ]; then
                rmdir "./D$number.lck"
                exit 2
            fi
            lamport=0
            for other in ./M*.lck; do
                if [ ! -f "$other" ] || [ -h "$other" ]; then
                    continue
                fi
                # shellcheck disable=SC2046 # The words of a member are separate.
                set -f && set -- $(tr '\0' ' ' <"$other" 2>/dev/null | dd bs=512 count=1 2>/dev/null) && set +f
                case ${3-} in
                '' | *[!0-9]* | ??????????*) ;;
                *) [ "$3" -le "$lamport" ] || lamport=$3 ;;
                esac
            done
            text="$machine $execution $((lamport + 1)) X $start lc=$checksum"
            padding=$((512 - ${#text}))
            set -C
            if { printf '%s' "$text" && dd if=/dev/zero bs="$padding" count=1 2>/dev/null; } >"./E$number.lck" &&
                mv -f "./E$number.lck" "./M$number.lck"; then
                rmdir "./D$number.lck"
                exit 0
            fi
            rm -f "./E$number.lck"
            rmdir "./D$number.lck"
            exit 1
        )
        case $? in
        0) ;;
        2) continue ;;
        *)
            (enter "$lock" && rm -f "./E$number.lck" "./M$number.lck" && rmdir "./D$number.lck") 2>/dev/null
            continue
            ;;
        esac
        member=M$number.lck
        return 0
    done
    rmdir "./$lock" 2>/dev/null
    why=
    [ -d "./$lock" ] || why=$(mkdir "./$lock" 2>&1) && rmdir "./$lock" 2>/dev/null
    fail lock-folder
    return 1
}

# Prints a word and ends the subshell.
exit_with() {
    echo "$1"
    exit 0
}

# Prints the first member that is before ours in the queue. Removes what dead processes of this host left.
first_in_queue() {
    (
        enter "$lock" || exit 0
        # shellcheck disable=SC2046 # The words of a member are separate.
        set -f && set -- $(tr '\0' ' ' <"./$member" 2>/dev/null) && set +f
        own=${3-0}
        for other in ./D*.lck; do
            [ -d "$other" ] || continue
            number=${other#./D}
            written=E$number
            [ -e "./$written" ] || written=M$number
            # shellcheck disable=SC2046 # The words of a member are separate.
            set -f && set -- $(tr '\0' ' ' <"./$written" 2>/dev/null | dd bs=512 count=1 2>/dev/null) && set +f
            if [ "M$number" != "$member" ] && { [ "${1-}" != "$machine" ] || ! is_dead "${2-}"; }; then
                # VMware takes a process that is still entering after that time for dead.
                [ "$waited" -ge 90 ] || exit_with "${other#./}"
            fi
            rmdir "$other" 2>/dev/null
            rm -f "./E$number"
        done
        for other in ./M*.lck; do
            if [ "$other" = "./$member" ] || [ ! -e "$other" ]; then
                continue
            fi
            # shellcheck disable=SC2046 # The words of a member are separate.
            set -f && set -- $(tr '\0' ' ' <"$other" 2>/dev/null | dd bs=512 count=1 2>/dev/null) && set +f
            if [ "${1-}" = "$machine" ] && is_dead "${2-}"; then
                rm -f "$other"
                continue
            fi
            case ${3-} in
            '' | *[!0-9]* | ??????????*) ;;
            *)
                [ "$3" -ge "$own" ] || exit_with "${other#./}"
                # The number of a name decides between equal ones. Leading zeros would make it octal.
                if [ "$3" -eq "$own" ]; then
                    their=${other#./M} our=${member#M}
                    [ "1${their%.lck}" -ge "1${our%.lck}" ] || exit_with "${other#./}"
                fi
                continue
                ;;
            esac
            exit_with "${other#./}"
        done
    )
}

# Succeeds if the process of a lock member, `PID` or `PID-START(PROGRAM)`, has certainly ended.
is_dead() {
    pid=${1%%[!0-9]*}
    [ -n "$pid" ] && [ "$sees_all" = yes ] || return 1
    [ -d "/proc/$pid" ] || return 0
    start=
    case $1 in
    "$pid"-[1-9]*)
        start=${1#*-}
        start=${start%%[!0-9]*}
        ;;
    esac
    stat=$(cat "/proc/$pid/stat" 2>/dev/null) || return 1
    # shellcheck disable=SC2086 # The fields are separate words.
    set -f && set -- ${stat##*) } && set +f
    [ "${1-}" != Z ] || [ "${18-}" != 1 ] || return 0
    [ -n "$start" ] && [ "${20-$start}" != "$start" ]
}

# Takes a lock that other runs of this script see: on ESXi, the kernel locks files for VMware. A lock of a process that
# has ended, or one of another host that is older than ten minutes, is removed.
take_esxi_lock() {
    lock=.$name.vmxedit-lock
    now=$(date +%s)
    for _ in 1 2; do
        if mkdir "./$lock" 2>/dev/null; then
            printf '%s %s %s\n' "$(uname -n)" "$$" "$now" >"./$lock/holder"
            member=holder
            return 0
        fi
        { read -r host pid since <"./$lock/holder"; } 2>/dev/null || since=0 host='' pid=''
        age=$((now - ${since:-0}))
        if [ "$host" = "$(uname -n)" ] && ! kill -0 "$pid" 2>/dev/null; then
            age=600
        fi
        if [ "$age" -lt 600 ]; then
            break
        fi
        rm -f "./$lock/holder"
        rmdir "./$lock" 2>/dev/null
    done
    frame refused locked
    printf '%s\n' "process ${pid:-?} of ${host:-?} holds $lock"
    return 1
}

# Releases the lock, and removes the new file if it is still there.
release_lock() {
    if [ -n "$new" ]; then
        rm -f "./$new"
        new=
    fi
    if [ -n "$member" ]; then
        (enter "$lock" && rm -f "./$member")
        rmdir "./$lock" 2>/dev/null
        member=
    fi
}

# Sets `backup` to the name of the next backup: NAME.SUFFIX, then .1 and so on after the largest.
next_backup() {
    largest=
    for file in "./$name$suffix" "./$name$suffix".*; do
        [ -e "$file" ] || [ -h "$file" ] || continue
        number=${file#"./$name$suffix"}
        number=${number#.}
        case $number in
        '') number=0 ;;
        *[!0-9]* | ??????????*) continue ;;
        esac
        if [ -z "$largest" ] || [ "$number" -gt "$largest" ]; then
            largest=$number
        fi
    done
    if [ -z "$largest" ]; then
        backup=$name$suffix
    else
        backup=$name$suffix.$((largest + 1))
    fi
}

# Succeeds if only the user and root can change the folder.
folder_is_trusted() {
    # shellcheck disable=SC2012 # The name comes last, and is not taken from here.
    fields=$(ls -ldn .) || return 1
    # shellcheck disable=SC2086 # The fields are separate words.
    set -f && set -- $fields && set +f
    case $1 in
    ?????w???? | ????????w?) return 1 ;;
    esac
    [ "$3" = 0 ] || [ "$3" = "$user" ]
}

# Writes the new file next to the old one, with its mode and owner.
write_new() {
    # shellcheck disable=SC2012 # The name comes last, and is not taken from here.
    fields=$(ls -ldin -- "./$name") || return 1
    # shellcheck disable=SC2086 # The fields are separate words.
    set -f && set -- $fields && set +f
    inode=$1 links=$3 user_of_file=$4 group_of_file=$5
    case $2 in
    *+) [ "$lossy" = yes ] || {
        frame refused acl
        return 2
    } ;;
    esac
    if [ "$links" -gt 1 ] && [ "$break_links" != yes ]; then
        frame refused links
        return 2
    fi
    set -C
    # `command`: a shell exits when a redirection of `exec` alone fails.
    if ! command exec 3>"./$new"; then
        set +C
        why=$(mkdir "./$new" 2>&1)
        rmdir "./$new" 2>/dev/null
        return 1
    fi
    set +C
    why=$({ printf '%b' "$content" >&3; } 2>&1) || return 1
    handle=/proc/$$/fd/3
    if [ ! -e "$handle" ]; then
        handle=./$new
        # Who can write to the folder could put a link in the place of the new file.
        if ! folder_is_trusted; then
            frame refused folder
            return 2
        fi
    fi
    if [ "$user" = 0 ] || [ "$user_of_file" != "$user" ]; then
        chown "$user_of_file:$group_of_file" "$handle" 2>/dev/null || [ "$lossy" = yes ] || {
            frame refused owner
            return 2
        }
    else
        chgrp "$group_of_file" "$handle" 2>/dev/null
    fi
    why=$(chmod "$mode" "$handle" 2>&1) || return 1
    [ -z "$modified" ] || set_time "$handle"
    [ "$(sum <"./$new")" = "$new_sum" ] || {
        frame failed transfer
        return 2
    }
    sync_file
}

# Gives a file the time `modified`. A host that cannot do that has no error: only `restore` uses the time.
set_time() {
    format=+%Y%m%d%H%M.%S
    time=$(date -u -d "@$modified" "$format" 2>/dev/null || date -u -r "$modified" "$format" 2>/dev/null) &&
        TZ=UTC0 touch -t "$time" "$1" 2>/dev/null
}

# Waits until the content of the file that is open as 3 is on the disk.
sync_file() {
    [ "$durable" != no ] || return 0
    why=$({ dd if=/dev/null bs=1 count=0 conv=fsync,notrunc >&3; } 2>&1) && return 0
    case $why in
    # This dd cannot sync, or this file system.
    *[Ii]nvalid* | *[Uu]nknown* | *[Ii]llegal* | *[Uu]sage* | *unsupported*) sync ;;
    *) return 1 ;;
    esac
}

# The words of a request to replace a file, in their order.
path=
machine=      # The id of this machine in locks.
checksum=     # Of the path of the lock directory.
random=       # Numbers for a lock member, of which one that is free is taken.
random_name=  # A part of the name of the new file.
patience=     # How many seconds the lock is waited for.
lock_mode=    # take or skip
expected=     # The fingerprint that the client has seen, or -.
old_sum=      # The checksum of the old content.
new_sum=      # The checksum of the new content.
mode=         # The permission bits of the file.
modified=     # The time of the last change that the file gets, in seconds since 1970, unless it is empty.
suffix=       # Keeps the old file under its name with this suffix, unless it is empty.
durable=      # no: the file is not synced.
lossy=        # yes: an owner or an access control list that cannot be kept is no reason to refuse.
break_links=  # yes: other hard links keep the old content.
reload=       # The id under which ESXi has registered the VM, unless it is empty.
lines=        # The number of lines of the content that follow.
request='path machine checksum random random_name patience lock_mode expected old_sum new_sum mode modified suffix
    durable lossy break_links reload lines'

# Puts the new content in the place of the file.
replace() {
    new=
    member=
    if ! walk "$1"; then
        frame failed "$reason"
        return
    fi
    if [ -n "$untrusted" ]; then
        frame refused untrusted "${untrusted%%:*}"
        return
    fi
    if [ "$lock_mode" = take ]; then
        take_lock || return
        for left in "./.$name.vmxedit-"????????????????.new "./.$name.vmxedit-"????????????????.old; do
            [ ! -f "$left" ] || rm -f "$left"
        done
    fi
    new=.$name.vmxedit-$random_name.new
    exchange "$name"
    status=$?
    exec 3>&-
    release_lock
    [ "$status" = 0 ] || return
    if [ -n "$reload" ]; then
        if vim-cmd vmsvc/reload "$reload" >/dev/null 2>&1; then
            frame reloaded
        else
            frame not-reloaded
        fi
    fi
    frame replaced
}

# Compares the file and the evidence with what the client has seen, and renames the new file over it.
exchange() {
    if [ -h "./$name" ] || [ ! -f "./$name" ]; then
        frame changed
        return 1
    fi
    if [ "$expected" != - ]; then
        gather
        if [ "$fingerprint" != "$expected" ]; then
            frame changed
            return 1
        fi
    fi
    write_new
    case $? in
    0) ;;
    1)
        fail write
        return 1
        ;;
    *) return 1 ;;
    esac
    # shellcheck disable=SC2012 # The name comes last, and is not taken from here.
    now=$(ls -ldi -- "./$name" 2>/dev/null)
    if [ "${now%% *}" != "$inode" ] || [ "$(sum <"./$name")" != "$old_sum" ]; then
        frame changed
        return 1
    fi
    if [ -n "$suffix" ]; then
        next_backup
        # Not a hard link: an interrupted run would leave a file with two names, which is not edited.
        copy=.$name.vmxedit-$random_name.old
        if ! why=$(cp -p -- "./$name" "./$copy" 2>&1) || ! sync_file 3>>"./$copy" ||
            ! rename "./$copy" "./$backup"; then
            rm -f "./$copy"
            fail backup
            return 1
        fi
    fi
    if ! rename "./$new" "./$name"; then
        [ -z "$suffix" ] || rm -f "./$backup"
        fail rename
        return 1
    fi
    new=
    if [ -n "$suffix" ]; then
        frame backup
        printf '%s\n' "$backup"
    fi
    [ "$durable" = no ] || sync . 2>/dev/null || sync
    return 0
}

# Renames a file over another one, never into a folder in its place.
rename() {
    if mv -fT -- "$1" "$2" 2>/dev/null; then
        return 0
    fi
    why='it is a directory'
    [ ! -d "$2" ] && why=$(mv -f -- "$1" "$2" 2>&1) && [ ! -e "$1" ]
}

system=$(uname -s)
home=$(pwd)
sees_all=no
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
case $system:$(link_target /proc/self/ns/pid 2>/dev/null) in
'Linux:pid:[4026531836]'*) sees_all=yes ;;
esac
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
    search)
        next
        one=$word
        next
        search "$word" "$one"
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
            dd if="$word" bs=512 skip="$skip" count="$blocks" 2>/dev/null || frame failed denied
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
        omit=
        if cd -P "$folder" 2>/dev/null && home=$folder && walk "${word%/}/"; then
            list_folder
            frame folder
            printf '%s\n' "$PWD"
            metadata target .
            printf '%s%s%s' "$listing" "$passing" "$link_targets"
            small_files
            [ -z "$untrusted" ] || frame untrusted "${untrusted%%:*}"
        else
            frame failed "$reason"
        fi
        ;;
    process)
        next
        if [ -d "/proc/$word" ]; then
            frame alive
            cat "/proc/$word/stat" 2>/dev/null
        elif [ "$sees_all" = yes ]; then
            frame dead
        elif [ "$system" = Darwin ] && ! kill -0 "$word" 2>/dev/null; then
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
        replace "$path"
        ;;
    esac
    frame end
done
