
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'vmxedit' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'vmxedit'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'vmxedit' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'Prints the values of keys')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'Prints entries as they are written, in file order')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Sets keys to values: all of them, or none')
            [CompletionResult]::new('unset', 'unset', [CompletionResultType]::ParameterValue, 'Removes entries, whole lines')
            [CompletionResult]::new('rename', 'rename', [CompletionResultType]::ParameterValue, 'Renames a key, or with .* on both a whole family')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Applies presets and edits to any number of files')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Compares two files key by key, in whatever order they stand')
            [CompletionResult]::new('edit', 'edit', [CompletionResultType]::ParameterValue, 'Opens the file in your editor, with VMware locked out, and saves it like any other edit')
            [CompletionResult]::new('restore', 'restore', [CompletionResultType]::ParameterValue, 'Puts a backup back, an edit like any other')
            [CompletionResult]::new('preset', 'preset', [CompletionResultType]::ParameterValue, 'Shows presets, checks them, takes them back')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Finds what is wrong: malformed lines, duplicates, misspelt and misused keys, conflicts, limits')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Shows VMs at a glance: guest, hardware, disks, network cards, snapshots, power state')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Tells whether VMs are off, and what that rests on')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Prints the completions for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Prints a manual page')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'vmxedit;get' {
            [CompletionResult]::new('--default', '--default', [CompletionResultType]::ParameterName, 'Print this for a key that is not there, and exit with 0')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk''s text descriptor, everything else, and standard input, as VMware''s dictionary')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; auto: on a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('-0', '-0', [CompletionResultType]::ParameterName, 'End each value with a NUL byte instead of a newline')
            [CompletionResult]::new('--null', '--null', [CompletionResultType]::ParameterName, 'End each value with a NUL byte instead of a newline')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Print every value of a key that stands there several times')
            [CompletionResult]::new('--raw', '--raw', [CompletionResultType]::ParameterName, 'Print the bytes as they stand in the file: not unescaped, not decoded')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON for programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmxedit;list' {
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk''s text descriptor, everything else, and standard input, as VMware''s dictionary')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; auto: on a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('--keys', '--keys', [CompletionResultType]::ParameterName, 'Print the keys alone')
            [CompletionResult]::new('--raw', '--raw', [CompletionResultType]::ParameterName, 'Print the bytes as they stand in the file')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON for programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'vmxedit;set' {
            [CompletionResult]::new('--backup', '--backup', [CompletionResultType]::ParameterName, 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the VM is off and its lock is free, then edit; without a number, for ever')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk''s text descriptor, everything else, and standard input, as VMware''s dictionary')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; auto: on a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Change nothing; say what would change')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Change nothing; say what would change')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Also print a unified diff')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Change nothing; exit with 1 if anything would change')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Edit although the VM is not known to be off; nobody''s lock is removed')
            [CompletionResult]::new('--reload', '--reload', [CompletionResultType]::ParameterName, 'Make an ESXi host read the file again afterwards')
            [CompletionResult]::new('--lossy-metadata', '--lossy-metadata', [CompletionResultType]::ParameterName, 'Go on where owner, access control list or extended attributes cannot be kept')
            [CompletionResult]::new('--break-links', '--break-links', [CompletionResultType]::ParameterName, 'Go on where the file has other hard links: they keep the old content')
            [CompletionResult]::new('--no-sync', '--no-sync', [CompletionResultType]::ParameterName, 'Do not wait for the disk: for scratch trees; a power cut may take the file')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show passwords and keys in what is printed')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON for programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmxedit;unset' {
            [CompletionResult]::new('--backup', '--backup', [CompletionResultType]::ParameterName, 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the VM is off and its lock is free, then edit; without a number, for ever')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk''s text descriptor, everything else, and standard input, as VMware''s dictionary')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; auto: on a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'A key or pattern that nothing matches is an error (exit 1)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Change nothing; say what would change')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Change nothing; say what would change')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Also print a unified diff')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Change nothing; exit with 1 if anything would change')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Edit although the VM is not known to be off; nobody''s lock is removed')
            [CompletionResult]::new('--reload', '--reload', [CompletionResultType]::ParameterName, 'Make an ESXi host read the file again afterwards')
            [CompletionResult]::new('--lossy-metadata', '--lossy-metadata', [CompletionResultType]::ParameterName, 'Go on where owner, access control list or extended attributes cannot be kept')
            [CompletionResult]::new('--break-links', '--break-links', [CompletionResultType]::ParameterName, 'Go on where the file has other hard links: they keep the old content')
            [CompletionResult]::new('--no-sync', '--no-sync', [CompletionResultType]::ParameterName, 'Do not wait for the disk: for scratch trees; a power cut may take the file')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show passwords and keys in what is printed')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON for programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'vmxedit;rename' {
            [CompletionResult]::new('--backup', '--backup', [CompletionResultType]::ParameterName, 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the VM is off and its lock is free, then edit; without a number, for ever')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk''s text descriptor, everything else, and standard input, as VMware''s dictionary')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; auto: on a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Change nothing; say what would change')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Change nothing; say what would change')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Also print a unified diff')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Change nothing; exit with 1 if anything would change')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Edit although the VM is not known to be off; nobody''s lock is removed')
            [CompletionResult]::new('--reload', '--reload', [CompletionResultType]::ParameterName, 'Make an ESXi host read the file again afterwards')
            [CompletionResult]::new('--lossy-metadata', '--lossy-metadata', [CompletionResultType]::ParameterName, 'Go on where owner, access control list or extended attributes cannot be kept')
            [CompletionResult]::new('--break-links', '--break-links', [CompletionResultType]::ParameterName, 'Go on where the file has other hard links: they keep the old content')
            [CompletionResult]::new('--no-sync', '--no-sync', [CompletionResultType]::ParameterName, 'Do not wait for the disk: for scratch trees; a power cut may take the file')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show passwords and keys in what is printed')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON for programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'vmxedit;apply' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'A preset: a name (see preset list), the path of a preset file, or - for standard input')
            [CompletionResult]::new('--preset', '--preset', [CompletionResultType]::ParameterName, 'A preset: a name (see preset list), the path of a preset file, or - for standard input')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'What a preset''s parameter is; NAME=@PATH takes it from a file, PRESET.NAME=VALUE means one preset alone')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a key, as in the command set')
            [CompletionResult]::new('--unset', '--unset', [CompletionResultType]::ParameterName, 'Remove entries, as in the command unset')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Work on so many files at once [default: one a processor core]')
            [CompletionResult]::new('--backup', '--backup', [CompletionResultType]::ParameterName, 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the VM is off and its lock is free, then edit; without a number, for ever')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk''s text descriptor, everything else, and standard input, as VMware''s dictionary')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; auto: on a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('--ignore-conditions', '--ignore-conditions', [CompletionResultType]::ParameterName, 'Apply presets although their conditions do not hold')
            [CompletionResult]::new('--if-applicable', '--if-applicable', [CompletionResultType]::ParameterName, 'Skip files that a preset''s conditions rule out, instead of refusing them')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Descend into directories: every .vmx below them, in the order of their names; symlinks to directories are not followed')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Descend into directories: every .vmx below them, in the order of their names; symlinks to directories are not followed')
            [CompletionResult]::new('--one-file-system', '--one-file-system', [CompletionResultType]::ParameterName, 'With --recursive: stay on the file system of each directory that is named')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress on a terminal')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Change nothing; say what would change')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Change nothing; say what would change')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Also print a unified diff')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Change nothing; exit with 1 if anything would change')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Edit although the VM is not known to be off; nobody''s lock is removed')
            [CompletionResult]::new('--reload', '--reload', [CompletionResultType]::ParameterName, 'Make an ESXi host read the file again afterwards')
            [CompletionResult]::new('--lossy-metadata', '--lossy-metadata', [CompletionResultType]::ParameterName, 'Go on where owner, access control list or extended attributes cannot be kept')
            [CompletionResult]::new('--break-links', '--break-links', [CompletionResultType]::ParameterName, 'Go on where the file has other hard links: they keep the old content')
            [CompletionResult]::new('--no-sync', '--no-sync', [CompletionResultType]::ParameterName, 'Do not wait for the disk: for scratch trees; a power cut may take the file')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show passwords and keys in what is printed')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON for programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmxedit;diff' {
            [CompletionResult]::new('--backup', '--backup', [CompletionResultType]::ParameterName, 'Compare the newest FILE.bak, FILE.bak.1, ... with A: what has changed since; or the backup NAME, a path, a name beside A, or a suffix of A')
            [CompletionResult]::new('--preset', '--preset', [CompletionResultType]::ParameterName, 'Compare A with what this preset would make of it')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'What a parameter of the preset is; NAME=@PATH takes it from a file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; auto: on a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('--unified', '--unified', [CompletionResultType]::ParameterName, 'Print a unified diff of the lines instead: order, spacing and comments count')
            [CompletionResult]::new('--semantic', '--semantic', [CompletionResultType]::ParameterName, 'Values that VMware reads alike are alike: TRUE and true, 1024 and 0x400')
            [CompletionResult]::new('--ignore-volatile', '--ignore-volatile', [CompletionResultType]::ParameterName, 'Leave out keys that VMware writes itself: generated addresses, PCI slots, uuid.location, ...')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show passwords and keys in what is printed')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON for programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmxedit;edit' {
            [CompletionResult]::new('--backup', '--backup', [CompletionResultType]::ParameterName, 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the VM is off and its lock is free, then edit; without a number, for ever')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk''s text descriptor, everything else, and standard input, as VMware''s dictionary')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; auto: on a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Where the text cannot be saved, keep it in a private folder and say where')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Change nothing; say what would change')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Change nothing; say what would change')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Also print a unified diff')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Change nothing; exit with 1 if anything would change')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Edit although the VM is not known to be off; nobody''s lock is removed')
            [CompletionResult]::new('--reload', '--reload', [CompletionResultType]::ParameterName, 'Make an ESXi host read the file again afterwards')
            [CompletionResult]::new('--lossy-metadata', '--lossy-metadata', [CompletionResultType]::ParameterName, 'Go on where owner, access control list or extended attributes cannot be kept')
            [CompletionResult]::new('--break-links', '--break-links', [CompletionResultType]::ParameterName, 'Go on where the file has other hard links: they keep the old content')
            [CompletionResult]::new('--no-sync', '--no-sync', [CompletionResultType]::ParameterName, 'Do not wait for the disk: for scratch trees; a power cut may take the file')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show passwords and keys in what is printed')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON for programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmxedit;restore' {
            [CompletionResult]::new('--backup', '--backup', [CompletionResultType]::ParameterName, 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the VM is off and its lock is free, then edit; without a number, for ever')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk''s text descriptor, everything else, and standard input, as VMware''s dictionary')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; auto: on a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Change nothing; say what would change')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Change nothing; say what would change')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Also print a unified diff')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Change nothing; exit with 1 if anything would change')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Edit although the VM is not known to be off; nobody''s lock is removed')
            [CompletionResult]::new('--reload', '--reload', [CompletionResultType]::ParameterName, 'Make an ESXi host read the file again afterwards')
            [CompletionResult]::new('--lossy-metadata', '--lossy-metadata', [CompletionResultType]::ParameterName, 'Go on where owner, access control list or extended attributes cannot be kept')
            [CompletionResult]::new('--break-links', '--break-links', [CompletionResultType]::ParameterName, 'Go on where the file has other hard links: they keep the old content')
            [CompletionResult]::new('--no-sync', '--no-sync', [CompletionResultType]::ParameterName, 'Do not wait for the disk: for scratch trees; a power cut may take the file')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show passwords and keys in what is printed')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON for programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'vmxedit;preset' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'Lists the presets, a line each')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Tells what a preset sets, when, why, and from which source')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Tells whether a file is a valid preset')
            [CompletionResult]::new('revert', 'revert', [CompletionResultType]::ParameterValue, 'Takes back what a preset sets, where the value is still the preset''s')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Prints the folders where presets are looked for, in order')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'vmxedit;preset;list' {
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'Only those that suit this VM, and whether it has them; with --verbose the others too, with the reason')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; auto: on a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON for programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'vmxedit;preset;show' {
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'What a parameter is; NAME=@PATH takes it from a file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; auto: on a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON for programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'vmxedit;preset;check' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; auto: on a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON for programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'vmxedit;preset;revert' {
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'What a parameter was')
            [CompletionResult]::new('--backup', '--backup', [CompletionResultType]::ParameterName, 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the VM is off and its lock is free, then edit; without a number, for ever')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk''s text descriptor, everything else, and standard input, as VMware''s dictionary')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; auto: on a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Change nothing; say what would change')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Change nothing; say what would change')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Also print a unified diff')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Change nothing; exit with 1 if anything would change')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Edit although the VM is not known to be off; nobody''s lock is removed')
            [CompletionResult]::new('--reload', '--reload', [CompletionResultType]::ParameterName, 'Make an ESXi host read the file again afterwards')
            [CompletionResult]::new('--lossy-metadata', '--lossy-metadata', [CompletionResultType]::ParameterName, 'Go on where owner, access control list or extended attributes cannot be kept')
            [CompletionResult]::new('--break-links', '--break-links', [CompletionResultType]::ParameterName, 'Go on where the file has other hard links: they keep the old content')
            [CompletionResult]::new('--no-sync', '--no-sync', [CompletionResultType]::ParameterName, 'Do not wait for the disk: for scratch trees; a power cut may take the file')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show passwords and keys in what is printed')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON for programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'vmxedit;preset;path' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; auto: on a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON for programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'vmxedit;preset;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'Lists the presets, a line each')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Tells what a preset sets, when, why, and from which source')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Tells whether a file is a valid preset')
            [CompletionResult]::new('revert', 'revert', [CompletionResultType]::ParameterValue, 'Takes back what a preset sets, where the value is still the preset''s')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Prints the folders where presets are looked for, in order')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'vmxedit;preset;help;list' {
            break
        }
        'vmxedit;preset;help;show' {
            break
        }
        'vmxedit;preset;help;check' {
            break
        }
        'vmxedit;preset;help;revert' {
            break
        }
        'vmxedit;preset;help;path' {
            break
        }
        'vmxedit;preset;help;help' {
            break
        }
        'vmxedit;check' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How findings are printed; --json means json')
            [CompletionResult]::new('--deny', '--deny', [CompletionResultType]::ParameterName, 'Count a rule''s findings as errors: a code, a name, or "warnings" for all warnings')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Leave a rule out: a code or a name')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Tell what a rule is about and where that is known from')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Work on so many files at once [default: one a processor core]')
            [CompletionResult]::new('--backup', '--backup', [CompletionResultType]::ParameterName, 'Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the VM is off and its lock is free, then edit; without a number, for ever')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk''s text descriptor, everything else, and standard input, as VMware''s dictionary')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; auto: on a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('--fix', '--fix', [CompletionResultType]::ParameterName, 'Mend what can be mended without loss, and show the diff: copies of an entry that say the same, stray byte order marks, values without quotes. The options of an edit (-n, --backup, --wait, ...) go with it')
            [CompletionResult]::new('--rules', '--rules', [CompletionResultType]::ParameterName, 'List the rules')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Descend into directories: every .vmx below them, in the order of their names; symlinks to directories are not followed')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Descend into directories: every .vmx below them, in the order of their names; symlinks to directories are not followed')
            [CompletionResult]::new('--one-file-system', '--one-file-system', [CompletionResultType]::ParameterName, 'With --recursive: stay on the file system of each directory that is named')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress on a terminal')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Change nothing; say what would change')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Change nothing; say what would change')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Also print a unified diff')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Change nothing; exit with 1 if anything would change')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Edit although the VM is not known to be off; nobody''s lock is removed')
            [CompletionResult]::new('--reload', '--reload', [CompletionResultType]::ParameterName, 'Make an ESXi host read the file again afterwards')
            [CompletionResult]::new('--lossy-metadata', '--lossy-metadata', [CompletionResultType]::ParameterName, 'Go on where owner, access control list or extended attributes cannot be kept')
            [CompletionResult]::new('--break-links', '--break-links', [CompletionResultType]::ParameterName, 'Go on where the file has other hard links: they keep the old content')
            [CompletionResult]::new('--no-sync', '--no-sync', [CompletionResultType]::ParameterName, 'Do not wait for the disk: for scratch trees; a power cut may take the file')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show passwords and keys in what is printed')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON for programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmxedit;show' {
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Work on so many files at once [default: one a processor core]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; auto: on a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Descend into directories: every .vmx below them, in the order of their names; symlinks to directories are not followed')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Descend into directories: every .vmx below them, in the order of their names; symlinks to directories are not followed')
            [CompletionResult]::new('--one-file-system', '--one-file-system', [CompletionResultType]::ParameterName, 'With --recursive: stay on the file system of each directory that is named')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress on a terminal')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON for programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmxedit;status' {
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Work on so many files at once [default: one a processor core]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours; auto: on a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Descend into directories: every .vmx below them, in the order of their names; symlinks to directories are not followed')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Descend into directories: every .vmx below them, in the order of their names; symlinks to directories are not followed')
            [CompletionResult]::new('--one-file-system', '--one-file-system', [CompletionResultType]::ParameterName, 'With --recursive: stay on the file system of each directory that is named')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress on a terminal')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on standard error')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON for programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmxedit;completions' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'vmxedit;man' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'vmxedit;help' {
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'Prints the values of keys')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'Prints entries as they are written, in file order')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Sets keys to values: all of them, or none')
            [CompletionResult]::new('unset', 'unset', [CompletionResultType]::ParameterValue, 'Removes entries, whole lines')
            [CompletionResult]::new('rename', 'rename', [CompletionResultType]::ParameterValue, 'Renames a key, or with .* on both a whole family')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Applies presets and edits to any number of files')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Compares two files key by key, in whatever order they stand')
            [CompletionResult]::new('edit', 'edit', [CompletionResultType]::ParameterValue, 'Opens the file in your editor, with VMware locked out, and saves it like any other edit')
            [CompletionResult]::new('restore', 'restore', [CompletionResultType]::ParameterValue, 'Puts a backup back, an edit like any other')
            [CompletionResult]::new('preset', 'preset', [CompletionResultType]::ParameterValue, 'Shows presets, checks them, takes them back')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Finds what is wrong: malformed lines, duplicates, misspelt and misused keys, conflicts, limits')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Shows VMs at a glance: guest, hardware, disks, network cards, snapshots, power state')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Tells whether VMs are off, and what that rests on')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Prints the completions for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Prints a manual page')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'vmxedit;help;get' {
            break
        }
        'vmxedit;help;list' {
            break
        }
        'vmxedit;help;set' {
            break
        }
        'vmxedit;help;unset' {
            break
        }
        'vmxedit;help;rename' {
            break
        }
        'vmxedit;help;apply' {
            break
        }
        'vmxedit;help;diff' {
            break
        }
        'vmxedit;help;edit' {
            break
        }
        'vmxedit;help;restore' {
            break
        }
        'vmxedit;help;preset' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'Lists the presets, a line each')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Tells what a preset sets, when, why, and from which source')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Tells whether a file is a valid preset')
            [CompletionResult]::new('revert', 'revert', [CompletionResultType]::ParameterValue, 'Takes back what a preset sets, where the value is still the preset''s')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Prints the folders where presets are looked for, in order')
            break
        }
        'vmxedit;help;preset;list' {
            break
        }
        'vmxedit;help;preset;show' {
            break
        }
        'vmxedit;help;preset;check' {
            break
        }
        'vmxedit;help;preset;revert' {
            break
        }
        'vmxedit;help;preset;path' {
            break
        }
        'vmxedit;help;check' {
            break
        }
        'vmxedit;help;show' {
            break
        }
        'vmxedit;help;status' {
            break
        }
        'vmxedit;help;completions' {
            break
        }
        'vmxedit;help;man' {
            break
        }
        'vmxedit;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
