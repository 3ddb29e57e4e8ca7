import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCatalogueFolder } from '../../scripts/catalogue-folder.ts';
import { diagnose } from '../../src/causes/diagnose.ts';
import { examine } from '../../src/facts/examine.ts';
import { play } from './collector/play.ts';
import { eventData, eventXml, HEALTHY, type World } from './collector/worlds.ts';

const pwsh = process.env['PATCHWHY_PWSH'] ?? '';
if (pwsh === '')
  console.warn('SKIPPED: causes are not sought in what is collected. PATCHWHY_PWSH is not set.');

const catalogue = readCatalogueFolder(join(import.meta.dirname, '../../catalogue'));
const now = new Date();
const hoursAgo = (hours: number): string =>
  new Date(now.getTime() - hours * 3_600_000).toISOString().slice(0, 19);
const wide = (text: string): Uint8Array => Buffer.from(`\uFEFF${text}`, 'utf16le');

const FILES = {
  'Logs/CBS/CBS.log': '',
  'INF/setupapi.dev.log': '',
  'Temp/readme.txt': '',
  'WinSxS/filemaps.txt': '',
};

/** An update that failed two hours ago, on a host where nothing else is wrong. */
function failing(code: string, cim: World['cim'] = {}): World {
  const failure = eventXml({
    provider: 'Microsoft-Windows-WindowsUpdateClient',
    id: 20,
    at: hoursAgo(2),
    body: eventData({ errorCode: code, updateTitle: 'Update (KB5034763)', updateGuid: '{1}' }),
  });
  return {
    ...HEALTHY,
    cim: { ...HEALTHY.cim, ...cim },
    events: { System: { records: [failure] } },
    com: { ...HEALTHY.com, 'Microsoft.Update.Session': '-2147024891' },
  };
}

async function causesOf(
  world: World,
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<readonly string[]> {
  const { evidence, problems } = await play(pwsh, world, { files: { ...FILES, ...files } });
  expect(problems).toEqual([]);
  return diagnose(catalogue, examine(evidence, catalogue.knowledge)).causes.map(({ id }) => id);
}

describe.skipIf(pwsh === '')('what the collector brings home lets the cause be told', () => {
  test('a runtime that an installer asks for in its own log', async () => {
    const log = wide(
      [
        'MSI (s) (A4:B8) [08:14:03:123]: Produkt: Fabrikam -- .NET Desktop Runtime 8.0 nicht gefunden',
        'Aktion beendet um 8:14:02: INSTALL. Rückgabewert 3.',
      ].join('\r\n'),
    );
    const world = failing('0x80070643');
    expect(await causesOf(world, { 'Temp/a.log': log })).toContain('dotnet-missing');
    expect(
      await causesOf(world, {
        'Temp/a.log': log,
        '../Program Files/dotnet/shared/Microsoft.WindowsDesktop.App/8.0.1/a.dll': '',
      }),
    ).not.toContain('dotnet-missing');
  });

  test('a product that is named beside the refusal', async () => {
    const at = hoursAgo(2).replace('T', ' ');
    const log = `${at}, Error                 CBS    Failed to open C:\\Windows\\x.dll, in use by SophosED [HRESULT = 0x80070020]`;
    expect(await causesOf(failing('0x80070020'), { 'Logs/CBS/CBS.log': log })).toContain(
      'av-blocking',
    );
  });

  test('a flag on the component store', async () => {
    const dism = '#!/bin/sh\necho "The component store is repairable."\n';
    expect(await causesOf(failing('0x800f081f'), { 'System32/dism.exe': dism })).toContain(
      'component-store-corrupt',
    );
  });

  test('an agent that somebody switched off', async () => {
    const services = HEALTHY.cim['Win32_Service'] as readonly Record<string, unknown>[];
    const off = { Name: 'konea', State: 'Stopped', StartMode: 'Disabled' };
    const world = failing('0x80070643', { Win32_Service: [...services, off] });
    expect(await causesOf(world)).toContain('agent-broken');
    expect(await causesOf(failing('0x80070643'))).not.toContain('agent-broken');
  });

  test('what ConfigMgr says of its own deployment', async () => {
    const services = HEALTHY.cim['Win32_Service'] as readonly Record<string, unknown>[];
    const world: World = failing('0x80240438', {
      Win32_Service: [...services, { Name: 'CcmExec', State: 'Running', StartMode: 'Auto' }],
      CCM_SoftwareUpdate: [
        { ArticleID: '5034763', Name: 'x', EvaluationState: 13, ErrorCode: 0x87d0_0666 },
      ],
    });
    expect(await causesOf(world)).toContain('maintenance-window-missed');
  });
});
