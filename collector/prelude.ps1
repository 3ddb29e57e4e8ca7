# patchwhy collector: what this host says about its Windows updates.
# It reads, and prints one JSON document. It changes nothing, installs nothing, writes no file and judges nothing.
# What each section reads, and with which rights: docs/collector.md of the patchwhy package; its folder "collector" holds this text.
# patchwhy-collector: evidence/1 nonce=@NONCE@ begin=PATCHWHY-BEGIN_{nonce}_{bytes} end=PATCHWHY-END_{nonce}
$ProgressPreference = 'SilentlyContinue'
$ErrorActionPreference = 'Stop'
$nonce = '@NONCE@'

# Windows 7 and Server 2008 R2 as they came: what follows needs more, and this much they can say.
if ($PSVersionTable.PSVersion.Major -lt 3) {
  $json = '{"schema":"evidence/1","host":"' + $env:COMPUTERNAME + '","collectedAt":"' + [datetime]::UtcNow.ToString('s') +
    'Z","errors":[{"section":"collector","message":"needs PowerShell 3.0 or newer (WMF 5.1), this is older"}]}'
  "PATCHWHY-BEGIN_${nonce}_$($json.Length)"
  $json
  "PATCHWHY-END_$nonce"
  exit 0
}

$startedAt = [datetime]::UtcNow
$limitSeconds = 150
$isFull = $ExecutionContext.SessionState.LanguageMode -eq 'FullLanguage'
# A 32-bit PowerShell on 64-bit Windows sees Wow6432Node and SysWOW64 in the place of the host's own.
$isRedirected = [bool]$env:PROCESSOR_ARCHITEW6432
$evidence = @{}
$report = @{ failures = @(); truncated = @() }

# ---- errors: "could not look" is never "nothing there" ----

function Format-Code($number) {
  '0x{0:X8}' -f ([long]$number -band 4294967295)
}

# The code that says most: one that an error id or message carries, else the innermost that is not of .NET's own (0x8013....).
function Get-Code($record) {
  $id = "$($record.FullyQualifiedErrorId)"
  if ($id -match '0x([0-9a-f]{8})') { return '0x' + $Matches[1].ToUpperInvariant() }
  if ($id -like 'NoMatchingLogsFound*') { return '0x80073A9F' }
  $code = $null
  $cause = $record.Exception
  while ($null -ne $cause) {
    if ($cause.HResult -and (Format-Code $cause.HResult) -notlike '0x8013*') { $code = Format-Code $cause.HResult }
    $cause = $cause.InnerException
  }
  if ($code) { return $code }
  if ("$($record.CategoryInfo.Category)" -eq 'PermissionDenied') { return '0x80070005' }
  if ("$($record.Exception.Message)" -match '0x(8[0-9a-f]{7})') { return '0x' + $Matches[1].ToUpperInvariant() }
  if ($id -like '*ConstrainedLanguage*') { return '0x80131515' }
  $null
}

function Add-Failure([string]$section, $record) {
  $message = ("$($record.Exception.Message)" -replace '^0x[0-9A-F]{8} ', '' -replace '\s+', ' ').Trim()
  $failure = [ordered]@{ section = $section }
  $code = Get-Code $record
  if ($code) { $failure['hresult'] = $code }
  $failure['message'] = Limit-Text $message 200
  # Ten questions to one closed log are one failure.
  $known = @(foreach ($one in $report['failures']) { "$($one['section']) $($one['message'])" })
  if ($known -notcontains "$section $($failure['message'])") { $report['failures'] += , $failure }
}

# Runs one section or a part of one ('windowsUpdate.history'); whatever stops it becomes an entry in errors.
# The body sees this function's own variables, hence their names.
function Invoke-Section([string]$sectionName, [scriptblock]$sectionBody) {
  try {
    if (([datetime]::UtcNow - $startedAt).TotalSeconds -gt $limitSeconds) {
      $report['truncated'] += $sectionName
      throw "0x800705B4 not asked: the collector's own limit of $limitSeconds seconds was over"
    }
    $null = & $sectionBody
  } catch {
    Add-Failure $sectionName $_
  }
}

function Assert-FullLanguage {
  if (-not $isFull) { throw '0x80131515 this PowerShell is in constrained language: no .NET and no COM object of ours may run' }
}

# ---- values ----

function Limit-Text([string]$text, [int]$most) {
  if ($text.Length -gt $most) { $text.Substring(0, $most) } else { $text }
}

# A list cut where its JSON would outgrow the room it has; $name is then noted as truncated.
function Limit-List([string]$name, $items, [int]$bytes) {
  $left = $bytes
  foreach ($item in $items) {
    $left -= (ConvertTo-JsonText $item).Length + 1
    if ($left -lt 0) {
      if ($report['truncated'] -notcontains $name) { $report['truncated'] += $name }
      break
    }
    $item
  }
}

# 's' is the one format that no culture and no calendar of the host changes.
function Format-Utc([datetime]$time) {
  $time.ToString('s') + 'Z'
}

function Get-Kb([string]$text) {
  if ($text -cmatch 'KB\d{6,7}') { $Matches[0] } else { $null }
}

# An own writer: ConvertTo-Json of 3.0 to 5.1 unrolls lists of one, prints dates as /Date()/ and drags notes such as PSPath along.
function ConvertTo-JsonString([string]$text) {
  $text = $text.Replace('\', '\\').Replace('"', '\"')
  if ($text -cmatch '[^ -~]') {
    $text = @(foreach ($char in $text.ToCharArray()) {
      if ([int]$char -ge 32 -and [int]$char -le 126) { $char } else { '\u{0:x4}' -f [int]$char }
    }) -join ''
  }
  '"' + $text + '"'
}

function ConvertTo-JsonText($value) {
  if ($null -eq $value) { return 'null' }
  if ($value -is [string]) { return ConvertTo-JsonString $value }
  if ($value -is [bool]) { return "$value".ToLowerInvariant() }
  if ($value -is [array]) {
    $items = @(foreach ($item in $value) { ConvertTo-JsonText $item })
    return '[' + ($items -join ',') + ']'
  }
  if ($null -ne $value.Keys) {
    $pairs = @(foreach ($key in $value.Keys) { (ConvertTo-JsonString $key) + ':' + (ConvertTo-JsonText $value[$key]) })
    return '{' + ($pairs -join ',') + '}'
  }
  if ("$value" -cmatch '^-?\d+$') { return "$value" }
  ConvertTo-JsonString "$value"
}

# ---- reading: each trap once ----

# True or false only where it was seen; no rights, a missing drive or a broken hive throw.
function Test-Present([string]$path) {
  try {
    $null = Get-Item -LiteralPath $path -Force
    $true
  } catch {
    if ("$($_.FullyQualifiedErrorId)" -notlike 'PathNotFound,*') { throw }
    $false
  }
}

function Get-KeyPath([string]$key) {
  if ($isRedirected -and $key -like 'SOFTWARE\*') { throw "this PowerShell is 32-bit on 64-bit Windows: its $key is not the host's" }
  "Registry::HKEY_LOCAL_MACHINE\$key"
}

function Test-Key([string]$key) {
  Test-Present (Get-KeyPath $key)
}

# The values of a key below HKEY_LOCAL_MACHINE; $null only when the key is not there.
function Read-Key([string]$key) {
  if (-not (Test-Key $key)) { return $null }
  $values = Get-ItemProperty -LiteralPath (Get-KeyPath $key)
  # A key without values gives nothing at all.
  if ($null -eq $values) { @{} } else { $values }
}

# Properties divided by blanks; none means all.
function Read-Cim([string]$class, [string]$properties, [string]$filter, [string]$namespace = 'root/cimv2') {
  $query = @{ Namespace = $namespace; ClassName = $class; OperationTimeoutSec = 20 }
  if ($properties) { $query['Property'] = -split $properties }
  if ($filter) { $query['Filter'] = $filter }
  Get-CimInstance @query
}

function Join-Filter([string]$property, $values) {
  @(foreach ($value in $values) { if ($value -is [string]) { "$property='$value'" } else { "$property=$value" } }) -join ' OR '
}
