# ---- windowsUpdate.history and dates by COM: last, since a network logon may be refused (0x80070005) and nothing depends on it ----
$historyResults = @{ 0 = 'inProgress'; 1 = 'inProgress'; 2 = 'succeeded'; 3 = 'succeededWithErrors'; 4 = 'failed'; 5 = 'aborted' }

function Get-HistoryRecord($entry) {
  $record = [ordered]@{
    time = Format-Utc $entry.Date
    operation = if ($entry.Operation -eq 2) { 'uninstall' } else { 'install' }
    result = $historyResults[[int]$entry.ResultCode]
    hresult = Format-Code $entry.HResult
  }
  if ($entry.UnmappedResultCode) { $record['unmappedCode'] = [int]$entry.UnmappedResultCode }
  $record['title'] = Limit-Text "$($entry.Title)" 300
  $record['kb'] = Get-Kb "$($entry.Title)"
  $record['updateId'] = "$($entry.UpdateIdentity.UpdateID)"
  $record['revision'] = [int]$entry.UpdateIdentity.RevisionNumber
  if ($entry.ClientApplicationID) { $record['client'] = "$($entry.ClientApplicationID)" }
  $record
}

Invoke-Section 'windowsUpdate.history' {
  Assert-FullLanguage
  $searcher = (New-Object -ComObject Microsoft.Update.Session).CreateUpdateSearcher()
  $total = $searcher.GetTotalHistoryCount()
  $definitions = 0
  $records = @()
  if ($total -gt 0) {
    foreach ($entry in @($searcher.QueryHistory(0, [math]::Min(200, $total)))) {
      if (-not $historyResults.ContainsKey([int]$entry.ResultCode)) { continue }
      $record = Get-HistoryRecord $entry
      # Defender's definitions come several times a day; three of them tell how they fare.
      if ($record['kb'] -eq 'KB2267602') { $definitions += 1; if ($definitions -gt 3) { continue } }
      $records += , $record
    }
  }
  $update['history'] = @(Limit-List 'windowsUpdate.history' $records 40000)
}

Invoke-Section 'windowsUpdate.lastScanSuccess' {
  Assert-FullLanguage
  $results = (New-Object -ComObject Microsoft.Update.AutoUpdate).Results
  $names = @{ lastScanSuccess = 'LastSearchSuccessDate'; lastInstallSuccess = 'LastInstallationSuccessDate' }
  foreach ($word in $names.Keys) {
    $at = $results.($names[$word])
    # A variant date of 1899 means never.
    $update[$word] = if ($at -is [datetime] -and $at.Year -gt 2000) { Format-Utc $at } else { $null }
  }
}
