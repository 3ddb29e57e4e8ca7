/** Looks that were taken before: folders, bundles, `.json` and `.ndjson` files of evidence and contact documents. */
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, PatchwhyError } from '../core/error.ts';
import type { EvidenceRef } from '../core/event.ts';
import { hostId, type Host, type HostId, type Labels } from '../core/host.ts';
import type { Look } from '../core/look.ts';
import { readBundleFile } from './bundle.ts';
import { parseDocument, type DocumentProblem, type Parsed } from './parse-document.ts';
import type { Source } from './source.ts';

interface Entry {
  readonly id: HostId;
  readonly labels: Labels;
  /** When it was taken; empty when it cannot be read. */
  readonly at: string;
  readonly ref: EvidenceRef;
  readonly problem?: DocumentProblem;
}

export interface StoredFleet {
  readonly hosts: readonly Host[];
  readonly source: Source;
  /** Documents passed over, a sentence each: two for one host. */
  readonly notices: readonly string[];
  /** Documents that cannot be read, a sentence each. */
  readonly broken: readonly string[];
  /** The document of a host, whatever the case of its name; undefined when there is none that can be read. */
  readonly documentOf: (host: string) => StoredDocument | undefined;
}

export interface StoredDocument {
  readonly ref: EvidenceRef;
  /** When it was taken, UTC, ISO 8601; empty for a contact document that does not say. */
  readonly at: string;
}

/**
 * Indexes what lies at the paths. Documents are read again when their host's turn comes, so a big fleet does not have to fit in memory.
 * @throws PatchwhyError exit 2 when a path cannot be read or holds no document, 9 when all have an unknown schema.
 */
export async function openStored(paths: readonly string[]): Promise<StoredFleet> {
  const entries: Entry[] = [];
  for (const path of paths) {
    for (const file of await filesOf(path)) entries.push(...(await entriesOf(file)));
  }
  refuseUnreadable(entries, paths);
  const { kept, notices } = newestOfEach(entries);
  const hosts = [...kept.values()].map((entry) => ({
    id: entry.id,
    address: entry.id,
    labels: entry.labels,
    reach: { kind: 'unavailable' as const, transport: 'stored', reason: 'a stored document' },
    limits: { connectMs: 0, collectMs: 0 },
  }));
  return {
    hosts,
    // In slots: a file that is read is an open file, and a process may have a thousand of them.
    source: { look: (host, { slot }) => slot(() => readLook(kept.get(host.id.toLowerCase()))) },
    notices,
    broken: [...kept.values()].flatMap(({ ref, problem }) =>
      problem ? [`${ref.file}: ${problem.text}`] : [],
    ),
    documentOf: (host) => {
      const entry = kept.get(host.toLowerCase());
      return entry === undefined || entry.problem ? undefined : { ref: entry.ref, at: entry.at };
    },
  };
}

/** The files of a folder that may hold documents; a file is what it is. */
export async function filesOf(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = await readdir(path, { recursive: true });
    return names
      .filter((name) => /\.(json|ndjson|jsonl|patchwhy)$/i.test(name))
      .toSorted()
      .map((name) => join(path, name));
  } catch (error) {
    throw new PatchwhyError(
      'evidence.unreadable',
      `${path}: cannot be read (${errnoOf(error) ?? 'unknown'})`,
      'give a folder, or .patchwhy, .json or .ndjson files of evidence documents',
      { cause: error },
    );
  }
}

/** What a file holds. One that cannot be read is an entry too: among others it is that file's own failure. */
async function entriesOf(file: string): Promise<Entry[]> {
  try {
    return await readEntries(file);
  } catch (error) {
    const text = `cannot be read (${errnoOf(error) ?? String(error)})`;
    const ref = { file, offset: 0, bytes: 0 };
    return [{ id: hostId(file), labels: {}, at: '', ref, problem: { code: 'BAD_REPLY', text } }];
  }
}

async function readEntries(file: string): Promise<Entry[]> {
  const { size } = await stat(file);
  if (/\.patchwhy$/i.test(file)) return bundleEntry(file);
  if (!/\.(ndjson|jsonl)$/i.test(file)) {
    const ref = { file, offset: 0, bytes: size };
    return entryOf(parseDocument(await readText(ref)), ref, file);
  }
  const found: Entry[] = [];
  let line = 0;
  for await (const { text, ref } of linesOf(file)) {
    line += 1;
    if (text.trim() !== '') found.push(...entryOf(parseDocument(text), ref, `${file}:${line}`));
  }
  return found;
}

/** The document in a bundle lies behind its first line; one that is not whole is its host's failure. */
async function bundleEntry(file: string): Promise<Entry[]> {
  const read = await readBundleFile(file);
  if (read.kind === 'refused') {
    const ref = { file, offset: 0, bytes: 0 };
    const code = read.why === 'newer' ? ('UNKNOWN_SCHEMA' as const) : ('BAD_REPLY' as const);
    return [{ id: hostId(file), labels: {}, at: '', ref, problem: { code, text: read.what } }];
  }
  const { evidence, offset } = read;
  const { size } = await stat(file);
  const ref = { file, offset, bytes: size - offset };
  return entryOf({ kind: 'evidence', evidence }, ref, file);
}

function entryOf(parsed: Parsed, ref: EvidenceRef, where: string): Entry[] {
  switch (parsed.kind) {
    case 'evidence': {
      const { host, labels, collectedAt } = parsed.evidence;
      return [{ id: hostId(host), labels: { ...labels } as Labels, at: collectedAt, ref }];
    }
    case 'contact': {
      const { host, labels, contactedAt } = parsed.contact;
      return [{ id: hostId(host), labels: { ...labels } as Labels, at: contactedAt ?? '', ref }];
    }
    case 'broken':
      return [
        {
          id: hostId(parsed.problem.host ?? where),
          labels: {},
          at: '',
          ref,
          problem: parsed.problem,
        },
      ];
    case 'other':
      return [];
  }
}

function refuseUnreadable(entries: readonly Entry[], paths: readonly string[]): void {
  const [first] = entries;
  if (first === undefined) {
    throw new PatchwhyError(
      'evidence.none',
      `${paths.join(', ')}: no evidence document there`,
      'give a folder, or .patchwhy, .json or .ndjson files of evidence documents',
    );
  }
  const { problem } = first;
  if (problem === undefined || entries.some((entry) => entry.problem === undefined)) return;
  const unknown = entries.every((entry) => entry.problem?.code === 'UNKNOWN_SCHEMA');
  throw new PatchwhyError(
    unknown ? 'evidence.unknown-schema' : 'evidence.unreadable',
    `${first.ref.file}: ${problem.text}`,
    unknown
      ? 'read it with the version of patchwhy that wrote it, or a newer one'
      : 'the file is cut or not evidence: take it from its source again',
    { exitCode: unknown ? 9 : 2 },
  );
}

function newestOfEach(entries: readonly Entry[]): {
  kept: ReadonlyMap<string, Entry>;
  notices: string[];
} {
  // Windows names are the same whatever their case.
  const kept = new Map<string, Entry>();
  const notices: string[] = [];
  for (const entry of entries) {
    const key = entry.id.toLowerCase();
    const other = kept.get(key);
    const [newer, older] =
      other === undefined || entry.at > other.at ? [entry, other] : [other, entry];
    if (older) {
      notices.push(
        `${entry.id}: two documents; ${newer.ref.file} of ${newer.at || 'unknown time'} counts, not that of ${older.at || 'unknown time'} in ${older.ref.file}`,
      );
    }
    kept.set(key, newer);
  }
  return { kept, notices };
}

async function readLook(entry: Entry | undefined): Promise<{ look: Look; stored?: EvidenceRef }> {
  if (entry === undefined) return { look: { kind: 'skipped', reason: 'no document of this host' } };
  if (entry.problem) return { look: brokenLook(entry, entry.problem) };
  const parsed = parseDocument(await readText(entry.ref));
  switch (parsed.kind) {
    case 'evidence':
      return { look: parsed, stored: entry.ref };
    case 'contact':
      return { look: parsed, stored: entry.ref };
    case 'broken':
      return { look: brokenLook(entry, parsed.problem) };
    case 'other':
      return { look: { kind: 'skipped', reason: 'no document of this host' } };
  }
}

/** A document that cannot be read counts as a look that ended at the collector. */
function brokenLook(entry: Entry, problem: DocumentProblem): Look {
  const text = `${entry.ref.file}: ${problem.text}`;
  return {
    kind: 'contact',
    contact: {
      schema: 'evidence/1',
      host: entry.id,
      labels: entry.labels,
      contact: { stage: 'collector', code: problem.code, message: text },
    },
  };
}

/** The text of a stored document. */
export async function readText(ref: EvidenceRef): Promise<string> {
  const file = await open(ref.file, 'r');
  try {
    const buffer = Buffer.alloc(ref.bytes);
    const { bytesRead } = await file.read(buffer, 0, ref.bytes, ref.offset);
    return buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF/, '');
  } finally {
    await file.close();
  }
}

async function* linesOf(file: string): AsyncGenerator<{ text: string; ref: EvidenceRef }> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const line = rest.subarray(0, end + 1);
      yield { text: line.toString('utf8'), ref: { file, offset, bytes: line.length } };
      offset += line.length;
      rest = rest.subarray(end + 1);
    }
  }
  if (rest.length > 0)
    yield { text: rest.toString('utf8'), ref: { file, offset, bytes: rest.length } };
}
