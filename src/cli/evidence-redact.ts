/** `patchwhy evidence redact|export`: stored documents into one file, for strangers masked. */
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { errnoOf, PatchwhyError, type ExitCode } from '../core/error.ts';
import { SecretReader } from '../credentials/read-secret.ts';
import { REFERENCE_HINT, secretRef } from '../credentials/secret-ref.ts';
import { Redactor } from '../outputs/redact.ts';
import { openStored, readText } from '../sources/stored.ts';
import { PRIVATE_FILE } from '../store/state-folder.ts';
import { writeAll } from './output-stream.ts';
import { say } from './say.ts';
import { secretIo } from './secret-io.ts';

/** `key` is a reference to the word that decides how names are masked; absent: another one in every call. */
export async function redactEvidence(
  paths: readonly string[],
  output: string | undefined,
  key: string | undefined,
): Promise<ExitCode> {
  const redactor = new Redactor(await keyOf(key));
  // Twice through: a name that one host tells may stand in what another one wrote down.
  for await (const document of documentsAt(paths)) redactor.learn(document);
  const count = await writeDocuments(documentsAt(paths), output, (document) =>
    redactor.redact(document),
  );
  if (isFile(output))
    await say(`${output}: ${documents(count)}, masked; look through it before you send it`);
  return 0;
}

export async function exportEvidence(
  paths: readonly string[],
  output: string | undefined,
): Promise<ExitCode> {
  const count = await writeDocuments(documentsAt(paths), output, (document) => document);
  if (isFile(output)) await say(`${output}: ${documents(count)}`);
  return 0;
}

function documents(count: number): string {
  return `${count} document${count === 1 ? '' : 's'}`;
}

/** The newest document of each host, one after the other: a fleet does not fit in memory. */
async function* documentsAt(paths: readonly string[]): AsyncGenerator {
  const { hosts, documentOf } = await openStored(paths);
  for (const { id } of hosts) {
    const document = documentOf(id);
    if (document !== undefined) yield JSON.parse(await readText(document.ref)) as unknown;
  }
}

function isFile(output: string | undefined): output is string {
  return output !== undefined && output !== '-';
}

async function writeDocuments(
  from: AsyncIterable<unknown>,
  output: string | undefined,
  change: (document: unknown) => unknown,
): Promise<number> {
  await using file = isFile(output) ? await create(output) : undefined;
  let count = 0;
  for await (const document of from) {
    const line = `${JSON.stringify(change(document))}\n`;
    await (file ? file.appendFile(line) : writeAll(process.stdout, line));
    count += 1;
  }
  return count;
}

/** For this user alone, and over nothing that is there. */
async function create(output: string) {
  try {
    return await open(output, 'wx', PRIVATE_FILE);
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

async function keyOf(text: string | undefined): Promise<string> {
  if (text === undefined) return randomBytes(32).toString('hex');
  const ref = secretRef(text, process.cwd());
  if (ref === undefined)
    throw new PatchwhyError('use', '--key takes a reference, not the key itself', REFERENCE_HINT);
  const reader = new SecretReader(secretIo(true, new Map()), new Set());
  const read = await reader.read(ref, { what: 'passphrase', of: 'the masking (--key)' });
  if (read.kind !== 'text')
    throw new PatchwhyError('secret.unusable', read.reason, read.hint, { exitCode: 6 });
  const key = read.text.trim();
  if (key !== '') return key;
  throw new PatchwhyError('secret.unusable', `--key ${text} is empty`, 'put a word there');
}
