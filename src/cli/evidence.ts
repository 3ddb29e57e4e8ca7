/** `patchwhy evidence import|verify|redact|export|list`: documents that come from elsewhere, or go there. */
import { createReadStream } from 'node:fs';
import { basename, join } from 'node:path';
import { errnoOf, PatchwhyError, type ExitCode } from '../core/error.ts';
import { age } from '../outputs/age.ts';
import { EVIDENCE_FILE, startOf } from '../store/archive.ts';
import { stateFolder } from '../store/state-folder.ts';
import { importEvidence, verifyEvidence } from './evidence-import.ts';
import { exportEvidence, redactEvidence } from './evidence-redact.ts';
import { complain, say } from './say.ts';
import { newestFirst, runOrPath } from './stored-run.ts';

export interface EvidenceArguments {
  readonly action: 'import' | 'verify' | 'redact' | 'export' | 'list';
  readonly paths: readonly string[] | undefined;
  readonly output: string | undefined;
  readonly key: string | undefined;
}

export async function evidenceCommand(argv: EvidenceArguments): Promise<ExitCode> {
  const { action, paths = [], output, key } = argv;
  if (action === 'list') return listRuns();
  if (paths.length === 0) {
    throw new PatchwhyError(
      'use',
      `evidence ${action} needs a file, a folder or a run`,
      'evidence list shows the stored runs',
    );
  }
  if (action === 'import') return importEvidence(paths);
  const places = await Promise.all(paths.map(runOrPath));
  switch (action) {
    case 'verify':
      return verifyEvidence(places);
    case 'redact':
      return redactEvidence(places, output, key);
    case 'export':
      return exportEvidence(places, output);
  }
}

/** Newest first, one a line: id, age, documents, size. */
async function listRuns(): Promise<ExitCode> {
  const folders = await newestFirst();
  if (folders.length === 0) await complain(`no runs are stored in ${stateFolder(process.env)}`);
  const now = new Date();
  for (const folder of folders) {
    const { documents, bytes } = await countedIn(join(folder, EVIDENCE_FILE));
    const id = basename(folder);
    const size = `${Math.ceil(bytes / 1024)} kB`;
    await say(
      `${id}  ${age(now, startOf(id)).padStart(10)} old  ${String(documents).padStart(6)} documents  ${size.padStart(10)}`,
    );
  }
  return 0;
}

async function countedIn(file: string): Promise<{ documents: number; bytes: number }> {
  let documents = 0;
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      for (const byte of chunk) if (byte === 10) documents += 1;
    }
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error; // a run without evidence
  }
  return { documents, bytes };
}
