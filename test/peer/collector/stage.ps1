# Runs the collector on a stage: the cmdlets it reads with are shadowed by functions that answer from a world in JSON.
# The functions are defined in full language, so they also work once the session is constrained.
param([string]$World, [string]$Script, [string]$Mode = 'FullLanguage', [string]$Root, [string]$Culture = '')

$stage = Get-Content -LiteralPath $World -Raw | ConvertFrom-Json -AsHashtable -DateKind String
$env:SystemRoot = $Root
$env:SystemDrive = 'C:'
$env:ProgramFiles = "$Root\..\Program Files"
$env:ProgramData = "$Root\..\ProgramData"
$env:COMPUTERNAME = 'STAGE-01'
if ($stage.wow64) { $env:PROCESSOR_ARCHITEW6432 = 'AMD64' }
if ($Culture) {
  [System.Globalization.CultureInfo]::CurrentCulture = $Culture
  [System.Globalization.CultureInfo]::CurrentUICulture = $Culture
}

function New-Refusal([string]$kind, [string]$target) {
  $record = switch -Regex ($kind) {
    '^missing$' { @([System.Management.Automation.ItemNotFoundException]::new("Cannot find path '$target' because it does not exist."), 'PathNotFound', 'ObjectNotFound') }
    '^denied$' { @([System.Security.SecurityException]::new('Der angeforderte Registrierungszugriff ist unzul' + [char]0xE4 + 'ssig.'), 'System.Security.SecurityException', 'PermissionDenied') }
    '^no-drive$' { @([System.Management.Automation.DriveNotFoundException]::new('A drive with that name does not exist.'), 'DriveNotFound', 'ObjectNotFound') }
    '^no-events$' { @([System.Exception]::new([string][char]0x6307 + 'No events were found'), 'NoMatchingEventsFound', 'ObjectNotFound') }
    '^no-log$' { @([System.Exception]::new('There is not an event log'), 'NoMatchingLogsFound', 'ObjectNotFound') }
    '^unauthorized$' { @([System.UnauthorizedAccessException]::new('Attempted to perform an unauthorized operation.'), 'System.UnauthorizedAccessException', 'NotSpecified') }
    '^0x' { @([System.Exception]::new('Zugriff verweigert '), "HRESULT $kind", 'NotSpecified') }
  }
  [System.Management.Automation.ErrorRecord]::new($record[0], $record[1], $record[2], $target)
}

function Find-StageKey([string]$path) {
  $key = $path -replace '^Registry::HKEY_LOCAL_MACHINE\\', '' -replace '^Registry::HKEY_USERS\\', 'HKU\'
  $found = if ($stage.registry.ContainsKey($key)) { $stage.registry[$key] } elseif ($stage.unnamed) { $stage.unnamed } else { 'missing' }
  # A key marked for deletion cannot be opened; the provider takes that for "not there" and still lists its name.
  if ($found -is [string] -and $found -eq 'damaged') { 'missing' } else { $found }
}

function Get-Item {
  [CmdletBinding()] param([string]$LiteralPath, [switch]$Force)
  if ($LiteralPath -notlike 'Registry::*') { return Microsoft.PowerShell.Management\Get-Item -LiteralPath $LiteralPath -Force:$Force }
  $key = Find-StageKey $LiteralPath
  if ($key -is [string]) { $PSCmdlet.WriteError((New-Refusal $key $LiteralPath)); return }
  [pscustomobject]@{ Name = $LiteralPath }
}

function ConvertTo-StageKey([string]$path, $values) {
  if ($values.Count -eq 0) { return }
  $row = [ordered]@{}
  foreach ($name in $values.Keys) {
    $value = $values[$name]
    if ($name -eq 'WinHttpSettings') { $value = [byte[]]@($value) }
    elseif ($value -is [array]) { $value = [string[]]$value }
    $row[$name] = $value
  }
  $row['PSPath'] = $path
  $row['PSChildName'] = ($path -split '\\')[-1]
  [pscustomobject]$row
}

function Get-ItemProperty {
  [CmdletBinding()] param([string]$LiteralPath, [string]$Path)
  if ($Path) {
    $pattern = $Path -replace '^Registry::HKEY_LOCAL_MACHINE\\', ''
    foreach ($key in @($stage.registry.Keys | Where-Object { $_ -like $pattern } | Sort-Object)) { ConvertTo-StageKey $key $stage.registry[$key] }
    return
  }
  $key = Find-StageKey $LiteralPath
  if ($key -is [string]) { $PSCmdlet.WriteError((New-Refusal $key $LiteralPath)); return }
  ConvertTo-StageKey $LiteralPath $key
}

function Get-ChildItem {
  [CmdletBinding()] param([string]$LiteralPath, [switch]$Name, [string]$Filter, [switch]$File)
  if ($LiteralPath -notlike 'Registry::*') { return Microsoft.PowerShell.Management\Get-ChildItem -LiteralPath $LiteralPath -Filter $Filter -Name:$Name -File:$File }
  $parent = $LiteralPath -replace '^Registry::HKEY_LOCAL_MACHINE\\', ''
  foreach ($key in $stage.registry.Keys) {
    if ($key.StartsWith("$parent\") -and $key.IndexOf('\', $parent.Length + 1) -lt 0) { $key.Substring($parent.Length + 1) }
  }
}

function ConvertTo-StageRow($values) {
  $row = [ordered]@{}
  foreach ($name in $values.Keys) {
    $value = $values[$name]
    if ($value -is [string] -and $value -cmatch '^@(.+)$') { $value = [datetime]$Matches[1] }
    $row[$name] = $value
  }
  [pscustomobject]$row
}

function Get-CimInstance {
  [CmdletBinding()] param([string]$Namespace, [string]$ClassName, [string[]]$Property, [string]$Filter, [int]$OperationTimeoutSec)
  $rows = $stage.cim[$ClassName]
  if ($null -eq $rows) { $rows = '0x80041010' }
  if ($rows -is [string]) { $PSCmdlet.WriteError((New-Refusal $rows $ClassName)); return }
  foreach ($row in $rows) {
    if ($ClassName -eq 'Win32_Service' -and $Filter -notlike "*'$($row.Name)'*") { continue }
    if ($ClassName -eq 'Win32_Process' -and $Filter -like 'ProcessId*' -and $Filter -notmatch "=$($row.ProcessId)\b") { continue }
    if ($ClassName -eq 'Win32_Process' -and $Filter -like 'Name*' -and $Filter -notlike "*'$($row.Name)'*") { continue }
    ConvertTo-StageRow $row
  }
}

function Invoke-CimMethod {
  [CmdletBinding()] param([string]$Namespace, [string]$ClassName, [string]$MethodName)
  $answer = $stage.cim["$ClassName.$MethodName"]
  if ($answer -is [string]) { $PSCmdlet.WriteError((New-Refusal $answer $ClassName)); return }
  ConvertTo-StageRow $answer
}

# The events of a log that a query means: every provider and id it names, newest first as they stand in the world.
function Select-StageEvent([string]$log, [string]$query, [int]$most) {
  $entry = $stage.events[$log]
  $xmls = if ($entry.repeat) { 1..$entry.repeat | ForEach-Object { $entry.records[0] -replace '@N@', $_ } } else { $entry.records }
  $found = 0
  foreach ($xml in $xmls) {
    if ($found -ge $most) { return }
    $null = $xml -match '<EventID[^>]*>(\d+)<'
    $id = [int]$Matches[1]
    $null = $xml -match "Provider Name='([^']*)'"
    $provider = $Matches[1]
    $inRange = $query -match 'EventID>=(\d+) and EventID<=(\d+)' -and $id -ge [int]$Matches[1] -and $id -le [int]$Matches[2]
    if ($query -like "*@Name='$provider'*" -and ($inRange -or $query -match "EventID=$id\b")) { $found += 1; $xml }
  }
}

function Get-WinEvent {
  [CmdletBinding()] param([string]$LogName, [string]$FilterXPath, [int]$MaxEvents, [string]$ListLog)
  $log = "$ListLog$LogName"
  $entry = $stage.events[$log]
  if ($null -eq $entry) { $entry = @{ records = @() } }
  if ($entry -is [string]) { $PSCmdlet.WriteError((New-Refusal $entry $log)); return }
  if ($ListLog) { return [pscustomobject]@{ IsEnabled = $entry.enabled -ne $false; RecordCount = if ($entry.repeat) { $entry.repeat } else { $entry.records.Count } } }
  $xmls = @(Select-StageEvent $log $FilterXPath $MaxEvents)
  if ($xmls.Count -eq 0) { $PSCmdlet.WriteError((New-Refusal 'no-events' $log)); return }
  foreach ($xml in $xmls) {
    $record = [pscustomobject]@{ Xml = $xml }
    $record | Add-Member -MemberType ScriptMethod -Name ToXml -Value { $this.Xml }
    $record
  }
}

function wevtutil.exe {
  $global:LASTEXITCODE = 0
  $log = $args[1]
  if ($stage.events[$log] -is [string]) { $global:LASTEXITCODE = 5; return }
  foreach ($xml in @(Select-StageEvent $log $args[2] ([int]($args[3] -replace '/c:', '')))) { $xml }
}

function Get-ScheduledTask {
  [CmdletBinding()] param()
  if ($stage.tasks -is [string]) { $PSCmdlet.WriteError((New-Refusal $stage.tasks 'tasks')); return }
  foreach ($task in $stage.tasks) { ConvertTo-StageRow $task }
}

function Get-ScheduledTaskInfo {
  [CmdletBinding()] param([string]$TaskPath, [string]$TaskName)
  $task = $stage.tasks | Where-Object { $_.TaskPath -eq $TaskPath -and $_.TaskName -eq $TaskName }
  if ($task.info -is [string]) { $PSCmdlet.WriteError((New-Refusal $task.info $TaskName)); return }
  ConvertTo-StageRow $task.info
}

function fltmc.exe {
  $rows = $stage.programs['fltmc.exe']
  $global:LASTEXITCODE = if ($rows -is [string]) { [int]$rows } else { 0 }
  if ($rows -isnot [string]) { $rows }
}

function New-StageCom([string]$name) {
  $answer = $stage.com[$name]
  if ($answer -is [string]) { throw [System.Runtime.InteropServices.COMException]::new('Zugriff verweigert', [int]$answer) }
  if ($name -eq 'Microsoft.Update.AutoUpdate') { return [pscustomobject]@{ Results = ConvertTo-StageRow $answer } }
  $searcher = [pscustomobject]@{ Entries = @($answer | ForEach-Object { ConvertTo-StageRow $_ }) }
  $searcher | Add-Member -MemberType ScriptMethod -Name GetTotalHistoryCount -Value { $this.Entries.Count }
  $searcher | Add-Member -MemberType ScriptMethod -Name QueryHistory -Value { param($first, $count) $this.Entries | Select-Object -First $count }
  $session = [pscustomobject]@{ Searcher = $searcher }
  $session | Add-Member -MemberType ScriptMethod -Name CreateUpdateSearcher -Value { $this.Searcher }
  $session
}

function New-Object {
  [CmdletBinding()] param([Parameter(Position = 0)][string]$TypeName, [Parameter(Position = 1)][object[]]$ArgumentList, [string]$ComObject)
  if ($ComObject) { return New-StageCom $ComObject }
  if ('System.IO.FileStream', 'System.Diagnostics.ProcessStartInfo' -contains $TypeName) { $ArgumentList[0] = $ArgumentList[0].Replace('\', '/') }
  Microsoft.PowerShell.Utility\New-Object $TypeName $ArgumentList
}

$collector = Get-Content -LiteralPath $Script -Raw
$ExecutionContext.SessionState.LanguageMode = $Mode
Invoke-Expression $collector
