# Completions of vmxedit for elvish.
#
# The program finds the candidates. What it prints is never evaluated.

use str

set edit:completion:arg-completer[vmxedit] = {|@words|
    var word = $words[-1]
    try {
        (external vmxedit) complete -- $@words 2>/dev/null </dev/null
    } catch {
        # There are no candidates.
    } | from-lines | each {|line|
        var value description = (str:split &max=2 "\t" $line)
        var stem = $value
        # The editor drops what starts in another case. A value would get letters of both.
        if (and (not (str:has-prefix $value $word)) (not (str:contains $word '='))) {
            set stem = $word$value[(count $word)..]
        }
        var suffix = ' '
        if (or (str:has-suffix $value '=') (str:has-suffix $value '/') (str:has-suffix $value '.') (str:has-suffix $value '@')) {
            set suffix = ''
        }
        var display = $value
        if (not-eq $description '') {
            set display = $value'  '$description
        }
        edit:complex-candidate $stem &code-suffix=$suffix &display=$display
    }
}
