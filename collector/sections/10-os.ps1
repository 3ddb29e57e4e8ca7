# ---- os ----
$os = [ordered]@{}

Invoke-Section 'os' {
  $current = Read-Key 'SOFTWARE\Microsoft\Windows NT\CurrentVersion'
  if (-not $current.CurrentBuildNumber) { throw 'the registry holds no build number' }
  $os['build'] = [int]$current.CurrentBuildNumber
  if ($null -ne $current.UBR) { $os['ubr'] = [int]$current.UBR }
  if ($current.EditionID) { $os['edition'] = "$($current.EditionID)" }
  $os['serverCore'] = "$($current.InstallationType)" -eq 'Server Core'
  $os['psVersion'] = "$($PSVersionTable.PSVersion)"
  $os['languageMode'] = "$($ExecutionContext.SessionState.LanguageMode)"
  $evidence['os'] = $os
}

Invoke-Section 'os.productType' {
  $kinds = @{ WinNT = 'workstation'; ServerNT = 'server'; LanmanNT = 'domainController' }
  $kind = $kinds["$((Read-Key 'SYSTEM\CurrentControlSet\Control\ProductOptions').ProductType)"]
  if ($kind) { $os['productType'] = $kind }
}

Invoke-Section 'os.arch' {
  # Not $env:PROCESSOR_ARCHITECTURE: that is this process, which may be emulated.
  $kinds = @{ AMD64 = 'x64'; x86 = 'x86'; ARM64 = 'arm64' }
  $kind = $kinds["$((Read-Key 'SYSTEM\CurrentControlSet\Control\Session Manager\Environment').PROCESSOR_ARCHITECTURE)"]
  if ($kind) { $os['arch'] = $kind }
}

Invoke-Section 'os.lastBoot' {
  $system = Read-Cim Win32_OperatingSystem 'Caption LastBootUpTime MUILanguages'
  if ($system.Caption) { $os['caption'] = "$($system.Caption)".Trim() }
  $locale = @($system.MUILanguages)[0]
  if ($locale) { $os['locale'] = "$locale" }
  $os['lastBoot'] = Format-Utc $system.LastBootUpTime.ToUniversalTime()
}

# Only where updates are sold beyond the end of support; elsewhere the question means nothing and the class is slow.
if ($os['build'] -eq 19045 -or $os['build'] -eq 14393 -or ($os['build'] -gt 0 -and $os['build'] -le 10240)) {
  Invoke-Section 'os.esuLicensed' {
    $filter = "PartialProductKey IS NOT NULL AND Name LIKE '%ESU%'"
    $licences = @(Read-Cim SoftwareLicensingProduct 'Name LicenseStatus' $filter)
    $os['esuLicensed'] = @($licences | Where-Object { $_.LicenseStatus -eq 1 }).Count -gt 0
  }
}
