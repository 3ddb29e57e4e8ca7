import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { program } from '../support/program.ts';

const FLEET = fileURLToPath(new URL('../../demo/fleet.ndjson', import.meta.url));

type Rows = readonly Record<string, unknown>[];

function user(state: string) {
  const run = (...words: readonly string[]) =>
    program(words, { env: { PATCHWHY_STATE: state, LANG: 'C' } });
  return {
    state,
    run,
    /** What it prints, where nothing was to be complained of. */
    async told(...words: readonly string[]): Promise<string> {
      const { code, stdout, stderr } = await run(...words);
      expect({ words, code, stderr }).toEqual({ words, code: 0, stderr: '' });
      return stdout;
    },
    async rows(...words: readonly string[]): Promise<Rows> {
      return JSON.parse(await this.told(...words, '--json')) as Rows;
    },
  };
}

async function afterScan() {
  const me = user(join(temporaryFolder(), 'state'));
  // Hosts that cannot be reached end it with 4.
  const { stderr } = await me.run('scan', '--evidence', FLEET);
  expect(stderr).toBe('');
  return me;
}

function ordered(rows: Rows): readonly string[] {
  return rows.map((row) => JSON.stringify(row)).toSorted();
}

function histories(state: string): readonly string[] {
  return readdirSync(join(state, 'history')).filter((name) => name.endsWith('.db'));
}

test('tables of the history are those of the evidence, host for host', async () => {
  const me = await afterScan();
  expect(histories(me.state)).toHaveLength(1);
  for (const table of ['patches', 'verdicts', 'hosts', 'host-patches', 'life']) {
    const remembered = ordered(await me.rows('list', table, '--all'));
    const read = ordered(await me.rows('list', table, '--all', '--evidence', FLEET));
    expect([table, remembered.length > 5, remembered]).toEqual([table, true, read]);
  }
});

test('runs that were stored while there was no history are taken in when it is read', async () => {
  const me = await afterScan();
  const before = await me.told('list', 'cycles', '--json');
  rmSync(join(me.state, 'history'), { recursive: true });
  expect(await me.told('list', 'cycles', '--json')).toBe(before);
});

test('a change is noted, listed and compared; without runs on either side that is said', async () => {
  const me = await afterScan();
  const [uid = ''] = (
    await me.told('change', 'add', 'moved WSUS', '--at', '2026-11-03', '--hosts', 'site:milano')
  ).split('\n');
  expect(await me.rows('list', 'changes')).toEqual([
    { id: uid, at: '2026-11-03T00:00:00.000Z', hosts: 'site:milano', text: 'moved WSUS' },
  ]);
  const { code, stderr } = await me.run('change', 'show', uid);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^patchwhy: no complete run is remembered from before 2026-11-03/);
  expect((await me.run('change', 'add', 'x', '--at', '2999-01-01')).stderr).toContain('lies ahead');
  expect((await me.run('change', 'add', 'x', '--at', 'tuesday')).stderr).toContain('2026-11-03');
  expect((await me.run('change', 'show', 'nonsense')).stderr).toContain('there is no change');
});

test('re-diagnosis by the same rules finds no difference; by rules of one’s own it does', async () => {
  const me = await afterScan();
  const same = JSON.parse(await me.told('rediagnose', '--json')) as {
    counts: Record<string, number>;
  };
  expect(same.counts).toEqual({ new: 0, changed: 0, same: 80, unknown: 0, cured: 0, well: 40 });
  // The worked example of docs/rules.md.
  const text = readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8');
  const [, example = ''] = /```yaml\n(id: acme-backup.*?)```/s.exec(text) ?? [];
  const rules = join(temporaryFolder(), 'own.yaml');
  writeFileSync(rules, example);
  const other = await me.told('rediagnose', '--rules', rules);
  expect(other).toContain('own.yaml: 1 cause changed, 79 same, 40 well in both');
});

describe('prune', () => {
  test('says what goes, and does nothing without --yes', async () => {
    const me = await afterScan();
    const before = await me.told('list', 'patches', '--json');
    expect(await me.told('prune', '--runs', '0', '--evidence', '0')).toContain(
      'nothing has gone yet',
    );
    expect(await me.told('list', 'patches', '--json')).toBe(before);
    expect(readdirSync(join(me.state, 'runs'))).toHaveLength(1);
  });

  test('of evidence alone leaves the tables as they were, and re-diagnosis says that it cannot', async () => {
    const me = await afterScan();
    const before = await me.told('list', 'patches', '--json');
    await me.told('prune', '--runs', '400', '--evidence', '0', '--yes');
    expect(readdirSync(join(me.state, 'runs'))).toEqual([]);
    expect(await me.told('list', 'patches', '--json')).toBe(before);
    const { code, stderr } = await me.run('rediagnose');
    expect(code).toBe(2);
    expect(stderr).toContain('has no evidence any more');
  });

  test('refuses what is no number of days', async () => {
    const me = await afterScan();
    expect((await me.run('prune', '--runs', 'all')).stderr).toContain(
      '--runs takes a number of days',
    );
  });
});

describe('export and import', () => {
  test('bring a history elsewhere, where all is told as here, once', async () => {
    const me = await afterScan();
    await me.told('change', 'add', 'moved WSUS', '--at', '2026-11-03');
    const file = join(temporaryFolder(), 'acme.history.gz');
    await me.told('export', file);
    const you = user(join(temporaryFolder(), 'state'));
    await you.told('import', file);
    expect(await you.told('import', file)).toContain('0 runs taken in, 1 were there');
    for (const table of ['runs', 'patches', 'cycles', 'life', 'changes'])
      expect(ordered(await you.rows('list', table))).toEqual(ordered(await me.rows('list', table)));
    // Out of the documents that came along.
    expect(await you.told('rediagnose')).toContain('80 same');
    const { code, stderr } = await me.run('export', file);
    expect([code, stderr]).toEqual([2, expect.stringContaining('it is there already')]);
  });

  test.each([
    ['is cut', (file: string) => truncateSync(file, 20_000)],
    ['cannot be read', (file: string) => writeFileSync(file, 'something else')],
  ])('a file that %s is refused in one line', async (why, spoil) => {
    const me = await afterScan();
    const file = join(temporaryFolder(), 'x.gz');
    await me.told('export', file);
    spoil(file);
    const { code, stderr } = await user(join(temporaryFolder(), 'state')).run('import', file);
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`^patchwhy: .*x\\.gz (?:${why}|cannot be read)`));
  });
});

test('of several clients each is told apart, and all together by the runs’ own files', async () => {
  const folder = temporaryFolder();
  const documents = readFileSync(FLEET, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { host: string; labels: Record<string, string> })
    .map((document, at) => ({
      ...document,
      labels: { ...document.labels, client: at % 3 === 0 ? 'beta' : 'acme' },
    }));
  const file = join(folder, 'two.ndjson');
  writeFileSync(file, documents.map((each) => JSON.stringify(each)).join('\n'));
  const me = user(join(folder, 'state'));
  await me.run('scan', '--evidence', file);
  expect(histories(me.state)).toHaveLength(2);
  expect(await me.rows('list', 'hosts', '--client', 'acme')).toHaveLength(80);
  expect(await me.rows('list', 'hosts', '--client', 'beta')).toHaveLength(40);
  expect(await me.rows('list', 'hosts')).toHaveLength(120);
  const { code, stderr } = await me.run('list', 'cycles');
  expect([code, stderr]).toEqual([2, expect.stringMatching(/acme, beta\n.*--client/)]);
  expect((await me.run('list', 'cycles', '--client', 'acne')).stderr).toContain('acme');
  const again = JSON.parse(await me.told('rediagnose', '--client', 'beta', '--json')) as {
    hosts: readonly unknown[];
  };
  expect(again.hosts).toHaveLength(40);
  // All clients' files are never told for one client's history.
  for (const words of [
    ['list', 'hosts', '--client', 'acme', '--evidence', file],
    ['list', 'hosts', '--client', 'acme', '--run', 'demo'],
    ['list', 'causes', '--client', 'acme'],
    ['diff', 'nonsense', 'last', '--client', 'acme'],
  ])
    expect(await me.run(...words)).toMatchObject({ code: 2, stdout: '' });
  // What one client's history holds says nothing of the other's hosts.
  const out = join(folder, 'acme.gz');
  await me.told('export', out, '--client', 'acme');
  const you = user(join(folder, 'other'));
  await you.told('import', out);
  const theirs = (await you.rows('list', 'hosts')).map(({ host }) => host);
  expect(theirs).toHaveLength(80);
});

test.each(['s3cret', 'mysql://me:s3cret@db/x', 'env:NOT_THERE_s3cret_no'])(
  'a database by %s is refused in one line that does not repeat it',
  async (told) => {
    const { code, stderr } = await program(['list', 'cycles'], {
      env: { PATCHWHY_STATE: temporaryFolder(), PATCHWHY_DATABASE: told },
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^patchwhy: .*PATCHWHY_DATABASE/);
    expect(stderr.replaceAll('NOT_THERE_s3cret_no', '')).not.toContain('s3cret');
  },
);

describe('a history that cannot be used', () => {
  test('is told, and the runs’ own files tell in its place; rebuild makes it anew', async () => {
    const me = await afterScan();
    const before = await me.told('list', 'patches', '--json');
    const [name = ''] = histories(me.state);
    writeFileSync(join(me.state, 'history', name), 'no database at all');
    const { code, stdout, stderr } = await me.run('list', 'patches', '--json');
    expect([code, JSON.parse(stdout)]).toEqual([0, JSON.parse(before)]);
    expect(stderr).toMatch(
      /^patchwhy: warning: the history .* is damaged; .*\n {2}.*history rebuild/,
    );
    const rebuilt = await me.run('history', 'rebuild');
    expect([rebuilt.code, rebuilt.stdout]).toEqual([0, expect.stringContaining('1 runs taken in')]);
    expect(existsSync(join(me.state, 'history', `${name}.damaged`))).toBe(true);
    expect(await me.told('list', 'patches', '--json')).toBe(before);
  });

  test('where its folder cannot be written, a scan ends as it would have ended', async () => {
    const state = join(temporaryFolder(), 'state');
    mkdirSync(state);
    writeFileSync(join(state, 'history'), 'in the way');
    const me = user(state);
    const { code, stderr } = await me.run('scan', '--evidence', FLEET);
    expect(code).toBe(4);
    expect(stderr).toMatch(/^patchwhy: warning: /);
    expect(await me.run('list', 'patches')).toMatchObject({ code: 0 });
  });
});

test('a year of the demo is told whole, the same every time, and leaves the user’s own state alone', async () => {
  const me = user(join(temporaryFolder(), 'state'));
  const tmp = temporaryFolder();
  const shown = () =>
    program(['demo', '--history'], { env: { PATCHWHY_STATE: me.state, LANG: 'C', TMPDIR: tmp } });
  const { code, stdout, stderr } = await shown();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(existsSync(me.state)).toBe(false);
  const nameless = (text: string): string => text.replaceAll(/patchwhy-demo-year-\w+/g, 'FOLDER');
  expect(nameless((await shown()).stdout)).toBe(nameless(stdout));
  const year = user(/PATCHWHY_STATE=(\S+)/.exec(stdout)?.[1] ?? '');
  const cycles = await year.rows('list', 'cycles');
  expect(cycles.map(({ cycle }) => cycle)).toEqual([
    '2025-12',
    ...Array.from({ length: 11 }, (_, at) => `2026-${String(at + 1).padStart(2, '0')}`),
  ]);
  // The story: Milano's update server was mended in spring, disks fill, one patch was bad.
  const [wsus, image] = await year.rows('list', 'changes');
  const mended = JSON.parse(await year.told('change', 'show', String(wsus?.['id']), '--json')) as {
    verdict: string;
  };
  expect([mended.verdict, image?.['hosts']]).toEqual(['better', 'muc-kasse-*']);
  const july = (await year.rows('list', 'runs')).find(({ run }) =>
    String(run).startsWith('2026-07'),
  );
  const verdicts = await year.rows('list', 'verdicts', '--run', String(july?.['run']));
  expect(verdicts.filter(({ verdict }) => verdict === 'caution').map(({ build }) => build)).toEqual(
    ['26100'],
  );
  const full = (await year.rows('history', 'disk-full', '--all')).map(({ hosts }) => Number(hosts));
  expect(full).toHaveLength(12);
  expect(full.at(-1)).toBeGreaterThan((full.at(0) ?? 0) + 2);
}, 60_000);
