/** `patchwhy export` and `patchwhy import`: a client's history as one file, and merged into another one. */
import { dirname } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { errnoOf, PatchwhyError, type ExitCode } from '../core/error.ts';
import { readCarried, writeCarried } from '../database/carry.ts';
import { type History, openHistory } from '../database/history.ts';
import { historyNeeded, historyPlace } from './open-history.ts';
import { writeAll } from './output-stream.ts';
import { loadRules } from './own-rules.ts';

export interface ExportArguments {
  readonly file: string;
  readonly client: string | undefined;
  readonly evidence: boolean;
}

export async function exportCommand(argv: ExportArguments): Promise<ExitCode> {
  await using history = await historyNeeded(argv.client, loadRules(undefined));
  try {
    await mkdir(dirname(argv.file), { recursive: true });
    const runs = await writeCarried(history, argv.file, argv.evidence);
    await writeAll(process.stdout, `${argv.file}: ${runs} runs${clientText(history.client)}\n`);
    return 0;
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined) throw error;
    throw new PatchwhyError(
      'export.unwritable',
      `${argv.file} cannot be written (${code === 'EEXIST' ? 'it is there already' : code})`,
      'give the path of a new file where there is room',
      { cause: error },
    );
  }
}

export interface ImportArguments {
  readonly files: readonly string[];
}

export async function importCommand(argv: ImportArguments): Promise<ExitCode> {
  const place = await historyPlace(process.env);
  for (const file of argv.files) {
    let opened: History | undefined;
    let merged;
    try {
      merged = await readCarried(
        file,
        async (client) => (opened = await openHistory(place, client)),
      );
    } finally {
      await opened?.[Symbol.asyncDispose]();
    }
    const { runs, known, changes, client } = merged;
    await writeAll(
      process.stdout,
      `${file}: ${runs} runs taken in, ${known} were there, ${changes} changes${clientText(client)}\n`,
    );
  }
  return 0;
}

function clientText(client: string): string {
  return client === '' ? '' : `, client ${client}`;
}
