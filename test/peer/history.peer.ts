/** The history in PostgreSQL, as Debian packages it, and in SQLite while its writer is killed. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { openHistory } from '../../src/database/history.ts';
import { readRuns } from '../../src/database/read-runs.ts';
import { isWhole } from '../../src/database/sqlite.ts';
import { temporaryFolder } from '../support/folder.ts';
import { historyHolds } from '../support/history-rules.ts';
import { postgresPrograms, startPostgres, type Postgres } from '../support/postgres.ts';
import { program, PROGRAM } from '../support/program.ts';

const FLEET = new URL('../../demo/fleet.ndjson', import.meta.url).pathname;

describe.skipIf(postgresPrograms() === undefined)('a history in PostgreSQL', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(() => postgres[Symbol.asyncDispose]());

  historyHolds(() => Promise.resolve({ state: '', url: new Secret(postgres.url) }), 8);

  test('a scan is remembered there, by a team of two state folders, and told the same as from SQLite', async () => {
    const [mine, yours, local] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    const team = { PATCHWHY_DATABASE: 'env:HISTORY_URL', HISTORY_URL: postgres.url };
    for (const env of [{ PATCHWHY_STATE: mine, ...team }, { PATCHWHY_STATE: local }]) {
      const { stderr } = await program(['scan', '--evidence', FLEET, '--json'], { env });
      expect(stderr).toBe('');
    }
    const told = async (env: Record<string, string>, ...words: readonly string[]) => {
      const { code, stdout, stderr } = await program([...words, '--json'], { env });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      return stdout;
    };
    for (const words of [
      ['list', 'patches'],
      ['list', 'cycles'],
      ['list', 'success'],
      ['list', 'verdicts'],
    ]) {
      const theirs = await told(
        { PATCHWHY_STATE: yours, ...team },
        ...words,
        '--client',
        'aurelia',
      );
      expect(theirs).toBe(await told({ PATCHWHY_STATE: local }, ...words));
    }
  });

  test('while the server is away the runs’ own files tell, and are taken in when it is back', async () => {
    const state = temporaryFolder();
    const away = { PATCHWHY_STATE: state, PATCHWHY_DATABASE: 'postgres://me@127.0.0.1:9/away' };
    const scan = await program(['scan', '--evidence', FLEET, '--json'], { env: away });
    expect(scan.stderr).toMatch(/^patchwhy: warning: .*PostgreSQL cannot be opened: ECONNREFUSED/);
    const told = await program(['list', 'patches', '--json'], { env: away });
    expect([told.code, (JSON.parse(told.stdout) as unknown[]).length > 10]).toEqual([0, true]);
    const back = { PATCHWHY_STATE: state, PATCHWHY_DATABASE: postgres.url };
    const runs = await program(['list', 'runs', '--client', 'aurelia', '--json'], { env: back });
    const ids = (JSON.parse(runs.stdout) as { run: string }[]).map(({ run }) => run);
    expect(ids).toEqual(expect.arrayContaining(readdirSync(join(state, 'runs'))));
  });

  test('a server that refuses is told in one line, without the password', async () => {
    const wrong = postgres.url.replace(/:[^:@]+@/, `:${encodeURIComponent('not this one')}@`);
    const env = { PATCHWHY_STATE: temporaryFolder(), PATCHWHY_DATABASE: wrong };
    const { code, stderr } = await program(['list', 'cycles'], { env });
    expect(code).toBe(2);
    expect(stderr).toContain('28P01');
    expect(stderr).not.toContain('not this one');
    expect(stderr).not.toContain(encodeURIComponent('not this one'));
  });
});

const KILLS = 100;

test('killed 100 times while it writes, the history stays whole and loses no host that was finished', async () => {
  const state = temporaryFolder();
  const first = await program(['scan', '--evidence', FLEET, '--json'], {
    env: { PATCHWHY_STATE: state },
  });
  expect(first.stderr).toBe('');
  const [run = ''] = readdirSync(join(state, 'runs'));
  const mark = join(state, 'runs', run, 'remembered');
  // A run of its own for each kill, so that there is always something to write.
  const names = Array.from({ length: KILLS }, (_, at) =>
    run.replace(/-[0-9a-f]{4}$/, `-${String(at).padStart(4, '0')}`),
  );
  let [killed, broken] = [0, 0];
  for (const [at, name] of names.entries()) {
    cpSync(join(state, 'runs', run), join(state, 'runs', name), { recursive: true });
    rmSync(join(state, 'runs', name, 'remembered'), { force: true });
    const child = spawn(process.execPath, [PROGRAM, 'list', 'runs'], {
      env: { PATH: process.env['PATH'], PATCHWHY_STATE: state },
      stdio: 'ignore',
    });
    const ended = new Promise<NodeJS.Signals | null>((resolve) =>
      child.once('exit', (_, signal) => resolve(signal)),
    );
    // From the start of the program to the end of its work, at another moment each time.
    await wait(200 + ((at * 37) % 500));
    child.kill('SIGKILL');
    if ((await ended) === 'SIGKILL') killed += 1;
    for (const file of readdirSync(join(state, 'history')).filter((each) => each.endsWith('.db')))
      broken += (await isWhole(join(state, 'history', file))) ? 0 : 1;
  }
  expect(broken).toBe(0);
  expect(killed).toBeGreaterThan(KILLS / 2);
  expect(existsSync(mark)).toBe(true);
  const { code, stdout } = await program(['list', 'runs', '--json'], {
    env: { PATCHWHY_STATE: state },
  });
  expect(code).toBe(0);
  const rows = JSON.parse(stdout) as readonly { run: string; hosts: number; judged: number }[];
  expect(rows.map((row) => row.run)).toEqual(expect.arrayContaining(names));
  expect(new Set(rows.map((row) => `${row.hosts} ${row.judged}`))).toEqual(new Set(['120 110']));
}, 300_000);

test('two at once take the same runs in, and each is there once', async () => {
  const state = temporaryFolder();
  await program(['scan', '--evidence', FLEET, '--json'], { env: { PATCHWHY_STATE: state } });
  const [run = ''] = readdirSync(join(state, 'runs'));
  for (let at = 0; at < 4; at += 1) {
    const name = run.replace(/-[0-9a-f]{4}$/, `-000${at}`);
    mkdirSync(join(state, 'runs', name));
    cpSync(join(state, 'runs', run), join(state, 'runs', name), { recursive: true });
    rmSync(join(state, 'runs', name, 'remembered'), { force: true });
  }
  const told = await Promise.all(
    [1, 2, 3].map(() => program(['list', 'runs', '--json'], { env: { PATCHWHY_STATE: state } })),
  );
  for (const { code, stderr } of told) expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  await using history = await openHistory({ state }, 'aurelia');
  const kept = await readRuns(history.db);
  expect(kept).toHaveLength(5);
  for (const { summary } of kept) expect(summary.hosts).toBe(120);
});
