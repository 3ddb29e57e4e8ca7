/** An entry of the catalogue, as the engine runs it. The rule is data; code for one cause does not exist. */
import type { Language } from '../core/entry.ts';
import type { CauseId, SignKind, Status } from '../core/verdict.ts';

/** One condition of a cause. */
export interface Sign {
  readonly kind: SignKind;
  /** `fleet` signs are judged only when other hosts' facts are there. */
  readonly scope: 'host' | 'fleet';
  /** 0..1, of strong and weak signs. */
  readonly weight: number;
  /** An `against` sign vetoes; with this it multiplies confidence instead. */
  readonly weakens?: number;
  /** `when` is tried for every item of a list, newest first. */
  readonly each?: Each;
  /** CEL over facts. */
  readonly when: string;
  /** Sentence for the reader, `{fact.field}` filled in. */
  readonly quote: string;
  /** The value that the quote rests on, as `fact.field`, where it is not the first one in the sentence. */
  readonly at?: string;
}

export interface Each {
  readonly item: string;
  readonly fact: string;
  readonly list: string;
}

export interface Cause {
  readonly id: CauseId;
  readonly title: Readonly<Record<Language, string>>;
  readonly category: string;
  readonly status: Status;
  /** Direct, never transitive: these become consequences when both hold. */
  readonly beats: readonly CauseId[];
  /** The first thing to do, one line. */
  readonly next: string;
  readonly signs: readonly Sign[];
}
