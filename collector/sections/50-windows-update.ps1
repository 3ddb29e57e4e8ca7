# ---- windowsUpdate: registry first; COM is asked last (section 95) and needed by nothing ----
$update = [ordered]@{}
$policyRoot = 'SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate'

# Our words; the values have the same names but for these (learn.microsoft.com, "Manage additional Windows Update settings").
$policyNumbers = -split 'useWUServer noAutoUpdate auOptions disableWindowsUpdateAccess doNotConnectToWindowsUpdateInternetLocations
  disableDualScan deferQualityDays deferFeatureDays targetReleaseVersion qualityUpdateSource featureUpdateSource
  alwaysAutoRebootAtScheduledTime noAutoRebootWithLoggedOnUsers'
$policyNames = @{
  deferQualityDays = 'DeferQualityUpdatesPeriodInDays'; deferFeatureDays = 'DeferFeatureUpdatesPeriodInDays'
  qualityUpdateSource = 'SetPolicyDrivenUpdateSourceForQualityUpdates'
  featureUpdateSource = 'SetPolicyDrivenUpdateSourceForFeatureUpdates'
}

function Get-PausedUntil($gpo, $settings) {
  foreach ($text in $settings.PauseQualityUpdatesEndTime, $settings.PauseUpdatesExpiryTime) {
    if ("$text" -cmatch '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$') { return "$text" }
  }
  # The policy holds the first day of a pause of 35 days (learn.microsoft.com, "Configure Windows Update client policies").
  if ("$($gpo.PauseQualityUpdatesStartTime)" -cmatch '^\d{4}-\d\d-\d\d') {
    return Format-Utc ([datetime]$Matches[0]).AddDays(35)
  }
  $null
}

Invoke-Section 'windowsUpdate.policy' {
  $gpo = Read-Key $policyRoot
  $au = Read-Key "$policyRoot\AU"
  $mdm = Read-Key 'SOFTWARE\Microsoft\PolicyManager\current\device\Update'
  $settings = Read-Key 'SOFTWARE\Microsoft\WindowsUpdate\UX\Settings'
  $policy = [ordered]@{}
  # The group policy wins over the same value of Intune.
  foreach ($word in $policyNumbers) {
    $name = if ($policyNames[$word]) { $policyNames[$word] } else { $word }
    foreach ($key in $mdm, $gpo, $au) {
      if ("$($key.$name)" -cmatch '^\d{1,9}$') { $policy[$word] = [int]$key.$name }
    }
  }
  foreach ($word in 'targetReleaseVersionInfo', 'productVersion') {
    foreach ($key in $mdm, $gpo) {
      if ($key.$word) { $policy[$word] = "$($key.$word)" }
    }
  }
  # Intune has the release itself under the name of the group policy's switch.
  $release = "$($mdm.TargetReleaseVersion)"
  if ($release -cmatch '^\w{2,}' -and -not $policy['targetReleaseVersionInfo']) {
    $policy['targetReleaseVersionInfo'] = $release
  }
  $paused = Get-PausedUntil $gpo $settings
  if ($paused) { $policy['pausedUntil'] = $paused }

  $server = $null
  foreach ($address in $gpo.WUServer, $mdm.UpdateServiceUrl) {
    if (-not $server -and $address) { $server = "$address".TrimEnd('/') }
  }
  $isWsus = $server -and ($policy['useWUServer'] -eq 1 -or -not $gpo.WUServer) -and $policy['qualityUpdateSource'] -ne 0
  $isBusiness = $policy['qualityUpdateSource'] -eq 0
  foreach ($word in 'deferQualityDays', 'deferFeatureDays', 'targetReleaseVersionInfo') {
    if ($null -ne $policy[$word]) { $isBusiness = $true }
  }
  $update['source'] = 'microsoft'
  if ($isWsus) { $update['source'] = 'wsus' } elseif ($isBusiness) { $update['source'] = 'wufb' }
  $update['wsusServer'] = $server
  $update['policy'] = $policy
}

# The ConfigMgr client names its software update point as the WSUS server, unless co-management gave updates to Intune: bit 16
# of the workloads, which administrators know and Microsoft does not document.
Invoke-Section 'windowsUpdate.source' {
  if ($update['source'] -eq 'wsus' -and (Test-Key 'SYSTEM\CurrentControlSet\Services\CcmExec')) {
    $workloads = [long](Read-Key 'SOFTWARE\Microsoft\CCM').CoManagementFlags
    if (-not ($workloads -band 16)) { $update['source'] = 'configMgr' }
  }
}

Invoke-Section 'windowsUpdate.susClientId' {
  $client = Read-Key 'SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate'
  $update['susClientId'] = $null
  if ($client.SusClientId) { $update['susClientId'] = "$($client.SusClientId)" }
}

Invoke-Section 'windowsUpdate.safeguardHolds' {
  # learn.microsoft.com, "Safeguard holds": GatedBlockId below the version that is offered.
  $holds = 'SOFTWARE\Microsoft\Windows NT\CurrentVersion\AppCompatFlags\TargetVersionUpgradeExperienceIndicators'
  $ids = @()
  if (Test-Key $holds) {
    foreach ($version in @(Get-ChildItem -LiteralPath (Get-KeyPath $holds) -Name)) {
      $ids += @("$((Read-Key "$holds\$version").GatedBlockId)" -split '[,; ]+' -cmatch '^\d+$')
    }
  }
  $update['safeguardHolds'] = @($ids | Select-Object -Unique)
}

# The collector searches for nothing itself.
$update['scan'] = [ordered]@{ mode = 'none' }
$evidence['windowsUpdate'] = $update
