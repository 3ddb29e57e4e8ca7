# ---- the document ----
$collector = [ordered]@{ mode = 'powershell' }
Invoke-Section 'collector.elevated' {
  # This hive is open to administrators and the service itself, to nobody else.
  try {
    if (-not (Test-Present 'Registry::HKEY_USERS\S-1-5-19')) { throw 'the hive of the local service is not there' }
    $collector['elevated'] = $true
  } catch {
    if ((Get-Code $_) -ne '0x80070005') { throw }
    $collector['elevated'] = $false
  }
}
$failures = @(Limit-List 'errors' $report['failures'] 24000)
$finishedAt = [datetime]::UtcNow
$collector['durationMs'] = [long]($finishedAt - $startedAt).TotalMilliseconds
$collector['truncated'] = @($report['truncated'] | Select-Object -Unique)

$document = [ordered]@{ schema = 'evidence/1'; host = "$env:COMPUTERNAME"; collectedAt = Format-Utc $finishedAt; collector = $collector }
foreach ($section in 'os', 'platform', 'volumes', 'services', 'reboot', 'windowsUpdate', 'events', 'hotfixes', 'packages', 'componentStore',
  'processes', 'installer', 'runtimes', 'network', 'recovery', 'security', 'agents', 'tasks', 'logs', 'audit') {
  if ($evidence.ContainsKey($section)) { $document[$section] = $evidence[$section] }
}
$document['errors'] = $failures

$json = ConvertTo-JsonText $document
"PATCHWHY-BEGIN_${nonce}_$($json.Length)"
$json
"PATCHWHY-END_$nonce"
exit 0
