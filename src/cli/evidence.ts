/** `patchwhy evidence import|verify|redact|export|list`: documents that come from elsewhere, or go there. */
import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import yargs from 'yargs';
import { errnoOf, PatchwhyError, type ExitCode } from '../core/error.ts';
import { printable } from '../core/printable.ts';
import { Redactor } from '../outputs/redact.ts';
import { readBundle } from '../sources/bundle.ts';
import { openStored, readText } from '../sources/stored.ts';
import { runsFolder, storedRuns } from '../store/archive.ts';
import { stateFolder } from '../store/state-folder.ts';
import { writeAll } from './output-stream.ts';
import { scanCommand } from './scan.ts';
import { scanOptions } from './scan-options.ts';

export interface EvidenceArguments {
  readonly action: 'import' | 'verify' | 'redact' | 'export' | 'list';
  readonly paths: readonly string[] | undefined;
  readonly output: string | undefined;
  readonly key: string | undefined;
}

export async function evidenceCommand(argv: EvidenceArguments): Promise<ExitCode> {
  const paths = argv.paths ?? [];
  if (argv.action === 'list') return listRuns();
  if (paths.length === 0) {
    throw new PatchwhyError(
      'use',
      `evidence ${argv.action} needs a file, a folder or a run`,
      'evidence list shows the stored runs',
    );
  }
  switch (argv.action) {
    case 'import':
      return importBundles(paths);
    case 'verify':
      return verify(paths);
    case 'redact':
      return redact(paths, argv.output, argv.key);
    case 'export':
      return exportRun(paths, argv.output);
  }
}

const say = (text: string): Promise<void> => writeAll(process.stdout, `${printable(text)}\n`);
const complain = (text: string): Promise<void> =>
  writeAll(process.stderr, `patchwhy: ${printable(text)}\n`);

/** Bundles that are whole are judged and kept as a run; any other is named, and makes the exit code 9. */
async function importBundles(paths: readonly string[]): Promise<ExitCode> {
  const good: string[] = [];
  let bad = 0;
  for (const file of await bundlesAt(paths)) {
    const read = readBundle(await readNamed(file));
    if (read.kind === 'refused') {
      bad += 1;
      await complain(`${file} ${read.what}; ${read.next}`);
      continue;
    }
    good.push(file);
    const { host, collectedAt } = read.evidence;
    await say(`${host}: bundle, ${ageOf(collectedAt)} old, SHA-256 ${read.sha256}`);
  }
  if (good.length === 0) return 9;
  await say('');
  const argv = await scanOptions(yargs()).parseAsync([
    ...good.flatMap((file) => ['--evidence', file]),
    '--plain',
  ]);
  const code = await scanCommand(argv);
  return bad > 0 ? 9 : code;
}

function ageOf(collectedAt: string): string {
  const hours = Math.max(0, (Date.now() - Date.parse(collectedAt)) / 3_600_000);
  if (hours < 1) return 'less than an hour';
  if (hours < 48) return `${Math.floor(hours)} hour${hours < 2 ? '' : 's'}`;
  return `${Math.floor(hours / 24)} days`;
}

async function bundlesAt(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const isFolder = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isFolder) files.push(path);
    else {
      const names = await readdir(path);
      files.push(
        ...names
          .filter((name) => name.endsWith('.patchwhy'))
          .toSorted()
          .map((name) => join(path, name)),
      );
    }
  }
  if (files.length > 0) return files;
  throw new PatchwhyError(
    'evidence.none',
    `${paths.join(', ')}: no bundle there`,
    'give .patchwhy files, or a folder with some',
  );
}

async function readNamed(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown): PatchwhyError {
  return new PatchwhyError(
    'evidence.unreadable',
    `${file}: cannot be read (${errnoOf(cause) ?? 'unknown'})`,
    'name a file that is there',
    { cause },
  );
}

/** A stored run by its id or `last`, or a path. */
async function pathOf(name: string): Promise<string> {
  const state = stateFolder(process.env);
  const runs = await storedRuns(state);
  if (name === 'last' && runs[0] !== undefined) return join(runsFolder(state), runs[0]);
  return runs.includes(name) ? join(runsFolder(state), name) : name;
}

async function verify(names: readonly string[]): Promise<ExitCode> {
  let bad = 0;
  for (const name of names) {
    const path = await pathOf(name);
    if (path.endsWith('.patchwhy')) {
      const read = readBundle(await readNamed(path));
      if (read.kind === 'refused') bad += 1;
      await (read.kind === 'refused'
        ? complain(`${path} ${read.what}; ${read.next}`)
        : say(`${path}: whole, ${read.evidence.host}, SHA-256 ${read.sha256}`));
      continue;
    }
    const { hosts, broken } = await openStored([path]);
    bad += broken.length;
    for (const problem of broken) await complain(problem);
    await say(`${path}: ${hosts.length - broken.length} of ${hosts.length} documents are whole`);
  }
  return bad > 0 ? 9 : 0;
}

async function redact(
  names: readonly string[],
  output: string | undefined,
  key: string = randomBytes(16).toString('hex'),
): Promise<ExitCode> {
  const { hosts, refOf } = await openStored(await Promise.all(names.map(pathOf)));
  const redactor = new Redactor(key);
  const documents = async function* (): AsyncGenerator {
    for (const { id } of hosts) {
      const ref = refOf(id);
      if (ref) yield JSON.parse(await readText(ref));
    }
  };
  // Twice through: a name that one host tells may stand in what another one wrote down.
  for await (const document of documents()) redactor.learn(document);
  const lines: string[] = [];
  for await (const document of documents()) lines.push(JSON.stringify(redactor.redact(document)));
  await writeOut(`${lines.join('\n')}\n`, output);
  if (output !== undefined && output !== '-')
    await say(`${output}: ${lines.length} documents, masked; look through it before you send it`);
  return 0;
}

async function exportRun(names: readonly string[], output: string | undefined): Promise<ExitCode> {
  const { hosts, refOf } = await openStored(await Promise.all(names.map(pathOf)));
  const lines: string[] = [];
  for (const { id } of hosts) {
    const ref = refOf(id);
    if (ref) lines.push(JSON.stringify(JSON.parse(await readText(ref))));
  }
  await writeOut(`${lines.join('\n')}\n`, output);
  if (output !== undefined && output !== '-') await say(`${output}: ${lines.length} documents`);
  return 0;
}

async function writeOut(text: string, output: string | undefined): Promise<void> {
  if (output === undefined || output === '-') return writeAll(process.stdout, text);
  try {
    await writeFile(output, text, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    const code = errnoOf(cause) ?? 'unknown';
    throw new PatchwhyError(
      'evidence.write',
      `${output}: ${code === 'EEXIST' ? 'is there already' : `cannot be written (${code})`}`,
      'name another file with -o',
      { cause },
    );
  }
}

async function listRuns(): Promise<ExitCode> {
  const state = stateFolder(process.env);
  const runs = await storedRuns(state);
  if (runs.length === 0) await complain(`no runs are stored in ${state}`);
  for (const id of runs) {
    const folder = join(runsFolder(state), id);
    const { count, bytes } = await documentsIn(join(folder, 'evidence.ndjson'));
    await say(
      `${id}  ${String(count).padStart(6)} documents  ${(bytes / 1024).toFixed(0).padStart(8)} kB`,
    );
  }
  return 0;
}

async function documentsIn(file: string): Promise<{ count: number; bytes: number }> {
  let count = 0;
  let bytes = 0;
  try {
    await using handle = await open(file);
    for await (const chunk of handle.createReadStream() as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      for (const byte of chunk) if (byte === 10) count += 1;
    }
  } catch {
    // a run without evidence
  }
  return { count, bytes };
}
