import { describe, expect, test } from 'vitest';
import { examine } from '../../src/facts/examine.ts';
import { troubleSince } from '../../src/facts/open-failures.ts';
import type { Facts } from '../../src/facts/declared.ts';
import type { CauseCase } from '../causes/cause-case.ts';
import { evidenceOf } from '../causes/cause-case.ts';

const KNOWLEDGE = { lifecycle: [], builds: [{ build: 19_045, kb: 'KB5034763', ubr: 4046 }] };

function factsOf(one: Omit<CauseCase, 'name'>): Facts {
  return examine(evidenceOf({ name: 'x', ...one }), KNOWLEDGE).facts;
}

const failed = { kb: 'KB5034763', code: '0x80073712', at: '-4d' };
const open = (one: Omit<CauseCase, 'name'>): readonly string[] =>
  factsOf(one).open.installs.map(({ name }) => name);
const listed = (kb: string): Record<string, unknown> => ({
  title: `(${kb})`,
  kb,
  type: 'software',
});

describe('a failure is open until something later contradicts it', () => {
  test('nothing does', () => expect(open({ fails: [failed] })).toEqual(['KB5034763']));

  test.each<readonly [string, Omit<CauseCase, 'name'>]>([
    ['the same KB installed', { installed: [{ kb: 'KB5034763', at: '-2d' }] }],
    [
      'the same KB installed and waits for its restart',
      { installed: [{ kb: 'KB5034763', at: '-2d', code: '0x00240005' }] },
    ],
    [
      'the next month of the same series installed',
      { installed: [{ kb: 'KB5035845', at: '-2d' }] },
    ],
    ['the running build has reached that of the KB', { patch: { os: { ubr: 4046 } } }],
    [
      'the next month of the same series was tried, and failed too',
      { fails: [failed, { kb: 'KB5035845', code: '0x80070002', at: '-1d' }] },
    ],
    [
      'a later version of Windows was installed',
      { installed: [{ title: 'Windows 10, version 22H2', at: '-1d' }] },
    ],
    ['it was for an older version than the one that runs', { patch: { os: { build: 22_631 } } }],
    ['a hotfix list names it', { patch: { hotfixes: [{ kb: 'KB5034763', installedOn: '-1d' }] } }],
    [
      'a hotfix list names it without a day',
      { patch: { hotfixes: [{ kb: 'KB5034763', installedOn: null }] } },
    ],
    [
      'a hotfix list names it, with the day of the failure',
      { patch: { hotfixes: [{ kb: 'KB5034763', installedOn: '2024-02-16' }] } },
    ],
    [
      'the search of this very look no longer offers it',
      {
        patch: {
          windowsUpdate: {
            applicable: [],
            lastScanSuccess: null,
            scan: { mode: 'online', at: '-1h', result: 'succeeded' },
          },
        },
      },
    ],
    [
      'the newest of the packages came later',
      {
        patch: {
          packages: [
            { name: 'Package_for_RollupFix~1', state: 'installed', installedAt: '-30d' },
            { name: 'Package_for_RollupFix~2', state: 'installed', installedAt: '-1d' },
          ],
        },
      },
    ],
    [
      'a good search no longer offers it',
      {
        patch: { windowsUpdate: { applicable: [listed('KB5035845')], scan: { mode: 'offline' } } },
      },
    ],
  ])('%s', (_, later) => {
    expect(open({ fails: [failed], ...later })).not.toContain('KB5034763');
  });

  test.each<readonly [string, Omit<CauseCase, 'name'>]>([
    [
      'another update of that month failed',
      {
        fails: [
          failed,
          {
            kb: 'KB5034685',
            title: '2024-02 .NET 8.0.2 (KB5034685)',
            code: '0x80070643',
            at: '-1d',
          },
        ],
      },
    ],
    ['an older month installed before', { installed: [{ kb: 'KB5034122', at: '-9d' }] }],
    [
      'a search offers it still',
      {
        patch: { windowsUpdate: { applicable: [listed('KB5034763')], scan: { mode: 'offline' } } },
      },
    ],
    [
      'nobody tells by which search the list came',
      { patch: { windowsUpdate: { applicable: [listed('KB5035845')] } } },
    ],
    [
      'the search that no longer offers it is older',
      {
        patch: {
          windowsUpdate: {
            applicable: [],
            lastScanSuccess: '-6d',
            scan: { mode: 'offline' },
          },
        },
      },
    ],
    [
      'a package of another kind came later',
      {
        patch: {
          packages: [{ name: 'Package_for_KB1~', state: 'installed', installedAt: '-1d' }],
        },
      },
    ],
    [
      'a search on line that came to an end with errors does not offer it',
      {
        patch: {
          windowsUpdate: {
            applicable: [],
            scan: { mode: 'online', at: '-1h', result: 'succeededWithErrors' },
          },
        },
      },
    ],
    [
      'another source tells of a success at the same moment',
      { installed: [{ kb: 'KB5034763', at: '-4d' }], patch: { hotfixes: [] } },
    ],
    [
      'a hotfix list names it, with the day before',
      { patch: { hotfixes: [{ kb: 'KB5034763', installedOn: '2024-02-15' }] } },
    ],
    [
      'only definitions installed',
      { installed: [{ kb: 'KB2267602', at: '-1d', title: 'Definitionen (KB2267602)' }] },
    ],
  ])('but not when %s', (_, later) => {
    expect(open({ fails: [failed], ...later })).toContain('KB5034763');
  });
});

const old = { kb: 'KB5033909', title: '.NET (KB5033909)', code: '0x80070643', at: '-60d' };

test.each<readonly [string, Omit<CauseCase, 'name'>, readonly string[]]>([
  ['others went well since', { installed: [{ kb: 'KB5034122', at: '-20d' }] }, []],
  [
    'others went well since, and one before',
    {
      installed: [
        { kb: 'KB5034122', at: '-20d' },
        { kb: 'KB5031356', at: '-90d' },
      ],
    },
    [],
  ],
  ['nothing went well since', { installed: [{ kb: 'KB5031356', at: '-90d' }] }, ['KB5033909']],
])('what nobody tried for a month: %s', (_, later, expected) => {
  expect(open({ fails: [old], ...later })).toEqual(expected);
});

test.each([
  ['a quarter', '-91d', []],
  ['less than a quarter', '-60d', ['Windows 11, version 23H2']],
])('a feature upgrade may wait for a quarter: %s', (_, at, expected) => {
  const upgrade = { title: 'Windows 11, version 23H2', code: '0x80240FFF', at };
  expect(open({ fails: [upgrade] })).toEqual(expected);
});

test('what failed, went in and failed again is open, since the last success', () => {
  const fails = [
    { ...failed, at: '-6d' },
    { ...failed, at: '-2d' },
  ];
  const one = { fails, installed: [{ kb: 'KB5034763', at: '-4d' }], patch: { hotfixes: [] } };
  expect(factsOf(one).open.installs).toMatchObject([
    { tries: 1, first: new Date('2024-02-18T08:00:00Z') },
  ]);
});

test('trouble begins a day before the first open failure, or the newest of folded ones', () => {
  const begin = (one: Omit<CauseCase, 'name'>): string =>
    new Date(troubleSince(factsOf(one))).toISOString();
  expect(begin({ fails: [failed, { ...failed, at: '-2d' }] })).toBe('2024-02-15T08:00:00.000Z');
  const folded = {
    log: 'System',
    provider: 'Microsoft-Windows-WindowsUpdateClient',
    id: 20,
    time: '-2d',
    count: 5,
    data: { errorCode: '0x80073712', updateTitle: '(KB5034763)' },
  };
  expect(begin({ events: [folded] as never })).toBe('2024-02-17T08:00:00.000Z');
});

test('what has no KB is told apart by its title', () => {
  const rows = [
    { title: '7-Zip 23.01', deployedAt: '-4d', exitCode: 1603 },
    { title: 'Zoom 5.17', deployedAt: '-2d', exitCode: 0 },
  ];
  expect(open({ patch: { agents: [{ product: 'x', deployments: rows }] } })).toEqual([
    '7-Zip 23.01',
  ]);
});

test.each([
  ['0x80070643', ['KB5034763']],
  ['0x80073712', ['KB5034763', 'Acme VPN']],
])('Windows Installer beside an update that failed with %s', (code, expected) => {
  const product = 'Product: Acme VPN -- Installation failed.';
  const msi = { log: 'Application', provider: 'MsiInstaller', id: 11_708, time: '-4d' };
  const events = [{ ...msi, data: { param1: product } }];
  expect(open({ fails: [{ ...failed, code }], events }).toSorted()).toEqual(expected.toSorted());
});

test.each([
  ['failed a day apart', 11_708, '-3d', ['Acme VPN', 'KB5034763']],
  ['succeeded at that moment', 11_707, '-4d', ['KB5034763']],
])('Windows Installer %s from an update that failed with 0x80070643', (_, id, time, expected) => {
  const product = 'Product: Acme VPN -- as it says.';
  const events = [
    { log: 'Application', provider: 'MsiInstaller', id, time, data: { param1: product } },
  ];
  const fails = [{ ...failed, code: '0x80070643' }];
  expect(open({ fails, events }).toSorted()).toEqual(expected);
});

test.each([
  [{ operation: 'uninstall', result: 'failed', hresult: '0x80070002' }, []],
  [{ operation: 'install', result: 'inProgress', hresult: '0x80070002' }, []],
  [{ operation: 'install', result: 'aborted', hresult: '0x8024000B' }, ['KB5034763']],
])('of the history, %o', (told, expected) => {
  const row = { time: '-4d', kb: 'KB5034763', title: 'x (KB5034763)', ...told };
  expect(open({ patch: { windowsUpdate: { history: [row] } } })).toEqual(expected);
});

test('what servicing has only staged is no installation', () => {
  const staged = {
    log: 'Setup',
    provider: 'Microsoft-Windows-Servicing',
    id: 2,
    time: '-1d',
    data: { PackageIdentifier: 'KB5034763', IntendedPackageState: 5056, ErrorCode: '0x0' },
  };
  expect(open({ fails: [failed], events: [staged] })).toEqual(['KB5034763']);
});

test('an agent may want what the search does not offer', () => {
  const agents = [
    { product: 'x', deployments: [{ title: '7-Zip 23.01', deployedAt: '-4d', exitCode: 1603 }] },
  ];
  const windowsUpdate = { applicable: [], scan: { mode: 'offline' } };
  expect(open({ patch: { agents, windowsUpdate } })).toEqual(['7-Zip 23.01']);
});

test('servicing alone tells that the next try went in', () => {
  const told = (id: number, time: string): object => ({
    log: 'Setup',
    provider: 'Microsoft-Windows-Servicing',
    id,
    time,
    data: { PackageIdentifier: 'KB5034763', IntendedPackageState: 5112, ErrorCode: '0x800f0831' },
  });
  expect(open({ events: [told(3, '-2d'), told(2, '-1d')] as never })).toEqual([]);
  expect(open({ events: [told(2, '-2d'), told(3, '-1d')] as never })).toEqual(['KB5034763']);
});

test.each([
  [
    'it had waited for the start',
    [{ kb: 'KB5034763', at: '-6d', code: '0x00240005' }],
    '-5d',
    true,
  ],
  ['it had not waited', [{ kb: 'KB5034122', at: '-20d' }], '-5d', false],
  [
    'that was hours after the start',
    [{ kb: 'KB5034763', at: '-6d', code: '0x00240005' }],
    '-115h',
    false,
  ],
  ['it went in after that start', [{ kb: 'KB5034763', at: '-119h' }], '-5d', false],
])('failed after a restart, where %s', (_, installed, at, afterRestart) => {
  const [failure] = factsOf({ installed, fails: [{ ...failed, at }] }).open.installs;
  expect(failure?.afterRestart ?? false).toBe(afterRestart);
});

test.each([
  [3, [{ name: 'KB5034763', code: '0x80240017' }]],
  [2, []],
])('an .msu that was run by hand tells of itself by event %i', (id, expected) => {
  const wusa = {
    log: 'Setup',
    provider: 'Microsoft-Windows-WUSA',
    id,
    time: '-1h',
    data: { UpdateTitle: 'Update for Windows (KB5034763)', ErrorCode: '2149842967' },
  };
  const { installs } = factsOf({ events: [wusa] }).open;
  expect(installs.map(({ name, code }) => ({ name, code }))).toEqual(expected);
});

test('history, event and servicing tell of one attempt; the code of servicing wins', () => {
  const servicing = {
    log: 'Setup',
    provider: 'Microsoft-Windows-Servicing',
    id: 3,
    time: '-5765m',
    data: { PackageIdentifier: 'KB5034763', IntendedPackageState: 5112, ErrorCode: '0x800f0831' },
  };
  expect(factsOf({ fails: [failed], events: [servicing] }).open.installs).toMatchObject([
    { tries: 1, code: '0x800F0831', from: '/events/2/data/ErrorCode' },
  ]);
});

test('attempts days apart are counted, the newest gives the code', () => {
  const { open: fact } = factsOf({ fails: [failed, { ...failed, at: '-2d', code: '0x80070002' }] });
  expect(fact.installs).toMatchObject([
    { tries: 2, code: '0x80070002', first: new Date('2024-02-16T08:00:00Z') },
  ]);
});

test('the way an express download goes on is no failure', () => {
  const servicing = (ErrorCode: string, IntendedPackageState: number): Record<string, unknown> => ({
    log: 'Setup',
    provider: 'Microsoft-Windows-Servicing',
    id: 3,
    time: '-1d',
    data: { PackageIdentifier: 'KB5034763', IntendedPackageState, ErrorCode },
  });
  expect(open({ events: [servicing('0x800f0816', 5064)] as never })).toEqual([]);
  expect(open({ events: [servicing('0x800f0816', 5112)] as never })).toEqual([]);
  expect(open({ events: [servicing('0x800f0831', 5112)] as never })).toEqual(['KB5034763']);
  expect(open({ events: [servicing('0x800f0831', 5064)] as never })).toEqual(['KB5034763']);
});

test('definition updates decide nothing, in any language', () => {
  const title =
    'Sicherheitsupdate für Microsoft Defender Antivirus - KB2267602 (Version 1.409.44.0)';
  expect(open({ fails: [{ kb: 'KB2267602', title, code: '0x80070643', at: '-1d' }] })).toEqual([]);
});

test.each([3010, 1641, 0])('exit code %i of an agent is no failure', (exitCode) => {
  const agents = [
    { product: 'KACE', deployments: [{ title: '7-Zip', deployedAt: '-1d', exitCode }] },
  ];
  expect(open({ patch: { agents } })).toEqual([]);
});

test('with history and events refused it is unknown, not empty', () => {
  const patch = {
    windowsUpdate: { history: null },
    events: null,
    errors: [{ section: 'events', hresult: '0x80070005' }],
  };
  expect(factsOf({ patch }).open).toMatchObject({ known: false, installs: [] });
});

test('history refused as a limit of our session leaves the event log', () => {
  const patch = {
    windowsUpdate: { history: null },
    errors: [{ section: 'windowsUpdate.history', hresult: '0x80070005' }],
  };
  const { known, installs } = factsOf({ fails: [failed], patch }).open;
  expect([known, installs.map(({ source }) => source)]).toEqual([true, ['event']]);
});

describe('tries', () => {
  const event = (time: string, count: number): NonNullable<CauseCase['events']>[number] => ({
    log: 'System',
    provider: 'Microsoft-Windows-WindowsUpdateClient',
    id: 20,
    time,
    count,
    data: { errorCode: '0x80073712', updateTitle: '(KB5034763)' },
  });
  const row = (time: string): Record<string, unknown> => ({
    time,
    operation: 'install',
    result: 'failed',
    hresult: '0x80073712',
    title: '(KB5034763)',
    kb: 'KB5034763',
  });
  const tries = (rows: readonly string[], events: CauseCase['events'] = []): unknown => {
    const patch = { windowsUpdate: { history: rows.map(row) }, events };
    const [failure] = factsOf({ patch }).open.installs;
    return failure && { tries: failure.tries, first: failure.first };
  };

  test('are as many as failed rows of the history, though the events of a day are folded', () => {
    const rows = ['2024-02-18T05:35:50Z', '2024-02-18T01:15:09Z'];
    expect(tries(rows, [event('2024-02-18T05:35:50Z', 2)])).toEqual({
      tries: 2,
      first: new Date('2024-02-18T01:15:09Z'),
    });
  });

  test('of days that only one of the two sources knows are counted too', () => {
    expect(
      tries(['-2d', '-1d'], [event('-4d', 3), event('-2d', 1), event('-1d', 1)] as never),
    ).toMatchObject({ tries: 5 });
  });

  test('folded into one event have no known first', () => {
    expect(tries([], [event('-1d', 4)] as never)).toEqual({ tries: 4, first: new Date(0) });
  });
});
