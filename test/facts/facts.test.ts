import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/core/look.ts';
import type { Facts } from '../../src/facts/declared.ts';
import { SHAPES } from '../../src/facts/declared.ts';
import { examine, examineContact } from '../../src/facts/examine.ts';
import { fleetFacts } from '../../src/facts/fleet.ts';
import type { CauseCase } from '../causes/cause-case.ts';
import { evidenceOf } from '../causes/cause-case.ts';

const KNOWLEDGE = {
  builds: [],
  lifecycle: [
    { build: 19_044, editionClass: 'consumer', name: '21H2', supportEnd: '2023-06-13', esuEnd: '' },
    {
      build: 19_044,
      editionClass: 'ltsc',
      name: 'LTSC 2021',
      supportEnd: '2027-01-12',
      esuEnd: '',
    },
    {
      build: 19_045,
      editionClass: 'any',
      name: '22H2',
      supportEnd: '2025-10-14',
      esuEnd: '2028-10-10',
    },
    { build: 9600, editionClass: 'any', name: '8.1', supportEnd: '2023-01-10', esuEnd: '' },
    {
      build: 9600,
      editionClass: 'server',
      name: '2012 R2',
      supportEnd: '2023-10-10',
      esuEnd: '2026-10-13',
    },
  ],
};

function factsOf(one: Omit<CauseCase, 'name'>): Facts {
  return examine(evidenceOf({ name: 'x', ...one }), KNOWLEDGE).facts;
}

const BARE: Evidence = { schema: 'evidence/1', host: 'x', collectedAt: '2024-02-20T08:00:00Z' };

test('of an empty document nothing is known but what our own session says', () => {
  const { facts } = examine(BARE, KNOWLEDGE);
  const known = Object.entries(facts).filter(([, fact]) => fact.known);
  expect(known.map(([name]) => name)).toEqual(['session']);
  expect(Object.keys(facts).toSorted()).toEqual(Object.keys(SHAPES).toSorted());
});

test('the provider that a removed Defender left behind is no fault of WMI', () => {
  const failed = (...sections: readonly string[]): number =>
    examine(
      { ...BARE, errors: sections.map((section) => ({ section, hresult: '0x80041013' })) },
      KNOWLEDGE,
    ).facts.session.providerFailures;
  expect(failed('security.products', 'security.controlledFolderAccess')).toBe(0);
  expect(failed('volumes', 'services', 'security.products')).toBe(2);
});

test('of a contact document only the contact is known', () => {
  const { facts } = examineContact({ host: 'x', contact: { stage: 'tcp', code: 'econnrefused' } });
  expect(
    Object.entries(facts)
      .filter(([, fact]) => fact.known)
      .map(([name]) => name),
  ).toEqual(['contact']);
  expect(facts.contact.code).toBe('ECONNREFUSED');
});

describe('the search', () => {
  test('fails while nothing later succeeded', () => {
    expect(factsOf({ search: { code: '0x80072EFD' } }).scan).toMatchObject({
      failing: true,
      code: '0x80072EFD',
      tries: 4,
    });
  });

  test('does not fail once a later one succeeded', () => {
    const patch = { windowsUpdate: { lastScanSuccess: '-1m' } };
    expect(factsOf({ search: { code: '0x80072EFD' }, patch }).scan).toMatchObject({
      failing: false,
      isGood: true,
    });
  });

  const failures = (...list: readonly (readonly [time: string, count: number])[]): never =>
    list.map(([time, count]) => ({
      log: 'Microsoft-Windows-WindowsUpdateClient/Operational',
      provider: 'Microsoft-Windows-WindowsUpdateClient',
      id: 25,
      time,
      count,
      data: { errorCode: '0x80072efd' },
    })) as never;

  test('fails since its first failure, where that one is told', () => {
    const patch = { windowsUpdate: { lastScanSuccess: '-9d' } };
    const { scan } = factsOf({ events: failures(['-2d', 1], ['-1h', 1]), patch });
    expect([scan.since, scan.span]).toEqual([
      new Date('2024-02-18T08:00:00Z'),
      'since 2024-02-18 08:00 UTC',
    ]);
  });

  test('failures folded into the newest leave open when they began', () => {
    const patch = { windowsUpdate: { lastScanSuccess: '-9d' } };
    const { scan } = factsOf({ events: failures(['-1h', 40]), patch });
    expect([scan.since, scan.newest, scan.span]).toEqual([
      new Date(0),
      new Date('2024-02-20T07:00:00Z'),
      'since some time after 2024-02-11 08:00 UTC',
    ]);
  });

  test('without any good one only the newest failure is named', () => {
    const patch = { windowsUpdate: { lastScanSuccess: null } };
    const { scan } = factsOf({ events: failures(['-1h', 40]), patch });
    expect(scan.span).toBe('(last at 2024-02-20 07:00 UTC)');
  });

  test('refused to our network log-on it is no attempt of the host', () => {
    const scan = { mode: 'online', at: '-5m', result: 'failed', hresult: '0x80070005' };
    const errors = [{ section: 'windowsUpdate.scan', hresult: '0x80070005' }];
    expect(factsOf({ patch: { windowsUpdate: { scan }, errors } }).scan.failing).toBe(false);
    expect(factsOf({ patch: { windowsUpdate: { scan } } }).scan.failing).toBe(true);
  });

  test('cut off by our own limit it is no failure of the host', () => {
    const scan = { mode: 'online', at: '-5m', result: 'timedOut' };
    expect(factsOf({ patch: { windowsUpdate: { scan } } }).scan.failing).toBe(false);
  });

  test('an offline one that succeeded proves no contact with a server', () => {
    const scan = { mode: 'offline', at: '-5m', result: 'succeeded' };
    expect(
      factsOf({ patch: { windowsUpdate: { scan, lastScanSuccess: '-20d' } } }).scan.isGood,
    ).toBe(false);
  });
});

test('of good searches the newest counts, and our own failed one gives its code', () => {
  const event = (id: number, time: string): NonNullable<CauseCase['events']>[number] => ({
    log: 'Microsoft-Windows-WindowsUpdateClient/Operational',
    provider: 'Microsoft-Windows-WindowsUpdateClient',
    id,
    time,
    data: { errorCode: '0x80244022' },
  });
  const events = [event(26, '-9d'), event(26, '-2d'), event(25, '-1d')];
  const told = (scan: object): Facts['scan'] =>
    factsOf({ events, patch: { windowsUpdate: { lastScanSuccess: null, scan } } }).scan;
  expect(told({ mode: 'none' })).toMatchObject({
    lastGood: new Date('2024-02-18T08:00:00Z'),
    code: '0x80244022',
  });
  const failed = { mode: 'online', at: '-5m', result: 'failed' };
  expect(told({ ...failed, hresult: '0x80072EE2' }).code).toBe('0x80072EE2');
  expect(told(failed).code).toBe('0x80244022');
});

test.each([
  ['-6d', true],
  ['-8d', false],
])('a search of %s is good for a week: %s', (lastScanSuccess, isGood) => {
  expect(factsOf({ patch: { windowsUpdate: { lastScanSuccess } } }).scan.isGood).toBe(isGood);
});

test('our own search that failed without a code failed', () => {
  const scan = { mode: 'online', at: '-5m', result: 'failed' };
  const windowsUpdate = { lastScanSuccess: '-1h', scan };
  expect(factsOf({ patch: { windowsUpdate } }).scan).toMatchObject({ failing: true, code: '' });
});

test('a good search that only an event tells of is one', () => {
  const found = {
    log: 'Microsoft-Windows-WindowsUpdateClient/Operational',
    provider: 'Microsoft-Windows-WindowsUpdateClient',
    id: 26,
    time: '-1d',
    data: { updateCount: 0 },
  };
  const { scan } = factsOf({ events: [found], patch: { windowsUpdate: null } });
  expect(scan).toMatchObject({ known: true, isGood: true, from: '/events/1' });
});

test('a wish that was renewed after the last start is not stuck', () => {
  const ask = (time: string): NonNullable<CauseCase['events']>[number] => ({
    log: 'System',
    provider: 'Microsoft-Windows-WindowsUpdateClient',
    id: 21,
    time,
    data: {},
  });
  const start = { log: 'System', provider: 'EventLog', id: 6005, time: '-7d' };
  const patch = { reboot: { cbs: true }, os: { lastBoot: '-5d' } };
  const told = (...times: readonly string[]): Facts['restart'] =>
    factsOf({ events: [...times.map(ask), start], patch }).restart;
  expect(told('-9d')).toMatchObject({ stuck: true, starts: 2 });
  expect(told('-9d', '-1h')).toMatchObject({ stuck: false, starts: 0 });
});

test('a start mode that nobody told of is read off the state', () => {
  const services = [{ name: 'wuauserv', state: 'missing' }];
  expect(factsOf({ patch: { services } }).services.all).toMatchObject([
    { from: '/services/0/state', mode: 'unknown', isOff: true },
  ]);
});

test.each([
  [1000, 1],
  [1001, 0],
])('record %i of the reliability monitor about wuaueng.dll: %i crashes', (id, crashes) => {
  const reliability = [{ time: '-1h', source: 'Application Error', id, message: 'wuaueng.dll' }];
  expect(factsOf({ patch: { reliability } }).crashes.updates).toHaveLength(crashes);
});

describe('restarts', () => {
  const asked = {
    log: 'System',
    provider: 'Microsoft-Windows-WindowsUpdateClient',
    id: 21,
    time: '-2d',
    data: {},
  };
  const start = (time: string, BootType: number): Record<string, unknown> => ({
    log: 'System',
    provider: 'Microsoft-Windows-Kernel-Boot',
    id: 27,
    time,
    data: { BootType },
  });

  test.each<readonly [string, Omit<CauseCase, 'name'>, Partial<Facts['restart']>]>([
    [
      'file renames alone are nothing',
      { patch: { reboot: { pendingFileRename: ['x'] } } },
      { due: false, renamesOnly: true },
    ],
    [
      'the servicing key is due',
      { patch: { reboot: { cbs: true } } },
      { due: true, keys: 'servicing' },
    ],
    ['asked for after the last start is due', { events: [asked] }, { due: true, stuck: false }],
    [
      'asked for before the last start is not',
      { events: [asked], patch: { os: { lastBoot: '-1d' } } },
      { due: false },
    ],
    [
      'keys that outlive two full starts are stuck',
      {
        events: [asked, start('-40h', 0)] as never,
        patch: { reboot: { cbs: true }, os: { lastBoot: '-1d' } },
      },
      { stuck: true, starts: 2 },
    ],
    [
      'a start out of Fast Startup is none',
      {
        events: [asked, start('-40h', 1)] as never,
        patch: { reboot: { cbs: true }, os: { lastBoot: '-1d' } },
      },
      { stuck: false, starts: 1 },
    ],
  ])('%s', (_, one, expected) => expect(factsOf(one).restart).toMatchObject(expected));
});

describe('since when a restart is wanted', () => {
  const asked = (time: string, count: number): never =>
    ({
      log: 'System',
      provider: 'Microsoft-Windows-WindowsUpdateClient',
      id: 22,
      time,
      count,
      data: {},
    }) as never;
  const spanOf = (...events: readonly never[]): string =>
    factsOf({ events, patch: { reboot: { windowsUpdate: true } } }).restart.span;

  test('is when it was first asked for after the last start', () => {
    expect(spanOf(asked('-3d', 1), asked('-1h', 1))).toBe('since 2024-02-17 08:00 UTC');
  });

  test('is not the newest of folded events', () => {
    expect(spanOf(asked('-1h', 9))).toBe('since some time before 2024-02-20 07:00 UTC');
  });

  test('is not claimed where nothing tells', () => {
    expect(spanOf()).toBe('since the last start or later');
  });
});

describe('support', () => {
  test.each<readonly [string, Record<string, unknown>, Partial<Facts['lifecycle']>]>([
    ['21H2 Pro has ended', { build: 19_044 }, { ended: true, name: '21H2' }],
    [
      'the same build as LTSC has not',
      { build: 19_044, edition: 'EnterpriseS' },
      { ended: false, name: 'LTSC 2021' },
    ],
    [
      'a server goes by its own row',
      { build: 9600, edition: 'ServerStandard', productType: 'server' },
      { ended: true, hasExtended: true },
    ],
    ['null is not unlicensed', { build: 19_045, esuLicensed: null }, { licensed: 'unknown' }],
    [
      'a build beyond the last public one receives extended updates',
      { build: 19_045, ubr: 6575 },
      { receiving: true },
    ],
  ])('%s', (_, os, expected) =>
    expect(factsOf({ patch: { os } }).lifecycle).toMatchObject(expected),
  );

  test('a build without a row is unknown', () => {
    expect(factsOf({ patch: { os: { build: 12_345 } } }).lifecycle.known).toBe(false);
  });
});

describe('the way to the server', () => {
  const wsus = {
    windowsUpdate: { source: 'wsus', wsusServer: 'http://wsus01:8530', policy: { useWUServer: 1 } },
  };
  const probe = (via: string, connected: boolean): Record<string, unknown> => ({
    target: 'http://wsus01:8530/x',
    via,
    connected,
  });

  test.each([
    ['straight without a proxy', null, null, false],
    ['through the proxy in force', 'proxy:3128', null, true],
    ['straight where the name is bypassed', 'proxy:3128', '<local>;*.corp.example', false],
  ])('%s', (_, winHttpProxy, proxyBypass, viaProxy) => {
    const network = {
      winHttpProxy,
      proxyBypass,
      probes: [probe('direct', false), probe('proxy', false)],
    };
    expect(factsOf({ patch: { ...wsus, network } }).wsusProbe).toMatchObject({
      known: true,
      viaProxy,
    });
  });

  test.each(['http://wsus01', 'https://wsus01.corp.example:8531/', 'HTTP://10.0.0.7:8530'])(
    '%s is an address',
    (url) => {
      expect(
        factsOf({ patch: { windowsUpdate: { ...wsus.windowsUpdate, wsusServer: url } } }).wsus
          .isMalformed,
      ).toBe(false);
    },
  );

  test.each(['wsus01:8530', 'http//wsus01', 'http://wsus01:port', 'http://'])(
    '%s is none',
    (url) => {
      expect(
        factsOf({ patch: { windowsUpdate: { ...wsus.windowsUpdate, wsusServer: url } } }).wsus
          .isMalformed,
      ).toBe(true);
    },
  );
});

test('log lines count only while something fails, and harmless ones never', () => {
  const logs = {
    cbs: [
      { text: 'Failed setting restore point [HRESULT = 0x80070422]' },
      {
        text: 'Doqi: Failed loading driver operations queue. [HRESULT = 0x80070490 - ERROR_NOT_FOUND]',
      },
    ],
  };
  expect(factsOf({ patch: { logs } }).cbs.lines).toEqual([]);
  const { lines } = factsOf({
    patch: { logs },
    fails: [{ kb: 'KB5034763', code: '0x80070490', at: '-1d' }],
  }).cbs;
  expect(lines).toMatchObject([{ about: 'driver', code: '0x80070490', from: '/logs/cbs/1/text' }]);
});

test('an empty DISM log is no answer where CBS.log could not be read', () => {
  const fails = [{ kb: 'KB5034763', code: '0x80070490', at: '-1d' }];
  const known = (logs: Evidence['logs']): boolean => factsOf({ patch: { logs }, fails }).cbs.known;
  expect(known({ dism: [] })).toBe(false);
  expect(known({ dism: [{ text: 'Failed [HRESULT = 0x80070490]' }] })).toBe(true);
  expect(known({ cbs: [], dism: [] })).toBe(true);
});

test('hosts of one dead WSUS server are counted, each once', () => {
  const patch = {
    windowsUpdate: { source: 'wsus', wsusServer: 'http://wsus01:8530', policy: { useWUServer: 1 } },
  };
  const host = (name: string, code?: string): ReturnType<typeof examine> =>
    examine(
      {
        ...evidenceOf({ name, patch, ...(code !== undefined && { search: { code } }) }),
        host: name,
      },
      KNOWLEDGE,
    );
  const hosts = [
    host('a', '0x80072EFD'),
    host('b', '0x80072EE2'),
    host('b', '0x80072EE2'),
    host('c'),
  ];
  const [first] = hosts;
  if (first === undefined) throw new Error('no host');
  expect(fleetFacts(hosts).about(first).sameWsus).toMatchObject({
    known: true,
    tried: 3,
    failing: 2,
  });
});

test.each([
  [1, new Date('2024-02-19T08:00:00Z')],
  [4, new Date(0)],
])('a download that failed, as an event with count %i, began when that is told', (count, first) => {
  const event = {
    log: 'Microsoft-Windows-WindowsUpdateClient/Operational',
    provider: 'Microsoft-Windows-WindowsUpdateClient',
    id: 31,
    time: '-1d',
    count,
    data: { errorCode: '0x80246002', updateTitle: '(KB5035845)' },
  };
  expect(factsOf({ events: [event] }).downloads.failing).toMatchObject([{ tries: count, first }]);
});

describe('a security product', () => {
  const refusal = 'Failed to open x.cat: in use by mfehcs.exe [HRESULT = 0x80070020]';
  const named = (text: string, filterDrivers: readonly string[]): readonly string[] => {
    const patch = {
      logs: { cbs: [{ time: '-2d', level: 'error', text }] },
      security: { products: [], filterDrivers },
    };
    const fails = [{ kb: 'KB5034763', code: '0x80070020', at: '-2d' }];
    return factsOf({ fails, patch }).security.named.map(({ product }) => product);
  };

  test.each([
    ['is told by a process that begins as its filter does', refusal, ['mfehidk'], ['mfehcs']],
    ['is told by a filter of four letters', refusal.replace('mfehcs', 'klif2'), ['klif'], ['klif']],
    ['is none by chance', refusal, ['klif', 'mf'], []],
    ['is none where nothing was refused', 'mfehcs.exe started', ['mfehidk'], []],
  ])('%s', (_, text, filters, expected) => expect(named(text, filters)).toEqual(expected));

  test('is looked for in the logs alone, too', () => {
    const { security } = factsOf({ patch: { security: null, logs: { cbs: [] } } });
    expect(security.known).toBe(true);
  });
});

test('crashes of the update services are told newest first, and beside a failure even before a good search', () => {
  const crash = (time: string): NonNullable<CauseCase['events']>[number] => ({
    log: 'System',
    provider: 'Service Control Manager',
    id: 7034,
    time,
    data: { param1: 'Windows Update' },
  });
  const events = ['-2d', '-1h', '-30m', '-9d'].map(crash);
  const fails = [{ kb: 'KB5034763', code: '0x8024001E', at: '-2d' }];
  const { updates } = factsOf({ fails, events }).crashes;
  expect(updates.map(({ at }) => at.toISOString())).toEqual([
    '2024-02-20T07:30:00.000Z',
    '2024-02-20T07:00:00.000Z',
    '2024-02-18T08:00:00.000Z',
  ]);
});

describe('the update database', () => {
  const esent = (id: number, ...data: readonly string[]): never =>
    ({
      log: 'Application',
      provider: 'ESENT',
      id,
      level: 2,
      time: '-5h',
      data: Object.fromEntries(data.map((text, index) => [`param${index + 1}`, text])),
    }) as never;
  const storeOf = (...events: readonly never[]): Facts['store'] =>
    factsOf({ search: { code: '0x80248007' }, events }).store;

  test('a write that failed for want of space is read as that', () => {
    const { fullErrors, damage } = storeOf(esent(482, 'wuaueng.dll', '-1808 (0xfffff8f0)'));
    expect([fullErrors, damage]).toEqual([1, 0]);
  });

  test('a slow or failed write alone is no damage', () => {
    expect(storeOf(esent(510, 'wuaueng.dll'), esent(482, 'wuaueng.dll')).damage).toBe(0);
  });

  test('a database that cannot be recovered is', () => {
    expect(storeOf(esent(454, 'wuaueng.dll', '-501'))).toMatchObject({ damage: 1 });
  });
});

test.each<readonly [string, Record<string, string>, readonly string[]]>([
  ['its own name', { param1: 'Windows Update サービス', service: 'wuauserv' }, ['wuauserv']],
  ['not its display name', { param1: 'Windows Update', service: 'OtherSvc' }, []],
  ['the display name alone', { param1: 'Windows Update' }, ['wuauserv']],
])('a service that crashes is known by %s', (_, data, expected) => {
  const event = { log: 'System', provider: 'Service Control Manager', id: 7034, time: '-1h', data };
  const patch = { windowsUpdate: { lastScanSuccess: '-3d' } };
  const { crashes } = factsOf({ events: [event], patch });
  expect(crashes.updates.map(({ service }) => service)).toEqual(expected);
});

test.each([
  [{ appControlEnforced: true, controlledFolderAccess: false }, [true, false]],
  [{ appControlEnforced: false, controlledFolderAccess: true }, [false, true]],
  [{}, [false, false]],
])('what protects the host: %o', (security, expected) => {
  const { appControl, folderAccess } = factsOf({ patch: { security } }).security;
  expect([appControl, folderAccess]).toEqual(expected);
});

test.each([
  [{}, { pendingXml: false, renamesOnly: false }],
  [{ pendingXml: true }, { pendingXml: true, renamesOnly: false }],
  [{ pendingFileRename: [String.raw`C:\x`] }, { pendingXml: false, renamesOnly: true }],
  [
    { pendingFileRename: [String.raw`C:\x`], cbs: true },
    { renamesOnly: false, due: true },
  ],
])('what the restart state says of %o', (reboot, expected) => {
  const { restart } = factsOf({ patch: { reboot, os: { lastBoot: '-5d' } } });
  expect(restart).toMatchObject({ ...expected, lastBoot: new Date('2024-02-15T08:00:00Z') });
});

test.each([
  [7000, '0x8007041D'],
  [7023, '0x8007041D'],
  [7024, '0x8007041D'],
  [7031, ''],
])('the code that event %i has of a service that crashed', (id, code) => {
  const data = { param1: 'wuauserv', param2: '1053' };
  const event = { log: 'System', provider: 'Service Control Manager', id, time: '-1h', data };
  expect(factsOf({ events: [event] }).crashes.updates).toMatchObject([{ event: id, code }]);
});

test('of searches that failed, the newest tells the code', () => {
  const search = (time: string, errorCode: string): NonNullable<CauseCase['events']>[number] => ({
    log: 'Microsoft-Windows-WindowsUpdateClient/Operational',
    provider: 'Microsoft-Windows-WindowsUpdateClient',
    id: 25,
    time,
    data: { errorCode },
  });
  const events = [search('-3h', '0x80072ee2'), search('-1h', '0x8024402c')];
  const { scan } = factsOf({ events, patch: { windowsUpdate: { lastScanSuccess: '-9d' } } });
  expect(scan).toMatchObject({ failing: true, code: '0x8024402C' });
});
