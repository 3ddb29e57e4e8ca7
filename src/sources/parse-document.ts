/**
 * The door for documents: text in, a look out. Everything behind it may trust the types.
 * What a newer collector adds is left out; an item of a list that breaks the contract is dropped and its list named as
 * truncated, any other section that breaks it is dropped and listed as unread; the rest of the document counts.
 */
import type { ErrorObject } from 'ajv';
import type { ContactFailure } from '../core/evidence.ts';
import type { Evidence } from '../core/look.ts';
import { collected, contact } from './validators.ts';

export type Parsed =
  | { readonly kind: 'evidence'; readonly evidence: Evidence }
  | { readonly kind: 'contact'; readonly contact: ContactFailure }
  /** One of our own files that lies beside evidence: not a document, not an error. */
  | { readonly kind: 'other' }
  | { readonly kind: 'broken'; readonly problem: DocumentProblem };

export interface DocumentProblem {
  readonly code: 'BAD_REPLY' | 'UNKNOWN_SCHEMA';
  readonly text: string;
  /** The host it speaks of, as far as that can be read. */
  readonly host?: string;
}

/** What the reader of the document already knows, and stamps over it. */
export interface Stamp {
  readonly host?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Used only where the document has no `collectedAt`. */
  readonly collectedAt?: string;
  readonly clockSkewSeconds?: number;
}

export function parseDocument(text: string, stamp: Stamp = {}): Parsed {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const host = stamp.host ?? /"host"\s*:\s*"([^"\\]{1,255})"/.exec(text)?.[1];
    const why = error instanceof Error ? error.message : 'not JSON';
    return broken('BAD_REPLY', `not a whole JSON document (${why})`, host);
  }
  return readDocument(value, stamp);
}

function readDocument(value: unknown, stamp: Stamp): Parsed {
  if (!isRecord(value)) return broken('BAD_REPLY', 'not a JSON object', stamp.host);
  const schema = value['schema'];
  if (typeof schema === 'string' && schema.startsWith('patchwhy/')) return { kind: 'other' };
  if (schema === undefined) {
    // A labelled case holds its document one level deeper.
    const inner = value['evidence'] ?? value['contact'];
    if (isRecord(inner) && inner['schema'] !== undefined) return readDocument(inner, stamp);
  }
  const host = stamp.host ?? (typeof value['host'] === 'string' ? value['host'] : undefined);
  const isContact = isRecord(value['contact']);
  if (schema !== 'evidence/1' && !(isContact && schema === undefined)) {
    const name = typeof schema === 'string' ? `"${schema.slice(0, 40)}"` : 'none';
    return broken(
      'UNKNOWN_SCHEMA',
      `schema ${name} is not one this version reads (evidence/1)`,
      host,
    );
  }
  const document = {
    ...(stamp.collectedAt !== undefined && !isContact && { collectedAt: stamp.collectedAt }),
    ...(stamp.clockSkewSeconds !== undefined &&
      !isContact && { clockSkewSeconds: stamp.clockSkewSeconds }),
    ...value,
    ...(stamp.host !== undefined && { host: stamp.host }),
    ...(stamp.labels !== undefined && { labels: stamp.labels }),
  };
  return isContact ? readContact(document, host) : readEvidence(document, host);
}

function readContact(document: Record<string, unknown>, host: string | undefined): Parsed {
  if (contact(document)) return { kind: 'contact', contact: document };
  return broken('BAD_REPLY', `contact document: ${firstProblem(contact.errors)}`, host);
}

/** The members a document cannot do without; all others are sections and may be dropped. */
const ESSENTIAL: ReadonlySet<string> = new Set([
  'schema',
  'host',
  'labels',
  'collectedAt',
  'errors',
]);

function readEvidence(document: Record<string, unknown>, host: string | undefined): Parsed {
  if (collected(document)) return { kind: 'evidence', evidence: document };
  const lists = dropItems(document, collected.errors ?? []);
  if (lists.size > 0) {
    // Cut short, not unread: what is left of the list can be judged by.
    noteTruncated(document, lists);
    if (collected(document)) return { kind: 'evidence', evidence: document };
  }
  const dropped = new Map<string, string>();
  for (const error of collected.errors ?? []) {
    const section = sectionOf(error);
    if (!dropped.has(section)) dropped.set(section, problemText(error));
  }
  const essential = [...dropped].find(([section]) => ESSENTIAL.has(section));
  if (essential) return broken('BAD_REPLY', essential[1], host);
  const kept = Object.fromEntries(
    Object.entries(document).filter(([section]) => !dropped.has(section)),
  );
  const errors = Array.isArray(document['errors']) ? (document['errors'] as unknown[]) : [];
  const mended = {
    ...kept,
    errors: [...errors, ...[...dropped].map(([section, message]) => ({ section, message }))],
  };
  if (collected(mended)) return { kind: 'evidence', evidence: mended };
  return broken('BAD_REPLY', firstProblem(collected.errors), host);
}

/** Takes single bad items out of lists, in place; the lists it took from, dotted. */
function dropItems(document: Record<string, unknown>, errors: readonly ErrorObject[]): Set<string> {
  const bad = new Map<unknown[], Set<number>>();
  const lists = new Set<string>();
  for (const { instancePath } of errors) {
    let value: unknown = document;
    const path: string[] = [];
    for (const step of instancePath.split('/').slice(1)) {
      if (Array.isArray(value)) {
        bad.set(value, (bad.get(value) ?? new Set<number>()).add(Number(step)));
        lists.add(path.join('.'));
        break;
      }
      path.push(step);
      value = isRecord(value) ? value[step] : undefined;
    }
  }
  for (const [list, places] of bad) {
    const kept = list.filter((_, at) => !places.has(at));
    list.splice(0, list.length, ...kept);
  }
  return lists;
}

function noteTruncated(document: Record<string, unknown>, lists: ReadonlySet<string>): void {
  const collector = isRecord(document['collector']) ? document['collector'] : {};
  const before = Array.isArray(collector['truncated']) ? (collector['truncated'] as unknown[]) : [];
  document['collector'] = { ...collector, truncated: [...new Set([...before, ...lists])] };
}

function sectionOf(error: ErrorObject): string {
  const inPath = error.instancePath.split('/')[1];
  if (inPath !== undefined) return inPath;
  const params: Record<string, unknown> = error.params;
  const named = params['additionalProperty'] ?? params['missingProperty'];
  return typeof named === 'string' ? named : 'schema';
}

function problemText(error: ErrorObject): string {
  return `unreadable: ${error.instancePath || 'document'} ${error.message ?? 'breaks the contract'}`.slice(
    0,
    200,
  );
}

function firstProblem(errors: readonly ErrorObject[] | null | undefined): string {
  const [first] = errors ?? [];
  return first ? problemText(first) : 'breaks the contract';
}

function broken(code: DocumentProblem['code'], text: string, host: string | undefined): Parsed {
  return { kind: 'broken', problem: { code, text, ...(host !== undefined && { host }) } };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
