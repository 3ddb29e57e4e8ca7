/**
 * The collector as one script to be carried to a host that nothing reaches. Works where the collector works: PowerShell
 * 3.0 and newer, constrained language too, so it calls no .NET. Pure; knows no file of ours.
 */
import { collectorScript } from './script.ts';

/** Marks the answer in the packed script: nobody else writes between its lines. */
const NONCE = 'bundle00';
export const BUNDLE_MARK = 'PATCHWHY-BUNDLE/1';

const HEAD = `# patchwhy: what this host says about its Windows updates, for a host that the console cannot reach.
# It reads, and writes one file beside itself, HOST-DATE.patchwhy. It changes nothing else and sends nothing anywhere.
# Run it as administrator, in the folder that the file shall be written to:
#   powershell -NoProfile -Command "Get-Content -Raw .\\patchwhy-collector.ps1 | Invoke-Expression"
# which no execution policy forbids; signed by you, it can be run as any script. Carry the file to the console, then:
#   patchwhy evidence import HOST-DATE.patchwhy

`;

// The hash is taken of a file: constrained language has no other way. certutil is for PowerShell 3.0, which lacks Get-FileHash.
const TAIL = `
Write-Host 'patchwhy reads:' ('@SECTIONS@' -replace ',', ', ')
Write-Host 'This takes up to three minutes.'
$patchwhyLines = @(Get-PatchEvidence)
$patchwhyDocument = $patchwhyLines[1]
if (-not $patchwhyDocument) { throw 'patchwhy: the collector gave no document' }
$patchwhyName = '{0}-{1}' -f $env:COMPUTERNAME, (Get-Date).ToUniversalTime().ToString('yyyyMMdd-HHmmss')
$patchwhyPart = Join-Path (Get-Location).ProviderPath "$patchwhyName.part"
$patchwhyFile = Join-Path (Get-Location).ProviderPath "$patchwhyName.patchwhy"
Set-Content -LiteralPath $patchwhyPart -Value $patchwhyDocument -Encoding ASCII
try {
  if (Get-Command Get-FileHash -ErrorAction SilentlyContinue) {
    $patchwhyHash = (Get-FileHash -LiteralPath $patchwhyPart -Algorithm SHA256).Hash
  } else {
    $patchwhyHash = @(certutil.exe -hashfile $patchwhyPart SHA256)[1] -replace '[^0-9A-Fa-f]', ''
  }
  $patchwhyHash = "$patchwhyHash".ToLowerInvariant()
  Set-Content -LiteralPath $patchwhyFile -Value "${BUNDLE_MARK} sha256=$patchwhyHash", $patchwhyDocument -Encoding ASCII
} finally {
  Remove-Item -LiteralPath $patchwhyPart
}
Write-Host "written: $patchwhyFile ($((Get-Item -LiteralPath $patchwhyFile).Length) bytes)"
Write-Host "SHA-256: $patchwhyHash"
Write-Host 'Note the SHA-256 down: the console shows the same one when nothing was changed on the way.'
`;

/** The packed script: ASCII, lines ended by CRLF, as Windows editors and signing tools want them. */
export function packedScript(sections: readonly string[]): string {
  const body = asFunctionBody(collectorScript(NONCE));
  const tail = TAIL.replace('@SECTIONS@', sections.join(','));
  return `${HEAD}function Get-PatchEvidence {\n${body}}\n${tail}`.replace(/\r?\n/g, '\r\n');
}

/** In a function, `exit` would end whoever called it. */
export function asFunctionBody(script: string): string {
  return script.replace(/^(\s*)exit 0$/gm, '$1return');
}
