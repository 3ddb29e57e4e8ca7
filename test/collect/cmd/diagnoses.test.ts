/** What cmd tells is enough for the causes that most hosts have: the real engine, the shipped catalogue. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCatalogueFolder } from '../../../scripts/catalogue-folder.ts';
import { hostId } from '../../../src/core/host.ts';
import type { Outcome } from '../../../src/core/verdict.ts';
import { createJudge } from '../../../src/engine/judge.ts';
import { evidenceOf } from './document.ts';
import { LANGUAGES, type Language } from './languages.ts';
import { CLIENT, eventXml, HEALTHY, type Windows, withKeys } from './windows.ts';

const catalogue = readCatalogueFolder(join(import.meta.dirname, '../../../catalogue'));

type Judged = Extract<Outcome, { kind: 'judged' }>;

function judged(windows: Windows, language?: Language): Judged {
  const evidence = evidenceOf(windows, language);
  const outcome = createJudge(catalogue).judge(hostId('ws-1'), { kind: 'evidence', evidence });
  if (outcome.kind !== 'judged') throw new Error(`not judged: ${outcome.kind}`);
  return outcome;
}

function failing(code: string, windows: Windows = HEALTHY): Windows {
  const failure = (day: number): string =>
    eventXml(
      CLIENT,
      20,
      { errorCode: code, updateTitle: '2026-11 Cumulative Update (KB5068001)', updateGuid: '{aa}' },
      { time: `2026-11-${day}T03:00:00.0000000Z` },
    );
  return { ...windows, events: { ...windows.events, System: [failure(20), failure(19)] } };
}

function searchFailing(code: string, windows: Windows): Windows {
  const log = `${CLIENT}/Operational`;
  const failure = eventXml(CLIENT, 25, { errorCode: code });
  return { ...windows, events: { ...windows.events, [log]: [failure] } };
}

const POLICY = String.raw`HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate`;
const CBS = String.raw`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing`;

const CASES: readonly (readonly [string, string, Windows])[] = [
  ['a full disk', 'disk-full', { ...failing('0x80070070'), freeBytes: 700_000_000 }],
  [
    'a disabled update service',
    'wu-service-disabled',
    {
      ...HEALTHY,
      services: { ...HEALTHY.services, wuauserv: { state: 1, start: 4, exitCode: 1058 } },
    },
  ],
  ['a restart that is due', 'pending-reboot', withKeys(HEALTHY, { [`${CBS}\\RebootPending`]: {} })],
  [
    'a WSUS address that is none',
    'wsus-url-wrong',
    searchFailing(
      '0x80072EE7',
      withKeys(HEALTHY, {
        [POLICY]: { WUServer: ['REG_SZ', 'http://wsus 01:8530'] },
        [`${POLICY}\\AU`]: { UseWUServer: ['REG_DWORD', '0x1'] },
      }),
    ),
  ],
  ['a damaged component store', 'component-store-corrupt', failing('0x80073712')],
];

describe.each(Object.entries(LANGUAGES))(
  'a host that speaks %s and bars PowerShell',
  (_, language) => {
    test.each(CASES)('is told %s: %s', (__, cause, windows) => {
      expect(judged(windows, language).verdict.cause).toBe(cause);
    });
  },
);

test('a healthy host is healthy on its own grounds, and says that less was looked at', () => {
  const outcome = judged(HEALTHY);
  expect(outcome).toMatchObject({
    mode: 'cmd',
    reason: expect.stringContaining('0x800704EC') as string,
  });
  expect(outcome.verdict.status).toBe('ok');
  expect(outcome.verdict.grounds).not.toEqual([]);
  expect(outcome.verdict.unread.map(({ section }) => section)).toContain('windowsUpdate.history');
});

test.each<[string, Partial<Windows>]>([
  ['its logs cannot be read', { failing: { wevtutil: 5 } }],
  ['the log System is off', { logsOff: ['System'] }],
  ['its services cannot be read', { failing: { 'sc.exe': 5 } }],
  ['the keys of servicing are closed', { closed: [CBS] }],
  [
    'nothing but the build was told',
    { failing: { wevtutil: 5, 'sc.exe': 5, dism: 5, dir: 1, fsutil: 1 } },
  ],
])('a host is not called healthy where %s', (_, trouble) => {
  expect(judged({ ...HEALTHY, ...trouble }).verdict.status).not.toBe('ok');
});
