# patchwhy: one function that says what this host knows about its Windows updates. It reads, and changes nothing.
# Written by "patchwhy collector jea"; what is in Invoke-Collector is what a scan sends to hosts without an endpoint.

# A restricted session loads no module by itself. What is loaded here is seen by this module only, not by the caller.
try { Microsoft.PowerShell.Core\Import-Module -Name CimCmdlets -ErrorAction Stop } catch { $null = $_ }

# A restricted session has a Select-Object of its own, which selects less.
Microsoft.PowerShell.Utility\Set-Alias -Name Select-Object -Value Microsoft.PowerShell.Utility\Select-Object -Scope Script

# Not in the function that is called from outside: what is outside sees no drives, and so no $env: either.
function Invoke-Collector([string]$Nonce, [string]$Sha256) {
@COLLECTOR@
}

function Get-PatchEvidence {
  [CmdletBinding()]
  param(
    # A word of the run that asks; it marks the answer.
    [Parameter(Mandatory = $true)] [ValidatePattern('\A[0-9A-Za-z]{8,32}\z')] [string]$Nonce,
    # SHA-256 of the collector that whoever asks would have sent.
    [ValidatePattern('\A[0-9a-f]{64}\z')] [string]$Sha256
  )
  Invoke-Collector $Nonce $Sha256
}

Microsoft.PowerShell.Core\Export-ModuleMember -Function Get-PatchEvidence
