# ---- runtimes ----
Invoke-Section 'runtimes' {
  # learn.microsoft.com, "How to: Determine which .NET Framework versions are installed": Release is there from 4.5 on.
  $release = (Read-Key 'SOFTWARE\Microsoft\NET Framework Setup\NDP\v4\Full').Release
  $runtimes = [ordered]@{ dotnetFrameworkRelease = $null }
  if ($null -ne $release) { $runtimes['dotnetFrameworkRelease'] = [long]$release }
  $evidence['runtimes'] = $runtimes
}
