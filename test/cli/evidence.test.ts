/** Evidence by hand, as a user meets it: real processes and files. Needs the build (`npm run build`). */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ScanDocument } from '../../src/outputs/scan-document.ts';
import { bundleOf } from '../support/bundle.ts';
import { temporaryFolder } from '../support/folder.ts';
import { program } from '../support/program.ts';

const document = (host: string, more = {}) => ({
  schema: 'evidence/1',
  host,
  collectedAt: '2026-11-24T06:00:00Z',
  collector: { mode: 'powershell', elevated: true },
  os: { build: 26_100, ubr: 1 },
  ...more,
});

/** A stick with files, and a state folder of its own. */
function desk(files: Readonly<Record<string, string | Buffer>> = {}) {
  const [stick, state] = [temporaryFolder(), temporaryFolder()];
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(stick, name, '..'), { recursive: true });
    writeFileSync(join(stick, name), bytes);
  }
  const run = (...words: string[]) =>
    program(words, { env: { PATCHWHY_STATE: state }, cwd: stick });
  return { stick, state, run };
}

function altered(host: string): Buffer {
  const bytes = bundleOf(document(host));
  bytes.write('26101', bytes.indexOf('26100'));
  return bytes;
}

describe('evidence import', () => {
  test('takes bundles, tells how old they are, shows their causes and the next command', async () => {
    const { run } = desk({ 'usb/PLC-07-20261124-060000.patchwhy': bundleOf(document('PLC-07')) });
    const { code, stdout, stderr } = await run('evidence', 'import', 'usb');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^PLC-07: bundle, \d+ (day|hour|minute)s? old, SHA-256 [0-9a-f]{64}$/m);
    expect(stdout).toContain('os-end-of-life  1 host');
    expect(stdout).toMatch(/^next: patchwhy explain PLC-07$/m);
    expect((await run('explain', 'plc-07')).stdout).toContain('PLC-07');
    expect((await run('evidence', 'list')).stdout).toMatch(
      /^\S{20,} +\d+ \w+ old +1 documents +1 kB$/m,
    );
  });

  test('refuses what was altered or is newer with one line each and exit 9, and takes the others', async () => {
    const { run } = desk({
      'usb/a.patchwhy': bundleOf(document('PLC-07')),
      'usb/b.patchwhy': altered('PLC-08'),
      'usb/deep/c.patchwhy': bundleOf(document('PLC-09', { schema: 'evidence/7' })),
      'usb/d.patchwhy': bundleOf(document('PLC-10'), { version: 2 }),
      'usb/e.patchwhy': 'something else',
    });
    const { code, stdout, stderr } = await run('evidence', 'import', 'usb');
    expect(code).toBe(9);
    expect(stdout).toContain('1 host: 1 judged');
    expect(
      stderr
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/[;(]/)[0]),
    ).toEqual([
      expect.stringMatching(/^patchwhy: usb\/b\.patchwhy was altered: its SHA-256 is/),
      expect.stringMatching(/^patchwhy: usb\/d\.patchwhy is a bundle of version 2/),
      expect.stringMatching(/^patchwhy: usb\/deep\/c\.patchwhy holds schema "evidence\/7"/),
      expect.stringMatching(/^patchwhy: usb\/e\.patchwhy is no bundle/),
    ]);
    expect(stdout + stderr).not.toMatch(/PLC-0[89]/);
  });

  test('that has nothing good ends with 9 and stores no run', async () => {
    const { run, state } = desk({ 'b.patchwhy': altered('PLC-08') });
    const { code, stdout } = await run('evidence', 'import', 'b.patchwhy');
    expect({ code, stdout }).toEqual({ code: 9, stdout: '' });
    expect(readdirSync(state)).toEqual([]);
  });

  test('takes documents that somebody else gathered: JSON, and many in one file [NIN-07]', async () => {
    const lines = ['a', 'b'].map((host) => JSON.stringify(document(host)));
    const { run } = desk({
      'rmm/one.json': JSON.stringify(document('c')),
      'rmm/many.ndjson': lines.join('\n'),
      'rmm/scan.json': JSON.stringify({ schema: 'patchwhy/scan/1' }),
    });
    const { code, stdout, stderr } = await run('evidence', 'import', 'rmm');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^a: document, /m);
    expect(stdout).toContain('3 hosts: 3 judged');
    expect(stdout).toMatch(/^next: patchwhy explain HOST$/m);
  });

  test('shows nothing of a hostile name or message as it is', async () => {
    const evil = document('\u001b[31mPLC', { errors: [{ section: 'os', message: '\u001b]0;x' }] });
    const { run } = desk({ 'a.patchwhy': bundleOf(evil), 'b\u001b[7m.patchwhy': 'x' });
    const { stdout, stderr } = await run('evidence', 'import', '.');
    expect(stdout + stderr).not.toContain('\u001b');
  });

  test.each([
    ['nothing there', ['missing'], 2, /missing: cannot be read \(ENOENT\)/],
    ['no evidence there', ['.'], 2, /no evidence there/],
    ['no path', [], 2, /needs a file/],
  ])('with %s says so', async (_, paths, code, message) => {
    const ended = await desk().run('evidence', 'import', ...paths);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(message);
  });

  test('says so when an older document comes after a newer one', async () => {
    const { run } = desk({
      'new.patchwhy': bundleOf(document('PLC-07')),
      'old.patchwhy': bundleOf(document('PLC-07', { collectedAt: '2026-10-01T06:00:00Z' })),
    });
    await run('evidence', 'import', 'new.patchwhy');
    const { stdout } = await run('evidence', 'import', 'old.patchwhy');
    expect(stdout).toContain('scans go on with that of 2026-11-24T06:00:00Z, which is newer');
  });
});

describe('a scan of hosts with transport: bundle', () => {
  const INVENTORY = `apiVersion: patchwhy/inventory/1
sites: { plant: {} }
groups:
  plc: { site: plant, transport: bundle, hosts: [plc-07.plant.example, plc-08.plant.example] }
`;

  test('uses what was imported, with its age, and says of the others what to type', async () => {
    const { run } = desk({ 'a.patchwhy': bundleOf(document('PLC-07')), 'fleet.yaml': INVENTORY });
    await run('evidence', 'import', 'a.patchwhy');
    const { code, stdout } = await run('scan', '-i', 'fleet.yaml', '--json');
    const { hosts, notices } = JSON.parse(stdout) as ScanDocument;
    expect(code).toBe(4);
    expect(hosts).toMatchObject([
      { name: 'plc-07.plant.example', cause: 'os-end-of-life', labels: { site: 'plant' } },
      {
        name: 'plc-08.plant.example',
        status: 'skipped',
        reason: expect.stringMatching(/collector pack/) as string,
      },
    ]);
    expect(notices.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^not asked, but imported: plc-07\.plant\.example \(bundle, .* old\)$/),
    );
  });

  test('is no fault of the inventory', async () => {
    const { stdout } = await desk({ 'fleet.yaml': INVENTORY }).run(
      'inventory',
      'check',
      'fleet.yaml',
    );
    expect(stdout).toMatch(/^2 hosts by bundle: patchwhy collector pack/m);
    expect(stdout).not.toContain('skipped');
  });
});

describe('evidence verify', () => {
  test('tells whole files from altered ones, by exit code too', async () => {
    const { run } = desk({
      'good.patchwhy': bundleOf(document('PLC-07')),
      'good.json': JSON.stringify(document('a')),
      'bad.patchwhy': altered('PLC-08'),
      'cut.json': JSON.stringify(document('a')).slice(0, 50),
      'new.json': JSON.stringify(document('a', { schema: 'evidence/9' })),
    });
    const good = await run('evidence', 'verify', 'good.patchwhy', 'good.json');
    expect(good.code).toBe(0);
    expect(good.stdout).toMatch(/^good\.patchwhy: 1 document is whole, SHA-256 [0-9a-f]{64}$/m);
    for (const file of ['bad.patchwhy', 'cut.json', 'new.json']) {
      const { code, stderr, stdout } = await run('evidence', 'verify', file);
      expect({ file, code, stdout }).toEqual({ file, code: 9, stdout: '' });
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    }
  });
});

describe('a stored run', () => {
  test('can be judged again, checked, exported and masked by its id or as the last one', async () => {
    const { run, stick } = desk({ 'a.patchwhy': bundleOf(document('PLC-07')) });
    await run('evidence', 'import', 'a.patchwhy');
    const [id = ''] = (await run('evidence', 'list')).stdout.split(' ');
    const again = await run('scan', '--evidence', 'last', '--json', '--no-store');
    expect(JSON.parse(again.stdout)).toMatchObject({ summary: { judged: 1 } });
    expect((await run('evidence', 'verify', id)).stdout).toContain('1 document is whole');
    expect((await run('evidence', 'export', id, '-o', 'run.ndjson')).code).toBe(0);
    const exported = readFileSync(join(stick, 'run.ndjson'), 'utf8');
    expect(
      exported
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toEqual([document('PLC-07')]);
    expect(statSync(join(stick, 'run.ndjson')).mode & 0o777).toBe(0o600);
    const { stdout } = await run('evidence', 'redact', 'last');
    expect(JSON.parse(stdout)).toMatchObject({ host: expect.stringMatching(/^host-/) as string });
    expect(stdout).not.toContain('PLC-07');
  });
});

describe('evidence redact', () => {
  const files = {
    'a.json': JSON.stringify(document('PLC-07')),
    'b.json': JSON.stringify(document('b', { audit: { lastPatchError: 'lost plc-07' } })),
    key: 'a word',
  };

  test('masks a name alike in all files of a call, and otherwise in the next call', async () => {
    const { run } = desk(files);
    const [one, two] = await Promise.all(
      [1, 2].map(() => run('evidence', 'redact', 'a.json', 'b.json')),
    );
    const [a, b] = (one?.stdout ?? '')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { host: string; audit?: object });
    expect(b?.audit).toEqual({ lastPatchError: `lost ${a?.host}` });
    expect(two?.stdout).not.toContain(a?.host);
  });

  test('with a key masks alike in every call, and takes the key by reference only', async () => {
    const { run } = desk(files);
    const env = { PATCHWHY_STATE: temporaryFolder(), MASK_KEY: 'a word' };
    const { stick } = desk(files);
    const keyed = () =>
      program(['evidence', 'redact', 'a.json', '--key', 'env:MASK_KEY'], { env, cwd: stick });
    const [one, two] = await Promise.all([keyed(), keyed()]);
    expect(one.stdout).toBe(two.stdout);
    expect(one.code).toBe(0);
    const { code, stderr } = await run('evidence', 'redact', 'a.json', '--key', 'Tr0ub4dor-3');
    expect(code).toBe(2);
    expect(stderr).toContain('takes a reference');
    expect(stderr).not.toContain('Tr0ub4dor-3');
  });

  test('writes over nothing', async () => {
    const { run } = desk(files);
    const { code, stderr } = await run('evidence', 'redact', 'a.json', '-o', 'b.json');
    expect(code).toBe(2);
    expect(stderr).toContain('b.json: is there already');
  });
});

describe('collector', () => {
  test('show prints the script and its hash, and the hash alone', async () => {
    const { run } = desk();
    const { stdout, stderr } = await run('collector', 'show');
    const hash = (await run('collector', 'show', '--sha256')).stdout.trim();
    expect(stdout).toMatch(/^# patchwhy collector: /);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(stderr).toContain(hash);
  });

  test('pack writes the script and its starter, here, in a folder or under a name, and over nothing', async () => {
    const { run, stick } = desk({ 'usb/x': '' });
    expect((await run('collector', 'pack')).stdout).toContain('patchwhy evidence import');
    expect((await run('collector', 'pack', '-o', 'usb')).code).toBe(0);
    expect((await run('collector', 'pack', '-o', 'plant.ps1')).code).toBe(0);
    expect(readdirSync(stick).toSorted()).toEqual([
      'patchwhy-collector.cmd',
      'patchwhy-collector.ps1',
      'plant.cmd',
      'plant.ps1',
      'usb',
    ]);
    expect(readFileSync(join(stick, 'plant.cmd'), 'utf8')).toContain("'.\\plant.ps1'");
    expect(readFileSync(join(stick, 'usb/patchwhy-collector.ps1'), 'utf8')).toBe(
      (await run('collector', 'pack', '-o', '-')).stdout,
    );
    expect(await run('collector', 'pack')).toMatchObject({ code: 2 });
    expect(await run('collector', 'pack', '--force')).toMatchObject({ code: 0 });
  });

  test.each(['x.zip', "o'x.ps1", '$(x).ps1', 'a b.ps1'])(
    'pack takes no file called %j',
    async (name) => {
      const { code, stderr } = await desk().run('collector', 'pack', '-o', name);
      expect(code).toBe(2);
      expect(stderr).toContain('plain letters');
    },
  );
});
