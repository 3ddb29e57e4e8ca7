# ---- platform, recovery, audit ----
$platform = [ordered]@{}

Invoke-Section 'platform' {
  $computer = Read-Cim Win32_ComputerSystem 'Manufacturer Model TotalPhysicalMemory'
  $platform['manufacturer'] = "$($computer.Manufacturer)"
  $platform['model'] = "$($computer.Model)"
  $platform['virtual'] = "$($computer.Manufacturer) $($computer.Model)" -match 'virtual|vmware|kvm|qemu|xen|bochs|parallels|openstack|amazon ec2|google'
  if ($computer.TotalPhysicalMemory) { $platform['memoryBytes'] = [long]$computer.TotalPhysicalMemory }
  $memory = Read-Cim Win32_OperatingSystem 'FreeVirtualMemory'
  if ($memory.FreeVirtualMemory) { $platform['commitFreeBytes'] = 1024 * [long]$memory.FreeVirtualMemory }
}

Invoke-Section 'platform.secureBoot' {
  # learn.microsoft.com, "Boot to UEFI mode or legacy BIOS mode": 1 is BIOS, 2 is UEFI.
  $firmware = (Read-Key 'SYSTEM\CurrentControlSet\Control').PEFirmwareType
  if ($firmware -eq 1) { $platform['firmware'] = 'bios' } elseif ($firmware -eq 2) { $platform['firmware'] = 'uefi' }
  $enabled = (Read-Key 'SYSTEM\CurrentControlSet\Control\SecureBoot\State').UEFISecureBootEnabled
  $platform['secureBoot'] = $null
  if ($null -ne $enabled) { $platform['secureBoot'] = $enabled -eq 1 }
}

Invoke-Section 'platform.battery' {
  $battery = @(Read-Cim Win32_Battery 'BatteryStatus EstimatedChargeRemaining')[0]
  if ($null -ne $battery) {
    # BatteryStatus 1 is the one state that means "discharging".
    $platform['onAcPower'] = $battery.BatteryStatus -ne 1
    if ($null -ne $battery.EstimatedChargeRemaining -and $battery.EstimatedChargeRemaining -le 100) { $platform['batteryPercent'] = [int]$battery.EstimatedChargeRemaining }
  }
}

Invoke-Section 'platform.tpmVersion' {
  # "2.0, 0, 1.38": the specification, then its level and errata (learn.microsoft.com, "Win32_Tpm class").
  $tpm = @(Read-Cim Win32_Tpm 'SpecVersion' '' 'root/cimv2/Security/MicrosoftTpm')[0]
  $platform['tpmVersion'] = $null
  if ("$($tpm.SpecVersion)" -cmatch '^\d+\.\d+') { $platform['tpmVersion'] = $Matches[0] }
}

if ($platform.Count -gt 0) { $evidence['platform'] = $platform }

$recovery = [ordered]@{}

Invoke-Section 'recovery' {
  if ($isRedirected) { throw 'this is a 32-bit PowerShell on 64-bit Windows: System32 is not its own' }
  # reagentc prints in the host's language; its file does not.
  $settings = ([xml](Get-Content -LiteralPath "$env:SystemRoot\System32\Recovery\ReAgent.xml" -Raw)).WindowsRE
  $recovery['winreEnabled'] = "$($settings.InstallState.state)" -eq '1'
  $offset = "$($settings.WinreLocation.offset)"
  $winre = $volumes['partitions'] | Where-Object { $offset -and $offset -ne '0' -and "$($_.Offset)" -eq $offset } | Select-Object -First 1
  $recovery['winrePartitionFreeBytes'] = $null
  $recovery['winrePartitionSizeBytes'] = $null
  if ($null -ne $winre) { $recovery['winrePartitionSizeBytes'] = [long]$winre.Size }
  $parts = @(foreach ($volume in $evidence['volumes']) {
    if ($volume['role'] -eq 'recovery' -and ($null -eq $winre -or $volume['sizeBytes'] -le $winre.Size)) { $volume }
  })
  if ($parts.Count -eq 1) {
    $recovery['winrePartitionSizeBytes'] = $parts[0]['sizeBytes']
    $recovery['winrePartitionFreeBytes'] = $parts[0]['freeBytes']
  }
}

Invoke-Section 'recovery.bitlocker' {
  $recovery['bitlocker'] = 'unknown'
  try {
    # All properties: ConversionStatus is not on every version.
    $drive = Read-Cim Win32_EncryptableVolume '' "DriveLetter='$env:SystemDrive'" 'root/cimv2/Security/MicrosoftVolumeEncryption'
  } catch {
    # No such namespace: a server without the feature.
    if ((Get-Code $_) -eq '0x8004100E') { return }
    throw
  }
  if ($drive.ProtectionStatus -eq 1) { $recovery['bitlocker'] = 'on' }
  # Encrypted but unprotected is what a suspended BitLocker looks like.
  elseif ($null -ne $drive.ConversionStatus) { $recovery['bitlocker'] = if ($drive.ConversionStatus -eq 1) { 'suspended' } else { 'off' } }
}

if ($recovery.Count -gt 0) { $evidence['recovery'] = $recovery }

Invoke-Section 'audit' {
  $mark = Read-Key 'SOFTWARE\Org\PatchAudit'
  $audit = [ordered]@{}
  if ($mark.LastPatchError) { $audit['lastPatchError'] = Limit-Text "$($mark.LastPatchError)" 200 }
  if ($mark.AuditDate) {
    if ("$($mark.AuditDate)" -cnotmatch '^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)Z$') { throw "AuditDate is not in universal sortable form: $($mark.AuditDate)" }
    $audit['auditDate'] = $Matches[1] + 'T' + $Matches[2] + 'Z'
  }
  $evidence['audit'] = $audit
}
