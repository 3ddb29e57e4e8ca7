# ---- hotfixes, packages ----
Invoke-Section 'hotfixes' {
  $fixes = @(Read-Cim Win32_QuickFixEngineering 'HotFixID InstalledOn' | Where-Object { $_.HotFixID -cmatch '^KB\d{6,7}$' })
  $records = @(foreach ($fix in $fixes) {
    $day = $null
    try {
      # WMI holds US order whatever the host's language; PowerShell's own view of it parses by culture and can fail.
      $installed = $fix.InstalledOn
      if ($installed -is [datetime]) { $day = $installed.ToString('s').Substring(0, 10) }
      elseif ("$installed" -cmatch '^(\d{1,2})/(\d{1,2})/(\d{4})$') { $day = '{0}-{1:00}-{2:00}' -f $Matches[3], [int]$Matches[1], [int]$Matches[2] }
    } catch { $day = $null }
    [ordered]@{ kb = $fix.HotFixID; installedOn = $day }
  })
  $evidence['hotfixes'] = @(Limit-List 'hotfixes' $records 14000)
}

# Packages that are not plainly installed, and the newest rollup. Superseded and absent ones are the normal sediment.
$packageStates = @{ 5 = 'uninstallPending'; 32 = 'resolved'; 64 = 'staged'; 96 = 'installPending'; 101 = 'partiallyInstalled'; 112 = 'installed'; 128 = 'permanent' }

function Get-PackageRecord($package) {
  $record = [ordered]@{ name = "$($package.PSChildName)"; state = $packageStates[[int]$package.CurrentState] }
  if ($package.InstallTimeHigh) {
    $ticks = [long]$package.InstallTimeHigh * 4294967296 + ([long]$package.InstallTimeLow -band 4294967295)
    $record['installedAt'] = Format-Utc ([datetime]::FromFileTimeUtc($ticks))
  }
  if ($package.LastError) { $record['lastError'] = Format-Code $package.LastError }
  $record
}

Invoke-Section 'packages' {
  $path = "$servicing\Packages"
  if (-not (Test-Key $path)) { throw "the key $path is not there" }
  $records = @(Get-ItemProperty -Path "$(Get-KeyPath $path)\Package_for_*" |
    Where-Object { $packageStates.ContainsKey([int]$_.CurrentState) } | ForEach-Object { Get-PackageRecord $_ })
  $unsettled = @($records | Where-Object { 'installed', 'permanent' -notcontains $_['state'] -or $_['lastError'] })
  $rollup = $records | Where-Object { $_['name'] -like 'Package_for_RollupFix~*' -and $_['state'] -eq 'installed' } |
    Sort-Object { [version]($_['name'] -split '~')[-1] } | Select-Object -Last 1
  if ($null -ne $rollup -and $unsettled -notcontains $rollup) { $unsettled += $rollup }
  $evidence['packages'] = @(Limit-List 'packages' $unsettled 10000)
}
