/** The history as commands open it: where it lies, whose it is, and brought up to what the state folder holds. */
import { basename } from 'node:path';
import { errnoOf, PatchwhyError } from '../core/error.ts';
import { Secret } from '../core/secret.ts';
import { SecretReader } from '../credentials/read-secret.ts';
import { REFERENCE_HINT, secretRef } from '../credentials/secret-ref.ts';
import { type History, knownClients, openHistory, type Place } from '../database/history.ts';
import { readRunIds } from '../database/read-runs.ts';
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
export async function historyPlace(env: NodeJS.ProcessEnv): Promise<Place> {
  const state = stateFolder(env);
  const told = env[VARIABLE];
  if (!told) return { state };
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
 * The history to read from, with every stored run in it; undefined where there is none, where it cannot be brought up to
 * date (said on stderr), or where several clients have one and nobody chose: then the runs' own files tell.
 * @throws PatchwhyError exit 2 for a client that has none
 */
export async function historyToRead(
  client: string | undefined,
  rules: Rules,
): Promise<History | undefined> {
  const place = await historyPlace(process.env);
  if (place.url === undefined) {
    const isTroubled = await broughtUp(place, rules).catch(tellTrouble);
    if (isTroubled === true) return undefined;
  } else await broughtUp(place, rules);
  const clients = await knownClients(place);
  const [only] = clients;
  const chosen = client ?? (clients.length === 1 ? only : undefined);
  if (chosen === undefined) return undefined;
  if (clients.includes(chosen)) return openHistory(place, chosen);
  throw new PatchwhyError(
    'history.client',
    `no history of client ${JSON.stringify(chosen)}`,
    suggestion(chosen, clients, 'patchwhy list runs shows what is stored'),
  );
}

/** The same, for what nothing else can tell. @throws PatchwhyError exit 2 where there is none, or several and none named */
export async function historyNeeded(client: string | undefined, rules: Rules): Promise<History> {
  const history = await historyToRead(client, rules);
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

async function broughtUp(place: Place, rules: Rules): Promise<undefined> {
  if ((await storedRuns(place.state)).length > 0) await rememberAll(place, rules);
}

async function tellTrouble(error: unknown): Promise<true> {
  if (error instanceof PatchwhyError) throw error;
  await writeAll(process.stderr, `patchwhy: ${historyTrouble(error)}\n`);
  return true;
}

/** Why the history cannot be written, in one line. */
export function historyTrouble(error: unknown): string {
  if (error instanceof PatchwhyError) return `the history is not up to date: ${error.message}`;
  const code = errnoOf(error) ?? '';
  const { errcode } = error as { errcode?: number };
  const why =
    errcode === SQLITE_FULL || code === 'ENOSPC'
      ? 'the disk is full'
      : errcode === SQLITE_READONLY || code === 'EROFS' || code === 'EACCES'
        ? 'no permission to write there'
        : errcode === SQLITE_NOTADB || errcode === SQLITE_CORRUPT
          ? 'its file is damaged; patchwhy history rebuild makes it anew'
          : error instanceof Error
            ? error.message
            : code;
  return `the history is not up to date: ${why}. The runs' own files are kept, and tell as well, more slowly`;
}

const SQLITE_READONLY = 8;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

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
