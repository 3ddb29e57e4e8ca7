/** `patchwhy rediagnose`: a past run by today's rules, and how that differs from what was said then. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PatchwhyError, type ExitCode } from '../core/error.ts';
import type { Language } from '../core/entry.ts';
import type { RunInfo } from '../core/event.ts';
import type { History } from '../database/history.ts';
import { readKeptHosts } from '../database/read-run.ts';
import { compareRuns, type RunResult } from '../history/compare-runs.ts';
import { EVIDENCE_FILE } from '../store/archive.ts';
import { PRIVATE_FILE } from '../store/state-folder.ts';
import { comparedText, resultNamed, storedRun, type ComparedRun } from './diff.ts';
import { languageOf } from './language.ts';
import { historyToRead, runInHistory } from './open-history.ts';
import { writeAll } from './output-stream.ts';
import { loadRules, type Rules } from './own-rules.ts';
import { findRun, judgedAgain } from './stored-run.ts';

export interface RediagnoseArguments {
  readonly run: string;
  readonly rules: readonly string[] | undefined;
  readonly client: string | undefined;
  readonly all: boolean;
  readonly json: boolean;
  readonly lang: Language | undefined;
}

export async function rediagnoseCommand(argv: RediagnoseArguments): Promise<ExitCode> {
  const rules = loadRules(argv.rules);
  await using history = await historyToRead(argv.client, loadRules(undefined));
  const then = await resultNamed(argv.run, history, rules, argv.client);
  const now = await judgedNow(argv, history, rules);
  const compared = compareRuns(withoutSkipped(then, now), { ...now, threshold: then.threshold });
  const told = { id: `${then.id} (${toolText(then.tool)})` };
  const again = { id: toolText(rules.tool) };
  const document = {
    schema: 'patchwhy/rediagnosis/1',
    run: then.id,
    toolThen: then.tool,
    toolNow: rules.tool,
    ...compared,
  };
  await writeAll(
    process.stdout,
    argv.json
      ? `${JSON.stringify(document, undefined, 2)}\n`
      : comparedText(told, again, compared, argv.all, argv.lang ?? languageOf(process.env)),
  );
  return 0;
}

/** Who was skipped left no document to be judged again. */
function withoutSkipped(then: ComparedRun, { hosts }: RunResult): RunResult {
  const judged = new Set(hosts.map(({ host }) => host.toLowerCase()));
  return { ...then, hosts: then.hosts.filter(({ host }) => judged.has(host.toLowerCase())) };
}

function toolText({ version, catalogue, rules = [] }: RunInfo['tool']): string {
  return [`patchwhy ${version}`, `catalogue ${catalogue}`, ...rules.map(({ name }) => name)].join(
    ', ',
  );
}

async function judgedNow(
  { run: word, client }: RediagnoseArguments,
  history: History | undefined,
  rules: Rules,
): Promise<ComparedRun> {
  // The run's own files hold the hosts of all clients.
  const onDisk = client === undefined ? await findRun(word).catch(none) : undefined;
  const result =
    onDisk === undefined
      ? await judgedFromHistory(word, history, rules)
      : await judgedAgain([onDisk.folder], rules);
  if (result !== undefined) return storedRun(result);
  throw noDocuments(word);
}

function none(error: unknown): undefined {
  if (!(error instanceof PatchwhyError)) throw error;
}

/** The run's own files are gone: its documents are laid out once more, for as long as it takes. */
async function judgedFromHistory(word: string, history: History | undefined, rules: Rules) {
  const id = history && (await runInHistory(history, word));
  if (history === undefined || id === undefined) throw noDocuments(word);
  const folder = await mkdtemp(join(tmpdir(), 'patchwhy-again-'));
  const file = join(folder, EVIDENCE_FILE);
  try {
    await writeFile(file, lines(history, id), { mode: PRIVATE_FILE });
    return await judgedAgain([file], rules);
  } catch (error) {
    if (error instanceof PatchwhyError && error.code === 'evidence.none') throw noDocuments(word);
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* lines({ db }: History, id: string): AsyncGenerator<Uint8Array> {
  for await (const { evidence } of readKeptHosts(db, id))
    if (evidence !== undefined) yield Buffer.concat([evidence, Buffer.from('\n')]);
}

function noDocuments(word: string): PatchwhyError {
  return new PatchwhyError(
    'rediagnose.nothing',
    `run ${word} has no evidence any more`,
    'documents are kept as long as prune leaves them: patchwhy list runs shows newer runs',
  );
}
