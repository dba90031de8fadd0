# Completions of vmxedit for PowerShell 7.3 and later.
#
# The program finds the candidates. What it prints is never evaluated.
#
# It is not tested.

Register-ArgumentCompleter -Native -CommandName vmxedit -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $typed = @()
    $word = ''
    foreach ($element in $commandAst.CommandElements) {
        if ($element.Extent.StartOffset -ge $cursorPosition) {
            break
        }
        $text = $element.Extent.Text
        # Text without its quotes; what the shell would have to evaluate stays as it is.
        if ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
            $text = $element.Value
        }
        if ($element.Extent.EndOffset -ge $cursorPosition) {
            $word = $text
        } else {
            $typed += $text
        }
    }
    $program = Get-Command -Name vmxedit -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    if (-not $program) {
        return
    }
    $null | & $program complete '--' @typed $word 2>$null | ForEach-Object {
        $value, $description = $_ -split "`t", 2
        $text = $value
        if ($value -notmatch '^[A-Za-z0-9_./:=%+~-]+$') {
            # PowerShell takes typographic quotes for quotes.
            $quoted = [System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($value)
            $text = "'" + $quoted + "'"
        }
        # An empty tooltip is not allowed.
        if (-not $description) {
            $description = $value
        }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $description)
    }
}
