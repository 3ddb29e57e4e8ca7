/** `patchwhy collector show|pack|jea`: the script that runs on hosts, to be read, allowed by its hash, or carried along. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { packedScript } from '../collect/pack.ts';
import { collectorScript, collectorSections } from '../collect/script.ts';
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
  const hash = createHash('sha256').update(script).digest('hex');
  await writeAll(process.stdout, sha256 ? `${hash}\n` : script);
  return 0;
}

async function pack({ output = PACKED_NAME, force }: CollectorArguments): Promise<ExitCode> {
  const script = packedScript(collectorSections());
  if (output === '-') {
    await writeAll(process.stdout, script);
    return 0;
  }
  try {
    await writeFile(output, script, { flag: force ? 'w' : 'wx' });
  } catch (cause) {
    const code = errnoOf(cause) ?? 'unknown';
    const isThere = code === 'EEXIST';
    throw new PatchwhyError(
      'collector.write',
      `${output}: ${isThere ? 'is there already' : `cannot be written (${code})`}`,
      isThere ? 'name another file with -o, or add --force' : 'name another place with -o',
      { cause },
    );
  }
  const hash = createHash('sha256').update(script).digest('hex');
  await writeAll(
    process.stdout,
    `${printable(output)}: ${script.length} bytes, SHA-256 ${hash}
on the host, as administrator:
  powershell -NoProfile -Command "Get-Content -Raw .\\${PACKED_NAME} | Invoke-Expression"
back here:
  patchwhy evidence import HOST-DATE.patchwhy
`,
  );
  return 0;
}
