/**
 * From one look at one host to what is true of it. Everything is derived once, here, from one document: no clock, no
 * files, no other hosts. Where it could not look, the fact is unknown.
 */
import type { ContactFailure } from '../core/contact.ts';
import type { Evidence } from '../core/look.ts';
import type { Unread } from '../core/verdict.ts';
import { contactFact, contactShape } from './contact.ts';
import type { FactName, Facts } from './declared.ts';
import { SHAPES } from './declared.ts';
import type { Knowledge } from './knowledge.ts';
import { installations } from './open-failures.ts';
import { openEvidence } from './reading.ts';
import { restartFact } from './restart.ts';
import { scanFact } from './scan.ts';
import type { Shape } from './shape.ts';
import { unknown } from './shape.ts';
import { bootFact, systemFact, winreAgentFact, winreFact } from './volumes.ts';

export interface HostFacts {
  readonly host: string;
  readonly labels: Readonly<Record<string, string | undefined>>;
  readonly facts: Facts;
  /** Sections, or parts of them, that were asked for and refused. */
  readonly unread: readonly Unread[];
}

/** Facts of an evidence document. */
export function examine(evidence: Evidence, _knowledge: Knowledge): HostFacts {
  const reading = openEvidence(evidence);
  const installs = installations(reading);
  const facts: Facts = {
    ...installs,
    scan: scanFact(reading),
    restart: restartFact(reading, installs),
    system: systemFact(reading),
    boot: bootFact(reading),
    winre: winreFact(reading),
    winreAgent: winreAgentFact(reading, installs),
    contact: unknown(contactShape),
  };
  return { host: evidence.host, labels: evidence.labels ?? {}, facts, unread: reading.unread };
}

/** Facts of a contact document: only how contact ended is known. */
export function examineContact(document: ContactFailure): HostFacts {
  const facts: Facts = { ...NOTHING_KNOWN, contact: contactFact(document) };
  return { host: document.host, labels: document.labels ?? {}, facts, unread: [] };
}

const NOTHING_KNOWN = Object.fromEntries(
  Object.entries<Shape>(SHAPES).map(([name, shape]) => [name, unknown(shape)]),
) as unknown as Facts satisfies Record<FactName, unknown>;
