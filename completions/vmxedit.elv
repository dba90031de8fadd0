
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
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand get 'Prints the values of keys'
            cand list 'Prints entries as they are written, in file order'
            cand set 'Sets keys to values: all of them, or none'
            cand unset 'Removes entries, whole lines'
            cand rename 'Renames a key, or with .* on both a whole family'
            cand apply 'Applies presets and edits to any number of files'
            cand diff 'Compares two files key by key, in whatever order they stand'
            cand edit 'Opens the file in your editor, with VMware locked out, and saves it like any other edit'
            cand restore 'Puts a backup back, an edit like any other'
            cand preset 'Shows presets, checks them, takes them back'
            cand check 'Finds what is wrong: malformed lines, duplicates, misspelt and misused keys, conflicts, limits'
            cand show 'Shows VMs at a glance: guest, hardware, disks, network cards, snapshots, power state'
            cand status 'Tells whether VMs are off, and what that rests on'
            cand completions 'Prints the completions for a shell'
            cand man 'Prints a manual page'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'vmxedit;get'= {
            cand --default 'Print this for a key that is not there, and exit with 0'
            cand --dialect 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk''s text descriptor, everything else, and standard input, as VMware''s dictionary'
            cand --color 'Colours; auto: on a terminal, unless `NO_COLOR` is set'
            cand -0 'End each value with a NUL byte instead of a newline'
            cand --null 'End each value with a NUL byte instead of a newline'
            cand --all 'Print every value of a key that stands there several times'
            cand --raw 'Print the bytes as they stand in the file: not unescaped, not decoded'
            cand -q 'Print results and errors only'
            cand --quiet 'Print results and errors only'
            cand -v 'Say more on standard error'
            cand --verbose 'Say more on standard error'
            cand --json 'Print JSON for programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'vmxedit;list'= {
            cand --dialect 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk''s text descriptor, everything else, and standard input, as VMware''s dictionary'
            cand --color 'Colours; auto: on a terminal, unless `NO_COLOR` is set'
            cand --keys 'Print the keys alone'
            cand --raw 'Print the bytes as they stand in the file'
            cand -q 'Print results and errors only'
            cand --quiet 'Print results and errors only'
            cand -v 'Say more on standard error'
            cand --verbose 'Say more on standard error'
            cand --json 'Print JSON for programs'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'vmxedit;set'= {
            cand --backup 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]'
            cand --wait 'Wait until the VM is off and its lock is free, then edit; without a number, for ever'
            cand --dialect 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk''s text descriptor, everything else, and standard input, as VMware''s dictionary'
            cand --color 'Colours; auto: on a terminal, unless `NO_COLOR` is set'
            cand -n 'Change nothing; say what would change'
            cand --dry-run 'Change nothing; say what would change'
            cand --diff 'Also print a unified diff'
            cand --check 'Change nothing; exit with 1 if anything would change'
            cand --force 'Edit although the VM is not known to be off; nobody''s lock is removed'
            cand --reload 'Make an ESXi host read the file again afterwards'
            cand --lossy-metadata 'Go on where owner, access control list or extended attributes cannot be kept'
            cand --break-links 'Go on where the file has other hard links: they keep the old content'
            cand --no-sync 'Do not wait for the disk: for scratch trees; a power cut may take the file'
            cand --show-secrets 'Show passwords and keys in what is printed'
            cand -q 'Print results and errors only'
            cand --quiet 'Print results and errors only'
            cand -v 'Say more on standard error'
            cand --verbose 'Say more on standard error'
            cand --json 'Print JSON for programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'vmxedit;unset'= {
            cand --backup 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]'
            cand --wait 'Wait until the VM is off and its lock is free, then edit; without a number, for ever'
            cand --dialect 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk''s text descriptor, everything else, and standard input, as VMware''s dictionary'
            cand --color 'Colours; auto: on a terminal, unless `NO_COLOR` is set'
            cand --strict 'A key or pattern that nothing matches is an error (exit 1)'
            cand -n 'Change nothing; say what would change'
            cand --dry-run 'Change nothing; say what would change'
            cand --diff 'Also print a unified diff'
            cand --check 'Change nothing; exit with 1 if anything would change'
            cand --force 'Edit although the VM is not known to be off; nobody''s lock is removed'
            cand --reload 'Make an ESXi host read the file again afterwards'
            cand --lossy-metadata 'Go on where owner, access control list or extended attributes cannot be kept'
            cand --break-links 'Go on where the file has other hard links: they keep the old content'
            cand --no-sync 'Do not wait for the disk: for scratch trees; a power cut may take the file'
            cand --show-secrets 'Show passwords and keys in what is printed'
            cand -q 'Print results and errors only'
            cand --quiet 'Print results and errors only'
            cand -v 'Say more on standard error'
            cand --verbose 'Say more on standard error'
            cand --json 'Print JSON for programs'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'vmxedit;rename'= {
            cand --backup 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]'
            cand --wait 'Wait until the VM is off and its lock is free, then edit; without a number, for ever'
            cand --dialect 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk''s text descriptor, everything else, and standard input, as VMware''s dictionary'
            cand --color 'Colours; auto: on a terminal, unless `NO_COLOR` is set'
            cand -n 'Change nothing; say what would change'
            cand --dry-run 'Change nothing; say what would change'
            cand --diff 'Also print a unified diff'
            cand --check 'Change nothing; exit with 1 if anything would change'
            cand --force 'Edit although the VM is not known to be off; nobody''s lock is removed'
            cand --reload 'Make an ESXi host read the file again afterwards'
            cand --lossy-metadata 'Go on where owner, access control list or extended attributes cannot be kept'
            cand --break-links 'Go on where the file has other hard links: they keep the old content'
            cand --no-sync 'Do not wait for the disk: for scratch trees; a power cut may take the file'
            cand --show-secrets 'Show passwords and keys in what is printed'
            cand -q 'Print results and errors only'
            cand --quiet 'Print results and errors only'
            cand -v 'Say more on standard error'
            cand --verbose 'Say more on standard error'
            cand --json 'Print JSON for programs'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'vmxedit;apply'= {
            cand -p 'A preset: a name (see preset list), the path of a preset file, or - for standard input'
            cand --preset 'A preset: a name (see preset list), the path of a preset file, or - for standard input'
            cand --param 'What a preset''s parameter is; NAME=@PATH takes it from a file, PRESET.NAME=VALUE means one preset alone'
            cand --set 'Set a key, as in the command set'
            cand --unset 'Remove entries, as in the command unset'
            cand --jobs 'Work on so many files at once [default: one a processor core]'
            cand --backup 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]'
            cand --wait 'Wait until the VM is off and its lock is free, then edit; without a number, for ever'
            cand --dialect 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk''s text descriptor, everything else, and standard input, as VMware''s dictionary'
            cand --color 'Colours; auto: on a terminal, unless `NO_COLOR` is set'
            cand --ignore-conditions 'Apply presets although their conditions do not hold'
            cand --if-applicable 'Skip files that a preset''s conditions rule out, instead of refusing them'
            cand -r 'Descend into directories: every .vmx below them, in the order of their names; symlinks to directories are not followed'
            cand --recursive 'Descend into directories: every .vmx below them, in the order of their names; symlinks to directories are not followed'
            cand --one-file-system 'With --recursive: stay on the file system of each directory that is named'
            cand --no-progress 'Show no progress on a terminal'
            cand -n 'Change nothing; say what would change'
            cand --dry-run 'Change nothing; say what would change'
            cand --diff 'Also print a unified diff'
            cand --check 'Change nothing; exit with 1 if anything would change'
            cand --force 'Edit although the VM is not known to be off; nobody''s lock is removed'
            cand --reload 'Make an ESXi host read the file again afterwards'
            cand --lossy-metadata 'Go on where owner, access control list or extended attributes cannot be kept'
            cand --break-links 'Go on where the file has other hard links: they keep the old content'
            cand --no-sync 'Do not wait for the disk: for scratch trees; a power cut may take the file'
            cand --show-secrets 'Show passwords and keys in what is printed'
            cand -q 'Print results and errors only'
            cand --quiet 'Print results and errors only'
            cand -v 'Say more on standard error'
            cand --verbose 'Say more on standard error'
            cand --json 'Print JSON for programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'vmxedit;diff'= {
            cand --backup 'Compare the newest FILE.bak, FILE.bak.1, ... with A: what has changed since; or the backup NAME, a path, a name beside A, or a suffix of A'
            cand --preset 'Compare A with what this preset would make of it'
            cand --param 'What a parameter of the preset is; NAME=@PATH takes it from a file'
            cand --color 'Colours; auto: on a terminal, unless `NO_COLOR` is set'
            cand --unified 'Print a unified diff of the lines instead: order, spacing and comments count'
            cand --semantic 'Values that VMware reads alike are alike: TRUE and true, 1024 and 0x400'
            cand --ignore-volatile 'Leave out keys that VMware writes itself: generated addresses, PCI slots, uuid.location, ...'
            cand --show-secrets 'Show passwords and keys in what is printed'
            cand -q 'Print results and errors only'
            cand --quiet 'Print results and errors only'
            cand -v 'Say more on standard error'
            cand --verbose 'Say more on standard error'
            cand --json 'Print JSON for programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'vmxedit;edit'= {
            cand --backup 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]'
            cand --wait 'Wait until the VM is off and its lock is free, then edit; without a number, for ever'
            cand --dialect 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk''s text descriptor, everything else, and standard input, as VMware''s dictionary'
            cand --color 'Colours; auto: on a terminal, unless `NO_COLOR` is set'
            cand --keep 'Where the text cannot be saved, keep it in a private folder and say where'
            cand -n 'Change nothing; say what would change'
            cand --dry-run 'Change nothing; say what would change'
            cand --diff 'Also print a unified diff'
            cand --check 'Change nothing; exit with 1 if anything would change'
            cand --force 'Edit although the VM is not known to be off; nobody''s lock is removed'
            cand --reload 'Make an ESXi host read the file again afterwards'
            cand --lossy-metadata 'Go on where owner, access control list or extended attributes cannot be kept'
            cand --break-links 'Go on where the file has other hard links: they keep the old content'
            cand --no-sync 'Do not wait for the disk: for scratch trees; a power cut may take the file'
            cand --show-secrets 'Show passwords and keys in what is printed'
            cand -q 'Print results and errors only'
            cand --quiet 'Print results and errors only'
            cand -v 'Say more on standard error'
            cand --verbose 'Say more on standard error'
            cand --json 'Print JSON for programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'vmxedit;restore'= {
            cand --backup 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]'
            cand --wait 'Wait until the VM is off and its lock is free, then edit; without a number, for ever'
            cand --dialect 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk''s text descriptor, everything else, and standard input, as VMware''s dictionary'
            cand --color 'Colours; auto: on a terminal, unless `NO_COLOR` is set'
            cand -n 'Change nothing; say what would change'
            cand --dry-run 'Change nothing; say what would change'
            cand --diff 'Also print a unified diff'
            cand --check 'Change nothing; exit with 1 if anything would change'
            cand --force 'Edit although the VM is not known to be off; nobody''s lock is removed'
            cand --reload 'Make an ESXi host read the file again afterwards'
            cand --lossy-metadata 'Go on where owner, access control list or extended attributes cannot be kept'
            cand --break-links 'Go on where the file has other hard links: they keep the old content'
            cand --no-sync 'Do not wait for the disk: for scratch trees; a power cut may take the file'
            cand --show-secrets 'Show passwords and keys in what is printed'
            cand -q 'Print results and errors only'
            cand --quiet 'Print results and errors only'
            cand -v 'Say more on standard error'
            cand --verbose 'Say more on standard error'
            cand --json 'Print JSON for programs'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'vmxedit;preset'= {
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand list 'Lists the presets, a line each'
            cand show 'Tells what a preset sets, when, why, and from which source'
            cand check 'Tells whether a file is a valid preset'
            cand revert 'Takes back what a preset sets, where the value is still the preset''s'
            cand path 'Prints the folders where presets are looked for, in order'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'vmxedit;preset;list'= {
            cand --for 'Only those that suit this VM, and whether it has them; with --verbose the others too, with the reason'
            cand --color 'Colours; auto: on a terminal, unless `NO_COLOR` is set'
            cand -q 'Print results and errors only'
            cand --quiet 'Print results and errors only'
            cand -v 'Say more on standard error'
            cand --verbose 'Say more on standard error'
            cand --json 'Print JSON for programs'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'vmxedit;preset;show'= {
            cand --param 'What a parameter is; NAME=@PATH takes it from a file'
            cand --color 'Colours; auto: on a terminal, unless `NO_COLOR` is set'
            cand -q 'Print results and errors only'
            cand --quiet 'Print results and errors only'
            cand -v 'Say more on standard error'
            cand --verbose 'Say more on standard error'
            cand --json 'Print JSON for programs'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'vmxedit;preset;check'= {
            cand --color 'Colours; auto: on a terminal, unless `NO_COLOR` is set'
            cand -q 'Print results and errors only'
            cand --quiet 'Print results and errors only'
            cand -v 'Say more on standard error'
            cand --verbose 'Say more on standard error'
            cand --json 'Print JSON for programs'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'vmxedit;preset;revert'= {
            cand --param 'What a parameter was'
            cand --backup 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]'
            cand --wait 'Wait until the VM is off and its lock is free, then edit; without a number, for ever'
            cand --dialect 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk''s text descriptor, everything else, and standard input, as VMware''s dictionary'
            cand --color 'Colours; auto: on a terminal, unless `NO_COLOR` is set'
            cand -n 'Change nothing; say what would change'
            cand --dry-run 'Change nothing; say what would change'
            cand --diff 'Also print a unified diff'
            cand --check 'Change nothing; exit with 1 if anything would change'
            cand --force 'Edit although the VM is not known to be off; nobody''s lock is removed'
            cand --reload 'Make an ESXi host read the file again afterwards'
            cand --lossy-metadata 'Go on where owner, access control list or extended attributes cannot be kept'
            cand --break-links 'Go on where the file has other hard links: they keep the old content'
            cand --no-sync 'Do not wait for the disk: for scratch trees; a power cut may take the file'
            cand --show-secrets 'Show passwords and keys in what is printed'
            cand -q 'Print results and errors only'
            cand --quiet 'Print results and errors only'
            cand -v 'Say more on standard error'
            cand --verbose 'Say more on standard error'
            cand --json 'Print JSON for programs'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'vmxedit;preset;path'= {
            cand --color 'Colours; auto: on a terminal, unless `NO_COLOR` is set'
            cand -q 'Print results and errors only'
            cand --quiet 'Print results and errors only'
            cand -v 'Say more on standard error'
            cand --verbose 'Say more on standard error'
            cand --json 'Print JSON for programs'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'vmxedit;preset;help'= {
            cand list 'Lists the presets, a line each'
            cand show 'Tells what a preset sets, when, why, and from which source'
            cand check 'Tells whether a file is a valid preset'
            cand revert 'Takes back what a preset sets, where the value is still the preset''s'
            cand path 'Prints the folders where presets are looked for, in order'
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
            cand --format 'How findings are printed; --json means json'
            cand --deny 'Count a rule''s findings as errors: a code, a name, or "warnings" for all warnings'
            cand --allow 'Leave a rule out: a code or a name'
            cand --explain 'Tell what a rule is about and where that is known from'
            cand --jobs 'Work on so many files at once [default: one a processor core]'
            cand --backup 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]'
            cand --wait 'Wait until the VM is off and its lock is free, then edit; without a number, for ever'
            cand --dialect 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk''s text descriptor, everything else, and standard input, as VMware''s dictionary'
            cand --color 'Colours; auto: on a terminal, unless `NO_COLOR` is set'
            cand --fix 'Mend what can be mended without loss, and show the diff: copies of an entry that say the same, stray byte order marks, values without quotes. The options of an edit (-n, --backup, --wait, ...) go with it'
            cand --rules 'List the rules'
            cand -r 'Descend into directories: every .vmx below them, in the order of their names; symlinks to directories are not followed'
            cand --recursive 'Descend into directories: every .vmx below them, in the order of their names; symlinks to directories are not followed'
            cand --one-file-system 'With --recursive: stay on the file system of each directory that is named'
            cand --no-progress 'Show no progress on a terminal'
            cand -n 'Change nothing; say what would change'
            cand --dry-run 'Change nothing; say what would change'
            cand --diff 'Also print a unified diff'
            cand --check 'Change nothing; exit with 1 if anything would change'
            cand --force 'Edit although the VM is not known to be off; nobody''s lock is removed'
            cand --reload 'Make an ESXi host read the file again afterwards'
            cand --lossy-metadata 'Go on where owner, access control list or extended attributes cannot be kept'
            cand --break-links 'Go on where the file has other hard links: they keep the old content'
            cand --no-sync 'Do not wait for the disk: for scratch trees; a power cut may take the file'
            cand --show-secrets 'Show passwords and keys in what is printed'
            cand -q 'Print results and errors only'
            cand --quiet 'Print results and errors only'
            cand -v 'Say more on standard error'
            cand --verbose 'Say more on standard error'
            cand --json 'Print JSON for programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'vmxedit;show'= {
            cand --jobs 'Work on so many files at once [default: one a processor core]'
            cand --color 'Colours; auto: on a terminal, unless `NO_COLOR` is set'
            cand -r 'Descend into directories: every .vmx below them, in the order of their names; symlinks to directories are not followed'
            cand --recursive 'Descend into directories: every .vmx below them, in the order of their names; symlinks to directories are not followed'
            cand --one-file-system 'With --recursive: stay on the file system of each directory that is named'
            cand --no-progress 'Show no progress on a terminal'
            cand -q 'Print results and errors only'
            cand --quiet 'Print results and errors only'
            cand -v 'Say more on standard error'
            cand --verbose 'Say more on standard error'
            cand --json 'Print JSON for programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'vmxedit;status'= {
            cand --jobs 'Work on so many files at once [default: one a processor core]'
            cand --color 'Colours; auto: on a terminal, unless `NO_COLOR` is set'
            cand -r 'Descend into directories: every .vmx below them, in the order of their names; symlinks to directories are not followed'
            cand --recursive 'Descend into directories: every .vmx below them, in the order of their names; symlinks to directories are not followed'
            cand --one-file-system 'With --recursive: stay on the file system of each directory that is named'
            cand --no-progress 'Show no progress on a terminal'
            cand -q 'Print results and errors only'
            cand --quiet 'Print results and errors only'
            cand -v 'Say more on standard error'
            cand --verbose 'Say more on standard error'
            cand --json 'Print JSON for programs'
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
            cand get 'Prints the values of keys'
            cand list 'Prints entries as they are written, in file order'
            cand set 'Sets keys to values: all of them, or none'
            cand unset 'Removes entries, whole lines'
            cand rename 'Renames a key, or with .* on both a whole family'
            cand apply 'Applies presets and edits to any number of files'
            cand diff 'Compares two files key by key, in whatever order they stand'
            cand edit 'Opens the file in your editor, with VMware locked out, and saves it like any other edit'
            cand restore 'Puts a backup back, an edit like any other'
            cand preset 'Shows presets, checks them, takes them back'
            cand check 'Finds what is wrong: malformed lines, duplicates, misspelt and misused keys, conflicts, limits'
            cand show 'Shows VMs at a glance: guest, hardware, disks, network cards, snapshots, power state'
            cand status 'Tells whether VMs are off, and what that rests on'
            cand completions 'Prints the completions for a shell'
            cand man 'Prints a manual page'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'vmxedit;help;get'= {
        }
        &'vmxedit;help;list'= {
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
            cand list 'Lists the presets, a line each'
            cand show 'Tells what a preset sets, when, why, and from which source'
            cand check 'Tells whether a file is a valid preset'
            cand revert 'Takes back what a preset sets, where the value is still the preset''s'
            cand path 'Prints the folders where presets are looked for, in order'
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
