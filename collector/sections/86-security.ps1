# ---- security: products, mini-filters, application control, controlled folder access ----
$security = [ordered]@{}
$defender = 'root/Microsoft/Windows/Defender'

Invoke-Section 'security.products' {
  if ('server', 'domainController' -contains $os['productType']) {
    # Servers keep no list of products: Defender speaks for itself, others are seen by their filters only.
    $status = Read-Cim MSFT_MpComputerStatus 'AMServiceEnabled RealTimeProtectionEnabled' '' $defender
    $products = @()
    if ($status.AMServiceEnabled) { $products += , ([ordered]@{ name = 'Windows Defender'; realtime = [bool]$status.RealTimeProtectionEnabled }) }
  } else {
    # Microsoft documents no bits of productState; products agree on these: 0x1000 on, 0 off, 0x2000 snoozed, 0x3000 expired.
    $states = @{ 0 = $false; 4096 = $true; 8192 = $false; 12288 = $false }
    $products = @(foreach ($product in @(Read-Cim AntiVirusProduct 'displayName productState' '' 'root/SecurityCenter2')) {
      [ordered]@{ name = Limit-Text "$($product.displayName)" 100; realtime = $states[[int]([long]$product.productState -band 61440)] }
    })
  }
  $security['products'] = @(Limit-List 'security' $products 2000)
}

# Windows' own (learn.microsoft.com, "Allocated filter altitudes"); RsFx is SQL Server's.
$ownFilters = '^(applockerfltr|bfs|bindflt|Cbafilt|CCFFilter|CldFlt|CsvFlt|CsvNSFlt|Datascrn|Dedup|DfsDriver|DfsrRo|FileCrypt|FileInfo|' +
  'gameflt|iorate|luafv|MsSecCore|MsSecFlt|npsvctrig|PrjFlt|Quota|RsFx\d*|storqosflt|svhdxflt|SysmonDrv|UCPD|UnionFS|wcifs|wcnfs|WdFilter|Wof)$'

Invoke-Section 'security.filterDrivers' {
  # What a program says on stderr would end the section in 5.1.
  $ErrorActionPreference = 'Continue'
  $lines = @(fltmc.exe filters 2>$null)
  if ($LASTEXITCODE -ne 0) { throw "$(Format-Code (2147942400 + ($LASTEXITCODE -band 65535))) fltmc could not list the filters" }
  # Name, instances, altitude, frame: the head of the table is in the host's language, its rows are not.
  $names = @(foreach ($line in $lines) { if ($line -cmatch '^(\S+)\s+\d+\s+\d[\d.]*\s+\d+\s*$') { $Matches[1] } })
  if ($names.Count -eq 0) { throw 'fltmc listed no filter, and every Windows has some' }
  $others = @($names -notmatch $ownFilters | Select-Object -Unique)
  $security['filterDrivers'] = @(Limit-List 'security' $others 2000)
}

# A rule collection enforces at 1 and where it has rules and no mode (learn.microsoft.com, "AppLocker settings", "Understand AppLocker enforcement settings").
function Test-AppLocker([string]$collection) {
  $key = "SOFTWARE\Policies\Microsoft\Windows\SrpV2\$collection"
  $mode = (Read-Key $key).EnforcementMode
  if ($null -ne $mode) { return $mode -eq 1 }
  (Test-Key $key) -and @(Get-ChildItem -LiteralPath (Get-KeyPath $key) -Name).Count -gt 0
}

Invoke-Section 'security.appControlEnforced' {
  $enforcing = @(foreach ($collection in 'Exe', 'Msi', 'Script', 'Dll') { if (Test-AppLocker $collection) { $collection } })
  # learn.microsoft.com, "Win32_DeviceGuard": 2 is enforced. The kernel's policy is no hint: Windows 11 enforces its driver list everywhere.
  if ($enforcing.Count -eq 0 -and $os['build'] -ge 14393) {
    $guard = Read-Cim Win32_DeviceGuard 'UsermodeCodeIntegrityPolicyEnforcementStatus' '' 'root/Microsoft/Windows/DeviceGuard'
    if ($guard.UsermodeCodeIntegrityPolicyEnforcementStatus -eq 2) { $enforcing += 'CodeIntegrity' }
  }
  $security['appControlEnforced'] = $enforcing.Count -gt 0
}

Invoke-Section 'security.controlledFolderAccess' {
  try {
    # learn.microsoft.com, "Set-MpPreference": 1 is enabled, 2 only audits; before 1709 there is none.
    $mode = (Read-Cim MSFT_MpPreference '' '' $defender).EnableControlledFolderAccess
    $security['controlledFolderAccess'] = if ($null -ne $mode) { $mode -eq 1 } else { $null }
  } catch {
    # Defender's service does not run, as beside another product: then it guards nothing.
    if ((Get-Code $_) -ne '0x800106BA') { throw }
    $security['controlledFolderAccess'] = $false
  }
}

if ($security.Count -gt 0) { $evidence['security'] = $security }
