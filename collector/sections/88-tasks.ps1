# ---- tasks: those of Windows Update, and those that look like a patch run of somebody's ----
# Paths of tasks are not translated. The last group are names that agents give their folders and tasks.
$taskPaths = '^\\Microsoft\\(Windows\\(UpdateOrchestrator|WindowsUpdate|WaaSMedic|InstallService)|Configuration Manager)\\|' +
  'patch|wsus|\\(ninja|datto|centrastage|n-able|kace|atera|syncro|action1|automox|bigfix|tanium)'

# Times are local; a task that never ran has one of 1999.
function Get-TaskRecord($task) {
  $record = [ordered]@{ path = Limit-Text "$($task.TaskPath)$($task.TaskName)" 200; enabled = [bool]$task.Settings.Enabled }
  $run = Get-ScheduledTaskInfo -TaskPath $task.TaskPath -TaskName $task.TaskName
  $record['lastRun'] = $null
  if ($run.LastRunTime -is [datetime] -and $run.LastRunTime.Year -gt 2000) { $record['lastRun'] = Format-Utc $run.LastRunTime.ToUniversalTime() }
  if ($null -ne $run.LastTaskResult) { $record['lastResult'] = Format-Code $run.LastTaskResult }
  if ($null -ne $run.NumberOfMissedRuns) { $record['missedRuns'] = [long]$run.NumberOfMissedRuns }
  $record
}

Invoke-Section 'tasks' {
  $all = @(Get-ScheduledTask)
  # Windows has more than a hundred; none means that this account is shown none.
  if ($all.Count -eq 0) { throw 'no scheduled task was listed' }
  $tasks = @{ list = @() }
  foreach ($task in @($all | Where-Object { "$($_.TaskPath)$($_.TaskName)" -match $taskPaths })) {
    # One task that is being changed or has a damaged file costs one answer.
    Invoke-Section 'tasks.info' { $tasks['list'] += , (Get-TaskRecord $task) }
  }
  $evidence['tasks'] = @(Limit-List 'tasks' $tasks['list'] 8000)
}
