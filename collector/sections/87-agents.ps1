# ---- agents: what else may patch this host, by the service its maker documents; what its server knows is not here ----
$agentServices = @{
  NinjaRMMAgent = 'NinjaOne'; CagService = 'Datto'; 'Advanced Monitoring Agent' = 'N-able'; 'Windows Agent Service' = 'N-able'
  konea = 'KACE'; AMPAgent = 'KACE'; CcmExec = 'ConfigMgr'; IntuneManagementExtension = 'Intune'; LTService = 'ConnectWise Automate'
  BESClient = 'BigFix'; 'Tanium Client' = 'Tanium'; AteraAgent = 'Atera'; Syncro = 'Syncro'; 'ManageEngine UEMS - Agent' = 'ManageEngine'
  amagent = 'Automox'; A1Agent = 'Action1'; PDQConnectAgent = 'PDQ Connect'; tacticalrmm = 'Tactical RMM'
}

# The version of the program the service runs; $null where the file cannot be seen.
function Get-ProgramVersion([string]$commandLine) {
  if ($commandLine -notmatch '^\s*"?([^"]+?\.exe)\b') { return $null }
  try { $version = (Get-Item -LiteralPath $Matches[1]).VersionInfo.ProductVersion } catch { return $null }
  if ("$version" -cmatch '^\d+(\.\d+)+') { $Matches[0] }
}

# A service started by hand may well be stopped, and a delayed one waits some minutes after a start of Windows.
function Get-AgentState($service) {
  switch ($serviceStates["$($service.State)"]) {
    'running' { return 'running' }
    'startPending' { return 'running' }
    'paused' { return 'degraded' }
  }
  $isYoung = $os['lastBoot'] -and $os['lastBoot'] -gt (Format-Utc $startedAt.AddSeconds(-900))
  if ($service.StartMode -eq 'Manual' -or $isYoung) { $null } else { 'stopped' }
}

# Deployed to this host and not installed yet (learn.microsoft.com, "CCM_SoftwareUpdate Client WMI Class"). States 8 to 12 of
# ICCMTargetedUpdate wait for a restart or are being verified, 13 has failed.
function Get-Deployment($deployed) {
  $row = [ordered]@{ kb = $null; title = Limit-Text "$($deployed.Name)" 200; approval = 'approved'; detection = 'notPatched' }
  if ("$($deployed.ArticleID)" -cmatch '^\d{6,7}$') { $row['kb'] = "KB$($deployed.ArticleID)" }
  if ($deployed.EvaluationState -ge 8 -and $deployed.EvaluationState -le 12) { $row['detection'] = 'unknown' }
  if ($deployed.EvaluationState -eq 13 -and $deployed.ErrorCode) { $row['exitCode'] = [long]$deployed.ErrorCode }
  $row
}

Invoke-Section 'agents' {
  $agents = [ordered]@{}
  foreach ($service in @(Read-Cim Win32_Service 'Name State StartMode PathName' (Join-Filter 'Name' $agentServices.Keys))) {
    $product = $agentServices["$($service.Name)"]
    $state = Get-AgentState $service
    if ($null -eq $agents[$product]) { $agents[$product] = [ordered]@{ product = $product } }
    # Of two services of one product the one that runs speaks.
    if ($state -and $agents[$product]['state'] -ne 'running') { $agents[$product]['state'] = $state }
    $version = Get-ProgramVersion $service.PathName
    if ($version) { $agents[$product]['version'] = $version }
  }
  if ($agents['ConfigMgr']) {
    Invoke-Section 'agents.ConfigMgr' {
      $deployed = @(Read-Cim CCM_SoftwareUpdate 'ArticleID Name EvaluationState ErrorCode' '' 'root/ccm/ClientSDK')
      $rows = @(foreach ($one in $deployed) { Get-Deployment $one })
      $agents['ConfigMgr']['deployments'] = @(Limit-List 'agents' $rows 12000)
    }
  }
  $evidence['agents'] = @(foreach ($product in $agents.Keys) { $agents[$product] })
}
