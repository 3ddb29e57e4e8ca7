/** Collection by cmd alone: the same evidence in every language, and "could not look" where nobody could. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cmdLines } from '../../../src/collect/cmd/collect.ts';
import type { Evidence } from '../../../src/core/look.ts';
import { parseDocument } from '../../../src/sources/parse-document.ts';
import { documentFrom, english, evidenceOf, NONCE } from './document.ts';
import { encoded, LANGUAGES } from './languages.ts';
import { CLIENT, eventXml, HEALTHY, NOW, runLine, type Windows, withKeys } from './windows.ts';

const CBS = String.raw`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing`;
const UPDATE = String.raw`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate`;
const POLICY = String.raw`HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate`;
const MANAGER = String.raw`HKLM\SYSTEM\CurrentControlSet\Control\Session Manager`;

function sectionsIn(windows: Windows): readonly string[] {
  return (evidenceOf(windows).errors ?? []).map(({ section }) => section);
}

const NEVER_ASKED = sectionsIn(HEALTHY);

const TROUBLED: Windows = {
  ...withKeys(HEALTHY, {
    [`${CBS}\\RebootPending`]: {},
    [`${UPDATE}\\Auto Update\\RebootRequired`]: {},
    [POLICY]: {
      WUServer: ['REG_SZ', 'http://wsus01.acme.example:8530/'],
      TargetReleaseVersionInfo: ['REG_SZ', '22H2'],
    },
    [`${POLICY}\\AU`]: { UseWUServer: ['REG_DWORD', '0x1'], AUOptions: ['REG_DWORD', '0x4'] },
    [MANAGER]: {
      PendingFileRenameOperations: [
        'REG_MULTI_SZ',
        String.raw`\??\C:\Windows\Temp\a.tmp\0\0*1\??\C:\b.dll\0!\??\C:\c.dll`,
      ],
    },
  }),
  services: { ...HEALTHY.services, wuauserv: { state: 1, start: 4, exitCode: 1058 } },
  events: {
    ...HEALTHY.events,
    System: [
      eventXml(CLIENT, 20, { errorCode: '0x80073712', updateTitle: '2026-11 (KB5068001)' }),
      eventXml(CLIENT, 20, { errorCode: '0x80073712', updateTitle: '2026-11 (KB5068001)' }),
      eventXml('Service Control Manager', 7023, { param1: 'Windows Update', param2: '%%1058' }),
    ],
  },
};

describe('the evidence of a host without PowerShell', () => {
  test('says how it was collected, why, and what was not asked', () => {
    const evidence = evidenceOf(HEALTHY);
    expect(evidence.collector).toEqual({
      mode: 'cmd',
      reason: '0x800704EC: a policy forbids powershell.exe on this host',
      elevated: true,
      durationMs: 1200,
      truncated: [],
    });
    expect(evidence.errors).toContainEqual({ section: 'hotfixes', message: 'not asked: cmd only' });
    expect(evidence).not.toHaveProperty('hotfixes');
  });

  test('holds what the tools tell in codes and numbers', () => {
    const evidence = evidenceOf(TROUBLED);
    expect(evidence).toMatchObject({
      host: 'ws-1',
      os: {
        build: 19_045,
        ubr: 3803,
        edition: 'Professional',
        productType: 'workstation',
        arch: 'x64',
        serverCore: false,
      },
      volumes: [
        { mount: 'C:', role: 'system', freeBytes: 81_288_490_188, sizeBytes: 127_392_542_720 },
      ],
      reboot: {
        cbs: true,
        cbsInProgress: false,
        packagesPending: false,
        windowsUpdate: true,
        pendingXml: false,
        computerRename: false,
        domainJoin: false,
        pendingFileRename: [String.raw`C:\Windows\Temp\a.tmp`, String.raw`C:\b.dll`],
      },
      windowsUpdate: {
        source: 'wsus',
        wsusServer: 'http://wsus01.acme.example:8530',
        susClientId: '11111111-2222-3333-4444-555555555555',
        policy: { useWUServer: 1, auOptions: 4, targetReleaseVersionInfo: '22H2' },
        scan: { mode: 'none' },
      },
      packages: [{ name: expect.stringContaining('19041.3803.1.8') as string, state: 'installed' }],
      processes: [{ name: 'TiWorker.exe', pid: 8 }],
      installer: { inProgress: false },
      network: { winHttpProxy: null, proxyBypass: null, tls12Client: true },
      platform: { manufacturer: 'Dell Inc.', virtual: false, firmware: 'uefi', secureBoot: true },
      audit: {},
    });
    expect(evidence.services).toContainEqual({
      name: 'wuauserv',
      state: 'stopped',
      startMode: 'disabled',
      win32ExitCode: 1058,
    });
    expect(evidence.services).toHaveLength(15);
    expect(evidence.events).toContainEqual({
      log: 'System',
      provider: CLIENT,
      id: 20,
      level: 2,
      time: '2026-11-20T03:12:44Z',
      count: 2,
      data: { errorCode: '0x80073712', updateTitle: '2026-11 (KB5068001)' },
    });
  });

  test.each(Object.entries(LANGUAGES))('is the same in %s', (_, language) => {
    expect(evidenceOf(TROUBLED, language)).toEqual(evidenceOf(TROUBLED));
  });

  test.each([
    ['a comma', ','],
    ['a point', '.'],
    ['an apostrophe', "'"],
    ['the no-break space of France', '\u00A0'],
    ['nothing', ''],
  ])('holds the same room where %s divides thousands', (_, separator) => {
    const language = { ...english(), codePage: 850, separator } as const;
    expect(evidenceOf(HEALTHY, language).volumes).toEqual(evidenceOf(HEALTHY).volumes);
  });

  test('shows display text as well as its code page allows', () => {
    const titled = (title: string): Windows => ({
      ...HEALTHY,
      events: { ...HEALTHY.events, System: [eventXml(CLIENT, 20, { updateTitle: title })] },
    });
    const titleOf = (title: string, name: string): unknown =>
      evidenceOf(titled(title), LANGUAGES[name]).events?.find(({ id }) => id === 20)?.data?.[
        'updateTitle'
      ];
    expect(titleOf('更新プログラム (KB5068001)', 'Japanese')).toBe('更新プログラム (KB5068001)');
    expect(titleOf('Qualität (KB5068001)', 'German')).toBe('Qualit\uFFFDt (KB5068001)');
  });
});

describe('what could not be looked at', () => {
  const AUTO = `${UPDATE}\\Auto Update`;
  const MUTE = { [`reg.exe query "${CBS}"`]: 0 };
  test.each<[string, Windows, readonly string[]]>([
    [
      'a closed key of servicing',
      { ...HEALTHY, closed: [CBS] },
      ['reboot.cbs', 'reboot.cbsInProgress', 'reboot.packagesPending'],
    ],
    [
      'a key of which a tool that ends well names nothing',
      { ...HEALTHY, failing: MUTE },
      ['reboot.cbs', 'reboot.cbsInProgress', 'reboot.packagesPending'],
    ],
    [
      'a closed key that the one above names',
      { ...HEALTHY, closed: [AUTO] },
      ['reboot.windowsUpdate'],
    ],
    ['a closed policy', withClosed(POLICY), ['windowsUpdate.policy']],
    ['services that nobody may ask', { ...HEALTHY, failing: { 'sc.exe': 5 } }, ['services']],
    [
      'one service that nobody may ask',
      { ...HEALTHY, failing: { 'sc.exe queryex bits': 5 } },
      ['services.bits'],
    ],
    ['room that only administrators see', { ...HEALTHY, failing: { fsutil: 1 } }, ['volumes']],
    [
      'the folder WinSxS',
      { ...HEALTHY, failing: { 'dir /b /a "%SystemRoot%\\WinSxS': 1 } },
      ['reboot.pendingXml'],
    ],
    ['DISM without elevation', { ...HEALTHY, failing: { dism: 740 } }, ['packages']],
    ['a log that is off', { ...HEALTHY, logsOff: ['Setup'] }, ['events.Setup']],
    [
      'a log that was wiped',
      { ...HEALTHY, events: { ...HEALTHY.events, System: [] } },
      ['events.System'],
    ],
    [
      'a log that is not there',
      { ...HEALTHY, events: without('Application') },
      ['events.Application'],
    ],
    ['no log at all', { ...HEALTHY, failing: { wevtutil: 5 } }, ['events']],
    [
      'a key of the proxy',
      {
        ...HEALTHY,
        closed: [String.raw`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings`],
      },
      ['network.winHttpProxy', 'network.tls12Client'],
    ],
  ])('%s is listed in errors, and no answer is made of it', (_, windows, wanted) => {
    const evidence = evidenceOf(windows);
    const sections = (evidence.errors ?? []).map(({ section }) => section);
    expect(sections).toEqual(expect.arrayContaining([...wanted]));
    expect(wanted.filter((section) => isTold(evidence, section))).toEqual([]);
    // And it costs nothing else.
    const others = sections.filter(
      (one) => !NEVER_ASKED.includes(one) && !wanted.some((section) => one.startsWith(section)),
    );
    expect(others.filter((one) => !one.startsWith('events.'))).toEqual([]);
  });

  test('carries the code that the tool ended with', () => {
    const windows = {
      ...HEALTHY,
      failing: { 'sc.exe': 5, dism: 740, 'wevtutil.exe gl "Setup"': 15_007 },
    };
    expect(evidenceOf(windows).errors).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ section: 'services', hresult: '0x80070005' }),
        expect.objectContaining({ section: 'packages', hresult: '0x800702E4' }),
        expect.objectContaining({ section: 'events.Setup', hresult: '0x80073A9F' }),
      ]),
    );
  });

  test('is not what is plainly missing', () => {
    const { services, reboot, windowsUpdate, errors } = evidenceOf({
      ...HEALTHY,
      services: { ...HEALTHY.services, wuauserv: undefined as never },
    });
    expect(services).toContainEqual({ name: 'wuauserv', state: 'missing' });
    expect(reboot).toMatchObject({ cbs: false, windowsUpdate: false });
    expect(windowsUpdate).toMatchObject({ source: 'microsoft', wsusServer: null, policy: {} });
    expect(errors?.map(({ section }) => section)).toEqual(NEVER_ASKED);
  });

  test('are the rights, where the hive of the local service is closed', () => {
    const closed = { ...HEALTHY, closed: [String.raw`HKU\S-1-5-19`] };
    expect(evidenceOf(closed).collector?.elevated).toBe(false);
    expect(evidenceOf({ ...HEALTHY, closed: ['HKU'] }).collector?.elevated).toBe(true);
    expect(sectionsIn({ ...HEALTHY, closed: ['HKU', String.raw`HKU\S-1-5-19`] })).toContain(
      'collector.elevated',
    );
  });

  /** The section holds something; of a list that may hold other things, only a whole section is asked. */
  function isTold(evidence: Evidence, section: string): boolean {
    const [name = '', part] = section.split('.');
    const value = (evidence as unknown as Record<string, unknown>)[name];
    if (part === undefined || value === undefined) return value !== undefined;
    return !Array.isArray(value) && Object.hasOwn(value as object, part);
  }

  function withClosed(path: string): Windows {
    return { ...withKeys(HEALTHY, { [path]: {} }), closed: [path] };
  }

  function without(log: string): Windows['events'] {
    return Object.fromEntries(Object.entries(HEALTHY.events).filter(([name]) => name !== log));
  }
});

describe('a host that does not tell its build', () => {
  const [first, second] = cmdLines(NONCE).map(({ text }) => runLine(HEALTHY, english(), text));
  test.each<[string, readonly Uint8Array[]]>([
    ['says nothing', []],
    ['answers only later lines', [Buffer.alloc(0), second ?? Buffer.alloc(0)]],
    ['answers nonsense', [Buffer.from('Access is denied.\r\n'.repeat(500))]],
    [
      'answers with the marks of another run',
      [Buffer.from(String(first).replaceAll(NONCE, 'fedcba9876543210'))],
    ],
    ['ends all commands well and says nothing', [silent(0)]],
    ['ends all commands with 1', [silent(1)]],
    [
      'is 32-bit on 64-bit Windows',
      [Buffer.from(String(first).replace('%PROCESSOR_ARCHITEW6432%', 'AMD64'))],
    ],
  ])('%s: there is no document', (_, outputs) => {
    expect(documentFrom(outputs)).toBeUndefined();
  });

  function silent(exitCode: number): Buffer {
    return Buffer.from(
      Array.from({ length: 80 }, (_, at) => `PATCHWHY_${NONCE}_${at}_${exitCode}_ \r\n`).join(''),
    );
  }
});

describe('an output that broke off', () => {
  const whole = cmdLines(NONCE).map(({ text }) => runLine(HEALTHY, english(), text));

  test('keeps what came before, and lists the rest', () => {
    const [first = Buffer.alloc(0)] = whole;
    const at = first.indexOf(`PATCHWHY_${NONCE}_20_`);
    const parsed = parseDocument(JSON.stringify(documentFrom([first.subarray(0, at)])));
    expect(parsed).toMatchObject({
      kind: 'evidence',
      evidence: { os: { build: 19_045 }, reboot: { cbs: false } },
    });
    const evidence = parsed.kind === 'evidence' ? parsed.evidence : undefined;
    expect(evidence?.services?.map(({ name }) => name)).toEqual([
      'wuauserv',
      'bits',
      'TrustedInstaller',
    ]);
    expect(evidence?.errors).toContainEqual({
      section: 'services.CryptSvc',
      message: 'not answered',
    });
    expect(evidence?.errors).toContainEqual({
      section: 'windowsUpdate.policy',
      message: 'not answered',
    });
    expect(evidence?.errors).toContainEqual(expect.objectContaining({ section: 'events' }));
    expect(evidence).not.toHaveProperty('events');
  });

  test('never makes a sign of anything, wherever it breaks', () => {
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = whole;
    const all = evidenceOf(HEALTHY);
    for (let at = 0; at < first.length + second.length; at += 997) {
      const outputs = [first.subarray(0, at), second.subarray(0, Math.max(0, at - first.length))];
      const document = documentFrom(outputs) as typeof all | undefined;
      expect(document?.reboot ?? {}).toEqual(
        Object.fromEntries(
          Object.keys(document?.reboot ?? {}).map((name) => [name, all.reboot?.[name as 'cbs']]),
        ),
      );
      for (const service of document?.services ?? []) {
        const known = all.services?.find(({ name }) => name === service.name);
        expect([known?.state, known?.startMode]).toEqual([
          service.state,
          service.startMode ?? known?.startMode,
        ]);
      }
    }
  });
});

describe('any bytes', () => {
  const lines = cmdLines(NONCE);
  const whole = lines.map(({ text }) => runLine(TROUBLED, english(), text));
  const kindOf = (document: unknown): string =>
    document === undefined ? 'none' : parseDocument(JSON.stringify(document)).kind;
  const FINE = ['none', 'evidence'];

  test('make no document or a valid one', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 4000 }), { maxLength: 3 }), (outputs) => {
        expect(FINE).toContain(kindOf(documentFrom(outputs)));
      }),
    );
  });

  test('between right marks make no document or a valid one', () => {
    const count = lines.at(-1)?.to ?? 0;
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
      fc.constantFrom(
        `<Event x='1'><System><Provider Name='${CLIENT}'/><EventID>20</EventID><TimeCreated SystemTime='${NOW}'/></System></Event>`,
        '<!DOCTYPE a [<!ENTITY b "c">]><Event >&b;</Event>',
        '<Event <Event </Event>',
        'HKEY_LOCAL_MACHINE\\SOFTWARE\r\n    a    REG_DWORD    0xffffffff\r\n',
        ': : : 4 : 99999999999999999999',
      ),
    );
    const code = fc.constantFrom(0, 0, 0, 1, 5, 1060, -1, -2_147_024_891);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(piece, code), { minLength: count, maxLength: count }),
        (answers) => {
          const text = answers
            .map(([output, exitCode], at) => `${output}PATCHWHY_${NONCE}_${at}_${exitCode}_ \r\n`)
            .join('');
          const [first, second] = whole;
          // The build is told, so that every reader gets its turn.
          const head = (first ?? Buffer.alloc(0)).subarray(
            0,
            first?.indexOf(`PATCHWHY_${NONCE}_5_`),
          );
          const from = text.indexOf(`PATCHWHY_${NONCE}_4_`);
          const rest = Buffer.from(text.slice(text.indexOf('\n', from) + 1), 'latin1');
          const outputs = [Buffer.concat([head, rest]), second ?? rest];
          expect(FINE).toContain(kindOf(documentFrom(outputs)));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('flipped anywhere make no document or a valid one', () => {
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = whole;
    fc.assert(
      fc.property(
        fc.nat(first.length - 1),
        fc.nat(second.length - 1),
        fc.nat(255),
        (one, other, byte) => {
          const [left, right] = [Buffer.from(first), Buffer.from(second)];
          left[one] = byte;
          right[other] = byte;
          expect(FINE).toContain(kindOf(documentFrom([left, right])));
        },
      ),
    );
  });

  test('without end are not kept', () => {
    const flood = Buffer.alloc(6 * 1024 * 1024, 'Ab:4 ');
    const [first = Buffer.alloc(0)] = whole;
    const at = first.indexOf(`PATCHWHY_${NONCE}_5_`);
    const output = Buffer.concat([first.subarray(0, at), flood, first.subarray(at)]);
    const document = documentFrom([output]);
    expect(JSON.stringify(document).length).toBeLessThan(20_000);
    expect(document).toMatchObject({ os: { build: 19_045 } });
    expect(document).not.toHaveProperty('reboot');
  });

  test('of thousands of events are cut to the newest', () => {
    const many = Array.from({ length: 3000 }, (_, at) =>
      eventXml(CLIENT, 20, {
        errorCode: '0x80073712',
        updateTitle: `KB${1_000_000 + at} ${'x'.repeat(300)}`,
      }),
    );
    const evidence = evidenceOf({ ...HEALTHY, events: { ...HEALTHY.events, System: many } });
    expect(evidence.collector?.truncated).toContain('events');
    expect(JSON.stringify(evidence).length).toBeLessThan(200_000);
  });
});

test('a document type, entities, deep nesting and old events are left out', () => {
  const event = eventXml(CLIENT, 20, { errorCode: '0x80073712' });
  const evidence = evidenceOf({
    ...HEALTHY,
    events: {
      ...HEALTHY.events,
      System: [
        event.replace('<System>', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><System>'),
        event.replace('0x80073712', '&e;'),
        event.replace('0x80073712', `${'<a>'.repeat(20)}1${'</a>'.repeat(20)}`),
        event.replace("'2026-11-20", "'2026-07-20"),
      ],
    },
  });
  expect(evidence.events?.filter(({ id }) => id === 20)).toEqual([]);
});

test('codes of Japanese letters that look like ASCII do not disturb', () => {
  // The second byte of these is a backslash, a bar or a bracket.
  expect(encoded('表ソ', 932).includes(0x5c)).toBe(true);
  const windows = withKeys(HEALTHY, { [MANAGER]: { Text: ['REG_SZ', '表ソ能'] } });
  expect(evidenceOf(windows, LANGUAGES['Japanese'])).toEqual(evidenceOf(windows));
});
