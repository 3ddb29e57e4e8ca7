# ---- volumes ----
$volumes = @{ partitions = @() }

# Win32_Volume has sizes and the dirty bit, MSFT_Partition (what Get-Partition prints) says which hidden one is which.
Invoke-Section 'volumes.partitions' {
  if ($os['build'] -gt 0 -and $os['build'] -lt 9200) { throw 'this Windows cannot tell hidden partitions apart' }
  $fields = 'AccessPaths GptType MbrType IsActive Size Offset'
  $volumes['partitions'] = @(Read-Cim MSFT_Partition $fields '' 'root/Microsoft/Windows/Storage')
}

function Get-PartitionRole($partition) {
  switch ("$($partition.GptType)") {
    '{c12a7328-f81f-11d2-ba4b-00a0c93ec93b}' { return 'efi' }
    '{de94bba4-06d1-4d40-a16a-bfd50179d6ac}' { return 'recovery' }
  }
  if ($partition.MbrType -eq 39) { return 'recovery' }
  if ($partition.IsActive -and $partition.Size -gt 104857600 -and $partition.Size -lt 629145600) { return 'systemReserved' }
  'data'
}

function Get-VolumeRecord($volume, $partition) {
  $record = [ordered]@{ mount = $volume.DriveLetter; role = 'data' }
  if ($volume.DriveLetter -and $volume.DriveLetter -eq $env:SystemDrive) { $record['role'] = 'system' }
  elseif ($null -ne $partition) { $record['role'] = Get-PartitionRole $partition }
  $size = $volume.Capacity
  if ($null -eq $size -and $null -ne $partition) { $size = $partition.Size }
  $record['sizeBytes'] = [long]$size
  $record['freeBytes'] = $null
  if ($null -ne $volume.FreeSpace) { $record['freeBytes'] = [long]$volume.FreeSpace }
  $record['fileSystem'] = $volume.FileSystem
  $record['dirty'] = $volume.DirtyBitSet
  $record
}

Invoke-Section 'volumes' {
  try {
    $fields = 'DeviceID DriveLetter Capacity FreeSpace FileSystem DirtyBitSet'
    $found = @(Read-Cim Win32_Volume $fields 'DriveType=3')
  } catch {
    # Without administrator rights only the volumes that have a letter can be seen.
    Add-Failure 'volumes.hidden' $_
    $found = @(Read-Cim Win32_LogicalDisk 'DeviceID Size FreeSpace FileSystem VolumeDirty' 'DriveType=3' | ForEach-Object {
      @{ DeviceID = ''; DriveLetter = $_.DeviceID; Capacity = $_.Size; FreeSpace = $_.FreeSpace; FileSystem = $_.FileSystem; DirtyBitSet = $_.VolumeDirty }
    })
  }
  $matched = @()
  $records = @(foreach ($volume in $found) {
    $partition = $volumes['partitions'] | Where-Object { $volume.DeviceID -and $_.AccessPaths -contains $volume.DeviceID } | Select-Object -First 1
    if ($null -ne $partition) { $matched += $partition }
    # A hidden volume whose partition is unknown could be any: volumes.partitions says why it is left out.
    if ($volume.DriveLetter -or $null -ne $partition) { Get-VolumeRecord $volume $partition }
  })
  # Partitions that hold no volume Windows shows, such as an unformatted recovery partition.
  $records += @(foreach ($partition in $volumes['partitions']) {
    if ($matched -notcontains $partition -and (Get-PartitionRole $partition) -ne 'data') {
      Get-VolumeRecord @{ DriveLetter = $null } $partition
    }
  })
  if ($records.Count -eq 0) { throw 'no fixed volume was listed' }
  $evidence['volumes'] = @(Limit-List 'volumes' $records 8000)
}
