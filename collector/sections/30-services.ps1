# ---- services ----
$serviceNames = 'wuauserv', 'bits', 'TrustedInstaller', 'msiserver', 'CryptSvc', 'UsoSvc', 'MpsSvc', 'wlidsvc', 'dosvc',
  'WaaSMedicSvc', 'RpcSs', 'AppReadiness', 'Schedule', 'EventLog', 'W32Time', 'CcmExec'

# The service manager's own words (Win32_Service.State is not localised).
$serviceStates = @{
  'Running' = 'running'; 'Stopped' = 'stopped'; 'Paused' = 'paused'
  'Start Pending' = 'startPending'; 'Continue Pending' = 'startPending'
  'Stop Pending' = 'stopPending'; 'Pause Pending' = 'stopPending'
}

function Get-StartMode([string]$name) {
  $key = Read-Key "SYSTEM\CurrentControlSet\Services\$name"
  if ($null -eq $key -or $null -eq $key.Start) { return 'unknown' }
  switch ([int]$key.Start) {
    4 { 'disabled' }
    3 { 'manual' }
    2 { if ($key.DelayedAutostart -eq 1) { 'autoDelayed' } else { 'auto' } }
    default { 'auto' }
  }
}

# Windows before these builds does not have them; without a build nothing is called missing. The ConfigMgr client is nobody's duty.
$serviceSince = @{ UsoSvc = 10240; dosvc = 10240; WaaSMedicSvc = 17134; AppReadiness = 9600; wlidsvc = 9200; CcmExec = 99999 }

function Get-ServiceRecord([string]$name, $service) {
  $state = $serviceStates["$($service.State)"]
  if (-not $state) { throw "unknown state '$($service.State)'" }
  $record = [ordered]@{ name = $name; state = $state; startMode = Get-StartMode $name }
  if ($null -ne $service.ExitCode) { $record['win32ExitCode'] = [int]$service.ExitCode }
  $record
}

Invoke-Section 'services' {
  $installed = @{}
  foreach ($service in @(Read-Cim Win32_Service 'Name State ExitCode' (Join-Filter 'Name' $serviceNames))) {
    $installed["$($service.Name)"] = $service
  }
  if ($installed.Count -eq 0) { throw 'the list of services came back empty' }
  $records = @{ list = @() }
  foreach ($name in $serviceNames) {
    if ($installed.ContainsKey($name)) {
      Invoke-Section "services.$name" { $records['list'] += , (Get-ServiceRecord $name $installed[$name]) }
    } elseif ($os['build'] -gt 0 -and $os['build'] -ge [int]$serviceSince[$name]) {
      $records['list'] += , ([ordered]@{ name = $name; state = 'missing' })
    }
  }
  $evidence['services'] = $records['list']
}
