/** From what happened in a run to its exit code: contracts of the command line, stable for a major version. */
import type { ExitCode } from '../core/error.ts';
import type { ExitReason } from '../core/event.ts';

/**
 * Most important first: the code of the first reason that applies is the exit code. What is wrong before a run begins
 * (a lock, a credential, an unknown schema) ends the command itself, as a `PatchwhyError`.
 */
const CODES: readonly (readonly [ExitReason, ExitCode])[] = [
  ['internal', 1],
  ['evidence-lost', 1],
  ['interrupted', 130],
  ['terminated', 143],
  ['hangup', 129],
  ['deadline', 124],
  ['nobody-reached', 5],
  ['findings', 3],
  ['unreachable', 4],
];

/** The exit code of a run and all its reasons, most important first. */
export function exitOf(reasons: Iterable<ExitReason>): {
  readonly code: ExitCode;
  readonly reasons: readonly ExitReason[];
} {
  const held = new Set(reasons);
  const ordered = CODES.filter(([reason]) => held.has(reason));
  return { code: ordered[0]?.[1] ?? 0, reasons: ordered.map(([reason]) => reason) };
}
