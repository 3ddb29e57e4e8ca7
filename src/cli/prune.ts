/** `patchwhy prune`: takes out what is too old to be kept; says what goes before it goes. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PatchwhyError, type ExitCode } from '../core/error.ts';
import { knownClients, openHistory } from '../database/history.ts';
import { prune, toPrune, type Pruned, type Retention } from '../database/prune.ts';
import { runsFolder, startOf, storedRuns } from '../store/archive.ts';
import { historyPlace, historyNeeded } from './open-history.ts';
import { writeAll } from './output-stream.ts';
import { loadRules } from './own-rules.ts';

const DAY_MS = 86_400_000;

export interface PruneArguments {
  readonly runs: string;
  readonly evidence: string;
  readonly client: string | undefined;
  readonly yes: boolean;
}

export async function pruneCommand(argv: PruneArguments): Promise<ExitCode> {
  const now = Date.now();
  const retention: Retention = {
    now,
    runs: now - daysOf('runs', argv.runs) * DAY_MS,
    evidence: now - daysOf('evidence', argv.evidence) * DAY_MS,
  };
  const place = await historyPlace(process.env);
  const chosen = await clientsOf(argv.client);
  const folders = (await storedRuns(place.state)).filter(
    (id) => Date.parse(startOf(id)) < Math.max(retention.runs, retention.evidence),
  );
  const clients = argv.client === undefined ? chosen : [argv.client];
  // Files hold the hosts of all clients: they go only where all are meant.
  const goes = argv.client === undefined || (await knownClients(place)).length === 1 ? folders : [];
  for (const client of clients) {
    await using history = await openHistory(place, client);
    const pruned = argv.yes ? await prune(history, retention) : await toPrune(history, retention);
    await writeAll(process.stdout, prunedText(pruned, client, argv));
  }
  if (argv.yes)
    for (const id of goes)
      await rm(join(runsFolder(place.state), id), { recursive: true, force: true });
  await writeAll(
    process.stdout,
    `${goes.length} folders of runs with their evidence in ${runsFolder(place.state)}\n${argv.yes ? 'gone\n' : 'nothing has gone yet: add --yes\n'}`,
  );
  return 0;
}

/** Clients whose histories are meant, with every stored run in them. */
async function clientsOf(client: string | undefined): Promise<readonly string[]> {
  const place = await historyPlace(process.env);
  if (client !== undefined || (await knownClients(place)).length <= 1) {
    await using history = await historyNeeded(client, loadRules(undefined));
    return [history.client];
  }
  return knownClients(place);
}

function prunedText(
  { runs, documents, patches }: Pruned,
  client: string,
  argv: PruneArguments,
): string {
  const [first, last] = [runs[0], runs.at(-1)];
  const span = first === undefined ? '' : ` (${first}${last === first ? '' : ` to ${last}`})`;
  return [
    client === '' ? '' : `${client}:\n`,
    `${runs.length} runs older than ${argv.runs} days${span}\n`,
    `${documents} evidence documents older than ${argv.evidence} days\n`,
    `${patches} patches of which no run speaks any more\n`,
  ].join('');
}

function daysOf(flag: string, text: string): number {
  const days = /^(\d{1,5})d?$/.exec(text)?.[1];
  if (days !== undefined) return Number(days);
  throw new PatchwhyError(
    'use',
    `--${flag} takes a number of days, not ${JSON.stringify(text)}`,
    `write it as --${flag} 90`,
  );
}
