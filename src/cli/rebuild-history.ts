/** `patchwhy history rebuild`: the history anew from the runs' own files. What has no files any more stays as it is. */
import { rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ExitCode } from '../core/error.ts';
import { historyFiles, knownClients, openHistory } from '../database/history.ts';
import { forgetRuns } from '../database/forget-run.ts';
import { foldProgressAgain } from '../database/progress.ts';
import { isWhole } from '../database/sqlite.ts';
import { storedRuns } from '../store/archive.ts';
import { historyPlace } from './open-history.ts';
import { writeAll } from './output-stream.ts';
import type { Rules } from './own-rules.ts';
import { forgetMarks, rememberAll } from './remember.ts';

export async function rebuildHistory(rules: Rules): Promise<ExitCode> {
  const place = await historyPlace(process.env);
  if (place.url === undefined) await setDamagedAside(place.state);
  await forgetMarks(place.state);
  const onDisk = await storedRuns(place.state);
  for (const client of await knownClients(place)) {
    await using history = await openHistory(place, client);
    await history.db.transaction().execute(async (db) => {
      await forgetRuns(db, onDisk);
      await foldProgressAgain(db, history.engine);
    });
  }
  const taken = await rememberAll(place, rules);
  await writeAll(process.stdout, `${taken.length} runs taken in from ${place.state}\n`);
  return 0;
}

/** A file that SQLite cannot read whole is kept beside, in case somebody can save more of it. */
async function setDamagedAside(state: string): Promise<void> {
  for (const path of await historyFiles(state)) {
    if (await isWhole(path).catch(() => false)) continue;
    await rename(path, `${path}.damaged`);
    for (const log of ['-wal', '-shm']) await rm(`${path}${log}`, { force: true });
    await writeAll(
      process.stderr,
      `patchwhy: ${path} was damaged and is kept as ${basename(path)}.damaged; changes noted in it are lost, unless an export holds them\n`,
    );
  }
}
