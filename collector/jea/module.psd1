@{
  RootModule = 'patchwhy.psm1'
  ModuleVersion = '@VERSION@'
  GUID = 'd3a3c2a5-6f0e-4c52-9d0e-0c5b7a5b1f21'
  Author = 'patchwhy'
  Description = 'Says why Windows updates fail on this host. Reads, and changes nothing.'
  PowerShellVersion = '5.1'
  FunctionsToExport = @('Get-PatchEvidence')
  CmdletsToExport = @()
  VariablesToExport = @()
  AliasesToExport = @()
}
