import { describe, expect, test } from 'vitest';
import type { ContactStage } from '../../src/core/contact.ts';
import type { Jump, Reach } from '../../src/core/host.ts';
import type { Evidence, Look } from '../../src/core/look.ts';
import { hostReport, type HostReport, type Sighting } from '../../src/doctor/host-report.ts';
import { hostReportText } from '../../src/doctor/text.ts';

const WINRM: Reach = {
  kind: 'winrm',
  credential: 'c',
  winrm: { tls: 'never', auth: ['negotiate'], port: 'auto' },
  via: [],
};
const JUMP: Jump = {
  name: 'jb',
  address: 'jb.test',
  ssh: { knownHosts: [], port: 22 },
  credential: 'k',
  channels: 8,
  limits: { connectMs: 1000, collectMs: 1000 },
};
const SSH: Reach = { kind: 'ssh', credential: 'k', ssh: { knownHosts: [], port: 2222 }, via: [] };

const WAY: readonly ContactStage[] = ['dns', 'tcp', 'http', 'auth', 'shell', 'collector'];

function stagesTo(last: ContactStage, way = WAY): Sighting['stages'] {
  return way.slice(0, way.indexOf(last) + 1).map((stage, at) => ({ stage, atMs: at * 10 }));
}

function failed(stage: ContactStage, code: string, more: object = {}): Look {
  const contact = { stage, code, message: `it stopped in ${stage}`, ...more };
  return { kind: 'contact', contact: { host: 'ws-1', contact } };
}

const GOOD: Evidence = {
  schema: 'evidence/1',
  host: 'ws-1',
  collectedAt: '2026-11-26T06:00:00Z',
  collector: { mode: 'powershell', elevated: true, durationMs: 1900 },
  os: { build: 26_100, psVersion: '5.1', languageMode: 'FullLanguage' },
};

function report(parts: Partial<Sighting>): HostReport {
  return hostReport({
    host: 'ws-1',
    name: 'ws-1.test',
    reach: WINRM,
    stages: stagesTo('collector'),
    endedMs: 100,
    hello: {},
    look: { kind: 'evidence', evidence: GOOD },
    platform: 'linux',
    ...parts,
  });
}

const brief = ({ steps }: HostReport): string[] =>
  steps.filter(({ verdict }) => verdict !== 'ok').map(({ step, verdict }) => `${step} ${verdict}`);

describe('the way to a host that is free', () => {
  test('has every step, each with the time it took', () => {
    const { steps, advice } = report({ way: { wire: 'winrm-http', auth: 'kerberos' } });
    expect(steps.map(({ step, ms }) => [step, ms])).toEqual([
      ['name', 10],
      ['port', 10],
      ['http', 10],
      ['offers', undefined],
      ['log-on', 10],
      ['shell', 10],
      ['powershell', undefined],
      ['rights', undefined],
      ['collector', 50],
    ]);
    expect(new Set(steps.map(({ verdict }) => verdict))).toEqual(new Set(['ok']));
    expect(advice).toBeUndefined();
  });

  test('over SSH has the host key in the place of HTTP, behind a jump host that host in the place of the name', () => {
    const names = (parts: Partial<Sighting>) => report(parts).steps.map(({ step }) => step);
    expect(names({ reach: SSH })).toContain('host-key');
    expect(names({ reach: SSH })).not.toContain('http');
    expect(names({ reach: { ...WINRM, via: [JUMP] } }).slice(0, 2)).toEqual(['relay', 'port']);
    expect(names({ reach: { kind: 'local' } })).toEqual([
      'shell',
      'powershell',
      'rights',
      'collector',
    ]);
  });

  test.each<[string, Partial<Evidence>, string[]]>([
    [
      'in constrained language',
      { os: { build: 1, languageMode: 'ConstrainedLanguage' } },
      ['powershell warning'],
    ],
    ['by cmd alone', { collector: { mode: 'cmd' } }, ['powershell warning']],
    ['without being elevated', { collector: { elevated: false } }, ['rights warning']],
    [
      'with a section refused',
      { errors: [{ section: 'logs', hresult: '0x80070005' }] },
      ['rights warning', 'collector warning'],
    ],
    [
      'with a section that failed otherwise',
      { errors: [{ section: 'packages', hresult: '0x80041003' }] },
      ['collector warning'],
    ],
    ['cut short', { collector: { truncated: ['events'] } }, ['collector warning']],
  ])('%s says so at that step', (_, parts, wanted) => {
    expect(brief(report({ look: { kind: 'evidence', evidence: { ...GOOD, ...parts } } }))).toEqual(
      wanted,
    );
  });
});

test('a host that bars PowerShell says why at that step, and that cmd was asked instead', () => {
  const collector = { mode: 'cmd', reason: 'BLOCKED: antivirus refused the script' } as const;
  const { steps } = report({ look: { kind: 'evidence', evidence: { ...GOOD, collector } } });
  expect(steps.find(({ step }) => step === 'powershell')).toMatchObject({
    verdict: 'warning',
    text: 'not used (BLOCKED: antivirus refused the script); what cmd can read was read instead',
  });
});

describe('the way that ends', () => {
  test.each<[ContactStage, string, object, Reach, string]>([
    ['relay', 'ECONNREFUSED', {}, { ...WINRM, via: [JUMP] }, 'relay'],
    ['dns', 'ENOTFOUND', {}, WINRM, 'name'],
    ['dns', 'ENOTFOUND', {}, { ...WINRM, via: [JUMP] }, 'name'],
    ['tls', 'EPROTO', {}, { kind: 'local' }, 'collector'],
    ['tcp', 'ETIMEDOUT', {}, WINRM, 'port'],
    ['tls', 'CERT_HAS_EXPIRED', {}, { ...WINRM, winrm: { ...WINRM.winrm, tls: 'auto' } }, 'tls'],
    ['tls', 'HOST_KEY_CHANGED', { transport: 'ssh' }, SSH, 'host-key'],
    ['http', '503', {}, WINRM, 'http'],
    ['shell', '0x803381A5', {}, WINRM, 'shell'],
    ['collector', 'NO_POWERSHELL', {}, WINRM, 'powershell'],
    ['collector', 'NOISE', {}, WINRM, 'collector'],
    ['timeout', 'LIMIT', { during: 'http' }, WINRM, 'http'],
    ['timeout', 'LIMIT', { during: 'collector' }, WINRM, 'collector'],
  ])('at %s with %s stops there, and advises', (stage, code, more, reach, step) => {
    const { steps, advice } = report({ reach, stages: [], look: failed(stage, code, more) });
    const at = steps.findIndex(({ verdict }) => verdict === 'failed');
    expect(steps[at]).toMatchObject({ step, code });
    expect(steps.slice(at + 1).every(({ verdict }) => verdict === 'not-reached')).toBe(true);
    expect(advice?.reasons.length).toBeGreaterThan(0);
  });

  test('behind jump hosts gives commands that run as they stand', () => {
    const ssh = { ...JUMP.ssh, user: 'ops', port: 2200 };
    const via = [JUMP, { ...JUMP, address: 'far.test', ssh }];
    const commandsOf = (stage: ContactStage, code: string) =>
      report({ reach: { ...SSH, via }, stages: [], look: failed(stage, code) }).advice?.here;
    const way = '-J jb.test:22 -p 2200 ops@far.test';
    expect(commandsOf('relay', 'PERMISSION_DENIED')).toContain(`ssh -v ${way}`);
    expect(commandsOf('dns', 'ENOTFOUND')).toEqual([`ssh ${way} nslookup ws-1.test`]);
  });

  test.each([
    ['linux', 'nc -vz ws-1.test 5985'],
    ['win32', 'Test-NetConnection ws-1.test -Port 5985'],
    ['darwin', 'nc -vz ws-1.test 5985'],
  ])('gives commands that %s has', (platform, command) => {
    const look = failed('tcp', 'ECONNREFUSED');
    expect(report({ platform, look }).advice?.here).toEqual([command]);
  });

  test('names on Windows no tool that only others have', () => {
    const stages = ['dns', 'tcp', 'tls', 'http', 'auth', 'shell', 'collector'] as const;
    const codes = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'CERT_HAS_EXPIRED']
      .concat(['SELF_SIGNED_CERT_IN_CHAIN', 'ERR_TLS_CERT_ALTNAME_INVALID', 'NO_TICKET', 'EPROTO'])
      .concat(['0x80090303', '0x80090311', 'KDC_ERR_C_PRINCIPAL_UNKNOWN', '0x80090324']);
    const commands = stages.flatMap((stage) =>
      codes.flatMap(
        (code) => report({ platform: 'win32', look: failed(stage, code) }).advice?.here ?? [],
      ),
    );
    expect(commands).toContain('klist get HTTP/ws-1.test');
    expect(commands.filter((one) => /^(cat|nc|ip|kinit|kvno|openssl|KRB5)/.test(one))).toEqual([]);
  });

  test('with nothing on offer that fits stops before the log-on; with a refusal, at it', () => {
    const look = failed('auth', '401');
    expect(brief(report({ stages: stagesTo('http'), look }))[0]).toBe('offers failed');
    expect(brief(report({ stages: stagesTo('auth'), look }))[0]).toBe('log-on failed');
  });

  test('for a host that was skipped gives the reason', () => {
    const { steps } = report({ look: { kind: 'skipped', reason: 'no credential for this host' } });
    expect(steps).toMatchObject([{ verdict: 'failed', text: 'no credential for this host' }]);
  });
});

describe('as text', () => {
  const plain = { isAscii: true, hasColor: false };

  test('a report shows steps, what the host said, reasons, and commands with its own name and port', () => {
    const text = hostReportText(
      report({
        address: '192.0.2.7',
        stages: stagesTo('auth'),
        hello: { computer: 'WS-1', dnsDomain: 'acme.test', clockSkewSeconds: -412 },
        look: failed('auth', '0x80090303'),
      }),
      plain,
    );
    expect(text.split('\n')).toEqual(
      expect.arrayContaining([
        'ws-1 (192.0.2.7)',
        '  + name           10 ms  192.0.2.7',
        '  x log-on         70 ms  0x80090303: it stopped in auth',
        '  . not reached           shell, PowerShell, rights, collector',
        '  WS-1; domain acme.test; its clock is 412 s behind ours',
        '  setspn -Q HTTP/ws-1.test',
        '  setspn -Q WSMAN/ws-1.test',
        '  kvno HTTP/ws-1.test',
      ]),
    );
  });

  test('what a host says cannot reach the terminal as control characters', () => {
    const text = hostReportText(
      report({
        hello: { computer: '\u001B[2JWS', software: 'a\u0007b' },
        look: failed('http', '403', { message: '\u001B]0;x\u0007' }),
      }),
      plain,
    );
    // oxlint-disable-next-line no-control-regex -- finding them is the point
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F]/);
  });
});
