
use builtin;
use str;

set edit:completion:arg-completer[vmxedit] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'vmxedit'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'vmxedit'= {
            cand --color 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]'
            cand --dialect 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]'
            cand -q 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --quiet 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --json 'Print JSON'
            cand -v 'Report more, in the commands that have this option'
            cand --verbose 'Report more, in the commands that have this option'
            cand --show-secrets 'Show passwords and keys instead of masking them'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand get 'Print the value of one or more keys'
            cand list 'Print entries as written, in file order'
            cand find 'Search files for entries'
            cand set 'Set one or more keys; all of them are set, or none'
            cand unset 'Remove entries (whole lines)'
            cand rename 'Rename a key or a device (PREFIX.* to PREFIX.*), or the name of a VM in its values'
            cand apply 'Apply presets and edits to any number of files'
            cand diff 'Compare files by key'
            cand edit 'Edit a file in your editor'
            cand restore 'Restore a backup'
            cand preset 'List, show, check and revert presets'
            cand check 'Find mistakes: malformed lines, duplicates, misspelled and misused keys, conflicts, limits'
            cand show 'Show a summary of VMs: guest, hardware, disks, network cards, snapshots, power state'
            cand status 'Show whether VMs are powered off, with the evidence'
            cand completions 'Print the completions for a shell'
            cand man 'Print a manual page'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'vmxedit;get'= {
            cand --default 'Print this value for a missing key, and exit with 0'
            cand --dialect 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]'
            cand --rsh 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT'
            cand --color 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]'
            cand -0 'End each value with a NUL byte instead of a newline'
            cand --null 'End each value with a NUL byte instead of a newline'
            cand --all 'Print every value of a duplicated key'
            cand --raw 'Print the bytes of the file, without decoding them'
            cand -q 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --quiet 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --json 'Print JSON'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'vmxedit;list'= {
            cand --dialect 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]'
            cand --rsh 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT'
            cand --color 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]'
            cand --keys 'Print only the keys'
            cand --raw 'Print the bytes of the file, without decoding them'
            cand -q 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --quiet 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --json 'Print JSON'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'vmxedit;find'= {
            cand -e 'Search for EXPR. With several, all of them must hold in the same file. All other arguments are FILES'
            cand --jobs 'Number of files to process in parallel [default: number of CPUs]'
            cand --dialect 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]'
            cand --rsh 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT'
            cand --color 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]'
            cand --literal 'Take * ? [ in EXPR as ordinary characters'
            cand -l 'Print only the name of each file that matches'
            cand --files-with-matches 'Print only the name of each file that matches'
            cand -c 'Print only how many entries match in each file; for !KEY, 1 or 0'
            cand --count 'Print only how many entries match in each file; for !KEY, 1 or 0'
            cand -r 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed'
            cand --recursive 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed'
            cand --one-file-system 'With --recursive: stay on the file system of each named directory'
            cand --no-progress 'Do not show progress on a terminal'
            cand --show-secrets 'Show passwords and keys instead of masking them'
            cand --json 'Print JSON'
            cand -q 'Print nothing but errors: only the exit status tells whether a file matches'
            cand --quiet 'Print nothing but errors: only the exit status tells whether a file matches'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'vmxedit;set'= {
            cand --backup 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten'
            cand --wait 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds'
            cand --dialect 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]'
            cand --rsh 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT'
            cand --color 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]'
            cand --literal 'Take KEY and VALUE as they are: @ and the characters of patterns have no meaning'
            cand --strict 'Refuse an edit that introduces an error, or a warning about a key that it sets, by the rules that the file does not turn off'
            cand -n 'Report what would change, and change nothing'
            cand --dry-run 'Report what would change, and change nothing'
            cand --diff 'Print a unified diff of the change'
            cand --check 'Report what would change, change nothing, and exit with 1 if anything would change'
            cand --no-backup 'Do not keep the old file, whatever the configuration file says'
            cand --force 'Edit even if the VM is not known to be off; locks of other processes are left in place'
            cand --reload 'On ESXi: make the host read the file again'
            cand --lossy-metadata 'Proceed even if the owner, the access control list or extended attributes cannot be kept'
            cand --break-links 'Proceed even if the file has other hard links: they keep the old content'
            cand --no-sync 'Do not sync the file to disk; a power failure may destroy it. For scratch files'
            cand --show-secrets 'Show passwords and keys instead of masking them'
            cand -v 'Also report that there is nothing to change'
            cand --verbose 'Also report that there is nothing to change'
            cand -q 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --quiet 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --json 'Print JSON'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'vmxedit;unset'= {
            cand --backup 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten'
            cand --wait 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds'
            cand --dialect 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]'
            cand --rsh 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT'
            cand --color 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]'
            cand --strict 'Exit with 1 if a key or pattern matches nothing'
            cand -n 'Report what would change, and change nothing'
            cand --dry-run 'Report what would change, and change nothing'
            cand --diff 'Print a unified diff of the change'
            cand --check 'Report what would change, change nothing, and exit with 1 if anything would change'
            cand --no-backup 'Do not keep the old file, whatever the configuration file says'
            cand --force 'Edit even if the VM is not known to be off; locks of other processes are left in place'
            cand --reload 'On ESXi: make the host read the file again'
            cand --lossy-metadata 'Proceed even if the owner, the access control list or extended attributes cannot be kept'
            cand --break-links 'Proceed even if the file has other hard links: they keep the old content'
            cand --no-sync 'Do not sync the file to disk; a power failure may destroy it. For scratch files'
            cand --show-secrets 'Show passwords and keys instead of masking them'
            cand -v 'Also report that there is nothing to change'
            cand --verbose 'Also report that there is nothing to change'
            cand -q 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --quiet 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --json 'Print JSON'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'vmxedit;rename'= {
            cand --backup 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten'
            cand --wait 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds'
            cand --dialect 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]'
            cand --rsh 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT'
            cand --color 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]'
            cand --values 'Replace the name OLD of the VM with NEW in values'
            cand -n 'Report what would change, and change nothing'
            cand --dry-run 'Report what would change, and change nothing'
            cand --diff 'Print a unified diff of the change'
            cand --check 'Report what would change, change nothing, and exit with 1 if anything would change'
            cand --no-backup 'Do not keep the old file, whatever the configuration file says'
            cand --force 'Edit even if the VM is not known to be off; locks of other processes are left in place'
            cand --reload 'On ESXi: make the host read the file again'
            cand --lossy-metadata 'Proceed even if the owner, the access control list or extended attributes cannot be kept'
            cand --break-links 'Proceed even if the file has other hard links: they keep the old content'
            cand --no-sync 'Do not sync the file to disk; a power failure may destroy it. For scratch files'
            cand --show-secrets 'Show passwords and keys instead of masking them'
            cand -v 'Also report that there is nothing to change'
            cand --verbose 'Also report that there is nothing to change'
            cand -q 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --quiet 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --json 'Print JSON'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'vmxedit;apply'= {
            cand -p 'A preset: a name (see preset list), the path of a preset file, or - for standard input'
            cand --preset 'A preset: a name (see preset list), the path of a preset file, or - for standard input'
            cand --param 'Set a preset parameter; NAME=@PATH reads the value from a file, PRESET.NAME=VALUE sets it for one preset only'
            cand --from 'Set the keys of another file to its values. SOURCE is a file, also on another host, a directory that contains one .vmx, or - for standard input: entries as the command list prints them, or its JSON'
            cand --only 'Take only the entries of --from whose keys match'
            cand --set 'Set a key, like the command set'
            cand --unset 'Remove entries, like the command unset'
            cand --jobs 'Number of files to process in parallel [default: number of CPUs]'
            cand --backup 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten'
            cand --wait 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds'
            cand --dialect 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]'
            cand --rsh 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT'
            cand --color 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]'
            cand --literal 'Take --set as it is: @ and the characters of patterns have no meaning'
            cand --ignore-conditions 'Apply presets even if their conditions are not met'
            cand --if-applicable 'Skip files that a preset does not apply to, instead of refusing them'
            cand --strict 'Refuse an edit that introduces an error, or a warning about a key that it sets, by the rules that the file does not turn off'
            cand -r 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed'
            cand --recursive 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed'
            cand --one-file-system 'With --recursive: stay on the file system of each named directory'
            cand --no-progress 'Do not show progress on a terminal'
            cand -n 'Report what would change, and change nothing'
            cand --dry-run 'Report what would change, and change nothing'
            cand --diff 'Print a unified diff of the change'
            cand --check 'Report what would change, change nothing, and exit with 1 if anything would change'
            cand --no-backup 'Do not keep the old file, whatever the configuration file says'
            cand --force 'Edit even if the VM is not known to be off; locks of other processes are left in place'
            cand --reload 'On ESXi: make the host read the file again'
            cand --lossy-metadata 'Proceed even if the owner, the access control list or extended attributes cannot be kept'
            cand --break-links 'Proceed even if the file has other hard links: they keep the old content'
            cand --no-sync 'Do not sync the file to disk; a power failure may destroy it. For scratch files'
            cand --show-secrets 'Show passwords and keys instead of masking them'
            cand -v 'Also report that there is nothing to change'
            cand --verbose 'Also report that there is nothing to change'
            cand -q 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --quiet 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --json 'Print JSON'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'vmxedit;diff'= {
            cand --backup 'Compare a backup of A with A [default: the newest of FILE.bak, FILE.bak.1, ...]; NAME is a path, the name of a file in the same directory, a suffix of A, or a number that restore --list shows'
            cand --preset 'Compare A with the result of applying this preset'
            cand --param 'Set a parameter of the preset; NAME=@PATH reads the value from a file'
            cand --jobs 'Number of files to process in parallel [default: number of CPUs]'
            cand --dialect 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]'
            cand --rsh 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT'
            cand --color 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]'
            cand --unified 'Print a unified diff of the lines, including order, spacing and comments'
            cand --semantic 'Treat values as equal if VMware does: TRUE and true, 1024 and 0x400'
            cand --ignore-volatile 'Ignore keys that VMware writes itself: generated addresses, PCI slots, uuid.location, ...'
            cand -r 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed'
            cand --recursive 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed'
            cand --one-file-system 'With --recursive: stay on the file system of each named directory'
            cand --no-progress 'Do not show progress on a terminal'
            cand --show-secrets 'Show passwords and keys instead of masking them'
            cand -q 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --quiet 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --json 'Print JSON'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'vmxedit;edit'= {
            cand --backup 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten'
            cand --wait 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds'
            cand --dialect 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]'
            cand --rsh 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT'
            cand --color 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]'
            cand --keep 'If the text cannot be saved, keep it in a private directory and print the path'
            cand -n 'Report what would change, and change nothing'
            cand --dry-run 'Report what would change, and change nothing'
            cand --diff 'Print a unified diff of the change'
            cand --check 'Report what would change, change nothing, and exit with 1 if anything would change'
            cand --no-backup 'Do not keep the old file, whatever the configuration file says'
            cand --force 'Edit even if the VM is not known to be off; locks of other processes are left in place'
            cand --reload 'On ESXi: make the host read the file again'
            cand --lossy-metadata 'Proceed even if the owner, the access control list or extended attributes cannot be kept'
            cand --break-links 'Proceed even if the file has other hard links: they keep the old content'
            cand --no-sync 'Do not sync the file to disk; a power failure may destroy it. For scratch files'
            cand --show-secrets 'Show passwords and keys instead of masking them'
            cand -v 'Also report that there is nothing to change'
            cand --verbose 'Also report that there is nothing to change'
            cand -q 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --quiet 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --json 'Print JSON'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'vmxedit;restore'= {
            cand --backup 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten'
            cand --wait 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds'
            cand --dialect 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]'
            cand --rsh 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT'
            cand --color 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]'
            cand --list 'List the backups, the newest first, and restore nothing'
            cand -n 'Report what would change, and change nothing'
            cand --dry-run 'Report what would change, and change nothing'
            cand --diff 'Print a unified diff of the change'
            cand --check 'Report what would change, change nothing, and exit with 1 if anything would change'
            cand --no-backup 'Do not keep the old file, whatever the configuration file says'
            cand --force 'Edit even if the VM is not known to be off; locks of other processes are left in place'
            cand --reload 'On ESXi: make the host read the file again'
            cand --lossy-metadata 'Proceed even if the owner, the access control list or extended attributes cannot be kept'
            cand --break-links 'Proceed even if the file has other hard links: they keep the old content'
            cand --no-sync 'Do not sync the file to disk; a power failure may destroy it. For scratch files'
            cand --show-secrets 'Show passwords and keys instead of masking them'
            cand -v 'Also report that there is nothing to change'
            cand --verbose 'Also report that there is nothing to change'
            cand -q 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --quiet 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --json 'Print JSON'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'vmxedit;preset'= {
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand list 'List presets by topic'
            cand show 'Show what a preset sets, when, why, and from which source'
            cand check 'Check whether a file is a valid preset'
            cand revert 'Revert a preset, for keys that still have the value that it sets'
            cand path 'Print the folders where presets are looked up, in order'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'vmxedit;preset;list'= {
            cand --for 'List only presets that apply to this VM, which may be on another host, and whether they are applied'
            cand --rsh 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT'
            cand --color 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]'
            cand -v 'With --for: also list the presets that do not apply, with the reason'
            cand --verbose 'With --for: also list the presets that do not apply, with the reason'
            cand -q 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --quiet 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --json 'Print JSON'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'vmxedit;preset;show'= {
            cand --param 'Set a parameter; NAME=@PATH reads the value from a file'
            cand --rsh 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT'
            cand --color 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]'
            cand -q 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --quiet 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --json 'Print JSON'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'vmxedit;preset;check'= {
            cand --color 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]'
            cand -q 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --quiet 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --json 'Print JSON'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'vmxedit;preset;revert'= {
            cand --param 'The value of a parameter when the preset was applied'
            cand --backup 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten'
            cand --wait 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds'
            cand --dialect 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]'
            cand --rsh 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT'
            cand --color 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]'
            cand -n 'Report what would change, and change nothing'
            cand --dry-run 'Report what would change, and change nothing'
            cand --diff 'Print a unified diff of the change'
            cand --check 'Report what would change, change nothing, and exit with 1 if anything would change'
            cand --no-backup 'Do not keep the old file, whatever the configuration file says'
            cand --force 'Edit even if the VM is not known to be off; locks of other processes are left in place'
            cand --reload 'On ESXi: make the host read the file again'
            cand --lossy-metadata 'Proceed even if the owner, the access control list or extended attributes cannot be kept'
            cand --break-links 'Proceed even if the file has other hard links: they keep the old content'
            cand --no-sync 'Do not sync the file to disk; a power failure may destroy it. For scratch files'
            cand --show-secrets 'Show passwords and keys instead of masking them'
            cand -v 'Also report that there is nothing to change'
            cand --verbose 'Also report that there is nothing to change'
            cand -q 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --quiet 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --json 'Print JSON'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'vmxedit;preset;path'= {
            cand --color 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]'
            cand -q 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --quiet 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --json 'Print JSON'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'vmxedit;preset;help'= {
            cand list 'List presets by topic'
            cand show 'Show what a preset sets, when, why, and from which source'
            cand check 'Check whether a file is a valid preset'
            cand revert 'Revert a preset, for keys that still have the value that it sets'
            cand path 'Print the folders where presets are looked up, in order'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'vmxedit;preset;help;list'= {
        }
        &'vmxedit;preset;help;show'= {
        }
        &'vmxedit;preset;help;check'= {
        }
        &'vmxedit;preset;help;revert'= {
        }
        &'vmxedit;preset;help;path'= {
        }
        &'vmxedit;preset;help;help'= {
        }
        &'vmxedit;check'= {
            cand --format 'The format of the findings; --json means json'
            cand --deny 'Count the findings of a rule as errors: a code, a name, or "warnings" for all warnings'
            cand --host 'Report what a product does not support, such as a newer hardware version: esxi-6.7, workstation-17, fusion-13'
            cand --allow 'Disable a rule: a code or a name'
            cand --explain 'Explain a rule and name its source'
            cand --jobs 'Number of files to process in parallel [default: number of CPUs]'
            cand --backup 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten'
            cand --wait 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds'
            cand --rsh 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT'
            cand --color 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]'
            cand --fix 'Fix what can be fixed without losing data, and print the diff: duplicate entries that VMware reads alike, misplaced byte order marks, values without quotes or in other quotes'
            cand --rules 'List the rules'
            cand -r 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed'
            cand --recursive 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed'
            cand --one-file-system 'With --recursive: stay on the file system of each named directory'
            cand --no-progress 'Do not show progress on a terminal'
            cand -n 'Report what would change, and change nothing'
            cand --dry-run 'Report what would change, and change nothing'
            cand --diff 'Print a unified diff of the change'
            cand --check 'Report what would change, change nothing, and exit with 1 if anything would change'
            cand --no-backup 'Do not keep the old file, whatever the configuration file says'
            cand --force 'Edit even if the VM is not known to be off; locks of other processes are left in place'
            cand --reload 'On ESXi: make the host read the file again'
            cand --lossy-metadata 'Proceed even if the owner, the access control list or extended attributes cannot be kept'
            cand --break-links 'Proceed even if the file has other hard links: they keep the old content'
            cand --no-sync 'Do not sync the file to disk; a power failure may destroy it. For scratch files'
            cand -v 'Also report that there is nothing to fix'
            cand --verbose 'Also report that there is nothing to fix'
            cand --show-secrets 'Show passwords and keys instead of masking them'
            cand -q 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --quiet 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --json 'Print JSON'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'vmxedit;show'= {
            cand --with 'Also show the value of KEY, in any case; in a table as a column. May be repeated'
            cand --jobs 'Number of files to process in parallel [default: number of CPUs]'
            cand --rsh 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT'
            cand --color 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]'
            cand -r 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed'
            cand --recursive 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed'
            cand --one-file-system 'With --recursive: stay on the file system of each named directory'
            cand --no-progress 'Do not show progress on a terminal'
            cand -q 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --quiet 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --json 'Print JSON'
            cand --show-secrets 'Show passwords and keys instead of masking them'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'vmxedit;status'= {
            cand --jobs 'Number of files to process in parallel [default: number of CPUs]'
            cand --rsh 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT'
            cand --color 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]'
            cand -r 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed'
            cand --recursive 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed'
            cand --one-file-system 'With --recursive: stay on the file system of each named directory'
            cand --no-progress 'Do not show progress on a terminal'
            cand -q 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --quiet 'Print only results and errors: no warnings, notes, progress or summaries'
            cand --json 'Print JSON'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'vmxedit;completions'= {
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'vmxedit;man'= {
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'vmxedit;help'= {
            cand get 'Print the value of one or more keys'
            cand list 'Print entries as written, in file order'
            cand find 'Search files for entries'
            cand set 'Set one or more keys; all of them are set, or none'
            cand unset 'Remove entries (whole lines)'
            cand rename 'Rename a key or a device (PREFIX.* to PREFIX.*), or the name of a VM in its values'
            cand apply 'Apply presets and edits to any number of files'
            cand diff 'Compare files by key'
            cand edit 'Edit a file in your editor'
            cand restore 'Restore a backup'
            cand preset 'List, show, check and revert presets'
            cand check 'Find mistakes: malformed lines, duplicates, misspelled and misused keys, conflicts, limits'
            cand show 'Show a summary of VMs: guest, hardware, disks, network cards, snapshots, power state'
            cand status 'Show whether VMs are powered off, with the evidence'
            cand completions 'Print the completions for a shell'
            cand man 'Print a manual page'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'vmxedit;help;get'= {
        }
        &'vmxedit;help;list'= {
        }
        &'vmxedit;help;find'= {
        }
        &'vmxedit;help;set'= {
        }
        &'vmxedit;help;unset'= {
        }
        &'vmxedit;help;rename'= {
        }
        &'vmxedit;help;apply'= {
        }
        &'vmxedit;help;diff'= {
        }
        &'vmxedit;help;edit'= {
        }
        &'vmxedit;help;restore'= {
        }
        &'vmxedit;help;preset'= {
            cand list 'List presets by topic'
            cand show 'Show what a preset sets, when, why, and from which source'
            cand check 'Check whether a file is a valid preset'
            cand revert 'Revert a preset, for keys that still have the value that it sets'
            cand path 'Print the folders where presets are looked up, in order'
        }
        &'vmxedit;help;preset;list'= {
        }
        &'vmxedit;help;preset;show'= {
        }
        &'vmxedit;help;preset;check'= {
        }
        &'vmxedit;help;preset;revert'= {
        }
        &'vmxedit;help;preset;path'= {
        }
        &'vmxedit;help;check'= {
        }
        &'vmxedit;help;show'= {
        }
        &'vmxedit;help;status'= {
        }
        &'vmxedit;help;completions'= {
        }
        &'vmxedit;help;man'= {
        }
        &'vmxedit;help;help'= {
        }
    ]
    $completions[$command]
}
