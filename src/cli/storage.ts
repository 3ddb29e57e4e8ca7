/** Where a run is stored, if it is, and what to say when storing fails. */
import { errnoOf, PatchwhyError } from '../core/error.ts';
import type { EvidenceRef, ExitReason, RunInfo } from '../core/event.ts';
import type { Host } from '../core/host.ts';
import type { Look } from '../core/look.ts';
import { Archive, retire } from '../store/archive.ts';
import { stateFolder } from '../store/state-folder.ts';
import { archiveSink } from './sinks.ts';
import type { Sink } from './sink.ts';

const KEPT_DAYS = 90;

export interface Storage {
  readonly keep?: (host: Host, look: Look) => Promise<EvidenceRef | undefined>;
  readonly sinks: readonly Sink[];
  readonly reasons: () => readonly ExitReason[];
}

/** `onTrouble` is told, as one sentence each, what cannot be stored; the run goes on. */
export async function openStorage(
  run: RunInfo,
  isWanted: boolean,
  onTrouble: (text: string) => void,
): Promise<Storage> {
  if (!isWanted) return NOWHERE;
  const state = stateFolder(process.env);
  const trouble = (error: unknown): void => onTrouble(troubleText(state, error));
  const archive = await Archive.create(state, run, trouble);
  // Old runs go while hosts are asked; nobody waits for that.
  void retire(state, new Date(run.startedAt), KEPT_DAYS).catch(trouble);
  return {
    keep: async (_host, look) => {
      if (look.kind === 'skipped') return undefined;
      return archive.keep(look.kind === 'evidence' ? look.evidence : look.contact);
    },
    sinks: [archiveSink(archive)],
    reasons: () => (archive.lost ? ['evidence-lost'] : []),
  };
}

const NOWHERE: Storage = { sinks: [], reasons: () => [] };

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
