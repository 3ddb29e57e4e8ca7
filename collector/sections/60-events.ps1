# ---- events: by provider and id, never by text. One bounded question per line, most telling first ----
# '!' after an id: level 1 to 3 only. keep: 'day' folds equal ones within a day only, 'success' thins them out, 'a|b' is a filter.
$updateClient = 'Microsoft-Windows-WindowsUpdateClient'
$eventGroups = @(
  @{ log = 'System'; most = 150; keep = 'day'; ask = "${updateClient}: 16 20 21 22 27" }
  @{ log = 'Setup'; most = 150; keep = 'day'; ask = 'Microsoft-Windows-Servicing|Microsoft-Windows-WUSA: 2 3 4' }
  @{ log = "$updateClient/Operational"; most = 100; ask = "${updateClient}: 25 31" }
  @{ log = "$updateClient/Operational"; most = 20; ask = "${updateClient}: 26 41" }
  @{ log = 'System'; most = 300; keep = 'success'; ask = "${updateClient}: 19" }
  @{ log = 'System'; most = 20; keep = 'success'; ask = "${updateClient}: 43 44" }
  @{ log = 'System'; most = 60; ask = 'Service Control Manager: 7000 7001 7009 7023 7024 7031 7034' }
  @{ log = 'System'; most = 20; ask = 'Service Control Manager: 7040'; about = 'wuauserv UsoSvc msiserver CryptSvc MpsSvc wlidsvc' }
  @{ log = 'System'; most = 60; ask = 'disk|Disk: 7 11 51 153; Ntfs|Microsoft-Windows-Ntfs: 55 98!; storahci|stornvme: 129' }
  @{ log = 'System'; most = 40; keep = 'day'; ask = 'Microsoft-Windows-Kernel-Power: 41 42; Microsoft-Windows-Kernel-Boot: 27; Microsoft-Windows-Kernel-General: 12; EventLog: 6005 6008; User32: 1074' }
  @{ log = 'System'; most = 40; ask = 'Microsoft-Windows-Time-Service: 36 47 50; Microsoft-Windows-TPM-WMI: 1032 1795-1803 1808; Microsoft-Windows-WinREAgent: 4501 4502' }
  @{ log = 'System'; most = 30; ask = 'srv|Srv: 2013; Microsoft-Windows-DNS-Client: 1014; Schannel: 36871 36874 36887; Microsoft-Windows-Eventlog: 104; Microsoft-Windows-Resource-Exhaustion-Detector: 2004' }
  @{ log = 'Application'; most = 60; ask = 'MsiInstaller: 1022 1023 11706-11729' }
  @{ log = 'Application'; most = 20; ask = 'MsiInstaller: 1033 1040 1042' }
  @{ log = 'Application'; most = 60; keep = 'wuaueng|datastore|catroot2|catalog'; ask = 'ESENT: 413-490!' }
  @{ log = 'Application'; most = 60; keep = 'wuaueng|wuauserv|usosvc|usocore|TiWorker'; ask = 'Application Error: 1000' }
  @{ log = 'Application'; most = 20; ask = 'Microsoft-Windows-RestartManager: 10006 10010; SideBySide: 33' }
  @{ log = 'Microsoft-Windows-Bits-Client/Operational'; most = 40; ask = 'Microsoft-Windows-Bits-Client: 61' }
  @{ log = 'Microsoft-Windows-AppLocker/MSI and Script'; most = 10; ask = 'Microsoft-Windows-AppLocker: 8007' }
  @{ log = 'Microsoft-Windows-AppLocker/EXE and DLL'; most = 10; ask = 'Microsoft-Windows-AppLocker: 8004' }
  @{ log = 'Microsoft-Windows-CodeIntegrity/Operational'; most = 10; ask = 'Microsoft-Windows-CodeIntegrity: 3077' }
  @{ log = 'Microsoft-Windows-Windows Defender/Operational'; most = 10; ask = 'Microsoft-Windows-Windows Defender: 1116 1117 1121 1123' }
)

function ConvertTo-EventId([string]$word) {
  $first, $last = $word.TrimEnd('!') -split '-'
  $test = if ($last) { "(EventID>=$first and EventID<=$last)" } else { "EventID=$first" }
  if ($word.EndsWith('!')) { "($test and Level<=3)" } else { $test }
}

# The log service counts the terms of a query and refuses more than about 22.
function ConvertTo-EventQuery($group) {
  $choices = @(foreach ($choice in $group['ask'] -split '; ') {
    $providers, $ids = $choice -split ': '
    $names = @(foreach ($name in $providers -split '\|') { "@Name='$name'" }) -join ' or '
    $tests = @(foreach ($id in $ids -split ' ') { ConvertTo-EventId $id }) -join ' or '
    "(Provider[$names] and ($tests))"
  })
  $query = "*[System[($($choices -join ' or ')) and TimeCreated[timediff(@SystemTime)<=7776000000]]]"
  if ($group['about']) {
    $query += " and *[EventData[$(@(foreach ($word in $group['about'] -split ' ') { "Data='$word'" }) -join ' or ')]]"
  }
  $query
}

# The newest events as XML. Where .NET methods are barred, wevtutil prints what ToXml would.
function Read-EventXml([string]$log, [string]$query, [int]$most) {
  if ($isFull) {
    try {
      foreach ($record in @(Get-WinEvent -LogName $log -FilterXPath $query -MaxEvents $most)) { $record.ToXml() }
    } catch {
      if ("$($_.FullyQualifiedErrorId)" -notlike 'NoMatchingEventsFound*') { throw }
    }
    return
  }
  # What a program says on stderr would end the section in 5.1.
  $ErrorActionPreference = 'Continue'
  $lines = @(wevtutil.exe qe $log "/q:$query" "/c:$most" /rd:true /f:xml 2>$null)
  if ($LASTEXITCODE -ne 0) { throw "$(Format-Code (2147942400 + ($LASTEXITCODE -band 65535))) wevtutil could not read $log" }
  ($lines -join "`n") -split '(?=<Event )' -like '<Event *'
}

function Get-NodeText($node) {
  if ($node -is [string]) { $node } else { "$($node.InnerText)" }
}

# Failure codes as the contract spells them, other whole numbers as numbers; param1.. stay text.
function ConvertTo-EventValue([string]$name, [string]$text) {
  if ($name -match '^(hr|hresult|error|errorcode|status)$' -and $text -cmatch '^-?\d{7,10}$') { return Format-Code $text }
  if ($name -cnotlike 'param*' -and $text -cmatch '^-?\d{1,15}$') { return [long]$text }
  Limit-Text $text 400
}

# Service Control Manager names a service by display name; the binary part holds the real one, UTF-16 in hex.
function Get-ServiceName([string]$hex) {
  $name = @(for ($i = 0; $i + 4 -le $hex.Length; $i += 4) {
    [char][int]('0x' + $hex.Substring($i + 2, 2) + $hex.Substring($i, 2))
  }) -join ''
  if ($name -cmatch '^[A-Za-z0-9_.-]{2,80}') { $Matches[0] }
}

function ConvertFrom-EventXml([string]$log, [string]$xml) {
  # Broken drivers write characters that XML 1.0 has no place for.
  $entry = ([xml]($xml -creplace '[\x00-\x08\x0B\x0C\x0E-\x1F]|&#x?[0-9A-Fa-f]{1,2};', ' ')).Event
  $system = $entry.System
  $fields = @()
  if ($entry.EventData) { $fields = @($entry.EventData.ChildNodes) }
  elseif ($entry.UserData) { $fields = @(@($entry.UserData.ChildNodes)[0].ChildNodes) }
  $data = [ordered]@{}
  $unnamed = 0
  foreach ($field in $fields) {
    $name = "$($field.LocalName)"
    $text = "$($field.InnerText)".Trim()
    if ($name -ceq 'Binary') {
      $name = 'service'
      $text = if ($system.Provider.Name -eq 'Service Control Manager') { Get-ServiceName $text }
    } elseif ($name -ceq 'Data') {
      # Without that attribute, .Name is the element's own name.
      $name = "$($field.Name)"
      if ($name -ceq 'Data') { $unnamed += 1; $name = "param$unnamed" }
    }
    if ($text -and $name -notlike '#*' -and $data.Count -lt 20) { $data[$name] = ConvertTo-EventValue $name $text }
  }
  [ordered]@{
    log = $log
    provider = "$($system.Provider.Name)"
    id = [int](Get-NodeText $system.EventID)
    level = [int](Get-NodeText $system.Level)
    time = "$($system.TimeCreated.SystemTime)".Substring(0, 19) + 'Z'
    count = 1
    data = $data
  }
}

# Of the successes only what can answer "was it cured since": no Store apps, the newest three of the daily definitions.
function Select-Success($records) {
  $definitions = 0
  foreach ($record in $records) {
    $title = "$($record['data']['updateTitle'])"
    if ($title -like '*KB2267602*') { $definitions += 1 }
    if ($title -cnotmatch '^9[A-Z0-9]{11}-' -and ($title -notlike '*KB2267602*' -or $definitions -le 3)) { $record }
  }
}

function Read-EventGroup($group) {
  $keep = "$($group['keep'])"
  $texts = @(Read-EventXml $group['log'] (ConvertTo-EventQuery $group) $group['most'])
  if ($texts.Count -ge $group['most']) { $report['truncated'] += 'events' }
  if ($keep -like '*|*') { $texts = @($texts -match $keep) }
  $records = @(foreach ($text in $texts) { ConvertFrom-EventXml $group['log'] $text })
  if ($keep -eq 'success') { $records = @(Select-Success $records) }
  # Newest first: of equal events the first has the time that stays. Results of updates fold within a day only.
  $folded = [ordered]@{}
  foreach ($record in $records) {
    $mark = "$($record['provider']) $($record['id']) " + (ConvertTo-JsonText $record['data'])
    if ($keep -eq 'day') { $mark += $record['time'].Substring(0, 10) }
    if ($null -ne $folded[$mark]) { $folded[$mark]['count'] += 1 } else { $folded[$mark] = $record }
  }
  $folded.Values
}

# A log that is off or wiped proves nothing by its silence.
function Assert-LogSpeaks([string]$log) {
  $state = Get-WinEvent -ListLog $log
  if ($state.IsEnabled -eq $false) { throw "the log $log is switched off" }
  if ($log -eq 'System' -and $state.RecordCount -eq 0) { throw "the log $log is empty" }
}

$events = @{ list = @(); heard = @() }
foreach ($log in @($eventGroups | ForEach-Object { $_['log'] } | Select-Object -Unique)) {
  Invoke-Section "events.$log" { Assert-LogSpeaks $log; $events['heard'] += $log }
}
foreach ($group in $eventGroups) {
  if ($events['heard'] -contains $group['log']) {
    Invoke-Section "events.$($group['log'])" { $events['list'] += @(Read-EventGroup $group) }
  }
}
Invoke-Section 'events' {
  if ($events['heard'].Count -eq 0) { throw 'no event log could be read' }
  $evidence['events'] = @(Limit-List 'events' $events['list'] 110000)
}
