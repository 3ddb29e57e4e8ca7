/** `patchwhy collector show|pack`: the script that runs on hosts, to be read, allowed by its hash, or carried along. */
import { createHash } from 'node:crypto';
import { stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { packedScript, packedStarter } from '../collect/pack.ts';
import { collectorScript } from '../collect/script.ts';
import { errnoOf, PatchwhyError, type ExitCode } from '../core/error.ts';
import { printable } from '../core/printable.ts';
import { writeAll } from './output-stream.ts';

export interface CollectorArguments {
  readonly action: 'show' | 'pack';
  readonly output: string | undefined;
  readonly sha256: boolean;
  readonly force: boolean;
}

/** In the place of the word that marks a run's answer; every run has another. */
const SHOWN_NONCE = 'NONCENONCE';
const PACKED_NAME = 'patchwhy-collector.ps1';

export async function collectorCommand(argv: CollectorArguments): Promise<ExitCode> {
  return argv.action === 'show' ? show(argv) : pack(argv);
}

async function show({ sha256 }: CollectorArguments): Promise<ExitCode> {
  const script = collectorScript(SHOWN_NONCE);
  const hash = hashOf(script);
  await writeAll(process.stdout, sha256 ? `${hash}\n` : script);
  if (!sha256)
    await writeAll(
      process.stderr,
      `SHA-256 ${hash}; where ${SHOWN_NONCE} stands, every run has a word of its own\n`,
    );
  return 0;
}

async function pack({ output, force }: CollectorArguments): Promise<ExitCode> {
  if (output === '-') {
    await writeAll(process.stdout, packedScript(PACKED_NAME));
    return 0;
  }
  const file = await fileFor(output ?? PACKED_NAME);
  const name = basename(file);
  const starter = file.replace(/\.ps1$/i, '.cmd');
  const script = packedScript(name);
  await write(file, script, force);
  await write(starter, packedStarter(name), force);
  await writeAll(
    process.stdout,
    `${printable(file)}: ${script.length} bytes, SHA-256 ${hashOf(script)}
${printable(starter)}: starts it by a double click
on the host, as administrator:
  powershell -NoProfile -Command "Get-Content -Raw .\\${name} | Invoke-Expression"
back here:
  patchwhy evidence import HOST-DATE.patchwhy
`,
  );
  return 0;
}

/** The file that is meant, in a folder if one is named. The name is written into what runs on the host, hence plain. */
async function fileFor(output: string): Promise<string> {
  const isFolder = await stat(output).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) return join(output, PACKED_NAME);
  if (/^[\w.-]+\.ps1$/i.test(basename(output))) return output;
  throw new PatchwhyError(
    'use',
    `${output}: the packed collector is a PowerShell script, named in plain letters and .ps1`,
    `for example -o ${PACKED_NAME}, or a folder`,
  );
}

async function write(file: string, text: string, mayReplace: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: mayReplace ? 'w' : 'wx' });
  } catch (cause) {
    const code = errnoOf(cause) ?? 'unknown';
    const isThere = code === 'EEXIST';
    throw new PatchwhyError(
      'collector.write',
      `${file}: ${isThere ? 'is there already' : `cannot be written (${code})`}`,
      isThere ? 'name another file with -o, or add --force' : 'name another place with -o',
      { cause },
    );
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
