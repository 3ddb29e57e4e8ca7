/** What the console cannot know from the run, and must not reach for itself: files and the texts of the catalogue. */
import type { Entry } from '../core/entry.ts';
import type { EvidenceRef } from '../core/event.ts';
import type { ExportFormat } from '../core/export-format.ts';
import type { CauseId } from '../core/verdict.ts';
import type { HostState } from '../store/host-state.ts';
import type { Settings } from './settings.ts';

/** A run as it lies on disk. */
export interface PastRun {
  /** Begins with when it began. */
  readonly id: string;
  /** What its hosts came from. */
  readonly from: string;
  readonly hosts: number | undefined;
  readonly hasEnded: boolean;
}

export interface Outside {
  /** The stored document of a host, as text. */
  readonly evidence: (ref: EvidenceRef) => Promise<string>;
  /** Why a host is in its state, test by test, in lines. */
  readonly statusPath: (ref: EvidenceRef) => Promise<string>;
  /** What this machine lacks, in lines. */
  readonly doctor: () => Promise<string>;
  /** Newest first. */
  readonly runs: () => Promise<readonly PastRun[]>;
  /** Writes hosts to a file where the user is; gives back its name. */
  readonly save: (format: ExportFormat, hosts: readonly HostState[]) => Promise<string>;
  /** Hands the terminal to the user's pager or editor; ends when it comes back. */
  readonly view: (text: string, viewer: 'pager' | 'editor') => Promise<void>;
  /** Puts the whole program to sleep until it is woken; undefined where that cannot be done. */
  readonly pause: (() => void) | undefined;
  /** Told when somebody else wants that. Gives back how to stop listening. */
  readonly onPause: (listener: () => void) => () => void;
  /** Keeps how the user looks at things for the next time. */
  readonly remember: (settings: Settings) => Promise<void>;
  /** What the catalogue and the team say of a cause. */
  readonly entryOf: (cause: CauseId) => Entry | undefined;
  /** A sentence of the engine in the reader's language. */
  readonly tell: (sentence: string) => string;
}
