/** What healthy hosts log and show every day, laid over every healthy case: nobody is accused for it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCatalogueFolder } from '../../scripts/catalogue-folder.ts';
import { parseCase } from '../../scripts/labelled-case.ts';
import { diagnose } from '../../src/causes/diagnose.ts';
import type { Evidence } from '../../src/core/look.ts';
import { examine } from '../../src/facts/examine.ts';

type Event = NonNullable<Evidence['events']>[number];
type Data = NonNullable<Event['data']>;
type Change = (evidence: Evidence, time: string) => Partial<Evidence>;

const UPDATES = 'Microsoft-Windows-WindowsUpdateClient';

const catalogue = readCatalogueFolder(join(import.meta.dirname, '../../catalogue'));
const healthy = ['visible', 'own']
  .map((name) => join(import.meta.dirname, name))
  .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  .map((file) => parseCase(readFileSync(file, 'utf8')))
  .flatMap(({ id, expected, evidence }) =>
    evidence && expected.cause === 'none' ? [{ id, evidence }] : [],
  );

/** One more event, two hours before the look. */
function event(provider: string, id: number, data: Data = {}, log = 'System'): Change {
  return ({ events }, time) => ({
    ...(events && { events: [...events, { log, provider, id, level: 2, time, count: 3, data }] }),
  });
}

const failed = (updateTitle: string, errorCode: string): Change =>
  event(UPDATES, 20, { updateTitle, errorCode });

const logs =
  (lines: NonNullable<Evidence['logs']>): Change =>
  (evidence) => ({ logs: { ...evidence.logs, ...lines } });

const HARMLESS: Readonly<Record<string, Change>> = {
  'a print spooler that crashes': event('Service Control Manager', 7031, { param1: 'Spooler' }),
  'an updater of another program that starts late': event('Service Control Manager', 7009, {
    param1: '30000',
    param2: 'Google Updater',
  }),
  'the orchestrator that stops badly at a patch restart': event('Service Control Manager', 7043),
  'a Store app that is in use': failed('9NBLGGH4QGHW-Microsoft.StickyNotes', '0x80073d02'),
  'the monthly malware tool': failed('Removal Tool - v5.120 (KB890830)', '0x80070643'),
  'a platform update of Defender': failed('Defender platform - KB4052623', '0x80240016'),
  'a driver that is there already': failed('Intel - net - 22.220.0.4', '0x80070103'),
  'a download of definitions': event(
    UPDATES,
    31,
    { updateTitle: 'Definitionen - KB2267602', errorCode: '0x80072ee2' },
    `${UPDATES}/Operational`,
  ),
  'databases of other programs': event(
    'ESENT',
    455,
    { param1: 'svchost', param2: 'SRUJet: ', param3: '-1811' },
    'Application',
  ),
  'the update database in use': event(
    'ESENT',
    490,
    { param1: 'wuaueng.dll', param3: '-1032 (0xfffffbf8)' },
    'Application',
  ),
  'a slow write to the update database': event(
    'ESENT',
    508,
    { param1: 'wuaueng.dll' },
    'Application',
  ),
  'a late answer of the disk': event('disk', 153, { param1: '\\Device\\Harddisk0\\DR0' }),
  'a failing stick': event('disk', 11, { param1: '\\Device\\Harddisk3\\DR7' }),
  'a power cut': event('Microsoft-Windows-Kernel-Power', 41),
  'failed handshakes of other programs': event('Schannel', 36_887, { param1: '70' }),
  'Secure Boot certificates not renewed yet': event('Microsoft-Windows-TPM-WMI', 1801),
  'a Secure Boot write put off': event('Microsoft-Windows-TPM-WMI', 1796),
  'a download of another program': event(
    'Microsoft-Windows-Bits-Client',
    61,
    { hr: '0x80072EE7', url: 'http://edgedl.example/x' },
    'Microsoft-Windows-Bits-Client/Operational',
  ),
  'a blocked game': event(
    'Microsoft-Windows-AppLocker',
    8004,
    { FilePath: 'C:\\Users\\x\\game.exe' },
    'Microsoft-Windows-AppLocker/EXE and DLL',
  ),
  'an express download that goes on': event(
    'Microsoft-Windows-Servicing',
    3,
    { PackageIdentifier: 'KB5099998', IntendedPackageState: 5064, ErrorCode: '0x800f0816' },
    'Setup',
  ),
  'an installation called off by the user': event(
    'MsiInstaller',
    1033,
    { param1: 'Some Tool', param2: '1', param3: '1033', param4: '1602' },
    'Application',
  ),
  'harmless lines of CBS.log': logs({
    cbs: [
      { level: 'error', text: 'Failed setting restore point [HRESULT = 0x80070422]' },
      { level: 'error', text: 'Failed to process single phase execution. [HRESULT = 0x800f0805]' },
    ],
  }),
  'old lines of installers': logs({
    msi: [{ text: 'Action ended: Return value 3.' }, { text: 'requires .NET Framework 4.8' }],
    setup: [{ text: 'BlockingApplication: Old Tool' }],
  }),
  'files to be renamed': ({ reboot }) => ({
    ...(reboot && { reboot: { ...reboot, pendingFileRename: ['C:\\a'] } }),
  }),
  'a store flag without a failure': () => ({ componentStore: { health: 'repairable' } }),
  'a fresh marker without a failure': (_, time) => ({
    audit: { lastPatchError: 'DiskFull', auditDate: time },
  }),
  'a disk with six GiB left': ({ volumes }) => ({
    ...(volumes && {
      volumes: volumes.map((one) =>
        one.role === 'system' ? { ...one, freeBytes: 6 * 2 ** 30 } : one,
      ),
    }),
  }),
  'a clock three minutes off': () => ({ clockSkewSeconds: 200 }),
  'a name server that was slow': ({ network }) => ({
    network: {
      ...network,
      probes: [
        { target: 'https://x.example', resolved: null, connected: null, error: 'EAI_AGAIN' },
      ],
    },
  }),
  'a task of another program that missed starts': (_, time) => ({
    tasks: [{ path: '\\GoogleUpdateTaskMachineUA', missedRuns: 5, lastRun: time }],
  }),
  'an absent WMI class of an optional product': ({ errors }) => ({
    errors: [...(errors ?? []), { section: 'security', hresult: '0x8004100E' }],
  }),
};

test.each(Object.entries(HARMLESS))('%s', (_, change) => {
  const verdicts = healthy.map(({ id, evidence }) => {
    const time = new Date(Date.parse(evidence.collectedAt) - 7_200_000).toISOString();
    const noisy: Evidence = { ...evidence, ...change(evidence, `${time.slice(0, 19)}Z`) };
    return [id, diagnose(catalogue, examine(noisy, catalogue.knowledge)).cause] as const;
  });
  expect(verdicts.length).toBeGreaterThan(40);
  expect(verdicts.filter(([, cause]) => cause !== 'none')).toEqual([]);
});
