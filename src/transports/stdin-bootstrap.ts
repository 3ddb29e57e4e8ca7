/**
 * How a script reaches PowerShell where there is a stdin: a few words on the command line read it whole and run it.
 * They work in ConstrainedLanguage, and their base64 needs no quoting in cmd, PowerShell or any other shell.
 */
const BOOTSTRAP =
  '$ProgressPreference = \'SilentlyContinue\'\nInvoke-Expression (@($input) -join "`n")';

export const POWERSHELL_ARGUMENTS: readonly string[] = [
  '-NoProfile',
  '-NonInteractive',
  '-OutputFormat',
  'Text',
  '-EncodedCommand',
  Buffer.from(BOOTSTRAP, 'utf16le').toString('base64'),
];
