/** `patchwhy evidence import`: what was carried over by hand is checked, kept for later scans, and judged as a run. */
import yargs from 'yargs';
import { errnoOf, PatchwhyError, type ExitCode } from '../core/error.ts';
import { age } from '../outputs/age.ts';
import { isAhead, keepImported } from '../store/imported.ts';
import { stateFolder } from '../store/state-folder.ts';
import { checkedFiles, evidenceIn } from './check-evidence.ts';
import { complain, say } from './say.ts';
import { scanCommand } from './scan.ts';
import { scanOptions } from './scan-options.ts';

/** Codes of a run that a bad file outranks: the run itself went well. */
const WENT_WELL: ReadonlySet<ExitCode> = new Set<ExitCode>([0, 3, 4, 5]);

/** Files that are whole are taken; any other is named, and makes the exit code 9. */
export async function importEvidence(paths: readonly string[]): Promise<ExitCode> {
  const good: string[] = [];
  const hashes = new Map<string, string>();
  let bad = 0;
  for await (const { file, documents, sha256, wrong } of checkedFiles(paths)) {
    bad += wrong.length;
    for (const what of wrong) await complain(`${file} ${what}`);
    if (documents > 0) good.push(file);
    if (sha256 !== undefined) hashes.set(file, sha256);
  }
  if (good.length === 0 && bad === 0) throw nothingThere(paths);
  if (good.length === 0) return 9;
  const hosts = await keepAll(good, hashes);
  await say('');
  const code = await judge(good);
  await say(`next: patchwhy explain ${hosts.length === 1 ? hosts[0] : 'HOST'}`);
  return bad > 0 && WENT_WELL.has(code) ? 9 : code;
}

/**
 * Tells how old each document is, and keeps it for hosts with `transport: bundle`; the names of the hosts.
 *
 * @param hashes of bundles, by file
 */
async function keepAll(
  files: readonly string[],
  hashes: ReadonlyMap<string, string>,
): Promise<string[]> {
  const state = stateFolder(process.env);
  const hosts: string[] = [];
  const troubles = new Set<string>();
  for await (const { evidence, file } of evidenceIn(files)) {
    const { host, collectedAt } = evidence;
    hosts.push(host);
    const newer = await keepImported(state, evidence).catch((error: unknown) => {
      troubles.add(errnoOf(error) ?? 'unknown');
      return undefined;
    });
    const sha256 = hashes.get(file);
    const what = sha256 === undefined ? 'document' : 'bundle';
    const hash = sha256 === undefined ? '' : `, SHA-256 ${sha256}`;
    const note = newer === undefined ? '' : `; scans go on with that of ${newer}, which is newer`;
    const now = new Date();
    const old = isAhead(collectedAt, now)
      ? `dated ${collectedAt}, which is still to come: the clock of the host is wrong`
      : `${age(now, collectedAt)} old`;
    await say(`${host}: ${what}, ${old}${hash}${note}`);
  }
  for (const code of troubles)
    await complain(`nothing is kept in ${state} for hosts with transport: bundle (${code})`);
  return hosts;
}

/** As `scan --evidence` does: the documents become a run. */
async function judge(files: readonly string[]): Promise<ExitCode> {
  const words = files.map((file) => `--evidence=${file}`);
  return scanCommand(await scanOptions(yargs()).parseAsync([...words, '--plain']));
}

function nothingThere(paths: readonly string[]): PatchwhyError {
  return new PatchwhyError(
    'evidence.none',
    `${paths.join(', ')}: no evidence there`,
    'give .patchwhy, .json or .ndjson files, or a folder with some',
  );
}

/** `patchwhy evidence verify`: the same check, and nothing is taken. */
export async function verifyEvidence(paths: readonly string[]): Promise<ExitCode> {
  let bad = 0;
  let seen = 0;
  for await (const { file, documents, sha256, wrong } of checkedFiles(paths)) {
    seen += 1;
    bad += wrong.length;
    for (const what of wrong) await complain(`${file} ${what}`);
    const hash = sha256 === undefined ? '' : `, SHA-256 ${sha256}`;
    if (documents > 0)
      await say(
        `${file}: ${documents} ${documents === 1 ? 'document is' : 'documents are'} whole${hash}`,
      );
  }
  if (seen === 0) throw nothingThere(paths);
  return bad > 0 ? 9 : 0;
}
