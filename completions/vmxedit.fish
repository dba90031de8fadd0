# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_vmxedit_global_optspecs
    string join \n h/help V/version
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

complete -c vmxedit -n "__fish_vmxedit_needs_command" -s h -l help -d 'Print help'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -s V -l version -d 'Print version'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "get" -d 'Prints the values of keys'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "list" -d 'Prints entries as they are written, in file order'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "set" -d 'Sets keys to values: all of them, or none'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "unset" -d 'Removes entries, whole lines'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "rename" -d 'Renames a key, or with .* on both a whole family'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "apply" -d 'Applies presets and edits to any number of files'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "diff" -d 'Compares two files key by key, in whatever order they stand'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "edit" -d 'Opens the file in your editor, with VMware locked out, and saves it like any other edit'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "restore" -d 'Puts a backup back, an edit like any other'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "preset" -d 'Shows presets, checks them, takes them back'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "check" -d 'Finds what is wrong: malformed lines, duplicates, misspelt and misused keys, conflicts, limits'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "show" -d 'Shows VMs at a glance: guest, hardware, disks, network cards, snapshots, power state'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "status" -d 'Tells whether VMs are off, and what that rests on'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "completions" -d 'Prints the completions for a shell'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "man" -d 'Prints a manual page'
complete -c vmxedit -n "__fish_vmxedit_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand get" -l default -d 'Print this for a key that is not there, and exit with 0' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand get" -l dialect -d 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk\'s text descriptor, everything else, and standard input, as VMware\'s dictionary' -r -f -a "vmx\t''
properties\t''
descriptor\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand get" -l color -d 'Colours; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand get" -s 0 -l null -d 'End each value with a NUL byte instead of a newline'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand get" -l all -d 'Print every value of a key that stands there several times'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand get" -l raw -d 'Print the bytes as they stand in the file: not unescaped, not decoded'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand get" -s q -l quiet -d 'Print results and errors only'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand get" -s v -l verbose -d 'Say more on standard error'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand get" -l json -d 'Print JSON for programs'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand get" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand list" -l dialect -d 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk\'s text descriptor, everything else, and standard input, as VMware\'s dictionary' -r -f -a "vmx\t''
properties\t''
descriptor\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand list" -l color -d 'Colours; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand list" -l keys -d 'Print the keys alone'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand list" -l raw -d 'Print the bytes as they stand in the file'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand list" -s q -l quiet -d 'Print results and errors only'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand list" -s v -l verbose -d 'Say more on standard error'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand list" -l json -d 'Print JSON for programs'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand list" -s h -l help -d 'Print help'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l backup -d 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l wait -d 'Wait until the VM is off and its lock is free, then edit; without a number, for ever' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l dialect -d 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk\'s text descriptor, everything else, and standard input, as VMware\'s dictionary' -r -f -a "vmx\t''
properties\t''
descriptor\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l color -d 'Colours; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -s n -l dry-run -d 'Change nothing; say what would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l diff -d 'Also print a unified diff'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l check -d 'Change nothing; exit with 1 if anything would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l force -d 'Edit although the VM is not known to be off; nobody\'s lock is removed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l reload -d 'Make an ESXi host read the file again afterwards'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l lossy-metadata -d 'Go on where owner, access control list or extended attributes cannot be kept'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l break-links -d 'Go on where the file has other hard links: they keep the old content'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l no-sync -d 'Do not wait for the disk: for scratch trees; a power cut may take the file'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l show-secrets -d 'Show passwords and keys in what is printed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -s q -l quiet -d 'Print results and errors only'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -s v -l verbose -d 'Say more on standard error'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -l json -d 'Print JSON for programs'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l backup -d 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l wait -d 'Wait until the VM is off and its lock is free, then edit; without a number, for ever' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l dialect -d 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk\'s text descriptor, everything else, and standard input, as VMware\'s dictionary' -r -f -a "vmx\t''
properties\t''
descriptor\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l color -d 'Colours; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l strict -d 'A key or pattern that nothing matches is an error (exit 1)'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -s n -l dry-run -d 'Change nothing; say what would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l diff -d 'Also print a unified diff'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l check -d 'Change nothing; exit with 1 if anything would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l force -d 'Edit although the VM is not known to be off; nobody\'s lock is removed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l reload -d 'Make an ESXi host read the file again afterwards'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l lossy-metadata -d 'Go on where owner, access control list or extended attributes cannot be kept'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l break-links -d 'Go on where the file has other hard links: they keep the old content'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l no-sync -d 'Do not wait for the disk: for scratch trees; a power cut may take the file'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l show-secrets -d 'Show passwords and keys in what is printed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -s q -l quiet -d 'Print results and errors only'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -s v -l verbose -d 'Say more on standard error'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -l json -d 'Print JSON for programs'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand unset" -s h -l help -d 'Print help'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l backup -d 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l wait -d 'Wait until the VM is off and its lock is free, then edit; without a number, for ever' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l dialect -d 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk\'s text descriptor, everything else, and standard input, as VMware\'s dictionary' -r -f -a "vmx\t''
properties\t''
descriptor\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l color -d 'Colours; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -s n -l dry-run -d 'Change nothing; say what would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l diff -d 'Also print a unified diff'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l check -d 'Change nothing; exit with 1 if anything would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l force -d 'Edit although the VM is not known to be off; nobody\'s lock is removed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l reload -d 'Make an ESXi host read the file again afterwards'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l lossy-metadata -d 'Go on where owner, access control list or extended attributes cannot be kept'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l break-links -d 'Go on where the file has other hard links: they keep the old content'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l no-sync -d 'Do not wait for the disk: for scratch trees; a power cut may take the file'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l show-secrets -d 'Show passwords and keys in what is printed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -s q -l quiet -d 'Print results and errors only'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -s v -l verbose -d 'Say more on standard error'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -l json -d 'Print JSON for programs'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand rename" -s h -l help -d 'Print help'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -s p -l preset -d 'A preset: a name (see preset list), the path of a preset file, or - for standard input' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l param -d 'What a preset\'s parameter is; NAME=@PATH takes it from a file, PRESET.NAME=VALUE means one preset alone' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l set -d 'Set a key, as in the command set' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l unset -d 'Remove entries, as in the command unset' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l jobs -d 'Work on so many files at once [default: one a processor core]' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l backup -d 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l wait -d 'Wait until the VM is off and its lock is free, then edit; without a number, for ever' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l dialect -d 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk\'s text descriptor, everything else, and standard input, as VMware\'s dictionary' -r -f -a "vmx\t''
properties\t''
descriptor\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l color -d 'Colours; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l ignore-conditions -d 'Apply presets although their conditions do not hold'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l if-applicable -d 'Skip files that a preset\'s conditions rule out, instead of refusing them'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -s r -l recursive -d 'Descend into directories: every .vmx below them, in the order of their names; symlinks to directories are not followed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l one-file-system -d 'With --recursive: stay on the file system of each directory that is named'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l no-progress -d 'Show no progress on a terminal'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -s n -l dry-run -d 'Change nothing; say what would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l diff -d 'Also print a unified diff'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l check -d 'Change nothing; exit with 1 if anything would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l force -d 'Edit although the VM is not known to be off; nobody\'s lock is removed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l reload -d 'Make an ESXi host read the file again afterwards'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l lossy-metadata -d 'Go on where owner, access control list or extended attributes cannot be kept'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l break-links -d 'Go on where the file has other hard links: they keep the old content'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l no-sync -d 'Do not wait for the disk: for scratch trees; a power cut may take the file'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l show-secrets -d 'Show passwords and keys in what is printed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -s q -l quiet -d 'Print results and errors only'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -s v -l verbose -d 'Say more on standard error'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -l json -d 'Print JSON for programs'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -l backup -d 'Compare the newest FILE.bak, FILE.bak.1, ... with A: what has changed since; or the backup NAME, a path, a name beside A, or a suffix of A' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -l preset -d 'Compare A with what this preset would make of it' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -l param -d 'What a parameter of the preset is; NAME=@PATH takes it from a file' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -l color -d 'Colours; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -l unified -d 'Print a unified diff of the lines instead: order, spacing and comments count'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -l semantic -d 'Values that VMware reads alike are alike: TRUE and true, 1024 and 0x400'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -l ignore-volatile -d 'Leave out keys that VMware writes itself: generated addresses, PCI slots, uuid.location, ...'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -l show-secrets -d 'Show passwords and keys in what is printed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -s q -l quiet -d 'Print results and errors only'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -s v -l verbose -d 'Say more on standard error'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -l json -d 'Print JSON for programs'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l backup -d 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l wait -d 'Wait until the VM is off and its lock is free, then edit; without a number, for ever' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l dialect -d 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk\'s text descriptor, everything else, and standard input, as VMware\'s dictionary' -r -f -a "vmx\t''
properties\t''
descriptor\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l color -d 'Colours; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l keep -d 'Where the text cannot be saved, keep it in a private folder and say where'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -s n -l dry-run -d 'Change nothing; say what would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l diff -d 'Also print a unified diff'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l check -d 'Change nothing; exit with 1 if anything would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l force -d 'Edit although the VM is not known to be off; nobody\'s lock is removed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l reload -d 'Make an ESXi host read the file again afterwards'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l lossy-metadata -d 'Go on where owner, access control list or extended attributes cannot be kept'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l break-links -d 'Go on where the file has other hard links: they keep the old content'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l no-sync -d 'Do not wait for the disk: for scratch trees; a power cut may take the file'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l show-secrets -d 'Show passwords and keys in what is printed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -s q -l quiet -d 'Print results and errors only'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -s v -l verbose -d 'Say more on standard error'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -l json -d 'Print JSON for programs'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l backup -d 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l wait -d 'Wait until the VM is off and its lock is free, then edit; without a number, for ever' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l dialect -d 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk\'s text descriptor, everything else, and standard input, as VMware\'s dictionary' -r -f -a "vmx\t''
properties\t''
descriptor\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l color -d 'Colours; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -s n -l dry-run -d 'Change nothing; say what would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l diff -d 'Also print a unified diff'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l check -d 'Change nothing; exit with 1 if anything would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l force -d 'Edit although the VM is not known to be off; nobody\'s lock is removed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l reload -d 'Make an ESXi host read the file again afterwards'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l lossy-metadata -d 'Go on where owner, access control list or extended attributes cannot be kept'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l break-links -d 'Go on where the file has other hard links: they keep the old content'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l no-sync -d 'Do not wait for the disk: for scratch trees; a power cut may take the file'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l show-secrets -d 'Show passwords and keys in what is printed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -s q -l quiet -d 'Print results and errors only'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -s v -l verbose -d 'Say more on standard error'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -l json -d 'Print JSON for programs'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand restore" -s h -l help -d 'Print help'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and not __fish_seen_subcommand_from list show check revert path help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and not __fish_seen_subcommand_from list show check revert path help" -f -a "list" -d 'Lists the presets, a line each'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and not __fish_seen_subcommand_from list show check revert path help" -f -a "show" -d 'Tells what a preset sets, when, why, and from which source'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and not __fish_seen_subcommand_from list show check revert path help" -f -a "check" -d 'Tells whether a file is a valid preset'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and not __fish_seen_subcommand_from list show check revert path help" -f -a "revert" -d 'Takes back what a preset sets, where the value is still the preset\'s'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and not __fish_seen_subcommand_from list show check revert path help" -f -a "path" -d 'Prints the folders where presets are looked for, in order'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and not __fish_seen_subcommand_from list show check revert path help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from list" -l for -d 'Only those that suit this VM, and whether it has them; with --verbose the others too, with the reason' -r -F
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from list" -l color -d 'Colours; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print results and errors only'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on standard error'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from list" -l json -d 'Print JSON for programs'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from show" -l param -d 'What a parameter is; NAME=@PATH takes it from a file' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from show" -l color -d 'Colours; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print results and errors only'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on standard error'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from show" -l json -d 'Print JSON for programs'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from check" -l color -d 'Colours; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Print results and errors only'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say more on standard error'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from check" -l json -d 'Print JSON for programs'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l param -d 'What a parameter was' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l backup -d 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l wait -d 'Wait until the VM is off and its lock is free, then edit; without a number, for ever' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l dialect -d 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk\'s text descriptor, everything else, and standard input, as VMware\'s dictionary' -r -f -a "vmx\t''
properties\t''
descriptor\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l color -d 'Colours; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -s n -l dry-run -d 'Change nothing; say what would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l diff -d 'Also print a unified diff'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l check -d 'Change nothing; exit with 1 if anything would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l force -d 'Edit although the VM is not known to be off; nobody\'s lock is removed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l reload -d 'Make an ESXi host read the file again afterwards'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l lossy-metadata -d 'Go on where owner, access control list or extended attributes cannot be kept'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l break-links -d 'Go on where the file has other hard links: they keep the old content'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l no-sync -d 'Do not wait for the disk: for scratch trees; a power cut may take the file'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l show-secrets -d 'Show passwords and keys in what is printed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -s q -l quiet -d 'Print results and errors only'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -s v -l verbose -d 'Say more on standard error'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -l json -d 'Print JSON for programs'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from revert" -s h -l help -d 'Print help'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from path" -l color -d 'Colours; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from path" -s q -l quiet -d 'Print results and errors only'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from path" -s v -l verbose -d 'Say more on standard error'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from path" -l json -d 'Print JSON for programs'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from help" -f -a "list" -d 'Lists the presets, a line each'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from help" -f -a "show" -d 'Tells what a preset sets, when, why, and from which source'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from help" -f -a "check" -d 'Tells whether a file is a valid preset'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from help" -f -a "revert" -d 'Takes back what a preset sets, where the value is still the preset\'s'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from help" -f -a "path" -d 'Prints the folders where presets are looked for, in order'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand preset; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l format -d 'How findings are printed; --json means json' -r -f -a "human\t'For people'
json\t'One object a file'
sarif\t'SARIF 2.1.0, for code scanning and editors'"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l deny -d 'Count a rule\'s findings as errors: a code, a name, or "warnings" for all warnings' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l allow -d 'Leave a rule out: a code or a name' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l explain -d 'Tell what a rule is about and where that is known from' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l jobs -d 'Work on so many files at once [default: one a processor core]' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l backup -d 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l wait -d 'Wait until the VM is off and its lock is free, then edit; without a number, for ever' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l dialect -d 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk\'s text descriptor, everything else, and standard input, as VMware\'s dictionary' -r -f -a "vmx\t''
properties\t''
descriptor\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l color -d 'Colours; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l fix -d 'Mend what can be mended without loss, and show the diff: copies of an entry that say the same, stray byte order marks, values without quotes. The options of an edit (-n, --backup, --wait, ...) go with it'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l rules -d 'List the rules'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -s r -l recursive -d 'Descend into directories: every .vmx below them, in the order of their names; symlinks to directories are not followed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l one-file-system -d 'With --recursive: stay on the file system of each directory that is named'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l no-progress -d 'Show no progress on a terminal'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -s n -l dry-run -d 'Change nothing; say what would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l diff -d 'Also print a unified diff'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l check -d 'Change nothing; exit with 1 if anything would change'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l force -d 'Edit although the VM is not known to be off; nobody\'s lock is removed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l reload -d 'Make an ESXi host read the file again afterwards'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l lossy-metadata -d 'Go on where owner, access control list or extended attributes cannot be kept'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l break-links -d 'Go on where the file has other hard links: they keep the old content'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l no-sync -d 'Do not wait for the disk: for scratch trees; a power cut may take the file'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l show-secrets -d 'Show passwords and keys in what is printed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -s q -l quiet -d 'Print results and errors only'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -s v -l verbose -d 'Say more on standard error'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -l json -d 'Print JSON for programs'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand show" -l jobs -d 'Work on so many files at once [default: one a processor core]' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand show" -l color -d 'Colours; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand show" -s r -l recursive -d 'Descend into directories: every .vmx below them, in the order of their names; symlinks to directories are not followed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand show" -l one-file-system -d 'With --recursive: stay on the file system of each directory that is named'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand show" -l no-progress -d 'Show no progress on a terminal'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand show" -s q -l quiet -d 'Print results and errors only'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand show" -s v -l verbose -d 'Say more on standard error'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand show" -l json -d 'Print JSON for programs'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand status" -l jobs -d 'Work on so many files at once [default: one a processor core]' -r
complete -c vmxedit -n "__fish_vmxedit_using_subcommand status" -l color -d 'Colours; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c vmxedit -n "__fish_vmxedit_using_subcommand status" -s r -l recursive -d 'Descend into directories: every .vmx below them, in the order of their names; symlinks to directories are not followed'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand status" -l one-file-system -d 'With --recursive: stay on the file system of each directory that is named'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand status" -l no-progress -d 'Show no progress on a terminal'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand status" -s q -l quiet -d 'Print results and errors only'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand status" -s v -l verbose -d 'Say more on standard error'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand status" -l json -d 'Print JSON for programs'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand completions" -s h -l help -d 'Print help'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand man" -s h -l help -d 'Print help'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list set unset rename apply diff edit restore preset check show status completions man help" -f -a "get" -d 'Prints the values of keys'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list set unset rename apply diff edit restore preset check show status completions man help" -f -a "list" -d 'Prints entries as they are written, in file order'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list set unset rename apply diff edit restore preset check show status completions man help" -f -a "set" -d 'Sets keys to values: all of them, or none'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list set unset rename apply diff edit restore preset check show status completions man help" -f -a "unset" -d 'Removes entries, whole lines'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list set unset rename apply diff edit restore preset check show status completions man help" -f -a "rename" -d 'Renames a key, or with .* on both a whole family'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list set unset rename apply diff edit restore preset check show status completions man help" -f -a "apply" -d 'Applies presets and edits to any number of files'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list set unset rename apply diff edit restore preset check show status completions man help" -f -a "diff" -d 'Compares two files key by key, in whatever order they stand'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list set unset rename apply diff edit restore preset check show status completions man help" -f -a "edit" -d 'Opens the file in your editor, with VMware locked out, and saves it like any other edit'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list set unset rename apply diff edit restore preset check show status completions man help" -f -a "restore" -d 'Puts a backup back, an edit like any other'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list set unset rename apply diff edit restore preset check show status completions man help" -f -a "preset" -d 'Shows presets, checks them, takes them back'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list set unset rename apply diff edit restore preset check show status completions man help" -f -a "check" -d 'Finds what is wrong: malformed lines, duplicates, misspelt and misused keys, conflicts, limits'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list set unset rename apply diff edit restore preset check show status completions man help" -f -a "show" -d 'Shows VMs at a glance: guest, hardware, disks, network cards, snapshots, power state'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list set unset rename apply diff edit restore preset check show status completions man help" -f -a "status" -d 'Tells whether VMs are off, and what that rests on'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list set unset rename apply diff edit restore preset check show status completions man help" -f -a "completions" -d 'Prints the completions for a shell'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list set unset rename apply diff edit restore preset check show status completions man help" -f -a "man" -d 'Prints a manual page'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and not __fish_seen_subcommand_from get list set unset rename apply diff edit restore preset check show status completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and __fish_seen_subcommand_from preset" -f -a "list" -d 'Lists the presets, a line each'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and __fish_seen_subcommand_from preset" -f -a "show" -d 'Tells what a preset sets, when, why, and from which source'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and __fish_seen_subcommand_from preset" -f -a "check" -d 'Tells whether a file is a valid preset'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and __fish_seen_subcommand_from preset" -f -a "revert" -d 'Takes back what a preset sets, where the value is still the preset\'s'
complete -c vmxedit -n "__fish_vmxedit_using_subcommand help; and __fish_seen_subcommand_from preset" -f -a "path" -d 'Prints the folders where presets are looked for, in order'
