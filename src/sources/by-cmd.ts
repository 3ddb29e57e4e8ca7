/** The collection by cmd.exe over a session that is open already. Knows neither causes nor why PowerShell was not used. */
import { cmdDocument, cmdLines } from '../collect/cmd/collect.ts';
import { AnswerReader } from '../collect/cmd/lines.ts';
import { ContactError } from '../core/contact.ts';
import type { Evidence } from '../core/look.ts';
import type { Session } from '../transports/transport.ts';
import { HostLimit } from './host-limit.ts';

export interface CmdWish {
  readonly host: string;
  /** A word of this run, by which its answers are told from other output. */
  readonly nonce: string;
  /** Why PowerShell was not used. */
  readonly reason: string;
  /** Limit for all command lines together. */
  readonly collectMs: number;
  readonly now: () => Date;
}

/**
 * What came before a limit, or before the connection broke, is kept; the rest is listed in `errors`. Where nothing came,
 * the failure of contact is what there is to say.
 * @returns undefined when not even the operating system was told
 * @throws ContactError before the first answer; what is no trouble of contact
 */
export async function collectByCmd(
  session: Session,
  { host, nonce, reason, collectMs, now }: CmdWish,
  signal: AbortSignal,
): Promise<Evidence | undefined> {
  const startedAt = performance.now();
  const reader = new AnswerReader(nonce);
  using limit = new HostLimit(collectMs);
  const ending = AbortSignal.any([signal, limit.signal]);
  let missing = 'the command was not answered';
  try {
    for (const line of cmdLines(nonce)) {
      const reading = reader.readLine(line);
      try {
        for await (const chunk of session.run({ kind: 'cmd', command: line.text }, ending)) {
          if (chunk.kind === 'stdout' && !reading.push(chunk.bytes)) break;
        }
      } finally {
        reading.end();
      }
    }
  } catch (error) {
    const isContact = error instanceof ContactError;
    if ((!isContact && !ending.aborted) || (isContact && reader.isEmpty)) throw error;
    missing = ending.aborted ? 'not answered within the time limit' : messageOf(error);
  }
  const durationMs = performance.now() - startedAt;
  return cmdDocument(reader, { host, now: now(), durationMs, reason, missing });
}

function messageOf(error: unknown): string {
  return `not answered: ${error instanceof Error ? error.message : String(error)}`;
}
