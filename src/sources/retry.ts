/**
 * A second and a third try at a host, where time alone may cure what went wrong: a connection that was reset, a quota
 * that was used up, a host that was busy. Never after a refused log-on, and never past the host's limit. Knows no
 * protocol; decides by stage and code.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { ContactProblem } from '../core/contact.ts';
import type { ContactFailure } from '../core/evidence.ts';
import type { Look } from '../core/look.ts';
import type { HostLimit } from './host-limit.ts';
import type { LookContext } from './source.ts';

/** Time between tries: the clock and the chance of it, so that tests need neither. */
export interface Patience {
  /** Rejects when the signal is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** From 0 up to 1. */
  readonly random: () => number;
}

export const PATIENCE: Patience = {
  wait: (ms, signal) => pause(ms, undefined, { signal }),
  random: Math.random,
};

/** Before the second and the third try, give or take half: hosts that failed together must not come back together. */
const WAITS_MS = [1000, 3000];

/** One try, and whether another could do harm: a password that is in doubt is not sent again. */
export interface Try {
  readonly look: Look;
  readonly isRepeatable: boolean;
}

export interface RetryParts {
  readonly attempt: () => Promise<Try>;
  readonly context: LookContext;
  readonly limit: HostLimit;
  readonly patience: Patience;
}

/** The first look that is no passing trouble, or the last; its message then says how often the host was tried. */
export async function withRetries(parts: RetryParts): Promise<Look> {
  const { attempt, context, limit, patience } = parts;
  let before: Look | undefined;
  let first: Look | undefined;
  for (let tries = 1; ; tries += 1) {
    const { look, isRepeatable } = await attempt();
    // That time ran out over a second try says less than what the first one met.
    if (before !== undefined && limit.signal.aborted) return withTries(before, tries, first);
    const usualMs = WAITS_MS[tries - 1];
    if (look.kind !== 'contact' || usualMs === undefined || !isRepeatable)
      return withTries(look, tries, first);
    const { stage, code } = look.contact.contact;
    const waitMs = Math.round(usualMs * (0.5 + patience.random()));
    const isPassing = mayPass({ stage, code }) || (before !== undefined && isAway(look.contact));
    if (!isPassing || limit.leftMs <= waitMs) return withTries(look, tries, first);
    context.onStage('queued', { again: { tries, stage, code, waitMs } });
    limit.go();
    await patience.wait(waitMs, context.signal);
    limit.stand();
    before = look;
    first ??= look;
  }
}

/** Quotas of shells, operations and accounts, and hosts that slow down or restart (wsmerror.h of the Windows SDK). */
const PASSING_FAULTS: ReadonlySet<string> = new Set([
  '0x803381A5',
  '0x803381A6',
  '0x803381A7',
  '0x803381A8',
  '0x803381AB',
  '0x803381E4',
  '0x803381E5',
  '0x803381E7',
  '0x803381E8',
  '0x8033816E',
]);

const PASSING: Readonly<Partial<Record<ContactProblem['stage'], ReadonlySet<string>>>> = {
  dns: new Set(['EAI_AGAIN']),
  // A jump host that rests is asked by nobody; of any other the next try finds the line made anew.
  relay: new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNREFUSED']),
  tls: new Set(['ECONNRESET']),
  // Of file handles this machine has more again when other hosts are done.
  tcp: new Set(['ECONNRESET', 'EMFILE', 'ENFILE']),
  http: new Set(['ECONNRESET', 'CUT_OFF', 'EPIPE', '503']),
  // A connection that breaks off takes an answer with it that the host gives a second time.
  shell: new Set([...PASSING_FAULTS, 'ECONNRESET', 'EPIPE']),
};

/** Whether what went wrong may be over in a few seconds. */
export function mayPass({ stage, code }: Pick<ContactProblem, 'stage' | 'code'>): boolean {
  return PASSING[stage]?.has(code) ?? false;
}

/** A service that broke off a moment ago, and listens no more: it restarts. */
function isAway({ contact: { stage, code } }: ContactFailure): boolean {
  return stage === 'tcp' && code === 'ECONNREFUSED';
}

/** @param first what the first try met; said where the last met something else. */
function withTries(look: Look, tries: number, first: Look | undefined): Look {
  if (look.kind !== 'contact' || tries === 1) return look;
  const { contact } = look.contact;
  const { stage, code } = first?.kind === 'contact' ? first.contact.contact : contact;
  const isOther = stage !== contact.stage || code !== contact.code;
  const at = isOther ? `; at first ${stage} ${code}` : '';
  const message = `${contact.message ?? contact.code} (after ${tries} tries${at})`;
  return { ...look, contact: { ...look.contact, contact: { ...contact, message } } };
}
