# Sets up the endpoint "@NAME@" on this host: copies the module and registers the session configuration.
# Run it as administrator in Windows PowerShell 5.1. It restarts WinRM, which ends all remote sessions of this host.
#Requires -Version 5.1
#Requires -RunAsAdministrator
$ErrorActionPreference = 'Stop'
if ($PSVersionTable.PSEdition -ne 'Desktop') {
  throw 'run this in Windows PowerShell (powershell.exe): what PowerShell 7 registers is found under another name'
}

$file = Join-Path $PSScriptRoot '@NAME@.pssc'
if (-not (Test-PSSessionConfigurationFile -Path $file)) { throw "$file is not in order" }

# Only administrators may write here, and must: whoever can change the module, can change what it does as administrator.
$modules = Join-Path $env:ProgramFiles 'WindowsPowerShell\Modules'
Copy-Item -LiteralPath (Join-Path $PSScriptRoot 'patchwhy') -Destination $modules -Recurse -Force
Get-ChildItem -LiteralPath (Join-Path $modules 'patchwhy') -Recurse -File | Unblock-File

if (Get-PSSessionConfiguration -Name '@NAME@' -ErrorAction SilentlyContinue) {
  Unregister-PSSessionConfiguration -Name '@NAME@' -Force -NoServiceRestart
}
Register-PSSessionConfiguration -Name '@NAME@' -Path $file -Force
"Registered. Allowed: $((Get-PSSessionConfiguration -Name '@NAME@').Permission)"
