# ---- reboot: each sign alone, so that one unreadable key costs one answer ----
$reboot = [ordered]@{}
$servicing = 'SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing'

# A missing mark says "no" only below a key that every Windows has. A damaged key is "not found" as well, but its name is still listed.
function Test-Mark([string]$key, [string]$mark) {
  if (-not (Test-Key $key)) { throw "the key $key is not there" }
  foreach ($name in $mark -split '/') {
    if (-not (Test-Key "$key\$name")) {
      if (@(Get-ChildItem -LiteralPath (Get-KeyPath $key) -Name) -contains $name) { throw "the key $key\$name cannot be opened" }
      return $false
    }
    $key = "$key\$name"
  }
  $true
}

Invoke-Section 'reboot.cbs' { $reboot['cbs'] = Test-Mark $servicing 'RebootPending' }
Invoke-Section 'reboot.cbsInProgress' { $reboot['cbsInProgress'] = Test-Mark $servicing 'RebootInProgress' }
Invoke-Section 'reboot.packagesPending' { $reboot['packagesPending'] = Test-Mark $servicing 'PackagesPending' }
Invoke-Section 'reboot.windowsUpdate' {
  $reboot['windowsUpdate'] = Test-Mark 'SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate' 'Auto Update/RebootRequired'
}

Invoke-Section 'reboot.pendingFileRename' {
  $manager = Read-Key 'SYSTEM\CurrentControlSet\Control\Session Manager'
  if ($null -eq $manager) { throw 'the Session Manager key is not there' }
  # Pairs of source and target; an empty target means delete. Sources start with \??\, sometimes after *1 or !.
  $sources = @(foreach ($list in @($manager.PendingFileRenameOperations), @($manager.PendingFileRenameOperations2)) {
    for ($i = 0; $i -lt $list.Count; $i += 2) {
      $source = "$($list[$i])" -replace '^(\*\d+|!)?\\\?\?\\', ''
      if ($source) { Limit-Text $source 260 }
    }
  })
  $reboot['pendingFileRename'] = @(Limit-List 'reboot' $sources 8000)
}

Invoke-Section 'reboot.pendingXml' {
  if (-not (Test-Present "$env:SystemRoot\WinSxS")) { throw 'the folder WinSxS is not there' }
  $reboot['pendingXml'] = Test-Present "$env:SystemRoot\WinSxS\pending.xml"
}

Invoke-Section 'reboot.computerRename' {
  $names = 'SYSTEM\CurrentControlSet\Control\ComputerName'
  $active = Read-Key "$names\ActiveComputerName"
  $next = Read-Key "$names\ComputerName"
  if (-not $active.ComputerName -or -not $next.ComputerName) { throw 'the computer name is not in the registry' }
  $reboot['computerRename'] = "$($active.ComputerName)" -ne "$($next.ComputerName)"
}

Invoke-Section 'reboot.domainJoin' {
  $netlogon = Read-Key 'SYSTEM\CurrentControlSet\Services\Netlogon'
  if ($null -eq $netlogon) { throw 'the Netlogon key is not there' }
  $reboot['domainJoin'] = $null -ne $netlogon.JoinDomain -or $null -ne $netlogon.AvoidSpnSet
}

Invoke-Section 'reboot.configMgr' {
  $isPending = $null
  if (Test-Key 'SYSTEM\CurrentControlSet\Services\CcmExec') {
    $answer = Invoke-CimMethod -Namespace root/ccm/ClientSDK -ClassName CCM_ClientUtilities -MethodName DetermineIfRebootPending
    if ($null -eq $answer.RebootPending) { throw 'the ConfigMgr client gave no answer' }
    $isPending = [bool]$answer.RebootPending -or [bool]$answer.IsHardRebootPending
  }
  $reboot['configMgr'] = $isPending
}

Invoke-Section 'reboot.updateExeVolatile' {
  # learn.microsoft.com, "SQL Server setup: a restart is pending": the value of update.exe packages.
  $reboot['updateExeVolatile'] = [int](Read-Key 'SOFTWARE\Microsoft\Updates').UpdateExeVolatile
}

if ($reboot.Count -gt 0) { $evidence['reboot'] = $reboot }
