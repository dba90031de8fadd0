# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_vmxedit_global_optspecs
    string join \n q/quiet color= json v/verbose show-secrets dialect= h/help V/version
end

function __fish_vmxedit_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_vmxedit_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_vmxedit_using_subcommand
    set -l cmd (__fish_vmxedit_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c vmxedit -n "__fish_vmxedit_needs_command" -l color -d 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_needs_command" -l dialect -d 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]' -r -f -a "vmx\t''
properties\t''
descriptor\t''"
complete -c vmxedit -n "__fish_vmxedit_needs_command" -s q -l quiet -d 'Print only results and errors: no warnings, notes, progress or summaries'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -l json -d 'Print JSON'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -s v -l verbose -d 'Report more, in the commands that have this option'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -l show-secrets -d 'Show passwords and keys instead of masking them'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -s h -l help -d 'Print help'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -s V -l version -d 'Print version'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "get" -d 'Print the value of one or more keys'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "list" -d 'Print entries as written, in file order'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "find" -d 'Search files for entries'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "set" -d 'Set one or more keys; all of them are set, or none'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "unset" -d 'Remove entries (whole lines)'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "rename" -d 'Rename a key or a device (PREFIX.* to PREFIX.*), or the name of a VM in its values'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "apply" -d 'Apply presets and edits to any number of files'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "diff" -d 'Compare files by key'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "edit" -d 'Edit a file in your editor'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "restore" -d 'Restore a backup'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "preset" -d 'List, show, check and revert presets'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "check" -d 'Find mistakes: malformed lines, duplicates, misspelled and misused keys, conflicts, limits'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "show" -d 'Show a summary of VMs: guest, hardware, disks, network cards, snapshots, power state'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "status" -d 'Show whether VMs are powered off, with the evidence'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "completions" -d 'Print the completions for a shell'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "man" -d 'Print a manual page'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand get" -l default -d 'Print this value for a missing key, and exit with 0' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand get" -l dialect -d 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]' -r -f -a "vmx\t''
properties\t''
descriptor\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand get" -l rsh -d 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand get" -l color -d 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand get" -s 0 -l null -d 'End each value with a NUL byte instead of a newline'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand get" -l all -d 'Print every value of a duplicated key'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand get" -l raw -d 'Print the bytes of the file, without decoding them'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand get" -s q -l quiet -d 'Print only results and errors: no warnings, notes, progress or summaries'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand get" -l json -d 'Print JSON'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand get" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand list" -l dialect -d 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]' -r -f -a "vmx\t''
properties\t''
descriptor\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand list" -l rsh -d 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand list" -l color -d 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand list" -l keys -d 'Print only the keys'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand list" -l raw -d 'Print the bytes of the file, without decoding them'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand list" -s q -l quiet -d 'Print only results and errors: no warnings, notes, progress or summaries'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand list" -l json -d 'Print JSON'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand find" -s e -d 'Search for EXPR. With several, all of them must hold in the same file. All other arguments are FILES' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand find" -l jobs -d 'Number of files to process in parallel [default: number of CPUs]' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand find" -l dialect -d 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]' -r -f -a "vmx\t''
properties\t''
descriptor\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand find" -l rsh -d 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand find" -l color -d 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand find" -l literal -d 'Take * ? [ in EXPR as ordinary characters'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand find" -s l -l files-with-matches -d 'Print only the name of each file that matches'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand find" -s c -l count -d 'Print only how many entries match in each file; for !KEY, 1 or 0'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand find" -s r -l recursive -d 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand find" -l one-file-system -d 'With --recursive: stay on the file system of each named directory'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand find" -l no-progress -d 'Do not show progress on a terminal'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand find" -l show-secrets -d 'Show passwords and keys instead of masking them'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand find" -l json -d 'Print JSON'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand find" -s q -l quiet -d 'Print nothing but errors: only the exit status tells whether a file matches'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand find" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l backup -d 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l wait -d 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l dialect -d 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]' -r -f -a "vmx\t''
properties\t''
descriptor\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l rsh -d 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l color -d 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l literal -d 'Take KEY and VALUE as they are: @ and the characters of patterns have no meaning'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l strict -d 'Refuse an edit that introduces an error, or a warning about a key that it sets, by the rules that the file does not turn off'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -s n -l dry-run -d 'Report what would change, and change nothing'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l diff -d 'Print a unified diff of the change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l check -d 'Report what would change, change nothing, and exit with 1 if anything would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l no-backup -d 'Do not keep the old file, whatever the configuration file says'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l force -d 'Edit even if the VM is not known to be off; locks of other processes are left in place'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l reload -d 'On ESXi: make the host read the file again'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l lossy-metadata -d 'Proceed even if the owner, the access control list or extended attributes cannot be kept'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l break-links -d 'Proceed even if the file has other hard links: they keep the old content'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l no-sync -d 'Do not sync the file to disk; a power failure may destroy it. For scratch files'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l show-secrets -d 'Show passwords and keys instead of masking them'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -s v -l verbose -d 'Also report that there is nothing to change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -s q -l quiet -d 'Print only results and errors: no warnings, notes, progress or summaries'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l json -d 'Print JSON'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l backup -d 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l wait -d 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l dialect -d 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]' -r -f -a "vmx\t''
properties\t''
descriptor\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l rsh -d 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l color -d 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l strict -d 'Exit with 1 if a key or pattern matches nothing'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -s n -l dry-run -d 'Report what would change, and change nothing'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l diff -d 'Print a unified diff of the change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l check -d 'Report what would change, change nothing, and exit with 1 if anything would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l no-backup -d 'Do not keep the old file, whatever the configuration file says'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l force -d 'Edit even if the VM is not known to be off; locks of other processes are left in place'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l reload -d 'On ESXi: make the host read the file again'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l lossy-metadata -d 'Proceed even if the owner, the access control list or extended attributes cannot be kept'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l break-links -d 'Proceed even if the file has other hard links: they keep the old content'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l no-sync -d 'Do not sync the file to disk; a power failure may destroy it. For scratch files'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l show-secrets -d 'Show passwords and keys instead of masking them'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -s v -l verbose -d 'Also report that there is nothing to change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -s q -l quiet -d 'Print only results and errors: no warnings, notes, progress or summaries'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l json -d 'Print JSON'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l backup -d 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l wait -d 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l dialect -d 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]' -r -f -a "vmx\t''
properties\t''
descriptor\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l rsh -d 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l color -d 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l values -d 'Replace the name OLD of the VM with NEW in values'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -s n -l dry-run -d 'Report what would change, and change nothing'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l diff -d 'Print a unified diff of the change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l check -d 'Report what would change, change nothing, and exit with 1 if anything would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l no-backup -d 'Do not keep the old file, whatever the configuration file says'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l force -d 'Edit even if the VM is not known to be off; locks of other processes are left in place'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l reload -d 'On ESXi: make the host read the file again'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l lossy-metadata -d 'Proceed even if the owner, the access control list or extended attributes cannot be kept'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l break-links -d 'Proceed even if the file has other hard links: they keep the old content'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l no-sync -d 'Do not sync the file to disk; a power failure may destroy it. For scratch files'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l show-secrets -d 'Show passwords and keys instead of masking them'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -s v -l verbose -d 'Also report that there is nothing to change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -s q -l quiet -d 'Print only results and errors: no warnings, notes, progress or summaries'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l json -d 'Print JSON'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -s p -l preset -d 'A preset: a name (see preset list), the path of a preset file, or - for standard input' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l param -d 'Set a preset parameter; NAME=@PATH reads the value from a file, PRESET.NAME=VALUE sets it for one preset only' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l from -d 'Set the keys of another file to its values. SOURCE is a file, also on another host, a directory that contains one .vmx, or - for standard input: entries as the command list prints them, or its JSON' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l only -d 'Take only the entries of --from whose keys match' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l set -d 'Set a key, like the command set' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l unset -d 'Remove entries, like the command unset' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l jobs -d 'Number of files to process in parallel [default: number of CPUs]' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l backup -d 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l wait -d 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l dialect -d 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]' -r -f -a "vmx\t''
properties\t''
descriptor\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l rsh -d 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l color -d 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l literal -d 'Take --set as it is: @ and the characters of patterns have no meaning'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l ignore-conditions -d 'Apply presets even if their conditions are not met'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l if-applicable -d 'Skip files that a preset does not apply to, instead of refusing them'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l strict -d 'Refuse an edit that introduces an error, or a warning about a key that it sets, by the rules that the file does not turn off'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -s r -l recursive -d 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l one-file-system -d 'With --recursive: stay on the file system of each named directory'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l no-progress -d 'Do not show progress on a terminal'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -s n -l dry-run -d 'Report what would change, and change nothing'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l diff -d 'Print a unified diff of the change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l check -d 'Report what would change, change nothing, and exit with 1 if anything would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l no-backup -d 'Do not keep the old file, whatever the configuration file says'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l force -d 'Edit even if the VM is not known to be off; locks of other processes are left in place'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l reload -d 'On ESXi: make the host read the file again'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l lossy-metadata -d 'Proceed even if the owner, the access control list or extended attributes cannot be kept'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l break-links -d 'Proceed even if the file has other hard links: they keep the old content'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l no-sync -d 'Do not sync the file to disk; a power failure may destroy it. For scratch files'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l show-secrets -d 'Show passwords and keys instead of masking them'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -s v -l verbose -d 'Also report that there is nothing to change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -s q -l quiet -d 'Print only results and errors: no warnings, notes, progress or summaries'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l json -d 'Print JSON'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -l backup -d 'Compare a backup of A with A [default: the newest of FILE.bak, FILE.bak.1, ...]; NAME is a path, the name of a file in the same directory, a suffix of A, or a number that restore --list shows' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -l preset -d 'Compare A with the result of applying this preset' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -l param -d 'Set a parameter of the preset; NAME=@PATH reads the value from a file' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -l jobs -d 'Number of files to process in parallel [default: number of CPUs]' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -l dialect -d 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]' -r -f -a "vmx\t''
properties\t''
descriptor\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -l rsh -d 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -l color -d 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -l unified -d 'Print a unified diff of the lines, including order, spacing and comments'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -l semantic -d 'Treat values as equal if VMware does: TRUE and true, 1024 and 0x400'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -l ignore-volatile -d 'Ignore keys that VMware writes itself: generated addresses, PCI slots, uuid.location, ...'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -s r -l recursive -d 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -l one-file-system -d 'With --recursive: stay on the file system of each named directory'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -l no-progress -d 'Do not show progress on a terminal'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -l show-secrets -d 'Show passwords and keys instead of masking them'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -s q -l quiet -d 'Print only results and errors: no warnings, notes, progress or summaries'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -l json -d 'Print JSON'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l backup -d 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l wait -d 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l dialect -d 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]' -r -f -a "vmx\t''
properties\t''
descriptor\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l rsh -d 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l color -d 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l keep -d 'If the text cannot be saved, keep it in a private directory and print the path'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -s n -l dry-run -d 'Report what would change, and change nothing'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l diff -d 'Print a unified diff of the change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l check -d 'Report what would change, change nothing, and exit with 1 if anything would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l no-backup -d 'Do not keep the old file, whatever the configuration file says'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l force -d 'Edit even if the VM is not known to be off; locks of other processes are left in place'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l reload -d 'On ESXi: make the host read the file again'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l lossy-metadata -d 'Proceed even if the owner, the access control list or extended attributes cannot be kept'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l break-links -d 'Proceed even if the file has other hard links: they keep the old content'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l no-sync -d 'Do not sync the file to disk; a power failure may destroy it. For scratch files'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l show-secrets -d 'Show passwords and keys instead of masking them'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -s v -l verbose -d 'Also report that there is nothing to change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -s q -l quiet -d 'Print only results and errors: no warnings, notes, progress or summaries'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l json -d 'Print JSON'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l backup -d 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l wait -d 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l dialect -d 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]' -r -f -a "vmx\t''
properties\t''
descriptor\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l rsh -d 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l color -d 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l list -d 'List the backups, the newest first, and restore nothing'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -s n -l dry-run -d 'Report what would change, and change nothing'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l diff -d 'Print a unified diff of the change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l check -d 'Report what would change, change nothing, and exit with 1 if anything would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l no-backup -d 'Do not keep the old file, whatever the configuration file says'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l force -d 'Edit even if the VM is not known to be off; locks of other processes are left in place'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l reload -d 'On ESXi: make the host read the file again'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l lossy-metadata -d 'Proceed even if the owner, the access control list or extended attributes cannot be kept'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l break-links -d 'Proceed even if the file has other hard links: they keep the old content'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l no-sync -d 'Do not sync the file to disk; a power failure may destroy it. For scratch files'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l show-secrets -d 'Show passwords and keys instead of masking them'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -s v -l verbose -d 'Also report that there is nothing to change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -s q -l quiet -d 'Print only results and errors: no warnings, notes, progress or summaries'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l json -d 'Print JSON'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and not __fish_seen_subcommand_from list show check revert path help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and not __fish_seen_subcommand_from list show check revert path help" -f -a "list" -d 'List presets by topic'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and not __fish_seen_subcommand_from list show check revert path help" -f -a "show" -d 'Show what a preset sets, when, why, and from which source'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and not __fish_seen_subcommand_from list show check revert path help" -f -a "check" -d 'Check whether a file is a valid preset'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and not __fish_seen_subcommand_from list show check revert path help" -f -a "revert" -d 'Revert a preset, for keys that still have the value that it sets'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and not __fish_seen_subcommand_from list show check revert path help" -f -a "path" -d 'Print the folders where presets are looked up, in order'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and not __fish_seen_subcommand_from list show check revert path help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from list" -l for -d 'List only presets that apply to this VM, which may be on another host, and whether they are applied' -r -F
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from list" -l rsh -d 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from list" -l color -d 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from list" -s v -l verbose -d 'With --for: also list the presets that do not apply, with the reason'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only results and errors: no warnings, notes, progress or summaries'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from list" -l json -d 'Print JSON'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from show" -l param -d 'Set a parameter; NAME=@PATH reads the value from a file' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from show" -l rsh -d 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from show" -l color -d 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print only results and errors: no warnings, notes, progress or summaries'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from show" -l json -d 'Print JSON'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from check" -l color -d 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Print only results and errors: no warnings, notes, progress or summaries'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from check" -l json -d 'Print JSON'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l param -d 'The value of a parameter when the preset was applied' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l backup -d 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l wait -d 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l dialect -d 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]' -r -f -a "vmx\t''
properties\t''
descriptor\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l rsh -d 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l color -d 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -s n -l dry-run -d 'Report what would change, and change nothing'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l diff -d 'Print a unified diff of the change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l check -d 'Report what would change, change nothing, and exit with 1 if anything would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l no-backup -d 'Do not keep the old file, whatever the configuration file says'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l force -d 'Edit even if the VM is not known to be off; locks of other processes are left in place'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l reload -d 'On ESXi: make the host read the file again'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l lossy-metadata -d 'Proceed even if the owner, the access control list or extended attributes cannot be kept'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l break-links -d 'Proceed even if the file has other hard links: they keep the old content'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l no-sync -d 'Do not sync the file to disk; a power failure may destroy it. For scratch files'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l show-secrets -d 'Show passwords and keys instead of masking them'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -s v -l verbose -d 'Also report that there is nothing to change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -s q -l quiet -d 'Print only results and errors: no warnings, notes, progress or summaries'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l json -d 'Print JSON'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from path" -l color -d 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from path" -s q -l quiet -d 'Print only results and errors: no warnings, notes, progress or summaries'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from path" -l json -d 'Print JSON'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from help" -f -a "list" -d 'List presets by topic'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show what a preset sets, when, why, and from which source'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from help" -f -a "check" -d 'Check whether a file is a valid preset'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from help" -f -a "revert" -d 'Revert a preset, for keys that still have the value that it sets'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from help" -f -a "path" -d 'Print the folders where presets are looked up, in order'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l format -d 'The format of the findings; --json means json' -r -f -a "human\t'Text for people'
json\t'One JSON object per file'
sarif\t'SARIF 2.1.0, for code scanning services and editors'"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l deny -d 'Count the findings of a rule as errors: a code, a name, or "warnings" for all warnings' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l host -d 'Report what a product does not support, such as a newer hardware version: esxi-6.7, workstation-17, fusion-13' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l allow -d 'Disable a rule: a code or a name' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l explain -d 'Explain a rule and name its source' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l jobs -d 'Number of files to process in parallel [default: number of CPUs]' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l backup -d 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l wait -d 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l rsh -d 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l color -d 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l fix -d 'Fix what can be fixed without losing data, and print the diff: duplicate entries that VMware reads alike, misplaced byte order marks, values without quotes or in other quotes'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l rules -d 'List the rules'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -s r -l recursive -d 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l one-file-system -d 'With --recursive: stay on the file system of each named directory'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l no-progress -d 'Do not show progress on a terminal'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -s n -l dry-run -d 'Report what would change, and change nothing'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l diff -d 'Print a unified diff of the change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l check -d 'Report what would change, change nothing, and exit with 1 if anything would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l no-backup -d 'Do not keep the old file, whatever the configuration file says'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l force -d 'Edit even if the VM is not known to be off; locks of other processes are left in place'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l reload -d 'On ESXi: make the host read the file again'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l lossy-metadata -d 'Proceed even if the owner, the access control list or extended attributes cannot be kept'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l break-links -d 'Proceed even if the file has other hard links: they keep the old content'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l no-sync -d 'Do not sync the file to disk; a power failure may destroy it. For scratch files'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -s v -l verbose -d 'Also report that there is nothing to fix'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l show-secrets -d 'Show passwords and keys instead of masking them'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -s q -l quiet -d 'Print only results and errors: no warnings, notes, progress or summaries'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l json -d 'Print JSON'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand show" -l with -d 'Also show the value of KEY, in any case; in a table as a column. May be repeated' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand show" -l jobs -d 'Number of files to process in parallel [default: number of CPUs]' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand show" -l rsh -d 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand show" -l color -d 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand show" -s r -l recursive -d 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand show" -l one-file-system -d 'With --recursive: stay on the file system of each named directory'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand show" -l no-progress -d 'Do not show progress on a terminal'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand show" -s q -l quiet -d 'Print only results and errors: no warnings, notes, progress or summaries'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand show" -l json -d 'Print JSON'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand show" -l show-secrets -d 'Show passwords and keys instead of masking them'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand status" -l jobs -d 'Number of files to process in parallel [default: number of CPUs]' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand status" -l rsh -d 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand status" -l color -d 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand status" -s r -l recursive -d 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand status" -l one-file-system -d 'With --recursive: stay on the file system of each named directory'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand status" -l no-progress -d 'Do not show progress on a terminal'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand status" -s q -l quiet -d 'Print only results and errors: no warnings, notes, progress or summaries'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand status" -l json -d 'Print JSON'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand completions" -s h -l help -d 'Print help'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand man" -s h -l help -d 'Print help'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list find set unset rename apply diff edit restore preset check show status completions man help" -f -a "get" -d 'Print the value of one or more keys'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list find set unset rename apply diff edit restore preset check show status completions man help" -f -a "list" -d 'Print entries as written, in file order'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list find set unset rename apply diff edit restore preset check show status completions man help" -f -a "find" -d 'Search files for entries'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list find set unset rename apply diff edit restore preset check show status completions man help" -f -a "set" -d 'Set one or more keys; all of them are set, or none'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list find set unset rename apply diff edit restore preset check show status completions man help" -f -a "unset" -d 'Remove entries (whole lines)'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list find set unset rename apply diff edit restore preset check show status completions man help" -f -a "rename" -d 'Rename a key or a device (PREFIX.* to PREFIX.*), or the name of a VM in its values'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list find set unset rename apply diff edit restore preset check show status completions man help" -f -a "apply" -d 'Apply presets and edits to any number of files'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list find set unset rename apply diff edit restore preset check show status completions man help" -f -a "diff" -d 'Compare files by key'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list find set unset rename apply diff edit restore preset check show status completions man help" -f -a "edit" -d 'Edit a file in your editor'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list find set unset rename apply diff edit restore preset check show status completions man help" -f -a "restore" -d 'Restore a backup'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list find set unset rename apply diff edit restore preset check show status completions man help" -f -a "preset" -d 'List, show, check and revert presets'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list find set unset rename apply diff edit restore preset check show status completions man help" -f -a "check" -d 'Find mistakes: malformed lines, duplicates, misspelled and misused keys, conflicts, limits'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list find set unset rename apply diff edit restore preset check show status completions man help" -f -a "show" -d 'Show a summary of VMs: guest, hardware, disks, network cards, snapshots, power state'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list find set unset rename apply diff edit restore preset check show status completions man help" -f -a "status" -d 'Show whether VMs are powered off, with the evidence'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list find set unset rename apply diff edit restore preset check show status completions man help" -f -a "completions" -d 'Print the completions for a shell'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list find set unset rename apply diff edit restore preset check show status completions man help" -f -a "man" -d 'Print a manual page'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list find set unset rename apply diff edit restore preset check show status completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and __fish_seen_subcommand_from preset" -f -a "list" -d 'List presets by topic'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and __fish_seen_subcommand_from preset" -f -a "show" -d 'Show what a preset sets, when, why, and from which source'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and __fish_seen_subcommand_from preset" -f -a "check" -d 'Check whether a file is a valid preset'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and __fish_seen_subcommand_from preset" -f -a "revert" -d 'Revert a preset, for keys that still have the value that it sets'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and __fish_seen_subcommand_from preset" -f -a "path" -d 'Print the folders where presets are looked up, in order'
