/** Where a run is stored, if it is, and what to say when storing fails. */
import { errnoOf, PatchwhyError } from '../core/error.ts';
import type { EvidenceRef, ExitReason, RunInfo } from '../core/event.ts';
import type { Host } from '../core/host.ts';
import type { Look } from '../core/look.ts';
import { Archive, retire, type Asked } from '../store/archive.ts';
import { stateFolder } from '../store/state-folder.ts';
import { writeAll } from './output-stream.ts';
import type { Rules } from './own-rules.ts';
import { archiveSink } from './sinks.ts';
import type { Sink } from './sink.ts';

const KEPT_DAYS = 90;

export interface Storage {
  readonly keep?: (host: Host, look: Look) => Promise<EvidenceRef | undefined>;
  /** The file with the documents; undefined when nothing is stored. */
  readonly evidence?: string;
  readonly sinks: readonly Sink[];
  /** Takes the run that has ended into the history; where that cannot be used says so, and the run stays as it ended. */
  readonly remember?: (rules: Rules) => Promise<void>;
  readonly reasons: () => readonly ExitReason[];
}

/** Told, as one sentence each, what cannot be stored; the run goes on. */
export type OnTrouble = (text: string) => void;

/** A folder for a new run. `asked` is kept where the run could be gone on with. */
export async function openStorage(
  run: RunInfo,
  asked: Asked | undefined,
  onTrouble: OnTrouble,
): Promise<Storage> {
  const state = stateFolder(process.env);
  const trouble = (error: unknown): void => onTrouble(troubleText(state, error));
  const archive = await Archive.create(state, { run, asked }, trouble);
  // Old runs go while hosts are asked; nobody waits for that.
  void retire(state, new Date(run.startedAt), KEPT_DAYS).catch(trouble);
  return storageIn(archive);
}

/** The folder of an interrupted run; its evidence holds whole lines only from now on. */
export async function reopenStorage(folder: string, onTrouble: OnTrouble): Promise<Storage> {
  return storageIn(await Archive.reopen(folder, (error) => onTrouble(troubleText(folder, error))));
}

/** Leaves no trace. */
export const NOWHERE: Storage = { sinks: [], reasons: () => [] };

function storageIn(archive: Archive): Storage {
  return {
    keep: async (_host, look) => {
      if (look.kind === 'skipped') return undefined;
      return archive.keep(look.kind === 'evidence' ? look.evidence : look.contact);
    },
    evidence: archive.evidence,
    sinks: [archiveSink(archive)],
    remember: (rules) => rememberQuietly(archive.folder, rules),
    reasons: () => (archive.lost ? ['evidence-lost'] : []),
  };
}

async function rememberQuietly(folder: string, rules: Rules): Promise<void> {
  const { historyPlace, sayWhatTakesTime } = await import('./open-history.ts');
  const { rememberRun } = await import('./remember.ts');
  try {
    await rememberRun(await historyPlace(process.env), folder, rules, sayWhatTakesTime);
  } catch (error) {
    // The scan itself has ended well, whatever becomes of its memory.
    const isOurs = error instanceof PatchwhyError;
    const why = isOurs
      ? `${error.message}\n  ${error.hint}`
      : `the run is not in the history: ${String(error)}`;
    await writeAll(process.stderr, `patchwhy: warning: ${why}\n`);
  }
}

function troubleText(state: string, error: unknown): string {
  if (error instanceof PatchwhyError) return error.message;
  const code = errnoOf(error) ?? String(error);
  const why: Record<string, string> = {
    ENOSPC: 'the disk is full',
    EDQUOT: 'the quota is used up',
    EROFS: 'the file system is read-only',
    EACCES: 'no permission to write there',
  };
  return `evidence is not stored in ${state}: ${why[code] ?? code}; the run goes on, free it or set PATCHWHY_STATE, or say --no-store`;
}
