# Completions of vmxedit for nushell.
#
# The program finds the candidates. What it prints is never evaluated. Completions of other programs go on as before.

$env.config.completions.external.completer = do {|next|
    # Returns a word without its quotes. A quote may still be open.
    let unquote = {|word|
        let mark = $word | str substring 0..0
        if $mark not-in ["'", "\"", "`"] { return $word }
        $word | str substring 1.. | str replace --regex $"($mark)$" ""
    }
    let quote = {|word|
        # Three dots are folders above.
        if $word =~ "^[A-Za-z0-9_./:=@%+,~-]+$" and not ($word | str contains "...") { return $word }
        if not ($word | str contains "'") { return $"'($word)'" }
        let escaped = $word | str replace --all "\\" "\\\\" | str replace --all "\"" "\\\""
        "\"" + $escaped + "\""
    }
    {|spans|
        if ($spans.0 | path basename) != "vmxedit" {
            return (if $next == null { null } else { do $next $spans })
        }
        let typed = $spans | each {|word| do $unquote $word }
        let home = $env.HOME + "/"
        let words = $typed | each {|word| $word | str replace --regex "^~/" $home }
        let is_in_home = $typed | last | str starts-with "~/"
        let found = "" | ^vmxedit complete -- ...$words | complete
        $found.stdout | lines | each {|line|
            let parts = $line | split row "\t"
            let value = if $is_in_home { $parts.0 | str replace $home "~/" } else { $parts.0 }
            { value: (do $quote $value), description: $parts.1 }
        }
    }
} $env.config.completions.external.completer
