import { describe, expect, test } from 'vitest';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { openHistory } from '../../src/database/history.ts';
import { readRuns } from '../../src/database/read-runs.ts';
import { temporaryFolder } from '../support/folder.ts';
import { historyHolds } from '../support/history-rules.ts';

describe('a history in SQLite', () => {
  historyHolds(() => Promise.resolve({ state: temporaryFolder() }), 25);

  test.skipIf(process.platform === 'win32')(
    'is for its user alone, with all beside it',
    async () => {
      const state = temporaryFolder();
      await using history = await openHistory({ state }, 'acme');
      await readRuns(history.db);
      const folder = join(state, 'history');
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);
      expect(new Set(modes)).toEqual(new Set([0o600]));
    },
  );

  test('opened by two at once for the first time, it is made once', async () => {
    const place = { state: temporaryFolder() };
    const opened = await Promise.all([1, 2, 3].map(() => openHistory(place, 'acme')));
    for (const history of opened) {
      expect(await readRuns(history.db)).toEqual([]);
      await history[Symbol.asyncDispose]();
    }
  });

  test('a file that is no database is told, not written over', async () => {
    const state = temporaryFolder();
    mkdirSync(join(state, 'history'));
    writeFileSync(
      join(state, 'history', 'own.db'),
      'these are not the tables you look for. '.repeat(99),
    );
    const before = readFileSync(join(state, 'history', 'own.db'));
    await expect(openHistory({ state }, '')).rejects.toMatchObject({ code: 'history.damaged' });
    expect(readFileSync(join(state, 'history', 'own.db'))).toEqual(before);
  });
});

describe('old files', () => {
  const OLD = new URL('../fixtures/history/', import.meta.url).pathname;

  test.each(readdirSync(OLD))('%s opens with all that was in it', async (name) => {
    const state = temporaryFolder();
    mkdirSync(join(state, 'history'));
    copyFileSync(join(OLD, name), join(state, 'history', 'own.db'));
    await using history = await openHistory({ state }, '');
    const runs = await readRuns(history.db);
    expect(runs.map(({ run, summary }) => [run.id, summary.hosts])).toEqual([
      ['2026-10-21T06-30-00Z-0000', 3],
    ]);
  });

  test('a file of a newer version is left alone', async () => {
    const place = { state: temporaryFolder() };
    {
      await using history = await openHistory(place, '');
      await history.db.deleteFrom('schema_version').execute();
      await history.db.insertInto('schema_version').values({ version: 99 }).execute();
    }
    await expect(openHistory(place, '')).rejects.toMatchObject({
      code: 'history.newer',
      exitCode: 9,
    });
  });
});
