/**
 * The collector as one script to be carried to a host that nothing reaches, and a starter to double-click. Works where
 * the collector works: PowerShell 3.0 and newer, constrained language too, so what is around it calls no .NET. Pure.
 */
import { collectorParts } from './script.ts';

/** Marks the answer in the packed script: nobody else writes between its lines. */
const NONCE = 'bundle00';
/** What the collector is called where it is a function: in the packed script, and at a JEA endpoint. */
export const COLLECTOR_FUNCTION = 'Get-PatchEvidence';

const HEAD = `# patchwhy: what this host says about its Windows updates, for a host that the console cannot reach.
# It reads, and writes one file beside itself, HOST-DATE.patchwhy. It changes nothing else and sends nothing anywhere.
# Run it as administrator, in the folder that holds it:
#   powershell -NoProfile -Command "Get-Content -Raw .\\@FILE@ | Invoke-Expression"
# No execution policy has to be changed for that. Signed by somebody the host trusts, it also runs as any script does:
#   .\\@FILE@ -OutFile D:\\host.patchwhy
# Carry the file to the console, then: patchwhy evidence import HOST-DATE.patchwhy
param([string]$OutFile)

`;

// Two files, for the hash can only be taken of one: constrained language has no way to hash a text. What was hashed is
// then written again below its hash, by the same cmdlet, hence byte by byte the same.
const TAIL = `
function Get-PatchwhyHash([string]$path) {
  # A function of Microsoft's own module, since 4.0; where application control is on, it is often not found.
  try { $hash = (Get-FileHash -LiteralPath $path -Algorithm SHA256).Hash } catch { $hash = '' }
  if (-not $hash) {
    # The second line is the hash, up to Windows 8 with a blank between the bytes; the others are in the host's language.
    try { $hash = @(& "$env:SystemRoot\\System32\\certutil.exe" -hashfile $path SHA256)[1] -replace ' ', '' } catch { $hash = '' }
  }
  $hash = "$hash".ToLowerInvariant()
  if ($hash -cnotmatch '^[0-9a-f]{64}$') { throw 'patchwhy: neither Get-FileHash nor certutil.exe may run here; without a hash the file would not be taken' }
  $hash
}

function Write-PatchwhyBundle([string]$outFile) {
  $ErrorActionPreference = 'Stop'
  Write-Host 'patchwhy reads; this takes up to three minutes.'
  $document = @(${COLLECTOR_FUNCTION}) -clike '{"schema":*' | Select-Object -First 1
  if (-not $document) { throw 'patchwhy: the collector gave no document' }
  if (-not $outFile) {
    # Invoke-Expression knows no script, hence no folder of one.
    $folder = $PSScriptRoot
    if (-not $folder) { $folder = (Get-Location -PSProvider FileSystem).ProviderPath }
    # Not -Format: its digits and its year are those of the host's culture and calendar.
    $time = (Get-Date).ToUniversalTime().ToString('s') -replace '[-:]', '' -replace 'T', '-'
    $outFile = Join-Path $folder "$env:COMPUTERNAME-$time.patchwhy"
  }
  $part = "$outFile.part"
  try {
    Set-Content -LiteralPath $part -Value $document -Encoding ASCII
    $mark = "PATCHWHY-BUNDLE/1 sha256=$(Get-PatchwhyHash $part) bytes=$((Get-Item -LiteralPath $part).Length)"
    Set-Content -LiteralPath $outFile -Value $mark, $document -Encoding ASCII
  } finally {
    if (Test-Path -LiteralPath $part) { Remove-Item -LiteralPath $part }
  }
  try {
    $said = $document | ConvertFrom-Json
    if ($said.collector.elevated -eq $false) { Write-Host '  not run as administrator: what that cost stands below' }
    foreach ($failure in @($said.errors)) {
      if ($failure) { Write-Host "  not read: $($failure.section) $($failure.hresult) $($failure.message)" }
    }
  } catch {
    Write-Host '  what was not read cannot be listed here; the console lists it'
  }
  Write-Host "written: $outFile"
  Write-Host "size:    $((Get-Item -LiteralPath $outFile).Length) bytes"
  Write-Host "SHA-256: $(Get-PatchwhyHash $outFile)"
  Write-Host 'Note the hash down: patchwhy evidence import shows the same one if nobody changed the file on the way.'
}

Write-PatchwhyBundle $OutFile
`;

/**
 * The packed script: ASCII, lines ended by CRLF, as Windows editors and signing tools want them.
 *
 * @param file the name it will have, of letters, digits, `_`, `.` and `-`, for what it says of itself
 */
export function packedScript(file: string): string {
  const { head, sections, end } = collectorParts(NONCE);
  const told = sections.map(
    ({ name, text }, at) => `Write-Host '  ${at + 1} of ${sections.length}: ${name}'\n${text}`,
  );
  const body = asFunctionBody(head + told.join('') + end);
  const script = `${HEAD.replaceAll('@FILE@', file)}function ${COLLECTOR_FUNCTION} {\n${body}}\n${TAIL}`;
  return script.replaceAll('\n', '\r\n');
}

/** In a function, `exit` would end whoever called it. */
export function asFunctionBody(script: string): string {
  return script.replace(/^(\s*)exit 0$/gm, '$1return');
}

/**
 * A starter for whoever would rather double-click: hands the script's text to the host's own 64-bit PowerShell. An
 * execution policy, and the mark of a download with it, concerns script files and no text (about_Execution_Policies).
 *
 * @param file the packed script, in the same folder
 */
export function packedStarter(file: string): string {
  return [
    '@echo off',
    `rem Runs ${file}, which lies beside this file. Start it as administrator: less is read otherwise.`,
    'setlocal',
    'rem An elevated prompt starts in System32; pushd also gives a network folder a drive letter.',
    'pushd "%~dp0" || exit /b 1',
    'rem Seen from a 32-bit process, System32 is the 32-bit one, and its PowerShell sees another registry.',
    String.raw`set "windows=%SystemRoot%\System32"`,
    String.raw`if exist "%SystemRoot%\Sysnative\cmd.exe" set "windows=%SystemRoot%\Sysnative"`,
    `"%windows%\\WindowsPowerShell\\v1.0\\powershell.exe" -NoProfile -Command "Get-Content -Raw -LiteralPath '.\\${file}' | Invoke-Expression"`,
    'set "code=%ERRORLEVEL%"',
    'popd',
    'pause',
    'exit /b %code%',
    '',
  ].join('\r\n');
}
