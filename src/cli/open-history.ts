/** The history as commands open it: where it lies, whose it is, and brought up to what the state folder holds. */
import { basename } from 'node:path';
import { PatchwhyError } from '../core/error.ts';
import { Secret } from '../core/secret.ts';
import { SecretReader } from '../credentials/read-secret.ts';
import { REFERENCE_HINT, secretRef } from '../credentials/secret-ref.ts';
import { type History, knownClients, openHistory, type Place } from '../database/history.ts';
import { readRunIds } from '../database/read-runs.ts';
import { isHistoryTrouble } from '../database/sqlite-trouble.ts';
import { suggestion } from '../inventory/nearest.ts';
import { storedRuns } from '../store/archive.ts';
import { stateFolder } from '../store/state-folder.ts';
import { writeAll } from './output-stream.ts';
import type { Rules } from './own-rules.ts';
import { rememberAll } from './remember.ts';
import { secretIo } from './secret-io.ts';
import { findRun } from './stored-run.ts';

const VARIABLE = 'PATCHWHY_DATABASE';
const NO_NAME = 'hosts without a client';

/**
 * SQLite in the state folder, or the PostgreSQL database that PATCHWHY_DATABASE names: a URL, or a reference to one.
 * @throws PatchwhyError `history.place` (exit 2) for anything else
 */
export function historyPlace(env: NodeJS.ProcessEnv): Promise<Place> {
  const state = stateFolder(env);
  const told = env[VARIABLE] ?? '';
  // Whoever is asked for a secret is asked once.
  const key = JSON.stringify([state, told]);
  const known = places.get(key) ?? placeOf(state, told);
  places.set(key, known);
  return known;
}

const places = new Map<string, Promise<Place>>();

async function placeOf(state: string, told: string): Promise<Place> {
  if (told === '') return { state };
  const url = isUrl(told) ? told : await urlBehind(told);
  return { state, url: new Secret(url) };
}

function isUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(text);
}

async function urlBehind(reference: string): Promise<string> {
  const ref = secretRef(reference, process.cwd());
  if (ref === undefined)
    throw new PatchwhyError(
      'history.place',
      `${VARIABLE} holds neither a URL of PostgreSQL nor a reference to one`,
      `postgres://USER:PASSWORD@HOST/DATABASE, or ${REFERENCE_HINT}`,
    );
  const read = await new SecretReader(secretIo(true, new Map()), new Set()).read(ref, {
    what: 'password',
    of: 'the history (URL of its database)',
  });
  if (read.kind !== 'text')
    throw new PatchwhyError('history.place', `${VARIABLE}: ${read.reason}`, read.hint);
  const url = read.text.trim();
  if (isUrl(url)) return url;
  throw new PatchwhyError(
    'history.place',
    `what ${VARIABLE} refers to is no URL of PostgreSQL`,
    'postgres://USER:PASSWORD@HOST/DATABASE',
  );
}

/**
 * The history to read from, with every stored run in it; undefined where there is none, where it cannot be used (said on
 * stderr), or where several clients have one and nobody chose: then the runs' own files tell.
 * @throws PatchwhyError exit 2 for a client that has none
 */
export async function historyToRead(
  client: string | undefined,
  rules: Rules,
): Promise<History | undefined> {
  try {
    return await opened(client, rules);
  } catch (error) {
    // The runs' own files hold the hosts of all clients.
    if (!isHistoryTrouble(error) || client !== undefined) throw error;
    await writeAll(
      process.stderr,
      `patchwhy: warning: ${error.message}; the runs' own files tell in its place\n  ${error.hint}\n`,
    );
    return undefined;
  }
}

/** The same, for what nothing else can tell. @throws PatchwhyError exit 2 where there is none, or several and none named */
export async function historyNeeded(client: string | undefined, rules: Rules): Promise<History> {
  const history = await opened(client, rules);
  if (history !== undefined) return history;
  const clients = await knownClients(await historyPlace(process.env));
  if (clients.length > 1)
    throw new PatchwhyError(
      'history.client',
      `there are histories of ${clients.map((name) => name || NO_NAME).join(', ')}`,
      'choose one: --client NAME (--client "" for hosts without a client)',
    );
  throw new PatchwhyError(
    'history.nothing',
    'no run is stored yet',
    'patchwhy scan makes one; patchwhy demo --history shows a year of them',
  );
}

async function opened(client: string | undefined, rules: Rules): Promise<History | undefined> {
  const place = await historyPlace(process.env);
  if ((await storedRuns(place.state)).length > 0) await rememberAll(place, rules, sayWhatTakesTime);
  const clients = await knownClients(place);
  const [only] = clients;
  const chosen = client ?? (clients.length === 1 ? only : undefined);
  if (chosen === undefined) return undefined;
  if (clients.includes(chosen)) return openHistory(place, chosen);
  throw new PatchwhyError(
    'history.client',
    `no history of client ${JSON.stringify(chosen)}`,
    suggestion(chosen, clients, `there is ${clients.map((name) => name || NO_NAME).join(', ')}`),
  );
}

/** What holds all clients' hosts must not stand for one client's. */
export function notOfClient(what: string, client: string): PatchwhyError {
  return new PatchwhyError(
    'history.client',
    `${what} is not in the history of client ${JSON.stringify(client)}`,
    'list runs with the same --client shows what is; without --client all clients are told together',
  );
}

/** To somebody who waits at a terminal. */
export function sayWhatTakesTime(run: string, hosts: number): void {
  if (process.stderr.isTTY && hosts >= MANY_HOSTS)
    void writeAll(process.stderr, `patchwhy: run ${run} goes into the history: ${hosts} hosts\n`);
}

const MANY_HOSTS = 1000;

/**
 * The id of the run that a word means, where the history holds it; undefined where only files do, or nothing.
 * @param word `last`, an id, or a folder
 */
export async function runInHistory({ db }: History, word: string): Promise<string | undefined> {
  const known = await readRunIds(db);
  if (known.includes(word)) return word;
  const onDisk = await findRun(word).catch((error: unknown) => {
    if (error instanceof PatchwhyError) return undefined;
    throw error;
  });
  const id = onDisk && basename(onDisk.folder);
  if (word === 'last' && (id === undefined || (known[0] ?? '') >= id)) return known[0];
  return id !== undefined && known.includes(id) ? id : undefined;
}
