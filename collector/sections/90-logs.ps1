# ---- logs: of the newest part of each file the lines that carry a failure, told by level and code ----
$logs = [ordered]@{}
$failureCode = '0x[8cC][0-9A-Fa-f]{7}'

function Read-Tail([string]$path, [int]$bytes) {
  if (-not (Test-Present $path)) { throw "0x80070002 $path is not there" }
  # Get-Content shares the file with its writer too, but is slow; it is the way where .NET is barred.
  if (-not $isFull) { return Get-Content -LiteralPath $path -Tail ([int]($bytes / 262)) }
  $file = New-Object System.IO.FileStream $path, 'Open', 'Read', 'ReadWrite, Delete'
  try {
    # Windows Installer writes UTF-16, which only its first two bytes tell.
    $encoding = [System.Text.Encoding]::UTF8
    if ($file.ReadByte() -eq 255 -and $file.ReadByte() -eq 254) { $encoding = [System.Text.Encoding]::Unicode }
    $null = $file.Seek(-[math]::Min([long]$bytes, $file.Length), 'End')
    $text = (New-Object System.IO.StreamReader $file, $encoding).ReadToEnd()
  } finally {
    $file.Close()
  }
  $text -split '\r?\n'
}

# Logs are in the host's own time. $null where a broken line holds no date.
function ConvertTo-LogTime([string]$text) {
  try { Format-Utc ([datetime]$text).ToUniversalTime() } catch { $null }
}

function New-LogRecord([string]$time, [string]$level, [string]$text, [string]$file) {
  $record = [ordered]@{}
  if ($time) { $record['time'] = $time }
  $record['level'] = $level
  if ($file) { $record['file'] = $file }
  $record['text'] = Limit-Text (Hide-Secret $text.Trim()) 600
  $record
}

# The newest lines that are worth a closer look: a log of nothing but failures would take minutes.
function Select-Telling([string]$name, $lines, [string]$pattern) {
  $telling = @($lines -cmatch $pattern)
  if ($telling.Count -gt 500) {
    $report['truncated'] += $name
    $telling = $telling[-500..-1]
  }
  $telling
}

# Newest first, equal texts once; what is left out is said.
function Select-NewestLine([string]$name, $records, [int]$most) {
  $seen = @{}
  for ($i = $records.Count - 1; $i -ge 0; $i--) {
    $text = $records[$i]['text']
    if (-not $text -or $seen.ContainsKey($text)) { continue }
    if ($seen.Count -ge $most) { $report['truncated'] += $name; return }
    $seen[$text] = $true
    $records[$i]
  }
}

# "2024-02-14 04:25:00, Error   CBS   text": servicing and Setup write so, in English on every Windows. Info lines count where they name a failure.
function Read-ServicingLog([string]$name, [string]$path, [string]$file, [int]$bytes) {
  foreach ($line in @(Select-Telling $name @(Read-Tail $path $bytes) ", (Error|Warning) |$failureCode|[Rr]oll(ing)? ?back")) {
    if ($line -cmatch '^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d), (Error|Warning|Info)\s+(.*)$') {
      $level = $Matches[2].ToLowerInvariant()
      New-LogRecord (ConvertTo-LogTime $Matches[1]) $level ($Matches[3] -creplace '^(CBS|CSI|DISM)\s+', '') $file
    }
  }
}

Invoke-Section 'logs.cbs' {
  $newest = @(Select-NewestLine 'logs.cbs' @(Read-ServicingLog 'logs.cbs' "$env:SystemRoot\Logs\CBS\CBS.log" '' 2097152) 60)
  $logs['cbs'] = @(Limit-List 'logs.cbs' $newest 24000)
}

Invoke-Section 'logs.dism' {
  $path = "$env:SystemRoot\Logs\DISM\dism.log"
  $records = @()
  # There is none before DISM was used for the first time.
  if (Test-Present $path) { $records = @(Read-ServicingLog 'logs.dism' $path '' 1048576) }
  $newest = @(Select-NewestLine 'logs.dism' $records 30)
  $logs['dism'] = @(Limit-List 'logs.dism' $newest 10000)
}

# Programs and drivers that hold an upgrade back (learn.microsoft.com, "Use the Windows Setup compatibility scan logs"), of the newest report.
function Read-CompatReport([string]$folder) {
  if (-not (Test-Present $folder)) { return }
  $newest = Get-ChildItem -LiteralPath $folder -Filter 'CompatData*.xml' -File | Sort-Object LastWriteTime | Select-Object -Last 1
  if ($null -eq $newest) { return }
  $time = Format-Utc $newest.LastWriteTime.ToUniversalTime()
  $found = ([xml](Get-Content -LiteralPath $newest.FullName -Raw)).CompatReport
  foreach ($one in @($found.Programs.Program | Where-Object { $_.CompatibilityInfo.BlockingType -eq 'Hard' })) {
    New-LogRecord $time 'error' "BlockingApplication: $($one.Name)" $newest.Name
  }
  foreach ($one in @($found.DriverPackages.DriverPackage | Where-Object { $_.BlockMigration -eq 'True' })) {
    New-LogRecord $time 'error' "BlockingDriver: $($one.Inf)" $newest.Name
  }
}

Invoke-Section 'logs.setup' {
  # learn.microsoft.com, "Windows Setup log files": while it upgrades, after a roll-back, and at last.
  $blocks = @{ list = @() }
  $upgrade = "$env:SystemRoot\..\`$WINDOWS.~BT\Sources"
  $records = @(foreach ($path in "$env:SystemRoot\Panther\setuperr.log", "$upgrade\Panther\setuperr.log", "$upgrade\Rollback\setuperr.log",
    "$upgrade\Panther\setupact.log") {
    if (Test-Present $path) { Read-ServicingLog 'logs.setup' $path (($path -split '\\')[-1]) 1048576 }
  })
  Invoke-Section 'logs.setup' { $blocks['list'] = @(Read-CompatReport "$upgrade\Panther") }
  $records += $blocks['list']
  $newest = @(Select-NewestLine 'logs.setup' $records 40)
  $logs['setup'] = @(Limit-List 'logs.setup' $newest 12000)
}

Invoke-Section 'logs.setupapi' {
  # learn.microsoft.com, "Format of a Text Log Section": "!!!" is an error, and a section ends with its status.
  $time = $null
  $title = ''
  $records = @(foreach ($line in @(Read-Tail "$env:SystemRoot\INF\setupapi.dev.log" 1048576)) {
    if ($line -cmatch '^>>>\s+Section start (\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)') { $time = ConvertTo-LogTime $Matches[1] }
    elseif ($line -cmatch '^>>>\s+\[(.+)\]') { $title = $Matches[1] }
    elseif ($line -cmatch '^!!!\s+(.+)') { New-LogRecord $time 'error' $Matches[1] '' }
    elseif ($line -cmatch "^<<<\s+\[(Exit.*0x(?!0{8})[0-9A-Fa-f]{8}.*)\]") { New-LogRecord $time 'error' "$title $($Matches[1])" '' }
  })
  $newest = @(Select-NewestLine 'logs.setupapi' $records 30)
  $logs['setupapi'] = @(Limit-List 'logs.setupapi' $newest 8000)
}

# From Windows 10 on this file is a stub: what was in it is traced in a form that nothing reads quickly.
if ($os['build'] -gt 0 -and $os['build'] -lt 10240) {
  Invoke-Section 'logs.windowsUpdate' {
    # "2024-02-14<tab>04:25:00:123<tab>process<tab>thread<tab>component<tab>text"
    $lines = @(Read-Tail "$env:SystemRoot\WindowsUpdate.log" 1048576)
    $telling = @(Select-Telling 'logs.windowsUpdate' $lines "\t(WARNING|FATAL): |\*FAILED\*|$failureCode")
    $records = @(foreach ($line in $telling) {
      if ($line -cmatch '^(\d{4}-\d\d-\d\d)\t(\d\d:\d\d:\d\d):\d+\t[^\t]*\t[^\t]*\t(.+)$') {
        New-LogRecord (ConvertTo-LogTime "$($Matches[1]) $($Matches[2])") 'error' ($Matches[3] -replace '\t', ' ') ''
      }
    })
    $newest = @(Select-NewestLine 'logs.windowsUpdate' $records 30)
    $logs['windowsUpdate'] = @(Limit-List 'logs.windowsUpdate' $newest 8000)
  }
}

# An action that failed ends with the value 3, in any language; the engine's and custom actions' own lines are English everywhere.
$msiFailure = '\d:\d\d:\d\d ?: .*\D3\W?\s*$|MainEngineThread is returning (?!1641)1[1-9]\d\d\b'
$msiTelling = $msiFailure + "|returned actual error code [1-9]|SOURCEMGMT: Failed|Couldn't find local patch|^MSI \(\w\).* -- |$failureCode"

# Lines of Windows Installer have no date: the file's own stands for it. A log without a failure says nothing.
function Read-MsiLog($lines, [string]$time, [string]$file) {
  if (@($lines -cmatch $msiFailure).Count -eq 0) { return }
  foreach ($line in @(Select-Telling 'logs.msi' $lines $msiTelling)) { New-LogRecord $time 'error' $line $file }
}

# "[1A2C:1F3C][2024-02-14T04:25:00]e000: text": installers that carry others, such as those of .NET and Visual C++ (WiX Burn).
function Read-BundleLog($lines, [string]$file) {
  foreach ($line in @(Select-Telling 'logs.thirdParty' $lines '^\[[^\]]+\]\[[^\]]+\]e')) {
    if ($line -cmatch '^\[[0-9A-F]+:[0-9A-F]+\]\[(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\]e\d+: (.+)$') {
      New-LogRecord (ConvertTo-LogTime $Matches[1]) 'error' $Matches[2] $file
    }
  }
}

# "<![LOG[text]LOG]!><time="04:25:00.123-60" date="2-14-2024" ... type="3" ...": the form of ConfigMgr's and Intune's logs; 3 is an error.
function Read-AgentLog($lines, [string]$file) {
  $form = '^(?:<!\[LOG\[)?(.*)\]LOG\]!><time="(\d\d:\d\d:\d\d)[^"]*" date="(\d+)-(\d+)-(\d{4})".* type="3"'
  foreach ($line in @(Select-Telling 'logs.thirdParty' $lines ' type="3"')) {
    if ($line -cmatch $form) {
      New-LogRecord (ConvertTo-LogTime "$($Matches[5])-$($Matches[3])-$($Matches[4]) $($Matches[2])") 'error' $Matches[1] $file
    }
  }
}

# Lines by kind; $null until the folder was read.
$installers = @{ msi = $null; bundle = $null; agent = @() }

# The eight newest logs of a quarter in the folder of temporary files of SYSTEM, as which updates install.
Invoke-Section 'logs.msi' {
  $since = $startedAt.AddDays(-90)
  $files = @(Get-ChildItem -LiteralPath "$env:SystemRoot\Temp" -Filter '*.log' -File | Where-Object { $_.LastWriteTime.ToUniversalTime() -gt $since } |
    Sort-Object LastWriteTime -Descending)
  if ($files.Count -gt 8) { $report['truncated'] += 'logs.msi' }
  $files = @($files | Select-Object -First 8)
  [array]::Reverse($files)
  $installers['msi'] = @()
  $installers['bundle'] = @()
  foreach ($file in $files) {
    Invoke-Section 'logs.msi' {
      $lines = @(Read-Tail $file.FullName 524288)
      $installers['msi'] += @(Read-MsiLog $lines (Format-Utc $file.LastWriteTime.ToUniversalTime()) $file.Name)
      $installers['bundle'] += @(Read-BundleLog $lines $file.Name)
    }
  }
  $newest = @(Select-NewestLine 'logs.msi' $installers['msi'] 40)
  $logs['msi'] = @(Limit-List 'logs.msi' $newest 12000)
}

Invoke-Section 'logs.thirdParty' {
  # learn.microsoft.com, "Log file reference" of Configuration Manager; "Collect logs" of the Intune management extension.
  foreach ($path in "$env:SystemRoot\CCM\Logs\WUAHandler.log", "$env:SystemRoot\CCM\Logs\UpdatesHandler.log",
    "$env:SystemRoot\CCM\Logs\UpdatesDeployment.log", "$env:ProgramData\Microsoft\IntuneManagementExtension\Logs\IntuneManagementExtension.log") {
    Invoke-Section 'logs.thirdParty' {
      if (Test-Present $path) { $installers['agent'] += @(Read-AgentLog @(Read-Tail $path 524288) (($path -split '\\')[-1])) }
    }
  }
  if ($null -eq $installers['bundle'] -and $installers['agent'].Count -eq 0) { throw 'the temporary files of SYSTEM could not be read' }
  $records = @(@($installers['bundle']) + $installers['agent'] | Where-Object { $_ })
  $newest = @(Select-NewestLine 'logs.thirdParty' $records 40)
  $logs['thirdParty'] = @(Limit-List 'logs.thirdParty' $newest 12000)
}

foreach ($name in @($logs.Keys)) { [array]::Reverse($logs[$name]) }
if ($logs.Count -gt 0) { $evidence['logs'] = $logs }
