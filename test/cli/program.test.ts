/** The program as a user meets it: real processes, real files, real pipes. Needs the build (`npm run build`). */
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ScanDocument } from '../../src/outputs/scan-document.ts';
import { temporaryFolder } from '../support/folder.ts';
import { program, type Ended, type ProgramOptions } from '../support/program.ts';

const BIN = fileURLToPath(new URL('../../bin/patchwhy.js', import.meta.url));
const schema = JSON.parse(readFileSync('schemas/scan.schema.json', 'utf8')) as object;
const isScan = new Ajv2020({ allErrors: true, strict: false }).compile(schema);

function documentOf({ stdout }: Ended): ScanDocument {
  const document = JSON.parse(stdout) as ScanDocument;
  isScan(document);
  expect(isScan.errors ?? []).toEqual([]);
  return document;
}

const healthy = (host: string, more = {}) => ({
  schema: 'evidence/1',
  host,
  collectedAt: '2026-11-21T06:00:00Z',
  os: { build: 26100 },
  ...more,
});

function fileWith(name: string, text: string): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, text);
  return file;
}

/** The first thing the program says, and no later one. */
function once(
  act: (signal: (name: NodeJS.Signals) => void) => void,
): NonNullable<ProgramOptions['onError']> {
  let isDone = false;
  return (_text, signal) => {
    if (!isDone) act(signal);
    isDone = true;
  };
}

/** A port on loopback that takes connections and never says a word. */
async function silentPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function inventoryOf(port: number, more = ''): string {
  return fileWith(
    'fleet.yaml',
    `apiVersion: patchwhy/inventory/1
credentials:
  c: { user: 'ACME\\svc', password: env:TEST_PW }
defaults: { credential: c, winrm: { port: ${port}, tls: never }, timeouts: { connect: 5s } }
groups: { all: { hosts: [{ name: ws-1, address: 127.0.0.1 }] } }
${more}`,
  );
}

describe('the demo', () => {
  test('without a terminal prints the text table and ends with 0', async () => {
    const { code, stdout, stderr } = await program(['demo', '--speed', '1000']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^RECURRING {2}wsus-server-error {2}\d+ hosts/m);
    expect(stdout).toMatch(/^120 hosts: /m);
  });

  test('as JSON satisfies the schema', async () => {
    const document = documentOf(await program(['demo', '--speed', '1000', '--json']));
    expect(document).toMatchObject({ complete: true, summary: { hosts: 120 } });
  });
});

test('documents of several --evidence are judged together', async () => {
  const [a, b] = ['ws-1', 'ws-2'].map((host) => fileWith('a.json', JSON.stringify(healthy(host))));
  const ended = await program([
    'scan',
    '--evidence',
    a ?? '',
    '--evidence',
    b ?? '',
    '--json',
    '--no-store',
  ]);
  expect(documentOf(ended).summary).toMatchObject({ hosts: 2, judged: 2 });
});

describe('wrong use', () => {
  test.each([
    [['scna'], /did you mean scan/i],
    [['scan'], /no hosts to ask/],
    [['scan', '--fork', '3', 'x'], /fork/],
    [['scan', 'x', '--user', 'u', '--forks', '0'], /--forks takes a whole number/],
    [['scan', 'x', '--user', 'u', '--timeout', 'soon'], /--timeout takes a time/],
    [['scan', 'x', '--user', 'u', '--method', 'wmi'], /--method does not know "wmi"/],
    [['scan', 'x', '--user', 'u', '--fail-on', 'monday'], /--fail-on does not know "monday"/],
    [['scan', 'x', '--user', 'u', '--fail-on', 'cause:disk-ful'], /there is no cause "disk-ful"/],
    [['scan', 'x'], /no account/],
    [['scan', '-i', 'f.yaml', '--user', 'u'], /--user does not go together with an inventory/],
    [['scan', '-i', 'f.yaml', '--password', 'prompt'], /--password does not go together with an/],
    [['scan', '--evidence', 'x', '--user', 'u'], /--user does not go together with --evidence/],
    [['scan', '-i', 'missing.yaml'], /missing\.yaml: there is no such file/],
    [['scan', '--evidence', 'missing'], /missing: cannot be read \(ENOENT\)/],
    [['scan', '--json', '--jsonl', 'x'], /json/],
    [['explain', 'no-such-host'], /no code in the tables, no cause and no host/],
    [[], /say what to do/],
  ])('%j ends with 2 and one line that says what is wrong', async (words, message) => {
    const { code, stdout, stderr } = await program(words, {
      env: { PATCHWHY_STATE: temporaryFolder() },
    });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  });
});

describe('an inventory', () => {
  test.each([
    ['broken YAML', 'groups: [', /fleet\.yaml:\d+:\d+/],
    [
      'an unknown key',
      'apiVersion: patchwhy/inventory/1\ngroups: { a: { hosts: [x], credental: c } }',
      /fleet\.yaml:2:\d+.*credental/,
    ],
  ])('with %s is refused with its place', async (_, text, message) => {
    const { code, stderr } = await program(['inventory', 'check', fileWith('fleet.yaml', text)]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('with a literal password is refused, and the password is not repeated', async () => {
    const file = fileWith(
      'fleet.yaml',
      'credentials: { c: { user: u, password: Tr0ub4dor-3 } }\nhosts: [x]\n',
    );
    const { code, stdout, stderr } = await program(['inventory', 'check', file]);
    expect(code).toBe(2);
    expect(stdout + stderr).not.toContain('Tr0ub4dor-3');
    expect(stderr).toMatch(/env:|file:/);
  });

  test('that is well says what it comes to', async () => {
    const { code, stdout } = await program(['inventory', 'check', 'inventory.example.yaml']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/inventory\.example\.yaml: \d+ hosts.*nothing wrong/);
  });
});

describe('hosts by name', () => {
  const scan = (...words: string[]) =>
    program(
      ['scan', ...words, '--user', 'u', '--password', 'env:TEST_PW', '--json', '--no-store'],
      {
        env: { TEST_PW: 'x', PATCHWHY_DNS: '127.0.0.1:9' },
      },
    );
  const names = (ended: Ended) => documentOf(ended).hosts.map((host) => host['name']);

  test('are all asked', async () => {
    expect(names(await scan('a.invalid', 'b.invalid', 'c.invalid'))).toEqual([
      'a.invalid',
      'b.invalid',
      'c.invalid',
    ]);
  });

  test('come from stdin for a lone dash', async () => {
    const text = execFileSync(
      'bash',
      [
        '-c',
        'printf "a.invalid\\nb.invalid\\n" | "$0" "$1" scan - --user u --password env:TEST_PW --json --no-store || true',
        process.execPath,
        BIN,
      ],
      { encoding: 'utf8', env: { ...process.env, TEST_PW: 'x', PATCHWHY_DNS: '127.0.0.1:9' } },
    );
    expect(names({ code: 5, stdout: text, stderr: '' })).toEqual(['a.invalid', 'b.invalid']);
  });

  test('given with one flag twice are refused: only one of its values could count', async () => {
    const { code, stderr } = await scan('a.invalid', '--forks', '2', '--forks', '3');
    expect(code).toBe(2);
    expect(stderr).toMatch(/--forks is given more than once/);
  });
});

describe('contact', () => {
  test('with a secret that cannot be resolved does not begin: exit 6, naming the credential', async () => {
    const { code, stdout, stderr } = await program([
      'scan',
      '-i',
      inventoryOf(await silentPort()),
      '--json',
    ]);
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
    expect(stderr).toMatch(/TEST_PW/);
  });

  test('with a port where nothing listens ends with 5 and says so in JSON', async () => {
    const state = temporaryFolder();
    const ended = await program(['scan', '-i', inventoryOf(1), '--json'], {
      env: { TEST_PW: 'x', PATCHWHY_STATE: state },
    });
    expect(ended.code).toBe(5);
    expect(documentOf(ended).hosts).toMatchObject([
      {
        outcome: 'contact',
        cause: 'contact-refused',
        contact: { stage: 'tcp', code: 'ECONNREFUSED' },
      },
    ]);
    const again = await program(['explain', 'WS-1'], { env: { PATCHWHY_STATE: state } });
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('ECONNREFUSED');
  });

  test('that is stopped by its --timeout names the limit and the step', async () => {
    const ended = await program(
      ['scan', '-i', inventoryOf(await silentPort()), '--json', '--timeout', '300ms', '--no-store'],
      { env: { TEST_PW: 'x' } },
    );
    expect(documentOf(ended).hosts).toMatchObject([
      { contact: { stage: 'timeout', code: 'LIMIT' }, cause: 'contact-timeout' },
    ]);
  });

  test('that is stopped by the --deadline ends with 124 and whole JSON', async () => {
    const ended = await program(
      [
        'scan',
        '-i',
        inventoryOf(await silentPort()),
        '--json',
        '--deadline',
        '300ms',
        '--no-store',
      ],
      { env: { TEST_PW: 'x' } },
    );
    expect(ended.code).toBe(124);
    expect(documentOf(ended)).toMatchObject({ complete: false, hosts: [{ outcome: 'skipped' }] });
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('stopped by %s ends with %i and whole JSON', async (name, exit) => {
    const ended = await program(
      ['scan', '-i', inventoryOf(await silentPort()), '--json', '-vv', '--no-store'],
      {
        env: { TEST_PW: 'x' },
        onError: once((signal) => signal(name)),
      },
    );
    expect(ended.code).toBe(exit);
    expect(documentOf(ended)).toMatchObject({ complete: false, summary: { hosts: 1, skipped: 1 } });
  });

  test('over the same inventory by two runs at once: the second ends with 10 and names the first', async () => {
    const inventory = inventoryOf(await silentPort());
    const env = { TEST_PW: 'x', PATCHWHY_STATE: temporaryFolder() };
    let second: Promise<Ended> | undefined;
    const first = program(['scan', '-i', inventory, '-vv'], {
      env,
      onError: (_, signal) => {
        second ??= program(['scan', '-i', inventory], { env }).finally(() => signal('SIGTERM'));
      },
    });
    expect((await first).code).toBe(143);
    expect(await second).toMatchObject({
      code: 10,
      stderr: expect.stringMatching(/another run .*\(process \d+\)/) as string,
    });
  });
});

describe('stored documents', () => {
  test('are judged again, and the run they make is judged the same', async () => {
    const state = temporaryFolder();
    const file = fileWith(
      'fleet.ndjson',
      ['ws-1', 'ws-2'].map((host) => JSON.stringify(healthy(host))).join('\n'),
    );
    const first = documentOf(
      await program(['scan', '--evidence', file, '--json'], { env: { PATCHWHY_STATE: state } }),
    );
    const [run = ''] = readdirSync(join(state, 'runs'));
    const second = documentOf(
      await program(['scan', '--evidence', join(state, 'runs', run), '--json'], {
        env: { PATCHWHY_STATE: state },
      }),
    );
    const bare = ({ hosts }: ScanDocument) =>
      hosts
        .map(({ ageSeconds: _, ...host }) => host)
        .toSorted((a, b) => String(a['name']).localeCompare(String(b['name'])));
    expect(bare(second)).toEqual(bare(first));
  });

  test('that are cut or unknown among others end as contact and 4', async () => {
    const file = fileWith(
      'a.ndjson',
      `${JSON.stringify(healthy('ws-1'))}\n${JSON.stringify(healthy('ws-2')).slice(0, 80)}\n`,
    );
    const ended = await program(['scan', '--evidence', file, '--json', '--no-store']);
    expect(ended.code).toBe(4);
    expect(documentOf(ended).hosts[1]).toMatchObject({
      name: 'ws-2',
      outcome: 'contact',
      status: 'no-data',
      contact: { stage: 'collector' },
    });
  });

  test('of an unknown schema alone end with 9', async () => {
    const file = fileWith('a.json', JSON.stringify({ schema: 'evidence/9', host: 'x' }));
    expect((await program(['scan', '--evidence', file, '--json'])).code).toBe(9);
  });
});

describe('output', () => {
  test('into a pipe that closes early ends quietly', async () => {
    const text = execFileSync(
      'bash',
      [
        '-c',
        '"$0" "$1" demo --speed 1000 2>&1 | head -1; exit "${PIPESTATUS[1]}"',
        process.execPath,
        BIN,
      ],
      { encoding: 'utf8' },
    );
    expect(text).toMatch(/^patchwhy \S+ {2}demo .*\n$/);
  });

  test('by --jsonl into a pipe that closes early stops the run: 129, and no stack', async () => {
    const inventory = inventoryOf(await silentPort());
    const script =
      '("$0" "$1" scan -i "$2" --jsonl --no-store --timeout 20s; echo "code $?" >&2) | head -1';
    const child = spawn('bash', ['-c', script, process.execPath, BIN, inventory], {
      env: { ...process.env, TEST_PW: 'x' },
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    await new Promise((resolve) => child.once('close', resolve));
    expect(stderr).toMatch(/code 129/);
    expect(stderr).not.toMatch(/internal|EPIPE|\n\s+at /);
  });

  test('of explain decodes a code in every spelling', async () => {
    const texts = await Promise.all(
      ['0x80070643', '-2147023293', '2147944003'].map((code) => program(['explain', code])),
    );
    for (const { code, stdout } of texts) {
      expect(code).toBe(0);
      expect(stdout).toMatch(/^0x80070643/);
    }
  });

  test('that cannot be written is one line and exit 1, not a crash', async () => {
    const text = execFileSync(
      'bash',
      ['-c', '"$0" "$1" explain 1603 2>&1 >/dev/full; echo "code $?"', process.execPath, BIN],
      {
        encoding: 'utf8',
      },
    );
    expect(text).toBe('patchwhy: the output could not be written (ENOSPC)\ncode 1\n');
  });

  test('of --version is that of version', async () => {
    expect((await program(['--version'])).stdout).toBe((await program(['version'])).stdout);
  });

  test('of version is one line', async () => {
    expect(await program(['version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^patchwhy \d+\.\d+\.\d+\n$/) as string,
    });
  });
});

describe('a secret', () => {
  const PASSWORD = 'Pl4nted-Secret-77';
  test.each([['--json'], ['--jsonl'], ['--plain', '-vv', '--audit-touch']])(
    'never reaches output or files of a scan (%s)',
    async (...flags) => {
      const state = temporaryFolder();
      const secret = fileWith('secret', `${PASSWORD}\n`);
      chmodSync(secret, 0o600);
      const inventory = fileWith(
        'fleet.yaml',
        `credentials:
  a: { user: 'ACME\\svc', password: env:TEST_PW }
  b: { user: u, password: "file:${secret}" }
  c: { user: u, password: "exec:cat ${secret}" }
defaults: { winrm: { port: 1, tls: never } }
hosts:
  - { name: ws-1, address: 127.0.0.1, credential: a }
  - { name: ws-2, address: 127.0.0.2, credential: b }
  - { name: ws-3, address: 127.0.0.3, credential: c }
`,
      );
      const env = { TEST_PW: PASSWORD, PATCHWHY_STATE: state };
      const ended = await program(['scan', '-i', inventory, ...flags], { env });
      expect(ended.code).toBe(5);
      const explained = await program(['explain', 'ws-2'], { env });
      const files = readdirSync(state, { recursive: true, encoding: 'utf8' })
        .map((name) => join(state, name))
        .filter((name) => statSync(name).isFile())
        .map((name) => readFileSync(name, 'utf8'));
      expect(files.length).toBeGreaterThan(2);
      for (const text of [ended.stdout, ended.stderr, explained.stdout, ...files]) {
        expect(text).not.toContain(PASSWORD);
      }
    },
  );
});

describe('text of documents', () => {
  test.each([
    ['an error line', 'a.json', '{"schema":"\\u001b]0;pwned\\u0007","host":"x"}'],
    ['a torn document', 'b.json', '{"schema":"evidence/1","host":"\u001b[2Jx"'],
  ])('never reaches the terminal raw in %s', async (_, name, text) => {
    const { stderr, stdout } = await program(['scan', '--evidence', fileWith(name, text), '-v']);
    // oxlint-disable-next-line no-control-regex
    expect(stderr + stdout).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/);
  });

  test('never reaches the terminal raw in explain', async () => {
    const more = { errors: [{ section: '\u001B]0;pwned\u0007', message: '\u001B[2J' }] };
    const file = fileWith('a.json', JSON.stringify(healthy('ws-1', more)));
    const { code, stdout } = await program(['explain', 'ws-1', '--evidence', file]);
    expect(code).toBe(0);
    // oxlint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/);
    expect(stdout).toContain('pwned');
  });
});

describe('storage', () => {
  test('is readable by its owner alone', async () => {
    const state = join(temporaryFolder(), 'state');
    await program(['scan', '--evidence', fileWith('a.json', JSON.stringify(healthy('ws-1')))], {
      env: { PATCHWHY_STATE: state },
    });
    for (const name of ['', ...readdirSync(state, { recursive: true, encoding: 'utf8' })]) {
      const { mode } = statSync(join(state, name));
      expect(`${name} ${(mode & 0o077).toString(8)}`).toBe(`${name} 0`);
    }
  });

  test('that cannot be written is a notice; the run goes on and ends with 1', async () => {
    const home = fileWith('home', 'a file in the place of the home folder');
    const document = fileWith('a.json', JSON.stringify(healthy('ws-1')));
    const ended = await program(['scan', '--evidence', document, '--json'], {
      env: { HOME: home },
    });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/not stored/);
    expect(documentOf(ended)).toMatchObject({
      summary: { judged: 1 },
      exit: { reasons: ['evidence-lost'] },
    });
  });
});

describe('an old Node', () => {
  const asOld = (bin: string, words: string[]) =>
    new Promise<Ended>((resolve) => {
      const old = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'18.20.0'});Object.defineProperty(process,'version',{value:'v18.20.0'})`;
      const child = spawn(process.execPath, ['--import', old, bin, ...words]);
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      child.once('close', (code) => resolve({ code, stdout, stderr }));
    });

  test('goes on with the one that npm ci brought', async () => {
    expect(await asOld(BIN, ['version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^patchwhy/) as string,
    });
  });

  test('without that one says in one line what is needed', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'bin'));
    copyFileSync(BIN, join(folder, 'bin', 'patchwhy.js'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const { code, stderr } = await asOld(join(folder, 'bin', 'patchwhy.js'), ['version']);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^patchwhy: needs Node 22\.16 or newer and this is v18\.20\.0: .*npm ci.*\n$/,
    );
  });
});
