
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
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Report more, in the commands that have this option')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Report more, in the commands that have this option')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show passwords and keys instead of masking them')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'Print the value of one or more keys')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'Print entries as written, in file order')
            [CompletionResult]::new('find', 'find', [CompletionResultType]::ParameterValue, 'Search files for entries')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Set one or more keys; all of them are set, or none')
            [CompletionResult]::new('unset', 'unset', [CompletionResultType]::ParameterValue, 'Remove entries (whole lines)')
            [CompletionResult]::new('rename', 'rename', [CompletionResultType]::ParameterValue, 'Rename a key or a device (PREFIX.* to PREFIX.*), or the name of a VM in its values')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Apply presets and edits to any number of files')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Compare files by key')
            [CompletionResult]::new('edit', 'edit', [CompletionResultType]::ParameterValue, 'Edit a file in your editor')
            [CompletionResult]::new('restore', 'restore', [CompletionResultType]::ParameterValue, 'Restore a backup')
            [CompletionResult]::new('preset', 'preset', [CompletionResultType]::ParameterValue, 'List, show, check and revert presets')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Find mistakes: malformed lines, duplicates, misspelled and misused keys, conflicts, limits')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show a summary of VMs: guest, hardware, disks, network cards, snapshots, power state')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show whether VMs are powered off, with the evidence')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print a manual page')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'vmxedit;get' {
            [CompletionResult]::new('--default', '--default', [CompletionResultType]::ParameterName, 'Print this value for a missing key, and exit with 0')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]')
            [CompletionResult]::new('--rsh', '--rsh', [CompletionResultType]::ParameterName, 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]')
            [CompletionResult]::new('-0', '-0', [CompletionResultType]::ParameterName, 'End each value with a NUL byte instead of a newline')
            [CompletionResult]::new('--null', '--null', [CompletionResultType]::ParameterName, 'End each value with a NUL byte instead of a newline')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Print every value of a duplicated key')
            [CompletionResult]::new('--raw', '--raw', [CompletionResultType]::ParameterName, 'Print the bytes of the file, without decoding them')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmxedit;list' {
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]')
            [CompletionResult]::new('--rsh', '--rsh', [CompletionResultType]::ParameterName, 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]')
            [CompletionResult]::new('--keys', '--keys', [CompletionResultType]::ParameterName, 'Print only the keys')
            [CompletionResult]::new('--raw', '--raw', [CompletionResultType]::ParameterName, 'Print the bytes of the file, without decoding them')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmxedit;find' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Search for EXPR. With several, all of them must hold in the same file. All other arguments are FILES')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of files to process in parallel [default: number of CPUs]')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]')
            [CompletionResult]::new('--rsh', '--rsh', [CompletionResultType]::ParameterName, 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]')
            [CompletionResult]::new('--literal', '--literal', [CompletionResultType]::ParameterName, 'Take * ? [ in EXPR as ordinary characters')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Print only the name of each file that matches')
            [CompletionResult]::new('--files-with-matches', '--files-with-matches', [CompletionResultType]::ParameterName, 'Print only the name of each file that matches')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Print only how many entries match in each file; for !KEY, 1 or 0')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Print only how many entries match in each file; for !KEY, 1 or 0')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed')
            [CompletionResult]::new('--one-file-system', '--one-file-system', [CompletionResultType]::ParameterName, 'With --recursive: stay on the file system of each named directory')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Do not show progress on a terminal')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show passwords and keys instead of masking them')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing but errors: only the exit status tells whether a file matches')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing but errors: only the exit status tells whether a file matches')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmxedit;set' {
            [CompletionResult]::new('--backup', '--backup', [CompletionResultType]::ParameterName, 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]')
            [CompletionResult]::new('--rsh', '--rsh', [CompletionResultType]::ParameterName, 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]')
            [CompletionResult]::new('--literal', '--literal', [CompletionResultType]::ParameterName, 'Take KEY and VALUE as they are: @ and the characters of patterns have no meaning')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Refuse an edit that introduces an error, or a warning about a key that it sets, by the rules that the file does not turn off')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report what would change, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Report what would change, and change nothing')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Print a unified diff of the change')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Report what would change, change nothing, and exit with 1 if anything would change')
            [CompletionResult]::new('--no-backup', '--no-backup', [CompletionResultType]::ParameterName, 'Do not keep the old file, whatever the configuration file says')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Edit even if the VM is not known to be off; locks of other processes are left in place')
            [CompletionResult]::new('--reload', '--reload', [CompletionResultType]::ParameterName, 'On ESXi: make the host read the file again')
            [CompletionResult]::new('--lossy-metadata', '--lossy-metadata', [CompletionResultType]::ParameterName, 'Proceed even if the owner, the access control list or extended attributes cannot be kept')
            [CompletionResult]::new('--break-links', '--break-links', [CompletionResultType]::ParameterName, 'Proceed even if the file has other hard links: they keep the old content')
            [CompletionResult]::new('--no-sync', '--no-sync', [CompletionResultType]::ParameterName, 'Do not sync the file to disk; a power failure may destroy it. For scratch files')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show passwords and keys instead of masking them')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also report that there is nothing to change')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also report that there is nothing to change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmxedit;unset' {
            [CompletionResult]::new('--backup', '--backup', [CompletionResultType]::ParameterName, 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]')
            [CompletionResult]::new('--rsh', '--rsh', [CompletionResultType]::ParameterName, 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Exit with 1 if a key or pattern matches nothing')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report what would change, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Report what would change, and change nothing')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Print a unified diff of the change')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Report what would change, change nothing, and exit with 1 if anything would change')
            [CompletionResult]::new('--no-backup', '--no-backup', [CompletionResultType]::ParameterName, 'Do not keep the old file, whatever the configuration file says')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Edit even if the VM is not known to be off; locks of other processes are left in place')
            [CompletionResult]::new('--reload', '--reload', [CompletionResultType]::ParameterName, 'On ESXi: make the host read the file again')
            [CompletionResult]::new('--lossy-metadata', '--lossy-metadata', [CompletionResultType]::ParameterName, 'Proceed even if the owner, the access control list or extended attributes cannot be kept')
            [CompletionResult]::new('--break-links', '--break-links', [CompletionResultType]::ParameterName, 'Proceed even if the file has other hard links: they keep the old content')
            [CompletionResult]::new('--no-sync', '--no-sync', [CompletionResultType]::ParameterName, 'Do not sync the file to disk; a power failure may destroy it. For scratch files')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show passwords and keys instead of masking them')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also report that there is nothing to change')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also report that there is nothing to change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmxedit;rename' {
            [CompletionResult]::new('--backup', '--backup', [CompletionResultType]::ParameterName, 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]')
            [CompletionResult]::new('--rsh', '--rsh', [CompletionResultType]::ParameterName, 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]')
            [CompletionResult]::new('--values', '--values', [CompletionResultType]::ParameterName, 'Replace the name OLD of the VM with NEW in values')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report what would change, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Report what would change, and change nothing')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Print a unified diff of the change')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Report what would change, change nothing, and exit with 1 if anything would change')
            [CompletionResult]::new('--no-backup', '--no-backup', [CompletionResultType]::ParameterName, 'Do not keep the old file, whatever the configuration file says')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Edit even if the VM is not known to be off; locks of other processes are left in place')
            [CompletionResult]::new('--reload', '--reload', [CompletionResultType]::ParameterName, 'On ESXi: make the host read the file again')
            [CompletionResult]::new('--lossy-metadata', '--lossy-metadata', [CompletionResultType]::ParameterName, 'Proceed even if the owner, the access control list or extended attributes cannot be kept')
            [CompletionResult]::new('--break-links', '--break-links', [CompletionResultType]::ParameterName, 'Proceed even if the file has other hard links: they keep the old content')
            [CompletionResult]::new('--no-sync', '--no-sync', [CompletionResultType]::ParameterName, 'Do not sync the file to disk; a power failure may destroy it. For scratch files')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show passwords and keys instead of masking them')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also report that there is nothing to change')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also report that there is nothing to change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmxedit;apply' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'A preset: a name (see preset list), the path of a preset file, or - for standard input')
            [CompletionResult]::new('--preset', '--preset', [CompletionResultType]::ParameterName, 'A preset: a name (see preset list), the path of a preset file, or - for standard input')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'Set a preset parameter; NAME=@PATH reads the value from a file, PRESET.NAME=VALUE sets it for one preset only')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Set the keys of another file to its values. SOURCE is a file, also on another host, a directory that contains one .vmx, or - for standard input: entries as the command list prints them, or its JSON')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Take only the entries of --from whose keys match')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a key, like the command set')
            [CompletionResult]::new('--unset', '--unset', [CompletionResultType]::ParameterName, 'Remove entries, like the command unset')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of files to process in parallel [default: number of CPUs]')
            [CompletionResult]::new('--backup', '--backup', [CompletionResultType]::ParameterName, 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]')
            [CompletionResult]::new('--rsh', '--rsh', [CompletionResultType]::ParameterName, 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]')
            [CompletionResult]::new('--literal', '--literal', [CompletionResultType]::ParameterName, 'Take --set as it is: @ and the characters of patterns have no meaning')
            [CompletionResult]::new('--ignore-conditions', '--ignore-conditions', [CompletionResultType]::ParameterName, 'Apply presets even if their conditions are not met')
            [CompletionResult]::new('--if-applicable', '--if-applicable', [CompletionResultType]::ParameterName, 'Skip files that a preset does not apply to, instead of refusing them')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Refuse an edit that introduces an error, or a warning about a key that it sets, by the rules that the file does not turn off')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed')
            [CompletionResult]::new('--one-file-system', '--one-file-system', [CompletionResultType]::ParameterName, 'With --recursive: stay on the file system of each named directory')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Do not show progress on a terminal')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report what would change, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Report what would change, and change nothing')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Print a unified diff of the change')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Report what would change, change nothing, and exit with 1 if anything would change')
            [CompletionResult]::new('--no-backup', '--no-backup', [CompletionResultType]::ParameterName, 'Do not keep the old file, whatever the configuration file says')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Edit even if the VM is not known to be off; locks of other processes are left in place')
            [CompletionResult]::new('--reload', '--reload', [CompletionResultType]::ParameterName, 'On ESXi: make the host read the file again')
            [CompletionResult]::new('--lossy-metadata', '--lossy-metadata', [CompletionResultType]::ParameterName, 'Proceed even if the owner, the access control list or extended attributes cannot be kept')
            [CompletionResult]::new('--break-links', '--break-links', [CompletionResultType]::ParameterName, 'Proceed even if the file has other hard links: they keep the old content')
            [CompletionResult]::new('--no-sync', '--no-sync', [CompletionResultType]::ParameterName, 'Do not sync the file to disk; a power failure may destroy it. For scratch files')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show passwords and keys instead of masking them')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also report that there is nothing to change')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also report that there is nothing to change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmxedit;diff' {
            [CompletionResult]::new('--backup', '--backup', [CompletionResultType]::ParameterName, 'Compare a backup of A with A [default: the newest of FILE.bak, FILE.bak.1, ...]; NAME is a path, the name of a file in the same directory, a suffix of A, or a number that restore --list shows')
            [CompletionResult]::new('--preset', '--preset', [CompletionResultType]::ParameterName, 'Compare A with the result of applying this preset')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'Set a parameter of the preset; NAME=@PATH reads the value from a file')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of files to process in parallel [default: number of CPUs]')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]')
            [CompletionResult]::new('--rsh', '--rsh', [CompletionResultType]::ParameterName, 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]')
            [CompletionResult]::new('--unified', '--unified', [CompletionResultType]::ParameterName, 'Print a unified diff of the lines, including order, spacing and comments')
            [CompletionResult]::new('--semantic', '--semantic', [CompletionResultType]::ParameterName, 'Treat values as equal if VMware does: TRUE and true, 1024 and 0x400')
            [CompletionResult]::new('--ignore-volatile', '--ignore-volatile', [CompletionResultType]::ParameterName, 'Ignore keys that VMware writes itself: generated addresses, PCI slots, uuid.location, ...')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed')
            [CompletionResult]::new('--one-file-system', '--one-file-system', [CompletionResultType]::ParameterName, 'With --recursive: stay on the file system of each named directory')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Do not show progress on a terminal')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show passwords and keys instead of masking them')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmxedit;edit' {
            [CompletionResult]::new('--backup', '--backup', [CompletionResultType]::ParameterName, 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]')
            [CompletionResult]::new('--rsh', '--rsh', [CompletionResultType]::ParameterName, 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'If the text cannot be saved, keep it in a private directory and print the path')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report what would change, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Report what would change, and change nothing')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Print a unified diff of the change')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Report what would change, change nothing, and exit with 1 if anything would change')
            [CompletionResult]::new('--no-backup', '--no-backup', [CompletionResultType]::ParameterName, 'Do not keep the old file, whatever the configuration file says')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Edit even if the VM is not known to be off; locks of other processes are left in place')
            [CompletionResult]::new('--reload', '--reload', [CompletionResultType]::ParameterName, 'On ESXi: make the host read the file again')
            [CompletionResult]::new('--lossy-metadata', '--lossy-metadata', [CompletionResultType]::ParameterName, 'Proceed even if the owner, the access control list or extended attributes cannot be kept')
            [CompletionResult]::new('--break-links', '--break-links', [CompletionResultType]::ParameterName, 'Proceed even if the file has other hard links: they keep the old content')
            [CompletionResult]::new('--no-sync', '--no-sync', [CompletionResultType]::ParameterName, 'Do not sync the file to disk; a power failure may destroy it. For scratch files')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show passwords and keys instead of masking them')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also report that there is nothing to change')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also report that there is nothing to change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmxedit;restore' {
            [CompletionResult]::new('--backup', '--backup', [CompletionResultType]::ParameterName, 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]')
            [CompletionResult]::new('--rsh', '--rsh', [CompletionResultType]::ParameterName, 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'List the backups, the newest first, and restore nothing')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report what would change, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Report what would change, and change nothing')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Print a unified diff of the change')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Report what would change, change nothing, and exit with 1 if anything would change')
            [CompletionResult]::new('--no-backup', '--no-backup', [CompletionResultType]::ParameterName, 'Do not keep the old file, whatever the configuration file says')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Edit even if the VM is not known to be off; locks of other processes are left in place')
            [CompletionResult]::new('--reload', '--reload', [CompletionResultType]::ParameterName, 'On ESXi: make the host read the file again')
            [CompletionResult]::new('--lossy-metadata', '--lossy-metadata', [CompletionResultType]::ParameterName, 'Proceed even if the owner, the access control list or extended attributes cannot be kept')
            [CompletionResult]::new('--break-links', '--break-links', [CompletionResultType]::ParameterName, 'Proceed even if the file has other hard links: they keep the old content')
            [CompletionResult]::new('--no-sync', '--no-sync', [CompletionResultType]::ParameterName, 'Do not sync the file to disk; a power failure may destroy it. For scratch files')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show passwords and keys instead of masking them')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also report that there is nothing to change')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also report that there is nothing to change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmxedit;preset' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List presets by topic')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what a preset sets, when, why, and from which source')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check whether a file is a valid preset')
            [CompletionResult]::new('revert', 'revert', [CompletionResultType]::ParameterValue, 'Revert a preset, for keys that still have the value that it sets')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print the folders where presets are looked up, in order')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'vmxedit;preset;list' {
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'List only presets that apply to this VM, which may be on another host, and whether they are applied')
            [CompletionResult]::new('--rsh', '--rsh', [CompletionResultType]::ParameterName, 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'With --for: also list the presets that do not apply, with the reason')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'With --for: also list the presets that do not apply, with the reason')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmxedit;preset;show' {
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'Set a parameter; NAME=@PATH reads the value from a file')
            [CompletionResult]::new('--rsh', '--rsh', [CompletionResultType]::ParameterName, 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'vmxedit;preset;check' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'vmxedit;preset;revert' {
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'The value of a parameter when the preset was applied')
            [CompletionResult]::new('--backup', '--backup', [CompletionResultType]::ParameterName, 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else vmx]')
            [CompletionResult]::new('--rsh', '--rsh', [CompletionResultType]::ParameterName, 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report what would change, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Report what would change, and change nothing')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Print a unified diff of the change')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Report what would change, change nothing, and exit with 1 if anything would change')
            [CompletionResult]::new('--no-backup', '--no-backup', [CompletionResultType]::ParameterName, 'Do not keep the old file, whatever the configuration file says')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Edit even if the VM is not known to be off; locks of other processes are left in place')
            [CompletionResult]::new('--reload', '--reload', [CompletionResultType]::ParameterName, 'On ESXi: make the host read the file again')
            [CompletionResult]::new('--lossy-metadata', '--lossy-metadata', [CompletionResultType]::ParameterName, 'Proceed even if the owner, the access control list or extended attributes cannot be kept')
            [CompletionResult]::new('--break-links', '--break-links', [CompletionResultType]::ParameterName, 'Proceed even if the file has other hard links: they keep the old content')
            [CompletionResult]::new('--no-sync', '--no-sync', [CompletionResultType]::ParameterName, 'Do not sync the file to disk; a power failure may destroy it. For scratch files')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show passwords and keys instead of masking them')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also report that there is nothing to change')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also report that there is nothing to change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmxedit;preset;path' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'vmxedit;preset;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List presets by topic')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what a preset sets, when, why, and from which source')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check whether a file is a valid preset')
            [CompletionResult]::new('revert', 'revert', [CompletionResultType]::ParameterValue, 'Revert a preset, for keys that still have the value that it sets')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print the folders where presets are looked up, in order')
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
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The format of the findings; --json means json')
            [CompletionResult]::new('--deny', '--deny', [CompletionResultType]::ParameterName, 'Count the findings of a rule as errors: a code, a name, or "warnings" for all warnings')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Report what a product does not support, such as a newer hardware version: esxi-6.7, workstation-17, fusion-13')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Disable a rule: a code or a name')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Explain a rule and name its source')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of files to process in parallel [default: number of CPUs]')
            [CompletionResult]::new('--backup', '--backup', [CompletionResultType]::ParameterName, 'Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit waits only for other edits by vmxedit, up to 30 seconds')
            [CompletionResult]::new('--rsh', '--rsh', [CompletionResultType]::ParameterName, 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]')
            [CompletionResult]::new('--fix', '--fix', [CompletionResultType]::ParameterName, 'Fix what can be fixed without losing data, and print the diff: duplicate entries that VMware reads alike, misplaced byte order marks, values without quotes or in other quotes')
            [CompletionResult]::new('--rules', '--rules', [CompletionResultType]::ParameterName, 'List the rules')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed')
            [CompletionResult]::new('--one-file-system', '--one-file-system', [CompletionResultType]::ParameterName, 'With --recursive: stay on the file system of each named directory')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Do not show progress on a terminal')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report what would change, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Report what would change, and change nothing')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Print a unified diff of the change')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Report what would change, change nothing, and exit with 1 if anything would change')
            [CompletionResult]::new('--no-backup', '--no-backup', [CompletionResultType]::ParameterName, 'Do not keep the old file, whatever the configuration file says')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Edit even if the VM is not known to be off; locks of other processes are left in place')
            [CompletionResult]::new('--reload', '--reload', [CompletionResultType]::ParameterName, 'On ESXi: make the host read the file again')
            [CompletionResult]::new('--lossy-metadata', '--lossy-metadata', [CompletionResultType]::ParameterName, 'Proceed even if the owner, the access control list or extended attributes cannot be kept')
            [CompletionResult]::new('--break-links', '--break-links', [CompletionResultType]::ParameterName, 'Proceed even if the file has other hard links: they keep the old content')
            [CompletionResult]::new('--no-sync', '--no-sync', [CompletionResultType]::ParameterName, 'Do not sync the file to disk; a power failure may destroy it. For scratch files')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also report that there is nothing to fix')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also report that there is nothing to fix')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show passwords and keys instead of masking them')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmxedit;show' {
            [CompletionResult]::new('--with', '--with', [CompletionResultType]::ParameterName, 'Also show the value of KEY, in any case; in a table as a column. May be repeated')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of files to process in parallel [default: number of CPUs]')
            [CompletionResult]::new('--rsh', '--rsh', [CompletionResultType]::ParameterName, 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed')
            [CompletionResult]::new('--one-file-system', '--one-file-system', [CompletionResultType]::ParameterName, 'With --recursive: stay on the file system of each named directory')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Do not show progress on a terminal')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show passwords and keys instead of masking them')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmxedit;status' {
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of files to process in parallel [default: number of CPUs]')
            [CompletionResult]::new('--rsh', '--rsh', [CompletionResultType]::ParameterName, 'Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Process every .vmx file below the named directories, sorted by name; symbolic links are not followed')
            [CompletionResult]::new('--one-file-system', '--one-file-system', [CompletionResultType]::ParameterName, 'With --recursive: stay on the file system of each named directory')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Do not show progress on a terminal')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results and errors: no warnings, notes, progress or summaries')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
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
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'Print the value of one or more keys')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'Print entries as written, in file order')
            [CompletionResult]::new('find', 'find', [CompletionResultType]::ParameterValue, 'Search files for entries')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Set one or more keys; all of them are set, or none')
            [CompletionResult]::new('unset', 'unset', [CompletionResultType]::ParameterValue, 'Remove entries (whole lines)')
            [CompletionResult]::new('rename', 'rename', [CompletionResultType]::ParameterValue, 'Rename a key or a device (PREFIX.* to PREFIX.*), or the name of a VM in its values')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Apply presets and edits to any number of files')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Compare files by key')
            [CompletionResult]::new('edit', 'edit', [CompletionResultType]::ParameterValue, 'Edit a file in your editor')
            [CompletionResult]::new('restore', 'restore', [CompletionResultType]::ParameterValue, 'Restore a backup')
            [CompletionResult]::new('preset', 'preset', [CompletionResultType]::ParameterValue, 'List, show, check and revert presets')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Find mistakes: malformed lines, duplicates, misspelled and misused keys, conflicts, limits')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show a summary of VMs: guest, hardware, disks, network cards, snapshots, power state')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show whether VMs are powered off, with the evidence')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print a manual page')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'vmxedit;help;get' {
            break
        }
        'vmxedit;help;list' {
            break
        }
        'vmxedit;help;find' {
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
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List presets by topic')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what a preset sets, when, why, and from which source')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check whether a file is a valid preset')
            [CompletionResult]::new('revert', 'revert', [CompletionResultType]::ParameterValue, 'Revert a preset, for keys that still have the value that it sets')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print the folders where presets are looked up, in order')
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
