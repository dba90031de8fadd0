
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
            cand preset 'Shows presets: what they set, when and why'
            cand status 'Tells whether VMs are off, and what that rests on'
            cand completions 'Prints the completions for a shell'
            cand man 'Prints a manual page'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'vmxedit;get'= {
            cand --default 'Print this for a key that is not there, and exit with 0'
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
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'vmxedit;list'= {
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
            cand --color 'Colours; auto: on a terminal, unless `NO_COLOR` is set'
            cand -n 'Change nothing; say what would change'
            cand --dry-run 'Change nothing; say what would change'
            cand --diff 'Also print a unified diff'
            cand --check 'Change nothing; exit with 1 if anything would change'
            cand --force 'Edit although the VM is not known to be off; nobody''s lock is removed'
            cand --reload 'Make an ESXi host read the file again afterwards'
            cand --lossy-metadata 'Go on where owner, access control list or extended attributes cannot be kept'
            cand --break-links 'Go on where the file has other hard links: they keep the old content'
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
            cand --color 'Colours; auto: on a terminal, unless `NO_COLOR` is set'
            cand -n 'Change nothing; say what would change'
            cand --dry-run 'Change nothing; say what would change'
            cand --diff 'Also print a unified diff'
            cand --check 'Change nothing; exit with 1 if anything would change'
            cand --force 'Edit although the VM is not known to be off; nobody''s lock is removed'
            cand --reload 'Make an ESXi host read the file again afterwards'
            cand --lossy-metadata 'Go on where owner, access control list or extended attributes cannot be kept'
            cand --break-links 'Go on where the file has other hard links: they keep the old content'
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
            cand -p 'A preset (see preset list)'
            cand --preset 'A preset (see preset list)'
            cand --set 'Set a key, as in the command set'
            cand --unset 'Remove entries, as in the command unset'
            cand --backup 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]'
            cand --wait 'Wait until the VM is off and its lock is free, then edit; without a number, for ever'
            cand --color 'Colours; auto: on a terminal, unless `NO_COLOR` is set'
            cand --ignore-conditions 'Apply presets although their conditions do not hold'
            cand --if-applicable 'Skip files that a preset''s conditions rule out, instead of refusing them'
            cand -n 'Change nothing; say what would change'
            cand --dry-run 'Change nothing; say what would change'
            cand --diff 'Also print a unified diff'
            cand --check 'Change nothing; exit with 1 if anything would change'
            cand --force 'Edit although the VM is not known to be off; nobody''s lock is removed'
            cand --reload 'Make an ESXi host read the file again afterwards'
            cand --lossy-metadata 'Go on where owner, access control list or extended attributes cannot be kept'
            cand --break-links 'Go on where the file has other hard links: they keep the old content'
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
            cand --color 'Colours; auto: on a terminal, unless `NO_COLOR` is set'
            cand -n 'Change nothing; say what would change'
            cand --dry-run 'Change nothing; say what would change'
            cand --diff 'Also print a unified diff'
            cand --check 'Change nothing; exit with 1 if anything would change'
            cand --force 'Edit although the VM is not known to be off; nobody''s lock is removed'
            cand --reload 'Make an ESXi host read the file again afterwards'
            cand --lossy-metadata 'Go on where owner, access control list or extended attributes cannot be kept'
            cand --break-links 'Go on where the file has other hard links: they keep the old content'
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
            cand -h 'Print help'
            cand --help 'Print help'
            cand list 'Lists the presets, a line each'
            cand show 'Tells what a preset sets, when, why, and from which source'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'vmxedit;preset;list'= {
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
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'vmxedit;preset;help;list'= {
        }
        &'vmxedit;preset;help;show'= {
        }
        &'vmxedit;preset;help;help'= {
        }
        &'vmxedit;status'= {
            cand --color 'Colours; auto: on a terminal, unless `NO_COLOR` is set'
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
            cand preset 'Shows presets: what they set, when and why'
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
        }
        &'vmxedit;help;preset;list'= {
        }
        &'vmxedit;help;preset;show'= {
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
