# ---- runtimes ----
$runtimes = [ordered]@{}

Invoke-Section 'runtimes' {
  # learn.microsoft.com, "How to: Determine which .NET Framework versions are installed": Release is there from 4.5 on.
  $release = (Read-Key 'SOFTWARE\Microsoft\NET Framework Setup\NDP\v4\Full').Release
  $runtimes['dotnetFrameworkRelease'] = $null
  if ($null -ne $release) { $runtimes['dotnetFrameworkRelease'] = [long]$release }
}

Invoke-Section 'runtimes.dotnet' {
  # learn.microsoft.com, "How to check that .NET is already installed": one folder per runtime and version.
  if ($isRedirected) { throw 'this is a 32-bit PowerShell on 64-bit Windows: it sees the 32-bit program files' }
  $shared = "$env:ProgramFiles\dotnet\shared"
  $found = @()
  if (Test-Present $shared) {
    $found = @(foreach ($kind in @(Get-ChildItem -LiteralPath $shared -Name)) {
      foreach ($version in @(Get-ChildItem -LiteralPath "$shared\$kind" -Name)) { "$kind $version" }
    })
  }
  $runtimes['dotnet'] = @(Limit-List 'runtimes' $found 3000)
}

# Name and version as the list of installed programs has them, in both views; only what is called by Microsoft's own name, which is not translated.
function Read-InstalledVc([string]$view) {
  $list = "SOFTWARE\${view}Microsoft\Windows\CurrentVersion\Uninstall"
  if (-not (Test-Key $list)) { return }
  foreach ($program in @(Get-ItemProperty -Path "$(Get-KeyPath $list)\*")) {
    if ("$($program.DisplayName)" -cmatch '^Microsoft Visual C\+\+ .*(Redistributable|Runtime)' -and "$($program.DisplayVersion)" -cmatch '^\d+(\.\d+)+$') {
      [ordered]@{ name = Limit-Text $program.DisplayName 120; version = "$($program.DisplayVersion)" }
    }
  }
}

Invoke-Section 'runtimes.vcRedist' {
  # learn.microsoft.com, "Redistributing Visual C++ files": what 14.x wrote of itself, also where it came inside another program.
  $found = @(foreach ($view in '', 'WOW6432Node\') { Read-InstalledVc $view })
  foreach ($view in '', 'WOW6432Node\') {
    foreach ($kind in 'x86', 'x64', 'arm64') {
      $own = Read-Key "SOFTWARE\${view}Microsoft\VisualStudio\14.0\VC\Runtimes\$kind"
      $version = "$($own.Major).$($own.Minor).$($own.Bld)"
      $known = @(foreach ($one in $found) { if ($one['name'] -like "*($kind)*" -and $one['version'] -like "$version.*") { $one } })
      if ($own.Installed -eq 1 -and $known.Count -eq 0) {
        $found += , ([ordered]@{ name = "Microsoft Visual C++ 14 Redistributable ($kind)"; version = "$version.0" })
      }
    }
  }
  $runtimes['vcRedist'] = @(Limit-List 'runtimes' $found 5000)
}

if ($runtimes.Count -gt 0) { $evidence['runtimes'] = $runtimes }
