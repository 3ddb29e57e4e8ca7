# ---- logs.cbs: lines that carry a failure, of the last 2 MB ----
$cbsLine = '^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d), (Error|Warning|Info)\s+\S+\s+(.*)$'

function Read-Tail([string]$path, [int]$bytes) {
  if (-not (Test-Present $path)) { throw "0x80070002 $path is not there" }
  # Get-Content shares the file with its writer too, but is slow; it is the way where .NET is barred.
  if (-not $isFull) { return Get-Content -LiteralPath $path -Tail 8000 }
  $file = New-Object System.IO.FileStream $path, 'Open', 'Read', 'ReadWrite, Delete'
  try {
    if ($file.Length -gt $bytes) { $null = $file.Seek(-$bytes, 'End') }
    $text = (New-Object System.IO.StreamReader $file, ([System.Text.Encoding]::UTF8)).ReadToEnd()
  } finally {
    $file.Close()
  }
  $text -split '\r?\n'
}

Invoke-Section 'logs.cbs' {
  $lines = @(Read-Tail "$env:SystemRoot\Logs\CBS\CBS.log" 2097152)
  # Info lines count where they name a failure; the log is English on every Windows.
  $telling = @($lines -cmatch ', (Error|Warning) |0x[8cC][0-9A-Fa-f]{7}|[Rr]oll(ing)? ?back')
  $seen = @{}
  $records = @(for ($i = $telling.Count - 1; $i -ge 0 -and $seen.Count -lt 60; $i--) {
    if ($telling[$i] -cmatch $cbsLine) {
      $text = Limit-Text $Matches[4].Trim() 600
      if ($text -and -not $seen.ContainsKey($text)) {
        $seen[$text] = $true
        $at = [datetime]($Matches[1] + ' ' + $Matches[2])
        [ordered]@{ time = Format-Utc $at.ToUniversalTime(); level = $Matches[3].ToLowerInvariant(); text = $text }
      }
    }
  })
  if ($seen.Count -ge 60) { $report['truncated'] += 'logs.cbs' }
  $records = @(Limit-List 'logs.cbs' $records 24000)
  [array]::Reverse($records)
  $evidence['logs'] = [ordered]@{ cbs = $records }
}
