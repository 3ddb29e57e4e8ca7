import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jeaCommand } from '../../src/collect/jea.ts';
import { FrameReader } from '../../src/collect/frame.ts';
import { collectorScript } from '../../src/collect/script.ts';
import type { Evidence } from '../../src/core/look.ts';
import type { Job } from '../../src/transports/transport.ts';
import { runScript } from '../transports/winrm/run-script.ts';
import { play } from './collector/play.ts';
import { HEALTHY } from './collector/worlds.ts';
import { outOfProcess, type OutOfProcess } from './psrp/out-of-process.ts';
import { powershellHost } from './psrp/powershell-host.ts';
import { stagedEndpoint, type StagedEndpoint } from './psrp/staged-endpoint.ts';

const pwsh = process.env['PATCHWHY_PWSH'] ?? '';
if (pwsh === '')
  console.warn('SKIPPED: PowerShell remoting is not tried. PATCHWHY_PWSH names no PowerShell.');
const SERVER = ['-s', '-NoLogo', '-NoProfile'];
const NONCE = 'ab12cd34';

describe.skipIf(pwsh === '')('a real PowerShell at the other end', () => {
  let session: OutOfProcess;
  beforeAll(async () => {
    session = await outOfProcess(pwsh, SERVER, { room: 4096 });
  });
  afterAll(() => session[Symbol.asyncDispose]());

  test('runs a script and answers with its strings', async () => {
    const { output, errors, state, guids } = await session.run({
      script: `'one'; "two_x0041_ \`r\`n$([char]0x2603)$([char]::ConvertFromUtf32(0x1F600))"; 3; Get-Item / | ForEach-Object Name`,
    });
    expect({ output, errors, state }).toEqual({
      output: ['one', 'two_x0041_ \r\n\u2603\u{1F600}', '3', '/'],
      errors: [],
      state: 'completed',
    });
    // Only with their bytes in the right order do the GUIDs come back as they were sent.
    expect(new Set(guids.map(([pool]) => pool))).toEqual(new Set([session.pool]));
  });

  test('says by its id that there is no such command', async () => {
    expect(await session.run(jeaCommand(NONCE))).toMatchObject({
      output: [],
      errors: [{ id: 'CommandNotFoundException' }],
      state: 'failed',
    });
  });

  test('goes on after an error that does not end it', async () => {
    expect(await session.run({ script: "Get-Item /none; 'after'" })).toMatchObject({
      output: ['after'],
      errors: [{ id: 'PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand' }],
      state: 'completed',
    });
  });

  test('tells the code of what ended it', async () => {
    const { errors } = await session.run({ script: 'throw [OutOfMemoryException]::new()' });
    expect(errors).toMatchObject([{ hresult: '0x8007000E' }]);
  });

  test('is alive after an exit, and that ends the script', async () => {
    expect(await session.run({ script: "'a'; exit 3; 'b'" })).toMatchObject({ output: ['a'] });
    expect(await session.run({ script: "'alive'" })).toMatchObject({ output: ['alive'] });
  });

  test('answers with a megabyte in many fragments', async () => {
    const { output } = await session.run({ script: "'x' * 1000000; 'end'" });
    expect(output.map(({ length }) => length)).toEqual([1_000_000, 3]);
  });

  test('takes a script in hundreds of fragments', async () => {
    const script = `${'# "" _x0041_ <&> déjà\n'.repeat(20_000)}'long'`;
    expect(await session.run({ script })).toMatchObject({ output: ['long'], errors: [] });
  });

  test('keeps progress, warnings and host output apart from what was asked', async () => {
    const script = "Write-Progress p; Write-Warning w; Write-Host h; 'asked'";
    expect(await session.run({ script })).toMatchObject({ output: ['asked'], errors: [] });
  });

  test('does not wait for somebody to answer a prompt', async () => {
    expect(await session.run({ script: "Read-Host 'who'" })).toMatchObject({ state: 'failed' });
  });

  test('runs the whole collector', async () => {
    const { output, state } = await session.run({ script: collectorScript(NONCE) });
    expect(state).toBe('completed');
    expect(document(output)).toMatchObject({ schema: 'evidence/1' });
  });
});

test.skipIf(pwsh === '')('the generated files are what PowerShell takes them for', async () => {
  using folder = stagedEndpoint(HEALTHY);
  const script = `
    $ErrorActionPreference = 'Stop'
    Set-Location '${folder.modules}'
    $endpoint = Import-PowerShellDataFile ./patchwhy.pssc
    $role = Import-PowerShellDataFile ./patchwhy/RoleCapabilities/patchwhy.psrc
    $module = Test-ModuleManifest ./patchwhy/patchwhy.psd1
    $errors = $null
    $null = [System.Management.Automation.Language.Parser]::ParseFile("$PWD/register.ps1", [ref]$null, [ref]$errors)
    @{
      group = "$($endpoint.RoleDefinitions.Keys)"; role = $endpoint.RoleDefinitions.Values.RoleCapabilities
      visible = $role.VisibleFunctions; exports = "$($module.ExportedCommands.Keys)"; version = "$($module.Version)"; errors = $errors.Count
    } | ConvertTo-Json -Compress`;
  const { stdout } = await promisify(execFile)(pwsh, ['-NoProfile', '-Command', script]);
  expect(JSON.parse(stdout)).toEqual({
    group: String.raw`ACME\Help'desk`,
    role: 'patchwhy',
    visible: ['Get-PatchEvidence'],
    exports: 'Get-PatchEvidence',
    version: '1.2.3',
    errors: 0,
  });
});

describe.skipIf(pwsh === '')('the generated endpoint in a real PowerShell', () => {
  let staged: StagedEndpoint;
  let session: OutOfProcess;
  beforeAll(async () => {
    staged = stagedEndpoint(HEALTHY);
    session = await outOfProcess(pwsh, [...SERVER, '-ConfigurationFile', staged.configuration], {
      environment: { PSModulePath: staged.modules },
    });
  });
  afterAll(async () => {
    await session[Symbol.asyncDispose]();
    staged[Symbol.dispose]();
  });

  test('answers with the document that the script would have given, twice', async () => {
    const { evidence } = await play(pwsh, HEALTHY);
    for (const nonce of [NONCE, 'ef56gh78']) {
      const { output, errors, state } = await session.run(jeaCommand(nonce));
      expect({ errors, state }).toEqual({ errors: [], state: 'completed' });
      expect(abstract(document(output, nonce))).toEqual(abstract(evidence));
    }
  });

  test('says in its document that it is of another version', async () => {
    const { name, parameters } = jeaCommand(NONCE);
    const { output } = await session.run({
      name,
      parameters: { ...parameters, Sha256: '0'.repeat(64) },
    });
    expect(document(output).errors).toContainEqual({
      section: 'collector.version',
      message: expect.stringContaining('patchwhy collector jea') as string,
    });
  });

  test('lets nobody call anything but the function', async () => {
    const { output } = await session.run({ name: 'Get-Command', parameters: {} });
    // All but ours is what every restricted session has.
    expect(output).toEqual([
      'Clear-Host',
      'Exit-PSSession',
      'Get-Command',
      'Get-FormatData',
      'Get-Help',
      'Get-PatchEvidence',
      'Measure-Object',
      'Out-Default',
      'Select-Object',
    ]);
  });

  test.each([
    ['Get-Item', { Path: '/' }],
    ['Import-Module', { Name: 'Microsoft.PowerShell.Management' }],
    ['Invoke-Expression', { Command: '1' }],
    ['Microsoft.PowerShell.Management\\Get-Item', { Path: '/' }],
    ['/bin/ls', {}],
    ['ConvertTo-JsonText', { value: '1' }],
  ])('refuses %s', async (name, parameters) => {
    expect(await session.run({ name, parameters })).toMatchObject({
      output: [],
      errors: [{ id: 'CommandNotFoundException' }],
      state: 'failed',
    });
  });

  test('refuses every script', async () => {
    for (const script of ["'a'", '1', 'Get-PatchEvidence -Nonce ab12cd34; Get-Item /'])
      expect(await session.run({ script })).toMatchObject({
        output: [],
        errors: [{ id: 'ScriptsNotAllowed' }],
      });
  });

  test.each(['', 'short', "ab12cd34'; Get-Item /", 'ab12cd34\n', '$(Get-Item /)', 'a'.repeat(33)])(
    'refuses the nonce %j',
    async (nonce) => {
      const { name } = jeaCommand(NONCE);
      const { output, errors } = await session.run({ name, parameters: { Nonce: nonce } });
      expect(output).toEqual([]);
      expect(errors).toMatchObject([
        { id: expect.stringMatching(/,Get-PatchEvidence$/) as string },
      ]);
    },
  );

  test('names the parameter that it does not know', async () => {
    const { name, parameters } = jeaCommand(NONCE);
    const { errors } = await session.run({ name, parameters: { ...parameters, Other: '1' } });
    expect(errors).toMatchObject([{ id: 'NamedParameterNotFound,Get-PatchEvidence' }]);
  });
});

describe.skipIf(pwsh === '')('a session with a real PowerShell behind WinRM', () => {
  const job = (nonce: string): Job => ({
    kind: 'powershell',
    script: collectorScript(nonce),
    command: jeaCommand(nonce),
  });
  const limits = { connectMs: 30_000, collectMs: 60_000 };

  test('gets the document by the command, where scripts are not allowed', async () => {
    using staged = stagedEndpoint(HEALTHY);
    const args = [...SERVER, '-ConfigurationFile', staged.configuration];
    const host = await powershellHost(pwsh, args, { PSModulePath: staged.modules });
    const ran = await runScript(host, { endpoint: 'patchwhy', job: job(NONCE), limits });
    expect(ran).toMatchObject({ stderr: '', exits: [0] });
    expect(document([ran.stdout])).toMatchObject({
      host: 'STAGE-01',
      errors: expect.any(Array) as unknown,
    });
  });

  test('gets it by the script, where there is no such command', async () => {
    const host = await powershellHost(pwsh, SERVER);
    const ran = await runScript(host, {
      endpoint: 'microsoft.powershell',
      job: job(NONCE),
      limits,
    });
    expect(ran).toMatchObject({ stderr: '', exits: [0] });
    expect(document([ran.stdout])).toMatchObject({ schema: 'evidence/1' });
    expect(ran.commands).toHaveLength(2);
  });

  test('is told that the endpoint of somebody else has nothing for us', async () => {
    using staged = stagedEndpoint(HEALTHY);
    const args = [...SERVER, '-ConfigurationFile', staged.configuration];
    const host = await powershellHost(pwsh, args, { PSModulePath: staged.modules });
    const command = { name: 'Get-Something', parameters: {} };
    await expect(
      runScript(host, {
        endpoint: 'other',
        job: { kind: 'powershell', script: '1', command },
        limits,
      }),
    ).rejects.toMatchObject({ stage: 'collector', code: 'NO_FUNCTION' });
  });
});

function document(output: readonly string[], nonce = NONCE): Evidence {
  const reader = new FrameReader(nonce);
  reader.push(Buffer.from(`${output.join('\r\n')}\r\n`));
  const result = reader.end();
  if (result.kind !== 'document') throw new Error(JSON.stringify(result));
  return JSON.parse(result.text) as Evidence;
}

/** Without what is of one run or one folder. */
function abstract({ collectedAt: _, collector, ...evidence }: Evidence): unknown {
  const text = JSON.stringify({ ...evidence, collector: { ...collector, durationMs: 0 } });
  return JSON.parse(
    text.replace(/[^" ]*patchwhy-(?:stage|endpoint)-\w+\/(?:Windows|root)/g, 'ROOT'),
  );
}
