import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { program } from '../support/program.ts';

/** Nothing is stored in reading. */
const env = { PATCHWHY_STATE: '/nonexistent/patchwhy', LANG: 'C' };

async function list(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await program(['list', ...words], { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

async function rows(...words: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  return JSON.parse(await list(...words, '--run', 'demo', '--json')) as Record<string, unknown>[];
}

describe('list patches', () => {
  test('counts every host of the run once for each patch', async () => {
    const patches = await rows('patches', '--all');
    const hosts = await rows('hosts');
    expect(patches.length).toBeGreaterThan(10);
    const statuses = Object.keys(patches[0] ?? {}).filter((id) =>
      /^(failed|reboot-required|verify-pending|installing|pending|missing|ignored|inactive|superseded|not-applicable|installed|no-record|no-data)$/.test(
        id,
      ),
    );
    expect(statuses).toHaveLength(13);
    for (const patch of patches) {
      const all = statuses.reduce((sum, status) => sum + Number(patch[status]), 0);
      expect([patch['kb'], all]).toEqual([patch['kb'], hosts.length]);
    }
  });

  test('a patch opens the list of its hosts [DAT-27]', async () => {
    const [patch] = await rows('patches', '--status', 'failed');
    const hosts = await rows('host-patches', '--kb', String(patch?.['kb']), '--status', 'failed');
    expect(hosts).toHaveLength(Number(patch?.['failed']));
  });

  test('filters, sorts both ways and chooses columns [DAT-20..29]', async () => {
    const words = [
      '--severity',
      'critical',
      '--columns',
      'kb,targeted',
      '--sort',
      'targeted',
      '--desc',
    ];
    const patches = await rows('patches', ...words);
    expect(Object.keys(patches[0] ?? {})).toEqual(['kb', 'targeted']);
    const counts = patches.map(({ targeted }) => Number(targeted));
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  });

  test('definitions are left out until they are asked for', async () => {
    const usual = await rows('patches');
    const all = await rows('patches', '--all');
    expect(usual.filter(({ family }) => family === 'definition')).toEqual([]);
    expect(all.filter(({ family }) => family === 'definition').length).toBeGreaterThan(0);
  });

  test('as CSV has one line a patch, as many as JSON', async () => {
    const csv = parse(await list('patches', '--run', 'demo', '--format', 'csv'), { bom: true });
    expect(csv.length - 1).toBe((await rows('patches')).length);
  });
});

test('list causes counts the hosts that have each first', async () => {
  const causes = await rows('causes');
  const hosts = await rows('hosts');
  expect(causes.length).toBeGreaterThan(5);
  for (const { cause, hosts: count } of causes)
    expect([cause, count]).toEqual([cause, hosts.filter((host) => host['cause'] === cause).length]);
});

test('list host-patches tells what each failed with, in plain words', async () => {
  const failed = await rows('host-patches', '--status', 'failed');
  expect(failed.length).toBeGreaterThan(0);
  for (const { code, meaning, tries } of failed) {
    expect(code).toMatch(/^0x[0-9A-F]{8}$/);
    expect(meaning).toBeTruthy();
    expect(tries).toBeGreaterThan(0);
  }
});

test('list life tells the life of one patch on one host, oldest first', async () => {
  const [one] = await rows('host-patches', '--status', 'failed');
  const steps = await rows('life', '--host', String(one?.['host']), '--kb', String(one?.['kb']));
  expect(steps.map(({ what }) => what)).toContain('failed');
  const times = steps.map(({ at }) => String(at));
  expect(times).toEqual(times.toSorted());
});

test('a host that nobody could look at has no counts, not even none', async () => {
  const unseen = (await rows('hosts')).filter(({ status }) => status === 'unreachable');
  expect(unseen.length).toBeGreaterThan(0);
  for (const host of unseen) expect(host).toMatchObject({ installed: null, failed: null });
});

test.each([
  ['it', 'riavvio necessario'],
  ['ja', '再起動が必要'],
])('in %s the headings are in it, the ids in JSON are not', async (language, word) => {
  const table = await list('patches', '--run', 'demo', '--lang', language);
  expect(table.split('\n')[0]).toContain(word);
  const ids = Object.keys((await rows('patches', '--lang', language))[0] ?? {});
  expect(ids).toEqual(Object.keys((await rows('patches'))[0] ?? {}));
});

describe('wrong use', () => {
  test.each([
    [['patches', '--status', 'fialed'], /--status does not know "fialed".*\n.*failed/],
    [['patches', '--columns', 'kb,tagreted'], /there is no column "tagreted".*\n.*targeted/],
    [['patches', '--sort', 'tires'], /there is no column "tires"/],
    [['patches'], /no run is stored yet/],
    [['patches', '--run', '20200101-000000-abcd'], /20200101-000000-abcd: cannot be read/],
    [['pathces'], /pathces/],
  ])('%j ends with 2 and says what is wrong', async (words, message) => {
    const state = temporaryFolder();
    const more = words.includes('--run') || words.length === 1 ? [] : ['--run', 'demo'];
    const { code, stdout, stderr } = await program(['list', ...words, ...more], {
      env: { PATCHWHY_STATE: state },
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
