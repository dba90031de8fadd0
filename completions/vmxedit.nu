# Completions of vmxedit for nushell.
#
# The program finds the candidates. What it prints is never evaluated. Completions of other programs go on as before.

$env.config.completions.external.completer = do {|next|
    # Returns a word without its quotes. A quote may still be open.
    let unquote = {|word|
        let quote = $word | str substring 0..0
        if $quote not-in ["'" '"' '`'] { return $word }
        let inner = $word | str substring 1..
        if ($inner | str ends-with $quote) { $inner | str substring 0..<(-1) } else { $inner }
    }
    let quote = {|word|
        if $word =~ '^[A-Za-z0-9_./:=@%+,~-]+$' { return $word }
        if not ($word | str contains "'") { return $"'($word)'" }
        $'"($word | str replace --all '\' '\\' | str replace --all '"' '\"')"'
    }
    {|spans|
        if ($spans.0 | path basename) != vmxedit {
            return (if $next == null { null } else { do $next $spans })
        }
        let words = $spans | each {|word| do $unquote $word }
        let home = if ($words | last | str starts-with '~/') { $"($nu.home-path)/" } else { '' }
        let words = $words | each {|word| if ($word | str starts-with '~/') { $word | path expand --no-symlink } else { $word } }
        let found = '' | ^vmxedit complete -- ...$words | complete
        $found.stdout | lines | each {|line|
            let parts = $line | split row "\t"
            let value = if $home == '' { $parts.0 } else { $parts.0 | str replace $home '~/' }
            { value: (do $quote $value), description: ($parts | get 1) }
        }
    }
} $env.config.completions.external.completer
