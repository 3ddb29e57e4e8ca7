# ---- processes, installer ----
$processNames = 'msiexec.exe', 'TiWorker.exe', 'TrustedInstaller.exe', 'wusa.exe', 'dism.exe', 'DismHost.exe', 'setup.exe',
  'SetupHost.exe', 'SetupPrep.exe', 'MoUsoCoreWorker.exe', 'UsoClient.exe', 'wuauclt.exe'

# Installers are given passwords as properties; those never leave the host. The public key token of an assembly is no secret.
function Hide-Secret([string]$line) {
  $line -replace '((?:pass|pwd|secret|(?<!publickey)token|apikey|credential)\w*\s*[=:]\s*)("[^"]*"|\S+)', '$1***'
}

Invoke-Section 'processes' {
  $found = @(Read-Cim Win32_Process 'Name ProcessId ParentProcessId CreationDate CommandLine' (Join-Filter 'Name' $processNames))
  $parents = @{}
  if ($found.Count -gt 0) {
    $ids = @($found | ForEach-Object { $_.ParentProcessId } | Select-Object -Unique)
    foreach ($parent in @(Read-Cim Win32_Process 'Name ProcessId' (Join-Filter 'ProcessId' $ids))) {
      $parents["$($parent.ProcessId)"] = "$($parent.Name)"
    }
  }
  $records = @(foreach ($process in $found) {
    $record = [ordered]@{ name = "$($process.Name)"; pid = [long]$process.ProcessId }
    if ($process.CreationDate) { $record['startedAt'] = Format-Utc $process.CreationDate.ToUniversalTime() }
    # Empty without administrator rights.
    if ($process.CommandLine) { $record['commandLine'] = Limit-Text (Hide-Secret $process.CommandLine) 400 }
    if ($parents["$($process.ParentProcessId)"]) { $record['parent'] = $parents["$($process.ParentProcessId)"] }
    $record
  })
  $evidence['processes'] = @(Limit-List 'processes' $records 10000)
}

# Windows Installer holds this mutex while it works; a process alone is no proof, an idle msiexec stays for minutes.
function Test-InstallerMutex {
  try {
    [System.Threading.Mutex]::OpenExisting('Global\_MSIExecute').Close()
    $true
  } catch [System.UnauthorizedAccessException] {
    $true
  } catch [System.Threading.WaitHandleCannotBeOpenedException] {
    $false
  }
}

Invoke-Section 'installer' {
  $isBusy = Test-Key 'SOFTWARE\Microsoft\Windows\CurrentVersion\Installer\InProgress'
  if (-not $isBusy -and $isFull) { $isBusy = Test-InstallerMutex }
  $installer = [ordered]@{ inProgress = $isBusy; holder = $null }
  if ($isBusy) {
    foreach ($process in $evidence['processes']) {
      if ("$($process['commandLine'])" -match '^\S*msiexec(\.exe)?"?\s+.*/(i|p|x|a|update|package|uninstall)\b') { $installer['holder'] = $process['commandLine'] }
    }
  }
  $evidence['installer'] = $installer
}
