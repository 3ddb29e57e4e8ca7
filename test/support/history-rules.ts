/** What must hold of a history, wherever it lies: the same tests for SQLite and PostgreSQL. */
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCarried, writeCarried } from '../../src/database/carry.ts';
import { addChange, readChanges } from '../../src/database/changes.ts';
import { openHistory, knownClients, type History, type Place } from '../../src/database/history.ts';
import { keepRun } from '../../src/database/keep-run.ts';
import { prune, toPrune } from '../../src/database/prune.ts';
import { readLooks } from '../../src/database/read-looks.ts';
import { readMemory } from '../../src/database/read-memory.ts';
import { readSummaries, readVerdicts } from '../../src/database/read-patches.ts';
import { readHeads, readKeptHosts } from '../../src/database/read-run.ts';
import { readOutcomes, readRuns } from '../../src/database/read-runs.ts';
import { PatchBook } from '../../src/patches/patch-summary.ts';
import { VerdictBook } from '../../src/patches/patch-verdict.ts';
import { recurrences } from '../../src/history/recurrence.ts';
import { successBy } from '../../src/history/success.ts';
import { cycleReaches, patchReaches } from '../../src/history/time-to-patch.ts';
import { temporaryFolder } from './folder.ts';
import { keptRuns, type KeptRun } from './kept-runs.ts';

/** Gives places that nobody has used yet; each history in a place has a name of its own. */
export type NewPlace = () => Promise<Place>;

let names = 0;

async function filled(place: Place, runs: readonly KeptRun[]): Promise<History> {
  const history = await openHistory(place, `client ${(names += 1)}`);
  for (const { head, hosts } of runs) await keepRun(history.db, history.engine, head, hosts);
  return history;
}

/** All that is told of a history, in an order that its rows do not decide. */
async function figures({ db }: History) {
  const memory = await readMemory(db);
  const runs = await readRuns(db);
  return {
    runs,
    cycles: cycleReaches(memory),
    patches: patchReaches(memory),
    sites: successBy(memory, { label: 'site' }),
    kinds: successBy(memory, 'family'),
    recurring: recurrences(await readLooks(db)),
    summaries: await Promise.all(
      runs.map(async ({ run }) => byKey(await readSummaries(db, run.id, 'en'))),
    ),
    outcomes: await Promise.all(runs.map(({ run }) => readOutcomes(db, run.id))),
  };
}

function byKey<Row extends { readonly key: string }>(rows: readonly Row[] | undefined) {
  return (rows ?? []).toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

export function historyHolds(newPlace: NewPlace, numRuns: number): void {
  test('a run comes back as it was kept, its documents byte by byte', async () => {
    const place = await newPlace();
    await fc.assert(
      fc.asyncProperty(keptRuns, async (runs) => {
        await using history = await filled(place, runs);
        expect(await readHeads(history.db)).toEqual(runs.map(({ head }) => head));
        for (const { head, hosts } of runs) {
          const back = [];
          for await (const host of readKeptHosts(history.db, head.run.id)) back.push(host);
          const shaped = (host: KeptRun['hosts'][number]) => ({
            ...host,
            patches: host.patches && byKey(host.patches),
            evidence: host.evidence && Buffer.from(host.evidence).toString('hex'),
          });
          const ordered = (list: KeptRun['hosts']) =>
            list.map(shaped).toSorted((a, b) => (a.name < b.name ? -1 : 1));
          expect(ordered(back)).toEqual(ordered(hosts));
        }
      }),
      { numRuns },
    );
  });

  test('counts add up to all hosts of the run, and are those of the evidence itself', async () => {
    const place = await newPlace();
    await fc.assert(
      fc.asyncProperty(keptRuns, async (runs) => {
        await using history = await filled(place, runs);
        for (const { head, hosts } of runs) {
          const [book, verdicts] = [new PatchBook('it'), new VerdictBook()];
          for (const { name, patches, build, cause = '', locale } of hosts) {
            book.note({ host: name, patches, build, cause, locale });
            verdicts.note({ host: name, patches, build, cause, locale });
          }
          const told = byKey(await readSummaries(history.db, head.run.id, 'it'));
          expect(told).toEqual(byKey([...book.summaries()]));
          for (const { counts } of told)
            expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(hosts.length);
          expect(await readVerdicts(history.db, head.run.id)).toEqual(verdicts.judged());
          const summary = (await readRuns(history.db)).find(
            ({ run }) => run.id === head.run.id,
          )?.summary;
          expect(summary?.hosts).toBe(hosts.length);
          expect(Object.values(summary?.byStatus ?? {}).reduce((sum, n) => sum + n)).toBe(
            hosts.length,
          );
        }
      }),
      { numRuns },
    );
  });

  test('the order in which runs come, and coming twice, changes no figure', async () => {
    const place = await newPlace();
    const shuffled = keptRuns.chain((runs) =>
      fc.tuple(
        fc.constant(runs),
        fc.shuffledSubarray([...runs, ...runs], { minLength: 2 * runs.length }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, async ([runs, again]) => {
        await using one = await filled(place, runs);
        await using other = await filled(place, again);
        expect(await figures(other)).toEqual(await figures(one));
      }),
      { numRuns },
    );
  });

  test('of two tellings of a run the fuller one stays, whichever comes first', async () => {
    const place = await newPlace();
    const [run] = fc.sample(keptRuns, { numRuns: 1, seed: 7 })[0] ?? [];
    if (run === undefined) throw new Error('no run was drawn');
    const part: KeptRun = {
      head: { ...run.head, isComplete: false, fingerprint: '40-0' },
      hosts: run.hosts.slice(0, 1),
    };
    for (const runs of [
      [part, run],
      [run, part],
    ]) {
      await using history = await filled(place, runs);
      const [kept] = await readRuns(history.db);
      expect([kept?.complete, kept?.summary.hosts]).toEqual([true, run.hosts.length]);
    }
  });

  test('carried in a file and merged, it tells the same; merged again, nothing is told twice', async () => {
    const place = await newPlace();
    const folder = temporaryFolder();
    let files = 0;
    await fc.assert(
      fc.asyncProperty(keptRuns, async (runs) => {
        await using from = await filled(place, runs);
        await addChange(from.db, { at: 5, text: 'moved WSUS', hosts: 'site:roma' }, 6);
        const file = join(folder, `${(files += 1)}.gz`);
        await writeCarried(from, file, true);
        await using to = await openHistory(place, `copy ${(names += 1)}`);
        const first = await readCarried(file, () => Promise.resolve(to));
        const second = await readCarried(file, () => Promise.resolve(to));
        expect([first.runs, second.runs, second.known]).toEqual([runs.length, 0, runs.length]);
        expect(await figures(to)).toEqual(await figures(from));
        expect(await readChanges(to.db)).toEqual(await readChanges(from.db));
      }),
      { numRuns: Math.ceil(numRuns / 3) },
    );
  });

  test('prune says what goes before it goes, and leaves what is younger as it was', async () => {
    const place = await newPlace();
    await fc.assert(
      fc.asyncProperty(keptRuns, fc.nat(6), async (runs, oldest) => {
        await using history = await filled(place, runs);
        const limit = Date.parse('2026-01-05T06:00:00Z') + oldest * 10 * 86_400_000;
        const retention = { runs: limit, evidence: limit, now: limit };
        const before = await figures(history);
        const counted = await toPrune(history, retention);
        expect(await figures(history)).toEqual(before);
        expect(await prune(history, retention)).toEqual(counted);
        const kept = runs.filter(({ head }) => Date.parse(head.run.startedAt) >= limit);
        expect((await readRuns(history.db)).map(({ run }) => run.id).toReversed()).toEqual(
          kept.map(({ head }) => head.run.id),
        );
        for (const { head, hosts } of kept) {
          for await (const { name, evidence } of readKeptHosts(history.db, head.run.id)) {
            const own = hosts.find((host) => host.name === name)?.evidence;
            expect(evidence && [...evidence]).toEqual(own && [...own]);
          }
        }
      }),
      { numRuns: Math.ceil(numRuns / 2) },
    );
  });

  test('clients are kept apart, and known by the names that the inventory gives them', async () => {
    const place = await newPlace();
    const clients = ['', 'acme', 'ACME', 'a/b', "o'hara; drop table run", '会社'];
    for (const client of clients) {
      await using history = await openHistory(place, client);
      await addChange(history.db, { at: 1, text: client, hosts: '' }, 1);
    }
    const known = await knownClients(place);
    expect(known).toEqual(expect.arrayContaining(clients));
    for (const client of clients) {
      await using history = await openHistory(place, client);
      expect((await readChanges(history.db)).map(({ text }) => text)).toEqual([client]);
    }
  });
}
