/** Hosts of the rig that bar PowerShell, each in its own way and language: asked by cmd on the same session. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cmdLines } from '../../src/collect/cmd/collect.ts';
import type { ScanDocument } from '../../src/outputs/scan-document.ts';
import { LANGUAGES, type Language } from '../collect/cmd/languages.ts';
import { HEALTHY, runTool, type Windows } from '../collect/cmd/windows.ts';
import { program, type Ended } from '../support/program.ts';
import { type Fleet, HTTP_PORT, serveFleet } from './winrm/serve-fleet.ts';

const PASSWORD = 'Sealed-1';
const MARKER = '# patchwhy-collector';

const COMMANDS = cmdLines('0123456789abcdef').flatMap(({ text }) =>
  text
    .slice(text.indexOf('"') + 1, -1)
    .split(' & ')
    // These the rig's own cmd.exe answers.
    .filter((command) => !/^(echo|chcp)/.test(command)),
);

/** What the tools print, as rules of the rig: one per command, and none for a whole line, which the rig's cmd takes apart. */
function rulesOf(windows: Windows, language: Language, encoding?: string): object[] {
  return COMMANDS.map((command) => {
    const { text, exitCode } = runTool(windows, language, command);
    const seen = command
      .replaceAll('%SystemDrive%', 'C:')
      .replaceAll('%SystemRoot%', 'C:\\Windows');
    return {
      match: `^${seen.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`,
      stdout: text,
      exit_code: exitCode,
      ...(encoding !== undefined && { encoding }),
    };
  });
}

const DISABLED: Windows = {
  ...HEALTHY,
  services: { ...HEALTHY.services, wuauserv: { state: 1, start: 4, exitCode: 1058 } },
};
const ABSENT = { powershell: { present: false } };
const REFUSED = { powershell: { language_mode: 'ConstrainedLanguage', constrained: 'refuse' } };
const BLOCKED = {
  scripts: [
    {
      marker: MARKER,
      exit_code: 1,
      stderr_clixml: [
        'This script contains malicious content and has been blocked by your antivirus software.',
        '    + FullyQualifiedErrorId : ScriptContainedMaliciousContent',
      ],
    },
  ],
};
const { English, Italian, Japanese } = LANGUAGES as Record<
  'English' | 'Italian' | 'Japanese',
  Language
>;

const HOSTS: readonly (readonly [name: string, settings: object, code: string])[] = [
  [
    'absent-en',
    { ...ABSENT, locale: 'en-US', commands: rulesOf(DISABLED, English) },
    'NO_POWERSHELL',
  ],
  [
    'absent-it',
    { ...ABSENT, locale: 'it-IT', commands: rulesOf(DISABLED, Italian) },
    'NO_POWERSHELL',
  ],
  [
    'absent-ja',
    { ...ABSENT, locale: 'ja-JP', commands: rulesOf(DISABLED, Japanese) },
    'NO_POWERSHELL',
  ],
  // Tools that print in the code page of the machine, whatever that of the console is.
  [
    'absent-oem',
    { ...ABSENT, locale: 'ja-JP', commands: rulesOf(DISABLED, Japanese, 'oem') },
    'NO_POWERSHELL',
  ],
  [
    'refused-it',
    { ...REFUSED, locale: 'it-IT', commands: rulesOf(DISABLED, Italian) },
    'CONSTRAINED',
  ],
  ['blocked-ja', { ...BLOCKED, locale: 'ja-JP', commands: rulesOf(DISABLED, Japanese) }, 'BLOCKED'],
];
/** The rig's own command tables: they know no key with the build, so the old problem stands. */
const POOR: readonly (readonly [name: string, settings: object, code: string])[] = [
  ['poor-en', { ...ABSENT, locale: 'en-US' }, 'NO_POWERSHELL'],
  ['poor-it', { ...REFUSED, locale: 'it-IT' }, 'CONSTRAINED'],
  ['poor-ja', { ...BLOCKED, locale: 'ja-JP' }, 'BLOCKED'],
];
const FREE = 'free-en';

let fleet: Fleet;
let inventory: string;

beforeAll(async () => {
  const free = {
    locale: 'en-US',
    commands: rulesOf(HEALTHY, English),
    evidence: {
      schema: 'evidence/1',
      host: FREE,
      collectedAt: '2026-11-21T06:00:00Z',
      os: { build: 26_100 },
    },
  };
  const all = [...HOSTS, ...POOR, [FREE, free, ''] as const];
  const hosts = all.map(([name, settings], at) => ({
    name,
    address: `127.65.0.${at + 1}`,
    accounts: [{ domain: 'PATCH', user: 'Administrator', password: PASSWORD }],
    ...settings,
  }));
  fleet = await serveFleet(hosts);
  inventory = join(fleet.folder, 'inventory.yaml');
  mkdirSync(fleet.folder, { recursive: true });
  writeFileSync(
    inventory,
    [
      'apiVersion: patchwhy/inventory/1',
      'credentials:',
      "  rig: { user: 'PATCH\\Administrator', password: env:RIG_PASSWORD }",
      'defaults:',
      '  credential: rig',
      `  winrm: { tls: never, port: ${HTTP_PORT} }`,
      'groups:',
      '  all:',
      '    hosts:',
      ...hosts.map(({ name, address }) => `      - { name: ${name}, address: ${address} }`),
    ].join('\n'),
  );
});
afterAll(() => fleet[Symbol.asyncDispose]());

function scan(...words: readonly string[]): Promise<Ended> {
  const env = { RIG_PASSWORD: PASSWORD };
  return program(['scan', '-i', inventory, '--no-store', '--timeout', '60s', ...words], { env });
}

function entriesIn({ stdout, stderr }: Ended): ReadonlyMap<string, Record<string, unknown>> {
  if (stdout === '') throw new Error(stderr);
  const { hosts } = JSON.parse(stdout) as ScanDocument;
  return new Map(hosts.map((host) => [String(host['name']), host]));
}

test('hosts that bar PowerShell are diagnosed all the same, in any language, and say that less was read', async () => {
  const entries = entriesIn(await scan('--json'));
  for (const [name, , code] of HOSTS) {
    expect([name, entries.get(name)]).toEqual([
      name,
      expect.objectContaining({
        outcome: 'judged',
        mode: 'cmd',
        reason: expect.stringMatching(new RegExp(`^${code}: `)) as string,
        cause: 'wu-service-disabled',
      }),
    ]);
    const { shells_left_open: open = 0, server_errors: errors = 0 } = await fleet.stats(name);
    expect([name, open, errors]).toEqual([name, 0, 0]);
  }
  for (const [name, , code] of POOR) {
    expect([name, entries.get(name)]).toEqual([
      name,
      expect.objectContaining({
        outcome: 'contact',
        contact: expect.objectContaining({ stage: 'collector', code }) as object,
      }),
    ]);
  }
  expect(entries.get(FREE)).toMatchObject({ outcome: 'judged', mode: 'powershell' });
  expect(entries.get(FREE)).not.toHaveProperty('reason');
});

test('the table says it, and --audit-touch every command line', async () => {
  const { stdout, stderr } = await scan('--plain', '--audit-touch', '-l', 'absent-it');
  expect(stdout).toMatch(/absent-it .*reduced \(cmd\): NO_POWERSHELL: /);
  expect(stderr).toContain('sc.exe queryex wuauserv');
  expect(stderr).not.toContain(PASSWORD);
});

test('--method chooses the one way', async () => {
  const byCmd = entriesIn(await scan('--json', '--method', 'cmd', '-l', `${FREE},absent-en`));
  const free = byCmd.get(FREE);
  expect(free).toMatchObject({ outcome: 'judged', mode: 'cmd', reason: '--method cmd' });
  // Every command was understood and answered: nothing is unread but what is never asked.
  const unread = free?.['unread'] as { section: string; message?: string }[];
  expect(unread.filter(({ message }) => message !== 'not asked: cmd only')).toEqual([]);
  expect(byCmd.get('absent-en')).toMatchObject({ mode: 'cmd', cause: 'wu-service-disabled' });
  const byPowerShell = entriesIn(await scan('--json', '--method', 'powershell', '-l', 'absent-en'));
  expect(byPowerShell.get('absent-en')).toMatchObject({
    outcome: 'contact',
    contact: { code: 'NO_POWERSHELL' },
  });
});

test('the doctor says why PowerShell was not used', async () => {
  const env = { RIG_PASSWORD: PASSWORD };
  const { stdout } = await program(['doctor', 'absent-ja', '-i', inventory], { env });
  expect(stdout.replace(/\s+/g, ' ')).toMatch(
    /not used \(NO_POWERSHELL: .*what cmd can read was read instead/,
  );
});
