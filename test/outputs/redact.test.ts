import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shippedCatalogue } from '../../src/cli/catalogue.ts';
import { hostId } from '../../src/core/host.ts';
import type { Evidence } from '../../src/core/look.ts';
import { createJudge } from '../../src/engine/judge.ts';
import { Redactor } from '../../src/outputs/redact.ts';
import { parseDocument } from '../../src/sources/parse-document.ts';
import { evidenceOf } from '../corpus/cases.ts';

function redacted<T>(document: T, key = 'k', ...others: readonly unknown[]): T {
  const redactor = new Redactor(key);
  for (const each of [document, ...others]) redactor.learn(each);
  return redactor.redact(document);
}

/** What becomes of a text, on a host of which this much is known. */
function masked(text: string): string {
  const { logs } = redacted({ ...KNOWN, logs: { cbs: [{ text }] } });
  return logs.cbs[0]?.text ?? '';
}

const KNOWN = {
  schema: 'evidence/1',
  host: 'WS-0142',
  labels: { client: 'Acme GmbH', site: 'Milano', ring: 'pilot' },
  windowsUpdate: {
    wsusServer: 'http://wsus-01.corp.acme.example:8530',
    susClientId: '6f9619ff-8b86-d011-b42d-00cf4fc964ff',
  },
  events: [{ provider: 'User32', id: 1074, data: { param2: 'WS-0142', param7: 'ACME\\mrossi' } }],
};

describe('masked is', () => {
  test.each([
    ['a host by its name', 'lost WS-0142', 'WS-0142'],
    ['a host in other letters', 'lost ws-0142.', 'ws-0142'],
    ['a host inside a longer word', 'C:\\backup_ws-0142\\x', 'ws-0142'],
    ['a computer account', 'logon of WS-0142$ failed', 'WS-0142'],
    ['a server without its domain', 'asked WSUS-01 again', 'WSUS-01'],
    ['a host nobody knew, by its domain', 'from dc07.corp.acme.example', 'dc07'],
    ['a host nobody knew, in a private domain', 'from dc07.hq.local', 'dc07'],
    ['a host nobody knew, in a public domain', 'from mx3.contoso.co.uk to x', 'contoso'],
    ['a server in a path', '\\\\fs07\\sw$\\a.msi', 'fs07'],
    ['a share', '\\\\fs07\\Rossi Maria\\a.msi', 'Rossi'],
    ['a server in a URL', 'GET http://px7:3128/x', 'px7'],
    ['a user in a URL', 'GET http://mr:pw9@px7:3128/x', 'pw9'],
    ['a user by name', 'mrossi pressed cancel', 'mrossi'],
    ['a user behind a domain', 'run as ACME\\bo today', 'bo today'],
    ['a user nobody knew, where it is said', 'User: CONTOSO\\jdoe', 'jdoe'],
    ['the domain of that user', 'Benutzer "CONTOSO\\jdoe"', 'CONTOSO'],
    ['a folder of a user', 'C:\\Users\\j.doe\\AppData\\x', 'j.doe'],
    ['a folder at the end', 'cannot open C:\\Users\\jdoe', 'jdoe'],
    ['a folder with a blank', 'C:\\Users\\Jane Doe\\x', 'Jane'],
    ['a folder in short letters', 'C:\\Users\\JANEDO~1\\x', 'JANEDO'],
    ['a folder on a server', '\\\\fs07\\Users\\jdoe\\x', 'jdoe'],
    ['the company', 'Acme Policy 7', 'Acme'],
    ['a client of two words', 'made for ACME GMBH.', 'GMBH'],
    ['a site', 'site Milano is down', 'Milano'],
    ['mail', 'tell j.doe+it@contoso.example', 'contoso'],
    ['the company in a mail address', 'tell jdoe@contoso.example of CONTOSO', 'of CONTOSO'],
    ['the name in it', 'jdoe, that is jdoe@contoso.example', 'jdoe'],
    ['a private address', 'from 10.20.1.36', '10.20.1.36'],
    ['a private address with its port', 'at 172.16.4.2:8530,', '172.16'],
    ['a range of addresses', '192.168.7.1-192.168.7.99', '192.168.7.99'],
    ['a public address', 'connect to 93.184.216.34 failed', '93.184'],
    ['an address of IPv6', 'from fe80::1:2ff:fe03:4.', 'fe80'],
    ['a short address of IPv6', 'from fd00::5: refused', 'fd00::5'],
    ['an address of IPv6 with zone', '[fe80::a%12]:5985', 'fe80'],
    ['IPv4 inside IPv6', '::ffff:10.20.1.36', '10.20'],
    ['a hardware address', 'adapter 00-15-5D-01-02-03', '5D-01'],
    ['a hardware address with colons', 'adapter 00:15:5d:01:02:03', '5d:01'],
    ['the issuer of a SID', 'S-1-5-21-111111-222222-333333-1104', '111111-222222'],
    ['the account of a SID', 'S-1-5-21-111111-222222-333333-1104', '-1104'],
    ['a SID of the cloud', 'S-1-12-1-111111-222222-333333-444444', '222222'],
    ['a computer in a directory', 'CN=SRVX,OU=Presses,DC=contoso,DC=local', 'SRVX'],
    ['its unit and domain', 'CN=SRVX,OU=Presses,DC=contoso,DC=local of CONTOSO', 'CONTOSO'],
    [
      'a computer in a unit of Microsoft',
      'CN=SRVX,OU=Microsoft Groups,DC=contoso,DC=local',
      'SRVX',
    ],
    ['who a certificate is for', 'subject CN=px7, O=Contoso Ltd, C=IT', 'Contoso'],
    ['a script in base64', `powershell -enc ${'bQByAG8AcwBzAGkA'.repeat(3)}`, 'bQByAG8AcwBz'],
    ['the id of the update client', 'id 6F9619FF-8B86-D011-B42D-00CF4FC964FF', '6F9619FF'],
  ])('%s', (_, text, name) => {
    expect(text).toContain(name);
    expect(masked(text).toLowerCase()).not.toContain(name.toLowerCase());
  });
});

describe('left as it is', () => {
  test.each([
    ['KB5044273 failed with 0x80070643 on 10.0.26100.2314'],
    ['Package_for_RollupFix~31bf3856ad364e35~amd64~~17763.5820.1.7'],
    ['Package_for_KB5034441~31bf3856ad364e35~amd64~~10.0.1.2'],
    ['amd64_microsoft-windows-servicingstack_31bf3856ad364e35_10.0.19041.3562_none'],
    ['Microsoft.NETCore.App 6.0.36, microsoft.netcore.app, Contoso.Agent.Io'],
    ['requires .NET Framework 4.8.0.0 and msxml 6.0.0.0'],
    ['driver 22.220.0.4, Version=10.0.0.1, v4.18.1.2'],
    ['C:\\Program Files\\Microsoft\\Edge\\1.3.195.35\\x.dll'],
    ['https://fe3cr.delivery.mp.microsoft.com/x http://download.windowsupdate.com/c/a.cab'],
    ['http://127.0.0.1:8080 localhost ::1 255.255.255.0 0.0.0.0'],
    ['CN=Microsoft Update Secure Server CA 2.1, O=Microsoft Corporation, C=US'],
    ['NT AUTHORITY\\SYSTEM, BUILTIN\\Administrators, S-1-5-18, S-1-5-32-544'],
    ['S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464'],
    ['C:\\Users\\Public\\x C:\\Windows\\System32\\wuaueng.dll cbs.log setup.exe'],
    ['HKLM\\SOFTWARE\\Microsoft\\Windows 04:20:00 System.IO.FileNotFoundException'],
    ['{e6cf1350-c01b-414d-a61f-263d14d133b4} Session: 31090522_1442'],
    ['Failed to process single phase execution. [HRESULT = 0x800f0922 - CBS_E_INSTALLERS_FAILED]'],
  ])('%s', (text) => {
    expect(masked(text)).toBe(text);
  });

  test('a word of the contract or of Windows, even where somebody is called so', () => {
    const names = { log: 'CcmExec', provider: 'CcmExec', id: 1 };
    const { host, ...rest } = redacted({
      host: 'CcmExec',
      os: { edition: 'CcmExec' },
      services: [{ name: 'CcmExec', state: 'stopped' }],
      events: [names],
      errors: [{ section: 'services.CcmExec' }],
    });
    expect(host).toMatch(/^host-/);
    expect(rest).toEqual({
      os: { edition: 'CcmExec' },
      services: [{ name: 'CcmExec', state: 'stopped' }],
      events: [names],
      errors: [{ section: 'services.CcmExec' }],
    });
  });

  test('labels that say what a host is for', () => {
    expect(redacted(KNOWN).labels).toMatchObject({ ring: 'pilot' });
  });

  test('the number of a well-known account in a domain', () => {
    expect(masked('S-1-5-21-111111-222222-333333-500')).toMatch(/^S-1-5-21-\d+-\d+-\d+-500$/);
  });
});

describe('the same name is masked alike', () => {
  test('wherever it stands', () => {
    const { host, events } = redacted(KNOWN);
    expect(host).toMatch(/^host-[0-9a-f]{10}$/);
    expect(events[0]?.data.param2).toBe(host);
    expect(masked('ws-0142')).toBe(host);
  });

  test('in every document of a call, also where only another one tells that it is a name', () => {
    const other = { schema: 'evidence/1', host: 'x', errors: [{ message: 'lost ws-0142' }] };
    const redactor = new Redactor('k');
    for (const each of [other, KNOWN]) redactor.learn(each);
    const { host } = redactor.redact(KNOWN);
    expect(redactor.redact(other).errors[0]?.message).toBe(`lost ${host}`);
  });

  test('by the same key, and by another one otherwise', () => {
    expect(redacted(KNOWN, 'k')).toEqual(redacted(KNOWN, 'k'));
    expect(redacted(KNOWN, 'l').host).not.toBe(redacted(KNOWN, 'k').host);
  });
});

const catalogue = shippedCatalogue();
const documents = [...evidenceOf('visible'), ...evidenceOf('own')];

function verdictOf(evidence: Evidence) {
  const outcome = createJudge(catalogue).judge(hostId('x'), { kind: 'evidence', evidence });
  if (outcome.kind !== 'judged') throw new Error(outcome.kind);
  const { status, cause, causes } = outcome.verdict;
  return { status, cause, causes: causes.map(({ id, confidence }) => ({ id, confidence })) };
}

test('the diagnosis of every labelled case is the same when masked', () => {
  expect(documents.length).toBeGreaterThan(200);
  const different = documents.filter(
    (evidence) =>
      JSON.stringify(verdictOf(redacted(evidence))) !== JSON.stringify(verdictOf(evidence)),
  );
  expect(different.map(({ host }) => host)).toEqual([]);
});

/** Names that are no words, so that finding one again is no accident. */
const word = (least: number, most: number) =>
  fc.stringMatching(new RegExp(`^[qxz][bcdfghjklmnpqrstvwxz]{${least - 1},${most - 1}}$`));
const number = fc.integer({ min: 10, max: 250 });
const planted = fc.record({
  host: fc.tuple(word(3, 6), number).map(([name, at]) => `${name}-${at}`),
  server: fc.tuple(word(4, 7), number).map(([name, at]) => `${name}${at}`),
  user: fc
    .tuple(word(4, 7), fc.constantFrom('.', '_', '-', ''), word(4, 7))
    .map((parts) => parts.join('')),
  org: word(5, 9),
  tld: fc.constantFrom('local', 'example', 'com', 'de', 'co.uk', 'lan'),
  ip4: fc
    .tuple(fc.constantFrom('10.77', '172.20', '192.168', '93.184'), number, number)
    .map((parts) => parts.join('.')),
  ip6: fc.tuple(number, number).map(([a, b]) => `fd${a.toString(16)}:9::${b.toString(16)}`),
  mac: fc.array(number, { minLength: 6, maxLength: 6 }).map((bytes) => bytes.map(hex).join('-')),
  issuer: fc
    .array(fc.integer({ min: 1_000_000, max: 4_000_000_000 }), { minLength: 3, maxLength: 3 })
    .map((parts) => parts.join('-')),
});
type Planted = typeof planted extends fc.Arbitrary<infer T> ? T : never;

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0').toUpperCase();
}

/** Sentences that name names, as logs, events and command lines do. */
const SENTENCES: readonly ((names: Planted) => string)[] = [
  ({ host }) => `The computer ${host.toUpperCase()} was restarted`,
  ({ server, org, tld }) => `bind to ${server}.${org}.${tld}:389 (${server.toUpperCase()}$)`,
  ({ org, user }) => `${org.toUpperCase()}\\${user} started setup.exe /quiet`,
  ({ user }) => `"C:\\Users\\${user}\\AppData\\Local\\Temp\\${user}.msi" PROP=1`,
  ({ user }) => `Benutzer ${user} hat den Vorgang abgebrochen [0x800704C7]`,
  ({ server, user }) => `\\\\${server}\\${user}$\\x.msu`,
  ({ server, ip4 }) => `could not connect to ${server} [${ip4}]:8530`,
  ({ ip6, mac }) => `adapter ${mac} has ${ip6}, gateway ${ip6}.`,
  ({ issuer, user }) => `profile S-1-5-21-${issuer}-1107 (${user})`,
  ({ user, org, tld }) => `tell ${user}@${org}.${tld}`,
  ({ org }) => `task \\${org}_nightly-${org.toUpperCase()} refused`,
  ({ host, org, tld }) => `https://${host}.${org}.${tld}/selfupdate?x=${host}`,
];

function plant(evidence: Evidence, names: Planted, texts: readonly string[]): Evidence {
  const { host, server, user, org, tld, ip4 } = names;
  const time = evidence.collectedAt;
  const text = texts.join('; ');
  return {
    ...evidence,
    host: `${host}.${org}.${tld}`,
    labels: { client: org, site: `${org} plant` },
    events: [
      ...(evidence.events ?? []),
      {
        log: 'System',
        provider: 'User32',
        id: 1074,
        time,
        data: { param2: host.toUpperCase(), param3: text, param7: `${org.toUpperCase()}\\${user}` },
        message: text,
      },
    ],
    network: {
      ...evidence.network,
      proxyBypass: `*.${org}.${tld};<local>`,
      probes: [
        ...(evidence.network?.probes ?? []),
        { target: `http://${server}.${org}.${tld}:3128`, error: `${ip4} ${text}` },
      ],
    },
    processes: [...(evidence.processes ?? []), { name: 'setup.exe', commandLine: text }],
    tasks: [...(evidence.tasks ?? []), { path: `\\${org}\\${text}` }],
    logs: { ...evidence.logs, thirdParty: [{ file: `${host}.log`, text }] },
    errors: [...(evidence.errors ?? []), { section: 'security', message: text }],
  };
}

test('no name that was planted anywhere is left, and the diagnosis is that of the unmasked document', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...documents),
      planted,
      fc.subarray([...SENTENCES], { minLength: 3 }),
      (evidence, names, sentences) => {
        const texts = sentences.map((sentence) => sentence(names));
        const whole = plant(evidence, names, texts);
        const after = redacted(whole);
        const left = JSON.stringify(after).toLowerCase();
        const { tld: _, ...secrets } = names;
        expect(
          Object.entries(secrets).filter(([, name]) => left.includes(name.toLowerCase())),
        ).toEqual([]);
        expect(verdictOf(after)).toEqual(verdictOf(whole));
        expect(parseDocument(JSON.stringify(after)).kind).toBe('evidence');
      },
    ),
    { numRuns: 400 },
  );
});

test.each([
  'a',
  'a.',
  'a-',
  '1.',
  ':a',
  'Users\\',
  '\\\\',
  'user a\\b ',
  'x@a.',
  'http://',
  'CN=a,',
  'S-1-5-21-1',
])('a long text of %j alone is done in the time of any other', (piece) => {
  expect(masked(piece.repeat(60_000 / piece.length))).not.toBe('');
});

test('any text is survived', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      expect(masked(text)).toBeTypeOf('string');
    }),
    { numRuns: 500 },
  );
});
