# ---- componentStore: the flag that servicing left when it met damage; nothing is scanned or repaired ----
$servicingPrograms = 'TiWorker.exe', 'dism.exe', 'DismHost.exe', 'wusa.exe', 'SetupHost.exe'

# DISM is not waited for without end: a stuck servicing stack would hold it, and this collector with it, for good.
function Read-DismText([string]$arguments, [int]$seconds) {
  $path = "$env:SystemRoot\System32\dism.exe"
  if (-not (Test-Present $path)) { throw '0x80070002 dism.exe is not there' }
  $start = New-Object System.Diagnostics.ProcessStartInfo $path
  $start.Arguments = $arguments
  $start.UseShellExecute = $false
  $start.CreateNoWindow = $true
  $start.RedirectStandardOutput = $true
  $dism = [System.Diagnostics.Process]::Start($start)
  if (-not $dism.WaitForExit(1000 * $seconds)) {
    $dism.Kill()
    throw "0x800705B4 dism did not answer within $seconds seconds"
  }
  if ($dism.ExitCode -gt 0) { throw "$(Format-Code (2147942400 + $dism.ExitCode)) dism refused" }
  if ($dism.ExitCode -lt 0) { throw "$(Format-Code $dism.ExitCode) dism refused" }
  $dism.StandardOutput.ReadToEnd()
}

Invoke-Section 'componentStore' {
  if ($isRedirected) { throw 'this is a 32-bit PowerShell on 64-bit Windows: its dism cannot look at the host' }
  Assert-FullLanguage
  if ($null -eq $evidence['processes']) { throw 'not asked: servicing may be at work, the processes could not be read' }
  foreach ($process in $evidence['processes']) {
    if ($servicingPrograms -contains $process['name']) { throw "not asked: $($process['name']) is at work" }
  }
  # learn.microsoft.com, "Repair a Windows image": CheckHealth reads the flag at once. /english makes its three sentences the same everywhere.
  $text = Read-DismText '/online /english /loglevel:1 /cleanup-image /checkhealth' 20
  $health = 'unknown'
  if ($text -match 'No component store corruption') { $health = 'healthy' }
  elseif ($text -match 'component store cannot be repaired') { $health = 'nonRepairable' }
  elseif ($text -match 'component store is repairable') { $health = 'repairable' }
  $evidence['componentStore'] = [ordered]@{ health = $health; checkedAt = Format-Utc ([datetime]::UtcNow) }
}
